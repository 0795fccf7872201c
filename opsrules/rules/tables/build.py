"""Rows of a decision table as business-rules dicts, with every mistake by line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from business_rules.operators import BooleanType, NumericType, SelectMultipleType, SelectType, StringType

from opsrules.errors import Problem
from opsrules.parameters.nearest import hint
from opsrules.parameters.scalars import shown
from opsrules.rules.check import Vocabulary, parameters_of
from opsrules.rules.constants import faults_of_constant
from opsrules.rules.model import HitPolicy, RuleStatus
from opsrules.rules.tables.cells import constant_of, number_of, reference_of, takes_nothing
from opsrules.rules.tables.model import Line, Written
from opsrules.rules.types import ExtendedType
from opsrules.terms import Desk, Severity

__all__ = ["COMMON_KEYS", "OWN_KEYS", "Builder", "action_fault", "condition_fault"]

_TERMS: dict[str, frozenset[str]] = {
    "desk": frozenset(map(str, Desk)),
    "severity": frozenset(map(str, Severity)),
    "status": frozenset(map(str, RuleStatus)),
}
_DAYS = ("since", "until")
_TEXTS = ("id", "name", "owner", "source", "message", "headline", "next_step", "false_positives")
OWN_KEYS = (*_TEXTS, *_TERMS, *_DAYS)
"""Columns that are neither conditions nor actions."""
COMMON_KEYS = tuple(key for key in OWN_KEYS if key not in ("id", "name"))
"""Those that may be said once for all rows."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


def condition_fault(variable: str, operator: str, known: Vocabulary) -> tuple[str, str] | None:
    """Return what is wrong with the variable or operator of a column, and what to do about it."""
    if variable not in known.variables:
        return f"no variable is called {shown(variable)}", hint(variable, known.variables)
    if operator not in known.operators(variable):
        kind = getattr(known.variables[variable], "name", "custom")
        return f"{variable} is {kind} and has no operator {shown(operator)}", hint(operator, known.operators(variable))
    return None


def action_fault(action: str, parameter: str | None, known: Vocabulary) -> tuple[str, str] | None:
    """Return what is wrong with the action or parameter of a column, and what to do about it."""
    if action not in known.actions:
        return f"no action is called {shown(action)}", hint(action, known.actions)
    accepted, _, is_open = parameters_of(known.actions[action])
    if parameter is not None and parameter not in accepted and not is_open:
        return f"action {action} takes no {shown(parameter)}", hint(parameter, accepted)
    return None


