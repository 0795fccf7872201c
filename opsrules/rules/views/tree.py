"""A condition tree in words, with what became of each part on a row where one is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from opsrules.rules.conditions import Graph, Leaf, Node
from opsrules.rules.model import Rule
from opsrules.rules.story import HELD, NOT_HELD, NOT_REACHED, RAISED
from opsrules.rules.views.phrases import Part, Phrase

__all__ = ["Branch", "Group", "Line", "group_outcome", "rule_tree", "tree"]


@dataclass(frozen=True)
class Line:
    """One condition.

    Attributes
    ----------
    phrase : Phrase
    outcome : str
        held, not held, not reached, error; "" where no row is told of.
    seen : str
        What it saw, in words; "" where it saw nothing.
    """

    phrase: Phrase
    outcome: str = ""
    seen: str = ""


@dataclass(frozen=True)
class Group:
    """Conditions of which all, or any, have to hold; `outcome` as of a line."""

    is_all: bool
    kids: tuple[Branch, ...]
    outcome: str = ""


Branch = Line | Group


def tree(node: Node, line: Callable[[Leaf], Line]) -> Branch:
    """Return a condition tree in words; a group of one is what it consists of.

    Parameters
    ----------
    node : Node
    line : callable
        What is said of a condition; asked in the order in which they are written.
    """
    if isinstance(node, Leaf):
        return line(node)
    kids = tuple(tree(kid, line) for kid in node.kids)
    if len(kids) == 1:
        return kids[0]
    return Group(node.is_all, kids, group_outcome(node.is_all, [kid.outcome for kid in kids]))


def rule_tree(rule: Rule, line: Callable[[Leaf], Line]) -> Branch:
    """Return the conditions of a rule in words; a row of a table that is written without any has none to tell."""
    branch = tree(Graph([rule.conditions]).roots[0], line)
    if not rule.always:
        return branch
    words = "In every other case" if rule.first_of else "In every case"
    return Line((Part(words),), branch.outcome)


def group_outcome(is_all: bool, kids: list[str]) -> str:
    """Return what became of a group whose parts were asked from left to right until one settled it.

    Examples
    --------
    >>> group_outcome(True, ["held", "not held", "not reached"]), group_outcome(False, ["error", "not reached"])
    ('not held', 'error')
    """
    if kids[0] in ("", NOT_REACHED):
        return kids[0]
    settles = NOT_HELD if is_all else HELD
    return next((one for one in kids if one in (RAISED, settles)), HELD if is_all else NOT_HELD)
