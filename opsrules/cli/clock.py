"""The one place where the command line looks at the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsrules.periods import Period

__all__ = ["asked_days", "today"]


def today() -> date:
    """Return the day it is now on this machine: the run's date, one for all accounts."""
    return datetime.now(UTC).astimezone().date()


def asked_days(as_of: datetime | None, period: str) -> tuple[date, Period]:
    """Return the as-of day, today when none is asked for, and the period, the month before that day when none is.

    Raises
    ------
    UsageError
        If the period is none, or the day does not go with it.
    """
    from opsrules.periods import Period, plausible_as_of  # noqa: PLC0415

    day = plausible_as_of(as_of.date() if as_of else today())
    days = Period.parse(period) if period else Period.month_before(day)
    return plausible_as_of(day, days), days
