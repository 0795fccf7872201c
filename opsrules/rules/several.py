"""Comparisons with other variables of the row: a code for each combination of values that has to be told apart.

Between numbers nothing counts but whether they differ by more than the library's epsilon, and in which direction. Where
arithmetic of floats leaves no doubt of that, all pairs of one direction are one combination; the others, close to the
epsilon, are told apart by their values. The library is asked for one row of each combination.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.rules.coding import by_presence, column_of_distinct, narrow
from opsrules.rules.columns import Coded, Column, Numeric
from opsrules.rules.exact import Raised, rounds_as_usual, span
from opsrules.rules.frame import BoundFrame
from opsrules.rules.types import Given, NumberType, other_named
from opsrules.rules.types.base import LISTED

if TYPE_CHECKING:
    import numpy.typing as npt

    Bools = npt.NDArray[np.bool_]
    Codes = npt.NDArray[np.int64]

__all__ = ["of_several", "together"]

# The library's epsilon is 0.000001. The difference of two floats as a float is less than one part in 2**52 off, and
# lies on the same side of any float as the exact one: beyond these ends, so does the exact one of the epsilon, also
# once the library has rounded it to the digits of the decimal context.
_SURELY_EQUAL, _SURELY_APART = 9.999998e-7, 1.0000002e-6
_EXACT = 1 << 53


def of_several(field_type: Callable[..., Any], others: Sequence[str]) -> Callable[[Sequence[object]], Any]:
    """Return what builds a value of a type that finds the values of other variables.

    It takes the value and those of the others, in order; what raised instead of one raises again when it is needed.
    """
    return functools.partial(_built, field_type, others)


def _built(field_type: Callable[..., Any], others: Sequence[str], values: Sequence[object]) -> Any:
    value, *found = (functools.partial(_given, one) for one in values)
    return field_type(value(), others=Given(dict(zip(others, found, strict=True))))


def _given(value: object) -> object:
    if isinstance(value, Raised):
        raise value.error
    return value


def together(frame: BoundFrame, variable: str, others: Sequence[str], operator: str, constant: Any) -> Coded:
    """Return a code for each combination of a variable's values and others' that a comparison may tell apart.

    Parameters
    ----------
    frame : BoundFrame
    variable : str
    others : sequence of str
        The variables that the constant names.
    operator : str
    constant : object

    Returns
    -------
    Coded
        Its distinct values are tuples: of the variable, and of the others in their order.
    """
    names = (variable, *others)
    codes = _of_numbers(frame, names, operator, constant) if frame.field_type(variable) is NumberType else None
    if codes is None:
        codes = _distinct([frame.coded(name) for name in names], len(frame))
    codes, first = _first_of_each(codes)
    tuples = zip(*(frame.column(name).values(first) for name in names), strict=True)
    return Coded(narrow(codes, len(first)), list(tuples))


def _distinct(columns: Sequence[Coded], count: int) -> Codes:
    """Return a code for each distinct combination of values."""
    codes = np.zeros(count, dtype=np.int64)
    for column in columns:
        codes = pd.factorize(codes * len(column.distinct) + column.codes)[0]
    return codes


def _first_of_each(codes: Codes) -> tuple[Codes, Codes]:
    """Return codes from 0 without a gap, and the first row of each."""
    codes, distinct = pd.factorize(codes)
    first = np.empty(len(distinct), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return codes, first


# ---- numbers


def _of_numbers(frame: BoundFrame, names: Sequence[str], operator: str, constant: Any) -> Codes | None:
    """Return codes of combinations of numbers; None when they have to be told apart by their values."""
    columns = [frame.column(name) for name in names]
    numeric = [one for one in columns if isinstance(one, Numeric) and one.numbers.dtype != np.uint64]
    parts = constant if operator in LISTED else [constant]
    if len(numeric) < len(columns) or not isinstance(parts, list | tuple) or not rounds_as_usual():
        return None
    codes, near = np.zeros(len(frame), dtype=np.int64), np.zeros(len(frame), dtype=np.bool_)
    for sides in _sides(numeric[0], dict(zip(names, numeric, strict=True)), parts):
        if sides is None:
            return None
        codes = pd.factorize(codes * 3 + sides[0])[0]
        near |= sides[1]
    bad = np.logical_or.reduce([one.bad for one in numeric if one.bad is not None] or [np.zeros_like(near)])
    codes = _apart(codes, np.flatnonzero(near & ~bad), lambda rows: [_by_value(one.take(rows)) for one in numeric])
    return _apart(codes, np.flatnonzero(bad), lambda rows: [by_presence(one.take(rows)) for one in numeric])


def _apart(codes: Codes, rows: Codes, columns: Callable[[Codes], Sequence[Coded]]) -> Codes:
    """Return the codes with others for some rows, one for each distinct combination there."""
    if len(rows):
        codes[rows] = codes.max() + 1 + _distinct(columns(rows), len(rows))
    return codes


def _by_value(column: Column) -> Coded:
    return column if isinstance(column, Coded) else column_of_distinct(column.values(np.arange(len(column.numbers))))


def _sides(column: Numeric, known: dict[str, Numeric], parts: Sequence[Any]) -> Iterator[tuple[Codes, Bools] | None]:
    """Give, for each thing to compare with, 0, 1 or 2 for less, equal and greater, and where that is in doubt."""
    for part in parts:
        other = other_named(part)
        yield _of_constant(column, part) if other is None else _of_pair(column, known[other])


def _of_constant(column: Numeric, constant: Any) -> tuple[Codes, Bools] | None:
    found = span("equal_to", constant, whole=column.whole)
    if found is None or found.low is None or found.high is None:
        return None
    sides = (column.numbers >= found.low).astype(np.int64) + (column.numbers >= found.high)
    return sides, np.zeros(len(sides), dtype=np.bool_)


def _of_pair(column: Numeric, other: Numeric) -> tuple[Codes, Bools]:
    if column.whole and other.whole:  # whole numbers differ by nothing, or by far more than the epsilon
        sides = 1 + (column.numbers > other.numbers).astype(np.int64) - (column.numbers < other.numbers)
        return sides, np.zeros(len(sides), dtype=np.bool_)
    with np.errstate(all="ignore"):
        difference = column.numbers.astype(np.float64) - other.numbers.astype(np.float64)
        sides = 1 + (difference >= _SURELY_APART).astype(np.int64) - (difference <= -_SURELY_APART)
        near = (sides == 1) & ~(np.abs(difference) <= _SURELY_EQUAL)
    for one in (column, other):
        if one.whole:
            near |= (one.numbers > _EXACT) | (one.numbers < -_EXACT)
    return sides, near