class Builder:
    """Turns rows into rules; what is wrong gathers in ``problems``.

    Parameters
    ----------
    name : str
        Of the table.
    hit : HitPolicy
    known : Vocabulary
    otherwise : str or None
        The variable by which a row without conditions is made to hold for every row.
    """

    def __init__(self, name: str, hit: HitPolicy, known: Vocabulary, otherwise: str | None) -> None:
        self.name, self.hit, self.known, self.otherwise = name, hit, known, otherwise
        self.problems: list[Problem] = []
        self.places: dict[str, tuple[str, str]] = {}

    def rule(self, line: Line) -> dict[str, Any]:
        """Return one row as a rule."""
        row_id = self._id(line)
        own = {key: self._own(key, written) for key, written in line.own.items() if key != "id"}
        conditions = [condition for one in line.conditions for condition in self._condition(*one)]
        if not line.conditions:
            conditions = list(self._always(line))
        actions = [self._action(name, params, line) for name, params in line.actions.items()]
        if not actions:
            self._problem(line.place, f"row {row_id} decides nothing", "fill a column that starts with then")
        head: dict[str, Any] = {"id": f"{self.name}.{row_id}", "table": self.name, "hit": str(self.hit)}
        head |= {} if line.conditions else {"always": True}
        return head | own | {"conditions": {"all": conditions}, "actions": actions}

    def _problem(self, place: str, what: str, next_step: str) -> None:
        self.problems.append(Problem(place, what, next_step))

    def _about(self, written: Written, what: str, next_step: str) -> None:
        self._problem(written.place, f"column {shown(written.column)} {what}, got {shown(written.value)}", next_step)

    def _id(self, line: Line) -> str:
        written = line.own.get("id")
        if written is None:
            self._problem(line.place, "row has no id", "give each row an id of its own, for ever")
            return "?"
        row_id = str(written.value) if isinstance(written.value, str | int) else ""
        if not _ID.fullmatch(row_id):
            self._about(written, "must be letters, digits, - or _", "write an id such as high-value")
        elif row_id.lower() in self.places:
            earlier, place = self.places[row_id.lower()]
            what = "has" if earlier == row_id else f"differs only by case from {earlier},"
            self._about(written, f"{what} the id of the row at {place}", "give each row an id of its own, for ever")
        self.places.setdefault(row_id.lower(), (row_id, line.place))
        return row_id

    def _own(self, key: str, written: Written) -> Any:
        value = written.value
        if key in _DAYS:
            day = _day(value)
            if day is None:
                self._about(written, "must be a day such as 2026-10-31", "correct the day")
            return day
        if not isinstance(value, str):
            self._about(written, "must be text", "quote it")
        elif key in _TERMS and value not in _TERMS[key]:
            self._about(written, "must be a known term", hint(value, _TERMS[key]))
        return value

    def _condition(self, variable: str, operator: str, written: Written) -> Iterator[dict[str, Any]]:
        fault = condition_fault(variable, operator, self.known)
        if fault:
            self._about(written, f"cannot be asked ({fault[0]})", fault[1])
            return
        field_type, value = self.known.variables[variable], written.value
        if takes_nothing(field_type, operator):
            if value not in ("yes", True):
                self._about(written, "must be yes or empty", "write yes, or use the opposite operator's column")
            value = True
        elif written.names_variable:
            value = reference_of(operator, value)
        elif written.is_cell:
            value = constant_of(field_type, operator, value)
        for found in faults_of_constant(variable, operator, value, self.known, house=True):
            self._about(written, found.what, found.next_step)
        yield {"name": variable, "operator": operator, "value": value}

    def _always(self, line: Line) -> Iterator[dict[str, Any]]:
        condition = self.otherwise and _always(self.otherwise, self.known.variables.get(self.otherwise, object))
        if condition:
            yield condition
            return
        what = "row has no condition, and no column of the table gives one that always holds"
        self._problem(line.place, what, "write a condition that every row meets")

    def _action(self, name: str, params: Mapping[str, Written], line: Line) -> dict[str, Any]:
        fault = action_fault(name, None, self.known)
        if fault:
            self._problem(line.place, fault[0], fault[1])
            return {"name": name}
        method = self.known.actions[name]
        numbers = {one["name"] for one in getattr(method, "params", None) or [] if one["fieldType"] == "numeric"}
        given = {key: self._param(name, key, written, key in numbers) for key, written in params.items()}
        for key in parameters_of(method)[1]:
            if key not in given:
                what = f"action {name} needs {key}"
                self._problem(line.place, what, f"fill the column 'then {name}.{key}'")
        return {"name": name, "params": given} if given else {"name": name}

    def _param(self, action: str, key: str, written: Written, is_number: bool) -> Any:
        fault = action_fault(action, key, self.known)
        if fault:
            self._about(written, f"cannot be set ({fault[0]})", fault[1])
            return written.value
        value = number_of(written.value) if is_number and written.is_cell else written.value
        allowed = self.known.param_values.get(key)
        if is_number and isinstance(value, str):
            self._about(written, "must be a number", "write a number with a decimal point")
        elif allowed is not None and value not in allowed:
            self._about(written, "must be a known term", hint(str(value), [str(one) for one in allowed]))
        return value


def _day(value: object) -> date | None:
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) else None


_OPPOSITES: tuple[tuple[type, tuple[str, ...], Any], ...] = (
    (ExtendedType, ("is_missing", "is_present"), True),
    (NumericType, ("greater_than_or_equal_to", "less_than"), 0),
    (BooleanType, ("is_true", "is_false"), True),
    (SelectType, ("contains", "does_not_contain"), ""),
    (StringType, ("contains",), ""),
    (SelectMultipleType, ("contains_all",), []),
)


def _always(name: str, field_type: type) -> dict[str, Any] | None:
    """Return a condition that holds whatever the value is, as long as its type takes it."""
    for kind, operators, value in _OPPOSITES:
        if issubclass(field_type, kind):
            leaves = [{"name": name, "operator": operator, "value": value} for operator in operators]
            return leaves[0] if len(leaves) == 1 else {"any": leaves}
    return None
