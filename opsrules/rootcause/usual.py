"""Signals first: whether a period differs from the days before it by more than these days differ among themselves.

The days are made comparable: the usual of each weekday is taken out, holidays are left out, and a ratio's day counts by
what is above the earlier ratio. Two ways, the better one that the data allows:

- ten earlier periods of the same kind or more: an XmR chart of the periods (`opsrules.rootcause.signals`);
- else the single days: the period's mean is held against limits of three standard errors, widened to Student's for the
  days there are (Abramowitz and Stegun, 26.7.5), so that pure noise passes them in about 3 of 1,000 periods.
"""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from opsrules.periods import Period
from opsrules.rootcause.facts import Facts
from opsrules.rootcause.measures import Kind
from opsrules.rootcause.rule_sets import WHEELER, RuleSet
from opsrules.rootcause.signals import judge
from opsrules.rootcause.spans import period_before

__all__ = ["FEWEST_DAYS", "Found", "Judgement", "judgement_of"]

FEWEST_DAYS = 20
"""Earlier days below which nobody knows what is usual."""

_WEEKDAYS_FROM = 28  # four of each weekday
_SIGMAS = 3.0
_OF_RANGES = 1.128  # d2 of two values: mean moving range by standard deviation


class Found(StrEnum):
    """What comes of it."""

    SIGNAL = "signal"
    """More than chance: worth an explanation."""
    USUAL = "usual"
    """There is no signal: the change lies within what is usual."""
    UNKNOWN = "unknown"
    """There are too few earlier days to tell."""


@dataclass(frozen=True)
class Judgement:
    """Whether there is something to explain.

    Attributes
    ----------
    found : Found
    value, usual, lower, upper : float
        The period, what is usual, and the limits of chance: a day's mean of an amount or count, the ratio itself.
    points : int
        Earlier days or periods that say what is usual.
    by : str
        days or periods.
    """

    found: Found
    value: float
    usual: float
    lower: float
    upper: float
    points: int
    by: str

    @property
    def words(self) -> str:
        """One sentence."""
        if self.found is Found.UNKNOWN:
            told = f"{self.points} earlier days are too few to know what is usual; {FEWEST_DAYS} are needed"
            return f"Whether there is a signal cannot be told: {told}."
        if self.found is Found.SIGNAL:
            return f"There is a signal: the change is more than chance, by {self.points} earlier {self.by}."
        usual = f"what this account usually varies, by {self.points} earlier {self.by}"
        return f"There is no signal: the change lies within {usual}."


def judgement_of(
    facts: Facts,
    period: Period,
    *,
    until: date | None = None,
    holidays: Set[date] = frozenset(),
    rules: RuleSet = WHEELER,
) -> Judgement:
    """Judge a period by the days before it.

    Parameters
    ----------
    facts : Facts
    period : Period
    until : date, optional
        Day up to which the period is known.
    holidays : set of date
        Days that are like no other and say nothing of what is usual.
    rules : RuleSet
        By which an XmR chart of periods is judged.
    """
    last = min(period.last, until) if until else period.last
    first = facts.first or period.first
    daily = _daily(facts, min(first, period.first), last)
    daily = daily[~daily.index.isin([pd.Timestamp(day) for day in holidays])]
    earlier = daily[daily.index < pd.Timestamp(period.first)]
    now = daily[daily.index >= pd.Timestamp(period.first)]
    if len(earlier) < FEWEST_DAYS or now.empty:
        return _unknown(facts, earlier, now)
    ratio = facts.measure.kind is Kind.RATIO
    base = earlier["base"].sum()
    if ratio and (base <= 0 or now["base"].sum() <= 0):
        return _unknown(facts, earlier, now)
    general = float(earlier["top"].sum() / base) if ratio else 0.0
    return _by_periods(earlier, now, period, rules, ratio=ratio) or _by_days(facts, earlier, now, general)


def _daily(facts: Facts, first: date, last: date) -> pd.DataFrame:
    summed = facts.between(first, last).groupby("day")[["top", "base"]].sum()
    days = pd.date_range(first, max(first, last), freq="D", unit="us")
    return summed.reindex(days, fill_value=0).astype("float64")


