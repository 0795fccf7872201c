"""Recurly's invoices (CSV): one row per invoice, in its state at the time of the export.

Amounts are in major units; times without a zone are in UTC. Accounts appear by their id alone.

Source: table of invoices as a warehouse copies it, seen; states: docs.recurly.com/docs/invoices-summary. The names of
the dashboard's own export are aliases from knowledge of the trade, not verified.
"""

from __future__ import annotations

from dataclasses import replace

from opsrules.readers.delivery import Form, mapped, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.lookup import constant
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.terms import InvoiceStatus

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "Options", "identify", "read"]

NAME = "recurly_invoices"
KIND = "invoices"
CHECKED = "sample: the table as a warehouse copies it; Recurly's documentation of invoice states"
NOT_VERIFIED = "the names in the dashboard's own export"

_ISSUED = ("created_at", "invoice_created_at", "date_created")
_DUE = ("due_at", "due_on", "invoice_due_at")
_CLOSED = ("closed_at", "invoice_closed_at", "date_closed")

LAYOUT = Layout(
    columns=(
        Column("currency", "currency", Kind.CURRENCY, required=True),
        Column("total_minor", "total", Kind.AMOUNT, ("invoice_total",), required=True, filled=True),
        Column("paid_minor", "paid", Kind.AMOUNT, ("invoice_paid",), required=True),
        Column("remaining_minor", "balance", Kind.AMOUNT, ("invoice_balance",), required=True),
        Column("issued", _ISSUED[0], Kind.INSTANT, _ISSUED[1:], required=True, filled=True, utc=_ISSUED),
        Column("due", _DUE[0], Kind.INSTANT, _DUE[1:], utc=_DUE),
        Column("closed", _CLOSED[0], Kind.INSTANT, _CLOSED[1:], utc=_CLOSED),
        Column("invoice_id", "id", Kind.KEY, ("invoice_id", "uuid"), required=True),
        Column("source_status", "state", Kind.KEY, ("status", "invoice_state"), required=True),
        Column("number", "number", aliases=("invoice_number",)),
        Column("customer_id", "account_id", aliases=("account_code",)),
        Column("collection_method", "collection_method"),
        Column("reason", "origin", aliases=("invoice_origin",)),
    ),
    marks=("state", "number", "collection_method", "net_terms", "balance", "paid", "subtotal", "tax_region"),
    local_styles=SPREADSHEET,
)

_STATES = {
    "pending": InvoiceStatus.OPEN,
    "processing": InvoiceStatus.OPEN,
    "open": InvoiceStatus.OPEN,
    "past_due": InvoiceStatus.PAST_DUE,
    "paid": InvoiceStatus.PAID,
    "closed": InvoiceStatus.PAID,
    "failed": InvoiceStatus.UNCOLLECTIBLE,
    "voided": InvoiceStatus.VOID,
}


class Options(LocalDates):
    """What an account may say about an invoices export."""


def identify(head: Head) -> bool:
    """Whether the file is Recurly's invoices."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one export into invoices.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    return read_form(source, replace(FORM, layout=checked(Options, source).dated(LAYOUT)))


def _shaped(records: Records) -> Parsed:
    parsed = parse(records, LAYOUT.columns, stake="total_minor")
    rows = parsed.rows
    status = mapped(rows["source_status"], _STATES, InvoiceStatus.OTHER)
    collection = rows["collection_method"].str.strip().str.lower()
    shaped = rows.assign(
        biller=constant("recurly", rows.index),
        status=status,
        paid_at=rows["closed_at"].where(status == InvoiceStatus.PAID),
        collection=collection.where(collection.isin(["automatic", "manual"]), ""),
    )
    return Parsed(shaped, parsed.rejects)


FORM = Form(NAME, KIND, LAYOUT, _shaped)
