"""One parameter file as plain values that know the line of every key and value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from opsrules.errors import Problem

__all__ = ["Document", "KeyPath", "Mark", "by_place", "dotted"]

KeyPath = tuple[Any, ...]
"""Keys and list positions from the top of a document to one of its values."""


@dataclass(frozen=True)
class Mark:
    """Where something stands, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Document:
    """One parameter file, read.

    Attributes
    ----------
    name : str
        As messages show it: relative to the workspace.
    value : object
        Mappings, lists, text, int, Decimal, bool, date and None.
    keys, values : mapping of path to Mark
        Where each key and each value starts.
    problems : tuple of Problem
    spoilt : frozenset of path
        Values that could not be taken and have a problem of their own; None stands in their place.
    sha256 : str
        Of the file's bytes.
    nested : frozenset of path
        Values that are mappings or lists; they stand where their key stands.
    """

    name: str
    value: Any
    keys: Mapping[KeyPath, Mark]
    values: Mapping[KeyPath, Mark]
    problems: tuple[Problem, ...]
    spoilt: frozenset[KeyPath]
    sha256: str
    nested: frozenset[KeyPath] = field(default=frozenset(), repr=False)

    def line(self, path: KeyPath) -> int:
        """Line of a value; of its key for a mapping or list; of the nearest one around it for what is missing."""
        while path and path not in self.values:
            path = path[:-1]
        mark = self.keys.get(path) if path in self.nested else None
        mark = mark or self.values.get(path)
        return mark.line if mark else 1

    def place(self, path: KeyPath = ()) -> str:
        """Return ``file:line`` of a value."""
        return f"{self.name}:{self.line(path)}"

    def key_place(self, path: KeyPath) -> str:
        """Return ``file:line`` of a key."""
        return f"{self.name}:{self.keys[path].line}" if path in self.keys else self.place(path)

    def is_spoilt(self, path: KeyPath) -> bool:
        """Whether the value or one around it already has a problem."""
        return any(path[:end] in self.spoilt for end in range(len(path) + 1))


def dotted(path: KeyPath) -> str:
    """Return a path as messages write it.

    Examples
    --------
    >>> dotted(("sources", 0, "files"))
    'sources[0].files'
    """
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else str(part)
    return out


def by_place(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems sorted by file and line, each once."""

    def key(problem: Problem) -> tuple[str, int, str]:
        file, _, line = problem.place.rpartition(":")
        return (file, int(line), problem.what) if line.isdecimal() else (problem.place, 0, problem.what)

    return tuple(sorted(set(problems), key=key))
