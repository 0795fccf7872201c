"""Constants of conditions, judged before any row: by the library's own cast, by our types, by the regex engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from opsrules.parameters.nearest import hint
from opsrules.parameters.scalars import shown
from opsrules.rules.library import constant_fault
from opsrules.rules.regex import regex_fault
from opsrules.rules.types.base import ExtendedType
from opsrules.rules.types.references import other_named, variables_in

__all__ = ["Fault", "Known", "faults_of_constant"]


class Known(Protocol):
    """The variables there are.

    Attributes
    ----------
    variables : mapping of str to type
    knows_row : frozenset of str
        Those whose operators see the other variables of the row.
    """

    variables: dict[str, Any]
    knows_row: frozenset[str]


class Fault(NamedTuple):
    """What is wrong with a constant.

    Attributes
    ----------
    what : str
        Goes after its place.
    next_step : str
    """

    what: str
    next_step: str = "correct the value or the operator"


def faults_of_constant(name: str, operator: str, constant: object, known: Known, *, house: bool) -> Iterator[Fault]:
    """Give what is wrong with the constant of a condition whose variable and operator exist."""
    field_type = known.variables[name]
    if issubclass(field_type, ExtendedType):
        if fault := field_type.constant_fault(operator, constant):
            yield Fault(fault)
        yield from _other_variables(name, constant, known)
        return
    fault = constant_fault(field_type, operator, constant)
    kind = getattr(field_type, "name", "")
    if fault is None and house and kind == "numeric" and isinstance(constant, bool):
        fault = "must be a number"
    if fault is None and kind == "string" and operator == "matches_regex":
        fault = regex_fault(str(constant or ""))
    if other_named(constant) is not None and (fault or kind == "select"):
        yield Fault("cannot name a variable", f"declare {name} with a decorator of opsrules.rules.types")
    elif fault:
        yield Fault(fault)


def _other_variables(name: str, constant: object, known: Known) -> Iterator[Fault]:
    field_type = known.variables[name]
    for other in variables_in(constant):
        if other not in known.variables:
            yield Fault(f"names no variable: {shown(other)}", hint(other, known.variables))
        elif not field_type.compares_with(known.variables[other]):
            kind = getattr(known.variables[other], "name", "")
            yield Fault(f"names {other}, which is {kind}, not {field_type.name}", "name a variable of the same kind")
        elif name not in known.knows_row:
            yield Fault("cannot name a variable", f"declare {name} with {field_type.name}_rule_variable")
