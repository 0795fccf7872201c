"""What moved a figure: the exact split of the change of a rate, or of an amount, over slices."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import pandas as pd

from opsrules.errors import UsageError
from opsrules.rootcause.drivers_slices import Slice, slices_of

__all__ = ["EFFECTS_OF_AMOUNTS", "EFFECTS_OF_RATES", "DriverStep", "Drivers", "drivers", "drivers_money"]

EFFECTS_OF_RATES: dict[str, str] = {
    "rate": "Rates inside slices",
    "mix": "Shares of slices",
    "entrants": "Slices that came",
    "leavers": "Slices that went",
}
"""Effects on a rate, in words, in the order in which they are shown."""
EFFECTS_OF_AMOUNTS: dict[str, str] = {
    "price": "Prices inside slices",
    "volume": "Quantity in all",
    "mix": "Shares of slices",
    "entrants": "Slices that came",
    "leavers": "Slices that went",
}
"""Effects on an amount, in words, in the order in which they are shown."""


@dataclass(frozen=True)
class DriverStep:
    """One line of a waterfall.

    Attributes
    ----------
    label : str
    value : float
        Signed for an effect; the figure itself for before and after.
    kind : str
        total or step.
    """

    label: str
    value: float
    kind: str


@dataclass(frozen=True)
class _Part:
    """What one slice adds to the change, by effect, exact; and the slice."""

    of: Slice
    effects: dict[str, Fraction]


@dataclass(frozen=True, repr=False)
class Drivers:
    """The split of a change.

    Attributes
    ----------
    kind : str
        rate or amount.
    dimensions : tuple of str
    before, after : Fraction
        The figure itself in each period, exact.
    parts : tuple
        What each slice adds, exact.
    """

    kind: str
    dimensions: tuple[str, ...]
    before: Fraction
    after: Fraction
    parts: tuple[_Part, ...]

    def __repr__(self) -> str:
        moved = ", ".join(f"{name} {value:+.6g}" for name, value in self.effects.items())
        return f"<Drivers: {float(self.before):.6g} to {float(self.after):.6g}: {moved}>"

    @property
    def change(self) -> float:
        """The figure after less the figure before."""
        return float(self.after - self.before)

    @property
    def words(self) -> dict[str, str]:
        """The effects in words, in order."""
        return EFFECTS_OF_RATES if self.kind == "rate" else EFFECTS_OF_AMOUNTS

    @cached_property
    def effects(self) -> dict[str, float]:
        """Each effect over all slices; together they are the change.

        The sum is that of the slices' effects, each rounded once, without further error: it differs from the change
        by less than 1e-12 of the change or of the sum of the effects' sizes, whichever is larger.
        """
        return {name: math.fsum(float(part.effects[name]) for part in self.parts) for name in self.words}

    @property
    def steps(self) -> tuple[DriverStep, ...]:
        """The lines of a waterfall from the figure before to the figure after; effects that are none are left out."""
        moved = [DriverStep(self.words[name], value, "step") for name, value in self.effects.items() if value]
        return (
            DriverStep("Before", float(self.before), "total"),
            *moved,
            DriverStep("After", float(self.after), "total"),
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a slice, the largest effect first, whatever its sign.

        Columns: the dimensions; numerator_before, numerator_after, denominator_before, denominator_after (sums; of an
        amount, the amounts and the quantities); a column for each effect; effect (their sum); share (of the change; NaN
        where nothing changed).
        """
        names = ["numerator_before", "numerator_after", "denominator_before", "denominator_after"]
        rows = []
        for part in self.parts:
            one, total = part.of, sum(part.effects.values(), Fraction(0))
            sums = (one.top_before, one.top_after, one.base_before, one.base_after)
            share = total / (self.after - self.before) if self.after != self.before else None
            rows.append(
                (
                    *(*one.where, *map(float, sums), *(float(part.effects[name]) for name in self.words)),
                    *(float(total), math.nan if share is None else float(share)),
                )
            )
        columns = [*self.dimensions, *names, *self.words, "effect", "share"]
        table = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[len(self.dimensions) :], "float64"))
        order = table["effect"].abs().sort_values(ascending=False, kind="stable").index
        return table.loc[order].reset_index(drop=True)


