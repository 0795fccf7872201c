"""Two periods of a measure, made comparable: one table of slices with what is there and what was to be expected."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from opsrules.errors import UsageError
from opsrules.periods import Period
from opsrules.rootcause.drivers import Drivers, drivers, drivers_money
from opsrules.rootcause.facts import Facts
from opsrules.rootcause.localisation import Localisation
from opsrules.rootcause.locate import localise
from opsrules.rootcause.measures import Kind, Measure

__all__ = ["Comparison", "comparison_of"]

_WEEK = 7
_PRIOR = 5  # rows of the general rate that each slice is taken to have had: a slice of few rows has no rate of its own
_POOLED = "(too few to split)"
_PARTS = ["top", "base"]
_SUMS = [*_PARTS, "cases"]


@dataclass(frozen=True)
class Comparison:
    """Two periods of a measure.

    Attributes
    ----------
    measure : Measure
    before, after : DataFrame
        Rows of facts of each period.
    scale : tuple of Fraction
        By what a row of each weekday before is multiplied to be expected now: a month with five Mondays after one with
        four. All one for ratios.
    """

    measure: Measure
    before: pd.DataFrame
    after: pd.DataFrame
    scale: tuple[Fraction, ...]

    @property
    def figures(self) -> tuple[float, float, float]:
        """What was before, what was to be expected, and what is there; a ratio without cases is NaN."""
        then, now = (_figure(self.measure, frame) for frame in (self.before, self.after))
        if self.measure.kind is Kind.RATIO:
            return then, then, now
        sums = self.before.groupby(self.before["day"].dt.day_of_week)["top"].sum()
        return then, float(sum(int(value) * self.scale[int(str(day))] for day, value in sums.items())), now

    def localised(self, dimensions: Sequence[str]) -> Localisation:
        """Slices in which the change is concentrated.

        Of a ratio whose parts are different rows, or money, the change is that of the upper sum against the rate that
        each slice had before, in the unit of that sum. Of a share of cases it is told in the share itself.

        Amounts of a few slices tell little of their own noise, and rates nothing where all cases of a slice fell to
        none. Then the rows behind them are asked, which vary by the laws of counting; effects stay in the unit.
        """
        table, names = self._slices(dimensions), list(dimensions)
        kind = "amount" if self.measure.money else "count"
        if self.measure.kind is not Kind.RATIO:
            found = localise(table, names, actual="top", expected="old_top", kind=kind)
            if found.slices or kind == "count":
                return found
            rows = self._among_rows(table, names)
            return _retold(rows, found, table, table["top"] - table["old_top"])
        table["expected"] = _at_old_rates(table, self.before)
        if not self.measure.nested:
            return localise(table, names, actual="top", expected="expected", kind=kind)
        found = localise(table, names, good="top", total="base", expected_good="old_top", expected_total="old_base")
        if found.slices:
            return found
        rows = localise(table, names, actual="top", expected="expected", kind="count")
        return _retold(rows, found, table, (table["top"] - table["expected"]) / max(float(table["base"].sum()), 1.0))

    def _among_rows(self, table: pd.DataFrame, names: list[str]) -> Localisation:
        """Slices by the rows behind an amount: by their share of the cases where not every case counts."""
        if (table["base"] == table["cases"]).all():
            return localise(table, names, actual="base", expected="old_base", kind="count")
        found = localise(table, names, good="base", total="cases", expected_good="old_base", expected_total="old_cases")
        if found.slices:
            return found
        others = pd.DataFrame(
            {
                "top": table["cases"] - table["base"],
                "old_top": table["old_cases"] - table["old_base"],
                "base": table["cases"],
                "old_base": table["old_cases"],
            }
        )
        missed = table.assign(others=others["top"], expected=_at_old_rates(others, self.before))
        return localise(missed, names, actual="others", expected="expected", kind="count")

    def driven(self, dimensions: Sequence[str]) -> Drivers | None:
        """The split of the change, None for a count: nothing is multiplied there.

        Raises
        ------
        UsageError
            If a ratio cannot be split: one of the periods has no cases.
        """
        names = list(dimensions)
        if self.measure.kind is Kind.COUNT:
            return None
        if self.measure.kind is Kind.AMOUNT:
            return drivers_money(self._expected(names), _cells(self.after, names), names, *_PARTS)
        then, now = _pooled(_cells(self.before, names), _cells(self.after, names), names)
        return drivers(then, now, names, *_PARTS)

    def _slices(self, names: Sequence[str]) -> pd.DataFrame:
        """One row a slice of either period: its dimensions, top, base and cases, and the same with old_ before."""
        now = _cells(self.after, names)
        then = self._expected(list(names))
        then[_SUMS] = then[_SUMS].astype("float64")
        old = {name: f"old_{name}" for name in _SUMS}
        columns = [*_SUMS, *old.values()]
        stacked = pd.concat([now, then.rename(columns=old)], ignore_index=True).fillna(dict.fromkeys(columns, 0))
        return stacked.groupby(list(names), dropna=False, sort=True)[columns].sum().astype("float64").reset_index()

    def _expected(self, names: list[str]) -> pd.DataFrame:
        """What was to be expected, as exact fractions: a row a slice and weekday."""
        day = self.before["day"].dt.day_of_week.rename("day_of_week")
        sums = self.before.groupby([*(self.before[name] for name in names), day], dropna=False, sort=True)[_SUMS]
        then = sums.sum().reset_index()
        factors = [self.scale[number] for number in then["day_of_week"]]
        for part in _SUMS:
            exact = [int(value) * factor for value, factor in zip(then[part], factors, strict=True)]
            then[part] = pd.Series(exact, index=then.index, dtype=object)
        return then.drop(columns="day_of_week")


def comparison_of(facts: Facts, period: Period, against: Period, until: date | None = None) -> Comparison:
    """Compare two periods.

    Parameters
    ----------
    facts : Facts
    period, against : Period
        Now and before.
    until : date, optional
        Day up to which the period is known.

    Raises
    ------
    UsageError
        If one of them has no rows, or both share days.
    """
    if against.first <= period.last and period.first <= against.last:
        msg = f"{period.words()} and {against.words()} share days; compare periods that do not"
        raise UsageError(msg)
    after, before = facts.of(period, until), facts.of(against, until)
    scale = (Fraction(1),) * _WEEK
    if facts.measure.kind is not Kind.RATIO:
        scale = _scale(_ends(against, until), _ends(period, until))
    return Comparison(facts.measure, before, after, scale)


def _ends(period: Period, until: date | None) -> tuple[date, date]:
    return period.first, min(period.last, until) if until else period.last


def _scale(then: tuple[date, date], now: tuple[date, date]) -> tuple[Fraction, ...]:
    old, new = (pd.date_range(*ends).day_of_week for ends in (then, now))
    if min(len(old), len(new)) < _WEEK:
        return (Fraction(len(new), len(old)),) * _WEEK
    return tuple(Fraction(int((new == day).sum()), int((old == day).sum())) for day in range(_WEEK))


def _figure(measure: Measure, frame: pd.DataFrame) -> float:
    if measure.kind is not Kind.RATIO:
        return float(frame["top"].sum())
    under = int(frame["base"].sum())
    return int(frame["top"].sum()) / under if under else float("nan")


def _cells(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    return frame.groupby(list(names), dropna=False, sort=True)[_SUMS].sum().reset_index()


def _retold(rows: Localisation, found: Localisation, table: pd.DataFrame, effect: pd.Series[float]) -> Localisation:
    """The slices found among rows with their effects on the measure; a row counts for the first that has it."""
    left = pd.Series(True, index=table.index)
    slices = []
    for one in rows.slices:
        inside = left.copy()
        for name, value in one.where.items():
            inside &= table[name].isna() if value is None else table[name] == value
        left &= ~inside
        there = float(effect[inside].sum())
        slices.append(replace(one, effect=there, share=there / found.change if found.change else math.nan))
    rest = found.change - math.fsum(one.effect for one in slices)
    return replace(found, slices=tuple(slices), unexplained=rest, reason="" if slices else found.reason)


def _at_old_rates(table: pd.DataFrame, before: pd.DataFrame) -> pd.Series[float]:
    """What the upper sum of each slice would be at the slice's rate before, of which few rows tell little."""
    base = float(table["old_base"].sum())
    general = float(table["old_top"].sum()) / base if base else 0.0
    prior = _PRIOR * base / max(int((before["base"] > 0).sum()), 1)
    under = table["old_base"].clip(lower=0) + prior
    rate = (table["old_top"] + prior * general) / under.where(under > 0, 1.0)
    return (rate * table["base"]).clip(lower=0.0)


