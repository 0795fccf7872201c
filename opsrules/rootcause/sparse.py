"""Blocks of dimensions that together see every short slice of a table too wide for one cube."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from opsrules.rootcause.cube import Block, Floats, Ints, block_of
from opsrules.rootcause.evidence import Evidence
from opsrules.rootcause.leaves import Leaves

__all__ = ["SHORT", "blocks_of"]

SHORT = 3
"""Conditions up to which every slice of a wide table is looked at; longer ones only inside the best of them."""

_ONE_CUBE = 300_000  # cells of a cube that is quick to sum whatever the table
_LARGEST = 2_000_000  # cells of the largest cube


def blocks_of(leaves: Leaves, evidence: Evidence) -> list[Block]:
    """One block of all dimensions where its cube is small, else several that share them.

    A dimension too large even so keeps a place for the values that moved most, alone or in one leaf; the rest are one
    place together and are never named.
    """
    every = tuple(range(len(leaves.sizes)))
    if _cells(leaves.sizes, every) <= max(_ONE_CUBE, min(_LARGEST, 4 * leaves.count)):
        return [block_of(leaves.codes, leaves.sizes, every)]
    return [_fitted(leaves, evidence, axes) for axes in _covering(leaves.sizes)]


def _cells(sizes: tuple[int, ...], axes: tuple[int, ...]) -> int:
    return math.prod(sizes[axis] + 1 for axis in axes)


def _covering(sizes: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Sets of dimensions such that any few are together in one of them."""
    open_ = set(combinations(range(len(sizes)), min(SHORT, len(sizes))))
    out = []
    while open_:
        axes = set(min(open_))
        largest = max(_ONE_CUBE, min(_LARGEST, _cells(sizes, tuple(axes))))
        while True:
            fitting = [one for one in range(len(sizes)) if _cells(sizes, (*axes, one)) <= largest and one not in axes]
            if not fitting:
                break
            axes.add(max(fitting, key=lambda one: (_gained(open_, axes | {one}), -sizes[one])))
        out.append(tuple(sorted(axes)))
        open_ = {one for one in open_ if not axes.issuperset(one)}
    return out


def _gained(open_: set[tuple[int, ...]], axes: set[int]) -> int:
    return sum(axes.issuperset(one) for one in open_)


def _fitted(leaves: Leaves, evidence: Evidence, axes: tuple[int, ...]) -> Block:
    """Block of these dimensions, the largest folded where its cube would not fit."""
    kept: list[Ints | None] = [None] * len(axes)
    sizes = [leaves.sizes[axis] for axis in axes]
    while math.prod(size + 1 for size in sizes) > _LARGEST:
        at = int(np.argmax(sizes))
        rest = math.prod(size + 1 for size in sizes) // (sizes[at] + 1)
        second = sorted(sizes)[-2] if len(sizes) > 1 else 1
        sizes[at] = max(_LARGEST // rest - 1, min(second, sizes[at] // 2), 2)
        strong = np.argsort(-_strength(leaves, evidence, axes[at]), kind="stable")[: sizes[at] - 1]
        kept[at] = np.append(np.sort(strong), -1)
    return block_of(leaves.codes, leaves.sizes, axes, tuple(kept))


def _strength(leaves: Leaves, evidence: Evidence, axis: int) -> Floats:
    """Of each value the gain that it has alone, or its strongest leaf where that is more."""
    codes, size = leaves.codes[axis], leaves.sizes[axis]
    weights, pulls = evidence.weight, evidence.weight * evidence.deviation
    weight, pull = (np.bincount(codes, one, size).astype(np.float64, copy=False) for one in (weights, pulls))
    out = evidence.gain(weight, pull)
    np.maximum.at(out, codes, evidence.gain(weights, pulls))
    return out
