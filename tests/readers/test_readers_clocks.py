"""Times whose clocks are read by their digits are those that a look at each text gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from opsrules.readers import times
from opsrules.readers.clocks import Parted, parted
from opsrules.readers.dates import iso_texts
from opsrules.readers.layout import Dates
from opsrules.readers.localised import localised

_DAYS = st.sampled_from(
    [
        *("2026-10-25", "2026-03-29", "03/04/2026", "25.10.2026", "5 Oct 2026", "Oct 25, 2026", "Sun, 25 Okt. 26"),
        *("2026/10/25", "0026-10-25", "31/02/2026", "", "Smarch 3, 2026", "2026-13-01"),
    ]
)
_BETWEEN = st.sampled_from([" ", "T", ", ", " at ", " kl. ", "  ", "", "-"])
_CLOCKS = st.one_of(
    st.builds("{:02}:{:02}:{:02}".format, st.integers(0, 25), st.integers(0, 61), st.integers(0, 61)),
    st.builds("{}:{:02}".format, st.integers(0, 25), st.integers(0, 61)),
    st.builds("{:02}:{:02}:{:02}.{}".format, *[st.integers(0, 59)] * 3, st.integers(0, 10**10)),
    st.sampled_from(["", "02:30", "02:30:59.123456", "02:30.15", "9.15", "9h15", "12:00", "0:00", "24:00", "1:234"]),
)
_AFTER = st.sampled_from(
    [
        *(
            "",
            "Z",
            " +0200",
            "+05:30",
            " PM",
            " a.m.",
            "AM",
            "\u202fPM",
            "\xa0am",
            " A M",
            " CEST",
            " PM PDT",
            " UTC+2",
        ),
        *(" Europe/Berlin", " America/New_York", " AMT", " XYZ", " 10:15", " +2:00"),
    ]
)
_TEXTS = st.one_of(
    st.builds("{}{}{}{}".format, _DAYS, _BETWEEN, _CLOCKS, _AFTER), st.text("0123456789:/-. TAPMZ+", max_size=20)
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_TEXTS, min_size=1, max_size=8), st.sampled_from([Dates.DAY_FIRST, Dates.MONTH_FIRST, Dates.ISO]))
@example(["Oct 2, 2026 9:15:31 AM", "Oct 2, 2026 12:15:31 AM", "Oct 12, 2026 12:00:00 PM"], Dates.MONTH_FIRST)
@example(["2026-10-25 02:30", "2026-03-29 02:30", "2026-03-29 01:30 Europe/Berlin"], Dates.ISO)
def test_they_are_those_that_are_read_one_by_one(texts: list[str], order: Dates) -> None:
    cells = pd.Series(texts, dtype="str")
    got = times.parse_instants(cells, "Europe/Berlin", "Europe/Berlin", lambda some: iso_texts(some, order))
    whole = Parted(cells, np.arange(len(cells)), np.zeros(len(cells), dtype="timedelta64[us]"))
    spelled = times._written(iso_texts(cells, order), "Europe/Berlin", "Europe/Berlin")
    expected = times._at(spelled, whole)
    assert got.at.astype(np.int64).tolist() == expected.at.astype(np.int64).tolist()
    assert got.zone.tolist() == expected.zone.tolist()
    assert got.fold.tolist() == expected.fold.tolist()
    assert got.reason.tolist() == expected.reason.tolist()


@pytest.mark.parametrize(
    ("texts", "left", "past"),
    [
        (["Oct 2, 2026 9:15:31 AM", "Oct 2, 2026 6:00:00 AM"], ["Oct 2, 2026 1:00:00 AM"], [29_731, 18_000]),
        (["Oct 2, 2026 12:15:31 PM"], ["Oct 2, 2026 01:00:00 PM"], [-3_600 + 931]),
        (["2026-10-02T23:59:59.25Z", "2026-10-02T00:00:00.75Z"], ["2026-10-02T01:00:00.00Z"], [82_799.25, -3_599.25]),
        (["2.10.2026 14:15 +02:00", ""], ["2.10.2026 01:00 +02:00", ""], [47_700, 0]),
        (["2.10.2026 24:15", "2.10.2026", "13:00 PM"], ["2.10.2026 24:15", "2.10.2026", "13:00 PM"], [0, 0, 0]),
    ],
)
def test_what_is_left_of_a_text_is_its_day_and_zone(texts: list[str], left: list[str], past: list[float]) -> None:
    got = parted(pd.Series(texts, dtype="str"))
    assert got.texts.tolist() == left
    assert (got.past / np.timedelta64(1, "s")).tolist() == past


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Beirut", "UTC"])
def test_many_local_times_are_placed_as_the_zone_says(zone: str) -> None:
    clock, start = ZoneInfo(zone), datetime(2026, 1, 1)  # noqa: DTZ001 - a wall clock's
    walls = [start + timedelta(minutes=15 * step) for step in range(365 * 96)]
    at, fold, gap = localised(np.array(walls, dtype="datetime64[us]"), zone)
    for wall, utc, twice, never in zip(walls, at.tolist(), fold.tolist(), gap.tolist(), strict=True):
        first, second = (wall.replace(tzinfo=clock, fold=one).astimezone(UTC) for one in (0, 1))
        assert never == (first > second)  # as PEP 495 has it
        assert twice == (first < second)
        if not never:
            assert utc == first.replace(tzinfo=None)
