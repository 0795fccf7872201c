"""Columns in which few texts stand many times, worked out once for each text."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from opsrules.readers.signs import one_text, signs_of

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["blanks", "constant", "each_text"]


def each_text(texts: pd.Series[str], word: Callable[[str], str]) -> pd.Series[str]:
    """Return what `word` makes of each text, asked once for each that occurs."""
    only = one_text(texts)
    if only is not None:
        return constant(word(only), texts.index)
    codes, unique = pd.factorize(texts.reset_index(drop=True))
    words = pd.Series([word(text) for text in unique], dtype="str")
    return words.take(np.asarray(codes)).set_axis(texts.index)


def blanks(texts: pd.Series[str]) -> npt.NDArray[np.bool_]:
    """Which texts hold no sign but blanks."""
    signs = signs_of(texts)
    if signs is None:
        return (texts.str.strip() == "").to_numpy(dtype=bool)
    nothing: npt.NDArray[np.bool_] = np.diff(signs.ends) == 0
    first = signs.data[signs.ends[:-1][~nothing]]
    if ((first > ord(" ")) & (first < _NOT_ASCII)).all():
        return nothing
    return (texts.str.strip() == "").to_numpy(dtype=bool)


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
