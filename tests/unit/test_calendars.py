"""Business days against counting them one by one."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from opsrules.calendars import BusinessCalendar

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
CALENDARS = st.builds(
    BusinessCalendar,
    st.frozensets(st.integers(0, 6), max_size=4),
    st.frozensets(st.dates(date(2026, 9, 1), date(2026, 11, 30)), max_size=12),
)
ONE = timedelta(days=1)


def is_open(calendar: BusinessCalendar, day: date) -> bool:
    return day.weekday() not in calendar.weekend and day not in calendar.holidays


@given(CALENDARS, DAYS, st.integers(0, 60))
def test_days_between_are_those_that_one_counts(calendar: BusinessCalendar, first: date, span: int) -> None:
    last = first + timedelta(days=span)
    counted = sum(is_open(calendar, first + timedelta(days=step)) for step in range(1, span + 1))
    assert calendar.between(first, last) == counted
    assert calendar.between(last, first) == -counted


@given(CALENDARS, DAYS, st.integers(0, 30))
def test_the_day_after_so_many_is_reached_by_walking(calendar: BusinessCalendar, day: date, count: int) -> None:
    walked = day
    while not is_open(calendar, walked):
        walked += ONE
    assert calendar.on_or_after(day) == walked
    for _ in range(count):
        walked += ONE
        while not is_open(calendar, walked):
            walked += ONE
    assert calendar.after(day, count) == walked


def test_a_holiday_on_a_weekend_closes_no_weekday() -> None:
    calendar = BusinessCalendar(holidays=frozenset({date(2026, 12, 25), date(2026, 12, 26)}))  # a Friday, a Saturday
    assert calendar.closed_weekdays(date(2026, 12, 24), date(2026, 12, 28)) == 1
    assert not calendar.is_open(date(2026, 12, 25))


def test_later_than_a_closed_day_counts_from_the_open_day_before() -> None:
    saturday = date(2026, 10, 3)
    assert BusinessCalendar().later(saturday, 1) == date(2026, 10, 5)
    assert BusinessCalendar().after(saturday, 1) == date(2026, 10, 6)
