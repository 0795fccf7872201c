"""The logic of rules beside each other: the same rows twice, rows that an earlier rule has had, rows it spoils."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from opsrules.rules.lint.beside import (
    Judged,
    bounds_of,
    covers,
    finding,
    has_days,
    least_together,
    raising,
    row_of,
    shares_days,
)
from opsrules.rules.lint.model import LintFinding, LintKind
from opsrules.rules.lint.space import Boxes, Space
from opsrules.rules.lint.tables import fires_of, is_ahead, one_decides
from opsrules.rules.model import Rule

__all__ = ["flaws_between"]


def flaws_between(judged: Sequence[Judged], space: Space, on: date | None, *, stop: bool) -> Iterator[LintFinding]:
    """Give rules that fire where others do.

    Parameters
    ----------
    judged : sequence of Judged
        In the order in which they run.
    space : Space
    on : date or None
        Compare what is in force on that day; None compares what is in force on common days.
    stop : bool
        Whether a row is left at the first rule that fires.
    """
    judged = [replace(one, fires=boxes) for one, boxes in zip(judged, fires_of(judged, space, on), strict=True)]
    asked = [_asked_axes(one.fires, space) for one in judged]
    spoiling = [_raising(one, judged[:place], space, on) for place, one in enumerate(judged)]
    for place, later in enumerate(judged):
        cells = bounds_of(later.told.holds)
        earlier = [
            one
            for one, axes in zip(judged[:place], asked, strict=False)
            if axes is not None and axes <= cells.keys() and _is_compared(one, later, stop=stop)
        ]
        found = next(_of_one(later, earlier, space, on, stop=stop), None)
        if found is None:
            spoilers = [one for one, bad in zip(judged[:place], spoiling, strict=False) if _lies_in(cells, bad)]
            found = next((_spoilt(later, one, space) for one in spoilers if has_days(one, later, on)), None)
        if found is None and stop:
            found = _of_all(later, [one for one in judged[:place] if has_days(one, later, on)], space)
        if found is not None:
            yield found


def _is_compared(one: Judged, later: Judged, *, stop: bool) -> bool:
    """Whether it is worth saying that a rule fires only where an earlier one does: not of what is to fire always."""
    return (stop or not one.rule.always or bool(one.rule.first_of)) and not one_decides(one, later)


def _asked_axes(boxes: Boxes, space: Space) -> frozenset[int] | None:
    """Return the axes that a box must be bounded on to lie in these; none for several boxes, which add up.

    None for no boxes, in which nothing lies.
    """
    if len(boxes) != 1:
        return frozenset() if boxes else None
    # A named text is in a box that is bounded on what is asked of any text.
    return frozenset(axis for axis in boxes[0] if axis not in space.dependent)


def _raising(one: Judged, earlier: Sequence[Judged], space: Space, on: date | None) -> dict[int, int]:
    """Return cells in which a rule raises, whatever the other axes say; none for one that may not be asked there."""
    if any(is_ahead(other, one, on) for other in earlier):
        return {}
    return raising(one.told, space)


def _lies_in(cells: dict[int, int], others: dict[int, int]) -> bool:
    """Whether one axis alone puts the first into the second."""
    return any(not cells[axis] & ~others[axis] for axis in cells.keys() & others.keys())


def _of_one(
    later: Judged, earlier: Sequence[Judged], space: Space, on: date | None, *, stop: bool
) -> Iterator[LintFinding]:
    """Give the duplicates first, then the other rules that have the same rows."""
    shadows = [one for one in earlier if covers(one.fires, later.told.holds, space)]
    for one in shadows:
        if shares_days(one, later, on) and covers(later.fires, one.told.holds, space):
            yield _duplicate(later, one, space)
    for one in shadows:
        if has_days(one, later, on):
            yield _shadowed(later, one, space, stop=stop)


def _duplicate(later: Judged, first: Judged, space: Space) -> LintFinding:
    does = "does the same" if _does(later.rule) == _does(first.rule) else "does something else"
    what = f"{later.rule.id} fires on the same rows as {first.rule.id} ({first.rule.place}) and {does}"
    proof = row_of("both fire on", later.told.holds[0], space)
    return finding(LintKind.DUPLICATE, later, [first], what, "keep one of them, with the actions of both", proof=proof)


def _shadowed(later: Judged, first: Judged, space: Space, *, stop: bool) -> LintFinding:
    what = f"{later.rule.id} fires only where {first.rule.id} ({first.rule.place}) fires"
    step = "put it before that rule, or narrow that one" if stop else "delete it, or make them exclude each other"
    is_note = not stop and not _adds_nothing(later.rule, first.rule)
    if stop:
        what += ", and the run has left the row by then"
    elif is_note:
        what += " too"
        step = "nothing to mend if both are meant to fire; in a run that stops at the first rule it never does"
    proof = row_of("both fire on", later.told.holds[0], space)
    wider = space.outside(first.fires[0], later.told.holds)
    proof += () if wider is None else row_of(f"only {first.rule.id} fires on", wider, space)
    return finding(LintKind.SHADOWED, later, [first], what, step, proof=proof, is_note=is_note)


def _of_all(later: Judged, earlier: Sequence[Judged], space: Space) -> LintFinding | None:
    """Return that several rules together have every row of a later one."""
    needed = least_together(earlier, later, space)
    if needed is None:
        return None
    names = " or ".join(f"{one.rule.id} ({one.rule.place})" for one in needed)
    what = f"{later.rule.id} fires only where {names} fires, and the run has left the row by then"
    return finding(LintKind.SHADOWED, later, needed, what, "put it before those rules, or narrow one of them")


def _spoilt(later: Judged, one: Judged, space: Space) -> LintFinding:
    """Return that an earlier rule raises on every row on which a later one holds: the row ends there."""
    what = (
        f"{later.rule.id} never fires: on every row on which it holds, {one.rule.id} ({one.rule.place}) raises before "
        "it, and no later rule sees the row"
    )
    step = "put it before that rule, or let that one ask is_present first"
    proof = row_of("so it is with", later.told.holds[0], space)
    return finding(LintKind.UNREACHABLE, later, [one], what, step, proof=proof)


def _does(rule: Rule) -> list[object]:
    return sorted(((action["name"], action.get("params") or {}) for action in rule.actions), key=repr)


def _adds_nothing(later: Rule, first: Rule) -> bool:
    """Whether a rule does nothing that an earlier one has not done to the row, and is no graver."""
    graver = later.severity is not None and first.severity is not None and later.severity.rank < first.severity.rank
    return not graver and all(one in _does(first) for one in _does(later))
