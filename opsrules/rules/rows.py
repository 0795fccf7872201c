"""Rows as rules see them: one mapping of Python's own values each, every missing value None."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["rows_of"]


def rows_of(frame: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Return each row of a table as a mapping.

    NaN, NaT, NA and None become None, numpy's numbers Python's. Others, such as a Decimal or a list, stay as they are.
    """
    columns = [_natives(frame.iloc[:, position]) for position in range(frame.shape[1])]
    names = list(frame.columns)
    if not columns:
        return [{} for _ in range(len(frame))]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _natives(column: pd.Series[Any]) -> list[Any]:
    if column.dtype == object:
        return [_native(value) for value in column]
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
