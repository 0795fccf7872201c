"""Sheets of a workbook as the text of a table: one line a row of the sheet, so that lines are the sheet's own.

Numbers are written with the 15 digits a spreadsheet keeps, so that ``59.97`` is not ``59.970000000000006``; a whole
number that has more digits was rounded before it came here, and is a fault of its cell. Dates become ISO text, or what
the layout declares for their column. A line end inside a cell stands as `LINE_END` until the table is cut.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, load_workbook

from opsrules.errors import FileRefused
from opsrules.readers import workbook, workbook_binary, workbook_old
from opsrules.readers.compound import is_compound
from opsrules.readers.header import find_header, locate
from opsrules.readers.layout import Layout
from opsrules.readers.model import Head
from opsrules.readers.workbook import DAMAGED, SAVE, Workbook
from opsrules.terms import RejectReason

__all__ = ["LINE_END", "WORKBOOKS", "Sheet", "is_workbook", "kind_of", "sheet_for", "sheet_heads"]

WORKBOOKS = ("xlsx", "xlsb", "xls")
"""Kinds of workbooks, which stand for the encoding of their text."""

LINE_END = "\v"
"""Stands for a line end inside a cell; XML, and so a cell, cannot hold it."""

_HEAD_ROWS = 40
_DIGITS = 15  # that a spreadsheet keeps of a number
_LINE_ENDS = ("\r\n", "\r", "\n")

_Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True)
class Sheet:
    """One sheet as text.

    Attributes
    ----------
    name : str
    text : str
        A line a row; cells in quotes where they need them.
    faults : mapping of (int, int) to (RejectReason, str)
        Line, and position of the column from 0, to why a cell cannot be trusted and what stands in it.
    """

    name: str
    text: str
    faults: Mapping[tuple[int, int], tuple[RejectReason, str]]


def is_workbook(data: bytes) -> bool:
    """Whether bytes are what workbooks are: a zip archive inside, or an old Office file."""
    return workbook.is_zipped(data) or is_compound(data)


def kind_of(data: bytes, name: str) -> str:
    """Which of `WORKBOOKS` it is; ``xlsx`` also for what is none in the end.

    Raises
    ------
    FileRefused
        If the archive that it is inside is damaged or beyond a limit.
    """
    if is_compound(data):
        return "xls"
    return "xlsb" if workbook_binary.is_binary(data, name) else "xlsx"


def sheet_heads(data: bytes, name: str) -> tuple[Head, ...]:
    """Return the first rows of each sheet that holds something, visible ones first; none of a text document.

    Raises
    ------
    FileRefused
        If the workbook is damaged or would need too much memory.
    """
    kind = kind_of(data, name)
    if kind == "xlsx" and workbook.is_prose(data, name):
        return ()
    return tuple(Head(name, text, kind) for text in _starts(data, name, ",").values() if text)


def sheet_for(data: bytes, layout: Layout | None, name: str) -> Sheet:
    """Return the sheet whose first rows hold the header of a layout, whole.

    Raises
    ------
    FileRefused
        If the workbook is damaged or would need too much memory, if no layout is looked for, or if several sheets hold
        such a table: reading one of them would drop the others.
    """
    if layout is None:
        raise FileRefused(name, "this is an Excel workbook, and this format is no table", "send the file as exported")
    delimiter = layout.delimiters[0]
    chosen = _chosen(_starts(data, name, delimiter), layout, name)
    book = _looked_at(data, name, only=[chosen])
    opened = _opened(_loaded(book, name), chosen, name)
    writer = _Writer(layout, delimiter, _faults(book, chosen, opened))
    with _refusing(f"{name} ({chosen})"):
        return Sheet(chosen, writer.text(opened, name), writer.faults)


def _starts(data: bytes, name: str, delimiter: str) -> dict[str, str]:
    """Text of the first rows of each sheet."""
    book = _looked_at(data, name, start=True)
    loaded = _loaded(book, name)
    found: dict[str, str] = {}
    for sheet in book.sheets:
        opened = _opened(loaded, sheet, name)
        with _refusing(f"{name} ({sheet})"):
            rows = [[_plain(cell) for cell in row] for row in islice(opened.iter_rows(), _HEAD_ROWS)]
        found[sheet] = _lines(rows, delimiter) if any(any(row) for row in rows) else ""
    if not any(found.values()):
        raise FileRefused(name, "no sheet of the workbook holds anything", "export it again")
    return found


def _chosen(starts: Mapping[str, str], layout: Layout, name: str) -> str:
    whole = [sheet for sheet, text in starts.items() if _holds(text, layout, name)]
    if len(whole) > 1:
        listed = " and ".join(repr(one) for one in whole[:3])
        raise FileRefused(name, f"the sheets {listed} hold the same kind of table", "save each as a file of its own")
    if whole:
        return whole[0]
    names = frozenset(one for column in layout.columns for one in column.names)
    hits = {sheet: find_header(text, names, layout.delimiters) for sheet, text in starts.items()}
    return max(hits, key=lambda sheet: found.hits if (found := hits[sheet]) else -1 + bool(starts[sheet]))


def _holds(text: str, layout: Layout, name: str) -> bool:
    try:
        header, _ = locate(text, layout, name)
    except FileRefused:
        return False
    return bool(text[header.end :].strip(layout.delimiters + "\n"))


def _looked_at(data: bytes, name: str, only: Sequence[str] = (), start: bool = False) -> Workbook:
    match kind_of(data, name):
        case "xls":
            return workbook_old.look_at(data, name, only)
        case "xlsb":
            return workbook_binary.look_at(data, name, only)
        case _:
            return workbook.look_at(data, name, only, start)


def _loaded(book: Workbook, name: str) -> CalamineWorkbook:
    with _refusing(name):
        return load_workbook(io.BytesIO(book.data))


def _opened(loaded: CalamineWorkbook, sheet: str, name: str) -> CalamineSheet:
    with _refusing(f"{name} ({sheet})"):
        return loaded.get_sheet_by_name(sheet)


@contextmanager
def _refusing(place: str) -> Iterator[None]:
    """Refuse a workbook that calamine cannot parse: it panics on some, which is no `Exception`.

    A span of time that is too long for Python is an `OverflowError`.
    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, CalamineError | OverflowError) or type(error).__name__ == "PanicException":
            raise FileRefused(place, DAMAGED, SAVE) from error
        raise


