"""Adyen's payment accounting report: one row for each change of state of a payment.

Its amount columns are registers that a change moves money between, so that their signs tell no more than the record
type does; the amount of the change is ``Main Amount``. Payouts and reserves are not in it.

Source: Adyen, payment accounting report (docs.adyen.com/reporting/invoice-reconciliation/payment-accounting-report);
seen in samples. Not verified: columns that name why a payment was refused.
"""

from __future__ import annotations

from opsrules.readers.adyen import PROCESSOR
from opsrules.readers.adyen.words import RECORD_TYPES, card_brands, said
from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import chosen, constant, each_flag
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.terms import PaymentEvent

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "Options", "identify", "read"]

NAME = "adyen_accounting"
KIND = "payment_events"
CHECKED = "samples: two reports of 37 columns; Adyen's documentation of the payment accounting report"
NOT_VERIFIED = "columns that name why a payment was refused"

LAYOUT = Layout(
    columns=(
        Column("currency", "Main Currency", Kind.CURRENCY, required=True),
        Column("amount_minor", "Main Amount", Kind.AMOUNT, required=True, filled=True),
        Column("occurred", "Booking Date", Kind.INSTANT, required=True, filled=True, dates=Dates.LOCAL),
        Column("zone", "TimeZone", aliases=("Time Zone",)),
        Column("source_event", "Record Type", Kind.KEY, required=True),
        Column("payment_id", "Psp Reference", Kind.KEY, required=True),
        Column("event_id", "Modification Psp Reference"),
        Column("order_id", "Merchant Reference", required=True),
        Column("method", "Payment Method"),
        Column("country", "Issuer Country", aliases=("Shopper Country",)),
        Column("decline_code", "Refusal Reason Code", aliases=("Raw Acquirer Response",)),
        Column("decline_reason", "Refusal Reason"),
    ),
    marks=("Psp Reference", "Booking Date", "Record Type", "Main Currency", "Main Amount", "Payable (SC)"),
    local_styles=SPREADSHEET,
)


class Options(LocalDates):
    """What an account may say about a report: the order of dates in one that went through a spreadsheet."""


def identify(head: Head) -> bool:
    """Whether the file is a payment accounting report."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one report into payment events.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    layout = checked(Options, source).dated(LAYOUT)
    return read_form(source, Form(NAME, KIND, layout, lambda records: _shaped(records, layout)))


def _shaped(records: Records, layout: Layout) -> Parsed:
    parsed = parse(records.joined("occurred", "zone"), layout.columns, stake="amount_minor")
    rows = parsed.rows
    event = said(rows["source_event"], RECORD_TYPES, PaymentEvent.OTHER)
    refused = each_flag(event, PaymentEvent.REFUSED.__eq__)
    shaped = rows.assign(
        processor=constant(PROCESSOR, len(rows)),
        event=event,
        amount_minor=rows["amount_minor"].abs(),
        card_brand=card_brands(rows["method"]),
        decline_code=chosen(refused, rows["decline_code"], ""),
        decline_reason=chosen(refused, rows["decline_reason"], ""),
    )
    return Parsed(shaped, parsed.rejects)
