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
from dataclasses import replace

import numpy as np
import pandas as pd

from opsrules.readers.amazon.reports import read_report, with_texts
from opsrules.readers.amazon.settlement_kinds import WORDS, told_kinds
from opsrules.readers.amazon.settlement_tears import SettlementTears
from opsrules.readers.blocks import Undecided
from opsrules.readers.cells import absent
from opsrules.readers.delivery import Form
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import each_text
from opsrules.readers.model import Control, Read, Source
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.processor_lines import payouts_and_sums
from opsrules.readers.rejects import Reject
from opsrules.readers.table import Records
from opsrules.signs import blank
from opsrules.terms import LineKind, RejectReason

__all__ = ["OWED", "PAYOUT", "PROCESSOR", "read_settlement", "settlement_controls"]

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
    payout, below = layout.columns[: len(PAYOUT)], layout.columns[len(PAYOUT) :]
    torn = replace(layout, tears=SettlementTears())

    def shape(records: Records) -> Parsed:
        return _shaped(records, payout, lambda rows, coins: lines(rows, coins, (payout[0], *below)))

    def controls(table: pd.DataFrame, _: Records) -> tuple[Control, ...]:
        return settlement_controls(table)

    def tells(records: Records) -> pd.DataFrame:
        is_first = _first_rows(records)
        if records.told is not None and not is_first.any():
            return records.told
        first = records.where(is_first)
        return _told(records, first, parse(first, payout).rows)

    return read_report(source, Form(name, "processor_lines", torn, shape, controls=controls, tells=tells))


def _shaped(records: Records, payout: Sequence[Column], lines: Callable[[Records, pd.Series], Parsed]) -> Parsed:
    is_first = _first_rows(records)
    first, below = records.where(is_first), records.where(~is_first)
    paid = parse(first, payout, stake="total_minor")
    told = _told(records, first, paid.rows)
    coins = _currencies(below, told)
    known = (coins != "").to_numpy(dtype=bool)
    orphans = tuple(
        Reject(int(line), RejectReason.CURRENCY_MISSING, records.titles["currency"]) for line in below.lines[~known]
    )
    parsed = lines(below.where(known), coins[known].reset_index(drop=True))
    shaped = Parsed(_lines(parsed.rows, told), paid.rejects + orphans + parsed.rejects)
    if not is_first.any():
        return shaped
    rows = pd.concat([_payouts(paid.rows), shaped.rows], ignore_index=True)
    return Parsed(rows.sort_values("source_line", kind="stable", ignore_index=True), shaped.rejects)


def _told(records: Records, first: Records, paid: pd.DataFrame) -> pd.DataFrame:
    """Currency and day of payout of the settlements that begin in a file, or in a block of it and above.

    Returns
    -------
    DataFrame
        By settlement id: of the first row that names it currency and, where it could be read, payout_day.
    """
    raw = {"id": first.column("payout_id").str.strip(), "currency": first.column("currency").str.strip().str.upper()}
    named = pd.DataFrame(raw).drop_duplicates("id").set_index("id")
    days = paid.assign(id=paid["payout_id"].str.strip()).drop_duplicates("id").set_index("id")["payout_day"]
    own = named.assign(payout_day=days.reindex(named.index), is_read=named.index.isin(days.index))
    if records.told is None:
        return own
    return pd.concat([records.told, own[~own.index.isin(records.told.index)]])


def settlement_controls(lines: pd.DataFrame) -> tuple[Control, ...]:
    """Each settlement's total-amount against the sum of its lines in the same currency."""
    paid, summed = payouts_and_sums(lines)
    return tuple(
        Control(f"total-amount of settlement {one}", f"{file}:{line}", coin, -net, summed.get((one, coin), 0))
        for one, file, line, coin, net in zip(*(paid[name].tolist() for name in paid), strict=True)
    )


def _first_rows(records: Records) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return ~blank(records.column("total_minor")) & blank(records.column(WORDS[0]))


def _currencies(below: Records, told: pd.DataFrame) -> pd.Series[str]:
    """Currency of each row: its own cell, else that of its settlement's first row; "" where neither names one."""
    number = below.column("payout_id").str.strip()
    if below.is_part and not set(number.unique()).issubset(told.index[told["is_read"]]):
        raise Undecided  # its settlement may begin further down
    known = told["currency"].to_dict()
    named = each_text(number, lambda one: known.get(one, ""))
    lacking = blank(below.column("currency"))
    return named if lacking.all() else named.where(lacking, below.column("currency").str.strip().str.upper())


def _payouts(rows: pd.DataFrame) -> pd.DataFrame:
    same = {"processor": PROCESSOR, "kind": LineKind.PAYOUT.value, "source_kind": "settlement"}
    blank = dict.fromkeys(("order_id", "line_id", "description"), "")
    return (
        with_texts(rows, **same, **blank)
        .assign(
            payout_id=rows["payout_id"].str.strip(),
            payout_status=pd.Series(np.where(rows["total_minor"] < 0, OWED, ""), dtype="str"),
            available_on=absent(_RELEASED, len(rows))[_RELEASED.target].set_axis(rows.index),
            gross_minor=-rows["total_minor"],
            fee_minor=0,
            net_minor=-rows["total_minor"],
        )
        .drop(columns="total_minor")
    )


def _line_ids(rows: pd.DataFrame) -> pd.Series[str]:
    lacking = blank(rows["line_id"])
    return rows["line_id"].mask(lacking, rows["adjustment_id"]) if lacking.any() else rows["line_id"]


def _lines(rows: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    number = rows["payout_id"].str.strip()
    code, unique = pd.factorize(number)
    kinds = told_kinds(rows[list(WORDS)])
    return (
        with_texts(rows, processor=PROCESSOR, payout_status="")
        .assign(
            payout_id=number,
            payout_day=told["payout_day"].reindex(unique).to_numpy()[code],
            kind=kinds["kind"],
            source_kind=kinds["source_kind"],
            available_on=absent(_RELEASED, len(rows))[_RELEASED.target].set_axis(rows.index),
            net_minor=rows["gross_minor"] - rows["fee_minor"],
            line_id=_line_ids(rows).str.strip(),
            order_id=rows["order_id"].str.strip(),
        )
        .drop(columns=[*WORDS, "adjustment_id"])
    )
