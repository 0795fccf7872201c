"""The values of one variable over a table: numbers in an array, or a code for each distinct value."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from business_rules.operators import NumericType

from opsrules.rules.exact import Raised
from opsrules.rules.rows import natives, sameness

if TYPE_CHECKING:
    import numpy.typing as npt

    Bools = npt.NDArray[np.bool_]
    Numbers = npt.NDArray[Any]

__all__ = ["Coded", "Column", "Numeric", "OneShot", "column_of", "column_of_distinct", "column_of_values", "patched"]


@dataclass(frozen=True)
class Numeric:
    """Numbers that the library's numeric type takes, exactly as they are.

    Attributes
    ----------
    numbers : array of float or of whole numbers
        NaN, or 0 among whole numbers, where `bad`.
    bad : array of bool or None
        Rows with a value that the type refuses; None when there are none.
    odd : mapping of int to object
        Values that are not what `numbers` holds: those of bad rows where not None, a Decimal, a boolean.
    """

    numbers: Numbers
    bad: Bools | None = None
    odd: Mapping[int, object] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether the numbers are whole."""
        return self.numbers.dtype.kind != "f"

    def values(self, rows: Numbers) -> list[object]:
        """Return the values of some rows as a row at a time would have them."""
        found: list[object] = self.numbers[rows].tolist()
        if self.bad is not None:
            refused = self.bad[rows].tolist()
            found = [None if is_bad else value for is_bad, value in zip(refused, found, strict=True)]
        if not self.odd:
            return found
        return [self.odd.get(row, value) for row, value in zip(rows.tolist(), found, strict=True)]

    def by_presence(self) -> Coded:
        """Return a code for all numbers together, and for each other distinct value."""
        codes = np.zeros(len(self.numbers), dtype=np.int64)
        rows = np.flatnonzero(self.bad) if self.bad is not None else np.zeros(0, dtype=np.intp)
        others = column_of_distinct([self.odd.get(row) for row in rows.tolist()])
        codes[rows] = others.codes.astype(np.int64) + 1
        return Coded(_narrow(codes, len(others.distinct) + 1), [0, *others.distinct])

    def take(self, rows: Numbers) -> Numeric:
        """Return some rows as a column of their own."""
        odd = {place: self.odd[row] for place, row in enumerate(rows.tolist()) if row in self.odd} if self.odd else {}
        return Numeric(self.numbers[rows], None if self.bad is None else self.bad[rows], odd)


@dataclass(frozen=True)
class Coded:
    """A code for each row, and the distinct values by code."""

    codes: Numbers
    distinct: Sequence[object]

    def values(self, rows: Numbers) -> list[object]:
        """Return the values of some rows as a row at a time would have them."""
        return [self.distinct[code] for code in self.codes[rows].tolist()]

    def take(self, rows: Numbers) -> Coded:
        """Return some rows as a column of their own."""
        return Coded(self.codes[rows], self.distinct)


Column = Numeric | Coded


def column_of(series: pd.Series[Any], *, numeric: bool) -> Column:
    """Return a column of a table; `numeric` says that the library's own numeric type will ask it."""
    if numeric:
        found = _numbers(natives(series)) if series.dtype == object else _typed_numbers(series)
        if found is not None:
            return found
    return _coded(series)


def column_of_values(values: list[Any], *, numeric: bool) -> Column:
    """Return what a variable gave row by row."""
    found = _numbers(values) if numeric else None
    return found if found is not None else column_of_distinct(values)


