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
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.money import CURRENCIES, half_even
from opsrules.readers.cells import absent
from opsrules.readers.delivery import Form, Part, mapped, read_form
from opsrules.readers.ebay.names import FEES, NAMES, TYPES
from opsrules.readers.header import recognises_columns
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import constant
from opsrules.readers.model import Control, Head, Read, Source
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.styles import COMMA, POINT, SPACE, SPREADSHEET
from opsrules.readers.table import Records
from opsrules.terms import LineKind, RejectReason

if TYPE_CHECKING:
    import numpy.typing as npt

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
_NO_LINE = np.iinfo(np.int64).max


def _column(target: str, kind: Kind = Kind.TEXT, *, required: bool = False, filled: bool = False) -> Column:
    first, *others = (NAMES | FEES)[target]
    dates = Dates.LOCAL if kind in (Kind.INSTANT, Kind.DAY) else Dates.ISO
    return Column(target, first, kind, aliases=tuple(others), required=required, filled=filled, dates=dates)


_PAYOUT = (
    _column("currency", Kind.CURRENCY, required=True),
    _column("net", Kind.AMOUNT, required=True, filled=True),
    _column("occurred", Kind.INSTANT, required=True, filled=True),
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
_CREATED = _column("occurred", Kind.DAY)

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
        controls=_controls,
        noted=_noted,
        whole=_known_orders,
    )
    return read_form(source, form)


def _items(opened: Records) -> npt.NDArray[np.bool_]:
    """Which records are those of the items of an order."""
    return ~_filled(opened, "net") & ~_filled(opened, "gross") & _filled(opened, "item_id")


def _filled(opened: Records, target: str) -> npt.NDArray[np.bool_]:
    return (opened.column(target).str.strip() != "").to_numpy(dtype=bool)


def _broken_down(opened: Records) -> frozenset[int]:
    """Lines of the items of orders that have a row with their amounts."""
    items = _items(opened)
    if not items.any():
        return frozenset()
    codes, orders = pd.factorize(opened.column("order_id").str.strip())
    stated = np.zeros(len(orders), dtype=bool)
    stated[codes[_filled(opened, "net")]] = True
    stated &= np.asarray(orders != "", dtype=bool)
    return frozenset(opened.lines[items & stated[codes]].tolist())


@dataclass(frozen=True)
class _Note:
    """What the whole file needs to know of a block.

    Attributes
    ----------
    sums : DataFrame
        By currency: net amounts, what gross and fees leave over, and the first line where they do; 0 for none.
    items : dict of int to str
        Lines of items whose order has no row in this block, and the order.
    orders : frozenset of str
        Orders whose row was rejected.
    """

    sums: pd.DataFrame
    items: dict[int, str]
    orders: frozenset[str]


def _noted(records: Records, parsed: Parsed) -> _Note:
    lost = records.where(np.isin(records.lines, [one.line for one in parsed.rejects]))
    orders, items = lost.column("order_id").str.strip(), _items(lost)
    named = items & (orders != "").to_numpy(dtype=bool)
    return _Note(
        _sums(parsed.rows),
        dict(zip(lost.lines[named].tolist(), orders[named], strict=True)),
        frozenset(orders[_filled(lost, "net")]),
    )


def _known_orders(part: Part) -> Part:
    """The same file without the items whose order has its row in another block: they are no records."""
    items = {line: order for note in part.notes for line, order in note.items.items()}
    if not items or len(part.notes) == 1:
        return part
    asked = pd.Series(sorted(set(items.values())), dtype="str")
    known = set(asked[asked.isin(part.tables[KIND]["order_id"].str.strip())]).union(*(one.orders for one in part.notes))
    lines = {line for line, order in items.items() if order in known}
    rejects = tuple(one for one in part.rejects if one.line not in lines)
    return replace(part, rejects=rejects, records=part.records - len(lines))


def _shaped(records: Records, columns: Sequence[Column]) -> Parsed:
    own = records.column("currency").str.strip().str.upper()
    theirs = records.column("gross_currency").str.strip().str.upper()
    foreign = ((theirs != "") & (theirs != own)).to_numpy(dtype=bool)
    parsed = parse(records, columns, stake="net")
    read = np.isin(records.lines, parsed.rows["source_line"])
    here = ~foreign[read]
    same = _same(records.where(read & ~foreign), parsed.rows[here].reset_index(drop=True))
    found = [same]
    if not here.all():
        rows = parsed.rows[~here].reset_index(drop=True)
        found.append(_converted(records.where(read & foreign), rows, theirs[read & foreign].reset_index(drop=True)))
    rows = same.rows if here.all() else _ordered([one.rows for one in found])
    rejects = parsed.rejects + tuple(one for part in found for one in part.rejects)
    return Parsed(_lines(rows, records), rejects)


