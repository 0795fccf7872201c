"""Recurly's transactions (CSV): one row per attempt to take, hold, check or give back money.

Amounts are positive and in major units; times without a zone are in UTC. Billing names and addresses are not read.

Source: table of transactions as a warehouse copies it, seen; the names of the dashboard's own export are aliases from
knowledge of the trade, not verified.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from opsrules.readers.delivery import Form, mapped, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.lookup import constant
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.terms import PaymentEvent

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "recurly_transactions"
KIND = "payment_events"
PROCESSOR = "recurly"
CHECKED = "sample: the table as a warehouse copies it"
NOT_VERIFIED = "the names in the dashboard's own export"

_AT = ("created_at", "transaction_date", "date")

LAYOUT = Layout(
    columns=(
        Column("currency", "currency", Kind.CURRENCY, required=True),
        Column("amount_minor", "amount", Kind.AMOUNT, ("transaction_amount",), required=True, filled=True),
        Column("occurred", _AT[0], Kind.INSTANT, _AT[1:], required=True, filled=True, utc=_AT),
        Column("event_id", "id", Kind.KEY, ("transaction_id", "uuid"), required=True),
        Column("type", "type", Kind.KEY, ("transaction_type",), required=True),
        Column("status", "status", Kind.KEY, ("transaction_status",), required=True),
        Column("original", "original_transaction_id"),
        Column("order_id", "invoice_id", aliases=("invoice_number",)),
        Column("method", "payment_method_object", aliases=("payment_method",)),
        Column("country", "billing_country"),
        Column("code", "status_code", aliases=("gateway_error_code",)),
        Column("message", "status_message"),
    ),
    marks=("original_transaction_id", "origin", "status", "collection_method", "status_code", "gateway_reference"),
    local_styles=SPREADSHEET,
)

_DONE = {
    "verify": PaymentEvent.AUTHORISED,
    "authorization": PaymentEvent.AUTHORISED,
    "capture": PaymentEvent.CAPTURED,
    "purchase": PaymentEvent.CAPTURED,
    "refund": PaymentEvent.REFUNDED,
}
_UNDONE = {
    "declined": PaymentEvent.REFUSED,
    "failed": PaymentEvent.REFUSED,
    "void": PaymentEvent.CANCELLED,
    "voided": PaymentEvent.CANCELLED,
    "error": PaymentEvent.ERROR,
    "chargeback": PaymentEvent.CHARGEBACK,
    "scheduled": PaymentEvent.RECEIVED,
    "pending": PaymentEvent.RECEIVED,
    "processing": PaymentEvent.RECEIVED,
}


class Options(LocalDates):
    """What an account may say about a transactions export."""


def identify(head: Head) -> bool:
    """Whether the file is Recurly's transactions."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one export into payment events.

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
    rows = parsed.rows
    event = _event(rows)
    refused = event == PaymentEvent.REFUSED
    shaped = rows.assign(
        processor=constant(PROCESSOR, rows.index),
        payment_id=rows["original"].where(rows["original"].str.strip() != "", rows["event_id"]),
        event=event,
        source_event=rows["type"] + " " + rows["status"],
        amount_minor=rows["amount_minor"].abs(),
        decline_code=rows["code"].where(refused, ""),
        decline_reason=rows["message"].where(refused, ""),
    )
    return Parsed(shaped, parsed.rejects)


def _event(rows: pd.DataFrame) -> pd.Series[str]:
    done = rows["status"].str.strip().str.lower().isin(["success", "succeeded"])
    undone = mapped(rows["status"], _UNDONE, PaymentEvent.OTHER)
    return mapped(rows["type"], _DONE, PaymentEvent.OTHER).where(done, undone)


FORM = Form(NAME, KIND, LAYOUT, _shaped)
