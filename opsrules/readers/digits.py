"""Amounts, days and instants whose texts all have one shape, read by their digits at once.

A text at a time costs ten times as much, and nearly every export writes all of them alike. Whatever is not exactly of
the shape, or no day of the calendar, is left to `opsrules.money` and `opsrules.readers.times`, whose answers are the
same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.money import MOST_DIGITS
from opsrules.signs import Signs, signs_of

if TYPE_CHECKING:
    import numpy.typing as npt

    _Signs = npt.NDArray[np.uint8]
    _Ints = npt.NDArray[np.int64]
    _Short = npt.NDArray[np.int16]

__all__ = ["are_figures", "days_by_digits", "instants_by_digits", "is_iso", "minor_by_digits"]

_DAY = "dddd-dd-dd"
_INSTANT = _DAY + " dd:dd:dd"
_MINUTE = _DAY + " dd:dd"
_SHAPES = (_INSTANT, _INSTANT + " +dddd", _INSTANT + "Z", _INSTANT + "+dd:dd", _MINUTE)
_MOST_OFFSET = 14 * 60  # Pacific/Kiritimati
_ZERO = np.uint8(ord("0"))
_SECOND, _DAY_LONG = np.timedelta64(1_000_000, "us"), np.timedelta64(86_400_000_000, "us")


def are_figures(texts: pd.Series[str], decimal: str) -> bool:
    """Whether all texts that are not empty are ``-?digits``, the decimal sign and as many digits in each."""
    signs = _filled(texts)
    if signs is None:
        return False
    if not signs.data.size:
        return True
    places = bytes(signs.data[: signs.ends[1]]).rpartition(decimal.encode())[2]
    return _points(signs, decimal, len(places)) is not None


def minor_by_digits(texts: pd.Series[str], decimal: str, places: int) -> _Ints | None:
    """Minor units of amounts that are all ``-?digits``, the decimal sign and that many digits, or empty; else None.

    Those of a text that is empty are 0.

    Parameters
    ----------
    texts : Series of str
    decimal : str
    places : int
        Decimals of their one currency, at least one.
    """
    signs = _filled(texts)
    if signs is not None and not signs.data.size:
        return np.zeros(len(texts), dtype=np.int64)
    points = None if signs is None else _points(signs, decimal, places)
    if signs is None or points is None:
        return None
    left = pa.py_buffer(signs.data[~points])
    offsets = pa.py_buffer(signs.ends - np.arange(len(signs.ends)))
    figures = pa.LargeStringArray.from_buffers(len(signs.ends) - 1, offsets, left)
    found = np.asarray(pc.cast(figures, pa.int64()).to_numpy())
    if len(found) == len(texts):
        return found
    minor = np.zeros(len(texts), dtype=np.int64)
    minor[(texts != "").to_numpy(dtype=bool)] = found
    return minor


def _filled(texts: pd.Series[str]) -> Signs | None:
    """Bytes of the texts that are not empty; None as for `opsrules.signs.signs_of`."""
    signs = signs_of(texts)
    if signs is None:
        return None
    starts = signs.ends[:-1] != signs.ends[1:]
    return signs if starts.all() else Signs(signs.data, signs.ends[np.append(starts, True)])


def _points(signs: Signs, decimal: str, places: int) -> npt.NDArray[np.bool_] | None:
    """Which of the signs are decimal signs, where every text is a figure with so many decimals; else None."""
    points, minus = signs.data == ord(decimal), signs.data == ord("-")
    starts, ends = signs.ends[:-1], signs.ends[1:]
    whole = ends - starts - (places + 1)
    if not places or whole.min() < 1:  # before a text is asked for its first sign
        return None
    below = minus[starts]
    whole -= below
    good = (
        (whole.min() >= 1 and whole.max() <= MOST_DIGITS - places)
        and points[ends - (places + 1)].all()
        and np.count_nonzero(points) == len(starts)
        and np.count_nonzero(minus) == np.count_nonzero(below)
        and (points | minus | (signs.data - _ZERO <= 9)).all()
    )
    return points if good else None


def is_iso(texts: pd.Series[str], width: int = len(_DAY)) -> bool:
    """Whether all texts that are not empty begin with a day as ``YYYY-MM-DD`` and have one length of so many signs.

    What follows the day is a ``T`` or a blank.
    """
    signs = signs_of(texts)
    if signs is None:
        return False
    size = _filled_width(signs)
    if size < width:
        return not signs.data.size
    shape = (_DAY + " ")[:size]
    return _shaped(signs.data.reshape(-1, size)[:, : len(shape)].T, shape)


def days_by_digits(texts: pd.Series[str]) -> npt.NDArray[np.datetime64] | None:
    """Days from texts that are all ``YYYY-MM-DD``, or have a time after it; NaT for those that are empty.

    None where one look at each must tell.
    """
    signs = signs_of(texts)
    if signs is None:
        return None
    filled = np.diff(signs.ends) > 0
    found = np.full(len(filled), np.datetime64("NaT", "us"))
    if signs.data.size:
        width = _filled_width(signs)
        shape = next((one for one in (_DAY, *_SHAPES) if len(one) == width), None)
        places = np.ascontiguousarray(signs.data.reshape(-1, width).T) if shape else None
        days = _days(places) if shape is not None and places is not None and _shaped(places, shape) else None
        if days is None:
            return None
        found[filled] = days
    return found


def _filled_width(signs: Signs) -> int:
    """Bytes of every text that is not empty; 0 where they are not all of one length."""
    widths = np.diff(signs.ends)
    width = int(widths.max())
    return width if ((widths == width) | (widths == 0)).all() else 0


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
    shape = next((one for one in _SHAPES if len(one) == len(signs) and _shaped(signs, one)), None)
    days = None if shape is None else _days(signs)
    if shape is None or days is None:
        return None
    hours, minutes = _number(signs, 11, 2), _number(signs, 14, 2)
    seconds = np.zeros_like(minutes) if shape == _MINUTE else _number(signs, 17, 2)
    if hours.max() > 23 or minutes.max() > 59 or seconds.max() > 59:
        return None
    local = days + (hours * np.int32(3600) + minutes * np.int32(60) + seconds) * _SECOND
    if shape in (_INSTANT, _MINUTE):
        return local, None
    offset = _offset(signs, shape)
    return None if offset is None else (local, offset)


def _signs(texts: pd.Series[str]) -> _Signs | None:
    """Bytes of texts of one length, a row for each place in them; None when they are of several."""
    signs = signs_of(texts)
    width = 0 if signs is None else signs.width
    return np.ascontiguousarray(signs.data.reshape(-1, width).T) if signs is not None and width else None


def _shaped(signs: _Signs, shape: str) -> bool:
    for at, (sign, found) in enumerate(zip(shape, signs, strict=True)):
        if sign == "d":
            good = found - _ZERO <= 9  # what is below 0 wraps around
        elif sign == " ":
            # Between the day and the time a T may stand as well.
            good = (found == ord(" ")) | (found == ord("T")) if at == len(_DAY) else found == ord(" ")
        else:
            good = (found == ord("+")) | (found == ord("-")) if sign == "+" else found == ord(sign)
        if not good.all():
            return False
    return True


def _number(signs: _Signs, at: int, digits: int) -> _Short:
    number = np.zeros(signs.shape[1], dtype=np.int16)
    for place in signs[at : at + digits]:
        number *= 10
        number += place - _ZERO
    return number


def _days(signs: _Signs) -> npt.NDArray[np.datetime64] | None:
    years, months, days = _number(signs, 0, 4), _number(signs, 5, 2), _number(signs, 8, 2)
    if years.min() < 1000 or years.max() > 2999 or months.min() < 1 or months.max() > 12 or days.min() < 1:
        return None
    count = (years - 1970) * 12 + months - 1
    starts = np.arange(count.min(), count.max() + 2).astype("datetime64[M]").astype("datetime64[D]")
    count -= count.min()
    if (days > np.diff(starts).astype(np.int16)[count]).any():
        return None
    firsts: npt.NDArray[np.datetime64] = starts.astype("datetime64[us]")
    return np.asarray(firsts[count] + (days - 1) * _DAY_LONG)


def _offset(signs: _Signs, shape: str) -> _Ints | None:
    if shape.endswith("Z"):
        return np.zeros(signs.shape[1], dtype=np.int64)
    at = shape.index("+")
    hours, minutes = _number(signs, at + 1, 2), _number(signs, len(shape) - 2, 2)
    size = hours * np.int64(60) + minutes
    if size.max() > _MOST_OFFSET or minutes.max() > 59:
        return None
    return np.where(signs[at] == ord("-"), -size, size)
