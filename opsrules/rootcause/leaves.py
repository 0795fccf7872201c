"""Leaves: the finest slices that a table has, each a combination of values of all dimensions that occurs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from opsrules.rootcause.cube import Floats, Ints, Mask
from opsrules.rootcause.levels import Codes, Dimension

__all__ = ["Leaves", "leaves_of"]

_COUNTED = 4_000_000  # combinations up to which counting all of them is quicker than sorting those that occur


@dataclass(frozen=True)
class Leaves:
    """The leaves of a table, ordered by their values.

    Attributes
    ----------
    codes : array of int
        Of shape (dimensions, leaves).
    sizes : tuple of int
        How many values each dimension has.
    of_row : array of int
        Of each row its leaf.
    """

    codes: Codes
    sizes: tuple[int, ...]
    of_row: Ints

    @property
    def count(self) -> int:
        """How many leaves there are."""
        return int(self.codes.shape[1])

    def sums(self, values: Floats) -> Floats:
        """Sum of a row's value over each leaf."""
        summed: Floats = np.bincount(self.of_row, values, self.count).astype(np.float64, copy=False)
        return summed

    def inside(self, where: dict[int, int]) -> Mask:
        """Whether a leaf is in a slice."""
        mask = np.ones(self.count, np.bool_)
        for axis, value in where.items():
            mask &= self.codes[axis] == value
        return mask


def leaves_of(dimensions: tuple[Dimension, ...]) -> Leaves:
    """Leaves of a table of at least one row."""
    sizes = tuple(len(one.values) for one in dimensions)
    found, of_row = _numbered(dimensions, sizes)
    first = np.empty(found, np.int64)
    first[of_row] = np.arange(len(of_row))
    return Leaves(np.stack([one.codes[first] for one in dimensions]), sizes, of_row)


def _numbered(dimensions: tuple[Dimension, ...], sizes: tuple[int, ...]) -> tuple[int, Ints]:
    """How many leaves there are, and of each row its leaf."""
    key = np.zeros(len(dimensions[0].codes), np.int64)
    range_ = 1
    for one, size in zip(dimensions, sizes, strict=True):
        if range_ * size > np.iinfo(np.int64).max:
            range_, key = _dense(key, range_)
        key = key * size + one.codes
        range_ *= size
    return _dense(key, range_)


def _dense(key: Ints, range_: int) -> tuple[int, Ints]:
    """Keys as numbers from 0 without gaps, in the same order."""
    if range_ <= max(_COUNTED, 4 * len(key)):
        number = np.cumsum(np.bincount(key, minlength=range_) > 0) - 1
        return int(number[-1]) + 1, number[key]
    found, inverse = np.unique(key, return_inverse=True)
    return len(found), inverse
