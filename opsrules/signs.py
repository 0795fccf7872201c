"""A column of text as the bytes it is kept in, so that what holds for all of its texts is seen in one look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    import numpy.typing as npt

    _Bytes = npt.NDArray[np.uint8]
    _Ints = npt.NDArray[np.int64]

__all__ = ["Signs", "beginning", "blank", "is_filled", "one_text", "pieces_of", "signs_of"]


@dataclass(frozen=True)
class Signs:
    """The bytes of the texts of a column.

    Attributes
    ----------
    data : ndarray of uint8
        Those of all texts in UTF-8, one text behind the other.
    ends : ndarray of int64
        Where each text starts in them, and where the last one ends: one more than there are texts.
    """

    data: _Bytes
    ends: _Ints

    @property
    def width(self) -> int:
        """Bytes of every text; 0 where they are not all of one length, or all blank."""
        width = int(self.ends[1] - self.ends[0])
        return width if (np.diff(self.ends) == width).all() else 0

    def one(self) -> bytes | None:
        """Return the text that stands in every row; None where they differ."""
        first = self.data[: self.ends[1]]
        if len(self.data) != len(first) * (len(self.ends) - 1) or (np.diff(self.ends) != len(first)).any():
            return None
        # Each text against the one behind it.
        return bytes(first) if (self.data[len(first) :] == self.data[: len(self.data) - len(first)]).all() else None


def signs_of(texts: pd.Series[str] | pa.Array) -> Signs | None:
    """Bytes of a column; None where it has no rows, or a missing text."""
    cells = pa.array(texts, type=pa.large_string(), from_pandas=True)
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.chunk(0) if cells.num_chunks == 1 else cells.combine_chunks()
    if not len(cells) or cells.null_count:
        return None
    _, offsets, data = cells.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[cells.offset : cells.offset + len(cells) + 1]
    start = ends[0]
    signs = np.frombuffer(data or b"", dtype=np.uint8)[start : ends[-1]]
    return Signs(signs, ends - start if start else ends)


def pieces_of(texts: pd.Series[str]) -> list[pa.Array]:
    """Return the pieces of memory that a column is kept in; those without rows left out."""
    cells = pa.array(texts, type=pa.large_string(), from_pandas=True)
    return [one for one in (cells.chunks if isinstance(cells, pa.ChunkedArray) else [cells]) if len(one)]


def is_filled(texts: pd.Series[str]) -> bool:
    """Whether every text plainly begins with a sign; where one may be blank, only a look at each tells."""
    signs = signs_of(texts)
    if signs is None or not np.diff(signs.ends).all():
        return False
    first = signs.data[signs.ends[:-1]]
    return bool(((first > ord(" ")) & (first < 127)).all())


def blank(texts: pd.Series[str]) -> npt.NDArray[np.bool_]:
    """Whether each text holds nothing but blanks."""
    signs = signs_of(texts)
    if signs is None:
        return np.asarray(texts.str.strip() == "", dtype=bool)
    found = np.asarray(np.diff(signs.ends) == 0)
    filled = np.flatnonzero(~found)
    first = signs.data[signs.ends[filled]]
    closer = filled[(first <= ord(" ")) | (first >= 127)]
    if closer.size:
        found[closer] = (texts.iloc[closer].str.strip() == "").to_numpy(dtype=bool)
    return found


def beginning(texts: pd.Series[str], words: Iterable[str]) -> npt.NDArray[np.intp]:
    """Rows whose text may begin with one of these words, blanks before it left out: it has its first byte."""
    signs = signs_of(texts)
    if signs is None:
        return np.arange(len(texts))
    maybe = np.zeros(256, dtype=bool)
    maybe[: ord(" ") + 1] = maybe[127:] = True
    maybe[[word.encode()[0] for word in words if word]] = True
    filled = np.flatnonzero(np.diff(signs.ends))
    return filled[maybe[signs.data[signs.ends[filled]]]]


def one_text(texts: pd.Series[str]) -> str | None:
    """Return the text that stands in every row; None where there are several, or no rows."""
    found: bytes | None = None
    for piece in pieces_of(texts):
        signs = signs_of(piece)
        one = None if signs is None else signs.one()
        if one is None or found not in (None, one):
            return None
        found = one
    return None if found is None else found.decode()
