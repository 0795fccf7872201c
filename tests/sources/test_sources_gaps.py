"""Gaps: days without a line where a source usually has some, and payouts that one side names alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrules.parameters import Account
from opsrules.periods import Period
from opsrules.readers.model import Cover
from opsrules.schemas import BANK_LINES, PROCESSOR_LINES, empty
from opsrules.sources.gaps import GAPS, Gap, gaps_of, gaps_table

ACCOUNT = Account.model_validate(
    {"account": "a", "name": "A", "currency": "EUR", "zone": "Europe/Berlin", "sources": [{"files": "x"}]}
)
OCTOBER = Period.parse("2026-10")  # the 1st is a Thursday


def bank(days: Iterable[date], account: str = "****1") -> pd.DataFrame:
    """Bank lines on these days, one each."""
    rows = pd.DataFrame({"booked_on": pd.to_datetime(list(days)).astype("datetime64[us]"), "bank_account": account})
    return rows.assign(currency="EUR", amount_minor=1)


def days_of(first: int, last: int, *, weekends: bool = False, without: Iterable[int] = ()) -> list[date]:
    """Days of October 2026."""
    every = (date(2026, 10, day) for day in range(first, last + 1) if day not in set(without))
    return [day for day in every if weekends or day.weekday() < 5]


def found(table: pd.DataFrame, covers: Iterable[Cover] = (), **more: Any) -> list[tuple[str, str, int]]:
    return [(one.first, one.last, one.days) for one in gaps_of({"bank_lines": table}, ACCOUNT, covers, **more)]


def test_a_banks_weekends_are_no_gaps_and_a_run_goes_over_one() -> None:
    assert found(bank(days_of(1, 30))) == []
    # Thursday the 8th to Monday the 12th: three working days.
    assert found(bank(days_of(1, 30, without=(8, 9, 12)))) == [("2026-10-08", "2026-10-12", 3)]


def test_a_shop_that_rests_on_mondays_has_no_gap_on_them() -> None:
    mondays = (5, 12, 19, 26)
    table = bank(days_of(1, 31, weekends=True, without=mondays))
    assert found(table) == []
    assert found(bank(days_of(1, 31, weekends=True, without=(*mondays, 21)))) == [("2026-10-21", "2026-10-21", 1)]


def test_a_source_that_speaks_once_a_week_has_no_gaps() -> None:
    assert found(bank([date(2026, 10, day) for day in (2, 9, 16, 30)])) == []


def test_the_ends_of_a_period_are_told_only_when_it_is_asked_for() -> None:
    table = bank(days_of(6, 27))
    assert found(table) == []
    asked = found(table, period=OCTOBER)
    assert asked == [("2026-10-01", "2026-10-05", 3), ("2026-10-28", "2026-10-30", 3)]
    assert found(table, period=OCTOBER, until=date(2026, 10, 27)) == asked[:1]


def test_days_that_a_statement_covers_are_not_missing() -> None:
    table = bank(days_of(1, 30, without=(8, 9, 12)))
    assert found(table, [Cover("****1", date(2026, 10, 1), date(2026, 10, 31))]) == []
    assert found(table, [Cover("****2", date(2026, 10, 1), date(2026, 10, 31))]) != []


def test_bank_accounts_are_looked_at_one_by_one() -> None:
    both = pd.concat([bank(days_of(1, 30)), bank(days_of(1, 30, without=(15,)), "****2")], ignore_index=True)
    (gap,) = gaps_of({"bank_lines": both}, ACCOUNT)
    assert (gap.source, gap.first, gap.text) == ("****2", "2026-10-15", "no lines on 15 Oct 2026")


def test_an_implausible_day_makes_no_gap_of_centuries() -> None:
    table = bank([*days_of(1, 30), date(1026, 10, 1), date(2926, 10, 1)])
    assert found(table, until=date(2026, 11, 2)) == []


def test_no_lines_no_gaps() -> None:
    assert gaps_of({"bank_lines": empty(BANK_LINES)}, ACCOUNT, period=OCTOBER) == ()
    table = gaps_table(())
    assert tuple(table.columns) == GAPS
    assert table["days"].dtype == "int64"


@given(st.sets(st.integers(0, 60), min_size=1), st.booleans())
def test_every_day_told_is_without_a_line_and_counted_once(offsets: set[int], asked: bool) -> None:
    present = {date(2026, 9, 10) + timedelta(days=one) for one in offsets}
    gaps = gaps_of({"bank_lines": bank(sorted(present))}, ACCOUNT, period=OCTOBER if asked else None)
    spans = [(date.fromisoformat(one.first), date.fromisoformat(one.last)) for one in gaps]
    told = [first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)]
    assert len(told) == len(set(told))
    assert not present & set(told)
    assert all(0 < one.days <= (last - first).days + 1 for one, (first, last) in zip(gaps, spans, strict=True))
    bounds = (OCTOBER.first, OCTOBER.last) if asked else (min(present), max(present))
    assert all(bounds[0] <= first <= last <= bounds[1] for first, last in spans)


def lines(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Processor lines: kind, payout, the payout's day, its state."""
    table = pd.DataFrame(rows, columns=["kind", "payout_id", "payout_day", "payout_status"])
    return table.assign(
        processor="stripe",
        payout_day=pd.to_datetime(table["payout_day"]).astype("datetime64[us]"),
        occurred_at=pd.Timestamp("2026-10-20", tz="UTC"),
    )


def payouts(table: pd.DataFrame) -> list[Gap]:
    return [one for one in gaps_of({"processor_lines": table}, ACCOUNT) if one.kind == "payouts"]


def test_payouts_that_lines_name_without_their_row_and_rows_without_lines_are_told() -> None:
    paid = ("charge", "po_1", "2026-10-05", "paid"), ("payout", "po_1", "2026-10-05", "paid")
    alone = ("charge", "po_2", "2026-10-06", "paid"), ("payout", "po_3", "2026-10-07", "paid")
    found = payouts(lines(*paid, *alone))
    assert [(one.what, one.days) for one in found] == [("payout_rows", 1), ("payout_lines", 1)]
    assert found[0].text.endswith("without a row of their own: po_2")
    assert found[1].text.endswith("the lines they are made of: po_3")


@pytest.mark.parametrize(
    "row",
    [
        ("charge", "po_2", "2026-10-06", "scheduled"),  # not sent yet
        ("charge", "po_2", "2026-10-21", "paid"),  # sent after the export's last line
        ("charge", "", "", ""),  # the export names none
    ],
)
def test_only_what_is_certain_is_told(row: tuple[str, str, str, str]) -> None:
    paid = ("charge", "po_1", "2026-10-05", "paid"), ("payout", "po_1", "2026-10-05", "paid")
    assert payouts(lines(*paid, row)) == []


def test_an_export_without_payout_rows_lacks_none() -> None:
    assert payouts(lines(("charge", "po_1", "2026-10-05", "paid"), ("charge", "po_2", "2026-10-06", "paid"))) == []
    assert gaps_of({"processor_lines": empty(PROCESSOR_LINES)}, ACCOUNT) == ()
