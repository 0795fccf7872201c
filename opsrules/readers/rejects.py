"""Records that could not be used, as rows of `opsrules.schemas.REJECTS`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from opsrules.privacy.columns import mask_column
from opsrules.schemas import REJECTS, empty
from opsrules.terms import RejectReason

__all__ = ["LONGEST_VALUE", "Reject", "joined", "rejected"]

LONGEST_VALUE = 60
"""Signs of a rejected value that are kept."""


@dataclass(frozen=True)
class Reject:
    """One record that could not be used.

    Attributes
    ----------
    line : int
        Line where it starts.
    reason : RejectReason
    column : str
        The source's own column name, "" when it is not about one.
    value : str
        What stands there; secrets in it are masked, and `LONGEST_VALUE` signs kept.
    currency : str
        "" when it could not be read.
    amount_minor : int
        What the record is worth; 0 when that could not be read.
    """

    line: int
    reason: RejectReason
    column: str = ""
    value: str = ""
    currency: str = ""
    amount_minor: int = 0


def rejected(rejects: Iterable[Reject], table: str, reader: str, file: str) -> pd.DataFrame:
    """Return the rejects of one table of one file, in the order given."""
    told = tuple(rejects)
    if not told:
        return empty(REJECTS)
    whole = pd.DataFrame(
        {
            "table": table,
            "source": reader,
            "source_file": file,
            "source_line": np.array([one.line for one in told], dtype=np.int64),
            "reason": pd.Series([str(one.reason) for one in told], dtype="str"),
            "column": pd.Series([one.column for one in told], dtype="str"),
            "value": pd.Series([_whole(one.value) for one in told], dtype="str"),
            "currency": pd.Series([one.currency for one in told], dtype="str"),
            "amount_minor": np.array([one.amount_minor for one in told], dtype=np.int64),
        },
        columns=list(REJECTS.columns),
    )
    # First masked, then cut: half a card number is not known for one.
    return whole.assign(value=mask_column(whole["value"]).texts.str.slice(0, LONGEST_VALUE))


def _whole(text: str) -> str:
    """Half of a sign is no text."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def joined(*frames: pd.DataFrame) -> pd.DataFrame:
    """Return several tables of rejects as one, in order of line."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return empty(REJECTS)
    return pd.concat(filled, ignore_index=True).sort_values("source_line", kind="stable", ignore_index=True)
