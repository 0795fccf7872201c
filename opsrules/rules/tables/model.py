"""What a decision table is: rows as they are written, and the rules that they become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opsrules.errors import Problem
from opsrules.parameters.documents import KeyPath

__all__ = ["DecisionTable", "Line", "Written"]


@dataclass(frozen=True)
class DecisionTable:
    """A decision table as rules, and where these stand.

    Attributes
    ----------
    name : str
    rules : tuple of mapping
        What `Rules` and `run_all` take, in the table's order; the id is ``name.id`` of the row.
    lines : tuple of str
        ``file:line`` of each.
    problems : tuple of Problem
        By place; with any, the rules are not to be used.
    sha256 : str
        Of the file's bytes, and of those of its examples.
    examples : tuple of str
        ``file:line`` of each example.
    """

    name: str
    rules: tuple[Mapping[str, Any], ...]
    lines: tuple[str, ...]
    problems: tuple[Problem, ...]
    sha256: str
    examples: tuple[str, ...] = ()

    def place(self, path: KeyPath = ()) -> str:
        """Return ``file:line`` of an example, or of a rule, whatever else of it is asked for."""
        number, part, position = (*path, "", "", "")[:3]
        if part == "examples" and isinstance(position, int):
            return self.examples[position]
        return self.lines[number if isinstance(number, int) else 0]

    def key_place(self, path: KeyPath) -> str:
        """Return ``file:line`` of a rule."""
        return self.place(path)

    def is_spoilt(self, path: KeyPath) -> bool:
        """Nothing of a table is used when there is a problem."""
        return len(path) < 0


@dataclass(frozen=True)
class Written:
    """One value of a table as it is written.

    Attributes
    ----------
    column : str
        What messages call its column.
    place : str
        ``file:line``.
    value : object
    is_cell : bool
        Whether it is text of a CSV cell, whose meaning its column decides.
    names_variable : bool
        Whether it is the name of a variable to compare with.
    """

    column: str
    place: str
    value: Any
    is_cell: bool = False
    names_variable: bool = False


@dataclass(frozen=True)
class Line:
    """One row of a table as it is written.

    Attributes
    ----------
    place : str
    own : mapping of str to Written
        id and the other keys of a rule that are for people.
    conditions : tuple of (variable, operator, Written)
    actions : mapping of str to (mapping of str to Written)
        Parameters by action.
    """

    place: str
    own: Mapping[str, Written]
    conditions: tuple[tuple[str, str, Written], ...]
    actions: Mapping[str, Mapping[str, Written]]
