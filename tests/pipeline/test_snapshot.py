"""A review with what the register knows: owner, day and what people settled, the same in every table and file."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pipeline.small import clean, order, review, statement, workspace

import opsrules
from opsrules import Review, UsageError, standing
from opsrules.batch.outcome import summary_of
from opsrules.register import Where, open_register
from opsrules.standing import Snapshot, Standing
from opsrules.terms import Desk, EventKind, FindingStatus, Level, Severity

OCTOBER = Snapshot("acme", Desk.RECONCILIATION, "2026-10")


def unpaid() -> dict[str, str]:
    """An order of 20.00 and one of 35.00 that nobody paid, and a payout of 147.25 that arrived 7.25 short."""
    files = clean()
    files["orders.csv"] += order("#3", "20.00") + "\n" + order("#4", "35.00") + "\n"
    return files | {"bank.xml": statement(("140.00", "2026-10-09", "SHOPIFY PAYOUT"))}


def known(root: Path, snapshot: Snapshot) -> Review:
    path = root.parent / "snapshot.json"
    standing.save(snapshot, path)
    asked = ("reconciliation", "acme", "2026-10", root)
    return opsrules.open_review(*asked, as_of="2026-11-03", snapshot=path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return workspace(tmp_path / "work", unpaid())


def ids(got: Review) -> dict[str, str]:
    """Finding ids by what each is about."""
    return dict(zip(got.findings["subject_ref"], got.findings["finding_id"], strict=True))


def settled(root: Path, status: FindingStatus, *subjects: str) -> Snapshot:
    base = review(root)
    amounts = dict(zip(base.findings["finding_id"], base.findings["amount_minor"], strict=True))
    names = [ids(base)[one] for one in subjects]
    return replace(
        OCTOBER,
        standings={name: Standing(status=status, settled_by="ada") for name in names},
        amounts={name: ("EUR", int(amounts[name])) for name in names},
    )


def test_owner_and_day_of_the_register_are_the_same_everywhere(root: Path, tmp_path: Path) -> None:
    base = review(root)
    assert ids(base).keys() == {"#3", "#4", "9001"}
    given = Standing(owner="Zoe", due=date(2026, 11, 30))
    got = known(root, replace(OCTOBER, standings={ids(base)["9001"]: given}))
    need = next(one for one in got.needs if "9001" in one.headline)
    assert (need.owner, need.due) == ("Zoe", "2026-11-30")
    got.save(tmp_path / "saved")
    (row,) = [
        row
        for row in csv.DictReader((tmp_path / "saved" / "findings.csv").read_text().splitlines())
        if row["subject_ref"] == "9001"
    ]
    saved = json.loads((tmp_path / "saved" / "review.json").read_text())
    (told,) = [one for one in saved["findings"] if one["subject_ref"] == "9001"]
    assert (row["owner"], row["due"]) == (told["owner"], told["due"]) == ("Zoe", "2026-11-30")
    others = [one["owner"] for one in saved["findings"] if one["subject_ref"] != "9001"]
    assert others == base.findings.query("subject_ref != '9001'")["owner"].tolist()


def test_a_standing_without_owner_and_day_leaves_the_rules_their_word(root: Path) -> None:
    base = review(root)
    got = known(root, replace(OCTOBER, standings={one: Standing() for one in base.findings["finding_id"]}))
    assert got.findings.equals(base.findings)
    assert (got.needs, got.level, got.lede) == (base.needs, base.level, base.lede)


@pytest.mark.parametrize("status", [FindingStatus.RESOLVED, FindingStatus.WRITTEN_OFF])
def test_what_people_settled_needs_nobody_and_stays_in_the_list(
    root: Path, tmp_path: Path, status: FindingStatus
) -> None:
    base = review(root)
    assert base.level is Level.CRITICAL
    assert base.lede == "EUR\u00a062.25 in 3 items need work."  # 20.00 + 35.00 + 7.25
    got = known(root, settled(root, status, "9001", "#4"))
    assert len(got.findings) == 3
    assert got.lede == "EUR\u00a020.00 in 1 item needs work."
    assert got.level is Level.of(Severity(base.findings.query("subject_ref == '#3'")["severity"].iloc[0]))
    assert sum(need.count for need in got.needs) == 1
    metrics = got.metrics.set_index("metric_id")["numerator"]
    assert metrics["open_needs_work.EUR"] == 2000
    assert got.tables["ageing"]["amount_minor"].sum() == 2000
    assert got.tables["causes"]["amount_minor"].sum() == 2000
    got.save(tmp_path / "saved")
    summary = summary_of(tmp_path / "saved" / "review.json")
    assert (sum(summary.findings.values()), summary.settled, summary.at_stake) == (1, 2, (("EUR", 2000),))


def test_all_settled_is_said_and_never_taken_for_matched(root: Path) -> None:
    got = known(root, settled(root, FindingStatus.WRITTEN_OFF, "9001", "#3", "#4"))
    assert got.lede == "Nothing needs work: people settled 3 findings, EUR\u00a062.25."
    assert (got.level, got.needs) == (Level.HEALTHY, ())


def test_a_settled_finding_that_grew_needs_somebody_again(root: Path) -> None:
    snapshot = settled(root, FindingStatus.WRITTEN_OFF, "#3")
    smaller = dict.fromkeys(snapshot.amounts, ("EUR", -1999))
    assert known(root, replace(snapshot, amounts=smaller)).lede == "EUR\u00a062.25 in 3 items need work."


def test_what_the_register_knows_is_no_part_of_the_run(root: Path) -> None:
    base, got = review(root), known(root, settled(root, FindingStatus.RESOLVED, "#3"))
    assert got.provenance == base.provenance
    assert got.control_totals.equals(base.control_totals)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"account": "acme"'])
def test_a_file_that_is_no_snapshot_is_refused(root: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "snapshot.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"snapshot\.json: this is no snapshot of a register .*; leave snapshot empty"):
        opsrules.open_review("reconciliation", "acme", "2026-10", root, as_of="2026-11-03", snapshot=path)


@pytest.mark.parametrize("other", [{"account": "other"}, {"period": "2026-09"}, {"desk": Desk.PAYMENTS}])
def test_a_snapshot_of_another_review_is_refused(root: Path, other: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=r"a snapshot of .*; expected acme, 2026-10"):
        known(root, replace(OCTOBER, **other))  # type: ignore[arg-type]


def test_without_a_register_a_review_by_hand_knows_nothing_and_writes_nothing(root: Path) -> None:
    before = sorted(path for path in root.rglob("*"))
    got = review(root)
    assert got.snapshot == OCTOBER
    assert sorted(path for path in root.rglob("*") if ".opsrules" not in path.parts) == before


def _recorded(root: Path) -> tuple[Review, bytes]:
    """The review as a run records it, and the register's file."""
    base = review(root)
    with open_register(root) as register:
        register.record(base)
        register.assign(ids(base)["9001"], "Zoe", date(2026, 11, 30), "the bank knows")
        register.resolve(ids(base)["#3"], "corrected")
    return base, (root / "register.sqlite3").read_bytes()


