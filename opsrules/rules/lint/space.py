"""All values that the variables of a rule set can have, as far as its conditions tell them apart.

An axis is what conditions ask of one variable: a finite number of cells, each a bit. A box is a set of rows: for some
axes the cells allowed, any cell for the others. Sets of rows are unions of boxes. A cell that no value has may be
there; one that some value has is never missing: so what holds in every cell holds for every row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple, Protocol

__all__ = ["Axis", "Box", "Boxes", "Space", "Told", "TooLarge"]

Box = Mapping[int, int]
Boxes = tuple[Box, ...]

MOST_BOXES = 400
"""In one union: beyond it a rule's logic is left unjudged."""
MOST_STEPS = 20_000
"""In one search."""


class TooLarge(Exception):  # noqa: N818 - what is the case, not a fault
    """More combinations than lint goes through."""


class Told(NamedTuple):
    """Rows on which a condition holds, and on which it does not; on all others it raises."""

    holds: Boxes
    fails: Boxes


class Theory(Protocol):
    """What ties several axes of one variable together."""

    def possible(self, box: Box) -> bool:
        """Whether some value lies in a box."""
        ...


@dataclass(frozen=True)
class Axis:
    """What is asked of one variable.

    Attributes
    ----------
    full : int
        A bit for each cell.
    sample : callable
        ``sample(cells, box)`` is a value in one of the cells, as text to be read; None when none can be named.
    """

    full: int
    sample: Callable[[int, Box], str | None]


class Space:
    """The axes of a rule set, and sets of rows over them."""

    def __init__(self) -> None:
        self.axes: list[Axis] = []
        self.theories: dict[int, Theory] = {}
        self.dependent: set[int] = set()  # axes on which a box may be bounded by another axis alone

    def add(self, axis: Axis) -> int:
        """Take an axis in and return its number."""
        self.axes.append(axis)
        return len(self.axes) - 1

    def possible(self, box: Box, changed: Iterable[int] | None = None) -> bool:
        """Whether the axes of one variable agree about a box of which each axis has a cell left.

        Parameters
        ----------
        box : Box
        changed : iterable of int, optional
            Axes on which it is narrower than a box that is possible; all when left out.
        """
        if self.dependent.isdisjoint(box):
            return True
        asked = {self.theories[axis] for axis in (box if changed is None else changed) if axis in self.theories}
        return all(theory.possible(box) for theory in asked)

    def meet(self, one: Box, other: Box) -> Box | None:
        """Return the rows in both boxes, None when there are none."""
        both = dict(one)
        for axis, cells in other.items():
            left = both.get(axis, cells) & cells
            if not left:
                return None
            both[axis] = left
        return both if self.possible(both, other) else None

    def meet_all(self, ones: Boxes, others: Boxes) -> Boxes:
        """Return the rows in both unions.

        Raises
        ------
        TooLarge
        """
        if ones == ({},):
            return others
        met = [both for one in ones for other in others if (both := self.meet(one, other)) is not None]
        if len(met) > MOST_BOXES:
            raise TooLarge
        return tuple(met)

    def joined(self, boxes: Sequence[Box]) -> Boxes:
        """Return the same union with boxes that differ on one axis made one.

        Raises
        ------
        TooLarge
        """
        kept: list[Box] = []
        for box in boxes:
            new = box
            place = 0
            while place < len(kept):
                one = _one_of_two(kept[place], new)
                if one is not None:
                    del kept[place]
                    new, place = self._without_free(one), 0
                else:
                    place += 1
            kept.append(new)
        if len(kept) > MOST_BOXES:
            raise TooLarge
        return tuple(kept)

    def _without_free(self, box: Box) -> Box:
        return {axis: cells for axis, cells in box.items() if cells != self.axes[axis].full}

    def outside(self, box: Box, boxes: Sequence[Box], most: int = MOST_STEPS) -> Box | None:
        """Return a part of a box that lies in none of others, None when they cover it.

        Raises
        ------
        TooLarge
            After `most` steps.
        """
        waiting = [(box, 0)]
        for _ in range(most):
            if not waiting:
                return None
            part, number = waiting.pop()
            while number < len(boxes) and _apart(part, boxes[number]):
                number += 1
            if number == len(boxes):
                return part
            waiting += [(left, number + 1) for left in self._split(part, boxes[number])]
        raise TooLarge

    def _split(self, part: Box, box: Box) -> list[Box]:
        """Return what of a part lies outside a box, in pieces, the widest last."""
        pieces: list[tuple[float, Box]] = []
        rest = dict(part)
        for axis, cells in box.items():
            have = rest.get(axis, self.axes[axis].full)
            if out := have & ~cells:
                piece = {**rest, axis: out}
                if self.possible(piece, box):
                    pieces.append((out.bit_count() / self.axes[axis].full.bit_count(), piece))
            rest[axis] = have & cells
        return [piece for _, piece in sorted(pieces, key=itemgetter(0))]

    def without(self, boxes: Boxes, others: Sequence[Box]) -> Boxes:
        """Return the rows of a union that are in none of others; raises TooLarge."""
        left: list[Box] = list(boxes)
        for other in others:
            left = [piece for part in left for piece in ([part] if _apart(part, other) else self._split(part, other))]
            if len(left) > MOST_BOXES:
                raise TooLarge
        return tuple(left)

    def is_known(self, box: Box) -> bool:
        """Whether a value of each variable can be named that puts a row into a box: it is not empty then."""
        named = [axis for axis in box if axis not in self.dependent]
        return all(self.axes[axis].sample(box[axis], box) is not None for axis in named)

    def covers(self, boxes: Boxes, others: Boxes, most: int = MOST_STEPS) -> bool:
        """Whether every row of `others` is in `boxes`; raises TooLarge."""
        return all(self.outside(other, boxes, most) is None for other in others)

    def same(self, ones: Boxes, others: Boxes) -> bool:
        """Whether two unions are the same rows; raises TooLarge."""
        return ones == others or (self.covers(ones, others) and self.covers(others, ones))

    def sample(self, box: Box) -> tuple[str, ...]:
        """Return a row of a box as ``variable = value`` lines, as far as values can be named."""
        named = (self.axes[axis].sample(cells, box) for axis, cells in sorted(box.items()))
        return tuple(dict.fromkeys(one for one in named if one is not None))


def _apart(one: Box, other: Box) -> bool:
    for axis, cells in other.items():
        have = one.get(axis)
        if have is not None and not have & cells:
            return True
    return False


def _one_of_two(one: Box, other: Box) -> Box | None:
    """Return two boxes as one where that is exact."""
    if one.keys() != other.keys():
        return None
    differ = [axis for axis in one if one[axis] != other[axis]]
    if not differ:
        return one
    if len(differ) > 1:
        return None
    return {**one, differ[0]: one[differ[0]] | other[differ[0]]}
