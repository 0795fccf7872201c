"""The day and the amount of each row of a canonical table: what periods, sums and gaps are told by."""

from __future__ import annotations

from datetime import time

import pandas as pd

from opsrules.periods import business_date

__all__ = ["AMOUNTS", "days_of"]

AMOUNTS = {
    "orders": "total_minor",
    "processor_lines": "net_minor",
    "invoices": "total_minor",
    "returns": "refunded_minor",
} | dict.fromkeys(
    ("payouts", "bank_lines", "payment_events", "disputes", "subscriptions", "reimbursements"), "amount_minor"
)
"""Column of each canonical table whose sum is told; the others state no amount of their own."""

_DAYS = {
    "orders": "placed_at",
    "processor_lines": "occurred_at",
    "payouts": "sent_on",
    "bank_lines": "booked_on",
    "payment_events": "occurred_at",
    "disputes": "opened_at",
    "invoices": "issued_at",
    "subscriptions": "started_at",
    "returns": "requested_at",
    "feedback": "left_on",
    "reimbursements": "approved_at",
    "health_metrics": "to_day",
    "tickets": "created_at",
}


def days_of(kind: str, table: pd.DataFrame, zone: str, cut_off: time | None) -> pd.Series[pd.Timestamp] | None:
    """Business day of each row of a canonical table, NaT where it has none; None for a table without days."""
    name = _DAYS.get(kind, "")
    if name not in table:
        return None
    column = table[name]
    return business_date(column, zone, cut_off) if isinstance(column.dtype, pd.DatetimeTZDtype) else column