def test_by_hand_the_register_is_asked_and_never_written(root: Path) -> None:
    base, kept = _recorded(root)
    got = review(root)
    row = got.findings.query("subject_ref == '9001'").iloc[0]
    assert (row["owner"], row["due"]) == ("Zoe", "2026-11-30")
    assert got.settled == {ids(base)["#3"]}
    assert got.provenance == base.provenance
    assert (root / "register.sqlite3").read_bytes() == kept
    assert [path.name for path in root.iterdir() if path.name.startswith("register")] == ["register.sqlite3"]


def test_by_hand_a_register_that_was_never_begun_is_none(root: Path) -> None:
    (root / "register.sqlite3").touch()  # of a run that was killed before its first table
    assert review(root).snapshot == OCTOBER


def test_an_owner_who_was_given_a_finding_by_mistake_is_forgotten_when_that_is_undone(root: Path) -> None:
    base, _ = _recorded(root)
    named = base.findings.query("subject_ref == '9001'")["owner"].iloc[0]
    november = opsrules.open_review("reconciliation", "acme", "2026-11", root, as_of="2026-12-03")
    assert "Zoe" in set(november.findings["owner"])
    with open_register(root) as register:
        register.record(november)
        (given,) = [event for event in register.history(ids(base)["9001"]) if event.kind == EventKind.ASSIGNED]
        register.undo(given.seq)
        assert register.findings(Where(finding_ids=(ids(base)["9001"],)))["owner"].tolist() == [named]
    assert review(root).findings.query("subject_ref == '9001'")["owner"].tolist() == [named]
