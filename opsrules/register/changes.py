"""What a review says that the register does not know yet: one difference an event.

A later period's word stands: a review of an earlier period changes nothing of what a later one has seen or cleared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from opsrules.errors import ControlTotalsError
from opsrules.inputs import FileRead
from opsrules.periods import Period
from opsrules.review import FINDINGS
from opsrules.standing import Standing
from opsrules.story import Fate, Story, Told
from opsrules.terms import EventKind, FindingStatus

__all__ = ["COMPARED", "FACTS", "Difference", "Known", "Stories", "differences", "source_hashes"]

FACTS: tuple[str, ...] = tuple(
    name
    for name in FINDINGS
    if name not in ("finding_id", "account", "period", "desk", "age_days", "age_business_days", "materiality_rank")
)
"""Columns of findings that the register keeps of a finding, as its last review has them."""

COMPARED: tuple[str, ...] = tuple(name for name in FACTS if name not in ("due", "owner", "message"))
"""Facts whose change is told; the others go along with the day of the review and with the account's file."""

_NUMBERS = frozenset({"amount_minor", "source_line"})


@dataclass(frozen=True)
class Known:
    """What the register knows of one finding.

    Attributes
    ----------
    facts : mapping of str to (str or int)
        Columns `FACTS`, as last seen.
    standing : Standing
    last_end : date
        Last day of the latest period that saw it.
    cleared_end : date or None
        Last day of the period whose review saw that it had gone; None when it has not.
    source_sha256 : str
        Of the file it stood in when it was last seen; "" when that was no file among the inputs, as for an export
        that is missing.
    """

    facts: Mapping[str, Any]
    standing: Standing
    last_end: date
    cleared_end: date | None = None
    source_sha256: str = ""


@dataclass(frozen=True)
class Difference:
    """One event to be recorded of a finding.

    Attributes
    ----------
    kind : EventKind
        opened, seen, reopened, cleared or unchecked.
    finding_id : str
    facts : mapping of str to (str or int), or None
        Columns `FACTS` as they are now; None where the review did not see the finding.
    body : mapping of str to JSON values
        As `opsrules.register.fold` reads it.
    """

    kind: EventKind
    finding_id: str
    facts: Mapping[str, Any] | None
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Stories:
    """What a review tells of the rows behind its findings.

    Attributes
    ----------
    lines : mapping of str to Told
        By finding id: all that stand on rows, and all that it followed from before.
    before : mapping of str to Story
        As the register has them already.
    """

    lines: Mapping[str, Told] = field(default_factory=dict)
    before: Mapping[str, Story] = field(default_factory=dict)

    def with_story(self, one: Difference) -> Difference:
        """The difference with the story of its finding, where the register does not have that yet."""
        told = self.lines.get(one.finding_id)
        if told is None or not told.story or one.kind == EventKind.UNCHECKED:
            return one
        known = self.before.get(one.finding_id)
        if one.kind != EventKind.OPENED and known is not None and known.written() == told.story:
            return one
        return replace(one, body={**one.body, "story": json.loads(told.story)})

    def sha256_of(self, finding_id: str) -> str:
        """Hash of the file that a carried finding stands in, "" for one that a file of the review has."""
        told = self.lines.get(finding_id)
        rows = Story.read(told.story).rows if told is not None and told.carried else ()
        return rows[0].sha256 if rows else ""


def source_hashes(inputs: Iterable[FileRead]) -> dict[str, str]:
    """SHA-256 of each file by its name: where `Known.source_sha256` comes from."""
    return {one.name: one.sha256 for one in inputs}


def differences(
    findings: pd.DataFrame,
    known: Mapping[str, Known],
    period: Period,
    inputs: Iterable[FileRead],
    as_of: date,
    *,
    stories: Stories | None = None,
) -> tuple[Difference, ...]:
    """Return what a review says that is not known yet.

    Parameters
    ----------
    findings : DataFrame
        Columns `opsrules.review.FINDINGS`; of one account and desk.
    known : mapping of str to Known
        By finding id; all findings of that account and desk.
    period : Period
        Of the review.
    inputs : iterable of FileRead
        Files that went into it.
    as_of : date
        Day to which it counts ages.
    stories : Stories, optional
        What the review tells of the rows behind its findings, and of those that it followed.

    Returns
    -------
    tuple of Difference
        Of findings in the review's order, then of those that it does not have by their id. Recorded, the same review
        gives none.

    Raises
    ------
    ControlTotalsError
        If two findings share an id.
    """
    facts = _facts(findings)
    files = source_hashes(inputs)
    read = frozenset(files) | frozenset(files.values())
    told = stories or Stories()
    found = [
        told.with_story(one)
        for finding_id, now in facts.items()
        if (one := _present(finding_id, now, known.get(finding_id), period, as_of)) is not None
    ]
    absent = sorted(known.keys() - facts.keys())
    gone = [
        told.with_story(one)
        for name in absent
        if (
            one := _followed(told.lines[name], known[name], period, as_of)
            if name in told.lines
            else _absent(name, known[name], period, read, as_of)
        )
        is not None
    ]
    return (*found, *gone)


