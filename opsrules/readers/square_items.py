"""Square's items export, "items detail" (CSV): one row per item of a payment or refund.

``Qty`` is negative on a refund and may have decimals. The export has no price of one: it is what the row's gross sales
come to, and where they do not come to whole minor units the row counts as one. ``Net Sales`` = ``Gross Sales`` +
``Discounts`` on every row; taxes and tips are the transaction's. The file names no currency: the account does. Names of
buyers and staff are not read.

Source: headers of 24 columns, of 35 columns in 2026 and between, rows of 2026 seen in samples and public code; that net
sales are the sum: Square's API reference (V1PaymentItemization).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import InOneCurrency, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.terms import RejectReason

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "Options", "identify", "layout", "read"]

NAME = "square_items"
KIND = "order_lines"
CHECKED = "samples: a file of 24 columns with invented rows; headers of up to 35 columns"
NOT_VERIFIED = "a file of a live account; columns of appointments"


class Options(InOneCurrency):
    """What an account says about the export."""


def layout(options: Options) -> Layout:
    """Columns of the export."""
    return Layout(
        columns=(
            Column("gross_minor", "Gross Sales", Kind.AMOUNT, required=True, filled=True),
            Column("discount_minor", "Discounts", Kind.AMOUNT, required=True, negate=True),
            Column("net_minor", "Net Sales", Kind.AMOUNT, required=True, filled=True),
            Column("quantity", "Qty", Kind.INTEGER, required=True, filled=True),
            Column("order_id", "Transaction ID", Kind.KEY, required=True),
            Column("title", "Item", required=True),
            Column("sku", "SKU"),
        ),
        marks=("Category", "Item", "Qty", "Price Point Name", "Modifiers Applied", "Gross Sales", "Net Sales"),
        local_styles=SPREADSHEET,
        currency=options.currency,
    )


LAYOUT = layout(Options(currency="USD"))


def identify(head: Head) -> bool:
    """Whether the file is a Square items export."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one export into order lines.

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
    parsed = parse(_counted(records), wanted.columns, wanted.currency, "net_minor")
    rows = parsed.rows
    gross, quantity = rows["gross_minor"], rows["quantity"]
    divisor = quantity.where(quantity != 0, 1)
    even = (gross % divisor == 0) & ((quantity != 0) | (gross == 0))
    one = pd.Series(np.where(quantity < 0, -1, 1), rows.index, "int64")
    priced = rows.assign(
        quantity=quantity.where(even, one),
        price_minor=(gross // divisor).where(even, gross * one),
    )
    inconsistent = (gross - rows["discount_minor"] != rows["net_minor"]).to_numpy(dtype=bool)
    title = records.titles["net_minor"]
    return Parsed(priced, parsed.rejects).without(
        inconsistent, RejectReason.AMOUNT_INCONSISTENT, title, stake="net_minor"
    )


def _counted(records: Records) -> Records:
    """Quantities as whole numbers: without decimals that are zeros, and one or minus one for a part of a whole."""
    cells = records.column("quantity").str.strip()
    whole = cells.str.replace(r"^([+-]?[0-9]+)[.,]0*$", r"\1", regex=True)
    part = whole.str.fullmatch(r"[+-]?[0-9]*[.,][0-9]+")
    sign = pd.Series(np.where(whole.str.startswith("-"), "-1", "1"), cells.index, dtype="str")
    return replace(records, cells=records.cells.assign(quantity=whole.mask(part, sign)))
