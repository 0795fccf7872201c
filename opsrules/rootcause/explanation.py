"""An explanation of a measure's change: is there a signal, where is it concentrated, what moved it, what remains."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date

import pandas as pd

from opsrules.errors import UsageError
from opsrules.periods import Period
from opsrules.rootcause.comparison import Comparison, comparison_of
from opsrules.rootcause.drivers import Drivers, DriverStep
from opsrules.rootcause.facts import Facts
from opsrules.rootcause.localisation import Localisation, told
from opsrules.rootcause.measures import Kind, Measure, hold_dimensions
from opsrules.rootcause.phrases import change_of, effect_of, figure_of
from opsrules.rootcause.spans import period_before
from opsrules.rootcause.usual import Found, Judgement, judgement_of

__all__ = ["Explanation", "explain_measure"]


@dataclass(frozen=True, repr=False)
class Explanation:
    """What can be said of a measure's change. Where it is concentrated is not yet why it came about.

    Attributes
    ----------
    measure : Measure
    currency : str
        "" where no money is measured.
    period, against : Period
        Now and before.
    before, expected, value : float
        What was before; the same brought to the weekdays of the period; what is there. Minor units, a count, or a
        share, NaN where a ratio has no cases.
    judgement : Judgement
    dimensions : tuple of str
        Those that were searched.
    localisation : Localisation or None
        None where nobody asked for slices of what is no signal, or no dimension tells rows apart.
    drivers : Drivers or None
        None in the same cases, and for counts.
    """

    measure: Measure
    currency: str
    period: Period
    against: Period
    before: float
    expected: float
    value: float
    judgement: Judgement
    dimensions: tuple[str, ...]
    localisation: Localisation | None
    drivers: Drivers | None

    @property
    def change(self) -> float:
        """What is there less what was to be expected."""
        return self.value - self.expected

    @property
    def is_signal(self) -> bool:
        """Whether there is something to explain."""
        return self.judgement.found is Found.SIGNAL

    @property
    def bad(self) -> bool:
        """Whether the change is for the worse."""
        return self.change != 0 and (self.change > 0) == (self.measure.rise == "bad")

    @property
    def lines(self) -> tuple[str, ...]:
        """The explanation in sentences: the change, the judgement, where it is concentrated, what remains."""
        now, then = self.figure(self.value), self.figure(self.before)
        first = f"{self.measure.words}: {now} in {self.period.words()}, {then} in {self.against.words()}"
        same = self.figure(self.expected)
        scaled = f", which is {same} over the weekdays of the period" if same != then else ""
        change = change_of(self.measure, self.currency, self.change, self.expected)
        return (f"{first}{scaled}; change {change}.", self.judgement.words, *self._slices())

    def _slices(self) -> tuple[str, ...]:
        found = self.localisation
        if found is None:
            if self.is_signal:
                return ("No dimension of the files tells rows apart, so nothing can be said of where it lies.",)
            return ()
        if not found.slices:
            return (f"No slice: {found.reason}.",)
        parts = [f"{told(one.where)} ({self.effect(one.effect)})" for one in found.slices]
        rest = self.effect(found.unexplained)
        return (f"The change is concentrated in {'; '.join(parts)}. What remains unexplained: {rest}.",)

    def figure(self, value: float) -> str:
        """A figure of the measure in words."""
        return figure_of(self.measure, self.currency, value)

    def effect(self, value: float) -> str:
        """An effect of a slice in words, with its sign."""
        return effect_of(self.measure, self.currency, value)

    @property
    def unit(self) -> str:
        """What the figures of the drivers are in."""
        return "" if self.measure.kind is Kind.RATIO else self.currency

    def step(self, step: DriverStep) -> str:
        """A line of the drivers in words: totals as figures, effects with their sign."""
        if step.kind == "total":
            return self.figure(step.value)
        return change_of(self.measure, self.currency, step.value, 0.0)

    def to_frame(self) -> pd.DataFrame:
        """The slices, as `Localisation.to_frame`; without rows where none is offered."""
        return (
            self.localisation.to_frame() if self.localisation else pd.DataFrame({"conditions": pd.Series(dtype="str")})
        )

    def __repr__(self) -> str:
        return "\n".join(self.lines)


def explain_measure(
    facts: Facts,
    period: Period,
    against: Period | None = None,
    dimensions: Sequence[str] = (),
    *,
    until: date | None = None,
    holidays: Set[date] = frozenset(),
    anyway: bool = False,
) -> Explanation:
    """Explain the change of a measure from one period to another; slices are offered only where there is a signal.

    Parameters
    ----------
    facts : Facts
    period : Period
    against : Period, optional
        The one before of the same kind when not given.
    dimensions : sequence of str
        Those that tell the rows apart when empty.
    until : date, optional
        Day up to which things are known: a period that still runs is compared by the days it has had.
    holidays : set of date
        Days that say nothing of what is usual.
    anyway : bool
        Offer slices also where there is no signal.

    Raises
    ------
    UsageError
        If a period has no rows, both share days, or a dimension is not one of the measure; the text names the nearest.
    """
    asked = hold_dimensions(facts.measure, dimensions)
    before = against or period_before(period)
    compared = comparison_of(facts, period, before, until)
    judged = judgement_of(facts, period, until=until, holidays=holidays)
    names = asked or facts.filled(pd.concat([compared.before, compared.after]))
    then, expected, value = compared.figures
    offered = bool(names) and (anyway or judged.found is Found.SIGNAL)
    offered = offered and not (math.isnan(value) or math.isnan(then))
    found = compared.localised(names) if offered else None
    moved = _drivers(compared, names, found) if found is not None else None
    return Explanation(
        facts.measure, facts.currency, period, before, then, expected, value, judged, names, found, moved
    )


def _drivers(compared: Comparison, names: Sequence[str], found: Localisation) -> Drivers | None:
    """The split by the dimensions of the strongest slice, by the first one where there is none."""
    by = [str(name) for name in found.slices[0].where] if found.slices else list(names[:1])
    try:
        return compared.driven(by)
    except UsageError:  # sums below zero, such as charges that failed: there is no rate of which to take shares
        return None
