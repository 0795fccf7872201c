"""Account files: what a right one says, and what each mistake is answered with."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from account_files import ACCOUNT, READERS
from pydantic import BaseModel

from opsrules.errors import ParameterError, Problem, UsageError
from opsrules.parameters import Account, SourceSpec, load
from opsrules.readers import options_model
from opsrules.terms import Desk


class _Declared(BaseModel):
    columns: dict[str, str] = {}
    values: dict[str, str] = {}


Check = Callable[[str, str], tuple[int, Problem]]
CheckAll = Callable[..., list[Problem]]


def loaded(workspace: Path, text: str = ACCOUNT) -> Account:
    (workspace / "parameters/accounts/northwind.yaml").write_text(text, encoding="utf-8")
    return load(workspace, READERS).accounts["northwind"]


def test_a_right_file_says_what_is_written(workspace: Path) -> None:
    account = loaded(workspace)
    assert (account.account, account.name, account.currency, account.zone) == (
        "northwind",
        "Northwind Traders",
        "EUR",
        "Europe/Berlin",
    )
    assert account.cut_off_time == time(17, 30)
    assert account.payouts[0].days == (1, 4)
    assert account.fees[0].since == date(2026, 1, 1)
    assert (account.tolerance.order_minor, account.tolerance.payout_minor) == (2, 0)
    assert account.desks == (Desk.RECONCILIATION,)
    assert account.owners == {"reconciliation": "Finance operations"}
    assert account.simulated is False


def test_a_left_out_cut_off_is_midnight(workspace: Path) -> None:
    account = loaded(workspace, ACCOUNT.replace('cut_off: "17:30"\n', ""))
    assert (account.cut_off, account.cut_off_time) == ("24:00", None)


def test_the_account_knows_its_file_and_its_hash(workspace: Path) -> None:
    account = loaded(workspace)
    assert account.file == "parameters/accounts/northwind.yaml"
    assert account.sha256 == hashlib.sha256(ACCOUNT.encode()).hexdigest()


def test_an_account_crosses_a_process_boundary(workspace: Path) -> None:
    account = loaded(workspace)
    again = pickle.loads(pickle.dumps(account))
    assert again == account
    assert (again.file, again.sha256) == (account.file, account.sha256)


def test_files_are_sorted_and_each_named_once(workspace: Path) -> None:
    twice = ACCOUNT.replace("sources:\n", "sources:\n  - files: exports/northwind/**/*.csv\n")
    account = loaded(workspace, twice)
    files = account.files(workspace)
    assert [name for _, name, _ in files] == [
        "exports/northwind/2026-10/bank.csv",
        "exports/northwind/2026-10/orders_1.csv",
        "exports/northwind/2026-10/orders_2.csv",
    ]
    # The first source matches all three, but the statement's own source says how to read it.
    assert [spec.reader for _, _, spec in files] == ["bank_csv", None, None]


def test_an_account_may_point_elsewhere(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("share") / "orders.csv"
    elsewhere.write_text("a\n", encoding="utf-8")
    account = loaded(workspace, ACCOUNT.replace("exports/northwind/*/orders*.csv", elsewhere.as_posix()))
    assert (elsewhere, elsewhere.as_posix()) in [(path, name) for path, name, _ in account.files(workspace)]


def test_c10_a_decimal_stays_exact(workspace: Path) -> None:
    account = loaded(workspace, ACCOUNT.replace("rate_bps: 12.5", "rate_bps: 0.1"))
    assert account.fees[0].rate_bps == Decimal("0.1")
    assert account.fees[0].rate_bps * 3 == Decimal("0.3")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        # C1: unknown keys, with the nearest one.
        ("account: northwind", "acount: northwind", 1, ("unknown key 'acount'", "did you mean account?")),
        ("    days:", "    day:", 14, ("unknown key 'day' in payouts[0]", "did you mean days?")),
        ("  order_minor: 2", "  ordre_minor: 2", 24, ("unknown key 'ordre_minor'", "did you mean order_minor?")),
        ("{delimiter:", "{delimeter:", 10, ("'delimeter' in sources[1].options", "did you mean delimiter?")),
        # Missing keys.
        ("name: Northwind Traders\n", "", 1, ("name is missing", "add name: Northwind Traders")),
        ("    descriptor: STRIPE\n", "", 12, ("payouts[0].descriptor is missing", "add descriptor: STRIPE")),
        # Wrong types and values.
        ("name: Northwind Traders", "name: 12", 2, ("name must be text, got 12", 'quote it: "12"')),
        ("name: Northwind Traders", "name:", 2, ("name must be text, got nothing", "write a value")),
        ("name: Northwind Traders", 'name: " "', 2, ("name must not be blank",)),
        ("currency: EUR\nzone", "currency: EURO\nzone", 3, ("ISO 4217 currency, got 'EURO'", "did you mean EUR?")),
        ("Europe/Berlin", "Europe/Berln", 4, ("IANA time zone", "'Europe/Berln'", "did you mean Europe/Berlin?")),
        ("Europe/Berlin", "../etc/passwd", 4, ("IANA time zone",)),
        ('"17:30"', '"25:00"', 5, ("cut_off must be HH:MM, got '25:00'",)),
        ('"17:30"', '"00:00"', 5, ("later than the day's start", 'write "24:00"')),
        ('"17:30"', '"7:30"', 5, ("cut_off must be HH:MM",)),
        ("[1, 4]", "[4, 1]", 14, ("payouts[0].days", "got 4, 1", "write [0, 5]")),
        ("[1, 4]", "[1, 4, 5]", 14, ("payouts[0].days",)),
        ("[1, 4]", "3", 14, ("payouts[0].days", "got 3")),
        (
            "order_minor: 2",
            "order_minor: 1.5",
            24,
            ("tolerance.order_minor must be a whole number of minor units", "got 1.5", "write 150 for 1.5 EUR"),
        ),
        ("order_minor: 2", 'order_minor: "1.50"', 24, ("minor units, got '1.50'", "write 150 for 1.50 EUR")),
        ("order_minor: 2", "order_minor: true", 24, ("whole number of minor units, got true",)),
        ("order_minor: 2", "order_minor: -2", 24, ("tolerance.order_minor must be at least 0, got -2",)),
        ("rate_bps: 12.5", 'rate_bps: "12.5"', 17, ("fees[0].rate_bps must be a number, got '12.5'",)),
        ("rate_bps: 12.5", "rate_bps: -1", 17, ("fees[0].rate_bps must be at least 0",)),
        ("since: 2026-01-01", "since: soon", 20, ("fees[0].since must be a day such as 2026-10-01, got 'soon'",)),
        ("since: 2026-01-01", "since: 2026-02-30", 20, ("2026-02-30 is no day of the calendar",)),
        ("[finance@example.com]", "[finance.example.com]", 26, ("recipients[0] must be a mail address",)),
        ("{reconciliation: Finance operations}", "[Finance]", 25, ("owners must be a mapping, got a list",)),
        ("owners:", "desks: [reconcilation]\nowners:", 25, ("desks[0] must be one of", "did you mean reconciliation?")),
        ("owners:", "simulated: 1\nowners:", 25, ("simulated must be true or false, got 1",)),
        ("never_at_processor: [manual]", "never_at_processor: manual", 22, ("must be a list, got 'manual'",)),
        # C4: files and readers.
        ("exports/northwind/*/orders", "exports/nortwind/*/orders", 7, ("no file matches", "exports/ holds northwind")),
        ("*/bank.csv", "*/statement.csv", 8, ("sources[1].files: no file matches",)),
        ("exports/northwind/*/bank.csv", "../other/bank.csv", 8, ("must not leave its folder by ..",)),
        ("reader: bank_csv", "reader: bank_cvs", 9, ("no reader is called 'bank_cvs'", "did you mean bank_csv?")),
        ("reader: bank_csv", "reader: camt053", 10, ("reader camt053 takes none",)),
        ("    reader: bank_csv\n", "", 9, ("only a named reader takes options",)),
    ],
)
def test_c1_c4_each_mistake_names_line_expected_found_and_next_step(
    one_problem: Check, old: str, new: str, line: int, words: tuple[str, ...]
) -> None:
    found_line, problem = one_problem(old, new)
    assert found_line == line
    for word in words:
        assert word in str(problem)


def test_minor_units_follow_the_account_currency(problems: CheckAll) -> None:
    text = ACCOUNT.replace("currency: EUR\nzone", "currency: JPY\nzone").replace("order_minor: 2", "order_minor: 150.0")
    assert [one.next_step for one in problems(text)] == ["write 150 for 150.0 JPY"]


TEN = """\
acount: northwind
name: 12
currency: EURO
zone: Europe/Berln
cut_off: 17:30
sources:
  - files: exports/northwind/*/nothing.csv
  - files: exports/northwind/*/bank.csv
    reader: bank_cvs
