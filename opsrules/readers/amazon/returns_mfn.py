"""Amazon seller-fulfilled returns (tab separated): returns that buyers asked for, with what was refunded.

Source: Amazon Selling Partner API, returns report by return date; header seen in a sample, no rows.
"""

from __future__ import annotations

from opsrules.readers.amazon.reports import MARKETPLACE, Options, read_report, with_texts
from opsrules.readers.delivery import Form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import each_text
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.rejects import Reject
from opsrules.readers.styles import COMMA, POINT, SPREADSHEET
from opsrules.readers.table import Records
from opsrules.signs import blank
from opsrules.terms import RejectReason

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "Options", "identify", "read"]

NAME = "amazon_returns_mfn"
KIND = "returns"
CHECKED = "sample: the header; Amazon's list of the report's attributes"
NOT_VERIFIED = "rows of a live account"

LAYOUT = Layout(
    columns=(
        Column("order_id", "Order ID", Kind.KEY, required=True),
        Column("coin", "Currency code"),
        Column("refunded_minor", "Refunded Amount", Kind.AMOUNT, required=True),
        Column("requested", "Return request date", Kind.INSTANT, required=True, filled=True, dates=Dates.LOCAL),
        Column("returned", "Return delivery date", Kind.INSTANT, dates=Dates.LOCAL),
        Column("quantity", "Return quantity", Kind.INTEGER, required=True, filled=True),
        Column("sku", "Merchant SKU", required=True),
        Column("status", "Return request status", required=True),
        Column("reason", "Return Reason", aliases=("Return reason code",), required=True),
        Column("resolution", "Resolution"),
        Column("said", "A-to-Z Claim"),
        Column("title", "Item Name"),
        Column("return_id", "Amazon RMA ID"),
    ),
    marks=("Order ID", "Return request date", "Return request status", "Amazon RMA ID", "Return quantity", "In policy"),
    style=POINT,
    local_styles=(COMMA, *SPREADSHEET),
)
_YES = ("y", "yes", "true", "1")
_ANY = "EUR"  # what a blank amount is read in where its row names no currency


def identify(head: Head) -> bool:
    """Whether the file is a report of seller-fulfilled returns."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one report into returns.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    return read_report(source, FORM)


def _shaped(records: Records) -> Parsed:
    coins = each_text(records.column("coin"), lambda text: text.strip().upper())
    unnamed, no_money = blank(coins), blank(records.column("refunded_minor"))
    lacking = unnamed & ~no_money
    title = records.titles.get("coin", records.titles["refunded_minor"])
    lost = tuple(Reject(int(line), RejectReason.CURRENCY_MISSING, title) for line in records.lines[lacking])
    kept = records.where(~lacking)
    known = coins.mask(unnamed & no_money, _ANY)[~lacking].reset_index(drop=True)
    parsed = parse(kept, LAYOUT.columns, currency=known, stake="refunded_minor")
    rows = with_texts(parsed.rows, marketplace=MARKETPLACE, fulfilment="seller")
    said, coin = (each_text(rows[name], str.strip) for name in ("said", "coin"))
    told = rows.assign(claim=said.str.lower().isin(_YES), currency=each_text(coin, str.upper))
    return Parsed(told, lost + parsed.rejects)


FORM = Form(NAME, KIND, LAYOUT, _shaped)
