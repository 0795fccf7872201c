"""Periods, business dates, local times and ages.

A period is a month (``2026-10``), an ISO week (``2026-W47``) or a range of days (``2026-10-01..2026-10-15``), in the
account's zone. A business day ends at the account's cut-off: what happens later belongs to the next day.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.errors import UsageError

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["AGE_BUCKETS", "Period", "age_bucket", "business_date", "day_words", "plausible_as_of"]

AGE_BUCKETS: tuple[tuple[str, int, int | None], ...] = (
    ("0 to 3 days", 0, 3),
    ("4 to 7 days", 4, 7),
    ("8 to 30 days", 8, 30),
    ("31 to 60 days", 31, 60),
    ("over 60 days", 61, None),
)
"""Name, first and last day of each bucket that open items are aged into; ours, not a platform's."""

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII)
_FORMS = "write 2026-10, 2026-W47 or 2026-10-01..2026-10-15"


def plausible_as_of(day: date, period: Period | None = None) -> date:
    """Return the day if ages can be counted to it.

    Raises
    ------
    UsageError
        If it lies before 2000 or after 2100, or before the period begins.
    """
    if not 2000 <= day.year <= 2100:
        msg = f"as-of day {day} is out of reach; name one between 2000 and 2100"
        raise UsageError(msg)
    if period is not None and day < period.first:
        msg = f"as-of day {day} is before {period.text} begins; name one in the period or after it"
        raise UsageError(msg)
    return day


def day_words(day: date) -> str:
    """A day as pages write it: 5 Nov 2026."""
    return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both in.

    Attributes
    ----------
    text : str
        As written; names the folder under reports/.
    first, last : date
    """

    text: str
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a period.

        Raises
        ------
        UsageError
            If the text is no period, the month, week or day does not exist, or the end is before the start.

        Examples
        --------
        >>> Period.parse("2026-W47").first
        datetime.date(2026, 11, 16)
        """
        try:
            if found := _MONTH.fullmatch(text):
                year, month = int(found[1]), int(found[2])
                return cls(text, date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
            if found := _WEEK.fullmatch(text):
                first = date.fromisocalendar(int(found[1]), int(found[2]), 1)
                return cls(text, first, first + timedelta(days=6))
            if found := _RANGE.fullmatch(text):
                first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
                if last < first:
                    msg = f"period {text!r} ends before it starts; {_FORMS}"
                    raise UsageError(msg)
                return cls(text, first, last)
        except (ValueError, OverflowError) as error:
            msg = f"period {text!r} does not exist ({error}); {_FORMS}"
            raise UsageError(msg) from error
        msg = f"period {text!r} is not one; {_FORMS}"
        raise UsageError(msg)

    @classmethod
    def month_before(cls, day: date) -> Period:
        """Return the last complete calendar month before `day`: what is reviewed when nobody names a period."""
        end = day.replace(day=1) - timedelta(days=1)
        return cls.parse(f"{end.year:04d}-{end.month:02d}")

    @property
    def kind(self) -> str:
        """month, week or days: periods of one kind are compared with one another."""
        return "month" if _MONTH.fullmatch(self.text) else "week" if _WEEK.fullmatch(self.text) else "days"

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    def words(self) -> str:
        """As a title says it: October 2026, week 47 of 2026, or 1 Oct 2026 to 15 Oct 2026."""
        if _MONTH.fullmatch(self.text):
            return f"{calendar.month_name[self.first.month]} {self.first.year}"
        if found := _WEEK.fullmatch(self.text):
            return f"week {int(found[2])} of {found[1]}"
        return f"{day_words(self.first)} to {day_words(self.last)}"


def business_date(instants: pd.Series[pd.Timestamp], zone: str, cut_off: time | None = None) -> pd.Series[pd.Timestamp]:
    """Return the business day of each instant, as midnight without a zone (datetime64[us]).

    Parameters
    ----------
    instants : Series of datetime64[us, UTC]
        NaT stays NaT.
    zone : str
        IANA zone of the account.
    cut_off : time, optional
        Local time at which the day ends; None means midnight.
    """
    local = instants.dt.tz_convert(zone).dt.tz_localize(None)
    day = local.dt.normalize()
    if cut_off is not None:
        late = (local - day) >= pd.Timedelta(hours=cut_off.hour, minutes=cut_off.minute)
        day = day + pd.to_timedelta(late.astype("int64"), unit="D")
    return day.dt.as_unit("us")


def age_bucket(days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Position in `AGE_BUCKETS` of each age in days; ages below zero count as 0."""
    return np.searchsorted([first for _, first, _ in AGE_BUCKETS], np.maximum(days, 0), side="right") - 1
