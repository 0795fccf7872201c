"""Magento's (Adobe Commerce's) orders, exported from the grid of the admin (CSV).

The columns follow the grid as its user has set it up. Amounts are in the currency of the purchase, with or without its
sign; the file names no currency: the account does. Names, addresses and e-mails are not read.

Source: header seen in a sample; rows not verified.
"""

from __future__ import annotations

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import InOneCurrency, LocalDates, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "Options", "identify", "layout", "read"]

NAME = "magento_orders"
KIND = "orders"
CHECKED = "sample: the header"
NOT_VERIFIED = "any row; grids with other columns"


class Options(InOneCurrency, LocalDates):
    """What an account says about the export."""


def layout(options: Options) -> Layout:
    """Columns of the export."""
    return Layout(
        columns=(
            Column("total_minor", "Grand Total (Purchased)", Kind.AMOUNT, required=True, filled=True),
            Column("subtotal_minor", "Subtotal", Kind.AMOUNT),
            Column("shipping_minor", "Shipping and Handling", Kind.AMOUNT),
            Column("refunded_minor", "Total Refunded", Kind.AMOUNT),
            Column("placed", "Purchase Date", Kind.INSTANT, required=True, filled=True, dates=options.dates),
            Column("order_id", "ID", Kind.KEY, required=True),
            Column("financial_status", "Status", Kind.KEY, required=True),
            Column("payment_method", "Payment Method"),
            Column("channel", "Purchase Point"),
        ),
        marks=("Purchase Point", "Purchase Date", "Bill-to Name", "Ship-to Name", "Status", "Grand Total (Purchased)"),
        local_styles=SPREADSHEET,
        currency=options.currency,
    )


LAYOUT = layout(Options(currency="USD"))


def identify(head: Head) -> bool:
    """Whether the file is an orders grid of Magento."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one export into orders.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong, or say no currency.
    """
    wanted = layout(checked(Options, source))
    return read_form(source, Form(NAME, KIND, wanted, lambda records: _shaped(records, wanted)))


def _shaped(records: Records, wanted: Layout) -> Parsed:
    parsed = parse(records, wanted.columns, wanted.currency, stake="total_minor")
    rows = parsed.rows
    return Parsed(rows.assign(financial_status=rows["financial_status"].str.strip().str.lower()), parsed.rejects)
