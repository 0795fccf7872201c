"""Days and instants whose texts all have one shape, read by their digits at once.

A text at a time costs ten times as much, and nearly every export writes all its times alike. Whatever is not exactly of
the shape, or no day of the calendar, is left to `opsrules.readers.times`, whose answers are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    import numpy.typing as npt

    _Signs = npt.NDArray[np.uint8]
    _Ints = npt.NDArray[np.int64]

__all__ = ["days_by_digits", "instants_by_digits"]

_DAY = "dddd-dd-dd"
_INSTANT = _DAY + " dd:dd:dd"
_SHAPES = (_INSTANT, _INSTANT + " +dddd", _INSTANT + "Z", _INSTANT + "+dd:dd")
_MOST_OFFSET = 14 * 60  # Pacific/Kiritimati
_ZERO, _NINE = ord("0"), ord("9")


def days_by_digits(texts: pd.Series[str]) -> npt.NDArray[np.datetime64] | None:
    """Days from texts that are all ``YYYY-MM-DD``; None where only one look at each can tell."""
    signs = _signs(texts)
    if signs is None or signs.shape[1] != len(_DAY) or not _shaped(signs, _DAY):
        return None
    return _days(signs)


def instants_by_digits(texts: pd.Series[str]) -> tuple[npt.NDArray[np.datetime64], _Ints | None] | None:
    """Local times from texts that all have one shape, and their minutes east of UTC.

    Returns
    -------
    local : ndarray of datetime64[us]
    minutes : ndarray of int64, or None
        None when no zone is written.
    """
    signs = _signs(texts)
    if signs is None:
        return None
    shape = next((one for one in _SHAPES if len(one) == signs.shape[1] and _shaped(signs, one)), None)
    days = None if shape is None else _days(signs)
    if shape is None or days is None:
        return None
    hours, minutes, seconds = (_number(signs, at, 2) for at in (11, 14, 17))
    if hours.max() > 23 or minutes.max() > 59 or seconds.max() > 59:
        return None
    local = days + ((hours * 60 + minutes) * 60 + seconds) * np.timedelta64(1_000_000, "us")
    if shape == _INSTANT:
        return local, None
    offset = _offset(signs, shape)
    return None if offset is None else (local, offset)


def _signs(texts: pd.Series[str]) -> _Signs | None:
    """Bytes of texts of one length, a row each; None when they are of several."""
    cells = pa.array(texts, type=pa.large_string(), from_pandas=True)
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    if not len(cells) or cells.null_count:
        return None
    ends = np.frombuffer(cells.buffers()[1], dtype=np.int64)[cells.offset : cells.offset + len(cells) + 1]
    width = int(ends[1] - ends[0])
    if not width or (np.diff(ends) != width).any():
        return None
    return np.frombuffer(cells.buffers()[2], dtype=np.uint8)[ends[0] : ends[-1]].reshape(-1, width)


def _shaped(signs: _Signs, shape: str) -> bool:
    for at, sign in enumerate(shape):
        column = signs[:, at]
        if sign == "d":
            good = (column >= _ZERO) & (column <= _NINE)
        elif sign == " ":
            # Between the day and the time a T may stand as well.
            good = (column == ord(" ")) | (column == ord("T")) if at == len(_DAY) else column == ord(" ")
        else:
            good = (column == ord("+")) | (column == ord("-")) if sign == "+" else column == ord(sign)
        if not good.all():
            return False
    return True


def _number(signs: _Signs, at: int, digits: int) -> _Ints:
    number = np.zeros(len(signs), dtype=np.int64)
    for place in range(at, at + digits):
        number = number * 10 + (signs[:, place] - _ZERO)
    return number


def _days(signs: _Signs) -> npt.NDArray[np.datetime64] | None:
    years, months, days = _number(signs, 0, 4), _number(signs, 5, 2), _number(signs, 8, 2)
    if years.min() < 1000 or years.max() > 2999 or months.min() < 1 or months.max() > 12 or days.min() < 1:
        return None
    first = ((years - 1970) * 12 + months - 1).astype("datetime64[M]")
    if (
        days > (first + 1).astype("datetime64[D]").astype(np.int64) - first.astype("datetime64[D]").astype(np.int64)
    ).any():
        return None
    return (first.astype("datetime64[D]") + (days - 1)).astype("datetime64[us]")


def _offset(signs: _Signs, shape: str) -> _Ints | None:
    if shape.endswith("Z"):
        return np.zeros(len(signs), dtype=np.int64)
    at = shape.index("+")
    hours, minutes = _number(signs, at + 1, 2), _number(signs, len(shape) - 2, 2)
    size = hours * 60 + minutes
    if size.max() > _MOST_OFFSET or minutes.max() > 59:
        return None
    return np.where(signs[:, at] == ord("-"), -size, size)
