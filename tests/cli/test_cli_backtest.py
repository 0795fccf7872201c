"""opsrules rules backtest: a small account of which every figure is worked out by hand.

Three orders have no payment: #10 of 20 October (EUR 10.00, 14 days on 3 November), #11 of 29 October (EUR 20.00, 5
days) and #12 of 31 October (USD 40.00, 3 days). Today's REC-010 wants 3 days, so it fires on all; REC-011 takes those
that are younger.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shipped_rules
from calling import Opsrules, Said
from pipeline.small import ACCOUNT, exports, line, order, statement, workspace

RULES = Path(__file__).parents[2] / "parameters" / "rules" / "reconciliation.yaml"
AT_LEAST = "{name: age_days, operator: greater_than_or_equal_to, value: 3}"
BELOW = "{name: age_days, operator: less_than, value: 3}"

Tried = Callable[..., Said]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    orders = [
        order("#1", "100.00"),
        order("#2", "50.00"),
        order("#10", "10.00", day=20),
        order("#11", "20.00", placed="2026-10-29 12:00:00 +0100"),
        order("#12", "40.00", placed="2026-10-31 12:00:00 +0100", currency="USD"),
    ]
    lines = [line("#1", "100.00", fee="1.75"), line("#2", "50.00", fee="1.00")]
    bank = statement(("147.25", "2026-10-09", "SHOPIFY PAYOUT"))
    return workspace(tmp_path / "work", exports(orders, lines, bank))


@pytest.fixture
def tried(root: Path, opsrules: Opsrules) -> Tried:
    """Try a proposal, which is today's rules with some words replaced."""

    def call(*replaced: tuple[str, str], options: tuple[str, ...] = ()) -> Said:
        text = RULES.read_text("utf-8")
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new)
        (root.parent / "proposal.yaml").write_text(text, "utf-8")
        given = ("--against", str(root.parent / "proposal.yaml"), "--period", "2026-10", "--as-of", "2026-11-03")
        return opsrules("rules", "backtest", "-w", str(root), *given, *options)

    return call


PATIENT = (AT_LEAST, AT_LEAST.replace("3}", "10}")), (BELOW, BELOW.replace("3}", "10}"))


def test_rows_that_fall_out_and_in_with_their_money_by_currency(tried: Tried) -> None:
    said = tried(*PATIENT)
    assert (said.code, said.err) == (0, "")
    assert "REC-010 Order paid, no payment at the processor: 3 rows today, 1 by the proposal\n" in said.out
    assert "    2 rows fall out: EUR\u00a020.00 and USD\u00a040.00\n" in said.out
    assert "REC-011 Order paid, payment not exported yet: 0 rows today, 2 by the proposal\n" in said.out
    assert "    2 rows fall in: EUR\u00a020.00 and USD\u00a040.00\n" in said.out
    assert said.out.count("REC-") == 2


def test_rows_are_told_with_their_place_and_what_decided_on_either_side(tried: Tried) -> None:
    lines = tried(*PATIENT).out.splitlines()
    at = next(number for number, one in enumerate(lines) if "orders.csv:5, item" in one)
    assert re.fullmatch(r"      exports/acme/orders\.csv:5, item [0-9a-f]{16}, EUR\u00a0−20\.00", lines[at])
    assert lines[at + 1 : at + 3] == [
        "        today: ✓ held: Kind of break is “Order, no payment” (saw “Order, no payment”); "
        "✓ held: Age in days is at least 3 (saw 5)",
        "        proposal: ✕ not held: Age in days is at least 10 (saw 5)",
    ]


def test_json_has_every_rule_and_what_moves(tried: Tried) -> None:
    told = json.loads(tried(*PATIENT, options=("--json",)).out)
    assert (told["period"], told["as_of"]) == ("2026-10", "2026-11-03")
    [account] = told["accounts"]
    rules = {one["rule_id"]: one for one in account["rules"]}
    assert list(rules) == told["before"]["in_force"] == told["after"]["in_force"]
    assert (account["account"], account["status"], account["unjudged_before"]) == ("acme", "judged", 0)
    late = rules["REC-010"]
    assert [late[key] for key in ("before", "after", "falls_in", "falls_out")] == [3, 1, 0, 2]
    assert late["sums"] == [
        {"change": "falls out", "currency": "EUR", "rows": 1, "amount_minor": 2000},
        {"change": "falls out", "currency": "USD", "rows": 1, "amount_minor": 4000},
    ]
    assert sorted((one["source_line"], one["amount_minor"]) for one in late["first"]) == [(5, -2000), (6, -4000)]
    reasons = next(one["reasons"] for one in late["first"] if one["source_line"] == 6)
    assert [(one["version"], one["variable"], one["seen"], one["outcome"]) for one in reasons] == [
        ("before", "break_class", "order_without_payment", "held"),
        ("before", "age_days", 3, "held"),
        ("after", "age_days", 3, "not held"),
    ]
    quiet = [one for one in rules.values() if one["rule_id"] not in ("REC-010", "REC-011")]
    assert quiet
    assert all(not one["sums"] and not one["first"] and one["before"] == one["after"] for one in quiet)


