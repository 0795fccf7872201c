"""What a decision table is: rows that become business-rules, and what to do where several of them fire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = ["DecisionTable", "HitPolicy", "Line", "Written"]


class HitPolicy(StrEnum):
    """What holds where several rows of a table fire for the same row of data."""

    FIRST = "first"
    UNIQUE = "unique"
    COLLECT = "collect"


@dataclass(frozen=True)
class DecisionTable:
    """A decision table as rules.

    Attributes
    ----------
    name : str
    hit : HitPolicy
        Decides between rows that fire together (`decided`, `conflicts`). The rules themselves are judged each on its
        own, by `Rules` and by plain `run_all` alike.
    rules : tuple of mapping
        What `Rules` and `run_all` take, in the table's order; the id is ``name.id`` of the row.
    places : mapping of str to str
        ``file:line`` by rule id.
    """

    name: str
    hit: HitPolicy
    rules: tuple[Mapping[str, Any], ...]
    places: Mapping[str, str]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the rules, in order."""
        return tuple(str(rule["id"]) for rule in self.rules)


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
