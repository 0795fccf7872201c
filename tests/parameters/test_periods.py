"""Periods, business days and ages, against hand-made cases and the standard library day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrules.errors import UsageError
from opsrules.periods import AGE_BUCKETS, Period, age_bucket, business_date, day_words


@pytest.mark.parametrize(
    ("text", "first", "last", "words"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31), "October 2026"),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28), "February 2026"),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29), "February 2028"),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), "December 2026"),
        # 16 Nov 2026 is a Monday.
        ("2026-W47", date(2026, 11, 16), date(2026, 11, 22), "week 47 of 2026"),
        # ISO 8601: week 1 holds 4 January; 1 Jan 2026 is a Thursday, so week 1 starts in 2025.
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4), "week 1 of 2026"),
        # 2026 starts on a Thursday and so has 53 weeks.
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3), "week 53 of 2026"),
        ("2026-10-01..2026-10-15", date(2026, 10, 1), date(2026, 10, 15), "1 Oct 2026 to 15 Oct 2026"),
        ("2026-10-05..2026-10-05", date(2026, 10, 5), date(2026, 10, 5), "5 Oct 2026 to 5 Oct 2026"),
    ],
)
def test_periods_have_first_day_last_day_and_words(text: str, first: date, last: date, words: str) -> None:
    period = Period.parse(text)
    assert (period.first, period.last, period.words()) == (first, last, words)
    assert period.days == (last - first).days + 1


@pytest.mark.parametrize(
    "text",
    [
        *("2026-13", "2026-00", "0000-01", "2026-W00", "2026-W54", "2027-W53", "2026-02-01..2026-02-30"),
        *("2026-10-15..2026-10-01", "2026-1", "26-10", "2026", "october", "", "2026-10 ", "2026-W4", "../2026-10"),
        *("2026-10-01", "2026-10-01..", "2026-10\n", "٢٠٢٦-١٠"),
    ],
)
def test_c11_periods_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Period.parse(text)
    assert "write 2026-10, 2026-W47 or 2026-10-01..2026-10-15" in str(caught.value)


def test_c11_an_end_before_the_start_is_called_so() -> None:
    with pytest.raises(UsageError, match="ends before it starts"):
        Period.parse("2026-10-15..2026-10-01")


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_every_day_is_in_the_month_and_week_named_after_it(day: date) -> None:
    year, week, weekday = day.isocalendar()
    in_week = Period.parse(f"{year}-W{week:02d}")
    assert (in_week.first, in_week.days) == (day - timedelta(days=weekday - 1), 7)
    in_month = Period.parse(f"{day:%Y-%m}")
    assert in_month.first <= day <= in_month.last
    assert (in_month.first - timedelta(days=1)).month != in_month.first.month
    assert (in_month.last + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("day", "month"),
    [(date(2026, 11, 22), "2026-10"), (date(2026, 1, 1), "2025-12"), (date(2026, 3, 31), "2026-02")],
)
def test_the_month_before(day: date, month: str) -> None:
    assert Period.month_before(day).text == month


def test_days_in_words() -> None:
    assert day_words(date(2026, 11, 5)) == "5 Nov 2026"


def days(instants: list[str], zone: str, cut_off: time | None = None) -> list[str]:
    column = pd.Series(pd.to_datetime(instants, utc=True, format="ISO8601")).dt.as_unit("us")
    out = business_date(column, zone, cut_off)
    assert out.dtype == "datetime64[us]"
    return [str(one.date()) for one in out]


def test_the_business_day_is_the_zones_own() -> None:
    # 22:30 UTC is 00:30 of the next day in Berlin's summer, 23:30 of the same day in its winter.
    assert days(["2026-07-31T22:30Z", "2026-01-31T22:30Z"], "Europe/Berlin") == ["2026-08-01", "2026-01-31"]
    # Tokyo has no summer time: midnight is 15:00 UTC.
    assert days(["2026-10-31T14:59:59Z", "2026-10-31T15:00Z"], "Asia/Tokyo") == ["2026-10-31", "2026-11-01"]


def test_a_day_of_25_hours_and_one_of_23() -> None:
    # Berlin: 25 Oct 2026 lasts from 22:00 UTC the day before to 23:00 UTC; 29 Mar 2026 from 23:00 UTC to 22:00 UTC.
    autumn = ["2026-10-24T21:59Z", "2026-10-24T22:00Z", "2026-10-25T22:59Z", "2026-10-25T23:00Z"]
    assert days(autumn, "Europe/Berlin") == ["2026-10-24", "2026-10-25", "2026-10-25", "2026-10-26"]
    spring = ["2026-03-28T22:59Z", "2026-03-28T23:00Z", "2026-03-29T21:59Z", "2026-03-29T22:00Z"]
    assert days(spring, "Europe/Berlin") == ["2026-03-28", "2026-03-29", "2026-03-29", "2026-03-30"]


def test_what_happens_at_the_cut_off_belongs_to_the_next_day() -> None:
    # 17:30 in New York is 21:30 UTC in summer time and 22:30 UTC in standard time, from 1 Nov 2026 on.
    instants = ["2026-10-30T21:29:59Z", "2026-10-30T21:30Z", "2026-11-02T22:29:59Z", "2026-11-02T22:30Z"]
    cut = days(instants, "America/New_York", time(17, 30))
    assert cut == ["2026-10-30", "2026-10-31", "2026-11-02", "2026-11-03"]


def test_a_missing_instant_has_no_day() -> None:
    column = pd.Series([pd.NaT, pd.Timestamp("2026-10-01T12:00Z")]).astype(pd.DatetimeTZDtype("us", "UTC"))
    assert business_date(column, "UTC", time(17, 30)).isna().tolist() == [True, False]


@given(
    # Seconds from 1995 to 2045.
    st.lists(st.integers(788_918_400, 2_366_841_600), min_size=1, max_size=8),
    st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "America/Sao_Paulo", "UTC"]
    ),
    st.none()
    | st.times(time(0, 1)).map(lambda one: one.replace(second=0, microsecond=0)).filter(lambda one: one > time(0)),
)
def test_business_days_are_those_of_the_standard_library(seconds: list[int], zone: str, cut_off: time | None) -> None:
    moments = [datetime.fromtimestamp(second, UTC) for second in seconds]
    expected = []
    for moment in moments:
        local = moment.astimezone(ZoneInfo(zone))
        late = cut_off is not None and local.time() >= cut_off
        expected.append(str(local.date() + timedelta(days=int(late))))
    assert days([moment.isoformat() for moment in moments], zone, cut_off) == expected


def test_ages_fall_into_buckets_at_their_edges() -> None:
    ages = np.array([-1, 0, 3, 4, 7, 8, 30, 31, 60, 61, 10_000])
    names = [AGE_BUCKETS[position][0] for position in age_bucket(ages)]
    assert names == [
        *("0 to 3 days", "0 to 3 days", "0 to 3 days", "4 to 7 days", "4 to 7 days", "8 to 30 days", "8 to 30 days"),
        *("31 to 60 days", "31 to 60 days", "over 60 days", "over 60 days"),
    ]


@given(st.integers(0, 4000))
def test_every_age_is_in_exactly_one_bucket(age: int) -> None:
    fits = [name for name, first, last in AGE_BUCKETS if first <= age and (last is None or age <= last)]
    assert fits == [AGE_BUCKETS[age_bucket(np.array([age]))[0]][0]]
