"""Times parted into their clocks, read by the digits, and what is left of the texts: days and zones, which are few.

A month in words, a zone or the order of day and month is then looked at once for each day, not for each of a million
times.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from opsrules.readers.shapes import Shapes, distinct, shapes_of
from opsrules.signs import Signs

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]
    _Bytes = npt.NDArray[np.uint8]

__all__ = ["Parted", "parted"]

# In a shape, where all digits are 0. A clock stands behind a day or a word such as "at", and a zone's offset does not.
_CLOCK = re.compile(
    rb"(?<=[T ,])(?P<hour>00?):(?P<minute>00)(?!0)(?::(?P<second>00)(?!0)(?:\.(?P<part>0{1,9})(?!0))?)?"
    rb"(?P<half>[\s\xc2\xa0\xe2\x80\xaf]*[AaPp]\.?\s?[Mm]\b)?"
)
_FIELDS = ("hour", "minute", "second", "part")
_MOST_SHAPES = 5_000
_ZERO, _ONE = np.uint8(ord("0")), np.uint8(ord("1"))


@dataclass(frozen=True)
class Parted:
    """Texts without their clocks, and the clocks.

    Attributes
    ----------
    texts : Series of str
        Each text that is left once, in the order in which they first occur. Its clock is set to one, whether o'clock,
        AM or PM; a text without a clock, or with one that no day has, stays as it is.
    codes : ndarray of int64
        Which of them is left of each row.
    past : ndarray of timedelta64[us]
        From one o'clock to the time in each row; 0 where the text is as it was.
    """

    texts: pd.Series[str]
    codes: _Ints
    past: npt.NDArray[np.timedelta64]


def parted(texts: pd.Series[str]) -> Parted:
    """Part the clocks from the texts of a column."""
    shapes = shapes_of(texts)
    found = [] if shapes is None or len(shapes.cells) > _MOST_SHAPES else _clocks(shapes)
    if shapes is None or not any(found):
        codes, unique = pd.factorize(texts.reset_index(drop=True))
        none = np.zeros(len(codes), dtype="timedelta64[us]")
        return Parted(pd.Series(unique, dtype="str"), np.asarray(codes, dtype=np.int64), none)
    data, past = _set_to_one(shapes, found)
    cells, codes = distinct(Signs(data, shapes.signs.ends))
    return Parted(cells.to_pandas().astype("str"), codes, past.astype("timedelta64[us]"))


def _clocks(shapes: Shapes) -> list[re.Match[bytes] | None]:
    return [_CLOCK.search(shape) for shape in shapes.cells.cast(pa.large_binary()).to_pylist()]


def _set_to_one(shapes: Shapes, found: list[re.Match[bytes] | None]) -> tuple[_Bytes, _Ints]:
    """Bytes of the texts with their clocks set to one o'clock, and the microseconds that this takes off each."""
    signs, codes = shapes.signs, shapes.codes
    if len(found) == 1 and found[0] is not None and (alike := _alike(signs, found[0])):
        return alike
    # Of each shape: where a field starts, and its digits; none where it has no such field.
    starts = {one: np.array([-1 if at is None else at.start(one) for at in found]) for one in _FIELDS}
    widths = {one: np.array([0 if at is None else at.end(one) - at.start(one) for at in found]) for one in _FIELDS}
    halved = np.array([at is not None and at["half"] is not None for at in found])
    value = {}
    for one in ("hour", "minute", "second"):
        value[one] = _number(signs, starts[one][codes], widths[one][codes], 2)
    half = halved[codes]
    hour = value["hour"]
    good = (widths["hour"][codes] > 0) & (value["minute"] < 60) & (value["second"] < 60)
    good &= np.where(half, (hour >= 1) & (hour <= 12), hour <= 23)
    hour = np.where(half, hour % 12, hour) - 1
    past = (hour * 3600 + value["minute"] * 60 + value["second"]) * 1_000_000
    if widths["part"].any():
        size = np.minimum(widths["part"], 6)  # what is below a microsecond is left out
        past += _number(signs, starts["part"][codes], size[codes], 6) * np.power(10, 6 - size)[codes]
    data = signs.data.copy()
    for one in _FIELDS:
        for place in range(int(widths[one].max())):
            rows = np.flatnonzero(good & (widths[one][codes] > place))
            last = widths[one][codes[rows]] == place + 1
            at = signs.ends[rows] + starts[one][codes[rows]] + place
            data[at] = np.where(last, _ONE, _ZERO) if one == "hour" else _ZERO
    return data, np.where(good, past, 0)


def _alike(signs: Signs, found: re.Match[bytes]) -> tuple[_Bytes, _Ints] | None:
    """The same for texts of one shape, a place in all of them at once; None where one has a clock that no day has."""
    rows = signs.data.reshape(len(signs.ends) - 1, -1)
    hour, minute, second, part = (_digits(rows, *found.span(one)) for one in _FIELDS)
    least, most = (1, 12) if found["half"] is not None else (0, 23)
    if hour.min() < least or hour.max() > most or minute.max() > 59 or second.max() > 59:
        return None
    hour = (hour % 12 if found["half"] is not None else hour) - 1
    past = (hour * 3600 + minute * 60 + second) * 1_000_000
    if found["part"]:
        size = len(found["part"])
        past += part * 10 ** (6 - size) if size <= 6 else part // 10 ** (size - 6)
    set_to_one = rows.copy()
    for one in _FIELDS:
        start, end = found.span(one)
        set_to_one[:, start:end] = _ZERO
        if one == "hour":
            set_to_one[:, end - 1] = _ONE
    return set_to_one.ravel(), past


def _digits(rows: _Bytes, start: int, end: int) -> _Ints:
    """Numbers that stand in these places of all texts; 0 for no places."""
    number = np.zeros(len(rows), dtype=np.int64)
    for place in range(start, end):
        number = number * 10 + (rows[:, place] - _ZERO)
    return number


def _number(signs: Signs, starts: _Ints, widths: _Ints, most: int) -> _Ints:
    """Numbers of so many digits in the texts; 0 where there is none."""
    number = np.zeros(len(starts), dtype=np.int64)
    for place in range(most):
        rows = np.flatnonzero(widths > place)
        number[rows] = number[rows] * 10 + signs.data[signs.ends[rows] + starts[rows] + place] - _ZERO
    return number
