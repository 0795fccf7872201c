"""How far a value is from where a comparison would hold: exactly, in the steps in which a threshold can move."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from business_rules.operators import NumericType

from opsrules.rules.columns import Column, Numeric
from opsrules.rules.conditions import Leaf
from opsrules.rules.types import DateType, DurationType, MoneyType, NumberType, variables_in

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Thresholds", "exact", "reach_of", "thresholds_of"]

_EPSILON = Fraction(NumericType.EPSILON)
_MOST_PLACES = 5  # a sixth decimal is the library's epsilon
_UP = frozenset({"greater_than", "greater_than_or_equal_to", "after", "on_or_after"})
_DOWN = frozenset({"less_than", "less_than_or_equal_to", "before", "on_or_before"})
_STRICT = frozenset({"greater_than", "less_than", "after", "before"})
_KNOWN = _UP | _DOWN | {"equal_to", "between", "within_days_of"}


@dataclass(frozen=True)
class Thresholds:
    """The constants of a comparison that may move.

    Attributes
    ----------
    operator : str
    ends : tuple of (Fraction, object)
        Each as a number and as it is written.
    step : Fraction
        The least that one moves by.
    number : callable
        Makes the number of a value.
    spread : Fraction
        Days around the end that ``within_days_of`` allows; 0 for any other comparison.
    """

    operator: str
    ends: tuple[tuple[Fraction, Any], ...]
    step: Fraction
    number: Callable[[Any], Fraction]
    spread: Fraction = Fraction(0)

    def gap(self, value: Any) -> tuple[Fraction, Any] | None:
        """Return how far a threshold has to move for a value that does not hold, and the threshold as it is written.

        None for infinity, which no threshold reaches.
        """
        if isinstance(value, Decimal) and not value.is_finite():
            return None
        found = self.number(value)
        end, written = self.ends[-1] if self.operator == "between" and found > self.ends[-1][0] else self.ends[0]
        apart = end - found if self.operator in _UP else found - end if self.operator in _DOWN else abs(found - end)
        if self.operator == "within_days_of":
            return apart - self.spread, int(self.spread)
        return apart + (self.step if self.operator in _STRICT else 0), written


def thresholds_of(leaf: Leaf, field_type: type, column: Column) -> Thresholds | None:
    """Return what may move in a comparison; None where there is nothing of the kind."""
    number = _NUMBERS.get(field_type)
    if number is None or leaf.operator not in _KNOWN or variables_in(leaf.constant):
        return None
    spread, written = Fraction(0), [leaf.constant]
    if leaf.operator == "between":
        written = list(leaf.constant)
    elif leaf.operator == "within_days_of":
        spread, written = Fraction(leaf.constant["days"]), [leaf.constant["day"]]
    ends = tuple((number(one), one) for one in written)
    step = Fraction(1)
    if number is _of_number:
        step = _decimal_step(column, [end for end, _ in ends])
    elif field_type is DurationType and leaf.operator in _STRICT and not isinstance(column, Numeric):
        step = Fraction(1, math.lcm(*(one.denominator for one in (*_spans_in(column.distinct), ends[0][0]))))
    return Thresholds(leaf.operator, ends, step, number, spread)


# ---- values as exact numbers


def _of_number(value: Any) -> Fraction:
    """A number as people write it; a float that is far from its shortest text, as it is."""
    if not isinstance(value, float):
        return Fraction(value)
    written = Fraction(repr(float(value)))
    if abs(value) > 1e9 and abs(Fraction(value) - written) > _EPSILON / 4:
        return Fraction(value)
    return written


def _of_day(value: Any) -> Fraction:
    day = DateType.cast(value)
    assert isinstance(day, date)  # noqa: S101 - a missing one raises before it comes here
    return Fraction(day.toordinal())


def _of_span(value: Any) -> Fraction:
    return DurationType.cast(value) or Fraction(0)


def _of_money(value: Any) -> Fraction:
    return Fraction(getattr(MoneyType.cast(value), "minor", 0))


_NUMBERS: dict[type, Callable[[Any], Fraction]] = {
    NumericType: _of_number,
    NumberType: _of_number,
    DateType: _of_day,
    DurationType: _of_span,
    MoneyType: _of_money,
}


def _spans_in(values: Iterable[Any]) -> Iterable[Fraction]:
    for value in values:
        try:
            yield _of_span(value)
        except (TypeError, ValueError):  # such a row is an error of its own
            continue


def exact(number: Fraction) -> int | Decimal | Fraction:
    """Return a number as int where it is whole, as Decimal where it has an end, else as it is.

    Examples
    --------
    >>> exact(Fraction(4, 2)), exact(Fraction(1, 20)), exact(Fraction(1, 24))
    (2, Decimal('0.05'), Fraction(1, 24))
    """
    if number.denominator == 1:
        return number.numerator
    rest, places = number.denominator, 0
    for factor in (2, 5):
        power = 0
        while rest % factor == 0:
            rest, power = rest // factor, power + 1
        places = max(places, power)
    if rest > 1:
        return number
    return Decimal(f"{number.numerator * 10**places // number.denominator}E-{places}")


# ---- steps of numbers


def _decimal_step(column: Column, constants: Sequence[Fraction]) -> Fraction:
    """The last decimal place that the column or a constant uses; two epsilons where that is beyond the fifth."""
    places = [_places_of_column(column), *map(_places, constants)]
    known = [one for one in places if one is not None]
    return Fraction(1, 10 ** max(known)) if len(known) == len(places) else 2 * _EPSILON


def _places(number: Fraction) -> int | None:
    return next((places for places in range(_MOST_PLACES + 1) if (number * 10**places).denominator == 1), None)


def _places_of_column(column: Column) -> int | None:
    if not isinstance(column, Numeric):
        found = [_places(_of_number(value)) for value in column.distinct if _is_finite(value)]
        return None if None in found else max((one for one in found if one is not None), default=0)
    if column.whole:
        return 0
    good: npt.NDArray[np.float64] = column.numbers if column.bad is None else column.numbers[~column.bad]
    with np.errstate(over="ignore"):  # beyond 1e303 a rounded number is infinite, and so not the same
        return next((places for places in range(_MOST_PLACES + 1) if (np.round(good, places) == good).all()), None)


def _is_finite(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and math.isfinite(value)


# ---- how far they may move


def reach_of(within: object, field_type: type) -> Fraction | None:
    """Return how far thresholds of a type may move; None where they may not.

    Raises
    ------
    ValueError
        If it is no number and no timedelta, or negative.
    """
    if isinstance(within, timedelta):
        found = _of_span(within)
        has_days = field_type in (DateType, DurationType)
    elif isinstance(within, Decimal | numbers.Real) and not isinstance(within, bool) and math.isfinite(within):
        found, has_days = _of_number(within if isinstance(within, Decimal | numbers.Rational) else float(within)), True
    else:
        msg = f"within must be a number or a timedelta, got {within!r}"
        raise ValueError(msg)
    if found < 0:
        msg = f"within must be 0 or more, got {within!r}"
        raise ValueError(msg)
    return found if has_days else None