def patched(column: Column, rows: Numbers, values: list[Any], *, numeric: bool) -> Column:
    """Return the column with other values in some rows."""
    if isinstance(column, Coded):
        patch = column_of_distinct(values)
        codes = column.codes.astype(np.int64)
        codes[rows] = patch.codes.astype(np.int64) + len(column.distinct)
        return Coded(_narrow(codes, len(column.distinct) + len(patch.distinct)), [*column.distinct, *patch.distinct])
    patch_numbers = _numbers(values)
    if patch_numbers is None or not _fits(column, patch_numbers):
        everything = column.values(np.arange(len(column.numbers)))
        for row, value in zip(rows.tolist(), values, strict=True):
            everything[row] = value
        return column_of_values(everything, numeric=numeric)
    kind = np.float64 if "f" in (column.numbers.dtype.kind, patch_numbers.numbers.dtype.kind) else np.int64
    numbers = column.numbers.astype(kind)
    bad = np.zeros(len(numbers), dtype=np.bool_) if column.bad is None else column.bad.copy()
    numbers[rows] = patch_numbers.numbers
    bad[rows] = False if patch_numbers.bad is None else patch_numbers.bad
    replaced = set(rows.tolist())
    odd = {row: value for row, value in column.odd.items() if row not in replaced}
    odd |= {int(rows[position]): value for position, value in patch_numbers.odd.items()}
    return Numeric(numbers, bad if bad.any() else None, odd)


def _fits(column: Numeric, patch: Numeric) -> bool:
    """Whether one array can hold both: whole numbers turn into floats only where floats hold them."""
    both = (column, patch)
    if all(one.whole for one in both):
        return all(one.numbers.dtype != np.uint64 for one in both)
    limit = 1 << 53
    return all(
        not one.whole or not len(one.numbers) or (one.numbers.max() <= limit and one.numbers.min() >= -limit)
        for one in both
    )


# ---- numbers


def _typed_numbers(series: pd.Series[Any]) -> Numeric | None:
    dtype = series.dtype
    if dtype.kind not in "iuf" or isinstance(dtype, pd.CategoricalDtype | pd.SparseDtype):
        return None
    if isinstance(dtype, np.dtype):
        array, missing = series.to_numpy(), None
    else:
        missing = series.isna().to_numpy(dtype=np.bool_)
        array = series.to_numpy(dtype=np.dtype(f"{dtype.kind}8"), na_value=0 if dtype.kind != "f" else np.nan)
    if array.dtype.kind == "f":
        if array.dtype.itemsize > 8:
            return None
        return _floats(array.astype(np.float64, copy=False))
    if missing is None or not missing.any():
        return Numeric(np.ascontiguousarray(array))
    return Numeric(array, missing)


def _floats(array: Numbers) -> Numeric:
    """Take floats; NaN stands for a missing value, and infinity is refused by the library."""
    with np.errstate(all="ignore"):
        if np.isfinite(array.sum()):
            return Numeric(np.ascontiguousarray(array))
    bad = ~np.isfinite(array)
    if not bad.any():
        return Numeric(np.ascontiguousarray(array))
    infinite = np.flatnonzero(np.isinf(array))
    odd = dict(zip(infinite.tolist(), array[infinite].tolist(), strict=True))
    return Numeric(np.where(bad, np.nan, array), bad, odd)


def _numbers(values: list[Any]) -> Numeric | None:
    """Take Python's objects as numbers; None where an array would not hold every one exactly."""
    kinds = set(map(type, values))
    if kinds == {float}:
        array = np.array(values, dtype=np.float64)
        if np.isfinite(array).all():
            return Numeric(array)
    try:
        if kinds == {int}:
            return Numeric(np.array(values, dtype=np.int64))
        return _mixed_numbers(values)
    except (OverflowError, _Inexact):
        return None


class _Inexact(Exception):  # noqa: N818 - a way out of a loop
    """A number that neither a float nor a whole number of 64 bits holds exactly."""


