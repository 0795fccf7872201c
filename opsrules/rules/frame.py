"""A table bound to a class of variables: what is once worked out of it is kept."""

from __future__ import annotations

import contextvars
from collections.abc import Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd

from opsrules.errors import UsageError
from opsrules.rules.alone import Alone
from opsrules.rules.binding import bound
from opsrules.rules.coding import OneShot, column_of_distinct
from opsrules.rules.columns import Coded, Column, Numeric
from opsrules.rules.exact import is_number
from opsrules.rules.library import BaseVariables

__all__ = ["BoundFrame"]

_LARGE = 50_000


class BoundFrame:
    """A table, and the variables asked of it so far; rules may run over it again and again.

    Parameters
    ----------
    frame : DataFrame
        What is changed in it afterwards is not seen.
    variables : class
        Built from one row, or from the table's columns.
    keeps_answers : bool
        Keep what each condition says, a bit a row, for the next rules that ask the same.

    Attributes
    ----------
    frame : DataFrame
    questions, answered : dict
        What is known of conditions on this table.
    """

    def __init__(self, frame: pd.DataFrame, variables: type[BaseVariables], *, keeps_answers: bool = False) -> None:
        names = frame.columns
        self.frame = frame.copy(deep=False) if names.is_unique else frame.loc[:, ~names.duplicated(keep="last")]
        self.variables, self.keeps_answers = variables, keeps_answers
        self.questions: dict[Hashable, Any] = {}
        self.answered: dict[int, Any] = {}
        self._alone = Alone(self.frame, variables)
        self._columns: dict[str, Column] = {}
        self._coded: dict[str, Coded] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def field_type(self, variable: str) -> type:
        """Return the business_rules type of a variable."""
        kind: type = getattr(self.variables, variable).field_type
        return kind

    def bind(self, variables: Iterable[str]) -> None:
        """Work out several variables; two at a time, since the coding of texts lets another thread run."""
        missing = sorted(name for name in variables if name not in self._columns)
        if len(self) < _LARGE:
            for name in missing:
                self.column(name)
            return
        _ = self._alone.sample  # once, before there are threads
        context = contextvars.copy_context()
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(context.copy().run, self.column, name) for name in missing]:
                done.result()

    def column(self, variable: str) -> Column:
        """Return a variable's value for every row.

        Raises
        ------
        UsageError
            If the variable's method has no form over whole columns, or gives other values there than row by row.
        """
        if variable not in self._columns:
            try:
                numeric = is_number(self.field_type(variable))
                self._columns[variable] = bound(variable, self._alone, numeric=numeric)
            except OneShot as error:
                msg = f"variable {variable}: its method {error}; give a tuple instead"
                raise UsageError(msg) from error
        return self._columns[variable]

    def coded(self, variable: str) -> Coded:
        """Return a variable's values by distinct value, also where they are numbers."""
        if variable not in self._coded:
            column = self.column(variable)
            if isinstance(column, Numeric):
                column = column_of_distinct(column.values(np.arange(len(self))))
            self._coded[variable] = column
        return self._coded[variable]

    def rows(self, positions: Iterable[int]) -> list[dict[Hashable, Any]]:
        """Return some rows as mappings of Python's own values."""
        return self._alone.rows(positions)
