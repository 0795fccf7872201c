"""Where an answer turns along a scale: searched between two places, so that only the answers themselves count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from opsrules.rules.scales import Scale

__all__ = ["solved", "turns"]

Answer = Callable[[int], bool | None]
"""What is said at a place; None where nothing can be."""


def turns(answer: Answer, start: int, scale: Scale) -> Iterator[int]:
    """Give the places after which the answer turns, the nearest on either side of `start`."""
    first = answer(start)
    if first is None:
        return
    for way in (-1, 1):
        same, step = start, 1
        end = scale.first if way < 0 else scale.last
        while same != end:
            other = min(max(same + way * step, scale.first), scale.last)
            said = answer(other)
            if said is None:
                break
            if said is not first:
                found = _between(answer, same, other)
                if found is not None:
                    yield found
                break
            same, step = other, step * 16


def _between(answer: Answer, one: int, other: int) -> int | None:
    """Return the place after which the answer turns between two that differ; None if it cannot be had on the way."""
    low, high = sorted((one, other))
    at_low = answer(low)
    while high - low > 1:
        middle = (low + high) // 2
        said = answer(middle)
        if said is None:
            return None
        low, high = (middle, high) if said is at_low else (low, middle)
    return low


def solved(given: Callable[[int], Any], start: int, target: Any, scale: Scale) -> int | None:
    """Return a place at which a number comes to `target`, or near it; None when a straight line leads to none.

    Parameters
    ----------
    given : callable
        The number at a place; raises where there is none.
    start : int
        Where to begin.
    """
    try:
        wanted, here = float(target), float(scale.value(start))
        there = here + 1
        for _ in range(12):
            at_here, at_there = (float(given(scale.place(x))) for x in (here, there))
            if at_there in (wanted, at_here):
                break
            here, there = there, there + (wanted - at_there) * (there - here) / (at_there - at_here)
        place = scale.place(there)
    except Exception:  # noqa: BLE001 - variables are analysts' code, and a line may lead anywhere
        return None
    return min(max(place, scale.first), scale.last)