payouts:
  - processor: stripe
    days: [0, 5]
tolerance:
  order_minor: 1.5
recipients:
  - finance@example.com
  - finance
"""


def test_ten_mistakes_of_one_file_are_ten_problems_in_order(problems: CheckAll) -> None:
    found = problems(TEN)
    lines = [int(one.place.rpartition(":")[2]) for one in found]
    # By hand: key 1, name 2, currency 3, zone 4, cut-off 5, file 7, reader 9, descriptor 11, minor 14, mail 17.
    assert lines == [1, 2, 3, 4, 5, 7, 9, 11, 14, 17], [str(one) for one in found]


def test_mistakes_of_all_files_come_at_once_and_sorted(problems: CheckAll, workspace: Path) -> None:
    second = ACCOUNT.replace("account: northwind", "account: a-first").replace("EUR\nzone", "EUX\nzone")
    (workspace / "parameters/accounts/a-first.yaml").write_text(second, encoding="utf-8")
    found = problems(ACCOUNT.replace("Europe/Berlin", "Berlin") + "extra: 1\n")
    assert [one.place for one in found] == [
        "parameters/accounts/a-first.yaml:3",
        "parameters/accounts/northwind.yaml:4",
        "parameters/accounts/northwind.yaml:27",
    ]


def test_line_9_comes_before_line_10(problems: CheckAll) -> None:
    found = problems(ACCOUNT.replace("reader: bank_csv", "reader: x9").replace("STRIPE", "''"))
    assert [one.place.rpartition(":")[2] for one in found] == ["9", "13"]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("../x", "'../x' holds '.' (U+002E)"),
        ("a/b", "'a/b' holds '/' (U+002F)"),
        ("CON", "'CON' holds 'C' (U+0043)"),
        ("con", "'con' is a name that Windows reserves"),
        ("LPT1", "'LPT1' holds 'L' (U+004C)"),
        ("lpt1", "'lpt1' is a name that Windows reserves"),
        ("x" * 300, "has 300 signs, more than 64"),
        ("x" * 65, "has 65 signs, more than 64"),
        ("a.", "'a.' holds '.' (U+002E)"),
        ("a b", "'a b' holds ' ' (U+0020)"),
        ("-a", "'-a' starts with '-'"),
        ("", "'' is empty"),
        ("Demo", "'Demo' holds 'D' (U+0044)"),
        ("a\u202eb", "(U+202E)"),
        ("a\u200bb", "(U+200B)"),
        ("n\u043erthwind", "(U+043E)"),
    ],
)
def test_b18_b13_unsafe_account_names_are_refused(problems: CheckAll, name: str, fault: str) -> None:
    # JSON's text is YAML's with invisible signs escaped: only so are they read, and refused as a name.
    text = ACCOUNT.replace("account: northwind", f"account: {json.dumps(name)}")
    found = [one for one in problems(text) if "must be a safe folder name" in one.what]
    assert [one.place for one in found] == ["parameters/accounts/northwind.yaml:1"]
    assert found[0].what.startswith("account must be a safe folder name; ")
    assert found[0].what.endswith(fault)
    assert found[0].next_step == "write 1 to 64 of a-z 0-9 _ -, beginning with a letter or digit"


def test_b13_a_letter_that_looks_like_another_is_spelt_out(problems: CheckAll) -> None:
    found = problems(ACCOUNT.replace("account: northwind", "account: n\u043erthwind"))
    assert any("U+043E" in str(one) for one in found)


def test_the_account_must_be_called_like_its_file(problems: CheckAll) -> None:
    found = problems(ACCOUNT, "southwind.yaml")
    assert [str(one) for one in found] == [
        "parameters/accounts/southwind.yaml:1: account is 'northwind' in a file named 'southwind.yaml'; "
        "write account: southwind, or rename the file"
    ]


def test_c5_the_same_account_in_two_files_names_both_places(problems: CheckAll, workspace: Path) -> None:
    (workspace / "parameters/accounts/copy.yaml").write_text(ACCOUNT, encoding="utf-8")
    found = [str(one) for one in problems("# a comment\n" + ACCOUNT)]
    assert any(
        one.startswith(
            "parameters/accounts/northwind.yaml:2: account 'northwind' also stands at parameters/accounts/copy.yaml:1"
        )
        for one in found
    )


def test_c12_names_that_differ_by_case_are_refused(problems: CheckAll, workspace: Path) -> None:
    capital = ACCOUNT.replace("account: northwind", "account: Northwind")
    (workspace / "parameters/accounts/Northwind.yaml").write_text(capital, encoding="utf-8")
    found = [str(one) for one in problems(ACCOUNT)]
    assert any(
        "account 'northwind' differs only by case from 'Northwind' at parameters/accounts/Northwind.yaml:1" in one
        for one in found
    )


def test_a_file_that_would_be_passed_over_is_named(problems: CheckAll, workspace: Path) -> None:
    (workspace / "parameters/accounts/other.yml").write_text(ACCOUNT, encoding="utf-8")
    assert [str(one) for one in problems(ACCOUNT)] == [
        "parameters/accounts/other.yml:1: would be passed over; rename it to other.yaml"
    ]


def test_a_folder_in_place_of_a_file_is_a_problem(problems: CheckAll, workspace: Path) -> None:
    (workspace / "parameters/accounts/folder.yaml").mkdir()
    assert [one.place for one in problems(ACCOUNT)] == ["parameters/accounts/folder.yaml:1"]


CONTRACT = """\
  - processor: stripe
    rate_bps: 10
    fixed_minor: 0
    currency: EUR
    since: {since}
    until: {until}
    source: addendum
