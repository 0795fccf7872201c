"""Numbers as the library's numeric type takes them: a column of them, where an array holds every one exactly."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from business_rules.operators import NumericType

from opsrules.rules.columns import Numeric
from opsrules.rules.exact import Raised

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[Any]

__all__ = ["numbers_of", "typed_numbers"]


def typed_numbers(series: pd.Series[Any]) -> Numeric | None:
    """Take a column whose type is one of numbers; None for any other."""
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


def numbers_of(values: list[Any]) -> Numeric | None:
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
