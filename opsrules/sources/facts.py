"""The facts of one file: the one place where what a reader delivered becomes what a review, a page and a table tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

import pandas as pd

from opsrules.inputs import Figure, FileRead, MaskedText, RejectsRead, RowsRead
from opsrules.money import total_minor
from opsrules.readers.model import Control, Read
from opsrules.sources.days import AMOUNTS, days_of

__all__ = ["file_read"]

_WHERE = ("source_file", "source_line")
# Columns that tell most rows apart: few are left to be compared as a whole.
_TELLING = ("line_id", "order_id", "payment_id", "occurred_at", "ticket_id", "text")


def file_read(name: str, got: Read, known_by: str, zone: str, cut_off: time | None = None) -> FileRead:
    """Facts of a file that was read.

    Parameters
    ----------
    name : str
        Relative to the workspace.
    got : Read
    known_by : str
        Why its reader took it (`opsrules.sources.known.known_by`).
    zone : str
        IANA zone of the account, whose business days are told.
    cut_off : time, optional
        Local time at which they end; None means midnight.
    """
    return FileRead(
        name=name,
        reader=got.reader,
        records=got.records,
        rejected=len(got.rejects),
        sha256=got.sha256,
        encoding=got.encoding,
        known_by=known_by,
        rows=tuple(_rows(got, zone, cut_off)),
        controls=tuple(_figure(one) for one in got.controls),
        rejects=tuple(_rejects(got.rejects)),
        masked=tuple(MaskedText(str(one.kind), one.column, one.count, one.line) for one in got.masked),
        card_columns=got.card_columns,
    )


def _figure(one: Control) -> Figure:
    _, _, line = one.place.rpartition(":")
    number = int(line) if line.isdecimal() else 1
    return Figure(one.name, number, one.currency, one.expected_minor, one.actual_minor, not one.across)


def _rows(got: Read, zone: str, cut_off: time | None) -> Iterator[RowsRead]:
    for kind, table in got.tables.items():
        equal = _equal(table)
        days = days_of(kind, table, zone, cut_off)
        amount = AMOUNTS.get(kind, "")
        if table.empty or not amount:
            first, last = _first_and_last(days)
            yield RowsRead(kind, "", len(table), 0, first, last, int(equal.sum()))
            continue
        for currency, rows in table.groupby("currency", sort=True):
            first, last = _first_and_last(days.loc[rows.index] if days is not None else None)
            repeated = int(equal.loc[rows.index].sum())
            yield RowsRead(kind, str(currency), len(rows), total_minor(rows[amount]), first, last, repeated)


def _first_and_last(days: pd.Series[pd.Timestamp] | None) -> tuple[str, str]:
    return ("", "") if days is None else (_iso(days.min()), _iso(days.max()))


def _iso(day: pd.Timestamp) -> str:
    # pandas shows a year below 1000 without its zeros
    return "" if pd.isna(day) else date(day.year, day.month, day.day).isoformat()


def _equal(table: pd.DataFrame) -> pd.Series[bool]:
    """Rows that say the same as an earlier one of the file in every column but their line."""
    columns = [name for name in table.columns if name not in _WHERE]
    suspects = table
    for name in (one for one in _TELLING if one in columns):
        suspects = suspects[suspects.duplicated([name], keep=False)]
    again = suspects[suspects.duplicated(columns)].index
    return pd.Series(table.index.isin(again), index=table.index)


def _rejects(rejects: pd.DataFrame) -> Iterator[RejectsRead]:
    for (reason, currency), rows in rejects.groupby(["reason", "currency"], sort=True):
        total = total_minor(rows["amount_minor"])
        yield RejectsRead(str(reason), str(currency), len(rows), total, int(rows["source_line"].min()))
