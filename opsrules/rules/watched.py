"""A row that notes what is read of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

__all__ = ["WatchedRow"]


class WatchedRow(dict[Hashable, Any]):
    """A row that notes what is read of it.

    Attributes
    ----------
    read : set
        Names asked for, one by one.
    read_all : bool
        Whether it was used in any other way.
    """

    def __init__(self, row: dict[Hashable, Any]) -> None:
        super().__init__(row)
        self.read: set[Hashable] = set()
        self.read_all = False

    def __getitem__(self, name: Hashable) -> Any:
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: Hashable, default: Any = None) -> Any:
        """Return a value, noted as read."""
        self.read.add(name)
        return super().get(name, default)


def _watch() -> None:
    def noted(name: str) -> Callable[..., Any]:
        plain = getattr(dict, name)

        def method(self: WatchedRow, *given: Any, **named: Any) -> Any:
            self.read_all = True
            return plain(self, *given, **named)

        return method

    for name in ("__iter__", "__len__", "__contains__", "__eq__", "__ne__", "__or__", "__ror__", "__ior__"):
        setattr(WatchedRow, name, noted(name))
    for name in ("__repr__", "keys", "values", "items", "copy", "pop", "popitem", "setdefault", "update", "clear"):
        setattr(WatchedRow, name, noted(name))
    for name in ("__setitem__", "__delitem__", "__reversed__"):
        setattr(WatchedRow, name, noted(name))


_watch()
