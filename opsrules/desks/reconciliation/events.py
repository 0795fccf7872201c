"""Breaks that no leg shows: fees above the contract, and faults of the files themselves."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.due import ages
from opsrules.desks.reconciliation.legs import payouts_before_lines
from opsrules.desks.reconciliation.model import Ask, Exports
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.periods import day_words
from opsrules.reconcile import item_ids
from opsrules.reconcile.fees import contract_of, expected_fee_minor
from opsrules.terms import BreakClass, LineKind, SubjectType

__all__ = ["charged_fees", "fee_breaks", "file_break", "file_breaks", "in_period", "item_id", "line_break", "with_ids"]

# No shop, processor or bank of ours has records from before this year; 1970 is a spreadsheet's or a computer's zero.
_FIRST_PLAUSIBLE = pd.Timestamp(2000, 1, 1)
_LISTED = 12  # lines that a message names at the most; the table has them all


def item_id(ask: Ask, *parts: str) -> str:
    """Stable id of what has no natural key of a row, made of these parts."""
    return hashlib.blake2b("\x1f".join([ask.account.account, *parts]).encode(), digest_size=8).hexdigest()


def with_ids(ask: Ask, kind: BreakClass, lines: pd.DataFrame, mask: pd.Series[bool]) -> pd.DataFrame:
    """The lines of the mask with ``item_id``, stable for their break; equal natural keys go by day and amount."""
    table = pd.DataFrame({"ref": lines["ref"], "on": lines["day"], "amount_minor": lines["gross_minor"]})
    at = np.flatnonzero(mask.to_numpy())
    return lines[mask].assign(item_id=item_ids(ask.account.account, kind, "processor_lines", table, at))


def in_period(rows: pd.DataFrame, ask: Ask) -> pd.Series[bool]:
    """Rows of the period that count: not superseded, not after the as-of day."""
    inside = rows["day"].between(pd.Timestamp(ask.period.first), pd.Timestamp(ask.period.last))
    return inside & ~rows["again"] & (rows["day"] <= pd.Timestamp(ask.as_of))


def charged_fees(ask: Ask, ready: Prepared) -> pd.DataFrame:
    """The period's charges that a fee contract covers: the lines with contract (position), expected_minor, over_minor.

    ``over_minor`` is what was charged less what the contract gives: plus is too much.
    """
    sold = (ready.lines["kind"] == LineKind.CHARGE) & (ready.lines["gross_minor"] > 0)
    lines = with_ids(ask, BreakClass.FEE_DIFFERS, ready.lines, in_period(ready.lines, ask) & sold)
    contracts = ask.account.fees
    lines = lines.assign(contract=contract_of(lines, contracts), expected_minor=np.int64(0))
    expected = lines["expected_minor"].to_numpy(copy=True)
    for position, one in enumerate(contracts):
        mine = (lines["contract"] == position).to_numpy()
        gross = lines["gross_minor"].to_numpy()[mine]
        expected[mine] = expected_fee_minor(gross, one.rate_bps, one.fixed_minor)
    lines["expected_minor"] = expected
    lines["over_minor"] = lines["fee_minor"] - lines["expected_minor"]
    return lines[lines["contract"] >= 0]


def fee_breaks(ask: Ask, fees: pd.DataFrame) -> list[Break]:
    """One break per charge whose fee leaves the contract by more than its tolerance; minus is too much."""
    tolerance = fees["contract"].map({n: one.tolerance_minor for n, one in enumerate(ask.account.fees)})
    apart = fees[fees["over_minor"].abs() > tolerance]
    return [
        line_break(
            ask,
            row,
            BreakClass.FEE_DIFFERS,
            amount_minor=-row["over_minor"],
            expected_minor=row["expected_minor"],
            actual_minor=row["fee_minor"],
        )
        for row in apart.to_dict("records")
    ]


def line_break(
    ask: Ask,
    row: Mapping[Any, Any],
    kind: BreakClass,
    *,
    amount_minor: int,
    actual_minor: int | None,
    expected_minor: int | None = None,
    status: str = "",
    due_on: date | None = None,
    note: str = "",
    also: tuple[BreakClass, ...] = (),
) -> Break:
    """Break about one processor line, whose `row` has its ``item_id``."""
    text = {name: str(value) for name, value in row.items()}
    day = pd.Timestamp(text["day"]).date()
    return Break(
        item_id=text["item_id"],
        break_class=kind,
        subject_type=SubjectType.PROCESSOR_LINE,
        subject_ref=text["line_id"] or text["order_id"] or text["payment_id"],
        amount_minor=amount_minor,
        currency=text["currency"],
        order_ref=text["order_id"],
        payout_ref=text["payout_id"],
        processor=text["processor"],
        day=day,
        **ages(ask, day),
        expected_minor=expected_minor,
        actual_minor=actual_minor,
        method=text["method"],
        status=status,
        due_on=due_on,
        note=note,
        also=also,
        source_file=text["source_file"],
        source_line=int(text["source_line"]),
    )


def file_breaks(ask: Ask, exports: Exports, ready: Prepared) -> list[Break]:
    """Faults of the files: unknown, twice, rejected rows, failed control figures, implausible or doubtful times."""
    return [
        *_not_supplied(ask, exports, ready),
        *(
            file_break(ask, BreakClass.FILE_UNRECOGNISED, file.name, note=file.name)
            for file in exports.files
            if not file.reader
        ),
        *(file_break(ask, BreakClass.FILE_TWICE, second, note=first) for second, first in exports.twice),
        *_rejected(ask, exports.rejects),
        *_controls(ask, exports),
        *_rows_twice(ask, ready),
        *_dates(ask, ready),
    ]


def file_break(ask: Ask, kind: BreakClass, name: str, *, note: str = "", rows: int = 1, **values: object) -> Break:
    """Break about a file; `values` are ``amount_minor``, ``currency`` and ``source_line`` where there are such."""
    return Break(
        # A missing export has no file to tell it by; one file may have rejects in several currencies.
        item_id=item_id(
            ask, kind, name, note if kind is BreakClass.SOURCE_MISSING else str(values.get("currency", ""))
        ),
        break_class=kind,
        subject_type=SubjectType.FILE,
        subject_ref=name,
        amount_minor=int(str(values.get("amount_minor", 0))),
        currency=str(values.get("currency") or ask.account.currency),
        source_file=name,
        source_line=int(str(values.get("source_line", 1))),
        rows=rows,
        note=note,
    )


_WANTED = {"orders": "shop orders export", "processor_lines": "processor export", "bank_lines": "bank statement"}


def _not_supplied(ask: Ask, exports: Exports, ready: Prepared) -> Iterable[Break]:
    """Exports that are missing altogether, that have nothing of the period, or that begin too late for its payouts."""
    tables = ready.by_name()
    first, last = pd.Timestamp(ask.period.first), pd.Timestamp(ask.period.last)
    for table, words in _WANTED.items():
        if table not in exports.kinds:
            yield file_break(ask, BreakClass.SOURCE_MISSING, table, note=words)
        elif not tables[table]["day"].between(first, last).any():
            yield file_break(ask, BreakClass.SOURCE_MISSING, table, note=f"{words} of this period")
    early = ready.payouts[ready.payouts["key"].isin(payouts_before_lines(ready, ask))]
    if len(early):
        start = day_words(ready.lines["day"].min().date())
        yield file_break(
            ask, BreakClass.SOURCE_MISSING, "processor_lines", note=f"processor export before {start}", rows=len(early)
        )


def _rejected(ask: Ask, rejects: pd.DataFrame) -> Iterable[Break]:
    for (name, currency), rows in rejects.groupby(["source_file", "currency"], sort=True):
        reasons = rows["reason"].value_counts().sort_index()
        why = ", ".join(f"{count} {str(reason).replace('_', ' ')}" for reason, count in reasons.items())
        yield file_break(
            ask,
            BreakClass.ROWS_REJECTED,
            str(name),
            note=f"{_lines(rows['source_line'])}: {why}",
            rows=len(rows),
            amount_minor=rows["amount_minor"].sum(),
            currency=currency,
            source_line=rows["source_line"].min(),
        )


def _lines(numbers: pd.Series[int]) -> str:
    listed = sorted(numbers.tolist())
    more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
    return f"line{'s' if len(listed) > 1 else ''} " + ", ".join(map(str, listed[:_LISTED])) + more


def _controls(ask: Ask, exports: Exports) -> Iterable[Break]:
    seen: Counter[tuple[str, str]] = Counter()
    for control in exports.controls:
        # A file on one line gives all its statements one place.
        number = str(seen[control.place, control.name])
        seen[control.place, control.name] += 1
        if not control.holds:
            file, _, line = control.place.rpartition(":")
            yield Break(
                item_id=item_id(ask, BreakClass.CONTROL_FAILED, control.place, control.name, number),
                break_class=BreakClass.CONTROL_FAILED,
                subject_type=SubjectType.FILE,
                subject_ref=file,
                # What has no currency counts something: it is no money at stake.
                amount_minor=control.actual_minor - control.expected_minor if control.currency else 0,
                currency=control.currency,
                expected_minor=control.expected_minor,
                actual_minor=control.actual_minor,
                source_file=file,
                source_line=int(line),
                note=control.name,
            )


def _rows_twice(ask: Ask, ready: Prepared) -> Iterable[Break]:
    bank = ready.bank[~ready.bank["early"]]  # a line told early comes again by the nature of its export
    tables = (ready.orders, ready.lines, bank)
    again = pd.concat([table.loc[table["again"], ["source_file", "source_line"]] for table in tables])
    for name, rows in again.groupby("source_file", sort=True):
        note = _lines(rows["source_line"])
        line = rows["source_line"].min()
        yield file_break(ask, BreakClass.ROWS_TWICE, str(name), note=note, rows=len(rows), source_line=line)


def _dates(ask: Ask, ready: Prepared) -> Iterable[Break]:
    late = pd.Timestamp(ask.as_of)
    columns = ["source_file", "source_line", "day", "flags"]
    rows = pd.concat([table[columns] for table in _dated(ready)])
    odd = (rows["day"] < _FIRST_PLAUSIBLE) | (rows["day"] > late)
    for kind, mask in ((BreakClass.DATE_IMPLAUSIBLE, odd), (BreakClass.TIME_AMBIGUOUS, rows["flags"] == "fold")):
        for name, found in rows[mask].groupby("source_file", sort=True):
            note = f"{_lines(found['source_line'])}, {_day(found['day'].min())} to {_day(found['day'].max())}"
            line = found["source_line"].min()
            yield file_break(ask, kind, str(name), note=note, rows=len(found), source_line=line)


def _day(day: pd.Timestamp) -> date:
    return day.date()


def _dated(ready: Prepared) -> tuple[pd.DataFrame, ...]:
    return ready.orders, ready.lines, ready.bank