"""


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("2025-01-01", "2026-01-01", "fees[0] and fees[1] (line 22) overlap: both hold on 2026-01-01"),
        ("2026-03-01", "2026-04-01", "fees[1] and fees[0] (line 16) overlap: both hold on 2026-03-01"),
        (
            "2025-01-01",
            "2025-12-30",
            "fees[0] and fees[1] (line 22) leave a gap: no rate from 2025-12-31 to 2025-12-31",
        ),
        ("2025-02-01", "2025-01-01", "fees[1] ends on 2025-01-01, before it starts on 2025-02-01"),
    ],
)
def test_c7_c8_fee_contracts_leave_one_rate_a_day(problems: CheckAll, since: str, until: str, words: str) -> None:
    head, tail = ACCOUNT.split("never_at_processor")
    found = problems(head + CONTRACT.format(since=since, until=until) + "never_at_processor" + tail)
    assert len(found) == 1
    assert words in str(found[0])


def test_c8_contracts_that_follow_one_another_are_right(problems: CheckAll) -> None:
    head, tail = ACCOUNT.split("never_at_processor")
    earlier = CONTRACT.format(since="2025-01-01", until="2025-12-31")
    other_brand = earlier.replace("currency: EUR", "currency: EUR\n    card_brand: amex").replace("2025", "2026")
    assert problems(head + earlier + other_brand + "never_at_processor" + tail) == []


def test_only_reads_the_accounts_it_names(workspace: Path) -> None:
    loaded(workspace)
    (workspace / "parameters/accounts/broken.yaml").write_text("nonsense\n", encoding="utf-8")
    assert list(load(workspace, READERS, only=["northwind"]).accounts) == ["northwind"]


def test_only_with_an_unknown_account_names_the_nearest(workspace: Path) -> None:
    loaded(workspace)
    with pytest.raises(UsageError, match="did you mean northwind"):
        load(workspace, READERS, only=["nortwind"])


def test_unknown_processors_are_refused_where_the_known_ones_are_given(workspace: Path) -> None:
    (workspace / "parameters/accounts/northwind.yaml").write_text(
        ACCOUNT.replace("processor: stripe", "processor: strpe", 1)
    )
    with pytest.raises(ParameterError, match=r":12: payouts\[0\].processor.*did you mean stripe") as caught:
        load(workspace, READERS, processors=["stripe", "shopify_payments"])
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("declared", ["values: {processor: klarna, currency: EUR}", "columns: {processor: Paid by}"])
def test_a_processor_that_the_account_declares_itself_is_known(workspace: Path, declared: str) -> None:
    _declaring(workspace, declared)
    account = load(workspace, {**READERS, "declared_csv": _Declared}, processors=["stripe"]).accounts["northwind"]
    assert account.payouts[0].processor == "klarna"


def test_a_processor_that_is_declared_under_another_name_is_refused(workspace: Path) -> None:
    _declaring(workspace, "values: {processor: klarn, currency: EUR}")
    with pytest.raises(ParameterError, match=r"no reader gives lines of 'klarna'; did you mean klarn\?"):
        load(workspace, {**READERS, "declared_csv": _Declared}, processors=["stripe"])


def _declaring(workspace: Path, options: str) -> None:
    source = f"sources:\n  - {{files: klarna.csv, reader: declared_csv, options: {{{options}}}}}\n"
    text = ACCOUNT.replace("processor: stripe", "processor: klarna").replace("sources:\n", source, 1)
    (workspace / "klarna.csv").touch()
    (workspace / "parameters/accounts/northwind.yaml").write_text(text, encoding="utf-8")


def test_a_workspace_without_accounts_has_none(tmp_path: Path) -> None:
    (tmp_path / "parameters").mkdir()
    assert dict(load(tmp_path, READERS).accounts) == {}


def test_the_template_is_right_once_its_sources_exist_and_its_name_is_set(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "parameters/accounts/_template.yaml").read_text(encoding="utf-8")
    folder = tmp_path / "parameters/accounts"
    folder.mkdir(parents=True)
    (folder / "_template.yaml").write_text(text, encoding="utf-8")
    (folder / "northwind.yaml").write_text(text.replace("account: _template", "account: northwind"), encoding="utf-8")
    exports = tmp_path / "exports/northwind/2026-10"
    exports.mkdir(parents=True)
    (exports / "orders.csv").write_text("a\n", encoding="utf-8")
    (exports / "bank.xml").write_text("<a/>\n", encoding="utf-8")
    accounts = load(tmp_path, READERS).accounts
    assert list(accounts) == ["northwind"]
    # Every key an account may have is shown.
    assert set(yaml.safe_load(text)) == set(Account.model_fields)


def test_the_templates_owners_are_those_that_the_shipped_rules_name() -> None:
    parameters = Path(__file__).parents[2] / "parameters"
    template = yaml.safe_load((parameters / "accounts/_template.yaml").read_text(encoding="utf-8"))
    rules = yaml.safe_load((parameters / "rules/reconciliation.yaml").read_text(encoding="utf-8"))
    named = {action["params"]["owner"] for rule in rules for action in rule["actions"] if "owner" in action["params"]}
    assert set(template["owners"]) == named


def test_the_templates_bank_columns_are_what_the_reader_takes() -> None:
    text = (Path(__file__).parents[2] / "parameters/accounts/_template.yaml").read_text(encoding="utf-8")
    block = text.split("  # - files: exports/northwind/*/bank*.csv\n")[1].split("\n\n")[0]
    shown = yaml.safe_load("\n".join(line.removeprefix("  # ") for line in block.splitlines()))
    model = options_model(shown["reader"])
    assert model is not None
    assert model.model_validate(shown["options"]).model_dump()["decimal"] == ","


@pytest.mark.parametrize(
    ("files", "base"),
    [
        ("exports/acme/*/orders.csv", "exports/acme"),
        ("exports/acme/2026-10/orders.csv", "exports/acme/2026-10"),
        ("exports/acme/**", "exports/acme"),
        ("*.csv", "."),
    ],
)
def test_b19_a_source_holds_what_lies_below_its_first_wildcard(files: str, base: str, tmp_path: Path) -> None:
    root = tmp_path / "w[1]"  # brackets in the workspace's own path are no wildcard
    for folder in ("exports/acme/2026-10", "exports/other"):
        (root / folder).mkdir(parents=True)
    spec, absolute = SourceSpec(files=files), SourceSpec(files=(tmp_path / "elsewhere" / files).as_posix())
    assert spec.base(root) == (root / base).resolve()
    assert absolute.base(root) == (tmp_path / "elsewhere" / base).resolve()
    (root / base / "in.csv").write_text("")
    (root / base / "link.csv").symlink_to("in.csv")
    outside = tmp_path / "out.csv"
    outside.write_text("")
    (root / base / "out.csv").symlink_to(outside)
    held = {name: spec.holds(root / base / name, root) for name in ("in.csv", "link.csv", "out.csv")}
    assert held == {"in.csv": True, "link.csv": True, "out.csv": False}
