"""Counts: orders, tickets, parcels. Small ones vary by themselves, as Poisson's law says or more."""

from __future__ import annotations

import numpy as np

from opsrules.rootcause.cube import Floats
from opsrules.rootcause.evidence import Evidence, poisson_apart, poisson_gain
from opsrules.rootcause.noise import excess, own_variance
from opsrules.rootcause.settings import COUNTS, Settings

__all__ = ["evidence_of_counts"]

_UNEXPECTED = 0.5  # what is taken to be expected of a leaf that has rows and was expected to have none
_NONE = 1e-6  # an expectation below this is none
_SEED = 20_140  # the draw that the table is compared with is always the same


def evidence_of_counts(actual: Floats, expected: Floats, settings: Settings = COUNTS) -> Evidence:
    """Evidence of a leaf's change, relative to what was expected: -1 is gone, 1 is doubled.

    An expectation that is itself uncertain, such as last week's count, shows as more variance than Poisson's and weighs
    less by as much.
    """
    none = expected < _NONE
    mean = np.where(none, np.where(actual > 0, _UNEXPECTED, 0.0), expected)
    told = mean > 0
    deviation = np.divide(actual - expected, mean, out=np.zeros_like(mean), where=told)
    weight = np.zeros_like(mean)
    if told.any():
        drawn = np.random.default_rng(_SEED).poisson(np.minimum(mean[told], 1e15))
        root = np.sqrt(mean[told])
        variance = (
            excess(deviation[told] * root, (drawn - mean[told]) / root, mean[told], 1.0, quieter=False) / mean[told]
        )
        weight[told] = 1 / (variance + own_variance(deviation[told], mean[told], settings.own))
    return Evidence(deviation, weight, mean, poisson_gain, poisson_apart, settings.effect, 0)