def _facts(findings: pd.DataFrame) -> dict[str, dict[str, Any]]:
    ids = findings["finding_id"].tolist()
    columns = [map(_number if name in _NUMBERS else _text, findings[name].tolist()) for name in FACTS]
    rows = zip(*columns, strict=True)
    facts = {finding_id: dict(zip(FACTS, row, strict=True)) for finding_id, row in zip(ids, rows, strict=True)}
    if len(facts) < len(ids):
        twice = next(one for one in ids if ids.count(one) > 1)
        msg = f"two findings of one review have the id {twice}; one would hide the other"
        raise ControlTotalsError(msg)
    return facts


def _number(cell: Any) -> int:
    return cell if type(cell) is int else int(cell)


def _text(cell: Any) -> str:
    if type(cell) is str:
        return cell
    return "" if pd.isna(cell) else str(cell)


def _present(
    finding_id: str, now: dict[str, Any], known: Known | None, period: Period, as_of: date
) -> Difference | None:
    if known is None:
        body = {"day": as_of.isoformat()} | ({"due": now["due"]} if now["due"] else {})
        return Difference(EventKind.OPENED, finding_id, now, body)
    standing = known.standing
    if period.last < _latest(known):
        return None
    before = known.facts
    now = _own(now, known)
    changed = {name: [before[name], now[name]] for name in COMPARED if before[name] != now[name]}
    why = _reopening(standing, changed)
    if why:
        return Difference(EventKind.REOPENED, finding_id, now, {"why": why} | ({"changed": changed} if changed else {}))
    if changed or period.last > known.last_end or standing.is_unchecked:
        return Difference(EventKind.SEEN, finding_id, now, {"changed": changed} if changed else {})
    return None


def _own(now: dict[str, Any], known: Known) -> dict[str, Any]:
    """What the review itself says: an owner or a day that it has from the register is no fact of its own."""
    given = known.standing
    told = {"owner": given.owner, "due": given.due.isoformat() if given.due else ""}
    return now | {name: known.facts[name] for name, one in told.items() if one and now[name] == one}


def _latest(known: Known) -> date:
    """Last day of the latest period that has a word in it."""
    return known.last_end if known.standing.is_present or known.cleared_end is None else known.cleared_end


def _reopening(standing: Standing, changed: Mapping[str, list[Any]]) -> str:
    if not standing.is_present:
        return "found again"
    if standing.status not in (FindingStatus.RESOLVED, FindingStatus.WRITTEN_OFF):
        return ""
    if "currency" in changed:
        return "its currency changed"
    old, new = changed.get("amount_minor", (0, 0))
    return "its amount grew" if abs(new) > abs(old) else ""


def _followed(told: Told, known: Known, period: Period, as_of: date) -> Difference | None:
    """What a review that has followed a finding says of it when it no longer has it."""
    if not known.standing.is_present or known.last_end > period.last:
        return None
    if told.fate is Fate.UNCHECKED:
        unseen = Difference(EventKind.UNCHECKED, told.finding_id, None, {"why": told.rule})
        return None if known.standing.is_unchecked else unseen
    by = {"rule": told.rule, "other_side": told.other_side}
    body = {"day": as_of.isoformat()} | {name: one for name, one in by.items() if one}
    return Difference(EventKind.CLEARED, told.finding_id, None, body)


def _absent(finding_id: str, known: Known, period: Period, read: frozenset[str], as_of: date) -> Difference | None:
    standing = known.standing
    if not standing.is_present or known.last_end > period.last:
        return None
    name, sha256 = known.facts["source_file"], known.source_sha256
    if sha256 and name not in read and sha256 not in read:
        return None if standing.is_unchecked else Difference(EventKind.UNCHECKED, finding_id, None, {"file": name})
    return Difference(EventKind.CLEARED, finding_id, None, {"day": as_of.isoformat()})
