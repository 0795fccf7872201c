"""Rules over the rows of a table, one row after the other, each condition asked of the library itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opsrules.rules.library import BaseVariables, condition_holds, rule_holds
from opsrules.rules.model import Rule

__all__ = ["HELD", "NOT_HELD", "NOT_REACHED", "RAISED", "Condition", "Failure", "Fired", "Row", "fire", "trace"]

Row = Mapping[Any, Any]

HELD, NOT_HELD, NOT_REACHED, RAISED = "held", "not held", "not reached", "error"


@dataclass(frozen=True)
class Fired:
    """What rules did on the rows.

    Attributes
    ----------
    pairs : tuple of (int, int)
        Position of the row and of the rule, in the order in which run_all would run the actions.
    failures : tuple of Failure
    """

    pairs: tuple[tuple[int, int], ...]
    failures: tuple[Failure, ...]


@dataclass(frozen=True)
class Failure:
    """A row that a rule could not judge; like run_all, later rules did not see it.

    Attributes
    ----------
    row, rule : int
        Positions.
    variable : str
        The variable of the condition that raised.
    error : Exception
    """

    row: int
    rule: int
    variable: str
    error: Exception


@dataclass(frozen=True)
class Condition:
    """What became of one condition on one row.

    Attributes
    ----------
    path : str
        Its place in the tree, ``all[1].any[0]``; "" when it is the whole tree.
    variable, operator : str
    constant, seen : object
        What it was compared with and the variable's value; None when it was not reached.
    outcome : str
        held, not held, not reached, or error.
    """

    path: str
    variable: str
    operator: str
    constant: Any
    seen: Any
    outcome: str


def fire(
    rules: Sequence[Rule], variables: type[BaseVariables], rows: Sequence[Row], *, stop: bool, collect: bool
) -> Fired:
    """Judge every row by every rule, in order.

    Parameters
    ----------
    rules : sequence of Rule
    variables : class
        Built from one row.
    rows : sequence of mapping
    stop : bool
        Leave a row at the first rule that fires.
    collect : bool
        Note a row that cannot be judged and go on with the next; otherwise its exception is raised, with row, rule and
        variable as a note.
    """
    pairs: list[tuple[int, int]] = []
    failures: list[Failure] = []
    for number, row in enumerate(rows if rules else ()):
        for position, outcome in _judge(rules, variables, row):
            if isinstance(outcome, Exception):
                failure = Failure(number, position, _culprit(rules[position], variables, row), outcome)
                if not collect:
                    outcome.add_note(f"row {number}, rule {rules[position].id}, variable {failure.variable or '?'}")
                    raise outcome
                failures.append(failure)
            elif outcome:
                pairs.append((number, position))
                if stop:
                    break
    return Fired(tuple(pairs), tuple(failures))


def _judge(rules: Sequence[Rule], variables: type[BaseVariables], row: Row) -> Iterator[tuple[int, bool | Exception]]:
    position = 0
    try:
        seen = variables(row)  # type: ignore[call-arg]
        for position, rule in enumerate(rules):
            yield position, rule_holds(rule.conditions, seen)
    except Exception as error:  # noqa: BLE001 - variables are analysts' code: whatever they raise belongs to this row
        yield position, error


def _culprit(rule: Rule, variables: type[BaseVariables], row: Row) -> str:
    return next((one.variable for one in trace(rule, variables, row) if one.outcome == RAISED), "")


def trace(rule: Rule, variables: type[BaseVariables], row: Row, *, reached: bool = True) -> list[Condition]:
    """Return what became of each condition of a rule on a row, in the order in which they are written.

    Parameters
    ----------
    rule : Rule
    variables : class
    row : mapping
    reached : bool
        Whether the rule was asked at all.
    """
    out: list[Condition] = []
    seen: BaseVariables | None = None
    if reached:
        try:
            seen = variables(row)  # type: ignore[call-arg]
        except Exception:  # noqa: BLE001 - as in _judge
            seen = None
    _walk(rule.conditions, "", seen, out)
    return out


def _walk(node: Mapping[str, Any], path: str, variables: BaseVariables | None, out: list[Condition]) -> bool | None:
    """Append the conditions under `node`; True or False as it holds, None when not reached or raised."""
    for group, goes_on in (("all", True), ("any", False)):
        if list(node) == [group]:
            state: bool | None = goes_on
            for position, kid in enumerate(node[group]):
                inner = f"{path}.{group}[{position}]".lstrip(".")
                told = _walk(kid, inner, variables if state is goes_on else None, out)
                state = told if state is goes_on else state
            return state if variables is not None else None
    condition = _ask(node, path, variables)
    out.append(condition)
    return {HELD: True, NOT_HELD: False}.get(condition.outcome)


def _ask(leaf: Mapping[str, Any], path: str, variables: BaseVariables | None) -> Condition:
    name, operator, constant = leaf["name"], leaf["operator"], leaf["value"]
    if variables is None:
        return Condition(path, name, operator, constant, None, NOT_REACHED)
    seen = None
    try:
        method = getattr(variables, name)
        seen = method()
        outcome = HELD if condition_holds(method.field_type, seen, operator, constant) else NOT_HELD
    except Exception:  # noqa: BLE001 - as in _judge
        outcome = RAISED
    return Condition(path, name, operator, constant, seen, outcome)
