"""Cut a table into cells record by record: slower, but right about every quote, line and fault."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.errors import FileRefused

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["LONGEST_FIELD", "LONGEST_RECORD", "Body", "Raw", "is_blank", "walk"]

LONGEST_RECORD = 50
"""Lines one record may span; more are taken for rows that a stray quote swallowed."""

LONGEST_FIELD = 131_072
"""Signs one cell may have: the limit of the standard library's CSV reader."""


@dataclass(frozen=True)
class Body:
    """The part of a file below its header row.

    Attributes
    ----------
    text : str
        With plain line ends.
    first_line : int
        Line in which it starts.
    delimiter : str
    wanted : tuple of int
        Positions of the columns to keep.
    width : int
        Number of cells of the header.
    name : str
        The file, for messages.
    """

    text: str
    first_line: int
    delimiter: str
    wanted: tuple[int, ...]
    width: int
    name: str


@dataclass(frozen=True)
class Raw:
    """The records of a table as text.

    Attributes
    ----------
    cells : DataFrame of str
        One row per record; columns are positions in the file.
    lines : ndarray of int64
        Line where each record starts.
    widths : ndarray of int64
        Number of cells of each; -1 where the record's quotes make no sense.
    nul : ndarray of bool
        Whether the record holds a NUL.
    spare : ndarray of bool
        Whether a cell beyond the header is filled.
    """

    cells: pd.DataFrame
    lines: npt.NDArray[np.int64]
    widths: npt.NDArray[np.int64]
    nul: npt.NDArray[np.bool_]
    spare: npt.NDArray[np.bool_]


def is_blank(row: Sequence[str], delimited_end: bool = False) -> bool:
    """Whether a record holds nothing; a last line that was cut after a delimiter holds something."""
    return not any(cell.strip() for cell in row) and not (delimited_end and len(row) > 1)


def walk(body: Body) -> Raw:
    """Cut text into records with the standard library's CSV reader.

    Raises
    ------
    FileRefused
        If a quote is never closed, is closed in the middle of a cell lines later, or spans over 50 lines.
    """
    reader = csv.reader(io.StringIO(body.text, newline="\n"), delimiter=body.delimiter, strict=True)
    pick = itemgetter(*body.wanted, -1)  # the last cell keeps it a tuple when one column is wanted
    most = max(body.wanted, default=0) + 1
    has_nul = "\0" in body.text
    cut_at = 0 if body.text.endswith("\n") else body.text.count("\n") + 1
    picked: list[tuple[str, ...]] = []
    found: list[tuple[int, int, bool, bool]] = []
    while True:
        before = reader.line_num
        try:
            row = next(reader, None)
        except csv.Error as error:
            _refuse_open_quote(body, before, reader.line_num, error)
            picked.append(("",) * (len(body.wanted) + 1))
            found.append((body.first_line + before, -1, False, False))
            continue
        if row is None:
            return _raw(picked, found, body.wanted)
        if reader.line_num - before > LONGEST_RECORD:
            _refuse_open_quote(body, before, reader.line_num, None)
        if is_blank(row, delimited_end=reader.line_num == cut_at):
            continue
        size = len(row)
        picked.append(pick(row if size >= most else row + [""] * (most - size)))
        nul = has_nul and any("\0" in cell for cell in row)
        found.append((body.first_line + before, size, nul, size > body.width and any(row[body.width :])))


def _raw(picked: list[tuple[str, ...]], found: list[tuple[int, int, bool, bool]], wanted: Sequence[int]) -> Raw:
    table = list(zip(*picked, strict=True)) if picked else [()] * (len(wanted) + 1)
    cells = pd.DataFrame({at: pd.Series(table[n], dtype="str") for n, at in enumerate(wanted)})
    facts = np.array(found, dtype=np.int64).reshape(-1, 4)
    return Raw(cells, facts[:, 0], facts[:, 1], facts[:, 2].astype(bool), facts[:, 3].astype(bool))


def _refuse_open_quote(body: Body, before: int, after: int, error: csv.Error | None) -> None:
    """Refuse unless the fault stays within one line and its quotes are closed there."""
    lines = body.text.split("\n")[before:after]
    if error is not None and len(lines) == 1 and "unexpected end of data" not in str(error):
        return
    inside, opened = False, after - 1
    # Where the record ends, its last line holds the quote that closed wrongly: the one before it is to blame.
    to_the_end = error is not None and "unexpected end of data" in str(error)
    for number, line in enumerate(lines if to_the_end else lines[:-1], before):
        for _ in range(line.count('"')):
            inside = not inside
            opened = number if inside else opened
    if not inside:
        opened = after - 1
    raise FileRefused(
        f"{body.name}:{body.first_line + opened}",
        "a quote opened in this line is not closed where a cell ends, so that it swallows rows",
        "remove or double the quote, or export the file again",
    )
