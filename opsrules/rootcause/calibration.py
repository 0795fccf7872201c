"""How strong a slice noise alone would show: the table itself, drawn anew without the slice that was found."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from opsrules.rootcause.cube import Floats, Mask
from opsrules.rootcause.evidence import Evidence

__all__ = ["CLEAR", "Chance", "redrawn"]

CLEAR = 25.0
"""Evidence from which no table need be drawn anew: chance would need 10^10 tries."""

_DRAWS = 16
_WORK = 4_000_000  # cells and leaves that all draws together may cost, if two draws do not cost more
_LIKE = 50  # leaves of like size among which noise is exchanged
_SEED = 20_140
_EULER = 0.5772156649


@dataclass(frozen=True)
class Chance:
    """Distribution of the strongest evidence that noise shows: Gumbel's, as for any strongest of many.

    Attributes
    ----------
    middle, scale : float
        Mode and scale; the scale of a chance that halves with each log 2 of evidence is 1.
    """

    middle: float = 0.0
    scale: float = 1.0

    @classmethod
    def fitted(cls, strongest: Sequence[float]) -> Chance:
        """Chance by what some draws showed; never kinder than theory's scale and middle."""
        told = [max(one, -5.0) for one in strongest]
        if not told:
            return cls()
        scale = max(float(np.std(told, ddof=1)) * math.sqrt(6) / math.pi, 1.0)
        return cls(max(float(np.mean(told)) - _EULER * scale, 0.0), scale)

    def of(self, evidence: float) -> float:
        """How likely noise is to show at least this."""
        return -math.expm1(-math.exp(min((self.middle - evidence) / self.scale, 50.0)))


def redrawn(evidence: Evidence, found: Mask, cost: int) -> Iterator[Floats]:
    """Deviations as they would be had the slice found never been: each leaf's noise is that of a leaf of like size.

    Parameters
    ----------
    evidence : Evidence
    found : array of bool
        Leaves of the slice, whose own deviations are left out.
    cost : int
        Cells and leaves that one draw has to sum: of costly ones there are fewer.
    """
    draw = np.random.default_rng(_SEED)
    told = np.flatnonzero(evidence.weight > 0)
    order = told[np.lexsort((draw.random(len(told)), evidence.size[told]))]
    outside = ~found[order]
    noise = order[outside]
    if len(noise) < 2:
        return
    root = np.sqrt(evidence.weight)
    scaled = (evidence.deviation * root)[noise]
    near = np.clip(np.cumsum(outside) - 1 - _LIKE // 2, 0, max(len(noise) - _LIKE, 0))
    for _ in range(int(np.clip(_WORK // cost, 2, _DRAWS))):
        deviation = np.zeros_like(root)
        deviation[order] = scaled[near + draw.integers(0, min(_LIKE, len(noise)), len(order))] / root[order]
        yield deviation
