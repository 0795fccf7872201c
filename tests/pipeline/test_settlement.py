"""Timing and breaks are told apart by the processor's settlement, the bank's days, the cut-off and the zone."""

from __future__ import annotations

from pathlib import Path

import pytest
from pipeline.settlement import account, told
from pipeline.small import clean, line, order, review, statement, workspace

from opsrules import ParameterError

WAITING = line("#3", "30.00", fee="0.70", day=29, payout="", paid_on="")  # a Thursday
DAILY = "processors: [{processor: shopify_payments, settlement_days: 2}]\n"
WEDNESDAYS = "processors: [{processor: shopify_payments, settlement_days: 2, payout_weekdays: [wednesday]}]\n"
CLOSED = "calendar:\n  holidays: [{day: 2026-11-02, name: All Souls}]\n"
DUE, TIMING = ("not_paid_out", "", "REC-052"), ("not_paid_out", "timing", "REC-053")


def files(waiting: str = WAITING) -> dict[str, str]:
    found = clean()
    found["orders.csv"] += order("#3", "30.00", day=29) + "\n"
    found["payments.csv"] += waiting + "\n"
    return found


@pytest.mark.parametrize(
    ("terms", "as_of", "wanted"),
    [
        # Two business days after Thursday 29 October: Monday 2 November, or the Wednesday after it.
        (DAILY, "2026-11-02", TIMING),
        (DAILY, "2026-11-03", DUE),
        (WEDNESDAYS, "2026-11-04", TIMING),
        (WEDNESDAYS, "2026-11-05", DUE),
        (DAILY + CLOSED, "2026-11-03", TIMING),
        (DAILY + CLOSED, "2026-11-04", DUE),
        # Nothing agreed: a week.
        ("", "2026-11-05", TIMING),
        ("", "2026-11-06", DUE),
    ],
)
def test_what_is_not_paid_out_is_timing_until_its_settlement_day(
    tmp_path: Path, terms: str, as_of: str, wanted: tuple[str, str, str]
) -> None:
    got = review(workspace(tmp_path, files(), account(terms)), as_of=as_of)
    assert told(got) == [wanted]


def test_the_cut_off_and_the_zone_decide_from_which_day_settlement_counts(tmp_path: Path) -> None:
    # 18:00 is after a cut-off at 17:00, so that Friday is the line's day and Tuesday its settlement.
    late = line("#3", "30.00", fee="0.70", payout="", paid_on="", when="2026-10-29 18:00:00 +0100")
    cut = account(DAILY, old="sources:", new='cut_off: "17:00"\nsources:')
    assert told(review(workspace(tmp_path / "a", files(late), cut))) == [TIMING]
    assert told(review(workspace(tmp_path / "b", files(late), account(DAILY)))) == [DUE]
    # 23:30 in New York is Friday in Berlin.
    far = line("#3", "30.00", fee="0.70", payout="", paid_on="", when="2026-10-29 23:30:00 -0400")
    assert told(review(workspace(tmp_path / "c", files(far), account(DAILY)))) == [TIMING]


def test_a_calendar_of_the_processors_own_counts_before_the_accounts(tmp_path: Path) -> None:
    own = DAILY.replace("2}", "2, calendars: [own]}")
    root = workspace(tmp_path, files(), account(own))
    (root / "parameters" / "calendars").mkdir()
    head = "id: own\nname: Own\nfirst: 2026-01-01\nlast: 2026-12-31\nsource: s\nverified_on: 2026-11-01\n"
    text = head + "confidence: low\nholidays: [{day: 2026-10-30, name: A}, {day: 2026-11-02, name: B}]\n"
    (root / "parameters" / "calendars" / "own.yaml").write_text(text)
    assert told(review(root, as_of="2026-11-04")) == [TIMING]
    assert told(review(root, as_of="2026-11-05")) == [DUE]


@pytest.mark.parametrize(
    ("days", "as_of", "wanted"),
    [
        ("", "2026-10-13", "payout_in_transit"),  # sent on the 8th, five days
        ("", "2026-10-14", "payout_missing"),
        ("2026-10-12", "2026-10-14", "payout_in_transit"),  # a holiday among them: one banking day more
        ("2026-10-12", "2026-10-15", "payout_missing"),
        ("2026-10-11", "2026-10-14", "payout_missing"),  # a holiday on a Sunday closes nothing
    ],
)
def test_a_payout_is_on_its_way_until_its_last_banking_day(tmp_path: Path, days: str, as_of: str, wanted: str) -> None:
    closed = f"calendar:\n  holidays: [{{day: {days}, name: Bank holiday}}]\n" if days else ""
    nothing = clean() | {"bank.xml": statement(until="2026-10-31")}
    got = review(workspace(tmp_path, nothing, account(closed)), as_of=as_of)
    (found,) = got.findings[got.findings["leg"] == "payouts_bank"].to_dict("records")
    assert found["class"] == wanted
    assert found["other_classes"] == ("timing" if wanted == "payout_in_transit" else "")


def test_a_payout_booked_after_a_bank_holiday_is_found_and_not_late(tmp_path: Path) -> None:
    booked = clean() | {"bank.xml": statement(("147.25", "2026-10-14", "SHOPIFY PAYOUT"))}
    closed = "calendar:\n  holidays: [{day: 2026-10-12, name: Bank holiday}]\n"
    assert told(review(workspace(tmp_path / "a", booked, account(closed)))) == []
    # Without the holiday it came too late to be confirmed by its amount and days: somebody has to look at it.
    assert told(review(workspace(tmp_path / "b", booked))) == [("match_suggested", "payout_late", "REC-068")]


def test_ages_are_counted_in_business_days_beside_days(tmp_path: Path) -> None:
    found = clean()
    found["orders.csv"] += order("#3", "30.00", day=30) + "\n"  # a Friday
    closed = account(CLOSED)
    for text, as_of, wanted in (
        (account(), "2026-11-02", [3, 1]),
        (closed, "2026-11-02", [3, 0]),
        (closed, "2026-11-03", [4, 1]),
    ):
        got = review(workspace(tmp_path / f"{len(text)}{as_of}", found, text), as_of=as_of)
        assert got.findings[["age_days", "age_business_days"]].to_numpy().tolist() == [wanted]


def test_a_calendar_that_ends_before_the_review_is_refused(tmp_path: Path) -> None:
    root = workspace(tmp_path, files(), account("calendar: {use: [own]}\n"))
    (root / "parameters" / "calendars").mkdir()
    head = "id: own\nname: Own\nfirst: 2026-01-01\nlast: 2026-10-31\nsource: s\nverified_on: 2026-11-01\n"
    (root / "parameters" / "calendars" / "own.yaml").write_text(head + "confidence: low\nholidays: []\n")
    assert len(review(root, as_of="2026-10-31").findings) > 0
    with pytest.raises(ParameterError, match=r"own\.yaml:1: tells of 2026-01-01 to 2026-10-31") as caught:
        review(root, as_of="2026-11-01")
    assert "move first or last" in str(caught.value)
