"""What a review says that the register does not know yet."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from register_book import Book
from register_events import finding, findings, read

from opsrules.errors import ControlTotalsError
from opsrules.inputs import FileRead
from opsrules.periods import Period
from opsrules.register.changes import COMPARED, FACTS, Known, differences
from opsrules.standing import Standing
from opsrules.terms import FindingStatus


@pytest.fixture
def book() -> Book:
    return Book()


def test_facts_are_the_findings_columns_but_those_that_name_it_and_its_age() -> None:
    assert set(FACTS) - set(COMPARED) == {"due", "owner", "message"}
    assert not set(FACTS) & {"finding_id", "account", "period", "desk", "age_days"}


def test_a_first_review_opens_what_it_finds_in_its_order(book: Book) -> None:
    assert book.review("2026-10", [finding("b"), finding("a")]) == [("opened", "b"), ("opened", "a")]
    assert book.told[0].body == {"day": "2026-11-01", "due": "2026-11-05"}
    assert book.told[0].facts == {name: finding("b")[name] for name in FACTS}


def test_facts_are_plain_values_whatever_the_table_holds(book: Book) -> None:
    table = findings([finding("a", due="")])
    table["cause"] = pd.Series([None], dtype="str")
    table["order_ref"] = pd.Series([pd.NA], dtype=object)
    table["source_line"] = table["source_line"].astype("Int64")
    (one,) = differences(table, {}, Period.parse("2026-10"), (), date(2026, 11, 1))
    assert one.facts is not None
    assert {type(value) for value in one.facts.values()} == {int, str}
    assert (one.facts["cause"], one.facts["order_ref"], one.body) == ("", "", {"day": "2026-11-01"})


def test_the_same_review_again_says_nothing(book: Book) -> None:
    rows = [finding("a"), finding("b")]
    book.review("2026-10", rows)
    assert book.review("2026-10", rows) == []


@pytest.mark.parametrize("name", COMPARED)
def test_each_fact_that_changes_is_told_with_before_and_after(book: Book, name: str) -> None:
    before = finding("a")
    now = before | {name: 4321 if isinstance(before[name], int) else "JPY" if name == "currency" else "other"}
    book.review("2026-10", [before])
    assert book.review("2026-10", [now]) == [("seen", "a")]
    assert book.told[0].body == {"changed": {name: [before[name], now[name]]}}
    assert book.known["a"].facts[name] == now[name]


@pytest.mark.parametrize("name", ["due", "owner", "message", "age_days"])
def test_what_slides_with_the_day_of_the_review_is_no_event(book: Book, name: str) -> None:
    before = finding("a")
    book.review("2026-10", [before])
    assert book.review("2026-10", [before | {name: 99 if name == "age_days" else "2026-12-31"}]) == []


def test_a_later_period_that_sees_it_unchanged_says_only_that(book: Book) -> None:
    book.review("2026-10", [finding("a")])
    assert book.review("2026-11", [finding("a")]) == [("seen", "a")]
    assert book.told[0].body == {}
    assert book.known["a"].standing.last_period == "2026-11"


def test_what_a_review_with_its_file_no_longer_finds_is_cleared_once(book: Book) -> None:
    book.review("2026-10", [finding("b"), finding("a")])
    assert book.review("2026-11", []) == [("cleared", "a"), ("cleared", "b")]
    assert book.known["a"].standing.cleared_day == date(2026, 12, 1)
    assert book.review("2026-11", []) == []
    assert book.review("2026-12", []) == []


def test_a_rerun_of_the_same_period_clears_too(book: Book) -> None:
    book.review("2026-10", [finding("a")])
    assert book.review("2026-10", []) == [("cleared", "a")]
    assert book.review("2026-10", [finding("a")]) == [("reopened", "a")]


def test_october_again_after_november_clears_nothing_that_november_saw(book: Book) -> None:
    book.review("2026-10", [finding("a")])
    book.review("2026-11", [finding("a"), finding("b")])
    assert book.review("2026-10", []) == []
    assert book.status("a") == FindingStatus.OPEN


def test_october_again_after_november_takes_back_nothing_that_november_said(book: Book) -> None:
    book.review("2026-10", [finding("a", 100), finding("b")])
    book.review("2026-11", [finding("a", 120)])
    assert book.review("2026-10", [finding("a", 100), finding("b")]) == []
    assert book.known["a"].facts["amount_minor"] == 120
    assert book.status("b") == FindingStatus.CLEARED


def test_october_again_after_november_opens_what_nobody_has_seen(book: Book) -> None:
    book.review("2026-10", [])
    book.review("2026-11", [])
    assert book.review("2026-10", [finding("late")]) == [("opened", "late")]


def test_found_again_after_it_had_gone(book: Book) -> None:
    book.review("2026-10", [finding("a", 100)])
    book.review("2026-11", [])
    assert book.review("2026-12", [finding("a", 120)]) == [("reopened", "a")]
    assert book.told[0].body == {"why": "found again", "changed": {"amount_minor": [100, 120]}}
    assert book.status("a") == FindingStatus.OPEN


def test_months_and_weeks_go_by_their_last_day(book: Book) -> None:
    book.review("2026-W44", [finding("a"), finding("b")])  # to Sunday, 1 November
    assert book.review("2026-10", [finding("a", 5)]) == []
    assert book.review("2026-W45", [finding("a")]) == [("seen", "a"), ("cleared", "b")]
    assert book.review("2026-11", [finding("a")]) == [("seen", "a")]
    assert book.review("2026-W46", []) == []


def test_two_periods_that_end_on_one_day_are_as_one(book: Book) -> None:
    book.review("2026-10", [finding("a")])
    assert book.review("2026-10-15..2026-10-31", [finding("a")]) == []
    assert book.review("2026-10-15..2026-10-31", []) == [("cleared", "a")]


def test_a_file_that_is_gone_leaves_its_findings_unchecked_once(book: Book) -> None:
    book.review("2026-10", [finding("a")])
    other = [read("exports/orders.csv", "0" * 64)]
    assert book.review("2026-11", [], other) == [("unchecked", "a")]
    assert book.told[0].body == {"file": "exports/bank.csv"}
    assert book.status("a") == FindingStatus.OPEN
    assert book.review("2026-11", [], other) == []
    assert book.review("2026-12", [], other) == []
    assert book.review("2026-12", []) == [("cleared", "a")]


def test_a_file_that_came_back_with_the_finding_makes_it_checked_again(book: Book) -> None:
    book.review("2026-10", [finding("a")])
    book.review("2026-10", [], [])
    assert book.review("2026-10", [finding("a")]) == [("seen", "a")]
    assert not book.known["a"].standing.is_unchecked
    assert book.review("2026-10", [finding("a")]) == []


def test_a_renamed_file_with_the_same_bytes_was_read(book: Book) -> None:
    book.review("2026-10", [finding("a")])
    assert book.review("2026-11", [], [read("exports/november/bank-1.csv")]) == [("cleared", "a")]


def test_a_file_with_the_name_and_other_bytes_was_read(book: Book) -> None:
    book.review("2026-10", [finding("a")])
    assert book.review("2026-11", [], [read(sha256="c" * 64)]) == [("cleared", "a")]


def test_what_stood_in_no_file_is_cleared_when_it_goes(book: Book) -> None:
    book.review("2026-10", [finding("a") | {"source_file": "orders", "class": "source_missing"}])
    assert book.review("2026-11", []) == [("cleared", "a")]


@pytest.mark.parametrize("settling", ["resolved", "written_off"])
def test_what_was_settled_stays_so_while_it_is_seen_unchanged_or_smaller(book: Book, settling: str) -> None:
    book.review("2026-10", [finding("a", -1000)])
    book.act("a", settling, reason="accepted", amount_minor=1000)
    assert book.review("2026-10", [finding("a", -1000)]) == []
    assert book.review("2026-11", [finding("a", -1000)]) == [("seen", "a")]
    assert book.review("2026-12", [finding("a", -900)]) == [("seen", "a")]
    assert book.status("a") == settling


@pytest.mark.parametrize("settling", ["resolved", "written_off"])
@pytest.mark.parametrize(("before", "now"), [(1000, 1001), (-1000, -1001), (-1000, 1001)])
def test_what_was_settled_is_reopened_when_its_amount_grew(book: Book, settling: str, before: int, now: int) -> None:
    book.review("2026-10", [finding("a", before)])
    book.act("a", settling, reason="accepted", amount_minor=1000)
    assert book.review("2026-10", [finding("a", now)]) == [("reopened", "a")]
    assert book.told[0].body == {"why": "its amount grew", "changed": {"amount_minor": [before, now]}}
    assert (book.status("a"), book.known["a"].standing.written_off_minor) == (FindingStatus.OPEN, 0)
    assert book.review("2026-10", [finding("a", now)]) == []


def test_amounts_in_two_currencies_are_not_compared_so_that_what_was_settled_is_reopened(book: Book) -> None:
    book.review("2026-10", [finding("a", 1000, currency="EUR"), finding("b", 1000, currency="EUR")])
    book.act("a", "written_off", amount_minor=1000)
    now = [finding("a", 10, currency="JPY"), finding("b", 10, currency="JPY")]
    assert book.review("2026-10", now) == [("reopened", "a"), ("seen", "b")]
    changed = {"amount_minor": [1000, 10], "currency": ["EUR", "JPY"]}
    assert book.told[0].body == {"why": "its currency changed", "changed": changed}
    assert book.told[1].body == {"changed": changed}


def test_an_amount_that_grows_while_it_is_open_is_only_seen(book: Book) -> None:
    book.review("2026-10", [finding("a", 1000)])
    book.act("a", "disputed")
    assert book.review("2026-10", [finding("a", 2000)]) == [("seen", "a")]
    assert book.status("a") == FindingStatus.DISPUTED


def test_what_was_settled_and_goes_is_cleared_but_stays_settled_and_reopens_when_it_comes_back(book: Book) -> None:
    book.review("2026-10", [finding("a")])
    book.act("a", "resolved", reason="corrected")
    assert book.review("2026-11", []) == [("cleared", "a")]
    assert book.status("a") == FindingStatus.RESOLVED
    assert book.review("2026-12", [finding("a")]) == [("reopened", "a")]
    assert book.status("a") == FindingStatus.OPEN


def test_two_findings_with_one_id_are_refused() -> None:
    with pytest.raises(ControlTotalsError, match="have the id a"):
        differences(findings([finding("a"), finding("a")]), {}, Period.parse("2026-10"), (), date(2026, 11, 1))


_PERIODS = ("2026-W40", "2026-09-20..2026-10-10", "2026-W42", "2026-10", "2026-W45", "2026-11", "2026-12")
_IDS = st.dictionaries(st.sampled_from("abcdef"), st.integers(-3, 3).filter(bool), max_size=6)


@settings(max_examples=40, deadline=None)
@given(st.lists(_IDS, min_size=len(_PERIODS), max_size=len(_PERIODS)), st.data())
def test_open_is_what_the_last_review_found_and_each_id_is_opened_once(
    reviews: list[dict[str, int]], data: st.DataObject
) -> None:
    """With nobody acting, in order of their ends, any period reviewed more than once."""
    book, ever = Book(), set()
    for period, found in zip(sorted(_PERIODS, key=lambda one: Period.parse(one).last), reviews, strict=True):
        for _ in range(data.draw(st.integers(1, 2))):
            book.review(period, [finding(name, amount) for name, amount in found.items()])
        ever |= set(found)
        still = book.open()
        assert still == set(found)
        assert {name: book.known[name].facts["amount_minor"] for name in still} == found
        present = {name for name, known in book.known.items() if known.standing.is_present}
        assert present == still
    assert sorted(name for kind, name in book.log if kind == "opened") == sorted(ever)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_PERIODS), _IDS), max_size=8))
def test_in_any_order_reviews_of_earlier_periods_change_nothing_of_what_the_latest_found(
    reviews: list[tuple[str, dict[str, int]]],
) -> None:
    """They may open what the latest has no word in, and change nothing else."""
    book = Book()
    latest, said = date.min, {}
    earlier: set[str] = set()  # what reviews of earlier ends have found since then
    for period, found in reviews:
        end = Period.parse(period).last
        before = dict(book.known)
        book.review(period, [finding(name, amount) for name, amount in found.items()])
        if end >= latest:
            latest, said, earlier = end, found, set()
        else:
            earlier |= set(found)
            assert all(book.known[name] == before[name] for name in said)
        still = book.open()
        assert set(said) <= still <= set(said) | earlier


def test_a_thousand_accounts_of_five_hundred_findings_are_compared_in_seconds() -> None:
    """One account's share of 20 seconds is 20 ms; the best of five, for the machine may be busy."""
    rows = [finding(f"f{number}", number + 1) for number in range(500)]
    facts = {row["finding_id"]: {name: row[name] for name in FACTS} for row in rows}
    known = {name: Known(now, Standing(), date(2026, 10, 31), None, "b" * 64) for name, now in facts.items()}
    table, period, files = findings(rows), Period.parse("2026-10"), (read(),)
    best = min(_seconds(table, known, period, files) for _ in range(5))
    assert best < 0.02


def _seconds(table: pd.DataFrame, known: Mapping[str, Known], period: Period, files: tuple[FileRead, ...]) -> float:
    start = time.perf_counter()
    assert differences(table, known, period, files, date(2026, 11, 1)) == ()
    return time.perf_counter() - start
