"""Findings that a review has to follow from before it: with the rows they stand on, and what the rule wrote off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from opsrules.periods import Period
from opsrules.register.changes import Known
from opsrules.register.fold import counting, standing_of
from opsrules.register.model import Event
from opsrules.standing import Ruled
from opsrules.story import Story
from opsrules.terms import EventKind

__all__ = ["followed", "is_ruled", "may_follow", "ruled_of"]

_LATELY = timedelta(days=180)
"""How long what has cleared, or what people settled, is still looked for: ours; half a year covers the 120 days in
which cards are charged back, and payments by bank that come back within two months."""


def may_follow(known: Mapping[str, Known], period: Period) -> frozenset[str]:
    """Ids of the findings whose events `followed` needs."""
    least = period.first - _LATELY
    return frozenset(
        finding_id
        for finding_id, one in known.items()
        if one.standing.is_present or one.standing.status.is_open or (one.cleared_end or date.max) >= least
    )


def followed(events: Mapping[str, Iterable[Event]], period: Period) -> tuple[dict[str, Story], dict[str, Story]]:
    """Findings that were open or settled before a review, and those that had cleared lately, each with its story.

    What counts is what reviews of earlier periods told, and people at any time; of a finding that the period's own
    earlier reviews saw first, what these told. A review of the same period again thus follows the same.

    Parameters
    ----------
    events : mapping of str to iterable of Event
        By finding id.
    period : Period
        That is reviewed.
    """
    items: dict[str, Story] = {}
    watched: dict[str, Story] = {}
    for finding_id, every in sorted(events.items()):
        until = _until(every, period)
        story = _story(until)
        if story is None:
            continue
        standing = standing_of(until)
        if standing.is_present:
            if standing.status.is_open or _lately(standing.settled_day, period):
                items[finding_id] = story
        elif _lately(standing.cleared_day, period):
            watched[finding_id] = story
    return items, watched


def is_ruled(event: Event) -> bool:
    """Whether it tells what the account's own rule did, with the review of its period."""
    return event.kind == EventKind.WRITTEN_OFF and "rule" in (event.body or {})


def ruled_of(events: Iterable[Event]) -> dict[str, Ruled]:
    """What the account's own rule wrote off at any time, by finding id; taken back or not."""
    told = tuple(events)
    counts = {one.seq for one in counting(told)}
    return {
        one.subject.finding_id: Ruled(
            one.subject.period, (one.body or {})["currency"], (one.body or {})["amount_minor"], one.seq not in counts
        )
        for one in sorted(told, key=lambda event: event.seq)
        if is_ruled(one)
    }


def _until(events: Iterable[Event], period: Period) -> list[Event]:
    every = sorted(events, key=lambda one: one.seq)
    first = next((one for one in every if one.kind == EventKind.OPENED), None)
    if first is None or _end(first.subject.period) > period.last:
        return []
    is_own = _end(first.subject.period) == period.last
    return [
        one
        for one in every
        if not (one.run or is_ruled(one))
        or _end(one.subject.period) < period.last
        or (is_own and _end(one.subject.period) == period.last)
    ]


def _story(events: Iterable[Event]) -> Story | None:
    told = [one.body["story"] for one in events if one.run and one.body and "story" in one.body]
    try:
        return Story.of(told[-1]) if told else None
    except ValueError:  # of a later version that tells it otherwise
        return None


def _lately(day: date | None, period: Period) -> bool:
    return day is None or day >= period.first - _LATELY


@lru_cache(maxsize=4096)
def _end(period: str) -> date:
    return Period.parse(period).last
