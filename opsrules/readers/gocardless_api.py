"""GoCardless' API objects as JSON: payouts, payout items, payments, refunds, subscriptions.

Amounts are whole minor units. A payout item's amount is decimal text of minor units (``"45.0"``) with its sign; items
do not name their currency, their payout or their time, so that the account says them (`Options`), and without them they
are rejects. An item may be worth tenths of a minor unit, which the payout rounds: such an item is a reject too. A
payment is one event, its state at the time of the answer; the API's own events state no amount, and are rejects. Names
and bank accounts are never read.

Source: developer.gocardless.com/api-reference; the shapes of the client libraries' fixtures were seen in samples.
Which `type` of payout item is what: as documented, not verified.
"""

from __future__ import annotations

import pandas as pd
from pydantic import BaseModel, ConfigDict

from opsrules.readers.delivery import mapped
from opsrules.readers.gocardless_columns import PROCESSOR, STATES
from opsrules.readers.json_objects import Format, Shape, read_objects, recognised
from opsrules.readers.json_records import at_midnight
from opsrules.readers.json_text import Obj
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.parsed import Parsed
from opsrules.terms import LineKind, PaymentEvent, SubscriptionStatus

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "gocardless_api"
KIND = "processor_lines"
KNOWN_BY = "the objects' fields"
CHECKED = "samples: payments, payouts, payout items, refunds and subscriptions from the client libraries' fixtures"
NOT_VERIFIED = "what each type of payout item is; answers of a live account"


class Options(BaseModel):
    """What an account may say about GoCardless' answers; all of it is about payout items, which do not.

    Attributes
    ----------
    payout : str
        The payout whose items the file holds.
    currency : str
        Its currency.
    paid_on : str
        Its arrival date, ``YYYY-MM-DD``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    payout: str = ""
    currency: str = ""
    paid_on: str = ""


def identify(head: Head) -> bool:
    """Whether the file holds objects of GoCardless' API."""
    return recognised(head, _ANY)


def read(source: Source) -> Read:
    """Read one file into the tables of its objects.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    return read_objects(source, _format(checked(Options, source)))


def _format(options: Options) -> Format:
    def told(item: Obj) -> tuple[Obj]:
        said = {"payout": options.payout, "currency": options.currency, "paid_on": options.paid_on}
        return (Obj({**said, **item}, item.line),)

    refund = ("links.payment", "fx.fx_amount", "reference", "amount", "created_at")
    payout = ("arrival_date", "deducted_fees", "payout_type", "reference", "amount")
    payment = ("charge_date", "amount_refunded", "status", "amount", "links.mandate")
    subscription = ("interval_unit", "upcoming_payments", "start_date", "day_of_month", "amount")
    return Format(
        NAME,
        (
            Shape(
                "processor_lines",
                Layout(_ITEM, ("taxes", "type", "amount", "links")),
                _item,
                "net_minor",
                spread=told,
                prepare=at_midnight("occurred"),
                needed="links",
            ),
            Shape("payment_events", Layout(_PAYMENT, payment), _payment, "amount_minor"),
            Shape("payment_events", Layout(_REFUND, refund), _refund, "amount_minor"),
            Shape("payouts", Layout(_PAYOUT, payout), _payout, "amount_minor"),
            Shape("subscriptions", Layout(_SUBSCRIPTION, subscription), _subscription, "amount_minor"),
        ),
        naming="resource_type",
    )


_CURRENCY = Column("currency", "currency", Kind.CURRENCY, required=True)
_AMOUNT = Column("amount_minor", "amount", Kind.AMOUNT, required=True, filled=True, minor=True)

_ITEM = (
    _CURRENCY,
    Column("net_minor", "amount", Kind.AMOUNT, required=True, filled=True, minor=True),
    Column("source_kind", "type", Kind.KEY, required=True),
    Column("occurred", "paid_on", Kind.INSTANT, required=True, filled=True),
    Column("payout_day", "paid_on", Kind.DAY, required=True),
    Column("available_on", "available_on", Kind.DAY),
    Column("payout_id", "payout", required=True),
    Column("payment_id", "links.payment"),
)
_KINDS = {
    "payment_paid_out": LineKind.CHARGE,
    "payment_failed": LineKind.CHARGE,
    "payment_charged_back": LineKind.CHARGEBACK,
    "payment_refunded": LineKind.REFUND,
    "refund": LineKind.REFUND,
    "refund_funds_returned": LineKind.REFUND_FAILURE,
    "gocardless_fee": LineKind.FEE,
    "app_fee": LineKind.FEE,
    "revenue_share": LineKind.FEE,
    "surcharge_fee": LineKind.FEE,
}


def _item(parsed: Parsed) -> Parsed:
    """An item that is itself a fee is a negative gross; its day is the payout's."""
    rows = parsed.rows
    shaped = rows.assign(
        processor=_all(PROCESSOR, rows),
        kind=mapped(rows["source_kind"], _KINDS, LineKind.OTHER),
        gross_minor=rows["net_minor"],
        fee_minor=pd.Series([0] * len(rows), dtype="int64"),
    )
    return Parsed(shaped, parsed.rejects)


