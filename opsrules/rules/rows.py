"""Rows as rules see them: one mapping of Python's own values each, every missing value None."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["natives", "rows_of", "sameness"]

_BY_VALUE = (int, bool, str, bytes, type(None))
_BY_TEXT = (float, Decimal, date, datetime, time, timedelta, pd.Timestamp, pd.Timedelta)


def rows_of(frame: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Return each row of a table as a mapping.

    NaN, NaT, NA and None become None, numpy's numbers Python's. Others, such as a Decimal or a list, stay as they are.
    Of columns with one name, the last counts.
    """
    columns = [natives(column) for _, column in frame.items()]
    names = list(frame.columns)
    if not columns:
        return [{} for _ in range(len(frame))]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def natives(column: pd.Series[Any]) -> list[Any]:
    """Return the values of a column as a row holds them."""
    if column.dtype == object:
        return [_native(value) for value in column]
    if column.dtype.kind == "f":  # a nullable column may hold NaN beside NA
        column = pd.Series(column.to_numpy(dtype=np.float64, na_value=np.nan))
    values = column.tolist()
    if column.dtype.kind == "M":
        values = [None if value is pd.NaT else value.to_pydatetime(warn=False) for value in column]
    missing = column.isna().to_numpy()
    if not missing.any():
        return values
    return [None if gone else value for value, gone in zip(values, missing, strict=True)]


def _native(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):  # noqa: PLR0124
        return None
    return value.item() if isinstance(value, np.generic) else value


def sameness(value: object) -> Hashable:
    """Return a key that two values share only if no operator can tell them apart; None where nothing is known of them.

    True, 1 and 1.0 differ, and so do 0.0 and -0.0, 1.0 and 1.00 as decimals, one moment in two time zones.
    """
    kind = type(value)
    if kind in _BY_VALUE:
        return kind, value
    if kind in _BY_TEXT:
        return kind, repr(value)
    if kind in (tuple, list):
        parts = tuple(sameness(one) for one in value)  # type: ignore[attr-defined]
        return None if None in parts else (kind, parts)
    return None
