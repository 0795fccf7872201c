"""Columns made: of a table's own, of what a variable gave, and of both together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.rules.columns import Coded, Column, Numeric
from opsrules.rules.exact import Raised
from opsrules.rules.numerals import numbers_of, typed_numbers
from opsrules.rules.rows import natives, sameness

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[Any]

__all__ = [
    "OneShot",
    "by_presence",
    "column_of",
    "column_of_distinct",
    "column_of_values",
    "is_nothing",
    "narrow",
    "patched",
]


def column_of(series: pd.Series[Any], *, numeric: bool) -> Column:
    """Return a column of a table; `numeric` says that the library's own numeric type will ask it."""
    if numeric:
        found = numbers_of(natives(series)) if series.dtype == object else typed_numbers(series)
        if found is not None:
            return found
    return _coded(series)


def column_of_values(values: list[Any], *, numeric: bool) -> Column:
    """Return what a variable gave row by row."""
    found = numbers_of(values) if numeric else None
    return found if found is not None else column_of_distinct(values)


def patched(column: Column, rows: Numbers, patch: Column, *, numeric: bool) -> Column:
    """Return the column with those of `patch`, one after the other, as the values of some rows."""
    if isinstance(column, Coded):
        if isinstance(patch, Numeric):
            patch = column_of_distinct(patch.values(np.arange(len(rows))))
        codes = column.codes.astype(np.int64)
        codes[rows] = patch.codes.astype(np.int64) + len(column.distinct)
        return Coded(narrow(codes, len(column.distinct) + len(patch.distinct)), [*column.distinct, *patch.distinct])
    if isinstance(patch, Coded) or not _fits(column, patch):
        everything = column.values(np.arange(len(column.numbers)))
        for row, value in zip(rows.tolist(), patch.values(np.arange(len(rows))), strict=True):
            everything[row] = value
        return column_of_values(everything, numeric=numeric)
    kind = np.float64 if "f" in (column.numbers.dtype.kind, patch.numbers.dtype.kind) else np.int64
    numbers = column.numbers.astype(kind)
    bad = np.zeros(len(numbers), dtype=np.bool_) if column.bad is None else column.bad.copy()
    numbers[rows] = patch.numbers
    bad[rows] = False if patch.bad is None else patch.bad
    replaced = set(rows.tolist()) if column.odd else ()
    odd = {row: value for row, value in column.odd.items() if row not in replaced}
    odd |= zip(rows[list(patch.odd)].tolist(), patch.odd.values(), strict=True)
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


def is_nothing(column: Column) -> bool:
    """Whether every value is None."""
    if isinstance(column, Coded):
        return list(column.distinct) == [None]
    return column.bad is not None and bool(column.bad.all()) and not column.odd


def by_presence(column: Numeric) -> Coded:
    """Return a code for all numbers together, and for each other distinct value."""
    codes = np.zeros(len(column.numbers), dtype=np.int64)
    rows = np.flatnonzero(column.bad) if column.bad is not None else np.zeros(0, dtype=np.intp)
    others = column_of_distinct([column.odd.get(row) for row in rows.tolist()])
    codes[rows] = others.codes.astype(np.int64) + 1
    return Coded(narrow(codes, len(others.distinct) + 1), [0, *others.distinct])


class OneShot(Exception):  # noqa: N818 - what a value is
    """A value that one comparison would use up; the text says which."""


def narrow(codes: Numbers, count: int) -> Numbers:
    """Return codes below `count` in the smallest type that holds them."""
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
        return Coded(narrow(codes, len(places)), natives(pd.Series(places.view(np.float64))))
    if isinstance(dtype, pd.CategoricalDtype):
        return _with_missing(series.cat.codes.to_numpy(), natives(pd.Series(series.cat.categories)))
    if dtype.kind in "iuM" or isinstance(dtype, pd.StringDtype):
        codes, uniques = pd.factorize(series)
        return _with_missing(codes, natives(pd.Series(uniques)))
    return column_of_distinct(natives(series))


def _with_missing(codes: Numbers, distinct: list[Any]) -> Coded:
    if len(codes) and codes.min() < 0:
        codes, distinct = np.where(codes < 0, len(distinct), codes), [*distinct, None]
    return Coded(narrow(codes, len(distinct)), distinct)


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
    return Coded(narrow(codes, len(distinct)), distinct)
