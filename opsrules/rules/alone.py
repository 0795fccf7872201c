"""Rows asked alone, as run_all asks them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.rules.coding import column_of, column_of_values
from opsrules.rules.columns import Coded, Column
from opsrules.rules.exact import Raised
from opsrules.rules.library import BaseVariables
from opsrules.rules.rows import natives, rows_of
from opsrules.rules.watched import WatchedRow

if TYPE_CHECKING:
    import numpy.typing as npt

    Rows = npt.NDArray[np.intp]

__all__ = ["Alone"]

_SAMPLE = 192
_CHUNK = 20_000


class Alone:
    """The rows of a table, each to be asked on its own.

    Parameters
    ----------
    frame : DataFrame
    variables : class
        Built from one row.
    """

    def __init__(self, frame: pd.DataFrame, variables: type[BaseVariables]) -> None:
        self.frame, self.variables = frame, variables
        self._gaps: dict[Hashable, npt.NDArray[np.bool_] | None] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def rows(self, positions: Iterable[int]) -> list[dict[Hashable, Any]]:
        """Return some rows as mappings of Python's own values."""
        return rows_of(self.frame.take(np.fromiter(positions, dtype=np.intp)))

    @cached_property
    def sample(self) -> dict[int, dict[Hashable, Any]]:
        """Some rows by position: all of a small table, else the ends and some between."""
        count = len(self)
        ends = [*range(min(count, 8)), *range(max(count - 8, 0), count)]
        drawn = np.random.default_rng(0).integers(0, count, _SAMPLE).tolist() if count > _SAMPLE else range(count)
        positions = sorted({*ends, *drawn})
        return dict(zip(positions, self.rows(positions), strict=True))

    def gaps(self, name: Hashable) -> npt.NDArray[np.bool_] | None:
        """Return where a column has no value, None when it has one everywhere."""
        if name not in self._gaps:
            series = self.frame[name]
            if series.dtype == object:  # pandas takes a Decimal NaN for a missing value as well
                missing = np.array([value is None for value in natives(series)], dtype=np.bool_)
            else:
                missing = series.isna().to_numpy(dtype=np.bool_)
            self._gaps[name] = missing if missing.any() else None
        return self._gaps[name]

    def ask(self, variable: str, row: dict[Hashable, Any]) -> Any:
        """Return what a variable gives for one row, or `Raised`."""
        try:
            return getattr(self.variables(row), variable)()  # type: ignore[call-arg]
        except Exception as error:  # noqa: BLE001 - variables are analysts' code: whatever they raise belongs to the row
            return Raised(error.with_traceback(None))

    def watch(self, variable: str, row: int) -> tuple[Any, WatchedRow]:
        """Return what a variable gives for a row, and the row with what was read of it."""
        watched = WatchedRow(self.sample[row] if row in self.sample else self.rows([row])[0])
        return self.ask(variable, watched), watched

    def ask_all(self, variable: str, *, numeric: bool) -> Column:
        """Ask a variable every row."""
        if len(self) <= _SAMPLE:
            told = [self.ask(variable, dict(self.sample[row])) for row in range(len(self))]
            return column_of_values(told, numeric=numeric)
        told = []
        for start in range(0, len(self), _CHUNK):
            told += [self.ask(variable, row) for row in rows_of(self.frame.iloc[start : start + _CHUNK])]
        return column_of_values(told, numeric=numeric)

    def ask_some(self, variable: str, rows: Rows, names: Iterable[Hashable], *, numeric: bool) -> Column:
        """Ask a variable some rows, those that have the same in all columns that it reads once.

        Parameters
        ----------
        variable : str
        rows : array of int
        names : iterable
            Columns that it is known to read; it may read others.
        numeric : bool
            As `column_of` takes it.
        """
        known: list[Hashable] = [name for name in self.frame.columns if name in set(names)]
        while True:
            first, codes = self._alike(rows, known)
            narrow = [WatchedRow(row) for row in rows_of(self.frame[known].take(rows[first]))]
            told = [self.ask(variable, row) for row in narrow]
            more = set[Hashable]().union(*(row.read for row in narrow)).difference(known)
            others = [name for name in self.frame.columns if name in more or any(row.read_all for row in narrow)]
            if set(others) <= set(known):
                return column_of_values(told, numeric=numeric).take(codes)
            known = [name for name in self.frame.columns if name in {*known, *others}]

    def _alike(self, rows: Rows, names: list[Hashable]) -> tuple[Rows, Rows]:
        """Return the places of one row for each combination of values, and which of these each row is."""
        codes = np.zeros(len(rows), dtype=np.int64)
        for name in names:
            series = self.frame[name].take(rows)
            if series.dtype == object:  # what may be changed, or used up, is no row's but its own
                return np.arange(len(rows)), np.arange(len(rows))
            column = column_of(series, numeric=False)
            assert isinstance(column, Coded)  # noqa: S101 - for the type checker
            codes = pd.factorize(codes * len(column.distinct) + column.codes)[0]
        first, inverse = np.unique(codes, return_index=True, return_inverse=True)[1:]
        return first, inverse