def _faults(book: Workbook, sheet: str, opened: CalamineSheet) -> dict[tuple[int, int], tuple[RejectReason, str]]:
    left = opened.start[1] if opened.start else 0
    found = book.faults[sheet].items()
    return {(row, column - 1 - left): (RejectReason.CELL_ERROR, text) for (row, column), text in found}


def _lines(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


@dataclass
class _Writer:
    """Writes the rows of one sheet, each value as the layout reads it."""

    layout: Layout
    delimiter: str
    faults: dict[tuple[int, int], tuple[RejectReason, str]]
    _formats: dict[int, str] = field(default_factory=dict)
    _timed: frozenset[int] = frozenset()

    def text(self, sheet: CalamineSheet, name: str) -> str:
        """Text of the sheet; faults of numbers are added to those known."""
        rows = [[_plain(cell) for cell in row] for row in islice(sheet.iter_rows(), _HEAD_ROWS)]
        self._formats = self._declared(_lines(rows, self.delimiter), name)
        # A column of dates is one of days when no cell in it has a time.
        self._timed = frozenset(at for row in sheet.iter_rows() for at, cell in enumerate(row) if _is_timed(cell))
        spoilt = {line for line, _ in self.faults}
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator="\n")
        for line, row in enumerate(sheet.iter_rows(), 1):
            cells = [cell if type(cell) is str else self._cell(line, at, cell) for at, cell in enumerate(row)]
            if line in spoilt:
                cells = [self.faults.get((line, at), ("", cell))[1] for at, cell in enumerate(cells)]
            writer.writerow([_one_line(cell) for cell in cells])
        return out.getvalue()

    def _declared(self, start: str, name: str) -> dict[int, str]:
        """How the layout says that dates are written, by position of the column."""
        try:
            _, positions = locate(start, self.layout, name)
        except FileRefused:
            return {}  # said again when the table is opened
        named = self.layout.named()
        return {at: named[target].date_format for target, at in positions.items() if named[target].date_format}

    def _cell(self, line: int, at: int, cell: _Cell) -> str:
        if isinstance(cell, float):
            text = _number(cell)
            if cell.is_integer() and len(text.lstrip("-")) > _DIGITS:
                self.faults[line, at] = (RejectReason.DIGITS_LOST, text)
            return text.replace(".", ",") if self.layout.style.decimal == "," else text
        if isinstance(cell, date) and at in self._formats:
            return cell.strftime(self._formats[at])
        text = _plain(cell)
        return f"{text} 00:00:00" if at in self._timed and type(cell) is date else text


def _is_timed(cell: _Cell) -> bool:
    return type(cell) is datetime


def _plain(cell: _Cell) -> str:
    """Text of one cell by itself."""
    if isinstance(cell, str):
        return _one_line(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return _number(float(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _number(value: float) -> str:
    if value.is_integer():
        return str(int(value))
    text = f"{value:.{_DIGITS}g}"
    return f"{Decimal(text):f}" if "e" in text else text


def _one_line(text: str) -> str:
    for end in _LINE_ENDS:
        if end in text:
            text = text.replace(end, LINE_END)
    return text