def _pooled(then: pd.DataFrame, now: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two tables with one slice for all those that have no rate of their own: refunds on days without charges."""
    keyed = [frame.set_index(_keys(frame, names)) for frame in (then, now)]
    lost = [(frame["base"] < 0) | ((frame["base"] == 0) & (frame["top"] != 0)) for frame in keyed]
    bad = {key for frame, held in zip(keyed, lost, strict=True) for key in frame.index[held]}
    while bad:
        sums = [frame[frame.index.isin(bad)][_PARTS].sum() for frame in keyed]
        if all(one["base"] > 0 or (one["base"] == 0 and one["top"] == 0) for one in sums):
            break
        rest = pd.concat([frame.loc[~frame.index.isin(bad), "base"] for frame in keyed])
        if rest.empty:
            break
        bad.add(rest.groupby(level=0).sum().idxmin())
    out = []
    for frame in keyed:
        table = frame.reset_index(drop=True)
        held = frame.index.isin(bad)
        for name in names:
            table[name] = np.where(held, _POOLED, table[name].astype(object))
        out.append(table)
    return out[0], out[1]


def _keys(frame: pd.DataFrame, names: list[str]) -> pd.Index[str]:
    """One text a slice that no other slice has."""
    return pd.Index([repr(tuple(None if pd.isna(one) else one for one in row)) for row in frame[names].to_numpy()])
