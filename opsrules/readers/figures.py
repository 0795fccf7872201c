"""Amounts read by the shapes of their texts: sign, grouping and decimals once for each shape, digits all at once.

What is of no shape that the style allows, or has too many digits, is left to `opsrules.money.parse_minor`, whose
answers are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.money import CURRENCIES, MOST_DIGITS, NumberStyle, parse_minor, plain_spelling
from opsrules.readers.reasons import no_reasons
from opsrules.readers.shapes import Shapes, is_digit, shapes_of
from opsrules.terms import RejectReason

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]
    _Reasons = npt.NDArray[np.object_]

__all__ = ["minor_by_figures"]


def minor_by_figures(
    texts: pd.Series[str], currencies: pd.Series[str] | str, style: NumberStyle, in_minor: bool = False
) -> tuple[_Ints, _Reasons]:
    """Minor units of amounts, and why each cannot be read: what `opsrules.money.parse_minor` gives.

    Parameters
    ----------
    texts : Series of str
    currencies : Series of str, or str
        Currency of each row, or of all.
    style : NumberStyle
    in_minor : bool
        Whether the texts are minor units already.
    """
    shapes = shapes_of(texts)
    if shapes is None:
        return parse_minor(texts, currencies, style, in_minor)
    below, whole, part, blank = _told(shapes.cells, style)
    places = _places(currencies, in_minor)
    fraction, blanks = part[shapes.codes], blank[shapes.codes]
    # The figure's digits may be fewer than these, as zeros stand before or behind it.
    fits = (fraction >= 0) & (fraction <= places) & (whole[shapes.codes] <= MOST_DIGITS - places)
    known = blanks & (places >= 0)
    minor = _digits(shapes, fits) * np.power(10, np.where(fits, places - fraction, 0))
    minor = np.where(below[shapes.codes], -minor, minor)
    reason = no_reasons(len(texts))
    left = ~(fits | known)
    if blanks.any() or left.any():
        reason = np.full(len(texts), "", dtype=object)
        reason[known] = RejectReason.AMOUNT_MISSING
    if left.any():
        coins = currencies if isinstance(currencies, str) else currencies[left]
        minor[left], reason[left] = parse_minor(texts[left], coins, style, in_minor)
    return minor, reason


def _told(cells: pa.Array, style: NumberStyle) -> tuple[npt.NDArray[np.bool_], _Ints, _Ints, npt.NDArray[np.bool_]]:
    """Whether each shape is below 0, its digits before and behind the decimal sign, and whether it is blank.

    Digits behind the sign are -1 where it is no amount.
    """
    spelled = plain_spelling(cells, style)
    blank = pc.equal(spelled, "").to_numpy(zero_copy_only=False)
    matched = pc.match_substring_regex(spelled, style.pattern()).to_numpy(zero_copy_only=False)
    figures = pc.if_else(pa.array(matched), spelled, "0")
    points = pc.find_substring(figures, style.decimal).to_numpy(zero_copy_only=False)
    digits = pc.count_substring(figures, "0").to_numpy(zero_copy_only=False)
    sizes = pc.binary_length(figures).to_numpy(zero_copy_only=False)
    part = np.where(points < 0, 0, sizes - points - 1)
    below = pc.starts_with(figures, "-").to_numpy(zero_copy_only=False)
    return below, (digits - part).astype(np.int64), np.where(matched, part, -1).astype(np.int64), blank


def _places(currencies: pd.Series[str] | str, in_minor: bool) -> _Ints:
    """Decimals of each currency; -1 for none known."""
    names = [currencies] if isinstance(currencies, str) else currencies
    codes, unique = pd.factorize(pd.Series(names, dtype="str").reset_index(drop=True))
    places = np.array([CURRENCIES.get(one, -1) for one in unique], dtype=np.int64)
    return (np.minimum(places, 0) if in_minor else places)[codes]


def _digits(shapes: Shapes, good: npt.NDArray[np.bool_]) -> _Ints:
    """Whole numbers that the digits of each text make; 0 for those that are not good."""
    sizes = pc.count_substring(shapes.cells, "0").to_numpy().astype(np.int64)[shapes.codes]
    ends = np.append(0, np.cumsum(sizes))
    data = shapes.signs.data[is_digit(shapes.signs.data)]
    figures = pa.LargeStringArray.from_buffers(len(sizes), pa.py_buffer(ends), pa.py_buffer(data))
    if not good.all():
        figures = pc.if_else(pa.array(good), figures, "0")
    return np.asarray(pc.cast(figures, pa.int64()).to_numpy())