def _unknown(facts: Facts, earlier: pd.DataFrame, now: pd.DataFrame) -> Judgement:
    value, usual = (_figure(one, ratio=facts.measure.kind is Kind.RATIO) for one in (now, earlier))
    return Judgement(Found.UNKNOWN, value, usual, math.nan, math.nan, len(earlier), "days")


def _figure(days: pd.DataFrame, *, ratio: bool) -> float:
    under = float(days["base"].sum()) if ratio else float(len(days))
    return float(days["top"].sum()) / under if under > 0 else math.nan


def _by_periods(
    earlier: pd.DataFrame, now: pd.DataFrame, period: Period, rules: RuleSet, *, ratio: bool
) -> Judgement | None:
    """By an XmR chart of earlier periods of the same kind, None where there are too few."""
    known: list[float] = []
    span = period_before(period)
    while pd.Timestamp(span.first) >= earlier.index[0]:
        days = earlier[(earlier.index >= pd.Timestamp(span.first)) & (earlier.index <= pd.Timestamp(span.last))]
        known.append(_figure(days, ratio=ratio) if len(days) else math.nan)
        span = period_before(span)
    known.reverse()
    value = _figure(now, ratio=ratio)
    least, most = (0.0, 1.0) if ratio else (-math.inf, math.inf)
    judged = judge(known, value, rules=rules, least=least, most=most)
    if judged.reason or judged.limits is None:
        return None
    limits = judged.limits
    found = Found.SIGNAL if judged.is_signal else Found.USUAL
    return Judgement(found, value, limits.mean, limits.lower, limits.upper, limits.points, "periods")


def _by_days(facts: Facts, earlier: pd.DataFrame, now: pd.DataFrame, general: float) -> Judgement:
    """By the means of days, of which each is what lies above what is usual for it."""
    ratio = facts.measure.kind is Kind.RATIO
    old, new = (days["top"] - general * days["base"] for days in (earlier, now))
    lost = 1
    if not ratio and len(earlier) >= _WEEKDAYS_FROM:
        usual = old.groupby(_weekdays(old)).mean()
        old, new = (days - usual.reindex(_weekdays(days)).to_numpy() for days in (old, new))
        lost = len(usual)
    old_mean = float(old.mean())
    ranges = float(np.abs(np.diff(old.to_numpy())).mean()) / _OF_RANGES
    free = len(old) - lost
    spread = float(np.sqrt(((old - old_mean) ** 2).sum() / free))
    noise = max(ranges, spread, _floor(facts, earlier))
    if ratio:  # a day with twice the cases is twice as far off by chance alone, in variance
        noise *= math.sqrt(max(float(now["base"].mean() / earlier["base"].mean()), 1e-9))
    error = noise * math.sqrt(1 / len(new) + 1 / len(old))
    limit = _SIGMAS + 7.5 / free + 17.25 / free**2
    apart = float(new.mean()) - old_mean
    found = Found.SIGNAL if abs(apart) > limit * error else Found.USUAL
    if ratio:
        scale, middle = float(now["base"].mean()), general
    else:
        scale, middle = 1.0, _figure(now, ratio=False) - apart
    off = limit * error / scale
    value = _figure(now, ratio=ratio)
    return Judgement(found, value, middle, max(middle - off, 0.0), middle + off, len(old), "days")


def _weekdays(days: pd.Series[float]) -> npt.NDArray[np.int64]:
    return pd.DatetimeIndex(days.index).day_of_week.to_numpy(np.int64)


def _floor(facts: Facts, earlier: pd.DataFrame) -> float:
    """Least noise of a day: what is counted varies as Poisson's law says, or a share of cases as the binomial law.

    Of amounts the days tell the noise themselves, unless there were next to none: then as many of this size as there
    were, one at least, vary by Poisson's law.
    """
    if facts.measure.money:
        rows = facts.frame.loc[facts.frame["top"] != 0, ["day", "top"]]
        there = int((rows["day"] < earlier.index[-1]).sum())
        if there >= FEWEST_DAYS or rows.empty:
            return 0.0
        return math.sqrt(max(there, 1) / len(earlier) * float((rows["top"].astype("float64") ** 2).mean()))
    seen = max(float(earlier["top"].sum()), 1.0) / len(earlier)
    if facts.measure.nested:
        rest = max(float((earlier["base"] - earlier["top"]).sum()), 1.0) / len(earlier)
        return math.sqrt(seen * rest / (seen + rest))
    return math.sqrt(seen)
