"""The smallest bound that covers what people accepted, none of it alone setting it far above the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from opsrules.proposals.wanted import WANTED

__all__ = ["Bound", "bound_of"]

_FAR = 2
"""How many times the others' largest one example may be; ours."""


@dataclass(frozen=True)
class Bound:
    """A bound and what it was made from.

    Attributes
    ----------
    most : int
        The largest of the sizes that count.
    used : tuple of int
        Positions of the sizes that it covers.
    held_out : int
        Sizes that the bound made from all others covers too.
    """

    most: int
    used: tuple[int, ...]
    held_out: int


def bound_of(sizes: Sequence[int]) -> Bound | None:
    """Return the smallest bound that covers the sizes; None from fewer than `WANTED`.

    One that is more than twice the largest of the others is left out: it would set the bound alone.

    Examples
    --------
    >>> bound_of([1, 2, 2, 50])
    Bound(most=2, used=(0, 1, 2), held_out=3)
    >>> bound_of([1, 1]) is None
    True
    """
    order = sorted(range(len(sizes)), key=lambda at: (sizes[at], at))
    while len(order) >= WANTED and sizes[order[-1]] > _FAR * sizes[order[-2]]:
        order.pop()
    if len(order) < WANTED:
        return None
    used = [sizes[at] for at in order]
    held_out = sum(size <= max(used[:at] + used[at + 1 :]) for at, size in enumerate(used))
    return Bound(used[-1], tuple(sorted(order)), held_out)
