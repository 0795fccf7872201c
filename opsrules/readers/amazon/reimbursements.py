"""Amazon FBA reimbursements (tab separated): what Amazon paid or gave back for lost and damaged stock.

Source: Amazon Selling Partner API, FBA reimbursements report; header seen in a sample, no rows.
"""

from __future__ import annotations

from opsrules.readers.amazon.reports import MARKETPLACE, Options, read_report, with_texts
from opsrules.readers.delivery import Form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.styles import COMMA, POINT, SPREADSHEET
from opsrules.readers.table import Records

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "Options", "identify", "read"]

NAME = "amazon_reimbursements"
KIND = "reimbursements"
CHECKED = "sample: the header; Amazon's list of the report's attributes"
NOT_VERIFIED = "rows of a live account"

LAYOUT = Layout(
    columns=(
        Column("currency", "currency-unit", Kind.CURRENCY, required=True),
        Column("amount_minor", "amount-total", Kind.AMOUNT, required=True, filled=True),
        Column("approved", "approval-date", Kind.INSTANT, required=True, filled=True, dates=Dates.LOCAL),
        Column("reimbursement_id", "reimbursement-id", Kind.KEY, required=True),
        Column("case_id", "case-id"),
        Column("order_id", "amazon-order-id", required=True),
        Column("reason", "reason", required=True),
        Column("sku", "sku", required=True),
        Column("title", "product-name"),
        Column("condition", "condition"),
        Column("quantity_cash", "quantity-reimbursed-cash", Kind.INTEGER, required=True),
        Column("quantity_stock", "quantity-reimbursed-inventory", Kind.INTEGER, required=True),
    ),
    marks=("approval-date", "reimbursement-id", "case-id", "currency-unit", "amount-total", "quantity-reimbursed-cash"),
    style=POINT,
    local_styles=(COMMA, *SPREADSHEET),
)


def identify(head: Head) -> bool:
    """Whether the file is a report of FBA reimbursements."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one report into reimbursements.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    return read_report(source, FORM)


def _shaped(records: Records) -> Parsed:
    parsed = parse(records, LAYOUT.columns, stake="amount_minor")
    return Parsed(with_texts(parsed.rows, marketplace=MARKETPLACE), parsed.rejects)


FORM = Form(NAME, KIND, LAYOUT, _shaped)
