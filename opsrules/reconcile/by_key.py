"""Matches by key: one to one, or sums of all rows with one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opsrules.reconcile.numbers import dense, summed
from opsrules.reconcile.spec import KeyPass, Patterns, Spelling
from opsrules.reconcile.work import Work

if TYPE_CHECKING:
    import numpy.typing as npt

    _Bools = npt.NDArray[np.bool_]
    _Ints = npt.NDArray[np.int64]

__all__ = ["agreeing", "by_key", "end_day", "keyed_free"]


def by_key(work: Work, spec: KeyPass) -> None:
    """Match the free rows that have a key."""
    pairs = work.keys.pairs(spec.spelling) if work.is_untouched and not spec.many else None
    if pairs is not None:
        _ones(work, spec, *pairs)
        return
    at = keyed_free(work, spec.spelling)
    if not len(at):
        return
    number, count = work.keys.numbers(spec.spelling, at)
    if spec.many:
        _sums(work, spec, at, number)
    else:
        _ones(work, spec, *_single(work, at, number, count))


def keyed_free(work: Work, spelling: Spelling | Patterns) -> _Ints:
    """Positions of the free rows that have a key."""
    at = work.free()
    return at[work.keys.filled(spelling)[at]]


def _single(work: Work, at: _Ints, number: _Ints, count: int) -> tuple[_Ints, _Ints]:
    """Left and right rows of the numbers that have one of each."""
    cut = int(np.searchsorted(at, work.size_left))
    place = [np.zeros(count, dtype=np.int64) for _ in range(2)]
    single = np.ones(count, dtype=bool)
    for mine, where in ((slice(None, cut), place[0]), (slice(cut, None), place[1])):
        single &= np.bincount(number[mine], minlength=count) == 1
        where[number[mine]] = at[mine]
    return place[0][single], place[1][single]


def _ones(work: Work, spec: KeyPass, left: _Ints, right: _Ints) -> None:
    """Match each left row with the right one at the same place, where they agree."""
    minor = work.amount[left], work.amount[right]
    good = work.currency[left] == work.currency[right]
    apart = np.abs(minor[1] - minor[0])
    good &= apart <= (work.tolerated(spec.tolerance, left) if spec.tolerance.minor else 0)
    if spec.days is not None:
        after = work.day[right] - work.day[left]
        good &= (after >= spec.days[0]) & (after <= spec.days[1])
    work.match_two(left[good], right[good], spec.rule, confirmed=True)


def _sums(work: Work, spec: KeyPass, at: _Ints, number: _Ints) -> None:
    number, count = dense(number * len(work.currencies) + work.currency[at])
    agree = agreeing(work, spec, at, number, count)
    taken = agree[number]
    if taken.any():
        work.match_many(at[taken], *dense(number[taken]), spec.rule, confirmed=True)


def agreeing(work: Work, spec: KeyPass, at: _Ints, number: _Ints, count: int, *, days: bool = True) -> _Bools:
    """Which numbers have rows on both sides whose sums agree, and, if asked, whose days do."""
    right = at >= work.size_left
    gap = summed(number, np.where(right, work.amount[at], -work.amount[at]), count)
    most = np.zeros(count, dtype=np.int64)
    most[number] = work.tolerated(spec.tolerance, at)
    both = (np.bincount(number[right], minlength=count) > 0) & (np.bincount(number[~right], minlength=count) > 0)
    agree = both & (np.abs(gap) <= most)
    if days and spec.days is not None:
        first, last = (
            [end_day(work, at[mask], number[mask], count, end) for mask in (~right, right)]
            for end in (np.minimum, np.maximum)
        )
        agree &= (first[1] - last[0] >= spec.days[0]) & (last[1] - first[0] <= spec.days[1])
    return agree


def end_day(work: Work, at: _Ints, number: _Ints, count: int, end: np.ufunc) -> _Ints:
    """First or last day of the rows of each number; 0 where it has none."""
    out = np.zeros(count, dtype=np.int64)
    out[number] = work.day[at]
    end.at(out, number, work.day[at])
    return out
