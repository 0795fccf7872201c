"""What is told before the bank statement counts until the statement tells it, and never twice."""

from __future__ import annotations

from datetime import date

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from opsrules.desks.reconciliation.early import told_early
from opsrules.readers import Cover

STATEMENT, INTRADAY, NOTIFIED = "", "intraday", "notified"
Line = tuple[str, str, int, int, str]


def line(flags: str, day: int = 6, minor: int = 100, account: str = "****2051", file: str = "a.xml") -> Line:
    return flags, account, day, minor, file


def early(*lines: Line, covers: tuple[Cover, ...] = ()) -> list[bool]:
    bank = pd.DataFrame(
        {
            "bank_account": pd.Series([account for _, account, *_ in lines], dtype="str"),
            "booked_on": pd.to_datetime([f"2026-10-{day:02d}" for _, _, day, *_ in lines]),
            "currency": "EUR",
            "amount_minor": [minor for *_, minor, _ in lines],
            "source_file": pd.Series([file for *_, file in lines], dtype="str"),
            "flags": pd.Series([flags for flags, *_ in lines], dtype="str"),
        }
    )
    return list(map(bool, told_early(bank, covers)))


def test_a_statement_takes_the_place_of_its_days_whatever_the_amounts() -> None:
    lines = [line(STATEMENT), line(INTRADAY, minor=7), line(NOTIFIED), line(INTRADAY, day=7), line(NOTIFIED, day=5)]
    assert early(*lines) == [False, True, True, False, False]


def test_a_statement_speaks_for_its_own_account_alone() -> None:
    assert early(line(STATEMENT), line(INTRADAY, account="****7099")) == [False, False]


def test_days_that_a_statement_says_it_covers_need_no_lines() -> None:
    covers = (Cover("****2051", date(2026, 10, 5), date(2026, 10, 6)),)
    lines = [line(INTRADAY, day) for day in (4, 5, 6, 7)] + [line(INTRADAY, account="****7099")]
    assert early(*lines, covers=covers) == [False, True, True, False, False]


def test_a_notification_gives_way_to_the_same_line_of_a_report_one_for_one() -> None:
    lines = [line(INTRADAY), *[line(NOTIFIED, file=f"{n}.xml") for n in (1, 2)], line(NOTIFIED, minor=101)]
    assert early(*lines) == [False, True, False, False]


def test_two_reports_of_the_day_so_far_are_one_line_to_a_notification() -> None:
    reports = [line(INTRADAY, file=f"{hour}.xml") for hour in (10, 12)]
    assert early(*reports, line(NOTIFIED), line(NOTIFIED)) == [False, False, True, False]


LINES = st.lists(
    st.builds(
        line, st.sampled_from([STATEMENT, INTRADAY, NOTIFIED]), st.integers(1, 3), st.integers(1, 2),
        st.sampled_from(["****1111", "****2222"]),
    ),
    max_size=12,
)  # fmt: skip


@given(LINES)
def test_no_statement_line_goes_and_no_day_is_told_in_two_ways(lines: list[Line]) -> None:
    if not lines:
        return
    kept = [one for one, again in zip(lines, early(*lines), strict=True) if not again]
    assert [one for one in kept if one[0] == STATEMENT] == [one for one in lines if one[0] == STATEMENT]
    stated = {one[1:3] for one in lines if one[0] == STATEMENT}
    assert not any(one[1:3] in stated for one in kept if one[0] != STATEMENT)
    for key in {one[1:4] for one in lines if one[1:3] not in stated}:  # what is left is the most that one source tells
        told = {flags: sum(one[:4] == (flags, *key) for one in lines) for flags in (INTRADAY, NOTIFIED)}
        assert sum(one[1:4] == key for one in kept) == max(told.values())
