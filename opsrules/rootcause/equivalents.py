"""Other names of the same rows: conditions that cannot be told apart from those that were found."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from opsrules.rootcause.cube import Mask, extended
from opsrules.rootcause.leaves import Leaves

__all__ = ["MOST", "equivalents_of"]

MOST = 64
"""Equivalents told of a slice at most, the shortest first."""

_CLOSED = 12  # conditions that hold of all rows of a slice up to which every choice of them is looked at


def equivalents_of(where: dict[int, int], leaves: Leaves) -> list[dict[int, int]]:
    """Every other choice of conditions that covers exactly the rows of a slice, shortest first.

    A dimension of which the table has one value is never a condition: it would be true of everything.
    """
    inside = leaves.inside(where)
    held = [axis for axis, size in enumerate(leaves.sizes) if size > 1 and _same(leaves, inside, axis)]
    held = [*where, *(axis for axis in held if axis not in where)][:_CLOSED]
    values = {axis: int(leaves.codes[axis][inside][0]) for axis in held}
    # Which of the conditions hold, of every leaf as one number: how many leaves each choice covers is then a sum.
    which = np.zeros(leaves.count, np.int64)
    for axis in held:
        which = which * 2 + (leaves.codes[axis] != values[axis])
    counted = np.bincount(which, minlength=1 << len(held)).astype(np.float64)
    covered = extended(counted.reshape((2,) * len(held)))
    size = int(inside.sum())
    found = []
    for length in range(1, len(held) + 1):
        for chosen in combinations(range(len(held)), length):
            place = tuple(0 if at in chosen else 2 for at in range(len(held)))
            if covered[place] == size and {held[at] for at in chosen} != set(where):
                found.append({axis: values[axis] for axis in sorted(held[at] for at in chosen)})
    return found[:MOST]


def _same(leaves: Leaves, inside: Mask, axis: int) -> bool:
    codes = leaves.codes[axis][inside]
    return bool((codes == codes[0]).all())
