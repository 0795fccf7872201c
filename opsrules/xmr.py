"""XmR charts: whether a figure that is taken once a period has changed, or only varies as it always has.

Limits and rules are Wheeler's, Understanding Variation (2nd ed., 2000) and Making Sense of Data (2003); the factors
2.660 and 3.268 are 3 / d2 and D4 of two values. A limit of the chart says what the figure does, not what it may do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

__all__ = ["FEWEST", "Limits", "Signal", "limits_of", "signals"]

FEWEST = 10
"""Points below which limits are too uncertain to judge by."""

_NATURAL, _RANGE = 2.660, 3.268
_RUN = 8  # points on one side of the mean
_NEAR, _OF = 3, 4  # points nearer a limit than the mean, of so many


class Signal(StrEnum):
    """Why a point is no chance, by Wheeler's rules."""

    OUTSIDE = "outside"
    """Beyond a limit."""
    NEAR_LIMIT = "near_limit"
    """The third or fourth of four points in a row of which three are nearer the same limit than the mean."""
    RUN = "run"
    """The eighth point in a row, or a later one, on the same side of the mean."""


@dataclass(frozen=True)
class Limits:
    """What a figure has done so far.

    Attributes
    ----------
    mean, lower, upper : float
        In the figure's own unit.
    range_upper : float
        Largest difference of neighbours that is chance.
    points : int
        How many values they were taken from.
    """

    mean: float
    lower: float
    upper: float
    range_upper: float
    points: int

    @property
    def enough(self) -> bool:
        """Whether there were points enough to judge by."""
        return self.points >= FEWEST


def limits_of(
    values: Sequence[float | None], *, least: float = float("-inf"), most: float = float("inf")
) -> Limits | None:
    """Mean plus and minus 2.660 times the average moving range.

    Parameters
    ----------
    values : sequence of float or None
        One a period, in order; None where the period has none. No range is taken across it.
    least, most : float
        What the figure can be at all: 0 and 1 for a rate. Limits beyond are cut.

    Returns
    -------
    Limits or None
        None where no two neighbours have a value.

    Examples
    --------
    >>> found = limits_of([10, 50, 40, 30])
    >>> [round(one, 2) for one in (found.mean, found.lower, found.upper, found.range_upper)]
    [32.5, -20.7, 85.7, 65.36]
    """
    told = [value for value in values if value is not None]
    ranges = [abs(two - one) for one, two in pairwise(values) if one is not None and two is not None]
    if not ranges:
        return None
    mean, moved = sum(told) / len(told), sum(ranges) / len(ranges)
    return Limits(
        mean=mean,
        lower=max(mean - _NATURAL * moved, least),
        upper=min(mean + _NATURAL * moved, most),
        range_upper=_RANGE * moved,
        points=len(told),
    )


def signals(values: Sequence[float | None], limits: Limits) -> tuple[frozenset[Signal], ...]:
    """For each value the rules by which it is no chance, as of that value; later values change nothing.

    `limits` may be older than the values: they are frozen where a change was proven. A period without a value breaks
    runs.
    """
    out: list[frozenset[Signal]] = []
    for at, value in enumerate(values):
        found = set()
        if value is not None:
            if value < limits.lower or value > limits.upper:
                found.add(Signal.OUTSIDE)
            for side in (-1, 1):
                if _is_run(values[: at + 1], limits, side):
                    found.add(Signal.RUN)
                if _is_near(values[: at + 1], limits, side):
                    found.add(Signal.NEAR_LIMIT)
        out.append(frozenset(found))
    return tuple(out)


def _is_run(values: Sequence[float | None], limits: Limits, side: int) -> bool:
    last = values[-_RUN:]
    return len(last) == _RUN and all(one is not None and (one - limits.mean) * side > 0 for one in last)


def _is_near(values: Sequence[float | None], limits: Limits, side: int) -> bool:
    """Whether the last value and two of the three before it are nearer the limit of this side than the mean."""
    # Half way to the limit as it is by nature: one that is cut to what the figure can be says nothing of chance.
    half = limits.mean + side * limits.range_upper / _RANGE * _NATURAL / 2
    near = [one is not None and (one - half) * side > 0 for one in values[-_OF:]]
    return None not in values[-_OF:] and near[-1] and sum(near) >= _NEAR
