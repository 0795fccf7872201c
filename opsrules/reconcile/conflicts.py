"""What has one key on both sides and yet does not match: one break for each key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opsrules.reconcile.by_key import agreeing, end_day, keyed_free
from opsrules.reconcile.numbers import dense, summed
from opsrules.reconcile.spec import KeyPass
from opsrules.reconcile.work import Work

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]

__all__ = ["hold_conflicts"]

# Earliest first; where a row came from decides only between rows that say the same.
_ORDER = ["gap", "on", "ref", "source_file", "source_line"]


def hold_conflicts(work: Work, spec: KeyPass) -> None:
    """Hold what has the same key on both sides: extra, differs, days, currency."""
    at = keyed_free(work, spec.spelling)
    if not len(at):
        return
    keys, _ = work.keys.numbers(spec.spelling, at)
    number, count = dense(keys * len(work.currencies) + work.currency[at])
    right = at >= work.size_left
    both = (np.bincount(number[right], minlength=count) > 0) & (np.bincount(number[~right], minlength=count) > 0)
    apart = both & ~agreeing(work, spec, at, number, count, days=False)
    late = both & ~apart
    for which, hold in ((apart, _peel), (late, _late)):
        mine = which[number]
        if mine.any():
            hold(work, spec, at[mine], number[mine])
    _other_currency(work, spec)
    _beside_settled(work, spec)


def _late(work: Work, spec: KeyPass, at: _Ints, number: _Ints) -> None:
    work.hold(at, number, spec.rule, "days")


def _peel(work: Work, spec: KeyPass, at: _Ints, number: _Ints) -> None:
    """Where one right row alone equals the left sum, match the earliest such; the others are extra."""
    number, count = dense(number)
    right = at >= work.size_left
    owed = summed(number[~right], work.amount[at[~right]], count)
    mine, theirs = at[right], number[right]
    gap = np.abs(work.amount[mine] - owed[theirs])
    alone = (gap <= work.tolerated(spec.tolerance, mine)) & _days_fit(work, spec, at, number, count)[right]
    told = work.right[_ORDER[1:]].iloc[mine[alone] - work.size_left]
    told = told.assign(gap=gap[alone], at=mine[alone], number=theirs[alone])
    chosen = told.sort_values(_ORDER, kind="stable").drop_duplicates("number")
    solved = np.zeros(count, dtype=bool)
    solved[chosen["number"].to_numpy()] = True
    keep = solved[number] & (~right | np.isin(at, chosen["at"].to_numpy()))
    if keep.any():
        work.match_many(at[keep], *dense(number[keep]), spec.rule, confirmed=True)
    extra = at[solved[number] & ~keep]
    work.hold(extra, extra, spec.rule, "extra")
    rest = ~solved[number]
    work.hold(at[rest], number[rest], spec.rule, "differs")


def _days_fit(work: Work, spec: KeyPass, at: _Ints, number: _Ints, count: int) -> npt.NDArray[np.bool_]:
    """Whether each row stands on the days that the pass allows after every left row of its number."""
    if spec.days is None:
        return np.ones(len(at), dtype=bool)
    left = at < work.size_left
    first, last = (end_day(work, at[left], number[left], count, end)[number] for end in (np.minimum, np.maximum))
    return np.asarray((work.day[at] - last >= spec.days[0]) & (work.day[at] - first <= spec.days[1]))


def _other_currency(work: Work, spec: KeyPass) -> None:
    """One key on both sides in different currencies is one break, not two."""
    at = keyed_free(work, spec.spelling)
    if not len(at):
        return
    number, count = work.keys.numbers(spec.spelling, at)
    right = at >= work.size_left
    both = (np.bincount(number[right], minlength=count) > 0) & (np.bincount(number[~right], minlength=count) > 0)
    held = both[number]
    work.hold(at[held], number[held], spec.rule, "currency")


def _beside_settled(work: Work, spec: KeyPass) -> None:
    """A row whose key stands on the other side already, matched or held, is extra: its partner is taken."""
    at = keyed_free(work, spec.spelling)
    if not len(at):
        return
    firsts = work.keys.firsts(spec.spelling)
    wanted = np.zeros(len(firsts), dtype=bool)
    wanted[firsts[at]] = True
    alike = np.flatnonzero(wanted[firsts])
    settled = alike[(work.group[alike] >= 0) | (work.pair[alike] >= 0)]
    is_right = at >= work.size_left
    for mine, others in (
        (at[is_right], settled[settled < work.size_left]),
        (at[~is_right], settled[settled >= work.size_left]),
    ):
        if len(mine) and len(others):
            taken = np.zeros(len(firsts), dtype=bool)
            taken[firsts[others]] = True
            extra = mine[taken[firsts[mine]]]
            work.hold(extra, extra, spec.rule, "extra")
