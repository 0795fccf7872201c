"""The one slice that moved where nothing else moved at all: a table too small to tell of noise still shows it."""

from __future__ import annotations

import numpy as np

from opsrules.rootcause.cube import Mask
from opsrules.rootcause.evidence import Evidence
from opsrules.rootcause.leaves import Leaves
from opsrules.rootcause.search import Found

__all__ = ["sole_mover"]

_STILL = 2  # other leaves that have to be exactly as expected


def sole_mover(leaves: Leaves, evidence: Evidence) -> Found | None:
    """The slice that holds every leaf which moved, all in one direction, and no other; None where there is none.

    Only for amounts, which do not agree to the last digit by chance as small counts do. Chance is what Laplace's rule
    of succession leaves a further leaf when none of the others moved: one in their number and two, for each that moved.
    """
    told = evidence.weight > 0
    moved = told & (evidence.deviation != 0)
    still = int((told & ~moved).sum())
    signs = np.sign(evidence.deviation[moved])
    if not evidence.noted or still < _STILL or not moved.any() or (signs != signs[0]).any():
        return None
    if abs(float(evidence.deviation[moved].mean())) < evidence.least:
        return None
    where = {
        axis: int(codes[0])
        for axis, codes in enumerate(leaves.codes[:, moved])
        if (codes == codes[0]).all() and leaves.sizes[axis] > 1
    }
    if not where or (leaves.inside(where) & told & ~moved).any():
        return None
    shortest = _shortest(where, leaves, told)
    return Found(shortest, 0.0, 0.0, moved, chance=float(still + 2) ** -int(moved.sum()))


def _shortest(where: dict[int, int], leaves: Leaves, told: Mask) -> dict[int, int]:
    """The same leaves by fewer conditions; of equal ways the one that keeps the first dimensions."""
    own = leaves.inside(where) & told
    for axis in sorted(where, reverse=True):
        fewer = {other: value for other, value in where.items() if other != axis}
        if fewer and ((leaves.inside(fewer) & told) == own).all():
            where = fewer
    return where
