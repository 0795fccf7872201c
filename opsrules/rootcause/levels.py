"""Columns as a search needs them: dimensions as numbered values, measures as plain numbers."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from opsrules.errors import UsageError

__all__ = ["Codes", "Dimension", "dimensions_of", "measure_of"]

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Dimension:
    """One column by which rows are told apart.

    Attributes
    ----------
    name : hashable
        Column.
    values : tuple
        Values that occur, in an order of their own, whatever the order of the rows; a missing value is None and last.
    codes : array of int
        Of each row its value's place.
    """

    name: Hashable
    values: tuple[Any, ...]
    codes: Codes


def dimensions_of(frame: pd.DataFrame, names: Sequence[Hashable]) -> tuple[Dimension, ...]:
    """Dimensions of a table, by name, so that the order in which they are asked for decides nothing.

    Raises
    ------
    UsageError
        If a column is missing, stands twice in the table or is named twice, or holds what cannot be a value.
    """
    if isinstance(names, str) or not isinstance(names, Sequence | pd.Index | np.ndarray):
        raise UsageError(f"dimensions must be a list of columns, got {names!r}; write [{names!r}]")
    asked = [_plain(name) for name in names]
    if not asked:
        raise UsageError("dimensions is empty; name at least one column to look for slices in")
    twice = [name for at, name in enumerate(asked) if name in asked[:at]]
    if twice:
        raise UsageError(f"dimensions names column {twice[0]!r} twice; name it once")
    return tuple(_dimension(frame, name) for name in sorted(asked, key=_order))


def measure_of(frame: pd.DataFrame, name: Hashable, what: str) -> npt.NDArray[np.float64]:
    """Numbers of a column.

    Raises
    ------
    UsageError
        If the column is missing or stands twice, or if a row has no number in it, or infinity.
    """
    column = _column(frame, name, what)
    if len(column) and (column.dtype.kind not in "iufbO" or isinstance(column.dtype, pd.CategoricalDtype)):
        raise UsageError(f"column {name!r} ({what}) must hold numbers, got {column.dtype}; turn it into numbers first")
    try:
        numbers = pd.to_numeric(column).to_numpy(np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        text = f"column {name!r} ({what}) must hold numbers, got something else; turn it into numbers first"
        raise UsageError(text) from error
    _refuse(name, what, int(np.isnan(numbers).sum()), len(numbers), "no value")
    _refuse(name, what, int(np.isinf(numbers).sum()), len(numbers), "an infinite value")
    return numbers


def _refuse(name: Hashable, what: str, bad: int, rows: int, fault: str) -> None:
    if bad:
        step = "write 0 where there was nothing, and leave out rows of which nothing is known"
        raise UsageError(f"column {name!r} ({what}) has {fault} in {bad:,} of {rows:,} rows; {step}")


def _column(frame: pd.DataFrame, name: Hashable, what: str) -> pd.Series[Any]:
    if not isinstance(frame, pd.DataFrame):
        raise UsageError(f"the table must be a pandas DataFrame, got {type(frame).__name__}")
    try:
        times = int((frame.columns == name).sum())
    except (TypeError, ValueError):
        times = 0
    if times == 1:
        return frame[name]
    if times:
        raise UsageError(f"column {name!r} ({what}) stands {times} times in the table; rename all but one")
    near = get_close_matches(str(name), [str(one) for one in frame.columns], 1)
    step = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(map(repr, frame.columns[:20]))}"
    raise UsageError(f"the table has no column {name!r} ({what}); {step}")


def _dimension(frame: pd.DataFrame, name: Hashable) -> Dimension:
    column = _column(frame, name, "a dimension")
    try:
        codes, found = pd.factorize(column)
    except TypeError as error:
        text = f"column {name!r} (a dimension) holds values that cannot be compared, such as lists; turn them into text"
        raise UsageError(text) from error
    values = list(found)
    order = sorted(range(len(values)), key=lambda at: _order(values[at]))
    missing = codes < 0
    place = np.empty(len(values) + 1, np.int32)
    place[order] = np.arange(len(values), dtype=np.int32)
    place[-1] = len(values)
    told = [values[at] for at in order] + ([None] if missing.any() else [])
    return Dimension(name, tuple(_plain(one) for one in told), place[codes])


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) and not isinstance(value, np.datetime64) else value


def _order(value: Any) -> tuple[str, Any, str]:
    """Sorts numbers by size and all else by text, values of one kind together."""
    if isinstance(value, bool | int | float | np.integer | np.floating):
        return "", float(value), ""
    return type(value).__name__, 0.0, str(value)
