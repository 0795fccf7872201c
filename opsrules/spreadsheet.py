"""CSV output that a spreadsheet shows and never runs.

Source: OWASP ASVS 1.2.10 (leading ``= + - @`` TAB NUL; CR elsewhere), RELIABILITY.md case B10.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["guarded_csv", "is_risky", "writable"]

_START = re.compile(r"[=+\-@\t\r\n\x00]")
# Control characters move a terminal's cursor, bidi marks turn a line around; line ends stay, inside their quotes.
_CONTROL = r"\x00-\x08\x0b-\x1f\x7f-\x9f" + "\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
_UNWRITABLE = re.compile(f"[{_CONTROL}]")
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_RISKY = rf"^[=+\-@\t\n]|{_UNWRITABLE.pattern}"


def guarded_csv(table: pd.DataFrame) -> str:
    """CSV text (UTF-8, comma, LF) with a ``'`` before every text cell or heading that could start a formula.

    Numbers stay numbers, also negative ones. Control, bidi and zero-width signs inside text become blanks.
    """
    out = table.rename(columns=_guarded)
    for position, dtype in enumerate(table.dtypes):
        column = table.iloc[:, position]
        if isinstance(dtype, pd.StringDtype):
            # Nearly no cell is risky, and the search is a compiled one.
            if column.str.contains(_RISKY, regex=True, na=False).any():
                out.isetitem(position, _guarded_cells(column))
        elif isinstance(dtype, pd.CategoricalDtype) or dtype.kind == "O":
            out.isetitem(position, _guarded_cells(column))
    return str(out.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d"))


def writable(text: str) -> str:
    """Text without signs that turn a line around, are not seen, or cannot stand in a sheet; each becomes a blank."""
    return _NO_XML.sub(" ", _UNWRITABLE.sub(" ", text))


def is_risky(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula if somebody typed it."""
    return _START.match(text) is not None


def _guarded_cells(column: pd.Series[Any]) -> npt.NDArray[np.object_]:
    # As objects, so that a whole number beside a missing one does not become a float.
    return pd.Series([_guarded(cell) for cell in column], dtype=object).to_numpy()


def _guarded(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    return _UNWRITABLE.sub(" ", f"'{cell}" if _START.match(cell) else cell)
