"""What each leaf says of a change, in one form for amounts, counts and ratios."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from opsrules.rootcause.cube import Floats, Mask

__all__ = ["Evidence", "poisson_apart", "poisson_gain", "square_apart", "square_gain"]

Gain = Callable[[Floats, Floats], Floats]
Apart = Callable[[Floats, Floats, float, float], Floats]


@dataclass(frozen=True)
class Evidence:
    """How far each leaf is from what was expected, and what that is worth.

    Attributes
    ----------
    deviation : array of float
        Of each leaf: a relative change for amounts and counts, a difference of rates for ratios.
    weight : array of float
        One over the variance that noise gives the deviation; 0 where a leaf says nothing.
    size : array of float
        Of each leaf: leaves of like size are alike in their noise.
    gain : callable
        From the sums of weight, and of weight times deviation, over a slice: log likelihood that it wins by a deviation
        of its own, over none.
    apart : callable
        From the same and the sums over everything: the same over the deviation that all the rest has.
    least : float
        Smallest deviation of a slice that is worth naming.
    noted : float
        Leaves from which the noise was taken; 0 where theory says it.
    rate, cases : array of float or None
        Of ratios each leaf's rate, and as how many cases of it what was seen and what was expected count together.
    """

    deviation: Floats
    weight: Floats
    size: Floats
    gain: Gain
    apart: Apart
    least: float
    noted: float
    rate: Floats | None = None
    cases: Floats | None = None

    def proven(self, gain: Floats) -> Floats:
        """Gain, less what not knowing the noise exactly costs: Student's t in place of the normal."""
        return gain if not self.noted else self.noted / 2 * np.log1p(2 * gain / self.noted)

    def proven_by(self, inside: Mask) -> float:
        """Gain of a slice of ratios by the binomial law: where good ones are rare, a few more are no wonder."""
        if self.rate is None or self.cases is None:
            return math.inf
        cases = self.cases[inside]
        all_cases = float(cases.sum())
        usual, moved = (float((cases * one[inside]).sum()) / all_cases for one in (self.rate, self.deviation))
        seen = min(max(usual + moved, 0.0), 1.0)
        return all_cases * (_relative(seen, usual) + _relative(1 - seen, 1 - usual))


def _relative(seen: float, usual: float) -> float:
    return seen * math.log(seen / usual) if seen > 0 else 0.0


def square_gain(weight: Floats, pull: Floats) -> Floats:
    """Gain where noise is near normal."""
    return _over(pull * pull, 2 * weight)


def square_apart(weight: Floats, pull: Floats, all_weight: float, all_pull: float) -> Floats:
    """Gain over the deviation that all the rest has, where noise is near normal."""
    rest = all_weight - weight
    apart = _over(pull, weight) - _over(all_pull - pull, rest)
    return apart * apart * weight * rest / (2 * max(all_weight, 1e-300))


def poisson_gain(weight: Floats, pull: Floats) -> Floats:
    """Gain where counts vary as Poisson's do: a few more than a small expectation are no wonder."""
    seen = np.maximum(weight + pull, 0)
    return np.maximum(_times_log(seen, _over(seen, weight)) - pull, 0)


def poisson_apart(weight: Floats, pull: Floats, all_weight: float, all_pull: float) -> Floats:
    """Gain over the deviation that all the rest has, of counts: how the cases that came fell inside and outside."""
    seen, all_seen = np.maximum(weight + pull, 0), max(all_weight + all_pull, 0.0)
    share = weight / max(all_weight, 1e-300)
    rest = np.maximum(all_seen - seen, 0)
    apart = _times_log(seen, _over(seen, all_seen * share)) + _times_log(rest, _over(rest, all_seen * (1 - share)))
    return np.maximum(apart, 0)


def _over(one: Floats, other: Floats) -> Floats:
    """Quotient; 0 over what is not more than rounding leaves of 0."""
    return np.divide(one, other, out=np.zeros_like(other), where=other > 1e-9)


def _times_log(one: Floats, other: Floats) -> Floats:
    return one * np.log(other, out=np.zeros_like(other), where=other > 0)
