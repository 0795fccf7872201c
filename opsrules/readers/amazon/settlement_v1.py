"""Amazon settlement report, first layout (tab separated, 36 columns): nine pairs of a type and an amount.

Most rows fill one pair, and those with the quantity none: they are lines of 0. Where a row fills prices and fees, the
fees are its `fee_minor`; a row that only has fees is a line of kind ``fee`` with a negative gross. In rows that have
``other-amount`` alone, ``transaction-type`` is the name of the fee or the event. Cells may end in blanks.

Source: Amazon Selling Partner API, settlement report attributes; the layout was withdrawn from the API in 2026 and
seen in samples.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from opsrules.readers.amazon.reports import Options
from opsrules.readers.amazon.settlement import PAYOUT, PROCESSOR, read_settlement
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.styles import COMMA, POINT, SPREADSHEET
from opsrules.readers.table import Records

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "amazon_settlement_v1"
KIND = "processor_lines"
CHECKED = "sample: one settlement; Amazon's settlement report attributes"
NOT_VERIFIED = "decimal commas in a live file"

_PRICES = ("price", "promotion", "other", "direct_payment")
_FEES = ("item_fee", "shipment_fee", "order_fee", "misc_fee", "other_fee")
_AMOUNTS = (
    Column("price", "price-amount", Kind.AMOUNT, required=True),
    Column("item_fee", "item-related-fee-amount", Kind.AMOUNT, required=True),
    Column("promotion", "promotion-amount", Kind.AMOUNT, required=True),
    Column("other", "other-amount", Kind.AMOUNT, required=True),
    Column("shipment_fee", "shipment-fee-amount", Kind.AMOUNT, required=True),
    Column("order_fee", "order-fee-amount", Kind.AMOUNT, required=True),
    Column("misc_fee", "misc-fee-amount", Kind.AMOUNT, required=True),
    Column("other_fee", "other-fee-amount", Kind.AMOUNT, required=True),
    Column("direct_payment", "direct-payment-amount", Kind.AMOUNT, required=True),
)
_TYPES = (
    Column("price_type", "price-type"),
    Column("promotion_type", "promotion-type"),
    Column("item_fee_type", "item-related-fee-type"),
    Column("shipment_fee_type", "shipment-fee-type"),
    Column("order_fee_type", "order-fee-type"),
    Column("other_fee_type", "other-fee-reason-description"),
    Column("direct_payment_type", "direct-payment-type"),
)
_LINES = (
    Column("payout_id", "settlement-id", Kind.KEY, required=True),
    *_AMOUNTS,
    Column("posted", "posted-date", Kind.INSTANT, required=True, filled=True, utc=("posted-date",), dates=Dates.LOCAL),
    Column("transaction_type", "transaction-type", required=True),
    Column("order_id", "order-id", required=True),
    Column("adjustment_id", "adjustment-id"),
    Column("line_id", "order-item-code"),
    Column("description", "sku"),
    *_TYPES,
)

LAYOUT = Layout(
    columns=PAYOUT + _LINES[1:],
    marks=("settlement-id", "total-amount", "price-type", "price-amount", "item-related-fee-type", "other-amount"),
    style=POINT,
    local_styles=(COMMA, *SPREADSHEET),
)


def identify(head: Head) -> bool:
    """Whether the file is a settlement report in the first layout."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one file into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    return read_settlement(source, NAME, LAYOUT, _lines)


def _lines(below: Records, coins: pd.Series[str], columns: Sequence[Column]) -> Parsed:
    parsed = parse(below, columns, currency=coins, stake="price")
    rows = parsed.rows.rename(columns={"posted_at": "occurred_at", "posted_zone": "occurred_zone"})
    prices = sum((rows[name] for name in _PRICES), start=pd.Series(0, index=rows.index))
    fees = sum((rows[name] for name in _FEES), start=pd.Series(0, index=rows.index))
    alone = (rows[list(_PRICES)] == 0).all(axis="columns") & (fees != 0)
    shaped = rows.assign(
        gross_minor=prices.where(~alone, fees),
        fee_minor=(-fees).where(~alone, 0),
        amount_type=_amount_type(rows, alone),
        amount_description=_first_filled(rows),
    )
    return Parsed(shaped.drop(columns=[one.target for one in (*_AMOUNTS, *_TYPES)]), parsed.rejects)


def _amount_type(rows: pd.DataFrame, alone: pd.Series[bool]) -> pd.Series[str]:
    """Which of the amounts a row has, in the words of the second layout."""
    told = np.select(
        [alone, rows["direct_payment"] != 0, (rows["price"] != 0) | (rows["promotion"] != 0), rows["other"] != 0],
        ["ItemFees", "direct-payment", "ItemPrice", "other-transaction"],
        "",
    )
    return pd.Series(told, index=rows.index, dtype="str")


def _first_filled(rows: pd.DataFrame) -> pd.Series[str]:
    text = rows[_TYPES[0].target].str.strip()
    for column in _TYPES[1:]:
        text = text.where(text != "", rows[column.target].str.strip())
    return text
