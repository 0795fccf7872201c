"""Many cells of a row in one text: a database reads and writes one such cell as quickly as a number.

Cells stand side by side with the unit separator between them (U+001F); one that holds it, a quote or the end of a line
is quoted as in CSV, so that no two rows are written alike and readers of CSV can read it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

__all__ = ["SEPARATOR", "cells_of", "line_of"]

SEPARATOR = "\x1f"


def line_of(cells: Sequence[str]) -> str:
    """One text of many."""
    line = SEPARATOR.join(cells)
    if '"' in line or "\n" in line or "\r" in line or line.count(SEPARATOR) != len(cells) - 1:
        return SEPARATOR.join(map(_quoted, cells))
    return line


def cells_of(line: str) -> list[str]:
    """The many texts of one."""
    if '"' not in line:
        return line.split(SEPARATOR)
    return next(csv.reader(io.StringIO(line, newline=""), delimiter=SEPARATOR, strict=True))


def _quoted(cell: str) -> str:
    if any(sign in cell for sign in ('"', "\n", "\r", SEPARATOR)):
        return '"' + cell.replace('"', '""') + '"'
    return cell
