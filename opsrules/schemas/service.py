"""Standing with a marketplace and service to its buyers: returns, feedback, reimbursements, metrics, tickets."""

from __future__ import annotations

from opsrules.schemas.columns import count, currency, day, flag, instant, key, minor, prose, table, term, text
from opsrules.terms import TicketStatus

__all__ = ["FEEDBACK", "HEALTH_METRICS", "REIMBURSEMENTS", "RETURNS", "TICKETS"]

RETURNS = table(
    {
        "source": key(),
        "marketplace": key(),  # amazon, ebay, ...
        "return_id": text(),
        "order_id": key(),
        "sku": text(),
        "title": prose(),
        "quantity": count(),
        "requested_at": instant(nullable=True),
        "returned_at": instant(nullable=True),
        "status": text(),  # the marketplace's own word
        "reason": text(),
        "resolution": text(),
        "claim": flag(),  # whether a claim (A-to-z, money back) was opened
        "fulfilment": text(),  # marketplace or seller
        "currency": text(),  # "" where the source states no amount
        "refunded_minor": minor(),  # positive
    }
)
"""One row per returned item."""

FEEDBACK = table(
    {
        "source": key(),
        "marketplace": key(),
        "order_id": text(),
        "left_on": day(),
        "rating": count(),  # 1 to 5
        "comment": prose(),
        "answered": flag(),
    }
)
"""One row per rating that a buyer left."""

REIMBURSEMENTS = table(
    {
        "source": key(),
        "marketplace": key(),
        "reimbursement_id": key(),
        "case_id": text(),
        "order_id": text(),
        "sku": text(),
        "title": prose(),
        "reason": text(),
        "condition": text(),
        "approved_at": instant(),
        "currency": currency(),
        "amount_minor": minor(),  # signed: positive is paid to the account
        "quantity_cash": count(),
        "quantity_stock": count(),
    }
)
"""One row per item that a marketplace reimbursed."""

HEALTH_METRICS = table(
    {
        "source": key(),
        "marketplace": key(),  # the platform's id of it: A1PA6795UKMFR9, PROGRAM_DE, ...
        "metric": key(),  # one spelling for all ages of the report: late_shipment_rate, order_defect_rate, ...
        "source_metric": key(),  # the report's own spelling
        "scope": text(),  # afn, mfn; CURRENT, PROJECTED; "" for all
        "value": text(),  # decimal text, exactly as reported; a status is its word
        "numerator": count(nullable=True),
        "denominator": count(nullable=True),
        "target": text(),  # decimal text; "" where the report states none
        "comparator": text(),  # less_than, at_most, greater_than, at_least, or ""
        "status": text(),  # the platform's own word: GOOD, BAD, NONE, ...
        "from_day": day(nullable=True),
        "to_day": day(nullable=True),
    }
)
"""One row per metric that a platform reports of an account."""

TICKETS = table(
    {
        "source": key(),
        "desk_system": key(),  # zendesk, freshdesk, ...
        "ticket_id": key(),
        "created_at": instant(),
        "created_zone": text(),
        "updated_at": instant(nullable=True),
        "first_reply_at": instant(nullable=True),
        "solved_at": instant(nullable=True),
        "due_at": instant(nullable=True),
        "status": term(TicketStatus),
        "source_status": text(),
        "priority": text(),  # low, normal, high, urgent, or the system's own word
        "type": text(),
        "channel": text(),
        "group": text(),
        "assignee_id": text(),
        "requester": text(),  # hash of the system's id: the same buyer is the same text
        "order_id": text(),
        "subject": prose(),
        "tags": text(),  # blank between them
        "replies": count(),
        "reopens": count(),
        "satisfaction": text(),  # good, bad, or "" where nobody was asked
    }
)
"""One row per ticket, in its state at the time of the export."""
