"""eBay transaction report (Seller Hub > Payments > Reports, CSV).

Fees are negative in the file and positive on a refund, which gives them back; ``Net amount`` is the gross and the fees.
What eBay took off in all is the `fee_minor`. An order of several items has one row with its amounts and one row for
each item without a net amount: those only break the order down, and are no lines of their own; one whose order has no
row of its own is rejected. Rows are in the payout's currency; a gross in another one is converted at the row's rate to
the nearest minor unit, and the fees are what is between it and the net. A hold placed and a hold released are reserves.

Where every column of a fee is known, the file's nets are held against its gross amounts and fees. Days have no time and
no zone: they start in the account's. Buyers' names, user names and towns are never read.

Source: row shapes seen in a sample of ebay.com; other languages are not verified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

import numpy as np
import pandas as pd

from opsrules.money import CURRENCIES, half_even
from opsrules.readers.cells import absent
from opsrules.readers.delivery import Form, mapped, read_form
from opsrules.readers.ebay.names import FEES, NAMES, TYPES
from opsrules.readers.header import recognises_columns
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.model import Control, Head, Read, Source
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.rejects import Reject
from opsrules.readers.styles import COMMA, POINT, SPACE, SPREADSHEET
from opsrules.readers.table import Records
from opsrules.terms import LineKind, RejectReason

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "ebay_transactions"
KIND = "processor_lines"
PROCESSOR = "ebay"
CHECKED = "sample: a report of ebay.com with every shape of row"
NOT_VERIFIED = (
    "headers of the German and British sites, from public code; French, Italian and Spanish ones, knowledge "
    "of the trade"
)
Options = LocalDates

_KNOWN_BY = (
    *("occurred", "source_kind", "order_id", "net", "currency", "payout_id", "gross", "gross_currency"),
    *("fixed_fee", "variable_fee"),
)

_RELEASED = Column("available_on", "", Kind.DAY)  # which the report does not state
_HIGHEST_RATE = 1_000_000  # rials for a dinar; above it, no rate


def _column(target: str, kind: Kind = Kind.TEXT, *, required: bool = False, filled: bool = False) -> Column:
    first, *others = (NAMES | FEES)[target]
    dates = Dates.LOCAL if kind in (Kind.INSTANT, Kind.DAY) else Dates.ISO
    return Column(target, first, kind, aliases=tuple(others), required=required, filled=filled, dates=dates)


_PAYOUT = (
    _column("currency", Kind.CURRENCY, required=True),
    _column("net", Kind.AMOUNT, required=True, filled=True),
    _column("occurred", Kind.INSTANT, required=True, filled=True),
    replace(_column("occurred", Kind.DAY, required=True), target="created_day"),
    _column("payout_day", Kind.DAY),
    _column("source_kind", Kind.KEY, required=True),
    _column("order_id", required=True),
    _column("payout_id", required=True),
    _column("payout_status"),
    _column("line_id"),
    _column("reference_id"),
    _column("item_id", required=True),
    _column("description"),
    _column("item_title"),
    _column("rate"),
)
_TAKEN = tuple(_column(target, Kind.AMOUNT) for target in (*FEES, "collected_tax"))
_GROSS = _column("gross", Kind.AMOUNT, required=True, filled=True)

LAYOUT = Layout(
    columns=(*_PAYOUT, _GROSS, *_TAKEN, _column("gross_currency")),
    style=POINT,
    local_styles=(COMMA, SPACE, *SPREADSHEET),
    blanks=("--", "\u2014", "\u2013"),
)


def identify(head: Head) -> bool:
    """Whether the file is a transaction report, in any language."""
    return recognises_columns(head, LAYOUT, _KNOWN_BY)


def read(source: Source) -> Read:
    """Read one report into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    layout = checked(Options, source).dated(LAYOUT)
    columns = layout.columns[: len(_PAYOUT)]
    form = Form(
        NAME,
        KIND,
        layout,
        lambda records: _shaped(records, columns),
        aside=_broken_down,
        by_row=False,
        controls=_controls,
    )
    return read_form(source, form)


def _broken_down(opened: Records) -> frozenset[int]:
    """Lines of the items of orders that have a row with their amounts."""
    order = opened.column("order_id").str.strip()
    stated = opened.column("net").str.strip() != ""
    item = ~stated & (opened.column("gross").str.strip() == "") & (opened.column("item_id").str.strip() != "")
    known = item & (order != "") & order.isin(order[stated & ~item])
    return frozenset(opened.lines[known.to_numpy(dtype=bool)].tolist())


def _shaped(records: Records, columns: Sequence[Column]) -> Parsed:
    own = records.column("currency").str.strip().str.upper()
    theirs = records.column("gross_currency").str.strip().str.upper()
    foreign = ((theirs != "") & (theirs != own)).to_numpy(dtype=bool)
    same = parse(records.where(~foreign), (*columns, _GROSS, *_TAKEN), stake="net")
    other = _converted(records.where(foreign), theirs[foreign], columns)
    rows = pd.concat([same.rows, other.rows], ignore_index=True)
    ordered = rows.sort_values("source_line", kind="stable", ignore_index=True)
    return Parsed(_lines(ordered), same.rejects + other.rejects)


