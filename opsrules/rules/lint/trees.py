"""Condition trees as sets of rows, put together as the library does: from left to right, an error ending it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from opsrules.parameters.documents import KeyPath
from opsrules.rules.conditions import Leaf, Node
from opsrules.rules.lint.space import Box, Boxes, Space, Told

__all__ = ["Logic", "Part", "part_of", "words_of"]

_EVERYTHING: Boxes = ({},)


@dataclass(frozen=True)
class Part:
    """A condition, or a group of them, where it stands.

    Attributes
    ----------
    path : path
        From the top of the rule set.
    leaf : Leaf or None
        None for a group.
    is_all : bool
        Of a group.
    kids : tuple of Part
    """

    path: KeyPath
    leaf: Leaf | None
    is_all: bool = True
    kids: tuple[Part, ...] = ()

    @property
    def key(self) -> Hashable:
        """The same for parts that say the same in the same words."""
        return self.leaf.number if self.leaf else (self.is_all, *(kid.key for kid in self.kids))

    @property
    def leaves(self) -> Iterator[Part]:
        """Every condition in it, in order."""
        if self.leaf:
            yield self
        for kid in self.kids:
            yield from kid.leaves

    def without(self, path: KeyPath) -> Part:
        """Return the part with another one left out."""
        kids = tuple(kid.without(path) for kid in self.kids if kid.path != path)
        return replace(self, kids=kids)

    def through(self, path: KeyPath) -> Part:
        """Return the part with any group above another one left with that one alone."""
        kids = tuple(kid.through(path) for kid in self.kids)
        if not self.is_all:
            on_the_way = tuple(kid for kid in kids if path[: len(kid.path)] == kid.path)
            kids = on_the_way or kids
        return replace(self, kids=kids)


def part_of(tree: Mapping[str, Any], node: Node, path: KeyPath) -> Part:
    """Return a condition tree with its places.

    Parameters
    ----------
    tree : mapping
        As it is written.
    node : Node
        The same in a graph.
    path : path
        Where it stands.
    """
    if isinstance(node, Leaf):
        return Part(path, node)
    group = "all" if node.is_all else "any"
    pairs = enumerate(zip(tree[group], node.kids, strict=True))
    return Part(path, None, node.is_all, tuple(part_of(kid, one, (*path, group, place)) for place, (kid, one) in pairs))


def words_of(leaf: Leaf) -> str:
    """Return a condition as it is written."""
    if leaf.operator in ("is_true", "is_false", "is_missing", "is_present", "non_empty"):
        return f"{leaf.variable} {leaf.operator}"
    return f"{leaf.variable} {leaf.operator} {_written(leaf.constant)}"


def _written(constant: object) -> str:
    if isinstance(constant, Mapping):
        return "{" + ", ".join(f"{key}: {_written(one)}" for key, one in constant.items()) + "}"
    if isinstance(constant, list | tuple):
        return "[" + ", ".join(map(_written, constant)) + "]"
    return repr(constant) if isinstance(constant, str) else str(constant)


class Logic:
    """What parts of rules say of all rows.

    Parameters
    ----------
    space : Space
    leaves : mapping of int to Told
        Rows of each condition by its leaf's number.
    """

    def __init__(self, space: Space, leaves: Mapping[int, Told]) -> None:
        self.space = space
        self._known: dict[Hashable, Told] = {number: told for number, told in leaves.items()}  # noqa: C416

    def told(self, part: Part) -> Told:
        """Return where a part holds and where it does not.

        Raises
        ------
        TooLarge
        """
        if part.key not in self._known:
            self._known[part.key] = self._told(part)
        return self._known[part.key]

    def _told(self, part: Part) -> Told:
        asked: Boxes = _EVERYTHING  # rows that no condition so far has settled
        settled: list[Box] = []
        for kid in part.kids:
            holds, fails = self.told(kid)
            settles, goes_on = (fails, holds) if part.is_all else (holds, fails)
            settled += self.space.meet_all(asked, settles)
            asked = self.space.joined(self.space.meet_all(asked, goes_on))
        rest = self.space.joined(settled)
        return Told(asked, rest) if part.is_all else Told(rest, asked)