def drivers(
    before: pd.DataFrame, after: pd.DataFrame, dimensions: Sequence[str], numerator: str, denominator: str
) -> Drivers:
    """Split the change of a rate exactly into rate, mix, entrants and leavers, by slice.

    With w a slice's share of the denominator, r its rate, and R the mean of the whole rate before and after: a slice
    of both periods adds mean(w) x (change of r) as ``rate`` and (change of w) x (mean(r) - R) as ``mix``; one that came
    adds w x (r - R), one that went -w x (r - R). Nothing is left over. A slice whose denominator is zero is not there.

    Parameters
    ----------
    before, after : DataFrame
        Rows of each period, any number a slice.
    dimensions : sequence of str
        Columns that make the slices; missing values are a level of their own.
    numerator, denominator : str
        Columns of numbers; the rate is the sum of the one by the sum of the other.

    Raises
    ------
    UsageError
        If a column is not there or holds what is no finite number; if a denominator is below zero, zero where its
        numerator is not, or zero in all of a period, which then has no rate.

    Examples
    --------
    >>> old = pd.DataFrame({"country": ["DE", "FR"], "declined": [10, 40], "tried": [100, 100]})
    >>> new = pd.DataFrame({"country": ["DE", "FR"], "declined": [30, 40], "tried": [300, 100]})
    >>> drivers(old, new, ["country"], "declined", "tried").effects
    {'rate': 0.0, 'mix': -0.075, 'entrants': 0.0, 'leavers': 0.0}
    """
    slices = slices_of(before, after, dimensions, numerator, denominator)
    bases = [sum(parts, Fraction(0)) for parts in zip(*((s.base_before, s.base_after) for s in slices), strict=True)]
    for period, base in zip(("before", "after"), bases or (Fraction(0), Fraction(0)), strict=True):
        if not base:
            msg = f"{period}: column {denominator!r} adds up to zero, so that there is no rate; name a period with rows"
            raise UsageError(msg)
    tops = [sum(parts, Fraction(0)) for parts in zip(*((s.top_before, s.top_after) for s in slices), strict=True)]
    rates = (tops[0] / bases[0], tops[1] / bases[1])
    middle = (rates[0] + rates[1]) / 2
    parts = tuple(_Part(one, _of_rate(one, bases, middle)) for one in slices)
    return Drivers("rate", tuple(dimensions), *rates, parts)


def _of_rate(one: Slice, bases: Sequence[Fraction], middle: Fraction) -> dict[str, Fraction]:
    none = dict.fromkeys(EFFECTS_OF_RATES, Fraction(0))
    old, new = one.base_before / bases[0], one.base_after / bases[1]
    if old and new:
        first, second = one.top_before / one.base_before, one.top_after / one.base_after
        rate = (old + new) / 2 * (second - first)
        return none | {"rate": rate, "mix": (new - old) * ((first + second) / 2 - middle)}
    if new:
        return none | {"entrants": new * (one.top_after / one.base_after - middle)}
    return none | ({"leavers": -old * (one.top_before / one.base_before - middle)} if old else {})


def drivers_money(
    before: pd.DataFrame, after: pd.DataFrame, dimensions: Sequence[str], amount: str, quantity: str
) -> Drivers:
    """Split the change of an amount exactly into price, volume, mix, entrants and leavers, by slice.

    With q a slice's quantity, p its price (amount by quantity), Q and P those of the whole: a slice of both periods
    adds q after x (change of p) as ``price`` and (q after - its old share of Q after) x (p before - P before) as
    ``mix``; ``volume`` is (change of Q) x P before, shared out by old amounts; one that came adds q x (p - P before),
    one that went what its old share of Q after would have been worth above P before, with the sign turned. Nothing is
    left over. Where there was nothing before, all that came is ``entrants``.

    Parameters
    ----------
    before, after : DataFrame
        Rows of each period of one currency, any number a slice.
    dimensions : sequence of str
        Columns that make the slices; missing values are a level of their own.
    amount, quantity : str
        Columns of numbers; amounts in minor units stay in minor units.

    Raises
    ------
    UsageError
        If a column is not there or holds what is no finite number; if a quantity is below zero, or zero where its
        amount is not.
    """
    slices = slices_of(before, after, dimensions, amount, quantity)
    totals = [
        sum((getattr(one, name) for one in slices), Fraction(0))
        for name in ("top_before", "top_after", "base_before", "base_after")
    ]
    parts = tuple(_Part(one, effects) for one, effects in zip(slices, _of_amounts(slices, totals), strict=True))
    return Drivers("amount", tuple(dimensions), totals[0], totals[1], parts)


def _of_amounts(slices: Sequence[Slice], totals: Sequence[Fraction]) -> Iterator[dict[str, Fraction]]:
    amount_before, _, before, after = totals
    price = amount_before / before if before else Fraction(0)
    for one in slices:
        effects = dict.fromkeys(EFFECTS_OF_AMOUNTS, Fraction(0))
        if one.base_before:
            old = one.top_before / one.base_before
            kept = one.base_before / before * after  # its quantity, had its share stayed
            effects["volume"] = (after - before) / before * one.top_before
            if one.base_after:
                effects["price"] = one.top_after - one.base_after * old
                effects["mix"] = (one.base_after - kept) * (old - price)
            else:
                effects["leavers"] = -kept * (old - price)
        elif one.base_after:
            effects["entrants"] = one.top_after - one.base_after * price
        yield effects