def _mixed_numbers(values: list[Any]) -> Numeric:
    found = [_number(value) for value in values]
    bad = np.array([number is None for number in found], dtype=np.bool_)
    if float in set(map(type, found)):
        if any(type(number) is int and int(float(number)) != number for number in found):
            raise _Inexact
        numbers = np.array([np.nan if number is None else float(number) for number in found], dtype=np.float64)
    else:
        numbers = np.array([0 if number is None else number for number in found], dtype=np.int64)
    kept = (type(None), int if numbers.dtype.kind == "i" else float)
    odd = {row: value for row, value in enumerate(values) if type(value) not in kept or value != value}  # noqa: PLR0124
    return Numeric(numbers, bad if bad.any() else None, odd | _infinite(values))


def _infinite(values: list[Any]) -> dict[int, object]:
    return {row: value for row, value in enumerate(values) if type(value) is float and math.isinf(value)}


def _number(value: Any) -> float | None:
    """Return the number that the library makes of a value, None where it refuses it."""
    if type(value) is int:
        return int(value)
    if value is None or isinstance(value, Raised):
        return None
    try:
        number: Decimal = NumericType(value).value
    except (AssertionError, ValueError, OverflowError):
        return None
    if not number.is_finite() or number.adjusted() > 308:
        raise _Inexact
    nearest = float(number)
    if nearest == number:
        return nearest
    if number == number.to_integral_value():
        return int(number)
    raise _Inexact


# ---- distinct values


class OneShot(Exception):  # noqa: N818 - what a value is
    """A value that one comparison would use up; the text says which."""


def _narrow(codes: Numbers, count: int) -> Numbers:
    kind = np.uint8 if count <= 1 << 8 else np.uint16 if count <= 1 << 16 else np.int32
    return np.ascontiguousarray(codes.astype(kind, copy=False))


def _coded(series: pd.Series[Any]) -> Coded:
    dtype = series.dtype
    if dtype.kind == "O" and isinstance(dtype, np.dtype):
        return _coded_objects(series)
    if isinstance(dtype, np.dtype) and dtype.kind == "b":
        return Coded(series.to_numpy().view(np.uint8), [False, True])
    if isinstance(dtype, np.dtype) and dtype.kind == "f" and dtype.itemsize == 8:
        # By their bits: 0.0 and -0.0 are two values to a type that makes text of them.
        codes, places = pd.factorize(series.to_numpy().view(np.int64))
        return Coded(_narrow(codes, len(places)), natives(pd.Series(places.view(np.float64))))
    if isinstance(dtype, pd.CategoricalDtype):
        return _with_missing(series.cat.codes.to_numpy(), natives(pd.Series(series.cat.categories)))
    if dtype.kind in "iuM" or isinstance(dtype, pd.StringDtype):
        codes, uniques = pd.factorize(series)
        return _with_missing(codes, natives(pd.Series(uniques)))
    return column_of_distinct(natives(series))


def _with_missing(codes: Numbers, distinct: list[Any]) -> Coded:
    if len(codes) and codes.min() < 0:
        codes, distinct = np.where(codes < 0, len(distinct), codes), [*distinct, None]
    return Coded(_narrow(codes, len(distinct)), distinct)


def _coded_objects(series: pd.Series[Any]) -> Coded:
    values = natives(series)
    if set(map(type, values)) <= {str, type(None)}:
        codes, uniques = pd.factorize(np.array(values, dtype=object))
        return _with_missing(codes, list(uniques))
    return column_of_distinct(values)


def column_of_distinct(values: list[Any]) -> Coded:
    """Return a code for each distinct value.

    Raises
    ------
    OneShot
        If a value is an iterator.
    """
    places: dict[Any, int] = {}
    distinct: list[Any] = []
    codes = np.empty(len(values), dtype=np.int64)
    for row, value in enumerate(values):
        if isinstance(value, Iterator):
            raise OneShot(f"gives a {type(value).__name__}, which can be gone through only once")
        key = (value.kind, str(value.error)) if isinstance(value, Raised) else sameness(value)
        code = len(distinct) if key is None else places.setdefault(key, len(distinct))
        if code == len(distinct):
            distinct.append(value)
        codes[row] = code
    return Coded(_narrow(codes, len(distinct)), distinct)