_PAYMENT = (
    _CURRENCY,
    _AMOUNT,
    Column("payment_id", "id", Kind.KEY, required=True),
    Column("source_event", "status", Kind.KEY, required=True),
    Column("occurred", "created_at", Kind.INSTANT, required=True, filled=True),
    Column("method", "scheme"),
    Column("order_id", "metadata.order_id"),
)


def _payment(parsed: Parsed) -> Parsed:
    rows = parsed.rows
    event = mapped(rows["source_event"], STATES, PaymentEvent.OTHER)
    return Parsed(rows.assign(processor=_all(PROCESSOR, rows), event=event), parsed.rejects)


_REFUND = (
    _CURRENCY,
    _AMOUNT,
    Column("event_id", "id", Kind.KEY, required=True),
    Column("payment_id", "links.payment", Kind.KEY, aliases=("links.mandate",), required=True),
    Column("source_event", "status"),
    Column("occurred", "created_at", Kind.INSTANT, required=True, filled=True),
)
_BACK = {"failed": PaymentEvent.ERROR, "bounced": PaymentEvent.ERROR, "funds_returned": PaymentEvent.ERROR}


def _refund(parsed: Parsed) -> Parsed:
    rows = parsed.rows
    event = mapped(rows["source_event"], _BACK, PaymentEvent.REFUNDED)
    return Parsed(rows.assign(processor=_all(PROCESSOR, rows), event=event), parsed.rejects)


_PAYOUT = (
    _CURRENCY,
    _AMOUNT,
    Column("payout_id", "id", Kind.KEY, required=True),
    Column("sent_on", "arrival_date", Kind.DAY, ("created_at",), required=True, filled=True),
    Column("status", "status", required=True),
)


def _payout(parsed: Parsed) -> Parsed:
    rows = parsed.rows
    declared = pd.Series([True] * len(rows), dtype="bool")
    return Parsed(rows.assign(processor=_all(PROCESSOR, rows), declared=declared), parsed.rejects)


_SUBSCRIPTION = (
    _CURRENCY,
    _AMOUNT,
    Column("subscription_id", "id", Kind.KEY, required=True),
    Column("source_status", "status", Kind.KEY, required=True),
    Column("customer_id", "links.customer"),
    Column("plan", "payment_reference"),
    Column("started", "created_at", Kind.INSTANT, required=True, filled=True),
    Column("period_from", "period_from", Kind.INSTANT),
    Column("period_to", "period_to", Kind.INSTANT),
    Column("cancelled", "cancelled_at", Kind.INSTANT),
    Column("ended", "ended_at", Kind.INSTANT),
    Column("next_charge_on", "upcoming_payments.0.charge_date", Kind.DAY),
)
_STANDING = {
    "pending_customer_approval": SubscriptionStatus.INCOMPLETE,
    "active": SubscriptionStatus.ACTIVE,
    "paused": SubscriptionStatus.PAUSED,
    "cancelled": SubscriptionStatus.CANCELLED,
    "customer_approval_denied": SubscriptionStatus.CANCELLED,
}


def _subscription(parsed: Parsed) -> Parsed:
    """A finished subscription ran its course: it is of no other standing here than `OTHER`."""
    rows = parsed.rows
    shaped = rows.assign(
        biller=_all(PROCESSOR, rows),
        status=mapped(rows["source_status"], _STANDING, SubscriptionStatus.OTHER),
        period_from=rows["period_from_at"],
        period_to=rows["period_to_at"],
    )
    return Parsed(shaped, parsed.rejects)


def _all(text: str, rows: pd.DataFrame) -> pd.Series[str]:
    return pd.Series([text] * len(rows), index=rows.index, dtype="str")


_ANY = _format(Options())
