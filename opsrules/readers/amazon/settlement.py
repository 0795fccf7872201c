"""What both layouts of Amazon's settlement report share.

A settlement starts with a row of its own that states its dates, its currency and what is paid out; the rows below carry
its amounts and name it by ``settlement-id``. One file may hold several. The first row is the payout's own: its net is
minus the total. A settlement that ends below zero pays nothing: Amazon carries the balance on or charges a card, so
that its payout is `OWED`. Each amount stays a line of its own: what was charged for an order is the sum of its lines of
kind ``charge``, fees and withheld tax being lines beside them.

The report's times are UTC. Source: Amazon Selling Partner API, settlement reports; layouts seen in samples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from opsrules.readers.amazon.settlement_kinds import WORDS, kinds, spoken
from opsrules.readers.cells import absent
from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import plain_lines
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.model import Control, Read, Source
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.rejects import Reject
from opsrules.readers.table import Records
from opsrules.terms import LineKind, RejectReason

__all__ = ["OWED", "PAYOUT", "PROCESSOR", "mended", "read_settlement", "settlement_controls"]

PROCESSOR = "amazon"
OWED = "owed"
"""Status of the payout of a settlement that ends below zero."""

_ZONED = ("deposit-date",)
PAYOUT = (
    Column("payout_id", "settlement-id", Kind.KEY, required=True),
    Column("currency", "currency", Kind.CURRENCY, required=True),
    Column("total_minor", "total-amount", Kind.AMOUNT, required=True, filled=True),
    Column("occurred", "deposit-date", Kind.INSTANT, required=True, filled=True, utc=_ZONED, dates=Dates.LOCAL),
    Column("payout_day", "deposit-date", Kind.DAY, required=True, filled=True, dates=Dates.LOCAL),
)
"""Columns of a settlement's first row."""

_RELEASED = Column("available_on", "", Kind.DAY)  # which no settlement states
_MOST_PIECES = 5
_LEAST_ID = 6  # digits of a settlement id


Lines = Callable[[Records, pd.Series, Sequence[Column]], Parsed]


def read_settlement(source: Source, name: str, layout: Layout, lines: Lines) -> Read:
    """Read one file of either layout.

    Parameters
    ----------
    source : Source
    name : str
        The reader's.
    layout : Layout
        `PAYOUT` and the columns of the rows below the first ones.
    lines : callable
        From those rows, the currency of each and their columns to lines with payout_id, the `WORDS`, gross_minor,
        fee_minor and the columns that are to be kept.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    told = checked(LocalDates, source).dated(layout)
    payout, below = told.columns[: len(PAYOUT)], told.columns[len(PAYOUT) :]

    def shape(records: Records) -> Parsed:
        return _shaped(records, payout, lambda rows, coins: lines(rows, coins, (payout[0], *below)))

    def controls(table: pd.DataFrame, _: Records) -> tuple[Control, ...]:
        return settlement_controls(table)

    return read_form(
        source,
        Form(
            name,
            "processor_lines",
            told,
            shape,
            by_row=False,
            parting=lambda text, _: (mended(text), ()),
            controls=controls,
        ),
    )


def _shaped(records: Records, payout: Sequence[Column], lines: Callable[[Records, pd.Series], Parsed]) -> Parsed:
    first = _first_rows(records)
    paid = parse(records.where(first), payout, stake="total_minor")
    below = records.where(~first)
    coins = _currencies(below, records.where(first))
    known = (coins != "").to_numpy(dtype=bool)
    orphans = tuple(
        Reject(int(line), RejectReason.CURRENCY_MISSING, records.titles["currency"]) for line in below.lines[~known]
    )
    parsed = lines(below.where(known), coins[known].reset_index(drop=True))
    rows = pd.concat([_payouts(paid.rows), _lines(parsed.rows, paid.rows)], ignore_index=True)
    ordered = rows.sort_values("source_line", kind="stable", ignore_index=True)
    return Parsed(ordered, paid.rejects + orphans + parsed.rejects)


def settlement_controls(lines: pd.DataFrame) -> tuple[Control, ...]:
    """Each settlement's total-amount against the sum of its lines."""
    own = lines["kind"] == LineKind.PAYOUT
    summed = lines[~own].groupby("payout_id")["net_minor"].sum()
    facts = lines.loc[own, ["payout_id", "source_file", "source_line", "currency", "net_minor"]]
    return tuple(
        Control(f"total-amount of settlement {number}", f"{file}:{line}", coin, -int(net), int(summed.get(number, 0)))
        for number, file, line, coin, net in facts.itertuples(index=False)
    )


