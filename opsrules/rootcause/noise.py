"""How much a leaf varies without any cause, told by the table itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from opsrules.rootcause.cube import Floats, Ints

__all__ = ["excess", "own_variance", "spread"]

_BIN = 200  # leaves from which one figure is taken
_BINS = 12
_SIDE = 3  # leaves below which a side tells nothing
_SMALLEST = 0.01  # relative noise below which nothing is believed to be known
_ONE_SIGMA = 0.6827  # share of a normal deviation's sizes below its standard deviation
_TRIMMED = 0.9  # share of leaves, the nearest to what was expected, that dispersion is taken from


def spread(deviation: Floats, size: Floats) -> Floats:
    """Standard deviation of each leaf's deviation, by its size, from the quieter side of the leaves of like size.

    A fault moves leaves to one side; the other then still shows the noise. Leaves that did not move at all count for
    nothing, so that a table of few changes is not thought to be exact.
    """
    return _by_size(size, lambda part: max(_quieter(deviation[part]), _SMALLEST))


def _quieter(deviation: Floats) -> float:
    sides = (deviation[deviation < 0], deviation[deviation > 0])
    few = [np.abs(deviation[deviation != 0])] if max(map(len, sides)) < _SIDE else []
    found = [float(np.quantile(np.abs(side), _ONE_SIGMA)) for side in sides if len(side) >= _SIDE]
    return min(found, default=float(np.median(few[0])) if few and len(few[0]) > 1 else 0.0)


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
    bins = int(np.clip(len(size) // _BIN, 1, _BINS))
    order = np.argsort(size, kind="stable")
    parts = np.array_split(order, bins)
    figures = np.array([told(part) for part in parts])
    if bins == 1:
        return np.full(len(size), figures[0])
    middles = np.log([max(float(size[part[len(part) // 2]]), 1e-300) for part in parts])
    return np.interp(np.log(np.maximum(size, 1e-300)), middles, figures)
