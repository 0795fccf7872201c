"""The logic of rules beside each other: the same rows twice, rows that an earlier rule has had, rows it spoils."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from opsrules.rules.lint.model import LintFinding, LintKind
from opsrules.rules.lint.space import Box, Boxes, Space, Told, TooLarge
from opsrules.rules.model import Rule

__all__ = ["Judged", "flaws_between"]

# Of one search; one that goes further is given up, and nothing is claimed.
_MOST_STEPS = 500


@dataclass(frozen=True)
class Judged:
    """A rule that can fire, and where.

    Attributes
    ----------
    rule : Rule
    number : int
        Position in the rule set's file or list.
    told : Told
    """

    rule: Rule
    number: int
    told: Told


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
    asked = [_asked_axes(one.told.holds, space) for one in judged]
    raising = [_raising(one.told, space) for one in judged]
    for place, later in enumerate(judged):
        cells = _bounds(later.told.holds)
        earlier = [one for one, axes in zip(judged[:place], asked, strict=False) if axes <= cells.keys()]
        finding = next(_of_one(later, earlier, space, on, stop=stop), None)
        if finding is None:
            spoilers = [one for one, bad in zip(judged[:place], raising, strict=False) if _lies_in(cells, bad)]
            finding = next((_spoilt(later, one, space) for one in spoilers if _covers_days(one, later, on)), None)
        if finding is None and stop:
            finding = _of_all(later, [one for one in judged[:place] if _covers_days(one, later, on)], space)
        if finding is not None:
            yield finding


def _asked_axes(boxes: Boxes, space: Space) -> frozenset[int]:
    """Return the axes that a box must be bounded on to lie in these; none for several boxes, which add up."""
    if len(boxes) > 1:
        return frozenset()
    # A named text is in a box that is bounded on what is asked of any text.
    return frozenset(axis for axis in boxes[0] if axis not in space.dependent)


def _bounds(boxes: Boxes) -> dict[int, int]:
    """Return the cells that a union of boxes has on each axis on which all of them are bounded."""
    axes = set(boxes[0]).intersection(*boxes[1:]) if boxes else set()
    return {axis: functools.reduce(operator.or_, (box[axis] for box in boxes)) for axis in axes}


def _raising(told: Told, space: Space) -> dict[int, int]:
    """Return cells in which a rule raises, whatever the other axes say."""
    bounds = _bounds((*told.holds, *told.fails))
    return {axis: bad for axis, cells in bounds.items() if (bad := space.axes[axis].full & ~cells)}


def _lies_in(cells: dict[int, int], others: dict[int, int]) -> bool:
    """Whether one axis alone puts the first into the second."""
    return any(not cells[axis] & ~others[axis] for axis in cells.keys() & others.keys())


def _of_one(
    later: Judged, earlier: Sequence[Judged], space: Space, on: date | None, *, stop: bool
) -> Iterator[LintFinding]:
    """Give the duplicates first, then the other rules that have the same rows."""
    shadows = [one for one in earlier if _covers(one.told.holds, later.told.holds, space)]
    for one in shadows:
        if _share_days(one, later, on) and _covers(later.told.holds, one.told.holds, space):
            yield _duplicate(later, one, space)
    for one in shadows:
        if _covers_days(one, later, on):
            yield _shadowed(later, one, space, stop=stop)


def _covers(boxes: Boxes, others: Boxes, space: Space) -> bool:
    try:
        return space.covers(boxes, others, _MOST_STEPS)
    except TooLarge:
        return False


def _duplicate(later: Judged, first: Judged, space: Space) -> LintFinding:
    does = "does the same" if _does(later.rule) == _does(first.rule) else "does something else"
    what = f"{later.rule.id} fires on the same rows as {first.rule.id} ({first.rule.place}) and {does}"
    proof = _row("both fire on", later.told.holds[0], space)
    return _finding(LintKind.DUPLICATE, later, [first], what, "keep one of them, with the actions of both", proof=proof)


def _shadowed(later: Judged, first: Judged, space: Space, *, stop: bool) -> LintFinding:
    what = f"{later.rule.id} fires only where {first.rule.id} ({first.rule.place}) fires"
    step = "put it before that rule, or narrow that one" if stop else "delete it, or make them exclude each other"
    is_note = not stop and not _adds_nothing(later.rule, first.rule)
    if stop:
        what += ", and the run has left the row by then"
    elif is_note:
        what += " too"
        step = "nothing to mend if both are meant to fire; in a run that stops at the first rule it never does"
    proof = _row("both fire on", later.told.holds[0], space)
    wider = space.outside(first.told.holds[0], later.told.holds)
    proof += () if wider is None else _row(f"only {first.rule.id} fires on", wider, space)
    return _finding(LintKind.SHADOWED, later, [first], what, step, proof=proof, is_note=is_note)


def _of_all(later: Judged, earlier: Sequence[Judged], space: Space) -> LintFinding | None:
    """Return that several rules together have every row of a later one."""
    needed = list(earlier)
    if not _cover_together(needed, later, space):
        return None
    for one in earlier:
        fewer = [other for other in needed if other is not one]
        needed = fewer if _cover_together(fewer, later, space) else needed
    names = " or ".join(f"{one.rule.id} ({one.rule.place})" for one in needed)
    what = f"{later.rule.id} fires only where {names} fires, and the run has left the row by then"
    return _finding(LintKind.SHADOWED, later, needed, what, "put it before those rules, or narrow one of them")


def _cover_together(earlier: Sequence[Judged], later: Judged, space: Space) -> bool:
    boxes = [box for one in earlier for box in one.told.holds]
    for part in later.told.holds:
        # Those that leave the fewest ways around them first: a search that fails, fails soon.
        near = [(len(box.keys() - part.keys()), place) for place, box in enumerate(boxes) if space.meet(part, box)]
        if not _covers(tuple(boxes[place] for _, place in sorted(near)), (part,), space):
            return False
    return True


def _spoilt(later: Judged, one: Judged, space: Space) -> LintFinding:
    """Return that an earlier rule raises on every row on which a later one holds: the row ends there."""
    what = (
        f"{later.rule.id} never fires: on every row on which it holds, {one.rule.id} ({one.rule.place}) raises before "
        "it, and no later rule sees the row"
    )
    step = "put it before that rule, or let that one ask is_present first"
    proof = _row("so it is with", later.told.holds[0], space)
    return _finding(LintKind.UNREACHABLE, later, [one], what, step, proof=proof)


def _row(words: str, box: Box, space: Space) -> tuple[str, ...]:
    sample = space.sample(box)
    return (f"{words} {', '.join(sample)}",) if sample else ()


def _finding(
    kind: LintKind,
    later: Judged,
    others: Sequence[Judged],
    what: str,
    step: str,
    *,
    proof: tuple[str, ...] = (),
    is_note: bool = False,
) -> LintFinding:
    ids = (later.rule.id, *(one.rule.id for one in others))
    return LintFinding(kind, ids, later.rule.place, f"/{later.number}", what, step, proof, is_note)


def _does(rule: Rule) -> list[object]:
    return sorted(((action["name"], action.get("params") or {}) for action in rule.actions), key=repr)


def _adds_nothing(later: Rule, first: Rule) -> bool:
    """Whether a rule does nothing that an earlier one has not done to the row, and is no graver."""
    graver = later.severity is not None and first.severity is not None and later.severity.rank < first.severity.rank
    return not graver and all(one in _does(first) for one in _does(later))


# ---- days


def _share_days(one: Judged, other: Judged, on: date | None) -> bool:
    """Whether two rules are in force on a common day."""
    if on is not None:
        return one.rule.in_force(on) and other.rule.in_force(on)
    (start, end), (other_start, other_end) = _days(one.rule), _days(other.rule)
    return max(start, other_start) <= min(end, other_end)


def _covers_days(one: Judged, other: Judged, on: date | None) -> bool:
    """Whether one is in force on every day of the other."""
    if on is not None:
        return _share_days(one, other, on)
    (start, end), (other_start, other_end) = _days(one.rule), _days(other.rule)
    return start <= other_start and other_end <= end


def _days(rule: Rule) -> tuple[date, date]:
    return rule.since or date.min, rule.until or date.max
