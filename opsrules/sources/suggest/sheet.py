"""A table of unknown columns: where its header is, what stands between its cells, and its records."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from opsrules.errors import FileRefused
from opsrules.readers.content import heads, load
from opsrules.readers.header import plain_lines
from opsrules.readers.model import Source
from opsrules.readers.sheets import WORKBOOKS
from opsrules.readers.walk import Body, walk
from opsrules.sources.suggest.words import balance_named

__all__ = ["DELIMITERS", "Sheet", "sheet_of"]

DELIMITERS = ",;\t|"

_LOOKED_AT = 20  # lines in which the reader of declared columns looks for a header
_BELOW = 50  # lines below a header that may speak for it
_MOST = 4 << 20  # signs from which roles are guessed; the mapping is tried on the whole file when it is used
_VALUE = re.compile(r"\s*[-+(]?[^A-Za-z]{0,4}[0-9][0-9 .,:/'\u00a0\u202f\-]*\)?[-+]?\s*")


@dataclass(frozen=True)
class Sheet:
    """A table whose columns nobody declared.

    Attributes
    ----------
    name : str
    encoding : str
    line : int
        Of the header, from 1.
    delimiter : str
    header : tuple of str
        Names of the columns; blank ones too.
    cells : DataFrame of str
        One row per record, without lines that state a balance; columns are positions.
    stated : tuple of str
        First cells of the lines that state a balance, wherever they stand.
    before : tuple of str
        Lines before the header.
    whole : bool
        Whether these are all records of the file.
    """

    name: str
    encoding: str
    line: int
    delimiter: str
    header: tuple[str, ...]
    cells: pd.DataFrame
    stated: tuple[str, ...]
    before: tuple[str, ...]
    whole: bool


def sheet_of(path: Path, name: str) -> Sheet:
    """Find the table in a file.

    Raises
    ------
    FileRefused
        If it cannot be read, or no line looks like the header of a table.
    """
    text, encoding, whole = max(_texts(path, name), key=lambda one: _best_header(one[0].split("\n"))[0])
    lines = text.split("\n")
    score, line, delimiter = _best_header(lines)
    if score <= 0:
        what = f"none of the first {_LOOKED_AT} lines looks like the header of a table"
        raise FileRefused(name, what, "save it as a table with one header row, and with the rows below it")
    header = tuple(cell.strip() for cell in _split(lines[line - 1], delimiter))
    below = "\n".join(lines[line:])
    raw = walk(Body(below, line + 1, delimiter, tuple(range(len(header))), len(header), name))
    cells = raw.cells.loc[raw.widths >= 0].reset_index(drop=True)
    is_balance = cells[0].map(lambda cell: bool(balance_named(cell))).astype(bool)
    before = lines[: line - 1]
    stated = [cell for row in before for cell in _split(row, delimiter)[:1] if balance_named(cell)]
    told = (*stated, *cells.loc[is_balance, 0].str.strip())
    kept = cells[~is_balance].reset_index(drop=True)
    return Sheet(name, encoding, line, delimiter, header, kept, told, tuple(before), whole)


def _texts(path: Path, name: str) -> list[tuple[str, str, bool]]:
    """Text in which a table may be, its encoding, and whether it is all there is: of a workbook each sheet's start."""
    source = Source(path, name)
    starts = heads(source)
    if starts and starts[0].encoding in WORKBOOKS:
        return [(one.text, one.encoding, False) for one in starts]
    content = load(source)
    text = plain_lines(content.text)
    if len(text) <= _MOST:
        return [(text, content.encoding, True)]
    return [(text[: text.rfind("\n", 0, _MOST) + 1], content.encoding, False)]


def _best_header(lines: list[str]) -> tuple[float, int, str]:
    return max((_header_at(lines, sign) for sign in DELIMITERS), key=lambda one: one[0])


def _header_at(lines: list[str], delimiter: str) -> tuple[float, int, str]:
    """How much a header speaks for itself, its line, and the delimiter; the first line of the best."""
    rows = [_split(line, delimiter) for line in lines[: _LOOKED_AT + _BELOW]]
    best = (0.0, 0, delimiter)
    for at, row in enumerate(rows[:_LOOKED_AT]):
        names = [cell.strip() for cell in row]
        filled = [one for one in names if one]
        if len(filled) < 2 or len(set(filled)) < len(filled) or any(_VALUE.fullmatch(one) for one in filled):
            continue
        below = [one for one in rows[at + 1 : at + 1 + _BELOW] if any(cell.strip() for cell in one)]
        fitting = [one for one in below if len(one) == len(row) and any(_VALUE.fullmatch(cell) for cell in one)]
        # Names that most rows below fit, of many columns: a preamble has few, and a line among the rows has values.
        score = len(filled) * len(fitting) / max(len(below), 1)
        if score > best[0]:
            best = (score, at + 1, delimiter)
    return best


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
