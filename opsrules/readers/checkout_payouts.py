"""Checkout.com's payouts report: one row per payout, with what it was made of.

Only what was paid is read; the parts stand in the settlement breakdown, which the payout id joins.

Source: header of 42 columns seen; checkout.com/docs/funds-management/retrieve-financial-reports. Rows not verified.
"""

from __future__ import annotations

from opsrules.readers.checkout_settlement import PROCESSOR
from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import constant
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.processor_lines import payout_rows
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "identify", "read"]

NAME = "checkout_payouts"
KIND = "payouts"
CHECKED = "documentation: Checkout.com's financial reports; their header of 42 columns"
NOT_VERIFIED = "rows of a live account"

LAYOUT = Layout(
    columns=(
        Column("currency", "Holding Currency", Kind.CURRENCY, required=True),
        Column("amount_minor", "Payout Amount", Kind.AMOUNT, required=True, filled=True),
        Column("sent_on", "Payout Date", Kind.DAY, required=True, filled=True, dates=Dates.DAY_FIRST),
        Column("payout_id", "Payout ID", Kind.KEY, required=True),
    ),
    marks=(
        "Currency Account ID",
        "Payout ID",
        "Payout Amount",
        "Reporting Start Date",
        "Merchant Payout Fees",
        "Pay To Cards",
    ),
    local_styles=SPREADSHEET,
)


def identify(head: Head) -> bool:
    """Whether the file is a payouts report of Checkout.com."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one report into payouts.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    """
    return read_form(source, FORM)


def _shaped(records: Records) -> Parsed:
    parsed = parse(records, LAYOUT.columns, stake="amount_minor")
    rows = payout_rows(parsed.rows, PROCESSOR)
    return Parsed(rows.assign(status=constant("paid", rows.index)), parsed.rejects)


FORM = Form(NAME, KIND, LAYOUT, _shaped)
