"""One variable over a whole table, exactly as row by row.

A variable's method is called once with whole columns. What it gives is taken where that is what it gives for each row:

- a method that does what whole columns cannot do is refused by name, unless it is marked `rowwise`; one that reads
  columns of Python objects is asked row by row, since these have no arithmetic over whole columns;
- for the rows in which some of the columns it reads have no value it is called again, once for each combination of such
  columns, with None in their place; where that does not settle it, these rows are asked alone;
- a row whose numbers leave what floats hold exactly is asked alone;
- a sample of rows is asked alone as well, and any difference refuses the variable.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from opsrules.errors import UsageError
from opsrules.rules.alone import Alone
from opsrules.rules.coding import column_of, column_of_values, is_nothing, patched
from opsrules.rules.columns import Coded, Column
from opsrules.rules.exact import Raised
from opsrules.rules.recorder import Recorder
from opsrules.rules.rows import sameness
from opsrules.rules.vectors import NoVectorForm, Vector, Withheld

if TYPE_CHECKING:
    import numpy.typing as npt

    Rows = npt.NDArray[np.intp]

__all__ = ["bound", "rowwise"]

F = TypeVar("F", bound=Callable[..., Any])


def rowwise(method: F) -> F:
    """Mark a variable to be asked row by row: its method has no form over whole columns.

    It is called once a row, however many conditions ask for it; a thousand times slower than whole columns. Stands
    above or below the decorator of the variable's type.
    """
    method.is_rowwise = True  # type: ignore[attr-defined]
    return method


def bound(variable: str, table: Alone, *, numeric: bool) -> Column:
    """Return a variable's value for every row.

    Parameters
    ----------
    variable : str
    table : Alone
    numeric : bool
        Whether the library's own numeric type will ask it.

    Raises
    ------
    UsageError
        If the variable's method has no form over whole columns, or gives other values there than row by row.
    """
    if getattr(getattr(table.variables, variable), "is_rowwise", False):
        return table.ask_all(variable, numeric=numeric)
    recorder = Recorder(table.frame)
    given = _called(variable, table, recorder)
    if isinstance(given, Raised):
        return _failed(variable, table, recorder, given, numeric=numeric)
    if recorder.refusal or (recorder.read and not isinstance(given, Vector)):
        if any(one.payload is None for one in recorder.read.values()):
            return table.ask_all(variable, numeric=numeric)
        raise _refusal(variable, recorder.refusal or "gives one value for all rows, though it reads a column")
    if not isinstance(given, Vector):
        column = column_of_values([given], numeric=False).take(np.zeros(len(table), dtype=np.intp))
        return _checked(variable, column, table, recorder)
    column = column_of(_series(given, recorder), numeric=numeric)
    own = next((table.gaps(name) for name, one in recorder.read.items() if one is given), None)
    for rows, patch in _the_others(variable, table, recorder, numeric=numeric):
        # A column handed through has nothing where it has nothing.
        if own is None or not own[rows].all() or not is_nothing(patch):
            column = patched(column, rows, patch, numeric=numeric)
    return _checked(variable, column, table, recorder)


def _called(variable: str, table: Alone, recorder: Recorder) -> Any:
    """Return what the method gives over columns, `Raised` if it raises; None when it has no form over them."""
    try:
        return getattr(table.variables(recorder), variable)()  # type: ignore[call-arg]
    except NoVectorForm:
        return None
    except Exception as error:  # noqa: BLE001 - variables are analysts' code: whatever they raise belongs to the rows
        return Raised(error.with_traceback(None))


def _series(given: Vector, recorder: Recorder) -> pd.Series[Any]:
    """Return what a method gave, a column that it handed through as it stands in the table."""
    name = next((name for name, one in recorder.read.items() if one is given), None)
    return pd.Series(given.payload) if name is None else recorder.series(name)


def _failed(variable: str, table: Alone, recorder: Recorder, failure: Raised, *, numeric: bool) -> Column:
    """Ask a variable that raises over whole columns: of columns that are not there every row says the same."""
    answer, watched = table.watch(variable, 0)
    if watched.read <= set(recorder.absent) and not watched.read_all:
        return Coded(np.zeros(len(table), dtype=np.uint8), [answer])
    if not isinstance(failure.error, KeyError):
        raise _refusal(variable, f"raises {failure.kind} over whole columns") from failure.error
    return table.ask_all(variable, numeric=numeric)


# ---- rows for which whole columns do not tell


def _the_others(variable: str, table: Alone, recorder: Recorder, *, numeric: bool) -> Iterator[tuple[Rows, Column]]:
    """Give the values of rows without a value in a column that is read, and of rows in doubt."""
    everything = np.arange(len(table))
    gaps = [one for one in map(table.gaps, recorder.read) if one is not None]
    if gaps:
        lacking = np.flatnonzero(np.logical_or.reduce(gaps))
        yield from _with_gaps(variable, table, lacking, recorder.read, frozenset(), numeric=numeric)
    if recorder.doubtful is not None:
        doubtful = recorder.doubtful if not gaps else recorder.doubtful & ~np.logical_or.reduce(gaps)
        rows = everything[doubtful]
        if len(rows):
            yield rows, table.ask_some(variable, rows, recorder.read, numeric=numeric)


def _with_gaps(
    variable: str,
    table: Alone,
    rows: Rows,
    names: Iterable[Hashable],
    known: frozenset[Hashable],
    *,
    numeric: bool,
) -> Iterator[tuple[Rows, Column]]:
    """Give the values of rows that lack some of the columns `names`, besides those known to have no value."""
    gaps = {name: one for name in names if (one := table.gaps(name)) is not None}
    codes = np.zeros(len(rows), dtype=np.int64)
    for one in gaps.values():
        codes = pd.factorize(codes * 2 + one[rows])[0]
    for first in np.unique(codes, return_index=True)[1].tolist():
        lacking = frozenset(name for name, one in gaps.items() if one[rows[first]])
        yield from _settled(variable, table, rows[codes == codes[first]], known | lacking, numeric=numeric)


def _settled(
    variable: str, table: Alone, rows: Rows, gaps: frozenset[Hashable], *, numeric: bool
) -> Iterator[tuple[Rows, Column]]:
    """Give the values of rows that lack the columns `gaps`, by a call with None for these where that can be."""
    recorder = Recorder(table.frame, rows, gaps)
    given = _called(variable, table, recorder)
    more = [one[rows] for one in map(table.gaps, recorder.read) if one is not None]
    lacking = np.logical_or.reduce(more) if more else np.zeros(len(rows), dtype=np.bool_)
    if lacking.any():
        yield from _with_gaps(variable, table, rows[lacking], recorder.read, gaps, numeric=numeric)
    alone = lacking if recorder.doubtful is None else lacking | recorder.doubtful
    kept = np.flatnonzero(~alone)
    column = _same_or_whole(variable, table, rows, kept, (given, recorder), numeric=numeric) if len(kept) else None
    if column is not None:
        yield rows[kept], column
    left = rows[~lacking] if column is None else rows[alone & ~lacking]
    if len(left):
        yield left, table.ask_some(variable, left, {*gaps, *recorder.read}, numeric=numeric)


def _same_or_whole(
    variable: str, table: Alone, rows: Rows, kept: Rows, called: tuple[Any, Recorder], *, numeric: bool
) -> Column | None:
    """Return the values of the rows at places `kept` as a call gave them; None when it does not tell."""
    given, recorder = called
    if recorder.refusal:
        return None
    answer, _ = table.watch(variable, int(rows[kept[0]]))
    if isinstance(given, Vector):
        column = column_of(_series(given, recorder), numeric=numeric).take(kept)
        return column if _alike(column.values(np.zeros(1, dtype=np.intp))[0], answer) else None
    is_withheld = isinstance(given, Raised) and isinstance(given.error, Withheld)
    if not is_withheld and not recorder.is_blind:
        return None
    if not _alike(given, answer) and not (is_withheld and isinstance(answer, Raised) and answer.kind == "TypeError"):
        return None
    return column_of_values([answer], numeric=numeric).take(np.zeros(len(kept), dtype=np.intp))


# ---- the check


def _checked(variable: str, column: Column, table: Alone, recorder: Recorder) -> Column:
    """Return the column if rows asked alone give what it has."""
    sample = dict(table.sample)
    extra = [row for name in recorder.read for row in _first_of_each_type(table.frame[name]) if row not in sample]
    sample |= dict(zip(extra, table.rows(extra), strict=True)) if extra else {}
    whole = column.values(np.array(list(sample), dtype=np.intp))
    for found, (number, row) in zip(whole, sample.items(), strict=True):
        alone = table.ask(variable, dict(row))
        if not _alike(found, alone):
            what = f"gives {_shown(found)} over whole columns and {_shown(alone)} for row {number} alone"
            raise _refusal(variable, what)
    return column


def _first_of_each_type(series: pd.Series[Any]) -> list[int]:
    """Return a row for each type of object in a column: a method may tell them apart."""
    if series.dtype != object:
        return []
    first: dict[type, int] = {}
    for row, value in enumerate(series.tolist()):
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
