"""A table bound to a class of variables: each variable's values over all rows, exactly as row by row.

A variable's method is called once with whole columns. What it gives is taken where that is what it gives for each row:

- a method that does what whole columns cannot do is refused by name, unless it is marked `rowwise`; one that reads
  columns of Python objects is asked row by row, since these have no arithmetic over whole columns;
- a row in which a column it reads has no value, or whose numbers leave what floats hold exactly, is asked alone;
- a sample of rows is asked alone as well, and any difference refuses the variable.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from opsrules.errors import UsageError
from opsrules.rules.columns import (
    Coded,
    Column,
    Numeric,
    OneShot,
    column_of,
    column_of_distinct,
    column_of_values,
    patched,
)
from opsrules.rules.exact import Raised, is_number
from opsrules.rules.library import BaseVariables
from opsrules.rules.rows import natives, rows_of, sameness
from opsrules.rules.vectors import NoVectorForm, Recorder, Vector

if TYPE_CHECKING:
    import numpy.typing as npt

    Rows = npt.NDArray[np.intp]

__all__ = ["BoundFrame", "WatchedRow", "rowwise"]

F = TypeVar("F", bound=Callable[..., Any])

_SAMPLE = 192
_LARGE = 50_000
_CHUNK = 20_000


def rowwise(method: F) -> F:
    """Mark a variable to be asked row by row: its method has no form over whole columns.

    It is called once a row, however many conditions ask for it; a thousand times slower than whole columns. Stands
    above or below the decorator of the variable's type.
    """
    method.is_rowwise = True  # type: ignore[attr-defined]
    return method


class WatchedRow(dict[Hashable, Any]):
    """A row that notes what is read of it.

    Attributes
    ----------
    read : set
        Names asked for, one by one.
    read_all : bool
        Whether it was used in any other way.
    """

    def __init__(self, row: dict[Hashable, Any]) -> None:
        super().__init__(row)
        self.read: set[Hashable] = set()
        self.read_all = False

    def __getitem__(self, name: Hashable) -> Any:
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: Hashable, default: Any = None) -> Any:
        """Return a value, noted as read."""
        self.read.add(name)
        return super().get(name, default)


def _watch() -> None:
    def noted(name: str) -> Callable[..., Any]:
        plain = getattr(dict, name)

        def method(self: WatchedRow, *given: Any, **named: Any) -> Any:
            self.read_all = True
            return plain(self, *given, **named)

        return method

    for name in ("__iter__", "__len__", "__contains__", "__eq__", "__ne__", "__or__", "__ror__", "__ior__"):
        setattr(WatchedRow, name, noted(name))
    for name in ("__repr__", "keys", "values", "items", "copy", "pop", "popitem", "setdefault", "update", "clear"):
        setattr(WatchedRow, name, noted(name))
    for name in ("__setitem__", "__delitem__", "__reversed__"):
        setattr(WatchedRow, name, noted(name))


_watch()


class BoundFrame:
    """A table, and the variables asked of it so far; rules may run over it again and again.

    Parameters
    ----------
    frame : DataFrame
        What is changed in it afterwards is not seen.
    variables : class
        Built from one row, or from the table's columns.
    keeps_answers : bool
        Keep what each condition says, a bit a row, for the next rules that ask the same.

    Attributes
    ----------
    frame : DataFrame
    questions, answered : dict
        What is known of conditions on this table.
    """

    def __init__(self, frame: pd.DataFrame, variables: type[BaseVariables], *, keeps_answers: bool = False) -> None:
        names = frame.columns
        self.frame = frame.copy(deep=False) if names.is_unique else frame.loc[:, ~names.duplicated(keep="last")]
        self.variables, self.keeps_answers = variables, keeps_answers
        self.questions: dict[Hashable, Any] = {}
        self.answered: dict[int, Any] = {}
        self._columns: dict[str, Column] = {}
        self._coded: dict[str, Coded] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def field_type(self, variable: str) -> type:
        """Return the business_rules type of a variable."""
        kind: type = getattr(self.variables, variable).field_type
        return kind

    def bind(self, variables: Iterable[str]) -> None:
        """Work out several variables; two at a time, since the coding of texts lets another thread run."""
        missing = sorted(name for name in variables if name not in self._columns)
        if len(self) < _LARGE:
            for name in missing:
                self.column(name)
            return
        _ = self._sample, self._gaps  # once, before there are threads
        context = contextvars.copy_context()
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(context.copy().run, self.column, name) for name in missing]:
                done.result()

    def column(self, variable: str) -> Column:
        """Return a variable's value for every row.

        Raises
        ------
        UsageError
            If the variable's method has no form over whole columns, or gives other values there than row by row.
        """
        if variable not in self._columns:
            try:
                self._columns[variable] = self._bind(variable)
            except OneShot as error:
                msg = f"variable {variable}: its method {error}; give a tuple instead"
                raise UsageError(msg) from error
        return self._columns[variable]

    def coded(self, variable: str) -> Coded:
        """Return a variable's values by distinct value, also where they are numbers."""
        if variable not in self._coded:
            column = self.column(variable)
            if isinstance(column, Numeric):
                column = column_of_distinct(column.values(np.arange(len(self))))
            self._coded[variable] = column
        return self._coded[variable]

    def rows(self, positions: Iterable[int]) -> list[dict[Hashable, Any]]:
        """Return some rows as mappings of Python's own values."""
        return rows_of(self.frame.take(np.fromiter(positions, dtype=np.intp)))

    def ask(self, variable: str, row: dict[Hashable, Any]) -> Any:
        """Return what a variable gives for one row, or `Raised`."""
        try:
            return getattr(self.variables(row), variable)()  # type: ignore[call-arg]
        except Exception as error:  # noqa: BLE001 - variables are analysts' code: whatever they raise belongs to the row
            return Raised(error.with_traceback(None))

    # ---- one variable

    def _bind(self, variable: str) -> Column:
        numeric = is_number(self.field_type(variable))
        if getattr(getattr(self.variables, variable), "is_rowwise", False):
            return self._row_by_row(variable, numeric=numeric)
        recorder = Recorder(self.frame)
        try:
            given = getattr(self.variables(recorder), variable)()  # type: ignore[call-arg]
        except NoVectorForm:
            given = None
        except Exception as error:  # noqa: BLE001 - as in ask
            return self._failed(variable, recorder, error, numeric=numeric)
        if recorder.refusal or (recorder.read and not isinstance(given, Vector)):
            if any(one.payload is None for one in recorder.read.values()):
                return self._row_by_row(variable, numeric=numeric)
            raise _refusal(variable, recorder.refusal or "gives one value for all rows, though it reads a column")
        if not isinstance(given, Vector):
            constant = column_of_distinct([given])
            return self._checked(variable, constant.take(np.zeros(len(self), dtype=np.intp)), recorder)
        return self._from_vector(variable, given, recorder, numeric=numeric)

    def _failed(self, variable: str, recorder: Recorder, error: Exception, *, numeric: bool) -> Column:
        """Ask a variable that raises over whole columns: of columns that are not there every row says the same."""
        answered = self._same_for_all(variable, 0, set(recorder.absent))
        if answered is not None:
            return Coded(np.zeros(len(self), dtype=np.uint8), answered)
        if not isinstance(error, KeyError):
            raise _refusal(variable, f"raises {type(error).__name__} over whole columns") from error
        return self._row_by_row(variable, numeric=numeric)

    def _row_by_row(self, variable: str, *, numeric: bool) -> Column:
        return column_of_values(self._asked(variable, np.arange(len(self))), numeric=numeric)

    def _from_vector(self, variable: str, given: Vector, recorder: Recorder, *, numeric: bool) -> Column:
        name = next((name for name, one in recorder.read.items() if one is given), None)
        series = pd.Series(given.payload) if name is None else self.frame[name]
        doubts = [recorder.doubtful, *(self._missing(read) for read in recorder.read)]
        alone = [one for one in doubts if one is not None]
        rows = np.flatnonzero(np.logical_or.reduce(alone)) if alone else np.zeros(0, dtype=np.intp)
        column = column_of(series, numeric=numeric)
        if len(rows):
            answered = self._same_for_all(variable, rows[0], {name}) if name is not None else None
            if answered is None:
                column = patched(column, rows, self._asked(variable, rows, recorder.read), numeric=numeric)
            elif answered[0] is not None:
                column = patched(column, rows, answered * len(rows), numeric=numeric)
        return self._checked(variable, column, recorder)

    def _missing(self, name: Hashable) -> npt.NDArray[np.bool_] | None:
        """Return the rows without a value in a column, None when there are none."""
        if name not in self._gaps:
            series = self.frame[name]
            if series.dtype == object:  # pandas takes a Decimal NaN for a missing value as well
                missing = np.array([value is None for value in natives(series)], dtype=np.bool_)
            else:
                missing = series.isna().to_numpy(dtype=np.bool_)
            self._gaps[name] = missing if missing.any() else None
        return self._gaps[name]

    @cached_property
    def _gaps(self) -> dict[Hashable, npt.NDArray[np.bool_] | None]:
        return {}

    def _same_for_all(self, variable: str, row: int, names: set[Hashable]) -> list[Any] | None:
        """Ask one row; return the answer if it holds for each row that has the same in columns `names`."""
        watched = WatchedRow(self._sample[row] if row in self._sample else self.rows([row])[0])
        answer = self.ask(variable, watched)
        return [answer] if watched.read <= names and not watched.read_all else None

    def _asked(self, variable: str, rows: Rows, names: Iterable[Hashable] = ()) -> list[Any]:
        """Ask a variable some rows; `names` are the columns that it is known to read."""
        if len(self) <= _SAMPLE:
            return [self.ask(variable, dict(self._sample[row])) for row in rows.tolist()]
        narrow = self.frame[list(names)] if names else self.frame
        out: list[Any] = []
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            for row, values in zip(part.tolist(), rows_of(narrow.take(part)), strict=True):
                out.append(self._ask_narrow(variable, row, values) if names else self.ask(variable, values))
        return out

    def _ask_narrow(self, variable: str, row: int, values: dict[Hashable, Any]) -> Any:
        """Ask a variable with some columns alone; with all, should it look for others."""
        watched = WatchedRow(values)
        answer = self.ask(variable, watched)
        if watched.read_all or not watched.read <= values.keys():
            return self.ask(variable, self.rows([row])[0])
        return answer

    # ---- the check

    @cached_property
    def _sample(self) -> dict[int, dict[Hashable, Any]]:
        count = len(self)
        ends = [*range(min(count, 8)), *range(max(count - 8, 0), count)]
        drawn = np.random.default_rng(0).integers(0, count, _SAMPLE).tolist() if count > _SAMPLE else range(count)
        positions = sorted({*ends, *drawn})
        return dict(zip(positions, self.rows(positions), strict=True))

    def _checked(self, variable: str, column: Column, recorder: Recorder) -> Column:
        """Return the column if rows asked alone give what it has."""
        sample = dict(self._sample)
        extra = [row for name in recorder.read for row in self._first_of_each_type(name) if row not in sample]
        sample |= dict(zip(extra, self.rows(extra), strict=True)) if extra else {}
        whole = column.values(np.array(list(sample), dtype=np.intp))
        for found, (number, row) in zip(whole, sample.items(), strict=True):
            alone = self.ask(variable, dict(row))
            if not _alike(found, alone):
                what = f"gives {_shown(found)} over whole columns and {_shown(alone)} for row {number} alone"
                raise _refusal(variable, what)
        return column

    def _first_of_each_type(self, name: Hashable) -> list[int]:
        """Return a row for each type of object in a column: a method may tell them apart."""
        if self.frame[name].dtype != object:
            return []
        first: dict[type, int] = {}
        for row, value in enumerate(self.frame[name].tolist()):
            first.setdefault(type(value), row)
        return list(first.values())


def _refusal(variable: str, what: str) -> UsageError:
    msg = f"variable {variable}: its method {what}; mark it @rowwise, and it is asked row by row"
    return UsageError(msg)


def _shown(value: object) -> str:
    return value.kind if isinstance(value, Raised) else repr(value)


def _alike(found: Any, alone: Any) -> bool:
    if isinstance(found, Raised) or isinstance(alone, Raised):
        return isinstance(found, Raised) and isinstance(alone, Raised) and found.kind == alone.kind
    if found is alone:
        return True
    numbers = (int, float)
    if type(found) in numbers and type(alone) in numbers:
        return bool(found == alone or (found != found and alone != alone))  # noqa: PLR0124 - both not a number
    key = sameness(found)
    return key is not None and key == sameness(alone)
