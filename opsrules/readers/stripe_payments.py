"""Stripe's payments, exported from the dashboard (``unified_payments.csv``, older ``payments.csv``).

One row per payment, in its state at the time of the export: it becomes one event, at the payment's own time. A payment
that was refunded since was captured all the same, and ``source_event`` keeps the word; the money of its refund is in
the balance history. A dispute is some columns of its payment: it becomes a row of ``disputes`` too, under the payment's
id, as the export does not give its own. Amounts are in major units of ``Currency``; times are in UTC.

Source: headers of 2019, 2021 and 2026 seen in samples; rows of 2026 alone. Status words: the dashboard's and those of
payment intents, docs.stripe.com; not all verified.
"""

from __future__ import annotations

import pandas as pd

from opsrules.readers import stripe_columns
from opsrules.readers.delivery import Form, mapped, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.lookup import constant
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.processor_lines import brands
from opsrules.readers.stripe_columns import DISPUTES, PROCESSOR, order_column
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.terms import DisputeStatus, PaymentEvent

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "layout", "read"]

NAME = "stripe_payments"
KIND = "payment_events"
CHECKED = "samples: headers of 2019, 2021 and 2026, rows of 2026"
NOT_VERIFIED = "some words for the state of a payment"

_CREATED = ("Created (UTC)", "Created date (UTC)", "Created")
_DISPUTED = ("Dispute Date (UTC)", "Disputed date (UTC)")
_DUE = ("Dispute Evidence Due (UTC)", "Dispute evidence due date (UTC)")

_EVENTS = {
    "paid": PaymentEvent.CAPTURED,
    "succeeded": PaymentEvent.CAPTURED,
    "refunded": PaymentEvent.CAPTURED,
    "partially_refunded": PaymentEvent.CAPTURED,
    "partial_refund": PaymentEvent.CAPTURED,
    "refund_pending": PaymentEvent.CAPTURED,
    "disputed": PaymentEvent.CAPTURED,
    "dispute_won": PaymentEvent.CAPTURED,
    "dispute_lost": PaymentEvent.CAPTURED,
    "uncaptured": PaymentEvent.AUTHORISED,
    "requires_capture": PaymentEvent.AUTHORISED,
    "failed": PaymentEvent.REFUSED,
    "blocked": PaymentEvent.REFUSED,
    "canceled": PaymentEvent.CANCELLED,
    "cancelled": PaymentEvent.CANCELLED,
    "expired": PaymentEvent.EXPIRED,
    "pending": PaymentEvent.RECEIVED,
    "processing": PaymentEvent.RECEIVED,
    "incomplete": PaymentEvent.RECEIVED,
    "requires_payment_method": PaymentEvent.RECEIVED,
    "requires_confirmation": PaymentEvent.RECEIVED,
    "requires_action": PaymentEvent.RECEIVED,
}


class Options(stripe_columns.Options, LocalDates):
    """What an account may say about a payments export."""


def layout(options: Options) -> Layout:
    """Columns of the export, with the one that the account says names the order."""
    return Layout(
        columns=(
            Column("currency", "Currency", Kind.CURRENCY, required=True),
            Column("amount_minor", "Amount", Kind.AMOUNT, required=True, filled=True),
            Column("disputed_minor", "Disputed Amount", Kind.AMOUNT),
            Column("occurred", _CREATED[0], Kind.INSTANT, _CREATED[1:], required=True, filled=True, utc=_CREATED),
            Column("payment_id", "id", Kind.KEY, required=True),
            Column("source_event", "Status", Kind.KEY, required=True),
            order_column(options, "{} (metadata)"),
            Column("method", "Payment Source Type"),
            Column("card_brand", "Card Brand"),
            Column("country", "Card Issue Country"),
            Column("captured", "Captured"),
            Column("decline_code", "Decline Reason"),
            Column("seller_message", "Seller Message"),
            Column("dispute_status", "Dispute Status"),
            Column("reason", "Dispute Reason"),
            Column("opened", _DISPUTED[0], Kind.INSTANT, _DISPUTED[1:], utc=_DISPUTED),
            Column("due", _DUE[0], Kind.INSTANT, _DUE[1:], utc=_DUE),
        ),
        marks=(
            "Amount Refunded",
            "Converted Amount",
            "Converted Amount Refunded",
            "Converted Currency",
            "Payment Source Type",
            "Captured",
            "Mode",
        ),
        local_styles=SPREADSHEET,
    )


LAYOUT = layout(Options())


def identify(head: Head) -> bool:
    """Whether the file is a Stripe payments export."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one export into payment events, and the disputes among its columns.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    options = checked(Options, source)
    wanted = options.dated(layout(options))
    form = Form(NAME, KIND, wanted, lambda records: _shaped(records, wanted), beside={"disputes": _disputes})
    return read_form(source, form)


def _shaped(records: Records, wanted: Layout) -> Parsed:
    parsed = parse(records, wanted.columns, stake="amount_minor")
    rows = parsed.rows
    event = mapped(rows["source_event"], _EVENTS, PaymentEvent.OTHER)
    held = (event == PaymentEvent.CAPTURED) & (rows["captured"].str.strip().str.casefold() == "false")
    refused = event == PaymentEvent.REFUSED
    shaped = rows.assign(
        processor=constant(PROCESSOR, rows.index),
        event=event.mask(held, PaymentEvent.AUTHORISED.value),
        card_brand=brands(rows["card_brand"]),
        decline_code=rows["decline_code"].where(refused, ""),
        decline_reason=rows["seller_message"].where(refused, ""),
    )
    return Parsed(shaped, parsed.rejects)


def _disputes(rows: pd.DataFrame) -> pd.DataFrame:
    """Those payments that are disputed, as disputes."""
    mine = rows[(rows["dispute_status"].str.strip() != "") | (rows["disputed_minor"] != 0)].reset_index(drop=True)
    inquiry = mine["dispute_status"].str.strip().str.startswith("warning_")
    return mine.assign(
        dispute_id=mine["payment_id"],
        stage=constant("chargeback", mine.index).mask(inquiry, "inquiry"),
        status=mapped(mine["dispute_status"], DISPUTES, DisputeStatus.OTHER),
        source_status=mine["dispute_status"],
        amount_minor=mine["disputed_minor"].abs(),
    )
