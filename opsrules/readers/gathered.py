"""A large table gathered block by block, so that at no time much more memory is held than the table takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from opsrules.signs import pieces_of, signs_of

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Gathered"]

_SPARE = 4  # an array that grows is given room for a quarter more


class Gathered:
    """The rows of blocks of one table, one behind the other.

    Text is kept as Arrow holds it, a text that stands in all rows of a block once for all blocks. Numbers and times
    are kept in one array a column, which grows in place: joined at the end, they would be there twice.
    """

    def __init__(self) -> None:
        self._columns: dict[str, _Texts | _Numbers | _Others] = {}

    def add(self, block: pd.DataFrame) -> None:
        """Add the rows of a block, whose columns are those of the first."""
        if not self._columns:
            self._columns = {str(name): _column(values.dtype) for name, values in block.items()}
        for name, column in self._columns.items():
            column.add(block[name])

    def table(self) -> pd.DataFrame:
        """Return all rows as one table, and hold none of them any longer."""
        columns, self._columns = self._columns, {}
        return pd.DataFrame({name: columns.pop(name).whole() for name in list(columns)}, copy=False)


class _Texts:
    def __init__(self) -> None:
        self._pieces: list[pa.Array] = []
        self._shared, self._text = pa.array([], pa.large_string()), b""

    def add(self, values: pd.Series[str]) -> None:
        for piece in pieces_of(values):
            signs = signs_of(piece)
            text = None if signs is None else signs.one()
            if text is None:
                self._pieces.append(piece)
                continue
            if text != self._text or len(piece) > len(self._shared):
                self._shared, self._text = piece, text
            self._pieces.append(self._shared.slice(0, len(piece)))

    def whole(self) -> pd.api.extensions.ExtensionArray:
        column: pd.Series[str] = pa.chunked_array(self._pieces, pa.large_string()).to_pandas()
        return column.array


class _Numbers:
    def __init__(self, dtype: Any) -> None:
        self._dtype = dtype
        self._kept = dtype if isinstance(dtype, np.dtype) else np.dtype(f"datetime64[{dtype.unit}]")
        self._values: npt.NDArray[Any] = np.empty(0, self._kept)
        self._size = 0

    def add(self, values: pd.Series[Any]) -> None:
        end = self._size + len(values)
        if end > len(self._values):
            # A large array is moved by its addresses alone; nobody else holds it.
            self._values.resize(end + end // _SPARE, refcheck=False)
        self._values[self._size : end] = values.to_numpy(self._kept)
        self._size = end

    def whole(self) -> Any:
        self._values.resize(self._size, refcheck=False)
        return pd.array(self._values, dtype=self._dtype, copy=False)


class _Others:
    def __init__(self) -> None:
        self._pieces: list[pd.Series[Any]] = []

    def add(self, values: pd.Series[Any]) -> None:
        self._pieces.append(values)

    def whole(self) -> Any:
        return pd.concat(self._pieces, ignore_index=True).array


def _column(dtype: Any) -> _Texts | _Numbers | _Others:
    if isinstance(dtype, pd.StringDtype):
        return _Texts()
    return _Numbers(dtype) if isinstance(dtype, np.dtype | pd.DatetimeTZDtype) and dtype.kind != "O" else _Others()
