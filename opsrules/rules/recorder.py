"""A table as the methods of variables see it: its columns, and a note of what is done with them."""

from __future__ import annotations

from collections.abc import Hashable, Set
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pandas as pd

from opsrules.rules.vectors import EXACT, Notes, Vector

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Recorder"]

Array = Any


class Recorder(Notes):
    """A table handed to the class of variables; notes what is read of it.

    Parameters
    ----------
    frame : DataFrame
    rows : array of int or None
        The rows to show; None for all.
    gaps : set
        Columns that have no value in these rows: they are None.

    Attributes
    ----------
    read : dict of Vector
        By column, in the order in which they were read.
    absent : list
        Names asked for that are no columns.
    """

    def __init__(
        self, frame: pd.DataFrame, rows: npt.NDArray[np.intp] | None = None, gaps: Set[Hashable] = frozenset()
    ) -> None:
        super().__init__(has_gaps=bool(gaps))
        self._frame, self._rows, self._gaps = frame, rows, gaps
        self.read: dict[Hashable, Vector] = {}
        self.absent: list[Hashable] = []

    def __getitem__(self, name: Hashable) -> Vector | None:
        if name in self._gaps:
            return None
        if name in self.read:
            return self.read[name]
        if name not in self._frame.columns:
            self.absent.append(name)
            raise KeyError(name)
        self.read[name] = Vector(lambda: _payload(self.series(name)), self)
        return self.read[name]

    def series(self, name: Hashable) -> pd.Series[Any]:
        """Return a column of the rows shown."""
        return self._frame[name] if self._rows is None else self._frame[name].take(self._rows)

    @property
    def is_blind(self) -> bool:
        """Whether nothing but the type of values can have been seen, and each column has one type.

        Then every row gives what one gives: identity, which nobody can note, is told of nothing but True and False.
        """
        return all(one.is_untouched and _has_one_type(self._frame[name].dtype) for name, one in self.read.items())

    def get(self, name: Hashable, default: Any = None) -> Any:
        """Return a column, or `default` where there is none, as a row would."""
        return self[name] if name in self._frame.columns else default

    def __contains__(self, name: Hashable) -> bool:
        return name in self._frame.columns

    def __iter__(self) -> NoReturn:
        self.refuse("goes through all columns")

    def __len__(self) -> int:
        return self.refuse("counts the columns")

    def __getattr__(self, name: str) -> NoReturn:
        self.refuse(f"uses .{name} of the row")


def _has_one_type(dtype: Any) -> bool:
    if isinstance(dtype, pd.CategoricalDtype | pd.SparseDtype):
        return False
    return dtype.kind in "iufM" or isinstance(dtype, pd.StringDtype)


def _payload(column: pd.Series[Any]) -> Array | None:
    """Return an array that has Python's arithmetic; None if there is none, as for Python objects.

    What stands in missing places does not matter: those rows are asked alone.
    """
    dtype = column.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind == "M":
            return column.dt.floor("us").to_numpy().astype("datetime64[us]")
        array = column.to_numpy()
    elif isinstance(dtype, pd.StringDtype):
        return column.fillna("").array
    elif dtype.kind in "iufb" and not isinstance(dtype, pd.CategoricalDtype | pd.SparseDtype):
        array = column.to_numpy(dtype=np.dtype(f"{dtype.kind}8" if dtype.kind != "b" else "?"), na_value=0)
    else:
        return None
    if dtype.kind == "u":
        return array.astype(np.int64) if not len(array) or array.max() < EXACT else None
    wide = {"i": np.int64, "f": np.float64, "b": np.bool_}.get(dtype.kind)
    return None if wide is None else array.astype(wide, copy=False)
