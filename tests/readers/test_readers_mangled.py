"""Copies of exports that a spreadsheet has opened and saved: other dates, currency signs, other separators."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from table_cases import CASES, Case, clean, values, written

from opsrules import readers
from opsrules.errors import FileRefused
from opsrules.readers import Read, Source
from opsrules.readers.layout import Kind
from opsrules.terms import RejectReason

_NAMES = ("shopify_payments", "shopify_payouts", "stripe_itemised", "stripe_balance_history", "stripe_payouts")
_CASES = [case for case in CASES if case.reader in (*_NAMES, "stripe_payments", "recurly_invoices")]
_WHOLE = re.compile(r"([12][0-9]{3})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2})(?::00)?)?")


def _american(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def _german(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _british(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _saved(case: Case, dated: Callable[[date], str]) -> str:
    """The fixture as a spreadsheet saves it; times with seconds or a zone are text to it and stay as they are."""

    def cell(text: str) -> str:
        found = _WHOLE.fullmatch(text)
        if found is None:
            return text
        day = dated(date(int(found[1]), int(found[2]), int(found[3])))
        return f"{day} {found[4]}" if found[4] else day

    out = io.StringIO()
    rows = [[cell(text) for text in row] for row in case.rows]
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _without_lines(read: Read) -> dict[str, object]:
    return {name: [{**row, "source_line": 0} for row in rows] for name, rows in values(read).items()}


@pytest.mark.parametrize("dated", [_american, _british, _german], ids=lambda one: one.__name__.strip("_"))
@pytest.mark.parametrize("case", _CASES, ids=str)
def test_changed_dates_are_the_same_days(tmp_path: Path, case: Case, dated: Callable[[date], str]) -> None:
    order = "month_first" if dated is _american else "day_first"
    got = case.quickly(tmp_path, _saved(case, dated), date_order=order)
    assert len(got.rejects) == 0
    assert _without_lines(got) == _without_lines(clean(case))


def test_the_file_tells_the_order_by_a_day_above_twelve(tmp_path: Path) -> None:
    case = next(one for one in _CASES if one.reader == "shopify_payments")
    days = [date.fromisoformat(row[6]) for row in case.rows[1:] if row[6]]
    assert any(day.day > 12 for day in days)
    got = case.quickly(tmp_path, _saved(case, _american))
    assert _without_lines(got) == _without_lines(clean(case))


@pytest.mark.parametrize("case", [case for case in CASES if case.reader == "adyen_settlement"], ids=str)
def test_an_id_that_was_rounded_is_a_reject_and_never_another_payment(tmp_path: Path, case: Case) -> None:
    column = next(one for one in case.columns(Kind.TEXT, Kind.KEY) if one.target == "payment_id")
    rows = [list(row) for row in case.rows]
    for row in rows[1:3]:
        row[case.position(column)] = "8.81616E+15"
    got = case.quickly(tmp_path, written(rows))
    assert got.rejects["reason"].tolist() == [RejectReason.DIGITS_LOST] * 2
    assert got.rejects["column"].unique().tolist() == [column.source]
    assert "8.81616E+15" not in set(got.table["payment_id"])


def test_an_order_that_nothing_tells_is_refused_and_not_guessed(tmp_path: Path) -> None:
    head = "Payout Date,Status,Charges,Refunds,Adjustments,Reserved Funds,Fees,Retried Amount,Total,Currency\n"
    rows = "".join(f"{day},paid,1.00,0.00,0.00,0.00,0.00,0.00,1.00,EUR\n" for day in ("3/4/2026", "5/4/2026"))
    path = tmp_path / "payouts.csv"
    path.write_text(head + rows)
    with pytest.raises(FileRefused, match="date_order: day_first or date_order: month_first"):
        readers.read(path)
    got = readers.read(Source(path, "payouts.csv", options={"date_order": "month_first"}))
    assert got.table["sent_on"].tolist() == [pd.Timestamp(2026, 3, 4), pd.Timestamp(2026, 5, 4)]
