"""Signals first: whether the newest figure is more than noise, before anybody asks where its change is."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from opsrules.errors import UsageError
from opsrules.rootcause.rule_sets import WHEELER, Pattern, Rule, RuleSet
from opsrules.xmr import FEWEST, Limits, limits_of

__all__ = ["Judged", "broken_rules", "judge", "without_season"]

_KNOWN = 4  # days of a kind from which that kind's usual figure is taken


@dataclass(frozen=True)
class Judged:
    """What a chart says of its newest figure.

    Attributes
    ----------
    value : float
        The figure, without its season where one was taken out.
    limits : Limits or None
        From the earlier figures; None where no two neighbours are known.
    rules : tuple of str
        What was seen, in the words of the rules; empty: no signal.
    reason : str
        Why it cannot be judged; "" where it was.
    """

    value: float
    limits: Limits | None
    rules: tuple[str, ...]
    reason: str = ""

    @property
    def is_signal(self) -> bool:
        """Whether the figure is more than noise."""
        return bool(self.rules)


def judge(
    history: Sequence[float | None],
    value: float,
    *,
    rules: RuleSet = WHEELER,
    days: Sequence[date] | None = None,
    holidays: Set[date] = frozenset(),
    least: float = -math.inf,
    most: float = math.inf,
) -> Judged:
    """Judge the newest figure by limits from the earlier ones.

    Parameters
    ----------
    history : sequence of float or None
        Earlier figures, one a period, in order; None or NaN where a period has none.
    value : float
        The newest.
    rules : RuleSet
        Wheeler's by default.
    days : sequence of date, optional
        Of each earlier figure and the newest its day: the usual figure of each weekday, and of holidays, is taken out.
    holidays : set of date
        Days that are like one another and not like their weekday.
    least, most : float
        What the figure can be at all; limits beyond are cut, unless a season was taken out.

    Raises
    ------
    UsageError
        If there are not as many days as figures.
    """
    known = [None if one is None or math.isnan(one) else float(one) for one in history]
    if days is not None:
        if len(days) != len(known) + 1:
            text = f"days must be one for each earlier figure and one for the newest: expected {len(known) + 1}"
            raise UsageError(f"{text}, got {len(days)}")
        *known, newest = without_season([*known, value], days, holidays)
        if newest is None:
            return Judged(value, None, (), f"fewer than {_KNOWN} earlier days of this kind: too few to know its season")
        value, least, most = newest, -math.inf, math.inf
    limits = limits_of(known, least=least, most=most)
    if limits is None or not limits.enough:
        told = sum(one is not None for one in known)
        return Judged(value, limits, (), f"{told} earlier figures: at least {FEWEST} are needed to know noise")
    return Judged(value, limits, broken_rules([*known, value], limits, rules))


def without_season(values: Sequence[float | None], days: Sequence[date], holidays: Set[date]) -> list[float | None]:
    """Figures less the usual one of their weekday, or of holidays; None where too few days of the kind are known.

    The newest figure has no part in what is usual.
    """
    kinds = [7 if day in holidays else day.weekday() for day in days]
    seen: dict[int, list[float]] = defaultdict(list)
    for kind, value in zip(kinds[:-1], values[:-1], strict=True):
        if value is not None:
            seen[kind].append(value)
    usual = {kind: median(told) for kind, told in seen.items() if len(told) >= _KNOWN}
    return [
        None if value is None or kind not in usual else value - usual[kind]
        for kind, value in zip(kinds, values, strict=True)
    ]


def broken_rules(values: Sequence[float | None], limits: Limits, rules: RuleSet) -> tuple[str, ...]:
    """Words of the rules that the newest value breaks; a period without a value among those looked at breaks none."""
    return tuple(rule.words for rule in rules.rules if _holds(rule, values[-rule.of :], limits))


def _holds(rule: Rule, values: Sequence[float | None], limits: Limits) -> bool:
    last = [one for one in values if one is not None]
    return len(last) == len(values) >= rule.points and _PATTERNS[rule.pattern](rule, last, limits)


def _beyond(rule: Rule, last: Sequence[float], limits: Limits) -> bool:
    for side, limit in ((-1, limits.lower), (1, limits.upper)):
        line = limits.mean + (limit - limits.mean) * rule.sigmas / 3
        far = [(one - line) * side > 0 for one in last]
        if far[-1] and sum(far) >= rule.points:
            return True
    return False


def _trend(rule: Rule, last: Sequence[float], limits: Limits) -> bool:  # noqa: ARG001 - patterns are called alike
    steps = [two - one for one, two in pairwise(last)]
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


def _alternating(rule: Rule, last: Sequence[float], limits: Limits) -> bool:  # noqa: ARG001
    steps = [two - one for one, two in pairwise(last)]
    return all(one * two < 0 for one, two in pairwise(steps))


def _within(rule: Rule, last: Sequence[float], limits: Limits) -> bool:
    return all(_distance(one, limits) < rule.sigmas for one in last)


def _outside(rule: Rule, last: Sequence[float], limits: Limits) -> bool:
    return all(_distance(one, limits) > rule.sigmas for one in last)


def _distance(value: float, limits: Limits) -> float:
    """Sigma between a value and the mean; a limit that was cut to the mean leaves no room on its side."""
    room = abs((limits.upper if value > limits.mean else limits.lower) - limits.mean) / 3
    away = abs(value - limits.mean)
    return away / room if room else math.inf if away else 0.0


_PATTERNS: dict[Pattern, Callable[[Rule, Sequence[float], Limits], bool]] = {
    Pattern.BEYOND: _beyond,
    Pattern.TREND: _trend,
    Pattern.ALTERNATING: _alternating,
    Pattern.WITHIN: _within,
    Pattern.OUTSIDE: _outside,
}
