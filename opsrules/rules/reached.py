"""Which rows come to each rule: those at which no earlier rule failed, stopped the row or settled its table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from opsrules.rules.masks import Judged, bits_at, bits_of, is_among
from opsrules.rules.model import Rule, RuleStatus

if TYPE_CHECKING:
    import numpy.typing as npt

    Bits = npt.NDArray[np.uint64]
    Bools = npt.NDArray[np.bool_]
    # A boolean a row, or a bit a row packed in words: what follows is the same.
    Flags = npt.NDArray[Any]

__all__ = ["came", "fires_on_every_row", "reached", "settlers"]


def reached(rules: Sequence[Rule], judged: Judged, count: int, *, stopped: bool) -> Iterator[Bits]:
    """Give, for each rule, a bit for each of `count` rows: whether the row came to it.

    Parameters
    ----------
    rules : sequence of Rule
    judged : Judged
    count : int
    stopped : bool
        Whether a row was left at the first rule that fired.
    """
    failing = set(judged.failed_rules.tolist())

    def failed(position: int) -> Bits | None:
        if position not in failing:
            return None
        gone = np.zeros(count, dtype=np.bool_)
        gone[judged.failed_rows[judged.failed_rules == position]] = True
        return bits_of(gone)

    every = bits_of(np.ones(count, dtype=np.bool_))
    return _going_on(rules, every, judged.bits.__getitem__, failed, stopped=stopped)


def came(rules: Sequence[Rule], judged: Judged, rows: npt.NDArray[np.int64], *, stopped: bool) -> Iterator[Bools]:
    """Give, for each rule, whether each of some rows came to it; the arguments are those of `reached`."""
    failed_at = np.full(len(rows), -1)
    found = is_among(rows, judged.failed_rows)
    failed_at[found] = judged.failed_rules[np.searchsorted(judged.failed_rows, rows[found])]
    return _going_on(
        rules,
        np.ones(len(rows), dtype=np.bool_),
        lambda position: bits_at(judged.bits[position], rows),
        lambda position: failed_at == position,
        stopped=stopped,
    )


def _going_on(
    rules: Sequence[Rule],
    every: Flags,
    fired: Callable[[int], Flags],
    failed: Callable[[int], Flags | None],
    *,
    stopped: bool,
) -> Iterator[Flags]:
    """Give the rows that come to each rule, of the rows `every`."""
    settled: dict[str, Flags] = {}  # rows that a rule of a table with the hit policy first has had
    for position, rule in enumerate(rules):
        yield every & ~settled[rule.first_of] if rule.first_of in settled else every
        gone = failed(position)
        every = every if gone is None else every & ~gone
        if stopped:
            every = every & ~fired(position)
        if rule.first_of:
            before = settled.get(rule.first_of)
            settled[rule.first_of] = fired(position) if before is None else before | fired(position)


def settlers(rule: Rule, rules: Sequence[Rule]) -> list[Rule]:
    """Return the earlier rows of a rule's decision table, if its hit policy is first: where one fires, it is not asked.

    Without those that are not in force beside it: of other days, retired, or a draft where it is none.
    """
    if not rule.first_of:
        return []
    earlier = [one for one in rules[: list(rules).index(rule)] if one.first_of == rule.first_of]
    return [one for one in earlier if one.status in (RuleStatus.ACTIVE, rule.status) and one.shares_days(rule)]


def fires_on_every_row(rule: Rule, rules: Sequence[Rule]) -> bool:
    """Whether a rule is a row of a table that is meant to fire whatever the data, since it is written so."""
    return rule.always and not settlers(rule, rules)
