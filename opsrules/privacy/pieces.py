"""Columns of text as bytes, a piece at a time, so that what all of its texts may hold is seen in a few looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import numpy.typing as npt

    Bools = npt.NDArray[np.bool_]
    Bytes = npt.NDArray[np.uint8]
    Ints = npt.NDArray[np.int64]

__all__ = ["CARD_GAP", "PHONE_GAP", "SPACES", "Groups", "Piece", "pieces", "table_of"]

CARD_GAP, PHONE_GAP = 1, 2
"""Bits of `Groups.link`: all between two groups of digits may stand inside a card's number, or inside a phone's."""

_PIECE_BYTES = 1 << 18  # what the processor keeps near
_MARGIN = 16  # bytes around the texts, so that a look before or behind them needs no test
_WIDEST_GAP = 9  # three signs of three bytes
SPACES = " \t\n\r\f\v\x1c\x1d\x1e\x1f"
"""What is blank in ASCII, as regular expressions of text have it."""

_NOTHING, _BETWEEN = pa.scalar("", pa.large_string()), pa.scalar("\0", pa.large_string())


def table_of(signs: str, beyond: bool = False) -> Bools:
    """Table of bytes that says which are among these ASCII signs, or, where `beyond`, parts of any other sign."""
    table = np.zeros(256, dtype=np.bool_)
    table[list(signs.encode("ascii"))] = True
    table[128:] = beyond
    return table


_GAPS = table_of(SPACES + "._-", beyond=True) * np.uint8(CARD_GAP) + table_of(SPACES + "()./-", beyond=True) * np.uint8(
    PHONE_GAP
)


@dataclass(frozen=True)
class Piece:
    """Some texts of a column.

    Attributes
    ----------
    data : ndarray of uint8
        Their bytes in UTF-8, each text between NULs, `_MARGIN` of them at both ends.
    starts : ndarray of int64
        Where each text starts.
    first : int
        Position in the column of the first of them.
    """

    data: Bytes
    starts: Ints
    first: int

    @cached_property
    def is_digit(self) -> Bools:
        """Which bytes are ASCII digits."""
        return self.data - np.uint8(ord("0")) < 10

    @cached_property
    def groups(self) -> Groups:
        """Its groups of digits."""
        return _groups(self)

    def rows(self, at: Ints) -> Ints:
        """Positions in the column of the texts that hold these bytes, each once."""
        return np.unique(np.searchsorted(self.starts, at, "right")) - 1 + self.first


@dataclass(frozen=True)
class Groups:
    """Groups of ASCII digits, each as long as it can be.

    Attributes
    ----------
    digits : ndarray of int64
        Where the digits of all groups are, in bytes; what follows counts in these.
    first : ndarray of int64
        Each group's first one.
    size : ndarray of int64
    link : ndarray of uint8
        Bits for what stands between a group and the one before it; 0 where nothing may hold both.
    """

    digits: Ints
    first: Ints
    size: Ints
    link: npt.NDArray[np.uint8]

    @property
    def starts(self) -> Ints:
        """Where each group starts, in bytes."""
        return self.digits[self.first]

    def reach(self, gap: int) -> Ints:
        """How many digits stand in a row from each group on, with nothing but such gaps between the groups."""
        heads = np.flatnonzero((self.link & gap) == 0)
        if not heads.size:
            return heads
        ends = np.append(self.first[heads[1:]], len(self.digits))
        return np.repeat(ends, np.diff(heads, append=len(self.first))) - self.first


def _groups(piece: Piece) -> Groups:
    digits = np.flatnonzero(piece.is_digit)
    steps = np.diff(digits, prepend=-_WIDEST_GAP - 2)
    first = np.flatnonzero(steps != 1)
    size = np.diff(first, append=len(digits))
    gap = steps[first] - 1
    link = np.zeros(len(first), dtype=np.uint8)
    near = np.flatnonzero(gap <= _WIDEST_GAP)
    link[near] = CARD_GAP | PHONE_GAP
    starts = digits[first]
    for back in range(1, _WIDEST_GAP + 1):
        near = near[(gap[near] >= back) & (link[near] != 0)]
        if not near.size:
            break
        link[near] &= _GAPS[piece.data[starts[near] - back]]
    return Groups(digits, first, size, link)


def pieces(texts: pd.Series[str]) -> Iterator[Piece]:
    """Cut a column into pieces of whole texts; a missing text is as a blank one."""
    cells = pa.array(texts, type=pa.large_string(), from_pandas=True)
    row = 0
    for chunk in cells.chunks if isinstance(cells, pa.ChunkedArray) else [cells]:
        if len(chunk):
            filled = pc.fill_null(chunk, "") if chunk.null_count else chunk
            ends = np.frombuffer(filled.buffers()[1], dtype=np.int64)[filled.offset :][: len(filled) + 1]
            cuts = np.searchsorted(ends, np.arange(ends[0], ends[-1], _PIECE_BYTES), "right") - 1
            for start, stop in pairwise([*cuts.tolist(), len(filled)]):
                if start < stop:
                    yield _piece(filled.slice(start, stop - start), ends[start:stop], row + start)
        row += len(chunk)


def _piece(texts: pa.Array, starts: Ints, row: int) -> Piece:
    parted = pc.binary_join_element_wise(texts, _NOTHING, _BETWEEN)
    signs = np.frombuffer(parted.buffers()[2], dtype=np.uint8)
    edge = np.zeros(_MARGIN, dtype=np.uint8)
    return Piece(
        np.concatenate([edge, signs, edge]), starts - starts[0] + np.arange(_MARGIN, _MARGIN + len(starts)), row
    )
