"""How much a leaf varies without any cause, told by the table itself."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from opsrules.rootcause.cube import Floats, Ints

__all__ = ["excess", "own_variance", "spread"]

_BIN = 200  # leaves from which one figure is taken
_BINS = 12
_ENOUGH = 50_000  # leaves from which no more are needed
_SIDE = 3  # leaves below which a side tells nothing
_SMALLEST = 0.01  # relative noise below which nothing is believed to be known
_ONE_SIGMA = 0.6827  # share of a normal deviation's sizes below its standard deviation
_STILL = 0.1  # share of leaves that did not move from which they tell of the noise
_SHARED = 0.2  # leaves' worth of the general noise that the quieter side is mixed with
_TRIMMED = 0.9  # share of leaves, the nearest to what was expected, that dispersion is taken from


def spread(deviation: Floats, size: Floats) -> Floats:
    """Standard deviation of each leaf's deviation, by its size, from the quieter side of the leaves of like size.

    A fault moves leaves to one side; the other then still shows the noise. Where a tenth of the leaves and
    more did not move at all, they are part of the noise.
    """
    return _by_size(size, lambda part: max(_quieter(deviation[part]), _SMALLEST))


def _quieter(deviation: Floats) -> float:
    still = int((deviation == 0).sum())
    sides = [np.abs(deviation[deviation * side > 0]) for side in (-1, 1)]
    if still > _STILL * len(deviation):
        return _mostly_still(sides, still / 2)
    told = [float(np.quantile(side, _ONE_SIGMA)) for side in sides if len(side) >= _SIDE]
    moved = np.abs(deviation[deviation != 0])
    return min(told) if told else float(np.median(moved)) if len(moved) > 1 else 0.0


def _mostly_still(sides: list[Floats], still: float) -> float:
    """Root mean square of the quieter side, half of the still leaves in it, and a little of what both sides show."""
    squares = [float((side * side).sum()) for side in sides]
    general = _SHARED * sum(squares) / (sum(map(len, sides)) + 2 * still)
    return min(
        math.sqrt((one + general) / (len(side) + still + _SHARED)) for one, side in zip(squares, sides, strict=True)
    )


def excess(scaled: Floats, simulated: Floats, size: Floats, least: float, *, quieter: bool) -> Floats:
    """How much more than theory each leaf varies, as a factor of its variance.

    Parameters
    ----------
    scaled, simulated : array of float
        Deviations over what theory says is their standard deviation: as found, and as drawn from the theory.
    size : array of float
        Leaves of like size share a factor.
    least : float
        Smallest factor.
    quieter : bool
        Whether the quieter side alone tells it: not where an expectation is itself a small count, of which leaves that
        were low by chance come out higher.
    """
    told = _of_sides if quieter else _of_both
    return _by_size(size, lambda part: max(told(scaled[part], simulated[part]), least))


def _of_sides(scaled: Floats, simulated: Floats) -> float:
    """Mean square of the quieter side over that of the same side as drawn."""
    pairs = [(scaled[side * scaled > 0], simulated[side * simulated > 0]) for side in (-1, 1)]
    found = [_of_both(one, other) for one, other in pairs if min(len(one), len(other)) >= _SIDE]
    return min(found, default=1.0)


def _of_both(scaled: Floats, simulated: Floats) -> float:
    return _trimmed(scaled) / max(_trimmed(simulated), 1e-9)


def _trimmed(scaled: Floats) -> float:
    """Mean square of the nearer leaves."""
    squares = scaled * scaled
    kept = max(int(len(squares) * _TRIMMED), 1)
    return float(np.partition(squares, kept - 1)[:kept].mean())


def own_variance(deviation: Floats, size: Floats, own: float) -> float:
    """How much leaves of one cause differ by themselves: `own` times the general deviation, squared."""
    total = float(size.sum())
    return own**2 * float((size * deviation * deviation).sum()) / total if total > 0 else 0.0


def _by_size(size: Floats, told: Callable[[Ints], float]) -> Floats:
    """Figure of the leaves of like size, between sizes in proportion; of very many leaves every so many tell it."""
    some = np.arange(0, len(size), max(len(size) // _ENOUGH, 1))
    bins = int(np.clip(len(some) // _BIN, 1, _BINS))
    parts = np.array_split(some[np.argsort(size[some], kind="stable")], bins)
    figures = np.array([told(part) for part in parts])
    if bins == 1:
        return np.full(len(size), figures[0])
    middles = np.log([max(float(size[part[len(part) // 2]]), 1e-300) for part in parts])
    between: Floats = np.interp(np.log(np.maximum(size, 1e-300)), middles, figures)
    return between
