"""GoCardless's payments, exported from the dashboard (CSV): one row per payment, in its state at that time.

Nothing in the file says when a payment came into its state: the event stands at the time the payment was created. What
was refunded and what was taken as fees is not read. Names, mails and addresses of customers are not read.

Source: support.gocardless.com, "Payment reports", names of the columns; rows and the unit not verified.
"""

from __future__ import annotations

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
from opsrules.terms import PaymentEvent

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "layout", "read"]

NAME = "gocardless_payments"
KIND = "payment_events"
CHECKED = "documentation: the columns of GoCardless' payment reports"
NOT_VERIFIED = "any row, the name of a metadata column, and the unit of the amounts, which the account may say"

Options = OrderOptions


def layout(options: OrderOptions) -> Layout:
    """Columns of the export, with the one that the account says names the order."""
    return Layout(
        columns=(
            Column("currency", "currency", Kind.CURRENCY, required=True),
            Column("amount_minor", "amount", Kind.AMOUNT, required=True, filled=True, minor=options.minor),
            Column("occurred", "created_at", Kind.INSTANT, required=True, filled=True, dates=Dates.DAY_FIRST),
            Column("payment_id", "id", Kind.KEY, required=True),
            Column("source_event", "status", Kind.KEY, required=True),
            order_column(options, "metadata."),
        ),
        marks=(
            "charge_date",
            "amount_refunded",
            "transaction_fee",
            "payout_date",
            "links.mandate",
            "links.payout",
            "id",
        ),
        local_styles=SPREADSHEET,
    )


LAYOUT = layout(Options())


def identify(head: Head) -> bool:
    """Whether the file is a payments export of GoCardless."""
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
    parsed = parse(records, wanted.columns, stake="amount_minor")
    rows = parsed.rows
    event = mapped(rows["source_event"], STATES, PaymentEvent.OTHER)
    return Parsed(rows.assign(processor=constant(PROCESSOR, rows.index), event=event), parsed.rejects)
