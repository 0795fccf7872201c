"""Dates as people write them: the order is told by the file or refused, and nothing is guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrules.errors import FileRefused
from opsrules.money import NumberStyle
from opsrules.readers.cells import Setting, convert
from opsrules.readers.dates import dates_of, iso_texts
from opsrules.readers.digits import is_iso
from opsrules.readers.layout import Column, Dates, Kind
from opsrules.readers.months import month_of
from opsrules.readers.times import parse_instants

LONG_AGO, FAR_OFF = (datetime(*day, tzinfo=UTC).replace(tzinfo=None) for day in ((2000, 1, 1), (2099, 12, 31)))


def iso(text: str, dates: Dates = Dates.MONTH_FIRST) -> str:
    return str(iso_texts(pd.Series([text], dtype="str"), dates)[0])


def order(*columns: list[str]) -> Dates:
    return dates_of([pd.Series(texts, dtype="str") for texts in columns], "export.csv:1")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Sep 4, 2026 1:05:07 AM PDT", "2026-09-04 01:05:07 PDT"),
        ("September 24, 2026", "2026-09-24 00:00:00"),
        ("02-Sep-2026 14:22:10 IST", "2026-09-02 14:22:10 IST"),
        ("01.09.2026 10:22:11 UTC", "2026-09-01 10:22:11 UTC"),
        ("4. Sept. 2026 12:30", "2026-09-04 12:30:00"),
        ("5 de enero de 2026", "2026-01-05 00:00:00"),
        ("12 févr. 2026", "2026-02-12 00:00:00"),
        ("2026/09/04", "2026-09-04 00:00:00"),
        ("Mon, 5 Oct 2026 11:00 GMT-7", "2026-10-05 11:00:00 -07:00"),
        ("1/2/26 12:00 AM", "2026-01-02 00:00:00"),
        ("1/2/26 12:59:59 p.m.", "2026-01-02 12:59:59"),
        ("2/1/2020 10:22 America/Los_Angeles", "2020-02-01 10:22:00 America/Los_Angeles"),
        ("2026-10-01T10:00:00Z", "2026-10-01T10:00:00Z"),
        ("yesterday", "yesterday"),
        ("1/2/26 13:00 PM", "1/2/26 13:00 PM"),
        ("пн, 5 Oct 2026", "2026-10-05 00:00:00"),
        ("——, 5 Oct 2026", "——, 5 Oct 2026"),
        ("5 ٣٣٣ 2026", "5 ٣٣٣ 2026"),
    ],
)
def test_a_written_date_is_brought_to_iso(text: str, wanted: str) -> None:
    assert iso(text) == wanted


@given(
    st.lists(st.datetimes(LONG_AGO, FAR_OFF), min_size=1, max_size=5),
    st.sampled_from(
        [
            ("%d/%m/%Y %H:%M:%S", Dates.DAY_FIRST),
            ("%m/%d/%y %I:%M:%S %p", Dates.MONTH_FIRST),
            ("%d.%m.%Y %H:%M:%S", Dates.MONTH_FIRST),
            ("%b %d, %Y %I:%M:%S %p", Dates.DAY_FIRST),
            ("%d-%B-%Y %H:%M:%S", Dates.MONTH_FIRST),
            ("%Y/%m/%d %H:%M:%S", Dates.DAY_FIRST),
        ]
    ),
)
def test_every_spelling_gives_the_instant_it_was_written_from(
    moments: list[datetime], spelling: tuple[str, Dates]
) -> None:
    pattern, dates = spelling
    texts = pd.Series([moment.strftime(pattern) for moment in moments], dtype="str")
    got = parse_instants(iso_texts(texts, dates), "UTC", "UTC")
    assert got.at.tolist() == [moment.replace(microsecond=0) for moment in moments]


def test_a_number_above_twelve_tells_the_order_of_the_whole_file() -> None:
    assert order(["03/04/2026", "25/04/2026"]) is Dates.DAY_FIRST
    assert order(["03/04/2026"], ["04/25/2026"]) is Dates.MONTH_FIRST


def test_neighbours_tell_the_order() -> None:
    assert order(["01/03/2026", "02/03/2026", "01/04/2026"]) is Dates.DAY_FIRST
    assert order(["03/01/2026", "03/02/2026", "04/01/2026"]) is Dates.MONTH_FIRST


def test_equal_numbers_and_dates_in_words_need_no_order() -> None:
    assert iso("05/05/2026", order(["05/05/2026"])) == "2026-05-05 00:00:00"
    assert iso("Jan 5, 2026", order(["Jan 5, 2026", "01.02.2026"])) == "2026-01-05 00:00:00"


@pytest.mark.parametrize(
    "texts", [["03/04/2026"], ["01/02/2026", "02/02/2026"], ["25/04/2026", "04/25/2026"]], ids=["one", "both", "mixed"]
)
def test_a30_an_order_that_nothing_tells_is_refused(texts: list[str]) -> None:
    with pytest.raises(FileRefused, match="date_order"):
        order(texts)


@pytest.mark.parametrize(("name", "number"), [("jui", 0), ("juil.", 7), ("Mrz", 3), ("DEZ", 12), ("Smarch", 0)])
def test_months_in_words(name: str, number: int) -> None:
    assert month_of(name) == number


def test_an_iana_zone_beside_a_time_counts() -> None:
    texts = ["2026-10-25 02:30:00 Europe/Berlin", "2026-03-29 02:30 Europe/Berlin", "2026-07-01 10:00 Mars/Base"]
    got = parse_instants(pd.Series(texts), "UTC", "UTC")
    assert got.at.tolist() == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC).replace(tzinfo=None), None, None]
    assert got.fold.tolist() == [True, False, False]
    assert list(got.reason) == ["", "time_in_gap", "zone_unknown"]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("2026-11-05", 10, True),
        ("2026-11-05", 15, False),
        ("2026-11-05T01:02:03Z", 15, True),
        ("2026/11/05", 10, False),
        ("26-11-05", 8, False),
        ("2026-11-05, 1:00", 15, False),
        ("2026-11-05, 1:00", 10, False),
        (" ", 10, False),
    ],
)
def test_what_begins_as_iso(text: str, width: int, expected: bool) -> None:
    assert is_iso(pd.Series([text, text], dtype="str"), width) is expected
    assert is_iso(pd.Series(["", text, "", text], dtype="str"), width) is expected


@pytest.mark.parametrize("texts", [["", ""], ["2026-11-05", ""], ["", "2026-11-05 13:00"]])
def test_a_column_with_empty_cells_begins_as_iso(texts: list[str]) -> None:
    assert is_iso(pd.Series(texts, dtype="str"))


@settings(max_examples=200)
@given(st.sampled_from(["", " 1:00", " 13:00", "T13:00", ", 13:00", " 25:00", " 13:00:09", " 13:00 +0100"]), st.data())
def test_texts_of_one_shape_are_read_as_beside_others(tail: str, data: st.DataObject) -> None:
    days = st.sampled_from(["2026-11-05", "2026-02-29", "2024-02-29", "0999-01-01", ""])
    texts = [day + tail if day else day for day in data.draw(st.lists(days, min_size=1))]
    setting = Setting(NumberStyle(), "UTC", Dates.DAY_FIRST)
    for kind in (Kind.DAY, Kind.INSTANT):
        column = Column("at", "At", kind, dates=Dates.LOCAL)
        alone, beside = (
            convert(column, "At", pd.Series(cells, dtype="str"), "", setting)
            for cells in (texts, [*texts, "5 Nov 2026 "])
        )
        for name, values in alone.values.items():
            assert values.equals(beside.values[name].iloc[:-1])
        assert list(alone.reason) == list(beside.reason)[:-1]
