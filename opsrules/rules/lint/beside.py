"""Two rules beside each other: where each holds, on which days, and what is said of them."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from opsrules.rules.lint.model import LintFinding, LintKind
from opsrules.rules.lint.space import Box, Boxes, Space, Told, TooLarge
from opsrules.rules.model import Rule

__all__ = ["Judged", "bounds_of", "covers", "finding", "has_days", "least_together", "raising", "row_of", "shares_days"]

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
    fires : tuple of box
        Where it is sure to fire, unless a rule before it raises.
    """

    rule: Rule
    number: int
    told: Told
    fires: Boxes


def covers(boxes: Boxes, others: Boxes, space: Space) -> bool:
    """Whether every row of `others` is in `boxes`, as far as a short search shows."""
    try:
        return space.covers(boxes, others, _MOST_STEPS)
    except TooLarge:
        return False


def least_together(earlier: Sequence[Judged], later: Judged, space: Space) -> list[Judged] | None:
    """Return those of several rules that it takes to fire on every row of a later one; None when they do not."""
    needed = list(earlier)
    if not _fire_wherever(needed, later, space):
        return None
    for one in earlier:
        fewer = [other for other in needed if other is not one]
        needed = fewer if _fire_wherever(fewer, later, space) else needed
    return needed


def _fire_wherever(earlier: Sequence[Judged], later: Judged, space: Space) -> bool:
    boxes = [box for one in earlier for box in one.fires]
    for part in later.told.holds:
        # Those that leave the fewest ways around them first: a search that fails, fails soon.
        near = [(len(box.keys() - part.keys()), place) for place, box in enumerate(boxes) if space.meet(part, box)]
        if not covers(tuple(boxes[place] for _, place in sorted(near)), (part,), space):
            return False
    return True


def bounds_of(boxes: Boxes) -> dict[int, int]:
    """Return the cells that a union of boxes has on each axis on which all of them are bounded."""
    axes = set(boxes[0]).intersection(*boxes[1:]) if boxes else set()
    return {axis: functools.reduce(operator.or_, (box[axis] for box in boxes)) for axis in axes}


def raising(told: Told, space: Space) -> dict[int, int]:
    """Return cells in which a rule raises, whatever the other axes say."""
    bounds = bounds_of((*told.holds, *told.fails))
    return {axis: bad for axis, cells in bounds.items() if (bad := space.axes[axis].full & ~cells)}


def shares_days(one: Judged, other: Judged, on: date | None) -> bool:
    """Whether two rules are in force on a common day, or on `on`."""
    return one.rule.shares_days(other.rule) if on is None else one.rule.in_force(on) and other.rule.in_force(on)


def has_days(one: Judged, other: Judged, on: date | None) -> bool:
    """Whether one is in force on every day of the other, or both on `on`."""
    return one.rule.has_days_of(other.rule) if on is None else shares_days(one, other, on)


def row_of(words: str, box: Box, space: Space) -> tuple[str, ...]:
    """Return a row of a box as a line of proof; nothing where none of its values can be named."""
    sample = space.sample(box)
    return (f"{words} {', '.join(sample)}",) if sample else ()


def finding(
    kind: LintKind,
    later: Judged,
    others: Sequence[Judged],
    what: str,
    step: str,
    *,
    proof: tuple[str, ...] = (),
    is_note: bool = False,
) -> LintFinding:
    """Return a finding about a rule that names others."""
    ids = (later.rule.id, *(one.rule.id for one in others))
    return LintFinding(kind, ids, later.rule.place, f"/{later.number}", what, step, proof, is_note)
