"""Amazon settlement report, flat file V2 (tab separated): one row for each component of an amount.

``posted-date-time`` is used, as the order of day and month in ``posted-date`` differs between exports. Amounts have the
decimal sign of the marketplace. A row that is a fee is a line of kind ``fee`` with a negative gross.

Source: Amazon Selling Partner API, settlement report attributes (names of the columns). No file of a client was at
hand.
"""

from __future__ import annotations

from collections.abc import Sequence

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

NAME = "amazon_settlement_v2"
KIND = "processor_lines"
CHECKED = "documentation: Amazon's settlement report attributes; words of amounts from a public list"
NOT_VERIFIED = "a file of a live account"

_LINES = (
    Column("payout_id", "settlement-id", Kind.KEY, required=True),
    Column("gross_minor", "amount", Kind.AMOUNT, required=True, filled=True),
    Column(
        "posted",
        "posted-date-time",
        Kind.INSTANT,
        aliases=("posted-date",),
        required=True,
        filled=True,
        utc=("posted-date-time", "posted-date"),
        dates=Dates.LOCAL,
    ),
    Column("transaction_type", "transaction-type", required=True),
    Column("amount_type", "amount-type", required=True),
    Column("amount_description", "amount-description", required=True),
    Column("order_id", "order-id", required=True),
    Column("adjustment_id", "adjustment-id"),
    Column("line_id", "order-item-code"),
    Column("description", "sku"),
)

LAYOUT = Layout(
    columns=PAYOUT + _LINES[1:],
    marks=("settlement-id", "total-amount", "amount-type", "amount-description", "amount", "posted-date-time"),
    style=POINT,
    local_styles=(COMMA, *SPREADSHEET),
    short_rows=True,
)


def identify(head: Head) -> bool:
    """Whether the file is a settlement report in the second layout."""
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
    parsed = parse(below, columns, currency=coins, stake="gross_minor")
    rows = parsed.rows.rename(columns={"posted_at": "occurred_at", "posted_zone": "occurred_zone"})
    return Parsed(rows.assign(fee_minor=0), parsed.rejects)
