"""PayPal's typed rows: what stands around the records of a settlement or transaction detail report.

The first cell of a row says what it is: RH and FH open report and file, SH a section (one account's), CH names its
columns, SB is a record, SF holds the section's totals for one currency, SC its number of records, RF and RC the same of
the report, FF of the file. A report in several files has its RF in the last one.

Source: PayPal, Settlement Report Specification 9.0.5; the order of the totals was seen in samples: gross credits, gross
debits, fee credits, fee debits, six balances with their sides, number of records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.errors import FileRefused
from opsrules.money import CURRENCIES, total_minor
from opsrules.readers.model import Control
from opsrules.readers.table import Around, Records

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["BODY", "counts", "parting", "totals"]

BODY = "SB"
"""First cell of a record."""

_ROW = r'[ \t]*"?(RH|FH|SH|CH|SF|SC|RF|RC|FF)"?[ ]*(?:[,;\t|].*)?$'
_FIRST, _FURTHER = (re.compile(start + _ROW, re.MULTILINE) for start in (r"\A", r"\n"))  # looked for by its line end
_NAMES = ("gross credits", "gross debits", "fee credits", "fee debits")
_LEAST = 6  # row type, currency, four totals
_PARTS = {"SF": "section", "SC": "section", "RF": "report", "RC": "report"}


def parting(text: str, first_line: int) -> tuple[str, Around]:
    """Part a report's text into its table and the rows around it; the first CH row is the table's header."""
    kept: list[str] = []
    around: list[tuple[int, str]] = []
    has_header = first_line > 1
    at, line, quotes = 0, first_line, 0
    for found in _rows(text):
        start = found.start() + (text[found.start()] == "\n")
        before, row = text[at:start], text[start : found.end()]
        line += before.count("\n")
        quotes += before.count('"')
        at = found.end()
        is_header = found.group(1) == "CH" and not has_header
        has_header |= is_header
        # Inside the quotes of a cell that spans lines, such a line is the client's text.
        if quotes % 2 or is_header:
            kept += (before, row)
            quotes += row.count('"')
        else:
            kept.append(before)
            around.append((line, row))
    kept.append(text[at:])
    return "".join(kept), tuple(around)


def _rows(text: str) -> Iterator[re.Match[str]]:
    """Lines that are no records; all but one on the first line begin with the end of the line before."""
    first = _FIRST.match(text)
    if first:
        yield first
    yield from _FURTHER.finditer(text)


@dataclass(frozen=True)
class _Footer:
    """One row of totals.

    Attributes
    ----------
    line : int
    first : int
        Line from which on the records count.
    kind : str
        SF, SC, RF or RC.
    cells : tuple of str
        Those after the first.
    """

    line: int
    first: int
    kind: str
    cells: tuple[str, ...]

    @property
    def part(self) -> str:
        """What it sums."""
        return _PARTS[self.kind]

    def number(self, at: int, file: str) -> int:
        """Whole number in one cell, 0 when it is blank.

        Raises
        ------
        FileRefused
            If there is none.
        """
        cell = self.cells[at] if at < len(self.cells) else ""
        if not re.fullmatch("[0-9]{0,15}", cell):
            what = f"the footer {self.kind} says {cell!r}, expected a whole number"
            raise FileRefused(f"{file}:{self.line}", what, "download the report again")
        return int(cell or 0)


def totals(table: pd.DataFrame, opened: Records, file: str, scale: int = 1) -> tuple[Control, ...]:
    """Totals of each section and of the report, one set for each currency, against the lines between.

    Parameters
    ----------
    table : DataFrame
        Schema `opsrules.schemas.PROCESSOR_LINES`.
    opened : Records
    file : str
    scale : int
        What the figures of currencies without decimals are divided by.

    Raises
    ------
    FileRefused
        If a footer holds something else than whole numbers.
    """
    found: list[Control] = []
    ordered = table.sort_values("source_line", kind="stable")
    columns = ordered[["source_line", "gross_minor", "fee_minor"]]
    of_currency = {str(currency): rows.to_numpy() for currency, rows in columns.groupby(ordered["currency"])}
    nothing = columns.to_numpy()[:0]
    for footer in _footers(opened):
        if footer.kind in ("SF", "RF") and len(footer.cells) + 1 >= _LEAST:
            currency = footer.cells[0].upper()
            rows = of_currency.get(currency, nothing)
            mine = rows[slice(*_between(rows[:, 0], footer))]
            found += _sums(footer, mine[:, 1:], file, scale if CURRENCIES.get(currency) == 0 else 1)
    return tuple(found)


def _between(lines: npt.NDArray[np.int64], footer: _Footer) -> tuple[int, int]:
    """Where the lines that a footer is about begin and end among these, which are in order."""
    return int(np.searchsorted(lines, footer.first)), int(np.searchsorted(lines, footer.line, side="right"))


def _sums(footer: _Footer, rows: npt.NDArray[np.int64], file: str, scale: int) -> Iterator[Control]:
    """Totals of gross and fee, which are the columns of `rows`."""
    gross, fee = rows.T
    sums = (gross[gross > 0], -gross[gross < 0], -fee[fee < 0], fee[fee > 0])
    place, currency = f"{file}:{footer.line}", footer.cells[0].upper()
    for at, (name, amounts) in enumerate(zip(_NAMES, sums, strict=True), 1):
        figure = footer.number(at, file) // scale
        yield Control(f"{name} of the {footer.part}", place, currency, figure, total_minor(pd.Series(amounts)))
    if len(footer.cells) + 1 > _LEAST:
        figure = footer.number(len(footer.cells) - 1, file)
        yield Control(f"records of the {footer.part} in {currency}", place, "", figure, len(rows))


def counts(tables: Sequence[pd.DataFrame], opened: Records, file: str) -> tuple[Control, ...]:
    """Number of records of each section and of the report, against the rows of all tables between.

    Parameters
    ----------
    tables : sequence of DataFrame
        Canonical tables.
    opened : Records
    file : str

    Raises
    ------
    FileRefused
        If a footer holds something else than a whole number.
    """
    lines = np.sort(np.concatenate([table["source_line"].to_numpy(np.int64) for table in tables]))
    return tuple(
        Control(
            f"records of the {footer.part}",
            f"{file}:{footer.line}",
            "",
            footer.number(0, file),
            len(lines[slice(*_between(lines, footer))]),
        )
        for footer in _footers(opened)
        if footer.kind in ("SC", "RC")
    )


def _footers(opened: Records) -> Iterator[_Footer]:
    first, number = 1, "1"
    for line, text in opened.around:
        kind, *cells = (cell.strip().strip('"').strip() for cell in text.split(opened.header.delimiter))
        if kind == "SH":
            first = line
        elif kind == "FH":
            number = cells[0].lstrip("0") if cells else number
        elif kind in ("SF", "SC"):
            yield _Footer(line, first, kind, tuple(cells))
        elif kind in ("RF", "RC") and number == "1":  # else they cover the files before this one too
            yield _Footer(line, 1, kind, tuple(cells))
