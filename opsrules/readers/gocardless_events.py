"""GoCardless's payout breakdown, events (CSV): one row per change of state of what one or more payouts hold.

An event's amount is what was credited or debited, and the payment's own where nothing moved; it is in the payment's
currency. A row that fills both sides is a reject, and so is one that names no payment, such as a mandate's. Names and
mails of customers are not read.

Source: support.gocardless.com, "Payout breakdown reports - Events", names and order of the columns; actions:
developer.gocardless.com/api-reference; rows and the unit not verified.
"""

from __future__ import annotations

from dataclasses import replace

from opsrules.readers.delivery import Form, mapped, read_form
from opsrules.readers.gocardless_columns import PROCESSOR, STATES, OrderOptions, order_column
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import constant
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.terms import PaymentEvent, RejectReason

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "layout", "read"]

NAME = "gocardless_events"
KIND = "payment_events"
CHECKED = "documentation: the columns of GoCardless' payout breakdown, the actions of its API"
NOT_VERIFIED = "any row, and the unit of the amounts, which the account may say"

Options = OrderOptions

_ACTIONS = {f"payments_{state}": event for state, event in STATES.items()} | {
    "payments_created": PaymentEvent.RECEIVED,
    "payments_customer_approval_granted": PaymentEvent.RECEIVED,
    "payments_resubmission_requested": PaymentEvent.RECEIVED,
    "payments_late_failure_settled": PaymentEvent.REFUSED,
    "payments_chargeback_settled": PaymentEvent.CHARGEBACK,
    "payments_chargeback_cancelled": PaymentEvent.CHARGEBACK_REVERSED,
    "refunds_paid": PaymentEvent.REFUNDED,
    "refunds_refund_settled": PaymentEvent.REFUNDED,
    "refunds_failed": PaymentEvent.ERROR,
    "refunds_bounced": PaymentEvent.ERROR,
    "refunds_funds_returned": PaymentEvent.ERROR,
}


def layout(options: OrderOptions) -> Layout:
    """Columns of the export, with the one that the account says names the order."""
    return Layout(
        columns=(
            Column("currency", "payments.currency", Kind.CURRENCY, required=True),
            Column("payment_minor", "payments.amount", Kind.AMOUNT, required=True, minor=options.minor),
            Column("credit_minor", "credit_amount", Kind.AMOUNT, required=True, minor=options.minor),
            Column("debit_minor", "debit_amount", Kind.AMOUNT, required=True, minor=options.minor),
            Column("occurred", "created_at", Kind.INSTANT, required=True, filled=True, dates=Dates.DAY_FIRST),
            Column("payment_id", "links.payment", Kind.KEY, required=True),
            Column("linked", "payments.id"),
            Column("event_id", "id", Kind.KEY, required=True),
            Column("resource", "resource_type", Kind.KEY, required=True),
            Column("source_event", "action", Kind.KEY, required=True),
            Column("decline_code", "details.cause"),
            Column("decline_reason", "details.description"),
            order_column(options, "payments.metadata."),
        ),
        marks=(
            "resource_type",
            "action",
            "credit_amount",
            "debit_amount",
            "details.cause",
            "links.payment",
            "payments.amount",
        ),
        local_styles=SPREADSHEET,
    )


LAYOUT = layout(Options())


def identify(head: Head) -> bool:
    """Whether the file is a payout breakdown of GoCardless by events."""
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
    wanted = layout(checked(Options, source))
    return read_form(source, Form(NAME, KIND, wanted, lambda records: _shaped(records, wanted)))


def _shaped(records: Records, wanted: Layout) -> Parsed:
    parsed = parse(_with_payment(records), wanted.columns, stake="payment_minor")
    rows = parsed.rows
    moved = (rows["credit_minor"] - rows["debit_minor"].abs()).abs()
    event = mapped(rows["resource"].str.strip() + "_" + rows["source_event"].str.strip(), _ACTIONS, PaymentEvent.OTHER)
    refused = event == PaymentEvent.REFUSED
    shaped = rows.assign(
        processor=constant(PROCESSOR, rows.index),
        event=event,
        amount_minor=moved.where(moved != 0, rows["payment_minor"].abs()),
        decline_code=rows["decline_code"].where(refused, ""),
        decline_reason=rows["decline_reason"].where(refused, ""),
    )
    both = ((rows["credit_minor"] != 0) & (rows["debit_minor"] != 0)).to_numpy(dtype=bool)
    title = records.titles["debit_minor"]
    return Parsed(shaped, parsed.rejects).without(both, RejectReason.AMOUNT_INCONSISTENT, title, stake="payment_minor")


def _with_payment(records: Records) -> Records:
    """Name the payment by its own id where the event does not."""
    named = records.column("payment_id")
    whole = named.where(named.str.strip() != "", records.column("linked"))
    return replace(records, cells=records.cells.assign(payment_id=whole))
