"""Decorators for variables of our types: their operators see the other variables of the row.

The library builds ``field_type(value)`` and knows nothing of the row. A method marked here hands out, on an instance,
a field type that already holds the instance, so that ``{variable: due_on}`` is found; its value stays what it returns,
for a row and for a whole table, and plain `run_all` runs it unchanged.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from business_rules.variables import rule_variable

from opsrules.rules.types.amounts import DurationType, MoneyType
from opsrules.rules.types.base import ExtendedType
from opsrules.rules.types.days import DateType
from opsrules.rules.types.words import NumberType, TextType

if TYPE_CHECKING:
    F = TypeVar("F", bound=Callable[..., Any])

__all__ = [
    "Given",
    "Variable",
    "date_rule_variable",
    "duration_rule_variable",
    "money_rule_variable",
    "number_rule_variable",
    "text_rule_variable",
]


class Variable:
    """A method that is a variable; on the class it carries the library's marks, on an instance it is the method.

    Parameters
    ----------
    function : callable
    """

    field_type: Callable[..., ExtendedType]

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self.function = function

    def __call__(self, variables: object) -> Any:
        """Return the variable's value."""
        return self.function(variables)

    def __get__(self, instance: object, owner: type | None = None) -> Variable | _Asked:
        return self if instance is None else _Asked(self, instance)


class _Asked:
    """A variable of one row."""

    def __init__(self, variable: Variable, row: object) -> None:
        self._variable, self._row = variable, row
        self.field_type = functools.partial(variable.field_type, others=row)

    def __call__(self) -> Any:
        return self._variable.function(self._row)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._variable, name)


class Given:
    """Stands for a row of which some variables are known: ``field_type(value, others=Given({...}))``.

    So a comparison with another variable is asked once for each distinct pair of values, and raises as it would for the
    row: each variable is asked when its turn comes.

    Parameters
    ----------
    values : mapping of str to callable
        What gives a variable's value, or raises as the variable does.
    """

    def __init__(self, values: Mapping[str, Callable[[], Any]]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._values:
            raise AttributeError(name)
        # A method of its own: what is handed in may carry no marks.
        asked = functools.partial(self._values[name])
        asked.is_rule_variable = True  # type: ignore[attr-defined]
        return asked


def _marked(field_type: type[ExtendedType], label: Any) -> Any:
    """Return what a decorator returns, or the decorated method when it was used without parentheses."""
    if callable(label):
        return rule_variable(field_type)(Variable(label))
    return lambda function: rule_variable(field_type, label=label)(Variable(function))


@overload
def date_rule_variable(label: F) -> F: ...
@overload
def date_rule_variable(label: str | None = None) -> Callable[[F], F]: ...
def date_rule_variable(label: Any = None) -> Any:
    """Mark a method as a variable that is a day, None when missing; see `DateType`."""
    return _marked(DateType, label)


@overload
def duration_rule_variable(label: F) -> F: ...
@overload
def duration_rule_variable(label: str | None = None) -> Callable[[F], F]: ...
def duration_rule_variable(label: Any = None) -> Any:
    """Mark a method as a variable that is a span of time, None when missing; see `DurationType`."""
    return _marked(DurationType, label)


@overload
def money_rule_variable(label: F) -> F: ...
@overload
def money_rule_variable(label: str | None = None) -> Callable[[F], F]: ...
def money_rule_variable(label: Any = None) -> Any:
    """Mark a method as a variable that is an amount with its currency, None when missing; see `MoneyType`."""
    return _marked(MoneyType, label)


@overload
def number_rule_variable(label: F) -> F: ...
@overload
def number_rule_variable(label: str | None = None) -> Callable[[F], F]: ...
def number_rule_variable(label: Any = None) -> Any:
    """Mark a method as a variable that is a number, None when missing; see `NumberType`."""
    return _marked(NumberType, label)


@overload
def text_rule_variable(label: F) -> F: ...
@overload
def text_rule_variable(label: str | None = None) -> Callable[[F], F]: ...
def text_rule_variable(label: Any = None) -> Any:
    """Mark a method as a variable that is text, None when missing; see `TextType`."""
    return _marked(TextType, label)
