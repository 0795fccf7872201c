"""Business days: a weekend and holidays, and how days are counted and moved by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import numpy as np

__all__ = ["WEEKDAYS", "BusinessCalendar"]

WEEKDAYS: tuple[str, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""Names of the weekdays as parameter files write them; the place of each is `date.weekday`."""


@dataclass(frozen=True)
class BusinessCalendar:
    """Days on which business is done: all but the weekend and the holidays.

    Attributes
    ----------
    weekend : frozenset of int
        Weekdays that are never open, Monday = 0.
    holidays : frozenset of date
    """

    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()

    @cached_property
    def _days(self) -> np.busdaycalendar:
        mask = [weekday not in self.weekend for weekday in range(7)]
        return np.busdaycalendar(weekmask=mask, holidays=sorted(self.holidays))

    def is_open(self, day: date) -> bool:
        """Whether business is done on the day."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        """The day itself where it is open, else the next open one."""
        return self._moved(day, 0, "forward")

    def after(self, day: date, count: int) -> date:
        """The open day that is `count` (0 or more) business days after the day; a closed day counts as the next open.

        Examples
        --------
        >>> BusinessCalendar().after(date(2026, 10, 2), 2)  # a Friday
        datetime.date(2026, 10, 6)
        """
        return self._moved(day, count, "forward")

    def later(self, day: date, count: int) -> date:
        """As `after`, but a closed day counts as the open one before it."""
        return self._moved(day, count, "backward")

    def _moved(self, day: date, count: int, roll: Literal["forward", "backward"]) -> date:
        return date.fromisoformat(str(np.busday_offset(day, count, roll=roll, busdaycal=self._days)))

    def between(self, first: date, last: date) -> int:
        """Business days after `first` up to and with `last`; minus where `last` is the earlier one.

        Examples
        --------
        >>> BusinessCalendar().between(date(2026, 10, 2), date(2026, 10, 5))  # Friday to Monday
        1
        """
        if last < first:
            return -self.between(last, first)
        one = timedelta(days=1)
        return int(np.busday_count(first + one, last + one, busdaycal=self._days))

    def closed_weekdays(self, first: date, last: date) -> int:
        """Holidays from `first` to `last`, both in, that are no weekend day."""
        return sum(first <= day <= last and day.weekday() not in self.weekend for day in self.holidays)
