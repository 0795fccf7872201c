"""Small differences that the account's own rule gives up: inside its caps, once, undone by people for good."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pipeline.small import ACCOUNT, clean, exports, line, order, review, statement, workspace

import opsrules
from opsrules import Review, UsageError
from opsrules.errors import ParameterError
from opsrules.register import Recorded, Where, open_register
from opsrules.report.sections.since import since
from opsrules.terms import EventKind, FindingStatus

TERMS = "write_off: {most_minor: 50, most_per_period_minor: 100, classes: [order_without_payment]}\n"
EVERY = Where(statuses=tuple(FindingStatus))
PEOPLE = "roles: {{clerk: [{acts}]}}\npeople: {{mina: [clerk]{rule}}}\n"


def small_orders() -> dict[str, str]:
    """October, with unpaid orders of 0.30 to 0.60, one of 0.20 in USD, and a charge of 0.10 too much."""
    files = clean()
    unpaid = [order(f"#{number}", price, day=20) for number, price in ((3, "0.30"), (4, "0.40"), (5, "0.50"))]
    unpaid += [order("#6", "0.60", day=20), order("#7", "0.20", day=20, currency="USD"), order("#8", "5.00", day=20)]
    more = line("#8", "5.10", day=20, payout="9001")
    files["payments.csv"] += more + "\n"
    files["orders.csv"] += "\n".join(unpaid) + "\n"
    return files


def made(root: Path, terms: str = TERMS, people: str = "") -> Path:
    account = re.sub(r"fees:\n.*\n", "", ACCOUNT)
    workspace(root, small_orders(), account + terms)
    if people:
        (root / "parameters" / "register.yaml").write_text(people)
    with open_register(root):  # a register is what lets the rule write anything off
        pass
    return root


@pytest.fixture(autouse=True)
def who(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSRULES_ACTOR", "mina")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made(tmp_path / "work")


def record(root: Path, got: Review) -> Recorded:
    with open_register(root) as register:
        recorded = register.record(got)
        assert register.verify().problems == ()
    return recorded


def outcomes(got: Review) -> dict[str, str]:
    """What became of each, by the order's number."""
    subjects = dict(zip(got.findings["finding_id"], got.findings["subject_ref"], strict=True))
    table = got.tables["write_offs"]
    return {subjects[name]: outcome for name, outcome in zip(table["finding_id"], table["outcome"], strict=True)}


def written(root: Path) -> dict[str, tuple[str, str, int, int]]:
    """Every write-off by its order: actor, currency, amount and run."""
    with open_register(root) as register:
        known = {row["finding_id"]: row["order_ref"] for row in register.findings(EVERY).to_dict("records")}
        return {
            known[one.subject.finding_id]: (
                one.actor,
                (one.body or {})["currency"],
                (one.body or {})["amount_minor"],
                one.run,
            )
            for one in register.events()
            if one.kind == EventKind.WRITTEN_OFF
        }


def test_the_smallest_come_first_until_the_cap_and_the_rest_is_said(root: Path) -> None:
    got = review(root)
    assert outcomes(got) == {"#3": "written_off", "#4": "written_off", "#5": "over_cap"}
    record(root, got)
    assert written(root) == {"#3": ("rule", "EUR", 30, 0), "#4": ("rule", "EUR", 40, 0)}
    page = " ".join(since(got).text.split()).replace("\u00a0", " ")
    assert "The account's own rule wrote off 2 findings, EUR 0.70." in page
    assert "The cap of the period left 1 finding, EUR 0.50 open" in page


def test_a_rerun_says_the_same_and_writes_nothing_off_again(root: Path, tmp_path: Path) -> None:
    first = review(root)
    record(root, first)
    again = review(root)
    for name, got in (("first", first), ("again", again)):
        got.save(tmp_path / name)
    saved = [
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("first", "again")
    ]
    assert saved[0] == saved[1]
    assert since(first).html == since(again).html
    assert not record(root, again).is_new
    path = root / "parameters" / "accounts" / "acme.yaml"
    path.write_text(path.read_text() + "# changed, so that the run is another\n")
    assert record(root, review(root)).is_new
    assert len(written(root)) == 2


