"""What a page compares with: by period and never by run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from register_book import Book
from register_events import finding, read

from opsrules import standing
from opsrules.periods import Period
from opsrules.register.snapshots import baseline, snapshot_of, wanted
from opsrules.standing import Seen, Snapshot
from opsrules.terms import Desk, FindingStatus


@pytest.fixture
def book() -> Book:
    return Book()


def taken(book: Book, period: str) -> Snapshot:
    """A snapshot from no more events than it asks for."""
    when = Period.parse(period)
    needed = wanted(book.known, baseline(book.events, when)) | {""}
    some = [one for one in book.events if one.subject.finding_id in needed]
    return snapshot_of(some, book.known, "northwind", Desk.RECONCILIATION, when)


def compared(one: Snapshot) -> tuple[object, ...]:
    """What a page compares with."""
    return one.before, one.open_before, one.known_before, one.seen


def test_before_the_first_review_nothing_is_known(book: Book) -> None:
    assert taken(book, "2026-10") == Snapshot("northwind", Desk.RECONCILIATION, "2026-10")


def test_the_first_period_is_compared_with_nothing_on_a_rerun_either(book: Book) -> None:
    book.review("2026-10", [finding("a")])
    snapshot = taken(book, "2026-10")
    assert compared(snapshot) == ("", frozenset(), frozenset(), {})
    assert snapshot.standings["a"].due == date(2026, 11, 5)


def test_a_month_is_compared_with_what_was_open_after_the_month_before(book: Book) -> None:
    book.review("2026-09", [finding("gone")])
    book.review("2026-10", [finding("a", -250), finding("b"), finding("c")])
    book.act("c", "resolved", reason="expected")
    book.review("2026-10", [finding("a", -250), finding("b"), finding("c")])
    book.act("b", "resolved", reason="corrected")
    snapshot = taken(book, "2026-11")
    assert snapshot.before == "2026-10"
    assert snapshot.open_before == {"a", "b"}
    assert snapshot.known_before == {"a", "b", "c", "gone"}
    assert snapshot.gone == {"gone"}
    assert set(snapshot.standings) == {"a", "b", "c"}
    assert snapshot.standings["b"].status == FindingStatus.RESOLVED
    assert snapshot.amounts["a"] == ("EUR", -250)
    assert snapshot.seen["a"] == Seen("payout_short", "high", "po_a", "exports/bank.csv", "b" * 64, "EUR", -250)


def test_the_baseline_is_the_latest_period_that_ends_earlier_and_its_last_review(book: Book) -> None:
    book.review("2026-W44", [finding("a")])  # to 1 November
    book.review("2026-10", [finding("a")])
    book.review("2026-W44", [finding("a")])
    assert taken(book, "2026-W45").before == "2026-W44"
    assert taken(book, "2026-W44").before == "2026-10"
    found = baseline(book.events, Period.parse("2026-11-01..2026-11-15"))
    assert found is not None
    assert (found.period, found.end, found.seq) == ("2026-W44", date(2026, 11, 1), len(book.events))


def test_a_month_is_compared_with_a_month_whatever_the_weeks_between_have_told(book: Book) -> None:
    book.review("2026-10", [finding("old")])
    book.review("2026-W46", [finding("old"), finding("new")])
    month, week = taken(book, "2026-11"), taken(book, "2026-W47")
    assert (month.before, week.before) == ("2026-10", "2026-W46")
    assert month.known_before == month.open_before == {"old"}
    assert week.known_before == week.open_before == {"old", "new"}


def test_a_month_that_only_weeks_came_before_is_compared_with_the_last_of_them(book: Book) -> None:
    book.review("2026-W43", [finding("old")])
    book.review("2026-W44", [finding("old")])
    assert taken(book, "2026-12").before == "2026-W44"


def test_october_reviewed_again_is_no_baseline_once_november_was_reviewed(book: Book) -> None:
    book.review("2026-10", [finding("a")])
    book.review("2026-11", [finding("b")])
    book.review("2026-10", [finding("a"), finding("c")])
    assert taken(book, "2026-12").before == "2026-11"
    assert taken(book, "2026-12").open_before == {"b", "c"}


def test_a_period_that_ends_on_the_same_day_is_no_baseline(book: Book) -> None:
    book.review("2026-10-15..2026-10-31", [finding("a")])
    assert taken(book, "2026-10").before == ""


def test_recording_a_review_changes_nothing_of_what_it_is_compared_with(book: Book) -> None:
    book.review("2026-10", [finding("a"), finding("b"), finding("lost", source_file="other.csv")], [
        read(), read("other.csv", "0" * 64)
    ])  # fmt: skip
    first = taken(book, "2026-11")
    book.review("2026-11", [finding("a", 2000), finding("new")])
    again = taken(book, "2026-11")
    book.review("2026-12", [finding("b"), finding("late")])
    after_december = taken(book, "2026-11")
    assert first.open_before == {"a", "b", "lost"}
    assert compared(again)[:3] == compared(after_december)[:3] == compared(first)[:3]
    assert again.seen["lost"] == first.seen["lost"]
    assert again.standings["lost"].is_unchecked
    assert again.standings["b"].status == FindingStatus.CLEARED


def test_what_was_done_after_the_baselines_last_review_is_since_then(book: Book) -> None:
    book.review("2026-10", [finding("a"), finding("b")])
    early = book.act("a", "resolved", reason="expected")
    assert taken(book, "2026-11").open_before == {"a", "b"}
    book.review("2026-10", [finding("a"), finding("b"), finding("c")])
    assert taken(book, "2026-11").open_before == {"b", "c"}
    book.undo(early)
    snapshot = taken(book, "2026-11")
    assert snapshot.open_before == {"b", "c"}
    assert snapshot.standings["a"].status == FindingStatus.OPEN


def test_october_reviewed_late_counts_for_november_and_november_not_for_october(book: Book) -> None:
    book.review("2026-11", [finding("a")])
    book.review("2026-10", [finding("a"), finding("b")])
    assert compared(taken(book, "2026-10")) == ("", frozenset(), frozenset(), {})
    november = taken(book, "2026-11")
    assert (november.before, november.open_before) == ("2026-10", frozenset({"b"}))


def test_what_has_gone_comes_back_unsettled(book: Book) -> None:
    book.review("2026-10", [finding("a"), finding("b")])
    book.act("a", "written_off", amount_minor=1000)
    book.act("b", "written_off", amount_minor=1000)
    book.review("2026-11", [finding("b")])
    snapshot = taken(book, "2026-12")
    assert not snapshot.settles("a", "EUR", 1000)
    assert snapshot.settles("b", "EUR", -1000)
    assert not snapshot.settles("b", "EUR", 1001)
    assert not snapshot.settles("b", "JPY", 1000)
    assert taken(book, "2026-10").settles("b", "EUR", 1000)
    assert "a" not in taken(book, "2026-10").gone


def test_notes_and_the_day_of_settling_come_from_the_events(book: Book) -> None:
    book.review("2026-10", [finding("a")])
    book.act("a", "commented", note="asked the bank")
    book.act("a", "resolved", reason="recovered", note="it came")
    standing_of_a = taken(book, "2026-11").standings["a"]
    assert [note.text for note in standing_of_a.notes] == ["asked the bank", "it came"]
    assert standing_of_a.settled_day == date(2026, 11, 2)


def test_signatures_are_those_of_the_period_that_count(book: Book) -> None:
    book.review("2026-10", [])
    book.review("2026-11", [])
    book.sign("2026-10", "bo", run_id="r1", note="seen")
    taken_back = book.sign("2026-10", "cy", run_id="r1")
    book.sign("2026-11", "di", run_id="r2")
    book.undo(taken_back)
    (signed,) = taken(book, "2026-10").signatures
    assert (signed.actor, signed.run_id, signed.note) == ("bo", "r1", "seen")


def test_an_erased_signature_still_counts(book: Book) -> None:
    book.review("2026-10", [])
    book.sign("2026-10", "bo", run_id="r1", note="seen")
    book.events[-1] = replace(book.events[-1], actor="", body=None)
    (signed,) = taken(book, "2026-10").signatures
    assert (signed.actor, signed.run_id, signed.note) == ("", "", "")


def test_a_snapshot_survives_being_a_file(book: Book, tmp_path: Path) -> None:
    book.review("2026-09", [finding("a")])
    book.act("a", "commented", note="asked")
    book.review("2026-10", [finding("b")])
    book.sign("2026-10", "bo", run_id="r1")
    for period in ("2026-10", "2026-11"):
        snapshot = taken(book, period)
        standing.save(snapshot, tmp_path / "snapshot.json")
        assert standing.load(tmp_path / "snapshot.json") == snapshot


_PERIODS = ("2026-09", "2026-W42", "2026-10", "2026-W45", "2026-11")
_REVIEWS = st.tuples(st.sampled_from(_PERIODS), st.frozensets(st.sampled_from("abcd")))
_ACTS = st.tuples(
    st.sampled_from("abcd"), st.sampled_from(["resolved", "written_off", "rejected", "commented", "disputed"])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_REVIEWS | _ACTS, max_size=10), st.sampled_from(_PERIODS[1:]), st.data())
def test_what_a_page_compares_with_is_the_same_whatever_its_own_or_later_periods_record(
    story: list[tuple[str, object]], period: str, data: st.DataObject
) -> None:
    """Against a story without the reviews of this period and of later ones, by what was open then and was known."""
    book = Book()
    end = Period.parse(period).last
    open_then: dict[str, set[str]] = {}
    first_seen: dict[str, date] = {}
    for what, more in story:
        if what in _PERIODS:
            assert isinstance(more, frozenset)
            if Period.parse(what).last < end:
                book.review(what, [finding(name) for name in sorted(more)])
                open_then[what] = book.open()
                first_seen = dict.fromkeys(more, Period.parse(what).last) | first_seen
        elif what in book.known:
            book.act(what, str(more), reason="other", note="n", amount_minor=1)
    before = taken(book, period)
    alike = [one for one in open_then if Period.parse(one).kind == Period.parse(period).kind]
    latest = max(alike or open_then, key=lambda one: Period.parse(one).last, default="")
    assert before.before == latest
    known_then = {name for name, day in first_seen.items() if latest and day <= Period.parse(latest).last}
    assert before.known_before == known_then
    last_said = [what for what, _ in story if what in open_then][-1:]
    if last_said == [latest] and latest == max(open_then, key=lambda one: Period.parse(one).last):
        assert before.open_before == open_then[latest]
    later = st.sampled_from([one for one in _PERIODS if Period.parse(one).last >= end])
    for _ in range(data.draw(st.integers(1, 3))):
        found = data.draw(st.frozensets(st.sampled_from("abcde")))
        book.review(data.draw(later), [finding(name) for name in sorted(found)])
        again = taken(book, period)
        assert compared(again)[:3] == compared(before)[:3]
        assert {name: again.seen[name] for name in before.seen} == before.seen
