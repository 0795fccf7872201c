"""Amounts as exports write them, read all at once by the places of their signs; some may be blank, or without decimals.

What is not plainly a figure of the style is left to `opsrules.money.parse_minor`, whose answers are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.money import CURRENCIES, MOST_DIGITS, NumberStyle, plain_spelling
from opsrules.readers.signs import Signs, signs_of

if TYPE_CHECKING:
    import numpy.typing as npt

    _Bytes = npt.NDArray[np.uint8]
    _Ints = npt.NDArray[np.int64]
    _Bools = npt.NDArray[np.bool_]

__all__ = ["Figures", "are_written", "minor_by_figures"]

_POWERS = 10 ** np.arange(max(CURRENCIES.values()) + 1)
_GROUP = 4  # signs from one thousands sign to the next


@dataclass(frozen=True)
class Figures:
    """Amounts that were read, one a row.

    Attributes
    ----------
    minor : ndarray of int64
        Minor units; 0 where the text is blank or was not read.
    blank : ndarray of bool
    unread : ndarray of bool
        Where a look at the text itself must tell what it says.
    """

    minor: _Ints
    blank: _Bools
    unread: _Bools


def minor_by_figures(texts: pd.Series[str], style: NumberStyle, places: int | _Ints) -> Figures | None:
    """Read amounts in minor units; None where there are no rows, or a text is missing.

    Parameters
    ----------
    texts : Series of str
    style : NumberStyle
    places : int or ndarray of int64
        Decimals of the one currency, or of each row's; an amount with more is left unread.
    """
    signs = signs_of(texts)
    if signs is None:
        return None
    found = _read(signs, style, places)
    if not found.unread.any():
        return found
    left = np.flatnonzero(found.unread)
    again = signs_of(_spelled(texts.iloc[left], style))
    if again is None:
        return found
    more = _read(again, style, places if isinstance(places, int) else places[left])
    found.minor[left], found.blank[left], found.unread[left] = more.minor, more.blank, more.unread
    return found


def _spelled(texts: pd.Series[str], style: NumberStyle) -> pa.Array:
    cells = plain_spelling(pa.array(texts, type=pa.large_string(), from_pandas=True), style)
    if not style.indian:
        return cells
    fits = pc.match_substring_regex(cells, style.pattern())
    return pc.if_else(fits, pc.replace_substring(cells, style.grouping, ""), cells)


def are_written(texts: pd.Series[str], style: NumberStyle) -> bool | None:
    """Whether all texts are blank or amounts in a style, whatever their currency; None where each must be looked at."""
    signs = signs_of(texts)
    if signs is None or style.indian or style.trailing_sign or style.open_fraction:
        return None
    plain = np.zeros(256, dtype=bool)
    plain[list(b"0123456789-.,")] = True
    return bool(_Places.of(signs, style).good.all()) if plain[signs.data].all() else None


@dataclass(frozen=True)
class _Places:
    """Where the signs of figures stand that are no digits.

    Attributes
    ----------
    good : ndarray of bool
        Whether each text is blank, or digits, with at most a minus before them, a decimal sign with digits behind it,
        and thousands signs where they belong.
    whole, fraction : ndarray of int64
        Digits of each text before and after its decimal sign.
    other : ndarray of int64
        Where decimal and thousands signs stand.
    others : ndarray of int64
        How many of them each text has.
    """

    good: _Bools
    whole: _Ints
    fraction: _Ints
    other: _Ints
    others: _Ints

    @classmethod
    def of(cls, signs: Signs, style: NumberStyle) -> _Places:
        data, starts, stops = signs.data, signs.ends[:-1], signs.ends[1:]
        points, minus, groups = (_of_sign(data, sign) for sign in (style.decimal, "-", style.grouping))
        with_point, below, grouped = (_texts(signs, one) for one in (points, minus, groups))
        good = _alone(signs, np.concatenate((points, minus, groups)))
        others = np.bincount(with_point, minlength=len(starts))
        end, fraction = stops.copy(), np.zeros(len(starts), dtype=np.int64)
        end[with_point], fraction[with_point] = points, stops[with_point] - points - 1
        good[others > 1] = False
        good[with_point[fraction[with_point] == 0]] = False
        good[below[starts[below] != minus]] = False
        first = starts.copy()
        first[below] += 1
        whole = end - first
        if groups.size:
            count = np.bincount(grouped, minlength=len(starts))
            # Thousands signs stand a group apart, all the way to the end of the whole part.
            to_end, lead = end[grouped] - groups, np.append(True, grouped[1:] != grouped[:-1])
            good[grouped[(to_end <= 0) | (to_end % _GROUP != 0)]] = False
            leading, texts = groups[lead] - first[grouped[lead]], grouped[lead]
            strange = (leading < 1) | (leading >= _GROUP) | (to_end[lead] != _GROUP * count[texts])
            good[texts[strange]] = False
            whole -= count
            others += count
        good &= (whole > 0) | (starts == stops)
        return cls(good, whole, fraction, np.concatenate((points, groups)), others)


def _of_sign(data: _Bytes, sign: str) -> _Ints:
    return np.flatnonzero(data == ord(sign)) if sign and sign.isascii() else np.zeros(0, dtype=np.int64)


def _texts(signs: Signs, at: _Ints) -> _Ints:
    """Number of the text in which each of these places is."""
    starts, stops = signs.ends[:-1], signs.ends[1:]
    if len(at) == len(starts) and ((starts <= at) & (at < stops)).all():
        return np.arange(len(at))
    return np.searchsorted(stops, at, side="right")


def _alone(signs: Signs, known: _Ints) -> _Bools:
    """Whether each text is made of digits and the signs at these places alone."""
    good = np.ones(len(signs.ends) - 1, dtype=bool)
    strange = signs.data - np.uint8(ord("0")) > 9  # what is below 0 wraps around
    if np.count_nonzero(strange) != len(known):
        strange[known] = False
        good[_texts(signs, np.flatnonzero(strange))] = False
    return good


def _read(signs: Signs, style: NumberStyle, places: int | _Ints) -> Figures:
    found = _Places.of(signs, style)
    good = found.good & (found.fraction <= places) & (found.whole <= MOST_DIGITS - places)
    blank = np.diff(signs.ends) == 0
    kept, ends = signs.data, signs.ends
    if found.other.size:
        left = np.ones(len(kept), dtype=bool)
        left[found.other] = False
        kept, ends = kept[left], np.append(0, ends[1:] - np.cumsum(found.others))
    figures = pa.LargeStringArray.from_buffers(len(good), pa.py_buffer(ends), pa.py_buffer(kept))
    if blank.any() or not good.all():
        figures = pc.if_else(pa.array(good & ~blank), figures, "0")
    units = np.array(pc.cast(figures, pa.int64()).to_numpy())
    return Figures(units * _POWERS[np.where(good, places - found.fraction, 0)], blank, ~good)