def test_what_a_person_takes_back_is_open_and_never_written_off_by_the_rule_again(root: Path) -> None:
    record(root, review(root))
    with open_register(root) as register:
        (event,) = [
            one
            for one in register.events()
            if one.kind == EventKind.WRITTEN_OFF and (one.body or {})["amount_minor"] == 30
        ]
        register.undo(event.seq, "the buyer pays")
        assert register.findings()["finding_id"].isin([event.subject.finding_id]).any()
    path = root / "parameters" / "accounts" / "acme.yaml"
    path.write_text(path.read_text() + "# another run\n")
    got = review(root)
    assert outcomes(got) == {"#3": "taken_back", "#4": "written_off", "#5": "over_cap"}
    record(root, got)
    assert event.subject.finding_id not in got.settled
    assert len(written(root)) == 2
    november = opsrules.open_review("reconciliation", "acme", "2026-11", root, as_of="2026-12-03")
    assert outcomes(november) == {"#5": "written_off"}


def test_closing_of_one_month_opens_the_next_and_its_cap_is_its_own(root: Path) -> None:
    october = review(root)
    record(root, october)
    folder = root / "exports" / "acme"
    for path in folder.iterdir():
        path.unlink()
    paid = line("#9", "10.00", when="2026-11-05 12:00:00 +0100", payout="9100", paid_on="2026-11-08")
    files = exports(
        [order("#9", "10.00", placed="2026-11-05 11:00:00 +0100")],
        [paid],
        statement(("10.00", "2026-11-09", "SHOPIFY PAYOUT"), until="2026-11-30"),
    )
    for name, text in files.items():
        (folder / name).write_text(text)
    november = opsrules.open_review("reconciliation", "acme", "2026-11", root, as_of="2026-12-03")
    kinds = ["class", "currency"]
    closed = october.tables["roll_forward"].set_index(kinds)["closing_minor"]
    opened = november.tables["roll_forward"].set_index(kinds)["opening_minor"]
    assert closed[closed > 0].to_dict() == opened[opened > 0].to_dict()
    assert closed["order_without_payment", "EUR"] == 110
    assert outcomes(november) == {"#5": "written_off"}
    record(root, november)
    asked = november.tables["roll_forward"].query("`class` == 'order_without_payment' and currency == 'EUR'")
    assert asked[["settled_minor", "closing_minor"]].to_numpy().tolist() == [[50, 60]]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (PEOPLE.format(acts="write_off, undo", rule=""), "refused"),
        (PEOPLE.format(acts="write_off, undo", rule=", rule: [clerk]"), "written_off"),
        (PEOPLE.format(acts="write_off", rule=", rule: [clerk]") + "write_off: {clerk: {EUR: 40}}\n", "refused"),
    ],
)
def test_the_policy_has_to_let_the_rule(tmp_path: Path, people: str, expected: str) -> None:
    root = made(tmp_path / "work", people=people)
    got = review(root)
    assert outcomes(got)["#3"] == expected
    record(root, got)
    assert ("#3" in written(root)) == (expected == "written_off")
    if expected == "refused":
        assert "rule may not write off" in since(got).html


def test_nothing_is_written_off_by_default_too_early_or_without_a_register(tmp_path: Path) -> None:
    assert len(review(made(tmp_path / "one", terms="")).tables["write_offs"]) == 0
    late = TERMS.replace("}", ", after_days: 15}")
    assert len(review(made(tmp_path / "two", terms=late)).tables["write_offs"]) == 0  # they are 14 days old
    other = made(tmp_path / "three")
    (other / "register.sqlite3").unlink()
    assert len(review(other).tables["write_offs"]) == 0


def test_terms_that_say_too_little_are_refused(tmp_path: Path) -> None:
    root = made(tmp_path / "work")
    path = root / "parameters" / "accounts" / "acme.yaml"
    path.write_text(path.read_text().replace("classes: [order_without_payment]", "classes: [nonsense], most: 5"))
    with pytest.raises(ParameterError) as told:
        review(root)
    key, kind = sorted(one.what for one in told.value.problems)
    assert key == "unknown key 'most' in write_off"
    assert "write_off.classes" in kind


def test_nobody_acts_under_the_name_of_the_rule(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSRULES_ACTOR", "rule")
    with pytest.raises(UsageError, match="stands for what the accounts' own rules do"):
        open_register(root)
