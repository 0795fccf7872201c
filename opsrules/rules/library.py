"""The one door to the business_rules library: checked to be the one we know, with types on what we use of it.

Every fork of business-rules installs a module of the same name, and the last one installed silently wins (RULES.md 1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import business_rules
from business_rules import engine, operators

from opsrules.errors import UsageError

if TYPE_CHECKING:
    F = TypeVar("F", bound=Callable[..., Any])

    class BaseVariables:
        """Base of all classes of variables."""

        @classmethod
        def get_all_variables(cls) -> list[dict[str, Any]]:
            """Name, label, field type and options of each variable."""

    class BaseActions:
        """Base of all classes of actions."""

        @classmethod
        def get_all_actions(cls) -> list[dict[str, Any]]:
            """Name, label and parameters of each action."""

    def boolean_rule_variable(label: str | None = None) -> Callable[[F], F]:
        """Mark a method as a variable that is True or False."""

    def numeric_rule_variable(label: str | None = None) -> Callable[[F], F]:
        """Mark a method as a variable that is a number."""

    def string_rule_variable(label: str | None = None) -> Callable[[F], F]:
        """Mark a method as a variable that is text; None counts as no text."""

    def select_rule_variable(label: str | None = None, options: list[Any] | None = None) -> Callable[[F], F]:
        """Mark a method as a variable that is a collection, asked for one element."""

    def select_multiple_rule_variable(label: str | None = None, options: list[Any] | None = None) -> Callable[[F], F]:
        """Mark a method as a variable that is a collection, compared with another."""

    def rule_action(label: str | None = None, params: Mapping[str, str] | None = None) -> Callable[[F], F]:
        """Mark a method as an action with its parameters and their field types."""
else:
    from business_rules.actions import BaseActions, rule_action
    from business_rules.variables import (
        BaseVariables,
        boolean_rule_variable,
        numeric_rule_variable,
        select_multiple_rule_variable,
        select_rule_variable,
        string_rule_variable,
    )

__all__ = [
    "BaseActions",
    "BaseVariables",
    "boolean_rule_variable",
    "check_library",
    "condition_holds",
    "do_actions",
    "numeric_rule_variable",
    "rule_action",
    "rule_holds",
    "run_row",
    "select_multiple_rule_variable",
    "select_rule_variable",
    "string_rule_variable",
]

VERSION = "1.1.1"
# Source: business_rules/operators.py of 1.1.1.
_OPERATORS: dict[str, frozenset[str]] = {
    "NumericType": frozenset("equal_to greater_than greater_than_or_equal_to less_than less_than_or_equal_to".split()),
    "StringType": frozenset(
        "equal_to equal_to_case_insensitive starts_with ends_with contains matches_regex non_empty".split()
    ),
    "BooleanType": frozenset("is_true is_false".split()),
    "SelectType": frozenset("contains does_not_contain".split()),
    "SelectMultipleType": frozenset(
        "contains_all is_contained_by shares_at_least_one_element_with shares_exactly_one_element_with "
        "shares_no_elements_with".split()
    ),
}


def check_library(module: ModuleType, types: ModuleType) -> None:
    """Make sure that the module called business_rules is the one whose meaning the rules rely on.

    Parameters
    ----------
    module, types : module
        ``business_rules`` and its ``operators``.

    Raises
    ------
    UsageError
        If it is another version or a fork; the text names the distributions that install the module.
    """
    found = {
        name: frozenset(one["name"] for one in getattr(types, name).get_all_operators())
        for name in _OPERATORS
        if hasattr(getattr(types, name, None), "get_all_operators")
    }
    epsilon = str(getattr(getattr(types, "NumericType", None), "EPSILON", ""))
    version = getattr(module, "__version__", "unknown")
    if version == VERSION and found == _OPERATORS and epsilon == "0.000001":
        return
    owners = sorted(set(metadata.packages_distributions().get("business_rules", []))) or ["an unknown distribution"]
    msg = (
        f"the module business_rules (version {version}, from {', '.join(owners)}) is not business-rules {VERSION}; "
        f"uninstall the other one and install business-rules=={VERSION}"
    )
    raise UsageError(msg)


check_library(business_rules, operators)


def rule_holds(conditions: Mapping[str, Any], variables: BaseVariables) -> bool:
    """Whether a condition tree holds, asked of the library; raises whatever the library or a variable raises."""
    return bool(engine.check_conditions_recursively(conditions, variables))


def condition_holds(field_type: Callable[[Any], Any], value: object, operator: str, constant: object) -> bool:
    """Whether one comparison holds, asked of the library; raises what the library raises."""
    return bool(engine._do_operator_comparison(field_type(value), operator, constant))


def do_actions(actions: list[Mapping[str, Any]], defined: BaseActions) -> None:
    """Run the actions of one rule by the library."""
    engine.do_actions(actions, defined)


class _Notes(BaseActions):
    """Stands for a rule set's actions: notes which rules fire, and does nothing else."""

    def __init__(self) -> None:
        self.fired: list[int] = []

    def note(self, number: int) -> None:
        self.fired.append(number)


def run_row(
    conditions: Sequence[Mapping[str, Any]], variables: BaseVariables, *, stop: bool = False
) -> tuple[tuple[int, ...], Exception | None]:
    """Return which condition trees fire on one row by `run_all`, and what it raised in the end; no action is run.

    With `stop` it leaves the row at the first one that fires.
    """
    notes = _Notes()
    rules = [
        {"conditions": tree, "actions": [{"name": "note", "params": {"number": number}}]}
        for number, tree in enumerate(conditions)
    ]
    try:
        business_rules.run_all(rules, variables, notes, stop_on_first_trigger=stop)
    except Exception as error:  # noqa: BLE001 - variables are analysts' code: whatever they raise belongs to the row
        return tuple(notes.fired), error.with_traceback(None)
    return tuple(notes.fired), None


def constant_fault(field_type: type, operator: str, constant: object) -> str | None:
    """Return what is wrong with a constant for an operator, None when nothing is or the type is not the library's.

    The constant is cast by the library's own type, so that what passes here passes there.
    """
    kind = field_type.__name__
    if getattr(operators, kind, None) is not field_type:
        return None
    if kind == "NumericType":
        return _number_fault(constant)
    if kind == "StringType" and operator != "non_empty":
        if constant and not isinstance(constant, str):
            return "must be text"
        return _pattern_fault(constant) if operator == "matches_regex" else None
    if kind == "SelectMultipleType" and (isinstance(constant, str) or not hasattr(constant, "__iter__")):
        return "must be a list"
    return None


def _number_fault(constant: object) -> str | None:
    try:
        number = operators.NumericType(constant).value
    except (AssertionError, ValueError, OverflowError):
        return "must be a number"
    return None if number.is_finite() else "must be a finite number"


def _pattern_fault(constant: object) -> str | None:
    try:
        re.compile(str(constant or ""))
    except re.error as error:
        return f"must be a regular expression ({error})"
    return None
