"""Which period another one is compared with."""

from __future__ import annotations

from datetime import timedelta

from opsrules.periods import Period

__all__ = ["period_before"]


def period_before(period: Period) -> Period:
    """The period of the same kind that ends the day before."""
    if period.kind == "month":
        return Period.month_before(period.first)
    last = period.first - timedelta(days=1)
    if period.kind == "week":
        year, week, _ = last.isocalendar()
        return Period.parse(f"{year}-W{week:02d}")
    return Period.parse(f"{last - timedelta(days=period.days - 1)}..{last}")
