"""What Amazon's reports share: dates in the order of their marketplace, and columns with one text in all rows."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.lookup import constant
from opsrules.readers.model import Read, Source
from opsrules.readers.options import LocalDates, checked

__all__ = ["MARKETPLACE", "Options", "read_report", "with_texts"]

MARKETPLACE = "amazon"
"""What rows of these reports name as their marketplace."""

Options = LocalDates


def read_report(source: Source, form: Form) -> Read:
    """Read one report whose dates are in the order that the account says, or else the file tells.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    return read_form(source, replace(form, layout=checked(Options, source).dated(form.layout)))


def with_texts(rows: pd.DataFrame, **texts: str) -> pd.DataFrame:
    """Return the rows with further columns that hold one text throughout."""
    return rows.assign(**{name: constant(text, rows.index) for name, text in texts.items()})
