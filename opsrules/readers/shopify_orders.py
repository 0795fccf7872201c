"""Shopify orders export (admin, CSV): one row per line of an order, the order's own cells on its first row.

Records = order lines + rejects. A first row whose order cells cannot be read is one reject of ``orders``, and its line
is not read; one whose line cells alone are bad is a reject of ``order_lines``, and the order is kept. Rows of the wrong
shape are rejects of ``orders``. Names, addresses, mails and notes are never read.

Source: headers of two ages seen in samples; statuses from shopify.dev (OrderDisplayFinancialStatus). Columns
differ by the age of the export, so only those that every age has are required.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from opsrules.readers import blocks
from opsrules.readers.blocks import Blocks, Manner, Undecided, alike
from opsrules.readers.card_columns import card_columns
from opsrules.readers.cells import currencies
from opsrules.readers.content import load
from opsrules.readers.delivery import canonical
from opsrules.readers.gathered import Gathered
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.opening import size_of
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.rejects import Reject, joined, rejected
from opsrules.readers.table import Records, open_table
from opsrules.schemas import ORDER_LINES, ORDERS
from opsrules.terms import RejectReason

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "Options", "identify", "read"]

NAME = "shopify_orders"
KIND = "orders"
CHECKED = "sample: an export of 79 columns and a shorter one, both with invented orders; Shopify's list of columns"
NOT_VERIFIED = "an export of a live shop; another language of the admin; exports with older sets of columns"

_ORDER = (
    Column("order_id", "Name", Kind.KEY, required=True),
    Column("currency", "Currency", Kind.CURRENCY, required=True),
    Column("total_minor", "Total", Kind.AMOUNT, required=True, filled=True),
    Column("placed", "Created at", Kind.INSTANT, required=True, filled=True),
    Column("financial_status", "Financial Status", required=True, filled=True),
    Column("refunded_minor", "Refunded Amount", Kind.AMOUNT),
    Column("subtotal_minor", "Subtotal", Kind.AMOUNT),
    Column("shipping_minor", "Shipping", Kind.AMOUNT),
    Column("tax_minor", "Taxes", Kind.AMOUNT),
    Column("discount_minor", "Discount Amount", Kind.AMOUNT),
    Column("outstanding_minor", "Outstanding Balance", Kind.AMOUNT),
    Column("cancelled", "Cancelled at", Kind.INSTANT),
    Column("payment_method", "Payment Method"),
    Column("channel", "Source"),
    Column("country", "Shipping Country"),
    Column("shop_id", "Id"),
)
_LINE = (
    Column("order_id", "Name", Kind.KEY, required=True),
    Column("quantity", "Lineitem quantity", Kind.INTEGER, required=True, filled=True),
    Column("price_minor", "Lineitem price", Kind.AMOUNT, required=True, filled=True),
    Column("line_discount_minor", "Lineitem discount", Kind.AMOUNT),
    Column("title", "Lineitem name", required=True),
    Column("sku", "Lineitem sku"),
)

LAYOUT = Layout(
    columns=_ORDER + _LINE[1:],
    marks=("Name", "Financial Status", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price"),
    short_rows=True,
)


class Options(LocalDates):
    """What an account may say about an orders export."""


def identify(head: Head) -> bool:
    """Whether the file is a Shopify orders export."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one export into orders and order lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    layout = checked(Options, source).dated(LAYOUT)
    if size_of(source) > 2 * blocks.BLOCK_BYTES:
        with contextlib.suppress(Undecided):
            return _in_blocks(source, layout)
    content = load(source, layout)
    records = open_table(content, layout, source)
    return _delivered(_part(records, source), (content.encoding, content.sha256), records)


@dataclass(frozen=True)
class _Part:
    """What a file, or a block of it, became; its last order and that one's currency."""

    tables: dict[str, pd.DataFrame]
    rejects: pd.DataFrame
    records: int
    last: pd.Series[str]


