"""What the register knows of one account and desk before a review, for the review's page.

What a page compares with goes by periods and never by runs: recording a review, or one of a later period, changes
neither what was open before it nor what was known, so that a rerun compares with the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from opsrules.periods import Period
from opsrules.register.chains import chains_of
from opsrules.register.changes import Known
from opsrules.register.fold import counting, standing_of
from opsrules.register.followed import followed, is_ruled, ruled_of
from opsrules.register.model import Event
from opsrules.standing import Seen, Signature, Snapshot
from opsrules.terms import Desk, EventKind

__all__ = ["Baseline", "baseline", "snapshot_of", "wanted"]


@dataclass(frozen=True)
class Baseline:
    """The review that a page compares with: the last one of the latest period before the page's own.

    Attributes
    ----------
    period : str
    end : date
        Its last day.
    seq : int
        Number of the event that recorded it last: what people did later is since then.
    """

    period: str
    end: date
    seq: int


def baseline(events: Iterable[Event], period: Period) -> Baseline | None:
    """Return what a review of `period` is compared with, None when no period that ends earlier was reviewed.

    A month is compared with a month and a week with a week, where there is one: the weeks in between have told of
    most of what is new in a month.

    Parameters
    ----------
    events : iterable of Event
        All of kind ``recorded`` of the account and desk; others are passed over.
    period : Period
    """
    recorded = [
        Baseline(one.subject.period, _end(one.subject.period), one.seq)
        for one in events
        if one.kind == EventKind.RECORDED
    ]
    earlier = [one for one in recorded if one.end < period.last]
    alike = [one for one in earlier if Period.parse(one.period).kind == period.kind]
    return max(alike or earlier, key=lambda one: (one.end, one.seq), default=None)


def wanted(known: Mapping[str, Known], before: Baseline | None) -> frozenset[str]:
    """Ids of the findings whose events `snapshot_of` needs: those that are open or present, or were at the baseline."""
    return frozenset(
        finding_id
        for finding_id, one in known.items()
        if one.standing.is_present
        or one.standing.status.is_open
        or before is None
        or one.cleared_end is None
        or one.cleared_end > before.end
    )


def snapshot_of(
    events: Iterable[Event],
    known: Mapping[str, Known],
    account: str,
    desk: Desk,
    period: Period,
    *,
    second_person_minor: int = 0,
    rule_refused: str | None = None,
    prepared_by: str = "",
) -> Snapshot:
    """Return what the register knows of an account and desk before a review.

    Parameters
    ----------
    events : iterable of Event
        Of the account and desk, in any order: all that are about no finding, and all of the findings that are `wanted`
        or that may have to be followed (`opsrules.register.followed.may_follow`).
    known : mapping of str to Known
        By finding id; all findings of the account and desk.
    account : str
    desk : Desk
    period : Period
        That is to be reviewed; it may have been already, and later ones too.
    second_person_minor : int
        As the account's file says.
    rule_refused : str or None
        Why the account's own rule may write nothing off; "" when it may.
    prepared_by : str
        Who prepares the review.
    """
    told = tuple(events)
    before = baseline(told, period)
    needed = wanted(known, before)
    every: defaultdict[str, list[Event]] = defaultdict(list)
    for event in told:
        if event.subject.finding_id in known:
            every[event.subject.finding_id].append(event)
    of_finding = {finding_id: own for finding_id, own in every.items() if finding_id in needed}
    open_before = frozenset(
        finding_id for finding_id, own in of_finding.items() if before is not None and _was_open(own, before)
    )
    items, watched = followed(every, period)
    return Snapshot(
        account=account,
        desk=desk,
        period=period.text,
        before=before.period if before else "",
        standings={name: standing_of(own) for name, own in sorted(every.items()) if name in needed or name in watched},
        open_before=open_before,
        known_before=frozenset(
            finding_id
            for finding_id, one in known.items()
            if before is not None and _end(one.standing.first_period) <= before.end
        ),
        gone=frozenset(finding_id for finding_id, one in known.items() if _is_gone(one, period)),
        amounts={name: (known[name].facts["currency"], known[name].facts["amount_minor"]) for name in sorted(needed)},
        seen={name: _seen(known[name], of_finding[name], before) for name in sorted(open_before)},
        items=items,
        watched=watched,
        ruled=ruled_of(told),
        rule_refused=rule_refused,
        prepared_by=prepared_by,
        signatures=_signatures(told, period),
        second_person_minor=second_person_minor,
        root_causes=chains_of(told, period.text),
    )


def _was_open(events: Iterable[Event], before: Baseline) -> bool:
    """Whether a finding was open at the baseline: by what runs told of periods up to it, and people until then."""
    until = [
        one
        for one in events
        if (_end(one.subject.period) <= before.end if one.run or is_ruled(one) else one.seq < before.seq)
    ]
    is_known = any(one.kind == EventKind.OPENED for one in until)
    return is_known and standing_of(until).status.is_open


def _is_gone(known: Known, period: Period) -> bool:
    return not known.standing.is_present and (known.cleared_end is None or known.cleared_end <= period.last)


def _seen(known: Known, events: Iterable[Event], before: Baseline | None) -> Seen:
    """A finding as it was at the baseline: what reviews of later periods told of it is taken back, the last first."""
    facts = dict(known.facts)
    for one in sorted(events, key=lambda event: -event.seq):
        if one.run and before is not None and _end(one.subject.period) > before.end:
            facts |= {name: old for name, (old, _) in ((one.body or {}).get("changed") or {}).items()}
    return Seen(
        kind=facts["class"],
        severity=facts["severity"],
        subject_ref=facts["subject_ref"],
        source_file=facts["source_file"],
        source_sha256=known.source_sha256,
        currency=facts["currency"],
        amount_minor=facts["amount_minor"],
    )


def _signatures(events: Iterable[Event], period: Period) -> tuple[Signature, ...]:
    return tuple(
        Signature(one.actor, one.at, (one.body or {}).get("note", ""), (one.body or {}).get("run_id", ""))
        for one in counting(events)
        if one.kind == EventKind.SIGNED_OFF and one.subject.period == period.text
    )


@lru_cache(maxsize=4096)
def _end(period: str) -> date:
    return Period.parse(period).last
