"""Which rows come to each rule: those at which no earlier rule failed, stopped the row or settled its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from opsrules.rules.masks import Judged, bits_of
from opsrules.rules.model import Rule, RuleStatus

if TYPE_CHECKING:
    import numpy.typing as npt

    Bits = npt.NDArray[np.uint64]

__all__ = ["fires_on_every_row", "reached", "settlers"]


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
    alive = bits_of(np.ones(count, dtype=np.bool_))
    failing = set(judged.failed_rules.tolist())
    settled: dict[str, Bits] = {}  # rows that a rule of a table with the hit policy first has had
    for position, (rule, fired) in enumerate(zip(rules, judged.bits, strict=True)):
        yield alive & ~settled[rule.first_of] if rule.first_of in settled else alive
        if position in failing:
            gone = np.zeros(count, dtype=np.bool_)
            gone[judged.failed_rows[judged.failed_rules == position]] = True
            alive = alive & ~bits_of(gone)
        if stopped:
            alive = alive & ~fired
        if rule.first_of:
            settled[rule.first_of] = settled[rule.first_of] | fired if rule.first_of in settled else fired


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
