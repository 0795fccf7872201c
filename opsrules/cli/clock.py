"""The one place where the command line looks at the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime

__all__ = ["today"]


def today() -> date:
    """Return the day it is now on this machine: the run's date, one for all accounts."""
    return datetime.now(UTC).astimezone().date()
