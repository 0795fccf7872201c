"""Two rows of one side whose sum is one row of the other: suggested, where that is the only way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from opsrules.reconcile.numbers import dense
from opsrules.reconcile.shelf import Shelf
from opsrules.reconcile.spec import SumPass
from opsrules.reconcile.work import REASONS, Work

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]

__all__ = ["by_sums"]

_AT_ONCE = 2_000_000  # pairs looked at together: some 100 MB
_BITS = 22
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def by_sums(work: Work, spec: SumPass) -> None:
    """Suggest the sums of two; first those of which one row has the other side's key."""
    _fill_gaps(work, spec)
    left, right = work.in_window(spec.days)
    parts, wholes = (left, right) if spec.two_on == "left" else (right, left)
    if len(parts) < 2 or not len(wholes):
        return
    parts = parts[np.lexsort((work.day[parts], work.block(parts)))]
    heap, _ = dense(work.block(parts) * (np.ptp(work.day) + 1) + work.day[parts] - work.day[parts].min())
    pairs = int((np.bincount(heap) * (np.bincount(heap) - 1) // 2).sum())
    if pairs > spec.most_pairs:
        work.skipped.append((spec.rule, f"{pairs:,} pairs of rows to try, more than {spec.most_pairs:,}"))
        return
    shelf = Shelf(work.block(wholes), work.amount[wholes], work.day[wholes])
    sieve = _sieve(work.block(wholes), work.amount[wholes])
    found = []
    for first, second in _twos(parts, heap):
        may = _may_be(work, sieve, first, second)
        asked, place = _wholes(work, spec, shelf, first[may], second[may])
        found.append((first[may][asked], second[may][asked], wholes[place]))
    first, second, whole = (np.concatenate([one[at] for one in found]) for at in range(3))
    size = len(work.amount)
    ways = np.bincount(np.concatenate([first, second, whole]), minlength=size)
    sure = (ways[first] == 1) & (ways[second] == 1) & (ways[whole] == 1)
    _suggest(work, spec, first[sure], second[sure], whole[sure])


def _twos(parts: _Ints, heap: _Ints) -> Iterator[tuple[_Ints, _Ints]]:
    """All pairs of rows of one heap, some at a time; rows of a heap stand together."""
    ends = np.searchsorted(heap, heap, side="right")
    runs = ends - np.arange(len(parts)) - 1
    share = np.cumsum(runs) // _AT_ONCE
    for number in np.unique(share):
        mine = np.flatnonzero(share == number)
        first = np.repeat(mine, runs[mine])
        behind = np.arange(len(first)) - np.repeat(np.cumsum(runs[mine]) - runs[mine], runs[mine])
        yield parts[first], parts[first + 1 + behind]


def _may_be(work: Work, sieve: npt.NDArray[np.bool_], first: _Ints, second: _Ints) -> npt.NDArray[np.bool_]:
    """Which pairs may have a row that is their sum: nearly all others fall through here."""
    # A pair of unlike signs sums to nearly anything.
    alike = (work.amount[first] ^ work.amount[second]) >= 0
    total = work.amount[first] + work.amount[second]
    return np.asarray(alike & sieve[_spot(work.block(first), total)])


def _wholes(work: Work, spec: SumPass, shelf: Shelf, first: _Ints, second: _Ints) -> tuple[_Ints, _Ints]:
    """Every row that is the sum of a pair: which pair, and which of the shelf's rows."""
    total = work.amount[first] + work.amount[second]
    return shelf.find(work.block(first), total, total, *_span(work, first, spec)).rows(shelf.order)


def _span(work: Work, parts: _Ints, spec: SumPass) -> tuple[_Ints, _Ints]:
    """Days on which the sum of these rows may stand."""
    since, until = work.days_of(parts, spec.days)
    day = work.day[parts]
    return (since, until) if spec.two_on == "left" else (2 * day - until, 2 * day - since)


def _spot(block: _Ints, amount: _Ints) -> _Ints:
    mixed = (amount.astype(np.uint64) + block.astype(np.uint64) * _SPREAD) * _SPREAD
    return (mixed >> np.uint64(64 - _BITS)).astype(np.int64)


def _sieve(block: _Ints, amount: _Ints) -> npt.NDArray[np.bool_]:
    """Spots at which some row may be: what falls through is looked up, and nearly nothing does."""
    sieve = np.zeros(1 << _BITS, dtype=bool)
    sieve[_spot(block, amount)] = True
    return sieve


def _fill_gaps(work: Work, spec: SumPass) -> None:
    """Two rows of one key that differ by what one free row is worth, and by that row alone."""
    held = np.flatnonzero(work.reason == REASONS.index("differs"))
    held = held[work.may_stand(held, spec.days)]
    number, count = dense(work.pair[held].astype(np.int64))
    is_left = held < work.size_left
    two = (np.bincount(number[is_left], minlength=count) == 1) & (np.bincount(number[~is_left], minlength=count) == 1)
    left, right = held[is_left & two[number]], held[~is_left & two[number]]
    left, right = left[np.argsort(work.pair[left])], right[np.argsort(work.pair[right])]
    part, whole = (left, right) if spec.two_on == "left" else (right, left)
    gap = work.amount[whole] - work.amount[part]
    since, until = _behind(work, whole, spec)
    fits = (gap != 0) & ((gap ^ work.amount[part]) >= 0) & (work.tag[part] == work.tag[whole])
    fits &= (work.day[part] >= since) & (work.day[part] <= until)
    part, whole, gap = part[fits], whole[fits], gap[fits]
    free = work.in_window(spec.days)[0 if spec.two_on == "left" else 1]
    if not len(free) or not len(part):
        return
    shelf = Shelf(work.block(free), work.amount[free], work.day[free])
    asked, place = shelf.find(work.block(whole), gap, gap, *_behind(work, whole, spec)).rows(shelf.order)
    size = len(work.amount)
    lacking = free[place]
    ways = np.bincount(asked, minlength=len(part))[asked], np.bincount(lacking, minlength=size)[lacking]
    sure = (ways[0] == 1) & (ways[1] == 1)
    _suggest(work, spec, part[asked[sure]], lacking[sure], whole[asked[sure]])


def _behind(work: Work, wholes: _Ints, spec: SumPass) -> tuple[_Ints, _Ints]:
    """Days on which the parts of these rows may stand."""
    since, until = work.days_of(wholes, spec.days)
    day = work.day[wholes]
    return (2 * day - until, 2 * day - since) if spec.two_on == "left" else (since, until)


def _suggest(work: Work, spec: SumPass, first: _Ints, second: _Ints, whole: _Ints) -> None:
    at = np.concatenate([first, second, whole])
    work.match_many(at, np.tile(np.arange(len(whole)), 3), len(whole), spec.rule, confirmed=False)
