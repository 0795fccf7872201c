"""Dates whose texts all have one shape, brought to ISO order by moving their signs, all rows at once.

What is not exactly of one of the shapes is left to `opsrules.readers.dates`, whose answers are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from opsrules.readers.signs import signs_of

if TYPE_CHECKING:
    import numpy.typing as npt

    _Rows = npt.NDArray[np.uint8]

__all__ = ["is_iso", "rearranged"]

_DAY = 10
_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST = (6, 7, 8, 9, 3, 4, 0, 1), (6, 7, 8, 9, 0, 1, 3, 4), (0, 1, 2, 3, 5, 6, 8, 9)
_TIMES: dict[str, tuple[int | str, ...]] = {
    "": (" 00:00:00",),
    " dd:dd": (*range(10, 16), ":00"),
    " dd:dd:dd": (*range(10, 19),),
    " dd:dd:dd +dddd": (*range(10, 23), ":", 23, 24),
}
"""What may follow the day, and what becomes of it: places of its signs, and signs that are added."""
_ZERO = np.uint8(ord("0"))


def is_iso(texts: pd.Series[str], width: int = _DAY) -> bool:
    """Whether all texts begin with a day as ``YYYY-MM-DD`` and have one length, of at least so many signs."""
    rows = _rows(texts)
    return rows is not None and rows.shape[1] >= width and _shaped(rows[:, :_DAY], "dddd-dd-dd")


def rearranged(texts: pd.Series[str], day_first: bool) -> pd.Series[str] | None:
    """Texts as ``YYYY-MM-DD HH:MM:SS zone``; None where they do not all have one of the shapes known here.

    Parameters
    ----------
    texts : Series of str
    day_first : bool
        Whether ``05/11/2026`` is 5 November; with points it always is.
    """
    rows = _rows(texts)
    if rows is None:
        return None
    time = next((one for one in _TIMES if len(one) == rows.shape[1] - _DAY and _shaped(rows[:, _DAY:], one)), None)
    order = () if time is None else _order(rows[:, :_DAY], day_first)
    if time is None or not order:
        return None
    places: list[int | str] = [*order[:4], "-", *order[4:6], "-", *order[6:]]
    for one in _TIMES[time]:
        places += one if isinstance(one, str) else [one]
    moved = np.empty((len(rows), len(places)), dtype=np.uint8)
    for at, place in enumerate(places):
        moved[:, at] = ord(place) if isinstance(place, str) else rows[:, place]
    ends = np.arange(len(rows) + 1, dtype=np.int64) * len(places)
    cells = pa.LargeStringArray.from_buffers(len(rows), pa.py_buffer(ends), pa.py_buffer(moved))
    found: pd.Series[str] = cells.to_pandas().astype("str")
    return found.set_axis(texts.index)


def _rows(texts: pd.Series[str]) -> _Rows | None:
    """Bytes of texts of one length of at least a day, a row each; None for any others."""
    signs = signs_of(texts)
    return None if signs is None or signs.width < _DAY else signs.data.reshape(-1, signs.width)


def _order(days: _Rows, day_first: bool) -> tuple[int, ...]:
    """Places of the digits of year, month and day; () where the day is of no shape known here."""
    for sign in "./-":
        if _shaped(days, f"dd{sign}dd{sign}dddd"):
            return _DAY_FIRST if day_first or sign == "." else _MONTH_FIRST
        # A day with hyphens is as it should be, and so is what follows it.
        if sign != "-" and _shaped(days, f"dddd{sign}dd{sign}dd"):
            return _YEAR_FIRST
    return ()


def _shaped(rows: _Rows, shape: str) -> bool:
    for at, sign in enumerate(shape):
        found = rows[:, at]
        if sign == "d":
            good = found - _ZERO <= 9  # what is below 0 wraps around
        else:
            good = (found == ord("+")) | (found == ord("-")) if sign == "+" else found == ord(sign)
        if not good.all():
            return False
    return True
