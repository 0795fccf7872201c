"""opsrules register: findings looked at, chosen, and acted on, by one person and by two."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from calling import Opsrules
from cli.terminal import at_terminal
from register_events import finding
from register_reviews import review, write_account

from opsrules.errors import ActRefused
from opsrules.register import open_register

ROWS = [
    finding("aaaa1111", -120_430, severity="critical"),
    finding("aaaa2222", 700, **{"class": "amount_differs"}),
    finding("bbbb3333", 99, owner="Support lead", currency="JPY"),
    finding("cccc4444", 0, **{"class": "file_unrecognised", "currency": "", "severity": "low"}),
]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of two accounts, one review each: six findings, events 1 to 8; no test may change it."""
    root = tmp_path_factory.mktemp("recorded") / "work"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("OPSRULES_REGISTER_URL", raising=False)
        patch.setenv("OPSRULES_ACTOR", "ana")
        for account in ("northwind", "harrow"):
            write_account(root, account, second_person_minor=10_000)
        with open_register(root) as register:
            register.record(review(ROWS))
            other = [finding("dddd5555", 5000), finding("dddd6666", 700)]
            register.record(review(other, account="harrow", run_id="run-2"))
    return root


@pytest.fixture
def workspace(recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that the test works in, as ana."""
    monkeypatch.delenv("OPSRULES_REGISTER_URL", raising=False)
    monkeypatch.setenv("OPSRULES_ACTOR", "ana")
    root = tmp_path / "work"
    shutil.copytree(recorded, root)
    monkeypatch.chdir(root)
    return root


def _ids(opsrules: Opsrules, *options: str) -> set[str]:
    said = opsrules("register", "list", "--json", *options)
    assert (said.code, said.err) == (0, "")
    return {one["finding_id"][:4] + one["finding_id"][4] for one in json.loads(said.out)}


def _status(finding_id: str) -> str:
    with open_register(".", write=False) as register:
        return str(register.history(finding_id)[-1].kind)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ([], {"aaaa1", "aaaa2", "bbbb3", "cccc4", "dddd5", "dddd6"}),
        (["--account", "harrow"], {"dddd5", "dddd6"}),
        (["--account", "harrow", "--account", "northwind", "--severity", "critical"], {"aaaa1"}),
        (["--class", "amount-differs"], {"aaaa2"}),
        (["--owner", "Support lead"], {"bbbb3"}),
        (["--currency", "JPY"], {"bbbb3"}),
        (["--currency", "EUR", "--min-amount", "7"], {"aaaa1", "aaaa2", "dddd5", "dddd6"}),
        (["--currency", "EUR", "--min-amount", "7.01", "--max-amount", "50.00"], {"dddd5"}),
        (["--currency", "JPY", "--max-amount", "99"], {"bbbb3"}),
        (["--currency", "JPY", "--max-amount", "98"], set()),
        (["--max-age", "0"], set()),
        (["--status", "resolved"], set()),
        (["--desk", "payments"], set()),
    ],
)
def test_list_chooses(opsrules: Opsrules, workspace: Path, options: list[str], found: set[str]) -> None:
    assert _ids(opsrules, *options) == found


def test_list_is_a_table_worst_first_with_sums_by_currency(opsrules: Opsrules, workspace: Path) -> None:
    said = opsrules("register", "list", "--most", "3")
    heads, *lines = said.out.splitlines()
    assert heads.split() == "finding account what severity amount age owner due".split()
    assert [line.split()[0] for line in lines[:3]] == ["aaaa1111", "dddd5555", "aaaa2222"]
    assert lines[3:] == ["and 3 more", "6 findings: EUR 1,268.30 in 4, JPY 99 in 1 and 1 without an amount"]
    assert "EUR −1,204.30" in lines[0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--min-amount", "5"], "--min-amount 5 needs --currency"),
        (["--min-amount", "5.001", "--currency", "EUR"], "write a figure with at most 2 decimals"),
        (["--min-amount", "1,5", "--currency", "EUR"], "is no amount in EUR"),
        (["--min-amount", "-5", "--currency", "EUR"], "has a sign"),
        (["--min-amount", "5", "--currency", "EURO"], "no ISO 4217 code"),
        (["--currency", "eur"], "no ISO 4217 code"),
        (["--min-amount", "5", "--max-amount", "4.99", "--currency", "EUR"], "nothing fits; turn them around"),
        (["--min-age", "5", "--max-age", "4"], "nothing fits; turn them around"),
        (["--class", "payout_shrt"], "did you mean payout_short?"),
        (["--severity", "hihg"], "did you mean high?"),
        (["--status", "xyz"], "known: all, cleared, disputed, open, resolved, written_off"),
        (["--desk", "reconciliations"], "did you mean reconciliation?"),
        (["--account", "nothwind"], "did you mean northwind?"),
    ],
)
def test_a_choice_that_means_nothing_is_the_users_mistake(
    opsrules: Opsrules, workspace: Path, options: list[str], words: str
) -> None:
    said = opsrules("register", "list", *options)
    assert (said.code, said.out) == (2, "")
    assert words in said.err


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("aaa", "give at least four of its first signs"),
        ("aaaa", "northwind aaaa1111, northwind aaaa2222; write more of its id"),
        ("eeee", "no finding 'eeee' in the register"),
    ],
)
@pytest.mark.parametrize("command", [["show"], ["resolve", "--reason", "expected"]])
def test_an_id_means_one_finding_or_is_refused(
    opsrules: Opsrules, workspace: Path, command: list[str], named: str, words: str
) -> None:
    said = opsrules("register", *command, named)
    assert (said.code, said.out) == (2, "")
    assert words in said.err


def test_show_tells_facts_history_evidence_and_what_comes_next(opsrules: Opsrules, workspace: Path) -> None:
    for command in (
        ["assign", "aaaa1", "--to", "Finance lead", "--due", "2026-11-20"],
        ["comment", "aaaa1", "--text", "Asked the bank."],
        ["write-off", "aaaa1", "--amount", "200.50", "--note", "Too small."],
    ):
        assert opsrules("register", *command).code == 0
    out = opsrules("register", "show", "aaaa1").out
    assert out.startswith(
        "aaaa1111  Payout arrived short, northwind, reconciliation\nPayout po_aaaa1111 arrived short.\n"
    )
    assert "status     Written off EUR 200.50 by ana\n" in out
    assert "amount     EUR −1,204.30\n" in out
    assert "owner      Finance lead, due 2026-11-20\n" in out
    assert "evidence   exports/bank.csv:7\n" in out
    told = [line.partition("UTC")[2].split(maxsplit=1) for line in out.splitlines() if "UTC" in line]
    assert told[1:] == [
        ["ana", "Assigned to Finance lead, due 20 Nov 2026"],
        ["ana", "Commented: Asked the bank."],
        ["ana", "Written off EUR 200.50: Too small."],
    ]
    assert out.endswith("Next: opsrules register comment|attach|reject aaaa1111\n")
    whole = json.loads(opsrules("register", "show", "aaaa1", "--json").out)
    assert (whole["finding"]["written_off_minor"], whole["next"]) == (20_050, ["comment", "attach", "reject"])
    assert [one["kind"] for one in whole["history"]] == ["opened", "assigned", "commented", "written_off"]
    assert json.loads(opsrules("register", "show", "cccc", "--json").out)["next"][-1] == "dispute"


def test_what_a_finding_belongs_together_with_is_told(opsrules: Opsrules, workspace: Path) -> None:
    said = opsrules("register", "resolve", "aaaa2", "--reason", "expected", "--with", "bbbb")
    assert (said.code, said.out) == (0, "aaaa2222: Resolved (as expected) together with bbbb3333 (event 9, by ana)\n")
    said = opsrules("register", "write-off", "aaaa1", "--note", "fee", "--with", "aaaa1")
    assert said.code == 2
    assert "cannot belong together with itself; name another finding of its account, or a row by file:line" in said.err


def test_a_named_finding_is_acted_on_at_once_and_the_act_is_told(opsrules: Opsrules, workspace: Path) -> None:
    said = opsrules("register", "resolve", "aaaa2", "--reason", "recovered", "--note", "Paid.")
    assert (said.code, said.err) == (0, "")
    assert said.out == "aaaa2222: Resolved (money came in): Paid. (event 9, by ana)\n"
    told = json.loads(opsrules("register", "assign", "aaaa1", "bbbb", "--to", "bo", "--json").out)
    assert [(one["seq"], one["finding_id"], one["body"]) for one in told] == [
        (10, "aaaa1111", {"owner": "bo"}),
        (11, "bbbb3333", {"owner": "bo"}),
    ]


def test_chosen_findings_are_shown_and_asked_about(workspace: Path) -> None:
    command = ("register", "dispute", "--account", "harrow", "--note", "Timing.")
    code, shown = at_terminal(*command, typed="n\n")
    assert code == 1
    assert "To be disputed: 2 findings: EUR 57.00\nGo on? [y/N]: " in shown
    assert shown.endswith("Nothing was written.\n")
    assert _status("dddd5555") == "opened"
    code, shown = at_terminal(*command, typed="y\n")
    assert code == 0
    assert shown.endswith("2 findings: EUR 57.00, disputed (events 9 to 10, by ana)\n")
    assert (_status("dddd5555"), _status("aaaa1111")) == ("disputed", "opened")


def test_without_a_terminal_a_choice_needs_a_yes(opsrules: Opsrules, workspace: Path) -> None:
    command = ("register", "assign", "--severity", "high", "--to", "bo")
    for more in ([], ["--json"]):
        said = opsrules(*command, *more)
        assert said.code == 2
        assert "nothing was written" in said.err
        assert "--yes" in said.err
    assert opsrules(*command, "--yes").out.endswith(
        "4 findings: EUR 64.00 in 3 and JPY 99 in 1, given to bo (events 9 to 12, by ana)\n"
    )
    assert _status("aaaa1111") == "opened"


def test_d8_what_moved_between_look_and_yes_is_refused_and_named(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opsrules.cli.register import bulk
    from opsrules.cli.register.options import Asked

    def meanwhile(yes: bool, question: str = "") -> None:
        with open_register(".") as register:
            register.comment("dddd6666", "I am at it.")

    monkeypatch.setattr(bulk, "confirm", meanwhile)
    with pytest.raises(ActRefused, match=r"dddd6666 has moved on: its last event is 9, expected 8"):
        bulk.act_on(
            lambda register, _, keep: register.dispute(list(keep), "Timing.", keep=keep),
            *("disputed", None, Asked(account=["harrow"])),
            workspace=workspace,
            yes=False,
            as_json=False,
        )
    assert (_status("dddd5555"), _status("dddd6666")) == ("opened", "commented")


def test_nothing_named_and_nothing_chosen_is_refused(opsrules: Opsrules, workspace: Path) -> None:
    for command in (["assign", "--to", "bo"], ["comment", "--text", "x"], ["write-off", "--note", "x"]):
        said = opsrules("register", *command, "--yes")
        assert said.code == 2
        assert "no finding is named" in said.err
    said = opsrules("register", "assign", "--owner", "nobody-at-all", "--to", "bo", "--yes")
    assert (said.code, "no finding fits, so nothing was written" in said.err) == (2, True)


def test_e_refusals_carry_their_reason_and_write_nothing(opsrules: Opsrules, workspace: Path) -> None:
    assert opsrules("register", "resolve", "aaaa1", "--reason", "expected").code == 0
    said = opsrules("register", "resolve", "aaaa1", "--reason", "expected")
    assert (said.code, said.out) == (2, "")
    assert "cannot resolve what is resolved by ana; reject that first, or undo it" in said.err
    said = opsrules("register", "write-off", "aaaa2", "bbbb", "--amount", "1", "--note", "x")
    assert (said.code, "is of one finding and 2 are chosen" in said.err) == (2, True)
    said = opsrules("register", "write-off", "cccc", "--amount", "1", "--note", "x")
    assert (said.code, "carries no amount" in said.err) == (2, True)
    said = opsrules("register", "resolve", "bbbb", "--reason", "other")
    assert (said.code, "needs a note" in said.err) == (2, True)


def test_e13_what_an_event_says_and_a_name_are_erased_when_somebody_says_yes(
    opsrules: Opsrules, workspace: Path
) -> None:
    opsrules("register", "comment", "aaaa1", "--text", "Mrs Miller called")
    assert "nobody is at the terminal" in opsrules("register", "erase", "9").err
    assert b"Miller" in (workspace / "register.sqlite3").read_bytes()
    said = opsrules("register", "erase", "9", "--yes")
    assert (said.code, said.err) == (0, "")
    assert b"Miller" not in (workspace / "register.sqlite3").read_bytes()
    assert opsrules("register", "erase", "--person", "ana", "--yes").code == 0
    assert "ana" not in opsrules("register", "history", "northwind").out
    assert opsrules("register", "verify").code == 0
    for wrong in ([], ["9", "--person", "ana"], ["--person", "nobody", "--yes"], ["2", "--yes"]):
        assert opsrules("register", "erase", *wrong).code == 2


def test_reject_and_undo_open_again(opsrules: Opsrules, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opsrules("register", "resolve", "aaaa1", "dddd6", "--reason", "expected")
    monkeypatch.setenv("OPSRULES_ACTOR", "bo")
    said = opsrules("register", "undo", "--last")
    assert (said.code, said.err) == (2, "bo has done nothing that could be taken back; name an event by its number\n")
    # Without --status what is settled is meant.
    said = opsrules("register", "reject", "--account", "northwind", "--note", "No proof.", "--yes")
    assert said.out.endswith("aaaa1111: Rejected: No proof. (event 11, by bo)\n")
    monkeypatch.setenv("OPSRULES_ACTOR", "ana")
    said = opsrules("register", "undo", "--last", "--note", "Wrong one.")
    assert said.out.splitlines()[-1].endswith("ana  Taken back: event 10, Wrong one.")
    assert _ids(opsrules) >= {"aaaa1", "dddd6"}
    assert "Resolved (as expected) (taken back)\n" in opsrules("register", "show", "dddd6").out
    for arguments in ([], ["10", "--last"]):
        assert opsrules("register", "undo", *arguments).code == 2
    assert "was taken back by event 12 already" in opsrules("register", "undo", "10").err
    assert "is a review's" in opsrules("register", "undo", "1").err


def test_e_sign_off_shows_what_is_open_and_needs_a_second_person(
    opsrules: Opsrules, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opsrules("register", "write-off", "aaaa1", "--note", "Given up.")
    code, shown = at_terminal("register", "sign-off", "northwind", "--period", "2026-10", typed="y\n")
    assert code == 2
    assert "Open: 3 findings: EUR 7.00 in 1, JPY 99 in 1 and 1 without an amount\nSign it? [y/N]: " in shown
    assert "ana" in shown.splitlines()[-1]
    monkeypatch.setenv("OPSRULES_ACTOR", "bo")
    said = opsrules("register", "sign-off", "northwind", "--period", "2026-10", "--note", "Seen.")
    assert (said.code, "nobody is at the terminal" in said.err) == (2, True)
    said = opsrules("register", "sign-off", "northwind", "--period", "2026-10", "--note", "Seen.", "--yes")
    assert (said.code, said.out.splitlines()[-1].endswith("bo   Signed off: Seen.")) == (0, True)
    assert "did you mean northwind?" in opsrules("register", "sign-off", "northwnd", "--period", "2026-10").err


def test_history_is_in_order_and_counts_what_it_leaves_out(opsrules: Opsrules, workspace: Path) -> None:
    opsrules("register", "comment", "aaaa1", "--text", "one")
    said = opsrules("register", "history", "northwind", "--most", "2").out.splitlines()
    assert said[0] == "4 earlier events, then:"
    assert [line.split()[0] for line in said[2:]] == ["5", "9"]
    assert said[-1].endswith("ana           aaaa1111  Commented: one")
    told = json.loads(opsrules("register", "history", "northwind", "--json", "--after", "4").out)
    assert [one["seq"] for one in told] == [5, 9]
    assert (
        opsrules("register", "history", "northwind", "--after", "9").out
        == "northwind: nothing happened after event 9.\n"
    )
    assert opsrules("register", "history", "east").code == 2


def test_csv_starts_no_formula(opsrules: Opsrules, workspace: Path) -> None:
    with open_register(workspace) as register:
        register.record(
            review([finding("eeee7777", 5, order_ref="=1+1", message="@SUM(A1)")], run_id="r", account="acme")
        )
    path = workspace / "out.csv"
    said = opsrules("register", "export", "--account", "acme", "--csv", str(path))
    assert said.out == f"{path}: 1 finding: EUR 0.05\n"
    (row,) = csv.DictReader(path.read_text("utf-8").splitlines())
    assert (row["finding_id"], row["order_ref"], row["message"]) == ("eeee7777", "'=1+1", "'@SUM(A1)")
    assert opsrules("register", "export", "--account", "acme").code == 2
    missing = opsrules("register", "export", "--csv", str(workspace / "none" / "out.csv"))
    assert (missing.code, "cannot be written" in missing.err) == (2, True)


def _fill_in(path: Path, edits: dict[str, dict[str, object]]) -> None:
    """Set cells of a workbook by the finding's id and the column's heading, as somebody does by hand."""
    book = openpyxl.load_workbook(path)
    sheet = book["Findings"]
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        for head, value in edits.get(str(row[heads.index("finding_id")].value), {}).items():
            row[heads.index(head)].value = value
    book.save(path)


def test_a_workbook_comes_back_as_acts_and_what_moved_on_is_refused(opsrules: Opsrules, workspace: Path) -> None:
    path = workspace / "out.xlsx"
    assert opsrules("register", "export", "--xlsx", str(path)).out.startswith(f"{path}: 6 findings: ")
    edits: dict[str, dict[str, object]] = {
        "aaaa1111": {"Status": "Written off", "Write off": 200.5, "Comment": "Too small."},
        "aaaa2222": {"Status": "Resolved", "Reason": "Money came in"},
        "bbbb3333": {"Status": "Resolved"},
        "dddd5555": {"Comment": "Mine.", "Owner": "bo"},
    }
    _fill_in(path, edits)
    opsrules("register", "comment", "dddd5", "--text", "I am at it.")
    said = opsrules("register", "import", str(path))
    assert (said.code, "nobody is at the terminal" in said.err) == (2, True)
    assert opsrules("register", "import", str(path), "--json").code == 2
    assert (_status("aaaa1111"), _status("dddd5555")) == ("opened", "commented")
    code, shown = at_terminal("register", "import", str(path), typed="y\n", columns=120)
    assert code == 2
    assert "dddd5555 has moved on: it was exported at event 7 and is at event 9" in " ".join(shown.split())
    assert "Resolved needs a reason" in shown
    assert shown.endswith("2 written, 2 rows refused\n")
    told = {one["finding_id"]: one for one in json.loads(opsrules("register", "list", "--status", "all", "--json").out)}
    assert (told["aaaa1111"]["written_off_minor"], told["aaaa1111"]["settled_by"]) == (20_050, "ana")
    assert (told["aaaa2222"]["reason"], told["bbbb3333"]["status"], told["dddd5555"]["owner"]) == (
        *("recovered", "open", "Finance lead"),
    )
    again = json.loads(opsrules("register", "import", str(path), "--json", "--yes").out)
    assert (again["written"], len(again["refused"])) == ([], 4)


def test_an_import_is_held_to_what_one_may(opsrules: Opsrules, workspace: Path) -> None:
    path = workspace / "out.xlsx"
    (workspace / "parameters" / "register.yaml").write_text(
        "roles:\n  reader: [comment]\npeople:\n  ana: [reader]\n", "utf-8"
    )
    opsrules("register", "export", "--xlsx", str(path))
    _fill_in(path, {"aaaa2222": {"Status": "Resolved", "Reason": "Money came in"}, "dddd5555": {"Comment": "Mine."}})
    said = opsrules("register", "import", str(path), "--yes")
    assert said.code == 2
    assert "ana may not resolve" in said.out
    assert said.out.endswith("1 written, 1 row refused\n")
    assert (_status("aaaa2222"), _status("dddd5555")) == ("opened", "commented")
    assert opsrules("register", "import", str(workspace / "none.xlsx")).code == 2


def test_verify_holds_the_ends_that_reports_have(opsrules: Opsrules, workspace: Path) -> None:
    with open_register(workspace, write=False) as register:
        head = register.head
    folder = workspace / "reports" / "2026-10"
    folder.mkdir(parents=True)
    told: dict[str, Any] = {
        "accounts": {"harrow": {"register": {"seq": head.seq, "hash": head.hash}}, "acme": {"status": "failed"}}
    }
    (folder / "manifest.json").write_text(json.dumps(told))
    (workspace / "reports" / "2026-09").mkdir()
    (workspace / "reports" / "2026-09" / "manifest.json").write_text("{")
    said = opsrules("register", "verify", "--head", str(head))
    assert said.code == 0
    assert said.out.splitlines() == [
        "reports/2026-09/manifest.json: cannot be read, so its ends were not compared",
        "8 events, 1 end of reports compared: nothing wrong",
        f"Its end, to be kept elsewhere: {head}",
    ]
    other = f"{head.seq}:{'0' * 64}"
    for option in (["--head", other], ["--head", f"{head.seq + 1}:{head.hash}"]):
        said = opsrules("register", "verify", "--json", *option)
        problems = json.loads(said.out)["problems"]
        assert (said.code, len(problems)) == (1, 1)
    told["accounts"]["harrow"]["register"] = {"seq": head.seq + 3, "hash": head.hash}  # a log that was cut off
    (folder / "manifest.json").write_text(json.dumps(told))
    assert opsrules("register", "verify").code == 1
    assert opsrules("register", "verify", "--head", "8").code == 2


def test_a_row_that_was_changed_is_named(opsrules: Opsrules, workspace: Path) -> None:
    with sqlite3.connect(workspace / "register.sqlite3") as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in names:
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE events SET kind = 'cleared' WHERE seq = 3")
    database.close()
    said = opsrules("register", "verify")
    assert said.code == 1
    assert any(line.startswith("event 3: ") for line in said.out.splitlines())


def test_a_backup_is_whole_and_never_over_something(opsrules: Opsrules, workspace: Path) -> None:
    copy = workspace / "copy.sqlite3"
    said = opsrules("register", "backup", str(copy))
    assert said.out.startswith(f"{copy}: 8 events, verified, up to 8:")
    assert (opsrules("register", "backup", str(copy)).code, copy.stat().st_size > 0) == (2, True)
    (workspace / "register.sqlite3").write_bytes(copy.read_bytes())
    assert json.loads(opsrules("register", "verify", "--json").out)["events"] == 8


def test_a_register_in_a_file_grants_nothing(opsrules: Opsrules, workspace: Path) -> None:
    said = opsrules("register", "grant", "bo")
    assert (said.code, "has no roles" in said.err) == (2, True)


def test_actions_decisions_and_risks(opsrules: Opsrules, workspace: Path) -> None:
    for command in (
        ["action", "add", "Claim the fees", "--owner", "ana", "--due", "2026-11-20", "--account", "harrow"],
        ["action", "add", "Ask the bank", "--owner", "bo"],
        ["action", "done", "1", "--evidence", "Credit note 4711"],
        ["decision", "add", "Under EUR 1 is accepted", "--by", "Finance lead"],
        [
            "risk",
            "add",
            "--cause",
            "One bank",
            "--event",
            "Down",
            "--effect",
            "No payouts",
            "--likelihood",
            "1",
            "--impact",
            "3",
        ],
        [
            "risk",
            "add",
            "--cause",
            "Rates",
            "--event",
            "Rise",
            "--effect",
            "Fees",
            "--likelihood",
            "4",
            "--impact",
            "5",
        ],
    ):
        assert opsrules("register", *command).code == 0, command
    listed = opsrules("register", "action", "list").out.splitlines()
    assert [line.split()[:2] for line in listed[1:]] == [["2", "Ask"]]
    told = json.loads(opsrules("register", "action", "list", "--all", "--json").out)
    assert [(one["id"], one["status"], one["evidence"]) for one in told] == [
        (1, "done", "Credit note 4711"),
        (2, "open", ""),
    ]
    assert "Under EUR 1 is accepted" in opsrules("register", "decision", "list").out
    told = json.loads(opsrules("register", "risk", "list", "--json").out)
    assert [(one["id"], one["band"]) for one in told] == [(2, "critical"), (1, "low")]
    assert opsrules("register", "action", "done", "1", "--evidence", "Credit note 4711").out.startswith(
        "It stood so already"
    )
    assert opsrules("register", "action", "done", "9").code == 2


def test_b12_b13_what_a_client_wrote_moves_no_cursor(opsrules: Opsrules, workspace: Path) -> None:
    nasty = "a\x1b[2J\u202eb\n\x07 4242 4242 4242 4242"
    rows = [finding("eeee7777", 5, message=nasty, owner=nasty, order_ref=nasty, source_file=nasty, payout_ref=nasty)]
    with open_register(workspace) as register:
        register.record(review(rows, run_id="r"))
        register.comment("eeee7777", nasty)
    commands: list[list[str]] = [
        ["list"],
        ["show", "eeee"],
        ["history", "northwind"],
        ["assign", "eeee", "--to", nasty],
    ]
    for command in commands:
        said = opsrules("register", *command)
        assert said.code == 0
        assert not any(sign in said.out for sign in "\x1b\u202e\x07")
        assert "4242 4242 4242" not in said.out
    code, shown = at_terminal("register", "show", "eeee")
    assert code == 0
    assert not any(sign in shown for sign in "\x1b\u202e\x07")


def test_a_table_fits_a_terminal_of_80_signs(workspace: Path) -> None:
    for command in (["list", "--status", "all"], ["history", "northwind"], ["show", "aaaa1"]):
        code, shown = at_terminal("register", *command, columns=80)
        assert code == 0
        assert max(map(len, shown.splitlines())) <= 80


def test_no_register_yet_is_told(opsrules: Opsrules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPSRULES_REGISTER_URL", raising=False)
    (tmp_path / "parameters").mkdir()
    said = opsrules("register", "list", "-w", str(tmp_path))
    assert (said.code, "`opsrules run` begins one" in said.err) == (2, True)
    assert not (tmp_path / "register.sqlite3").exists()


def test_a_register_that_cannot_be_read_is_exit_code_3(opsrules: Opsrules, workspace: Path) -> None:
    (workspace / "register.sqlite3").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    said = opsrules("register", "list")
    assert (said.code, said.out) == (3, "")
    assert "register.sqlite3" in said.err


def test_json_is_what_a_machine_reads(opsrules: Opsrules, workspace: Path) -> None:
    def told(*arguments: str) -> Any:
        return json.loads(opsrules("register", *arguments, "--json").out)

    (first, *_) = told("list")
    assert (first["finding_id"], first["amount_minor"], first["currency"], first["severity"]) == (
        *("aaaa1111", -120_430, "EUR", "critical"),
    )
    (event,) = told("undo", str(told("comment", "aaaa1", "--text", "one")[0]["seq"]))
    assert (event["kind"], event["body"], event["words"]) == ("undone", {"seq": 9}, "Taken back: event 9")
    (event,) = told("sign-off", "harrow", "--period", "2026-10", "--yes")
    assert (event["kind"], event["account"], event["finding_id"]) == ("signed_off", "harrow", "")
