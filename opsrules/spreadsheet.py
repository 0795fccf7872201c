"""CSV output that a spreadsheet shows and never runs.

Source: OWASP ASVS 1.2.10 (leading ``= + - @`` TAB NUL; CR elsewhere), RELIABILITY.md case B10.
"""

from __future__ import annotations

import pandas as pd

__all__ = ["guarded_csv"]

_DANGEROUS = r"^[=+\-@\t\r\n\x00]"


def guarded_csv(table: pd.DataFrame) -> str:
    """CSV text (UTF-8, comma, LF) with a ``'`` before every text cell that could start a formula.

    Numbers stay numbers, also negative ones. NUL and carriage returns inside text become blanks.
    """
    out = table.copy()
    for name in out.columns:
        if pd.api.types.is_string_dtype(out[name].dtype):
            text = out[name].astype("str").fillna("")
            risky = text.str.contains(_DANGEROUS, regex=True)
            text = text.where(~risky, "'" + text)
            out[name] = text.str.replace(r"[\x00\r]", " ", regex=True)
    return str(out.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d"))
