"""Columns in which few texts stand many times, worked out once for each text."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.signs import blank, is_filled, one_text

if TYPE_CHECKING:
    import numpy.typing as npt

    _Bools = npt.NDArray[np.bool_]

__all__ = ["chosen", "constant", "each_flag", "each_number", "each_text", "or_else"]


def each_text(texts: pd.Series[str], word: Callable[[str], str]) -> pd.Series[str]:
    """Return what `word` makes of each text, asked once for each that occurs."""
    only = one_text(texts)
    if only is not None:
        return constant(word(only), texts.index)
    codes, unique = pd.factorize(texts.reset_index(drop=True))
    words = pd.Series([word(text) for text in unique], dtype="str")
    return words.take(np.asarray(codes)).set_axis(texts.index)


def each_flag(texts: pd.Series[str], is_so: Callable[[str], bool]) -> _Bools:
    """Whether each text is so, asked once for each that occurs."""
    return each_number(texts, is_so).astype(bool)


def each_number(texts: pd.Series[str], number: Callable[[str], int]) -> npt.NDArray[np.int64]:
    """Number for each text, asked once for each that occurs."""
    only = one_text(texts)
    if only is not None:
        return np.full(len(texts), number(only), dtype=np.int64)
    codes, unique = pd.factorize(texts.reset_index(drop=True))
    return np.array([number(text) for text in unique], dtype=np.int64)[codes]


def chosen(mask: _Bools | pd.Series[bool], then: pd.Series[str] | str, other: pd.Series[str] | str) -> pd.Series[str]:
    """Texts of one column where the mask says so, those of another where it does not; numbered from 0."""
    flags = np.asarray(mask, dtype=bool)
    if not flags.any() and not isinstance(other, str):
        return other.reset_index(drop=True)
    sides = (one if isinstance(one, str) else _arrow(one) for one in (then, other))
    found = pc.if_else(
        pa.array(flags), *(pa.scalar(one, pa.large_string()) if isinstance(one, str) else one for one in sides)
    )
    column: pd.Series[str] = found.to_pandas().astype("str")
    return column


def or_else(texts: pd.Series[str], other: pd.Series[str]) -> pd.Series[str]:
    """Texts, and where one is blank that of another column; numbered from 0."""
    return texts.reset_index(drop=True) if is_filled(texts) else chosen(blank(texts), other, texts)


def _arrow(texts: pd.Series[str]) -> pa.Array:
    cells = pa.array(texts, type=pa.large_string(), from_pandas=True)
    return cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells


def constant(text: str, rows: int | pd.Index) -> pd.Series[str]:
    """Return a column that holds the same text in every row; large ones of a short text share one piece of memory."""
    size = rows if isinstance(rows, int) else len(rows)
    if size >= _LARGE and len(text) <= _SHORT:
        whole, rest = divmod(size, _SHARED)
        pieces = [*[_shared(text)] * whole, _shared(text).slice(0, rest)]
    else:
        pieces = [_repeated(text, size)]
    column: pd.Series[str] = pa.chunked_array(pieces, pa.large_string()).to_pandas()
    return column if isinstance(rows, int) else column.set_axis(rows)


_NOT_ASCII = 127
_SHARED = 1 << 16
_LARGE = 1 << 12
_SHORT = 100


@lru_cache(maxsize=16)
def _shared(text: str) -> pa.Array:
    return _repeated(text, _SHARED)


def _repeated(text: str, size: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.large_string()), size)