def _part(records: Records, source: Source, before: pd.Series[str] | None = None) -> _Part:
    """Orders and order lines; `before` are currencies by order that stand before a block, None for a whole file."""
    orders = _orders(records)
    lost = np.isin(records.lines, [reject.line for reject in orders.rejects])
    coins = _coins(records, before)
    lines = _lines(records.where(~lost), coins, in_part=before is not None)
    tables = {
        "orders": canonical(ORDERS, orders.rows, NAME, source),
        "order_lines": canonical(ORDER_LINES, lines.rows, NAME, source),
    }
    rejects = joined(
        rejected(records.faults + orders.rejects, "orders", NAME, source.name),
        rejected(lines.rejects, "order_lines", NAME, source.name),
    )
    return _Part(tables, rejects, records.count, coins[coins.index.isin(records.column("order_id").tail(1))])


def _in_blocks(source: Source, layout: Layout) -> Read:
    parts = Blocks(source, layout)
    tables = {"orders": Gathered(), "order_lines": Gathered()}
    rejects: list[pd.DataFrame] = []
    count = 0
    first: Manner | None = None
    last = pd.Series(dtype="str")
    for block in parts:
        records = block.records()
        first = alike(first, records)
        part = _part(records, source, last)
        for name, table in part.tables.items():
            tables[name].add(table)
        rejects.append(part.rejects)
        count += part.records
        last = part.last
    whole = _Part({name: gathered.table() for name, gathered in tables.items()}, joined(*rejects), count, last)
    return _delivered(whole, (parts.encoding, parts.sha256), records)


def _delivered(part: _Part, content: tuple[str, str], opened: Records) -> Read:
    return Read(
        reader=NAME,
        kind=KIND,
        tables=part.tables,
        rejects=part.rejects,
        controls=(),
        records=part.records,
        encoding=content[0],
        sha256=content[1],
        card_columns=card_columns(opened.header.names),
        # A Shopify order is a row of its own beside its lines; the records of the file are the lines.
        counted=("order_lines",),
    )


def _orders(records: Records) -> Parsed:
    """Orders from the rows that hold an order's own cells; further rows of an order leave those blank."""
    own = np.zeros(len(records.lines), dtype=bool)
    for target in ("financial_status", "total_minor", "placed"):
        own |= (records.column(target).str.strip() != "").to_numpy(dtype=bool)
    parsed = parse(records.where(own), _ORDER, stake="total_minor")
    rows = parsed.rows.assign(financial_status=parsed.rows["financial_status"].str.strip().str.lower())
    return Parsed(rows, parsed.rejects)


def _coins(records: Records, before: pd.Series[str] | None) -> pd.Series[str]:
    """Currency of each order, by its id: that of the first row that has one."""
    codes, reason = currencies(records.column("currency"))
    known = pd.DataFrame({"order_id": records.column("order_id"), "currency": codes})[reason == ""]
    coins: pd.Series[str] = known.drop_duplicates("order_id").set_index("order_id")["currency"]
    if before is None or before.empty:
        return coins
    both: pd.Series[str] = pd.concat([before, coins[~coins.index.isin(before.index)]])
    return both


def _lines(left: Records, coins: pd.Series[str], *, in_part: bool) -> Parsed:
    """Order lines, each in the currency of its order wherever in the file that stands."""
    found = left.column("order_id").map(coins)
    named = found.notna().to_numpy(dtype=bool) | (left.column("order_id").str.strip() == "").to_numpy(dtype=bool)
    if in_part and not named.all():
        raise Undecided  # its order may stand further up or down
    orphans = tuple(
        Reject(int(line), RejectReason.CURRENCY_MISSING, left.titles["currency"]) for line in left.lines[~named]
    )
    coin = found[named].fillna("").astype("str").reset_index(drop=True)
    parsed = parse(left.where(named), _LINE, currency=coin)
    rows = parsed.rows.rename(columns={"line_discount_minor": "discount_minor"})
    return Parsed(rows, orphans + parsed.rejects)