def test_what_moves_nothing_is_said_in_one_line(tried: Tried) -> None:
    for said in (tried(), tried(*PATIENT, options=("--rule", "REC-012"))):
        assert said.code == 0
        assert said.out.startswith("Nothing moves")
        assert said.out.count("\n") == 1


def test_one_rule_alone_and_fewer_rows(tried: Tried) -> None:
    said = tried(*PATIENT, options=("--rule", "REC-011", "--rows", "1"))
    assert "REC-010" not in said.out
    assert said.out.count("item ") == 1
    assert "      and 1 more\n" in said.out


def test_only_rules_in_force_on_the_day_count_on_either_side(tried: Tried) -> None:
    head = RULES.read_text("utf-8").split("- id: REC-011")[0].split("- id: REC-010")[1]
    ended = head.replace("since: 2026-01-01", "since: 2026-01-01\n  until: 2026-11-02")
    said = tried((head, ended))
    assert "REC-010 Order paid, no payment at the processor: 3 rows today, not in force by the proposal\n" in said.out
    assert "        proposal: not in force\n" in said.out
    assert f"{shipped_rules.RULES - 1} rules in force" in said.out
    last_day = tried((head, head.replace("since: 2026-01-01", "since: 2026-01-01\n  until: 2026-11-03")))
    assert last_day.out.startswith("Nothing moves")


def test_every_mistake_of_the_proposal_is_listed_by_place(tried: Tried) -> None:
    said = tried((AT_LEAST, AT_LEAST.replace("age_days", "age_dyas")), ("severity: high", "severity: hihg"))
    assert (said.code, said.out) == (2, "")
    places = [int(found) for found in re.findall(r"proposal\.yaml:(\d+): ", said.err)]
    wrong = [number for number, one in enumerate(RULES.read_text("utf-8").splitlines(), 1) if "severity: high" in one]
    asked = next(number for number, one in enumerate(RULES.read_text("utf-8").splitlines(), 1) if AT_LEAST in one)
    assert places == sorted([*wrong, asked])
    assert len(said.err.splitlines()) == len(places)
    assert "did you mean age_days?" in said.err
    assert "did you mean high?" in said.err


def test_mistakes_of_workspace_and_proposal_are_listed_together(root: Path, tried: Tried) -> None:
    (root / "parameters" / "accounts" / "acme.yaml").write_text(ACCOUNT.replace("currency: EUR\n", "curency: EUR\n", 1))
    said = tried((AT_LEAST, AT_LEAST.replace("greater", "graeter")))
    assert said.code == 2
    assert "curency" in said.err
    assert "proposal.yaml:" in said.err


def test_rule_that_is_in_neither_version_is_refused_with_the_nearest(tried: Tried) -> None:
    said = tried(options=("--rule", "REC-0300"))
    assert (said.code, said.out) == (2, "")
    assert "no rule REC-0300 in either version; did you mean REC-030?" in said.err


def test_proposal_that_is_not_there_is_the_users_mistake(root: Path, opsrules: Opsrules) -> None:
    said = opsrules("rules", "backtest", "-w", str(root), "--against", str(root / "none.yaml"))
    assert (said.code, said.out) == (2, "")
    assert "none.yaml:1: does not exist" in said.err


def test_account_whose_files_are_refused_is_named_and_the_others_are_judged(root: Path, tried: Tried) -> None:
    other = ACCOUNT.replace("account: acme", "account: broken").replace("exports/acme", "exports/broken")
    (root / "parameters" / "accounts" / "broken.yaml").write_text(other)
    (root / "exports" / "broken").mkdir()
    (root / "exports" / "broken" / "orders.csv").write_text("")
    said = tried(*PATIENT)
    assert said.code == 3
    assert "REC-010" in said.out
    assert said.err.startswith("broken: not judged, exports/broken/orders.csv")
    asked: dict[str, Any] = json.loads(tried(*PATIENT, options=("--json",)).out)
    assert [(one["account"], one["status"]) for one in asked["accounts"]] == [
        ("acme", "judged"),
        ("broken", "not judged"),
    ]
    assert tried(*PATIENT, options=("--account", "acme")).code == 0


