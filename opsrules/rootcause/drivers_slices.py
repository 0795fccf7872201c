"""Two tables summed by slice, exactly: what every split of a change starts from."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from opsrules.errors import UsageError
from opsrules.parameters.nearest import hint

__all__ = ["MISSING_LEVEL", "Slice", "exact", "slices_of"]

MISSING_LEVEL = "(missing)"
"""Level of a dimension for rows that have no value in it."""


@dataclass(frozen=True)
class Slice:
    """One combination of levels before and after; a period without it has zeros.

    Attributes
    ----------
    where : tuple
        A level for each dimension, in the dimensions' order.
    top_before, top_after, base_before, base_after : Fraction
        Sums of the numerator (or amount) and of the denominator (or quantity).
    """

    where: tuple[Hashable, ...]
    top_before: Fraction
    top_after: Fraction
    base_before: Fraction
    base_after: Fraction


def exact(value: Any) -> Fraction:
    """Return a number as the fraction that it is; a float as the binary fraction that it holds."""
    return Fraction(value.item() if isinstance(value, np.generic) else value)


def slices_of(
    before: pd.DataFrame, after: pd.DataFrame, dimensions: Sequence[str], top: str, base: str
) -> tuple[Slice, ...]:
    """Sum two tables by slice, in the order of the levels' texts.

    Parameters
    ----------
    before, after : DataFrame
        Rows of each period, any number a slice; none at all counts as a period without anything.
    dimensions : sequence of str
        Columns; rows without a value in one have the level `MISSING_LEVEL`.
    top, base : str
        Columns of numbers: integers, floats, decimals or fractions.

    Raises
    ------
    UsageError
        If a column is not there, holds what is no finite number, or `base` is below zero, or zero where `top` is not.
    """
    names = list(dimensions)
    if not names:
        msg = "dimensions is empty; name one or more columns to split by"
        raise UsageError(msg)
    if len(set(names)) < len(names):
        msg = f"dimensions names a column twice: {', '.join(names)}"
        raise UsageError(msg)
    sums: dict[tuple[Hashable, ...], list[Fraction]] = {}
    for place, (period, table) in enumerate((("before", before), ("after", after))):
        for where, values in _summed(table, period, names, (top, base)).items():
            held = sums.setdefault(where, [Fraction(0)] * 4)
            held[place], held[2 + place] = values
    return tuple(Slice(where, *sums[where]) for where in sorted(sums, key=_by_text))


def _by_text(where: tuple[Hashable, ...]) -> list[tuple[str, str]]:
    return [(str(level), type(level).__name__) for level in where]


def _summed(
    table: pd.DataFrame, period: str, names: list[str], measures: tuple[str, str]
) -> dict[tuple[Hashable, ...], tuple[Fraction, Fraction]]:
    for name in (*names, *measures):
        if name not in table:
            msg = f"{period}: there is no column {name!r}; {hint(name, map(str, table.columns))}"
            raise UsageError(msg)
    if table.empty:
        return {}
    levels = {name: table[name].astype(object).where(table[name].notna(), MISSING_LEVEL).to_numpy() for name in names}
    codes, where = _slices(levels)
    tops, bases = (_sums(table[name], codes, len(where), period) for name in measures)
    for at, (top, base) in enumerate(zip(tops, bases, strict=True)):
        if base < 0 or (base == 0 and top != 0):
            told = ", ".join(f"{name} {level}" for name, level in zip(names, where[at], strict=True))
            what = "is below zero" if base < 0 else f"is zero while {measures[0]!r} is not"
            msg = f"{period}: column {measures[1]!r} {what} for {told}; correct the rows, or leave them out of both"
            raise UsageError(msg)
    return dict(zip(where, zip(tops, bases, strict=True), strict=True))


def _slices(levels: dict[str, Any]) -> tuple[Any, list[tuple[Hashable, ...]]]:
    """Return which slice each row is of, and the slices' levels."""
    coded = {}
    for name, column in levels.items():
        try:
            coded[name] = pd.factorize(column)[0]
        except TypeError as error:
            msg = f"column {name!r} holds lists or mappings, expected texts or numbers; name another column"
            raise UsageError(msg) from error
    codes = pd.DataFrame(coded)
    grouped = codes.groupby(list(codes.columns), sort=False)
    number = grouped.ngroup().to_numpy()
    first = np.unique(number, return_index=True)[1]
    columns = [levels[name][first].tolist() for name in levels]
    return number, list(zip(*columns, strict=True))


def _sums(column: pd.Series[Any], codes: Any, count: int, period: str) -> list[Fraction]:
    """Sum a column by slice without any error of rounding."""
    values = column.tolist()
    for row, value in enumerate(values):
        number = isinstance(value, int | float | Decimal | Fraction | np.number) and not isinstance(value, bool)
        if not number or not math.isfinite(value):
            what = "no number" if value is None or value is pd.NA or value != value else repr(value)  # noqa: PLR0124
            where = f"{period}: column {column.name!r} has {what} in row {row}"
            msg = f"{where}, expected a finite number; fill it in or drop the row"
            raise UsageError(msg)
    kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else ""
    if kind in ("i", "u") and float(np.abs(column.to_numpy(dtype=np.float64)).sum()) < 2.0**62:
        totals = np.zeros(count, dtype=np.int64)
        np.add.at(totals, codes, column.to_numpy(dtype=np.int64))
        return [Fraction(one) for one in totals.tolist()]
    sums = [Fraction(0)] * count
    for code, value in zip(codes.tolist(), values, strict=True):
        sums[code] += exact(value)
    return sums
