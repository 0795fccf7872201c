"""Versions of a rule: on each day from the first to the last, exactly one is in force (RELIABILITY.md C7 and C8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from opsrules.rules.lint.model import LintFinding, LintKind
from opsrules.rules.model import Rule, RuleStatus
from opsrules.terms import Desk

__all__ = ["flaws_of_days"]

_ONE_DAY = timedelta(days=1)
Entry = tuple[int, Rule]


def flaws_of_days(entries: Sequence[Entry]) -> Iterator[LintFinding]:
    """Give overlaps and gaps between the versions of each rule.

    Versions of one rule are active rules with the same name, whatever its case, at the same desk; a change of meaning
    gets a new id, and the name stays.

    Parameters
    ----------
    entries : sequence of (int, Rule)
        Position in the file or list, and the rule.
    """
    versions: defaultdict[tuple[str, Desk | None], list[Entry]] = defaultdict(list)
    for number, rule in entries:
        name = " ".join(rule.name.casefold().split())
        if name and rule.status is RuleStatus.ACTIVE and (rule.since or date.min) <= (rule.until or date.max):
            versions[name, rule.desk].append((number, rule))
    for group in versions.values():
        yield from _between(sorted(group, key=lambda entry: entry[1].since or date.min))


def _between(group: list[Entry]) -> Iterator[LintFinding]:
    last = group[0]
    for entry in group[1:]:
        starts, ends = entry[1].since or date.min, last[1].until or date.max
        if starts <= ends:
            yield _overlap(entry, last[1], starts, min(ends, entry[1].until or date.max))
        elif starts - ends > _ONE_DAY:
            yield _gap(entry, last[1], ends + _ONE_DAY, starts - _ONE_DAY)
        if (entry[1].until or date.max) >= ends:
            last = entry


def _overlap(entry: Entry, other: Rule, first: date, last: date) -> LintFinding:
    number, rule = entry
    span = f"from {_day(first)}" + ("" if last == date.max else f" to {last}")
    what = f"{rule.id} and {other.id} ({other.place}) are versions of '{rule.name}' and overlap: both in force {span}"
    step = "end the older one by until, the day before the newer one's since; or name them differently"
    return LintFinding(LintKind.OVERLAP, (rule.id, other.id), rule.place, f"/{number}", what, step)


def _gap(entry: Entry, other: Rule, first: date, last: date) -> LintFinding:
    number, rule = entry
    days = f"on {first}" if first == last else f"from {first} to {last}"
    what = f"no version of '{rule.name}' is in force {days}, between {other.id} ({other.place}) and {rule.id}"
    return LintFinding(
        LintKind.GAP, (rule.id, other.id), rule.place, f"/{number}", what, "extend one of them over these days"
    )


def _day(day: date) -> str:
    return "the earliest days" if day == date.min else day.isoformat()
