"""Instants and days as the database keeps them."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

__all__ = ["day", "iso", "now", "when"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> int:
    """Microseconds UTC by the machine's clock, which may go back: order is never taken from it."""
    return time.time_ns() // 1000


def when(instant: int) -> datetime:
    """An instant of the database as an aware time in UTC."""
    return _EPOCH + timedelta(microseconds=instant)


def day(text: str) -> date | None:
    """A day of the database; None for ""."""
    return date.fromisoformat(text) if text else None


def iso(one: date | None) -> str:
    """A day for the database; "" for None."""
    return one.isoformat() if one else ""
