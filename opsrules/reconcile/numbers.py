"""Whole numbers counted and summed by place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]

__all__ = ["dense", "summed"]

# Numbers this many times as many as rows are still told apart by place; above, they are sorted.
_SPARSE = 64
_EXACT = 2**53  # whole numbers up to here are floats too


def dense(number: _Ints) -> tuple[_Ints, int]:
    """The same numbers as 0 and up with none left out, in their order; and how many there are."""
    if not len(number):
        return number, 0
    low, high = int(number.min()), int(number.max())
    if high - low > _SPARSE * len(number):
        found, place = np.unique(number, return_inverse=True)
        return place.astype(np.int64), len(found)
    behind = number - low
    seen = np.zeros(high - low + 1, dtype=bool)
    seen[behind] = True
    found = np.flatnonzero(seen)
    if len(found) == len(seen):
        return behind, len(found)
    place = np.empty(len(seen), dtype=np.int64)
    place[found] = np.arange(len(found))
    return place[behind], len(found)


def summed(number: _Ints, amount: _Ints, count: int) -> _Ints:
    """Sum of the amounts of each number, exact."""
    if not len(number):
        return np.zeros(count, dtype=np.int64)
    if max(-int(amount.min()), int(amount.max())) * len(amount) < _EXACT:  # numpy counts in floats
        return np.bincount(number, weights=amount, minlength=count).astype(np.int64)
    out = np.zeros(count, dtype=np.int64)
    np.add.at(out, number, amount)
    return out
