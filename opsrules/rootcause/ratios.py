"""Ratios: authorisation rate, share on time, share refunded. What counts is the rate, not how many there were."""

from __future__ import annotations

import numpy as np

from opsrules.rootcause.cube import Floats
from opsrules.rootcause.evidence import Evidence, square_apart, square_gain
from opsrules.rootcause.noise import excess, own_variance
from opsrules.rootcause.settings import RATIOS, Settings

__all__ = ["evidence_of_ratios", "expected_rates"]

_PRIOR = 2.0  # cases' worth of the general rate that each leaf's expected rate is mixed with
_NEVER = 0.002  # distance from 0 and 1 that an expected rate keeps: no leaf is sure
_SEED = 20_140


def expected_rates(expected_good: Floats, expected_total: Floats) -> Floats:
    """Rate expected of each leaf; the general rate where no case was expected."""
    total = float(expected_total.sum())
    general = float(expected_good.sum()) / total if total > 0 else 0.0
    return (expected_good + _PRIOR * general) / (expected_total + _PRIOR)


def evidence_of_ratios(
    good: Floats, total: Floats, expected_good: Floats, expected_total: Floats, settings: Settings = RATIOS
) -> Evidence:
    """Evidence of a leaf's change, as a difference of rates: -0.1 is ten points less."""
    rate = np.clip(expected_rates(expected_good, expected_total), _NEVER, 1 - _NEVER)
    told, known = total > 0, expected_total + _PRIOR
    deviation = np.divide(good, total, out=rate.copy(), where=told) - rate
    weight = np.zeros_like(rate)
    if told.any():
        cases, share = total[told], rate[told]
        deviates = np.sqrt(share * (1 - share) * (1 / cases + 1 / known[told]))
        whole = np.clip(np.ceil(cases), 1, 2**31).astype(np.int64)
        drawn = np.random.default_rng(_SEED).binomial(whole, share)
        simulated = (drawn / whole - share) / np.sqrt(share * (1 - share) / whole)
        variance = deviates**2 * excess(deviation[told] / deviates, simulated, cases, 0.5, quieter=True)
        weight[told] = 1 / (variance + own_variance(deviation[told], cases, settings.own))
    least = settings.effect * own_variance(deviation[told], total[told], 1.0) ** 0.5
    # A leaf that was low by chance seems to have little noise: a slice is believed by the rate of both periods.
    either = np.clip(expected_rates(good + expected_good, total + expected_total), _NEVER, 1 - _NEVER)
    together = total * known / (total + known)
    return Evidence(deviation, weight, total, square_gain, square_apart, least, 0, either, together)
