"""Rows judged twice: by business_rules.run_all, one after the other, and by the evaluator of whole tables."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from opsrules.errors import UsageError
from opsrules.rules.frame import BoundFrame
from opsrules.rules.library import BaseActions, BaseVariables, run_row
from opsrules.rules.masks import judge
from opsrules.rules.model import Rule
from opsrules.rules.result import Result
from opsrules.rules.rows import rows_of

__all__ = ["Twice", "Verdict", "by_run_all", "judged_twice"]

_WHOLE = (-(1 << 63), (1 << 63) - 1)


@dataclass(frozen=True)
class Verdict:
    """What became of one row.

    Attributes
    ----------
    fired : tuple of str
        Ids of the rules that fired, in order.
    error : str
        Exception type that ended the row; "" when none did.
    """

    fired: tuple[str, ...]
    error: str = ""

    def __str__(self) -> str:
        fired = f"{', '.join(self.fired)} fires" if self.fired else "nothing fires"
        if not self.error:
            return fired
        return f"{fired}, then {self.error} is raised" if self.fired else f"{self.error} is raised"


@dataclass(frozen=True)
class Twice:
    """One row judged by both.

    Attributes
    ----------
    position : int
        Of the row among those given.
    plain, ours : Verdict
        What `run_all` says, and what a run over a table says.
    result : Result
        The run over the table.
    row : int
        Its position in that table.
    """

    position: int
    plain: Verdict
    ours: Verdict
    result: Result
    row: int


def by_run_all(rules: Sequence[Rule], variables: type[BaseVariables], row: Mapping[Any, Any]) -> Verdict:
    """Return what plain `run_all` says of one row; a decision table of which the first row decides it stops there."""
    fired: list[str] = []
    settled = set[str]()
    for table, group in itertools.groupby(rules, lambda rule: rule.first_of):
        if table in settled:
            continue
        asked = list(group)
        numbers, error = run_row([one.conditions for one in asked], variables(row), stop=bool(table))  # type: ignore[call-arg]
        fired += [asked[number].id for number in numbers]
        if error:
            return Verdict(tuple(fired), type(error).__name__)
        settled |= {table} if table and numbers else set()
    return Verdict(tuple(fired))


def judged_twice(
    rules: Sequence[Rule],
    variables: type[BaseVariables],
    actions: type[BaseActions],
    rows: Sequence[Mapping[Any, Any]],
    *,
    lenient: bool = False,
) -> Iterator[Twice]:
    """Judge rows written by hand by both evaluators; no action is run.

    Columns have the type that data of this kind has. Where a variable refuses these, and plain `run_all` can judge none
    of the rows, the row is at fault and not the variable's method (text where it adds numbers): then, and always if
    `lenient`, the variable is asked row by row.

    Raises
    ------
    UsageError
        If a variable has no form over whole columns.
    """
    for positions, table in _tables_of(rows):
        natives = rows_of(table)
        plain = [by_run_all(rules, variables, row) for row in natives]
        result = _run(rules, variables, actions, table, lenient=lenient or all(one.error for one in plain))
        for place, (position, one, ours) in enumerate(zip(positions, plain, _by_table(result), strict=True)):
            yield Twice(position, one, ours, result, place)


def _run(
    rules: Sequence[Rule],
    variables: type[BaseVariables],
    actions: type[BaseActions],
    table: pd.DataFrame,
    *,
    lenient: bool,
) -> Result:
    try:
        bound = BoundFrame(table, variables)
        judged = judge(rules, bound, stop=False)
    except UsageError:
        if not lenient:
            raise
        bound = BoundFrame(table.astype(object), variables)
        judged = judge(rules, bound, stop=False)
    return Result(tuple(rules), actions, bound, judged, stopped=False)


def _by_table(result: Result) -> list[Verdict]:
    fired: list[list[str]] = [[] for _ in range(len(result.frame))]
    for rule in result.rules:
        for row in np.flatnonzero(result.mask(rule.id)).tolist():
            fired[row].append(rule.id)
    errors: dict[int, str] = {}
    if len(result.judged.failed_rows):
        found = result.errors
        errors = dict(zip(found["row"].tolist(), found["error"].tolist(), strict=True))
    return [Verdict(tuple(ids), errors.get(row, "")) for row, ids in enumerate(fired)]


def _tables_of(rows: Sequence[Mapping[Any, Any]]) -> Iterator[tuple[list[int], pd.DataFrame]]:
    """Give rows written by hand as tables whose columns have the type that data of this kind has.

    Rows with the same columns, and in each the same kind of value, stand in one table; their positions go with it.
    """
    groups: dict[Hashable, list[int]] = {}
    for position, row in enumerate(rows):
        groups.setdefault(tuple((name, _dtype(value)) for name, value in row.items()), []).append(position)
    for positions in groups.values():
        chosen = [rows[position] for position in positions]
        columns = {name: _column([row[name] for row in chosen]) for name in chosen[0]}
        yield positions, pd.DataFrame(columns, index=range(len(chosen)))


def _dtype(value: object) -> str:
    if type(value) is int:
        return "int64" if _WHOLE[0] <= value <= _WHOLE[1] else "object"
    if type(value) is datetime and value.tzinfo is None:
        return "datetime64[us]"
    return {float: "float64", bool: "bool", str: "str"}.get(type(value), "object")


def _column(values: list[Any]) -> pd.Series[Any]:
    array = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):  # one by one: numpy would take lists apart
        array[place] = value
    return pd.Series(array, dtype=_dtype(values[0]))
