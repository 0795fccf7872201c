"""Orders, processors' lines, payouts and bank lines: what the money's way is reconciled from."""

from __future__ import annotations

from opsrules.schemas.columns import count, currency, day, flag, instant, key, minor, prose, table, term, text
from opsrules.terms import LineKind

__all__ = ["BANK_LINES", "ORDERS", "ORDER_LINES", "PAYOUTS", "PROCESSOR_LINES"]

ORDERS = table(
    {
        "source": key(),  # reader's name
        "order_id": key(),  # as the shop shows it: #1001
        "shop_id": text(),  # the shop's own numeric id
        "placed_at": instant(),
        "placed_zone": text(),
        "financial_status": text(),  # lower case: paid, pending, authorized, refunded, voided, ...
        "payment_method": text(),
        "currency": currency(),
        "total_minor": minor(),  # positive
        "refunded_minor": minor(),  # positive
        "subtotal_minor": minor(),
        "shipping_minor": minor(),
        "tax_minor": minor(),
        "discount_minor": minor(),
        "outstanding_minor": minor(),
        "cancelled_at": instant(nullable=True),
        "channel": text(),  # web, pos, ...
        "country": text(),  # where it ships to
    }
)
"""One row per order. Sales and refunds are both positive."""

ORDER_LINES = table(
    {
        "source": key(),
        "order_id": key(),
        "sku": text(),
        "title": prose(),
        "quantity": count(),
        "currency": text(),  # "" when the order's own row was rejected
        "price_minor": minor(),  # per unit, before discount
        "discount_minor": minor(),
    }
)
"""One row per line of an order."""

PROCESSOR_LINES = table(
    {
        "source": key(),
        "processor": key(),  # shopify_payments, stripe, ...
        "line_id": text(),  # the processor's id of the line, "" where the export has none
        "kind": term(LineKind),
        "source_kind": text(),  # the processor's own word
        "order_id": text(),  # as the export gives it; "" where it gives none
        "payment_id": text(),  # charge or checkout id: the same on a charge and its refund
        "payout_id": text(),
        "payout_day": day(nullable=True),
        "payout_status": text(),
        "occurred_at": instant(),
        "occurred_zone": text(),
        "available_on": day(nullable=True),
        "currency": currency(),
        "gross_minor": minor(),  # signed: charges positive, refunds and payouts negative
        "fee_minor": minor(),  # positive: cost to the account
        "net_minor": minor(),  # gross - fee
        "method": text(),
        "card_brand": text(),
        "country": text(),
        "description": prose(),
    }
)
"""One row per line of a processor's export, the payout's own rows included (kind ``payout``)."""

PAYOUTS = table(
    {
        "source": key(),
        "processor": key(),
        "payout_id": key(),
        "sent_on": day(),
        "status": text(),
        "currency": currency(),
        "amount_minor": minor(),  # positive: money sent to the account's bank
        "declared": flag(),  # True: the export has a row for the payout; False: summed from its lines
    }
)
"""One row per payout."""

BANK_LINES = table(
    {
        "source": key(),
        "bank_account": text(),  # last four signs of the account number, the rest masked
        "line_id": text(),  # the bank's own reference, "" where it gives none
        "booked_on": day(),
        "value_on": day(nullable=True),
        "currency": currency(),
        "amount_minor": minor(),  # signed: credits positive
        "counterparty": prose(),
        "reference": text(),  # end-to-end or customer reference
        "text": prose(),  # remittance text
    }
)
"""One row per booked line of a bank statement."""
