"""The conditions of a rule set as one graph: what is written twice stands, and is asked, once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opsrules.rules.rows import sameness

__all__ = ["Graph", "Group", "Leaf", "Node", "written"]


@dataclass(frozen=True, eq=False)
class Leaf:
    """One comparison.

    Attributes
    ----------
    number : int
        Position in the graph.
    key : hashable
        The same for the same comparison in any graph.
    """

    number: int
    key: Hashable
    variable: str
    operator: str
    constant: Any


@dataclass(frozen=True, eq=False)
class Group:
    """Conditions of which all, or any, have to hold."""

    number: int
    is_all: bool
    kids: tuple[Node, ...]


Node = Leaf | Group


class Graph:
    """The condition trees of some rules, equal parts shared.

    Attributes
    ----------
    roots : tuple of Node
        One for each rule.
    size : int
        Number of nodes; a node comes after those it consists of.
    """

    def __init__(self, trees: Sequence[Mapping[str, Any]]) -> None:
        self._nodes: dict[Hashable, Node] = {}
        self.roots: tuple[Node, ...] = tuple(self._node(tree) for tree in trees)
        self.size = len(self._nodes)

    @property
    def leaves(self) -> list[Leaf]:
        """Every comparison, once."""
        return [node for node in self._nodes.values() if isinstance(node, Leaf)]

    def _node(self, tree: Mapping[str, Any]) -> Node:
        for group in ("all", "any"):
            if group in tree:
                kids = tuple(self._node(kid) for kid in tree[group])
                key: Hashable = (group, tuple(kid.number for kid in kids))
                return self._nodes.setdefault(key, Group(len(self._nodes), group == "all", kids))
        constant = tree["value"]
        # A constant of which nothing is known is only the same as itself.
        same = sameness(constant) or ("object", id(constant))
        key = (tree["name"], tree["operator"], same)
        return self._nodes.setdefault(key, Leaf(len(self._nodes), key, tree["name"], tree["operator"], constant))


def written(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give every comparison of a tree as it is written, with its place: ``all[1].any[0]``, "" for the whole tree."""
    for group in ("all", "any"):
        if group in tree:
            for place, kid in enumerate(tree[group]):
                yield from written(kid, f"{path}.{group}[{place}]".lstrip("."))
            return
    yield path, tree
