"""Round numbers for an axis."""

from __future__ import annotations

import math

__all__ = ["nice_step", "ticks"]


def nice_step(span: float, most: int) -> int:
    """Smallest of 1, 2, 2.5, 5 times a power of ten (whole, from 1) that divides a span into at most so many steps."""
    wanted = max(span / max(most, 1), 1)
    power = 10 ** math.floor(math.log10(wanted))
    for factor in (1, 2, 2.5, 5, 10):
        step = factor * power
        if step >= wanted and step == int(step):
            return int(step)
    return int(10 * power)


def ticks(low: float, high: float, most: int) -> list[int]:
    """Round values from `low` to `high`, both in where they are round themselves."""
    step = nice_step(high - low, most)
    first = math.ceil(low / step)
    return [step * at for at in range(first, math.floor(high / step) + 1)]
