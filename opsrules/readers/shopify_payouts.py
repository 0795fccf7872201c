"""Shopify Payments' payouts summary (Payouts > export, CSV): one row per payout.

All figures are signed, fees negative, and ``Total`` is their sum on every row. The export gives no payout id: the
payout's date stands for it, as in the oldest transactions export.

Source: header and rows seen in a sample; further columns by transfer type are not verified and would count as a row
that does not add up.
"""

from __future__ import annotations

from dataclasses import replace

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.processor_lines import day_texts, payout_rows
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.terms import RejectReason

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "shopify_payouts"
KIND = "payouts"
PROCESSOR = "shopify_payments"
CHECKED = "sample: one export"
NOT_VERIFIED = "columns of further types of transfer"

_PARTS = {
    "charges": "Charges",
    "refunds": "Refunds",
    "adjustments": "Adjustments",
    "reserved": "Reserved Funds",
    "fees": "Fees",
    "retried": "Retried Amount",
}

LAYOUT = Layout(
    columns=(
        Column("currency", "Currency", Kind.CURRENCY, required=True),
        Column("amount_minor", "Total", Kind.AMOUNT, required=True, filled=True),
        *(Column(target, name, Kind.AMOUNT, required=True) for target, name in _PARTS.items()),
        Column("sent_on", "Payout Date", Kind.DAY, required=True, filled=True),
        Column("status", "Status", Kind.KEY, required=True),
    ),
    marks=("Payout Date", *_PARTS.values(), "Total"),
    local_styles=SPREADSHEET,
)


class Options(LocalDates):
    """What an account may say about a payouts export."""


def identify(head: Head) -> bool:
    """Whether the file is a Shopify payouts summary."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one summary into payouts.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    return read_form(source, replace(FORM, layout=checked(Options, source).dated(LAYOUT)))


def _shaped(records: Records) -> Parsed:
    parsed = parse(records, LAYOUT.columns, stake="amount_minor")
    rows = payout_rows(parsed.rows, PROCESSOR).assign(
        payout_id=day_texts(parsed.rows["sent_on"]), status=parsed.rows["status"].str.strip().str.lower()
    )
    wrong = (rows[list(_PARTS)].sum(axis=1) != rows["amount_minor"]).to_numpy(dtype=bool)
    title = records.titles["amount_minor"]
    return Parsed(rows, parsed.rejects).without(wrong, RejectReason.AMOUNT_INCONSISTENT, title, stake="amount_minor")


FORM = Form(NAME, KIND, LAYOUT, _shaped)
