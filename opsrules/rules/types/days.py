"""Days of the calendar."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from business_rules.fields import FIELD_SELECT_MULTIPLE

from opsrules.rules.types.base import OwnType, is_nothing, listed, operator
from opsrules.rules.types.references import other_named

__all__ = ["DateType"]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DAY.pattern + r"[T ][0-9].*")


class DateType(OwnType):
    """A day: a date, a datetime (its own day, in its own zone) or ISO text of either; None and "" are missing.

    A constant is a day, written 2026-10-31; ``within_days_of`` takes ``{day: ..., days: 5}``, a difference of 5 days in
    either direction being within.
    """

    name = "date"
    WANTED = "a day such as 2026-10-31"

    @classmethod
    def cast(cls, raw: Any) -> date | None:
        """Return the day.

        Raises
        ------
        TypeError
            For what is no day at all.
        ValueError
            For a day that is not in the calendar.
        """
        if is_nothing(raw):
            return None
        if isinstance(raw, datetime) and raw == raw:  # noqa: PLR0124 - pandas' NaT is a datetime unequal to itself
            return raw.date()
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        if isinstance(raw, str) and _DAY.fullmatch(raw):
            return date.fromisoformat(raw)
        if isinstance(raw, str) and _MOMENT.fullmatch(raw):
            return datetime.fromisoformat(raw).date()
        msg = f"{raw!r} is no date"
        raise TypeError(msg)

    @operator()
    def before(self, constant: Any) -> bool:
        """Whether it is an earlier day."""
        value, other = self.both(constant)
        return bool(value < other)

    @operator()
    def after(self, constant: Any) -> bool:
        """Whether it is a later day."""
        value, other = self.both(constant)
        return bool(value > other)

    @operator()
    def on_or_before(self, constant: Any) -> bool:
        """Whether it is that day or an earlier one."""
        value, other = self.both(constant)
        return bool(value <= other)

    @operator()
    def on_or_after(self, constant: Any) -> bool:
        """Whether it is that day or a later one."""
        value, other = self.both(constant)
        return bool(value >= other)

    @operator(FIELD_SELECT_MULTIPLE)
    def between(self, ends: Sequence[Any]) -> bool:
        """Whether it is one of two days or lies between them."""
        low, high = listed(ends)
        return all([self.on_or_after(low), self.on_or_before(high)])  # both asked: a wrong one raises

    @operator()
    def within_days_of(self, constant: Mapping[str, Any]) -> bool:
        """Whether it is at most so many days from a day."""
        value, other = self.both(constant["day"])
        return bool(abs((value - other).days) <= constant["days"])

    @classmethod
    def constant_fault(cls, asked: str, constant: Any) -> str | None:
        """Return what is wrong with a constant."""
        if asked != "within_days_of":
            return super().constant_fault(asked, constant)
        if not isinstance(constant, Mapping) or set(constant) != {"day", "days"}:
            return "must be {day: ..., days: ...}"
        days = constant["days"]
        if isinstance(days, bool) or not isinstance(days, int) or days < 0:
            return "must have a whole number of days, 0 or more"
        return cls.one_fault(constant["day"])

    @classmethod
    def one_fault(cls, constant: Any) -> str | None:
        """Return what is wrong with a constant; a time of day would be dropped without a word."""
        has_time = isinstance(constant, datetime) or (isinstance(constant, str) and not _DAY.fullmatch(constant))
        if has_time and other_named(constant) is None:
            return f"must be {cls.WANTED}"
        return super().one_fault(constant)
