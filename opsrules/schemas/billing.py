"""Payments as they are tried, disputed and billed: what authorisation, disputes and dunning are judged from."""

from __future__ import annotations

from opsrules.schemas.columns import count, currency, day, instant, key, minor, prose, table, term, text
from opsrules.terms import DisputeStatus, InvoiceStatus, PaymentEvent, SubscriptionStatus

__all__ = ["DISPUTES", "INVOICES", "PAYMENT_EVENTS", "SUBSCRIPTIONS"]

PAYMENT_EVENTS = table(
    {
        "source": key(),
        "processor": key(),
        "payment_id": key(),  # the same on all events of one payment
        "event_id": text(),
        "order_id": text(),
        "event": term(PaymentEvent),
        "source_event": text(),  # the processor's own word
        "occurred_at": instant(),
        "occurred_zone": text(),
        "currency": currency(),
        "amount_minor": minor(),  # positive, whatever the event does with it
        "method": text(),
        "card_brand": text(),
        "country": text(),
        "decline_code": text(),  # "" unless refused
        "decline_reason": prose(),
    }
)
"""One row per change of state of a payment. Nothing here moves money: what does is in ``processor_lines``."""

DISPUTES = table(
    {
        "source": key(),
        "processor": key(),
        "dispute_id": key(),
        "payment_id": text(),
        "order_id": text(),
        "stage": text(),  # inquiry, chargeback, pre_arbitration, arbitration; "" where the source does not say
        "status": term(DisputeStatus),
        "source_status": text(),
        "reason": text(),
        "network_reason_code": text(),
        "opened_at": instant(nullable=True),
        "due_at": instant(nullable=True),  # until when evidence may be sent
        "closed_at": instant(nullable=True),
        "currency": currency(),
        "amount_minor": minor(),  # positive
        "fee_minor": minor(),  # positive: cost to the account; 0 where the source does not say
    }
)
"""One row per dispute, in its state at the time of the export."""

INVOICES = table(
    {
        "source": key(),
        "biller": key(),  # stripe, recurly, ...
        "invoice_id": key(),
        "number": text(),
        "subscription_id": text(),
        "customer_id": text(),  # the biller's own id, never a name
        "status": term(InvoiceStatus),
        "source_status": text(),
        "issued_at": instant(nullable=True),
        "due_at": instant(nullable=True),
        "paid_at": instant(nullable=True),
        "currency": currency(),
        "total_minor": minor(),
        "paid_minor": minor(),
        "remaining_minor": minor(),
        "attempts": count(),  # payment attempts so far
        "next_attempt_at": instant(nullable=True),
        "collection": text(),  # automatic, manual, or "" where the source does not say
        "reason": text(),  # why it was issued
    }
)
"""One row per invoice, in its state at the time of the export."""

SUBSCRIPTIONS = table(
    {
        "source": key(),
        "biller": key(),
        "subscription_id": key(),
        "customer_id": text(),
        "plan": text(),
        "status": term(SubscriptionStatus),
        "source_status": text(),
        "started_at": instant(nullable=True),
        "period_from": instant(nullable=True),
        "period_to": instant(nullable=True),
        "cancelled_at": instant(nullable=True),
        "ended_at": instant(nullable=True),
        "currency": text(),  # "" where the source does not say
        "amount_minor": minor(),  # per period; 0 where the source does not say
        "next_charge_on": day(nullable=True),
    }
)
"""One row per subscription, in its state at the time of the export."""
