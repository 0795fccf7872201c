"""Amounts in one currency that are written in one style, some blank, some without decimals, read all at once.

What is not exactly so is left to `opsrules.money.parse_minor`, whose answers are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.money import MOST_DIGITS, NumberStyle, plain_spelling
from opsrules.readers.signs import Signs, signs_of

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]
    _Bools = npt.NDArray[np.bool_]

__all__ = ["minor_by_figures"]


def minor_by_figures(texts: pd.Series[str], style: NumberStyle, places: int) -> tuple[_Ints, _Bools] | None:
    """Minor units of amounts, and which of them are blank; None where one is no figure of the style, or is too long.

    Parameters
    ----------
    texts : Series of str
    style : NumberStyle
    places : int
        Decimals of their one currency; no amount may have more.

    Returns
    -------
    minor : ndarray of int64
        0 where the text is blank.
    blank : ndarray of bool
    """
    signs = signs_of(texts)
    if signs is None:
        return None
    read = _read(signs, style.decimal, places)
    if read is not None:
        return read
    cells = plain_spelling(pa.array(texts, type=pa.large_string(), from_pandas=True), style)
    fits = pc.or_(pc.equal(cells, ""), pc.match_substring_regex(cells, style.pattern()))
    plain = signs_of(pc.replace_substring(cells, style.grouping, "") if style.grouping else cells)
    return _read(plain, style.decimal, places) if plain is not None and pc.all(fits).as_py() else None


def _read(signs: Signs, decimal: str, places: int) -> tuple[_Ints, _Bools] | None:
    """Read figures of digits, with at most one decimal sign and a minus before them."""
    data, starts, stops = signs.data, signs.ends[:-1], signs.ends[1:]
    points, minus = np.flatnonzero(data == ord(decimal)), np.flatnonzero(data == ord("-"))
    digits = np.count_nonzero(data - np.uint8(ord("0")) <= 9)  # what is below 0 wraps around
    if digits + len(points) + len(minus) != len(data):
        return None
    with_point, below = (np.searchsorted(stops, one, side="right") for one in (points, minus))
    fraction = np.zeros(len(starts), dtype=np.int64)
    fraction[with_point] = stops[with_point] - points - 1
    whole = stops - starts - fraction
    whole[with_point] -= 1
    whole[below] -= 1
    blank = stops == starts
    good = (
        not (np.diff(with_point) == 0).any()
        and (starts[below] == minus).all()
        and (fraction[with_point] > 0).all()
        and fraction.max() <= places
        and whole.max() <= MOST_DIGITS - places
        and ((whole > 0) | blank).all()
    )
    if not good:
        return None
    kept = np.delete(data, points)
    ends = signs.ends - np.searchsorted(points, signs.ends)
    figures = pa.LargeStringArray.from_buffers(len(starts), pa.py_buffer(ends), pa.py_buffer(kept))
    if blank.any():
        figures = pc.if_else(pa.array(blank), "0", figures)
    units = np.asarray(pc.cast(figures, pa.int64()).to_numpy())
    return units * np.power(10, places - fraction), blank
