"""The one place where the command line looks at the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

__all__ = ["today"]


def today(zone: str | None = None) -> date:
    """Return the day it is now in `zone`, or on this machine."""
    now = datetime.now(UTC)
    return (now.astimezone(ZoneInfo(zone)) if zone else now.astimezone()).date()
