"""What kind of difference two amounts of one break show."""

from __future__ import annotations

import numpy as np

from opsrules.reconcile.numbers import dense, summed
from opsrules.reconcile.work import REASONS, Work

__all__ = ["name_differences"]

_FACTORS = (10, 100, 1_000)
"""Powers of ten by which ISO 4217 currencies' minor units differ: 0 (JPY), 2 (EUR) and 3 decimals (KWD)."""


def name_differences(work: Work) -> None:
    """Tell a turned sign and a wrong number of decimals from other differences."""
    held = np.flatnonzero(work.reason == REASONS.index("differs"))
    if not len(held):
        return
    number, count = dense(work.pair[held].astype(np.int64))
    is_left = held < work.size_left
    left, right = (summed(number[mask], work.amount[held[mask]], count) for mask in (is_left, ~is_left))
    # Divided, not multiplied: a product could leave int64.
    shifted = np.zeros(count, dtype=bool)
    for large, small in ((left, right), (right, left)):
        for factor in _FACTORS:
            shifted |= (small != 0) & (large % factor == 0) & (large // factor == small)
    for name, which in (("sign", (left == -right) & (left != 0)), ("exponent", shifted)):
        work.reason[held[which[number]]] = REASONS.index(name)