def _ordered(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    rows = pd.concat(parts, ignore_index=True)
    return rows.sort_values("source_line", kind="stable", ignore_index=True)


def _same(records: Records, rows: pd.DataFrame) -> Parsed:
    """Rows whose gross is in the currency of their net, with it and with the fees."""
    parsed = parse(records, (_GROSS, *_TAKEN), currency=rows["currency"])
    both = rows["source_line"].isin(parsed.rows["source_line"]).to_numpy(dtype=bool)
    worth = dict(zip(rows["source_line"][~both], rows["net"][~both], strict=True))
    rejects = tuple(replace(one, amount_minor=worth[one.line]) for one in parsed.rejects)
    kept = rows[both].reset_index(drop=True)
    taken = {name: parsed.rows[name] for name in ("gross", *FEES, "collected_tax")}
    return Parsed(kept.assign(**taken, foreign=False), rejects)


def _kinds(rows: pd.DataFrame) -> pd.Series[str]:
    """Kind of each row; a claim or a dispute that pays is a reversal."""
    kind = mapped(rows["source_kind"], TYPES, LineKind.OTHER)
    return kind.mask((kind == LineKind.CHARGEBACK) & (rows["net"] > 0), LineKind.CHARGEBACK_REVERSAL.value)


def _sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Net amounts against gross and fees, in each currency, of the rows that state all three in it.

    The row of an order of several items leaves its fees to the rows of the items. Where the buyer's tax that eBay
    collected is part of the gross, it was taken off too.
    """
    fees = rows[list(FEES)].sum(axis="columns")
    of_items = (rows["fee_minor"] != 0) & (rows[list(FEES)] == 0).all(axis="columns")
    left = rows["gross"] + fees - rows["net"]
    off = left.mask(left == rows["collected_tax"], 0)
    facts = pd.DataFrame({"currency": rows["currency"], "net": rows["net"], "off": off})
    facts["line"] = rows["source_line"].where(off != 0, _NO_LINE)
    own = facts[~rows["foreign"] & (rows["kind"] != LineKind.PAYOUT) & ~of_items]
    return own.groupby("currency").agg({"net": "sum", "off": "sum", "line": "min"})


def _controls(lines: pd.DataFrame, opened: Records) -> tuple[Control, ...]:
    """Net amounts against gross and fees; the place is the first row that does not add up, else the header."""
    if lines.empty or not _knows_all_fees(opened):
        return ()
    file = lines["source_file"].iloc[0]
    every = pd.concat([note.sums for note in opened.notes]).groupby("currency")
    return tuple(
        Control(
            "gross and fees = net",
            f"{file}:{opened.header.line if line == _NO_LINE else line}",
            str(coin),
            int(net),
            int(net + off),
        )
        for coin, net, off, line in every.agg({"net": "sum", "off": "sum", "line": "min"}).itertuples()
    )


def _knows_all_fees(records: Records) -> bool:
    """Whether every column between the first fee and the gross is known."""
    names = records.header.names
    at = [names.index(records.titles[target]) for target in (*FEES, "gross") if target in records.titles]
    return set(records.titles.values()).issuperset(names[min(at) : max(at) + 1])


def _converted(records: Records, rows: pd.DataFrame, coins: pd.Series[str]) -> Parsed:
    """Rows whose gross is in another currency than their net, with the gross in that of the net."""
    gross = parse(records, (_GROSS,), currency=coins)
    found = gross.rows.set_index("source_line")
    kept = rows[rows["source_line"].isin(found.index)].reset_index(drop=True)
    decimal = records.setting.style.decimal
    facts = zip(
        found["gross"], found["currency"], kept["currency"], kept["rate"].str.replace(decimal, "."), strict=True
    )
    amounts = [_at_rate(int(minor), coin, own, rate) for minor, coin, own, rate in facts]
    lost = np.array([amount is None for amount in amounts], dtype=bool)
    whole = pd.Series([amount or 0 for amount in amounts], dtype="int64")
    taken = dict.fromkeys((*FEES, "collected_tax"), 0)
    title = records.titles.get("rate", records.titles["gross"])
    parsed = Parsed(kept.assign(gross=whole, **taken, foreign=True), gross.rejects)
    return parsed.without(lost, RejectReason.VALUE_UNKNOWN, title, stake="net", value="rate")


def _at_rate(minor: int, coin: str, own: str, rate: str) -> int | None:
    """Amount in another currency at a rate, to the nearest minor unit; None without a usable rate."""
    try:
        factor = Decimal(rate.strip())
    except InvalidOperation:
        return None
    if not factor.is_finite() or not 0 < factor < _HIGHEST_RATE:
        return None
    return half_even(minor * factor * Decimal(10) ** (CURRENCIES[own] - CURRENCIES[coin]))


def _lines(rows: pd.DataFrame, records: Records) -> pd.DataFrame:
    kind = _kinds(rows)
    return rows.assign(
        processor=constant(PROCESSOR, rows.index),
        kind=kind,
        gross_minor=rows["gross"],
        fee_minor=rows["gross"] - rows["net"],
        net_minor=rows["net"],
        line_id=rows["line_id"].where(rows["line_id"].str.strip() != "", rows["reference_id"]),
        payout_day=_paid_on(rows, (kind == LineKind.PAYOUT) & rows["payout_day"].isna(), records),
        payout_status=rows["payout_status"].str.strip().str.lower(),
        available_on=absent(_RELEASED, len(rows))[_RELEASED.target],
        description=rows["description"].where(rows["description"].str.strip() != "", rows["item_title"]),
    )


def _paid_on(rows: pd.DataFrame, unsaid: pd.Series[bool], records: Records) -> pd.Series[pd.Timestamp]:
    """Day of each row's payout; a payout that states none was paid on its own day."""
    if not unsaid.any():
        return rows["payout_day"]
    own = records.where(np.isin(records.lines, rows["source_line"][unsaid]))
    days = parse(own, (_CREATED,)).rows[_CREATED.target]
    return rows["payout_day"].mask(unsaid, days.set_axis(rows.index[unsaid]))
