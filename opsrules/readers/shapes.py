"""The shapes of the texts of a column: each text with 0 for every digit.

A column of a million amounts or times has few shapes. What a text means apart from its digits - where a decimal sign
stands, which month is named, how a minus is written - is told once for each shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from opsrules.signs import Signs, signs_of

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]

__all__ = ["Shapes", "distinct", "is_digit", "shapes_of"]

_SHAPE_OF = np.arange(256, dtype=np.uint8)
_SHAPE_OF[ord("0") : ord("9") + 1] = ord("0")


@dataclass(frozen=True)
class Shapes:
    """The shapes that occur in a column.

    Attributes
    ----------
    signs : Signs
        Of the texts.
    cells : Array of large_string
        Each shape once.
    codes : ndarray of int64
        Which of them each text has.
    """

    signs: Signs
    cells: pa.Array
    codes: _Ints

    @property
    def counts(self) -> _Ints:
        """How many texts have each shape."""
        return np.bincount(self.codes, minlength=len(self.cells))


def shapes_of(texts: pd.Series[str]) -> Shapes | None:
    """Shapes of a column; None where it has no rows, or a missing text."""
    signs = signs_of(texts)
    return None if signs is None else Shapes(signs, *distinct(Signs(_SHAPE_OF[signs.data], signs.ends)))


def distinct(signs: Signs) -> tuple[pa.Array, _Ints]:
    """Each text once, in the order in which they first occur, and which of them stands in each row."""
    one = signs.one()
    if one is not None:  # seen in one look
        return pa.array([one.decode()], pa.large_string()), np.zeros(len(signs.ends) - 1, dtype=np.int64)
    buffers = [pa.py_buffer(signs.ends), pa.py_buffer(signs.data)]
    cells = pa.LargeStringArray.from_buffers(len(signs.ends) - 1, *buffers).dictionary_encode()
    return cells.dictionary, cells.indices.to_numpy().astype(np.int64)


def is_digit(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Which bytes are digits."""
    return data - np.uint8(ord("0")) <= 9  # what is below 0 wraps around
