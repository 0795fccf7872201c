"""What became of each condition of a rule on some rows: held, not held, not reached, or raised."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from opsrules.rules.conditions import Graph, Group, Leaf, Node
from opsrules.rules.exact import Raised, ask
from opsrules.rules.frame import BoundFrame
from opsrules.rules.model import Rule
from opsrules.rules.questions import Within, question_of
from opsrules.rules.rows import sameness

if TYPE_CHECKING:
    import numpy.typing as npt

    # A boolean a row, or a bit a row packed in words: the walk is the same.
    Flags = npt.NDArray[Any]
    Rows = npt.NDArray[np.int64]

__all__ = ["HELD", "NOT_HELD", "NOT_REACHED", "RAISED", "Blame", "Part", "Story", "blame", "story", "walk"]

HELD, NOT_HELD, NOT_REACHED, RAISED = "held", "not held", "not reached", "error"


@dataclass(frozen=True)
class Part:
    """One condition on some rows.

    Attributes
    ----------
    path : str
        Its place in the tree, ``all[1].any[0]``; "" when it is the whole tree.
    leaf : Leaf
    reached, holds, raises : array of flags
        What holds or raises was reached; never both.
    """

    path: str
    leaf: Leaf
    reached: Flags
    holds: Flags
    raises: Flags

    @property
    def outcomes(self) -> list[str]:
        """Words for what became of it, by row."""
        words = np.where(self.holds, HELD, np.where(self.raises, RAISED, NOT_HELD))
        return [str(word) for word in np.where(self.reached, words, NOT_REACHED)]

    def seen(self, frame: BoundFrame, rows: Rows) -> list[Any]:
        """Return the values it saw; None where it was not reached or there was none."""
        found = frame.column(self.leaf.variable).values(rows)
        return [
            value if reached and not isinstance(value, Raised) else None
            for value, reached in zip(found, self.reached.tolist(), strict=True)
        ]


@dataclass(frozen=True)
class Story:
    """What became of a rule on some rows: of each condition in the order in which they are written, and of all."""

    parts: list[Part]
    holds: Flags
    raises: Flags


def story(rule: Rule, frame: BoundFrame, rows: Rows, reached: Flags) -> Story:
    """Return what became of each condition of a rule on some rows.

    Parameters
    ----------
    rule : Rule
    frame : BoundFrame
    rows : array of int
    reached : array of bool
        Whether the rule saw the row at all.
    """

    def told(leaf: Leaf) -> tuple[Flags, Flags | None]:
        question = question_of(leaf, frame)
        return question.holds(rows), question.raises(rows)

    return walk(Graph([rule.conditions]).roots[0], told, reached)


def walk(root: Node, told: Callable[[Leaf], tuple[Flags, Flags | None]], reached: Flags) -> Story:
    """Return what became of each condition of a tree, from what each says of the rows whether reached or not.

    Parameters
    ----------
    root : Node
    told : callable
        Where a condition holds, and where it raises (None: nowhere).
    reached : array of flags
        Rows that came to the tree.
    """
    return _Walk(told).tell(root, "", reached)


class _Walk:
    """A way through a tree, each condition asked of the rows that reach it."""

    def __init__(self, told: Callable[[Leaf], tuple[Flags, Flags | None]]) -> None:
        self.told = told
        self.parts: list[Part] = []

    def tell(self, node: Node, path: str, reached: Flags) -> Story:
        holds, raises = self._leaf(node, path, reached) if isinstance(node, Leaf) else self._group(node, path, reached)
        return Story(self.parts, holds, raises)

    def _leaf(self, leaf: Leaf, path: str, reached: Flags) -> tuple[Flags, Flags]:
        held, raised = self.told(leaf)
        raises = np.zeros_like(reached) if raised is None else reached & raised
        holds = reached & held & ~raises
        self.parts.append(Part(path, leaf, reached, holds, raises))
        return holds, raises

    def _group(self, group: Group, path: str, reached: Flags) -> tuple[Flags, Flags]:
        name, going = "all" if group.is_all else "any", reached
        holds, raises = np.zeros_like(reached), np.zeros_like(reached)
        for position, kid in enumerate(group.kids):
            told = self.tell(kid, f"{path}.{name}[{position}]".lstrip("."), going)
            holds, raises = holds | told.holds, raises | told.raises
            going = told.holds if group.is_all else going & ~(told.holds | told.raises)
        return (going if group.is_all else holds), raises


@dataclass(frozen=True)
class Blame:
    """Why a rule could not judge a row."""

    row: int
    variable: str
    error: str
    message: str


def blame(rule: Rule, frame: BoundFrame, rows: Rows) -> Iterator[Blame]:
    """Give the variable and the exception that kept a rule from judging rows, each row once."""
    for part in story(rule, frame, rows, np.ones(len(rows), dtype=np.bool_)).parts:
        guilty = rows[part.raises]
        if not len(guilty):
            continue
        leaf, question = part.leaf, question_of(part.leaf, frame)
        field_type = frame.field_type(leaf.variable) if isinstance(question, Within) else question.field_type
        told: dict[Hashable, bool | Raised] = {}
        for row, value in zip(guilty.tolist(), question.column.values(guilty), strict=True):
            key = sameness(value) or ("object", id(value))
            if key not in told:
                told[key] = ask(field_type, leaf.operator, leaf.constant, value)
            raised = told[key]
            if isinstance(raised, Raised):
                yield Blame(row, leaf.variable, raised.kind, str(raised.error))
