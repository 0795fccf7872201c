"""Where a finding stands: folded by number, undone by a further event, read when its words are gone."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_events import NOON, event

from opsrules.register.fold import after, counting, standing_of
from opsrules.register.model import Event
from opsrules.standing import Note, Standing
from opsrules.terms import EventKind, FindingStatus

OPENED = event(1, "opened", {"day": "2026-11-02", "due": "2026-11-05"}, run=1)


def test_opened_has_its_first_day_and_the_day_it_was_due_then() -> None:
    standing = standing_of([OPENED])
    assert standing == Standing(
        due=date(2026, 11, 5), first_period="2026-10", last_period="2026-10", first_day=date(2026, 11, 2)
    )


def test_seen_in_a_later_period_keeps_the_first_commitment() -> None:
    standing = standing_of([OPENED, event(2, "seen", period="2026-11", run=2)])
    assert (standing.first_period, standing.last_period, standing.due) == ("2026-10", "2026-11", date(2026, 11, 5))


def test_what_each_act_of_a_person_does() -> None:
    acts = [
        OPENED,
        event(2, "assigned", {"owner": "bo", "due": "2026-12-01", "note": "please"}, actor="ana"),
        event(3, "commented", {"note": "asked the bank"}, actor="bo"),
        event(4, "attached", {"name": "mail.eml", "sha256": "0" * 64}, actor="bo"),
        event(5, "written_off", {"amount_minor": 900, "currency": "EUR", "note": "fee"}, actor="bo"),
    ]
    standing = standing_of(acts)
    assert standing == Standing(
        status=FindingStatus.WRITTEN_OFF,
        owner="bo",
        due=date(2026, 12, 1),
        written_off_minor=900,
        settled_by="bo",
        settled_day=date(2026, 11, 2),
        first_period="2026-10",
        last_period="2026-10",
        first_day=date(2026, 11, 2),
        notes=(
            Note("ana", acts[1].at, "please"),
            Note("bo", acts[2].at, "asked the bank"),
            Note("bo", acts[4].at, "fee"),
        ),
        attachments=1,
    )


def test_resolved_after_a_write_off_leaves_no_amount_behind() -> None:
    standing = standing_of(
        [OPENED, event(2, "written_off", {"amount_minor": 900}), event(3, "resolved", {"reason": "recovered"})]
    )
    assert (standing.status, standing.reason, standing.written_off_minor) == (FindingStatus.RESOLVED, "recovered", 0)


@pytest.mark.parametrize("settling", ["resolved", "written_off"])
def test_rejected_opens_what_was_settled(settling: str) -> None:
    standing = standing_of(
        [OPENED, event(2, settling, {"amount_minor": 5, "reason": "other"}), event(3, "rejected", {"note": "no proof"})]
    )
    assert standing.status == FindingStatus.OPEN
    assert (standing.reason, standing.written_off_minor) == ("", 0)
    assert (standing.settled_by, standing.settled_day) == ("", None)
    assert [note.text for note in standing.notes] == ["no proof"]


def test_a_settled_finding_that_goes_stays_settled_and_a_rejection_then_leaves_it_cleared() -> None:
    gone = [OPENED, event(2, "resolved", {"reason": "corrected"}), event(3, "cleared", {"day": "2026-12-02"}, run=2)]
    standing = standing_of(gone)
    assert (standing.status, standing.is_present) == (FindingStatus.RESOLVED, False)
    assert standing.cleared_day == date(2026, 12, 2)
    assert standing_of([*gone, event(4, "rejected")]).status == FindingStatus.CLEARED
    assert standing_of([*gone, event(4, "undone", {"seq": 2})]).status == FindingStatus.CLEARED


def test_reopened_forgets_that_it_was_settled_and_gone_but_not_who_has_it() -> None:
    standing = standing_of(
        [
            OPENED,
            event(2, "assigned", {"owner": "bo"}),
            event(3, "written_off", {"amount_minor": 5}),
            event(4, "cleared", {"day": "2026-12-02"}, run=2),
            event(5, "reopened", {"why": "found again"}, run=3, period="2026-12"),
        ]
    )
    assert (standing.status, standing.is_present, standing.cleared_day) == (FindingStatus.OPEN, True, None)
    assert (standing.owner, standing.settled_by, standing.written_off_minor) == ("bo", "", 0)
    assert standing.last_period == "2026-12"


def test_disputed_stays_disputed_until_it_is_gone() -> None:
    disputed = [OPENED, event(2, "disputed", {"note": "not ours"})]
    assert standing_of([*disputed, event(3, "seen", run=2)]).status == FindingStatus.DISPUTED
    assert standing_of([*disputed, event(3, "cleared", run=2)]).status == FindingStatus.CLEARED


def test_unchecked_lasts_until_a_review_looks_again() -> None:
    unchecked = [OPENED, event(2, "unchecked", {"file": "bank.csv"}, run=2)]
    assert standing_of(unchecked).is_unchecked
    assert standing_of(unchecked).status == FindingStatus.OPEN
    assert not standing_of([*unchecked, event(3, "seen", run=3)]).is_unchecked
    assert not standing_of([*unchecked, event(3, "cleared", run=3)]).is_unchecked


def test_a_kind_that_came_later_changes_nothing() -> None:
    assert standing_of([OPENED, event(2, "escalated", {"to": "cfo"})]) == standing_of([OPENED])
    assert standing_of([event(1, "escalated")]) == Standing()


def test_e13_an_erased_body_says_what_its_kind_says() -> None:
    resolved = standing_of([OPENED, event(2, "resolved", erased=True)])
    assert (resolved.status, resolved.reason, resolved.settled_by) == (FindingStatus.RESOLVED, "", "")
    commented = standing_of([OPENED, event(2, "commented", erased=True)])
    assert [(note.actor, note.text) for note in commented.notes] == [("", "")]
    assert standing_of([event(1, "opened", erased=True)]).status == FindingStatus.OPEN
    assert standing_of([OPENED, event(2, "assigned", erased=True)]).due == date(2026, 11, 5)


def test_what_only_makes_sense_after_an_undone_event_breaks_nothing() -> None:
    acts = [OPENED, event(2, "resolved", {"reason": "other"}), event(3, "rejected", {"note": "no"})]
    standing = standing_of([*acts, event(4, "undone", {"seq": 2})])
    assert standing.status == FindingStatus.OPEN
    assert [note.text for note in standing.notes] == ["no"]


def test_an_undo_that_names_nothing_before_it_is_passed_over() -> None:
    resolved = event(2, "resolved", {"reason": "other"})
    for body in ({"seq": 99}, {"seq": 3}, {}):
        assert counting([OPENED, resolved, event(3, "undone", body)]) == (OPENED, resolved)


def test_folding_leaves_the_standing_before_as_it_was() -> None:
    before = standing_of([OPENED])
    kept = replace(before)
    after(before, event(2, "written_off", {"amount_minor": 5, "note": "fee"}))
    assert before == kept
    assert set(vars(before)) == {one.name for one in fields(Standing)}


def test_folding_one_more_event_refuses_an_undo() -> None:
    with pytest.raises(ValueError, match="event 2 undoes another"):
        after(standing_of([OPENED]), event(2, "undone", {"seq": 1}))


_PEOPLE = ("assigned", "commented", "attached", "resolved", "written_off", "disputed", "rejected")
_KINDS = (*_PEOPLE, "seen", "cleared", "reopened", "unchecked", "escalated")
_BODIES = st.fixed_dictionaries(
    {
        "note": st.sampled_from(["", "a note"]),
        "owner": st.sampled_from(["", "bo", "cy"]),
        "due": st.sampled_from(["", "2026-12-24"]),
        "day": st.sampled_from(["2026-11-02", "2026-12-02"]),
        "reason": st.sampled_from(["other", "recovered"]),
        "amount_minor": st.integers(0, 10**15),
    }
)


@st.composite
def _stories(draw: st.DrawFn) -> list[Event]:
    told = draw(st.lists(st.tuples(st.sampled_from(_KINDS), _BODIES, st.booleans()), max_size=12))
    return [OPENED, *(event(n, kind, body, erased=erased) for n, (kind, body, erased) in enumerate(told, 2))]


@given(_stories())
def test_folding_one_by_one_is_folding_from_the_start(story: list[Event]) -> None:
    step: Standing | None = None
    for number, one in enumerate(story, 1):
        step = after(step, one)
        assert step == standing_of(story[:number])


@given(_stories(), st.randoms(use_true_random=False))
def test_d12_order_is_by_number_and_not_by_clock_or_by_place(story: list[Event], random: object) -> None:
    turned = [replace(one, at=NOON) for one in reversed(story)]
    expected = reduce(after, (replace(one, at=NOON) for one in story), None)
    assert standing_of(turned) == expected


@given(_stories(), st.sampled_from(_PEOPLE), _BODIES)
def test_undoing_the_last_act_gives_the_state_before_it(story: list[Event], kind: str, body: dict[str, object]) -> None:
    last = len(story) + 1
    acted = [*story, event(last, kind, body)]
    assert standing_of([*acted, event(last + 1, "undone", {"seq": last})]) == standing_of(story)


@given(_stories(), st.data())
def test_an_undone_act_counts_as_if_it_had_never_been(story: list[Event], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(range(1, len(story) + 1)))
    undone = event(len(story) + 1, EventKind.UNDONE, {"seq": gone})
    assert standing_of([*story, undone]) == standing_of([one for one in story if one.seq != gone])
