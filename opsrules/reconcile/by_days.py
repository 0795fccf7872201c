"""Matches without a key: by tag, currency, amount and days, where each row is the other's only candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opsrules.reconcile.shelf import Shelf
from opsrules.reconcile.spec import NearPass, WindowPass
from opsrules.reconcile.work import Work

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]

__all__ = ["by_days", "near"]


def by_days(work: Work, spec: WindowPass) -> None:
    """Match the free rows that are each other's only candidate; hold those with several as ambiguous."""
    left, right = work.in_window(spec.days)
    if not len(left) or not len(right):
        return
    shelf = Shelf(work.block(right), work.amount[right], work.day[right])
    most = work.tolerated(spec.tolerance, left)
    amount = work.amount[left]
    found = shelf.find(work.block(left), amount - most, amount + most, *work.days_of(left, spec.days))
    counts, only, times = found.counts(len(left)), found.only(len(left)), found.times(len(right))
    theirs = right[shelf.order]
    work.candidates[left], work.candidates[theirs] = counts, times
    sure = np.flatnonzero(counts == 1)
    sure = sure[times[only[sure]] == 1]
    work.match_two(left[sure], theirs[only[sure]], spec.rule, confirmed=spec.confirms)
    unsure = np.concatenate([left[counts > 0], theirs[times > 0]])
    unsure = unsure[work.group[unsure] < 0]
    work.hold(unsure, unsure, spec.rule, "ambiguous")


def near(work: Work, spec: NearPass) -> None:
    """Hold the free rows that are each other's only candidate but for the amount."""
    left, right = work.in_window(spec.days)
    if not len(left) or not len(right):
        return
    # One amount for all: every row in the days is a candidate before the amounts are compared.
    shelf = Shelf(work.block(right), np.zeros(len(right), dtype=np.int64), work.day[right])
    zero = np.zeros(len(left), dtype=np.int64)
    found = shelf.find(work.block(left), zero, zero, *work.days_of(left, spec.days))
    asked, place = found.rows(shelf.order)
    mine, theirs = left[asked], right[place]
    apart = np.abs(work.amount[theirs] - work.amount[mine])
    close = apart * spec.most_apart <= np.abs(work.amount[mine])
    mine, theirs = mine[close], theirs[close]
    size = len(work.amount)
    sure = (np.bincount(mine, minlength=size)[mine] == 1) & (np.bincount(theirs, minlength=size)[theirs] == 1)
    at = np.concatenate([mine[sure], theirs[sure]])
    work.hold(at, np.tile(np.arange(int(sure.sum())), 2), spec.rule, "differs")