def mended(text: str) -> str:
    """Text in which a record that a line break in a cell had torn apart stands in its first line, whole.

    The cells are not quoted, so that only the number of tabs tells: pieces that have those of one record together are
    joined, and the lines behind the first are left blank. A settlement's first row that ends after the currency gets
    its blank cells back.
    """
    lines = plain_lines(text).split("\n")
    start = next((at for at, line in enumerate(lines[:20]) if "settlement-id\t" in line.casefold()), -1)
    if start < 0:
        return text
    names = [name.strip().casefold() for name in lines[start].split("\t")]
    tabs, short = len(names) - 1, names.index("currency") if "currency" in names else -1
    at = start + 1
    while at < len(lines) - 1:
        have = lines[at].count("\t")
        if have < tabs and lines[at]:
            pieces = _pieces(lines, at, tabs)
            if pieces > 1:
                lines[at : at + pieces] = [" ".join(lines[at : at + pieces]), *[""] * (pieces - 1)]
            elif have == short:
                lines[at] += "\t" * (tabs - have)
        at += 1
    return "\n".join(lines)


def _pieces(lines: list[str], at: int, tabs: int) -> int:
    """How many lines from this one on make one record; 1 when they make none."""
    have = lines[at].count("\t")
    for more in range(1, _MOST_PIECES):
        following = lines[at + more] if at + more < len(lines) else ""
        number, is_parted, _ = following.partition("\t")
        if is_parted and number.strip().isdigit() and len(number.strip()) >= _LEAST_ID:
            return 1
        have += following.count("\t")
        if have >= tabs:
            return more + 1 if have == tabs and following else 1
    return 1


def _first_rows(records: Records) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    stated = records.column("total_minor").str.strip() != ""
    return (stated & (records.column(WORDS[0]).str.strip() == "")).to_numpy(dtype=bool)


def _currencies(below: Records, first: Records) -> pd.Series[str]:
    """Currency of each row: its own cell, else that of its settlement's first row; "" where neither names one."""
    named = pd.DataFrame({"id": first.column("payout_id").str.strip(), "currency": first.column("currency")})
    known = named.drop_duplicates("id").set_index("id")["currency"].str.strip().str.upper().to_dict()
    own = below.column("currency").str.strip().str.upper()
    told = [known.get(number, "") for number in below.column("payout_id").str.strip()]
    return own.where(own != "", pd.Series(told, dtype="str"))


def _payouts(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        payout_id=rows["payout_id"].str.strip(),
        processor=_same(PROCESSOR, rows),
        kind=_same(LineKind.PAYOUT.value, rows),
        source_kind=_same("settlement", rows),
        payout_status=pd.Series(np.where(rows["total_minor"] < 0, OWED, ""), dtype="str"),
        available_on=absent(_RELEASED, len(rows))[_RELEASED.target].set_axis(rows.index),
        gross_minor=-rows["total_minor"],
        fee_minor=0,
        net_minor=-rows["total_minor"],
        **{name: _same("", rows) for name in ("order_id", "line_id", "description")},
    ).drop(columns="total_minor")


def _lines(rows: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    words = rows[list(WORDS)]
    number = rows["payout_id"].str.strip()
    days = paid.assign(id=paid["payout_id"].str.strip()).drop_duplicates("id").set_index("id")["payout_day"]
    return rows.assign(
        payout_id=number,
        payout_day=days.reindex(number).array,
        processor=_same(PROCESSOR, rows),
        kind=kinds(words),
        source_kind=spoken(words),
        payout_status=_same("", rows),
        available_on=absent(_RELEASED, len(rows))[_RELEASED.target].set_axis(rows.index),
        net_minor=rows["gross_minor"] - rows["fee_minor"],
        line_id=rows["line_id"].where(rows["line_id"].str.strip() != "", rows["adjustment_id"]).str.strip(),
        order_id=rows["order_id"].str.strip(),
    ).drop(columns=[*WORDS, "adjustment_id"])


def _same(text: str, rows: pd.DataFrame) -> pd.Series[str]:
    return pd.Series([text] * len(rows), index=rows.index, dtype="str")