def _kinds(rows: pd.DataFrame) -> pd.Series[str]:
    """Kind of each row; a claim or a dispute that pays is a reversal."""
    kind = mapped(rows["source_kind"], TYPES, LineKind.OTHER)
    return kind.mask((kind == LineKind.CHARGEBACK) & (rows["net"] > 0), LineKind.CHARGEBACK_REVERSAL.value)


def _controls(lines: pd.DataFrame, opened: Records) -> tuple[Control, ...]:
    """Net amounts against gross and fees, in each currency, of the rows that state all three in it.

    The row of an order of several items leaves its fees to the rows of the items. Where the buyer's tax that eBay
    collected is part of the gross, it was taken off too.
    """
    if not _knows_all_fees(opened):
        return ()
    own = parse(opened, (LAYOUT.columns[0], _GROSS, *_TAKEN)).rows.set_index("source_line")
    rows = lines.set_index("source_line").join(own[["gross", *FEES, "collected_tax"]], how="inner")
    of_items = (rows["fee_minor"] != 0) & (rows[list(FEES)] == 0).all(axis="columns")
    rows = rows[(rows["gross"] == rows["gross_minor"]) & (rows["kind"] != LineKind.PAYOUT) & ~of_items]
    left = rows["gross"] + rows[list(FEES)].sum(axis="columns") - rows["net_minor"]
    left = left.mask(left == rows["collected_tax"], 0)
    return tuple(
        Control("gross and fees = net", _place(lines, opened, off), str(coin), int(net), int(net + off.sum()))
        for coin, off, net in (
            (coin, left[part.index], part["net_minor"].sum()) for coin, part in rows.groupby("currency")
        )
    )


def _place(lines: pd.DataFrame, opened: Records, off: pd.Series[int]) -> str:
    """First row that does not add up, else the header."""
    wrong = off.index[off != 0]
    return f"{lines['source_file'].iloc[0]}:{wrong[0] if len(wrong) else opened.header.line}"


def _knows_all_fees(records: Records) -> bool:
    """Whether every column between the first fee and the gross is known."""
    names = records.header.names
    at = [names.index(records.titles[target]) for target in (*FEES, "gross") if target in records.titles]
    return set(records.titles.values()).issuperset(names[min(at) : max(at) + 1])


def _converted(records: Records, coins: pd.Series[str], columns: Sequence[Column]) -> Parsed:
    """Rows whose gross is in another currency than their net, with the gross in that of the net."""
    parsed = parse(records, columns, stake="net")
    gross = parse(records, (_GROSS,), currency=coins.reset_index(drop=True))
    theirs = gross.rows.set_index("source_line")
    both = parsed.rows["source_line"].isin(theirs.index).to_numpy(dtype=bool)
    rows = parsed.rows[both].reset_index(drop=True)
    found = theirs.reindex(rows["source_line"])
    decimal = records.setting.style.decimal
    facts = zip(
        found["gross"], found["currency"], rows["currency"], rows["rate"].str.replace(decimal, "."), strict=True
    )
    amounts = [_at_rate(int(minor), coin, own, rate) for minor, coin, own, rate in facts]
    lost = np.array([amount is None for amount in amounts], dtype=bool)
    whole = pd.Series([amount or 0 for amount in amounts], dtype="int64")
    kept = Parsed(rows.assign(gross=whole), parsed.rejects + _not_yet(gross.rejects, parsed.rejects))
    title = records.titles.get("rate", records.titles["gross"])
    return kept.without(lost, RejectReason.VALUE_UNKNOWN, title, stake="net", value="rate")


def _not_yet(rejects: tuple[Reject, ...], told: tuple[Reject, ...]) -> tuple[Reject, ...]:
    lines = {one.line for one in told}
    return tuple(one for one in rejects if one.line not in lines)


def _at_rate(minor: int, coin: str, own: str, rate: str) -> int | None:
    """Amount in another currency at a rate, to the nearest minor unit; None without a usable rate."""
    try:
        factor = Decimal(rate.strip())
    except InvalidOperation:
        return None
    if not factor.is_finite() or not 0 < factor < _HIGHEST_RATE:
        return None
    return half_even(minor * factor * Decimal(10) ** (CURRENCIES[own] - CURRENCIES[coin]))


def _lines(rows: pd.DataFrame) -> pd.DataFrame:
    kind = _kinds(rows)
    own = kind == LineKind.PAYOUT
    return rows.assign(
        processor=pd.Series([PROCESSOR] * len(rows), dtype="str"),
        kind=kind,
        gross_minor=rows["gross"],
        fee_minor=rows["gross"] - rows["net"],
        net_minor=rows["net"],
        line_id=rows["line_id"].where(rows["line_id"].str.strip() != "", rows["reference_id"]),
        payout_day=rows["payout_day"].where(~own | rows["payout_day"].notna(), rows["created_day"]),
        payout_status=rows["payout_status"].str.strip().str.lower(),
        available_on=absent(_RELEASED, len(rows))[_RELEASED.target],
        description=rows["description"].where(rows["description"].str.strip() != "", rows["item_title"]),
    )
