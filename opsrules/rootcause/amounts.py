"""Amounts: money and other measures of any scale, whose noise the table itself must tell."""

from __future__ import annotations

import numpy as np

from opsrules.rootcause.cube import Floats
from opsrules.rootcause.evidence import Evidence, square_apart, square_gain
from opsrules.rootcause.noise import own_variance, spread
from opsrules.rootcause.settings import AMOUNTS, Settings

__all__ = ["evidence_of_amounts"]


def evidence_of_amounts(actual: Floats, expected: Floats, settings: Settings = AMOUNTS) -> Evidence:
    """Evidence of a leaf's change, relative to the larger of both values: -1 is gone, 1 is new.

    Values may be negative; where the sign turned, the change itself is the larger.
    """
    change = actual - expected
    size = np.maximum(np.maximum(np.abs(actual), np.abs(expected)), np.abs(change))
    deviation = np.divide(change, size, out=np.zeros_like(change), where=size > 0)
    told = size > 0
    weight = np.zeros_like(change)
    if told.any():
        weight[told] = 1 / _variance(deviation[told], size[told], np.abs(expected[told]), settings.own)
    noted = float(told.sum() - np.count_nonzero(deviation) / 2)  # of those that moved, one side tells the noise
    return Evidence(deviation, weight, size, square_gain, square_apart, settings.effect, noted)


def _variance(deviation: Floats, size: Floats, expected: Floats, own: float) -> Floats:
    """Variance by what was expected: the size itself knows the direction. What is new is as its size is."""
    by = np.where(expected > 0, expected, size)
    return spread(deviation, by) ** 2 + own_variance(deviation, size, own)