TABLE = """\
table,causes,hit,first,owner,finance operations,severity,low,source,a policy of tests,message,{{subject}} is told.
id,name,if age_days greater_than_or_equal_to,then raise_finding.due_days,then raise_finding.owner
old,Old,{old},9,long waits
any,Any age,0,9,waits
"""


def test_a_table_takes_the_place_of_the_one_of_its_name(root: Path, opsrules: Opsrules) -> None:
    (root / "parameters/rules/reconciliation.causes.csv").write_text(TABLE.format(old=5))
    proposal = root.parent / "proposal.csv"
    proposal.write_text(TABLE.format(old=4))
    asked = ("--against", str(proposal), "--period", "2026-10", "--as-of", "2026-11-03", "-w", str(root))
    assert opsrules("rules", "backtest", *asked).out.startswith("Nothing moves")
    proposal.write_text(TABLE.format(old=3))
    said = opsrules("rules", "backtest", *asked)
    assert (said.code, said.err) == (0, "")
    # Order #12 of USD 40.00 is 3 days old, and goes from one row of the table to the other; no rule of the desk moves.
    assert f"{shipped_rules.RULES + 2} rules in force" in said.out
    assert "  causes.old Old: 2 rows today, 3 by the proposal\n    1 row falls in: USD\u00a040.00\n" in said.out
    assert "  causes.any Any age: 1 row today, 0 by the proposal\n    1 row falls out: USD\u00a040.00\n" in said.out
    assert "REC-" not in said.out
    assert "        proposal: settled by causes.old, ✓ held: Age in days is at least 3 (saw 3)\n" in said.out


def test_a_table_of_another_name_is_added_and_the_desks_own_stay(root: Path, tried: Tried, opsrules: Opsrules) -> None:
    own = root / "parameters/rules/reconciliation.causes.csv"
    own.write_text(TABLE.format(old=5))
    assert tried().out.startswith("Nothing moves")  # a proposal for the rules alone leaves the tables
    proposal = root.parent / "more.csv"
    proposal.write_text(TABLE.format(old=5).replace("causes", "more", 1))
    asked = ("--against", str(proposal), "--period", "2026-10", "--as-of", "2026-11-03", "-w", str(root))
    said = opsrules("rules", "backtest", *asked).out
    assert f"{shipped_rules.RULES + 2} rules in force" in said
    assert f"{shipped_rules.RULES + 4} rules in force" in said
    assert "more.old Old: not in force today, 2 by the proposal" in said
    proposal.write_text(proposal.read_text().replace("severity,low,", ""))
    broken = opsrules("rules", "backtest", *asked)
    assert broken.code == 2
    assert "more.csv:3: row more.old has no severity" in broken.err


def test_a_folder_of_rules_is_a_proposal_as_it_stands(root: Path, opsrules: Opsrules) -> None:
    folder = root.parent / "proposed/parameters/rules"
    folder.mkdir(parents=True)
    (folder / "reconciliation.yaml").write_text(RULES.read_text("utf-8"), "utf-8")
    (root / "parameters/rules/reconciliation.causes.csv").write_text(TABLE.format(old=5))
    asked = ("--period", "2026-10", "--as-of", "2026-11-03", "-w", str(root))
    said = opsrules("rules", "backtest", "--against", str(folder / "reconciliation.yaml"), *asked).out
    assert "causes.old Old: 2 rows today, not in force by the proposal" in said


def test_nothing_in_an_export_or_a_rule_moves_the_cursor(root: Path, tried: Tried) -> None:
    orders = root / "exports" / "acme" / "orders.csv"
    orders.rename(orders.with_name("orders\x1b[2J.csv"))
    said = tried(*PATIENT, ('name: "Order paid, no payment at the processor"', 'name: "Order \\e[2J\\u202e paid"'))
    assert said.code == 0
    assert "orders\\x1b[2J.csv:5" in said.out
    assert not {"\x1b", "\u202e", "\x9b"} & set(said.out)


def test_nothing_is_written(root: Path, tried: Tried) -> None:
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    assert tried(*PATIENT).code == 0
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before
