"""Rows of decision tables beside each other: those that are never asked, those that breach unique."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from opsrules.rules.lint.beside import Judged, covers, finding, has_days, least_together, raising, row_of, shares_days
from opsrules.rules.lint.model import LintFinding, LintKind
from opsrules.rules.lint.space import Box, Boxes, Space, TooLarge
from opsrules.rules.model import HitPolicy, RuleStatus

__all__ = ["fires_of", "flaws_of_tables", "is_ahead", "one_decides"]


def flaws_of_tables(rows: Sequence[Judged], space: Space, on: date | None) -> Iterator[LintFinding]:
    """Give the rows of tables that fire for no row of data, and those of which two fire where one may.

    Parameters
    ----------
    rows : sequence of Judged
        Rules of tables, in the order in which they run, drafts among them.
    space : Space
    on : date or None
        Compare what is in force on that day; None compares what is in force on common days.
    """
    for place, later in enumerate(rows):
        beside = [one for one in rows[:place] if one.rule.table == later.rule.table and _stands_beside(one, later)]
        if later.rule.first_of:
            ahead = [one for one in beside if one.rule.first_of and has_days(one, later, on)]
            yield from _never_asked(later, ahead, space)
        if later.rule.hit_policy is HitPolicy.UNIQUE:
            for one in beside:
                if one.rule.hit_policy is HitPolicy.UNIQUE and shares_days(one, later, on):
                    yield from _both(later, one, space)


def _stands_beside(one: Judged, later: Judged) -> bool:
    return one.rule.status in (RuleStatus.ACTIVE, later.rule.status)


def _never_asked(later: Judged, ahead: Sequence[Judged], space: Space) -> Iterator[LintFinding]:
    alone = next(([one] for one in ahead if covers(one.told.holds, later.told.holds, space)), None)
    needed, does = alone or least_together(ahead, later, space), "fires"
    if needed is None:
        ending = [replace(one, fires=(*one.fires, *_raising(one, space))) for one in ahead]
        needed, does = least_together(ending, later, space), "fires or raises"
    if needed:
        names = " or ".join(f"{one.rule.id} ({one.rule.place})" for one in needed)
        what = f"{later.rule.id} never decides: wherever it holds, {names} {does} before it, and the first row of table"
        what += f" {later.rule.table} that fires decides"
        step = "put it before, or narrow what is ahead of it"
        proof = row_of("so it is with", later.told.holds[0], space)
        yield finding(LintKind.SHADOWED, later, needed, what, step, proof=proof)


def _raising(one: Judged, space: Space) -> list[Box]:
    return [{axis: cells} for axis, cells in raising(one.told, space).items()]


def _both(later: Judged, first: Judged, space: Space) -> Iterator[LintFinding]:
    try:
        common = space.meet_all(first.told.holds, later.told.holds)
    except TooLarge:
        return
    if not common:
        return
    known = next((box for box in common if space.is_known(box)), None)
    may = "both fire" if known else "may both fire"
    what = f"{later.rule.id} and {first.rule.id} ({first.rule.place}) {may} for one row of data"
    what += f", and table {later.rule.table} is unique"
    step = "make them exclude each other, or let the first that fires decide"
    proof = row_of(f"they {may} on", known or common[0], space)
    yield finding(LintKind.CONFLICT, later, [first], what, step, proof=proof, is_note=known is None)


# ---- beside other rules


def one_decides(one: Judged, other: Judged) -> bool:
    """Whether two rules are rows of one table of which one row decides: what is to be said of them is said here."""
    same = one.rule.table == other.rule.table and one.rule.hit_policy is other.rule.hit_policy
    return bool(one.rule.table) and same and one.rule.hit_policy is not HitPolicy.COLLECT


def is_ahead(one: Judged, later: Judged, on: date | None) -> bool:
    """Whether one row may settle a row of data before another row of its table is asked."""
    return bool(one.rule.first_of) and one.rule.first_of == later.rule.first_of and shares_days(one, later, on)


def fires_of(judged: Sequence[Judged], space: Space, on: date | None) -> Iterator[Boxes]:
    """Give where each rule is sure to fire if no rule before it raises; nothing where that is not known.

    Of a row of a table of which the first that fires decides, this is where it holds and none ahead of it does.
    """
    for place, later in enumerate(judged):
        ahead = [one for one in judged[:place] if is_ahead(one, later, on)]
        try:
            yield space.without(later.told.holds, [box for one in ahead for box in one.told.holds])
        except TooLarge:
            yield ()
