"""What became of each condition of a rule on some rows: held, not held, not reached, or raised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from opsrules.rules.conditions import Graph, Group, Leaf, Node
from opsrules.rules.exact import Raised, ask
from opsrules.rules.frame import BoundFrame
from opsrules.rules.masks import Told, question_of
from opsrules.rules.model import Rule
from opsrules.rules.rows import sameness

if TYPE_CHECKING:
    import numpy.typing as npt

    Bools = npt.NDArray[np.bool_]
    Rows = npt.NDArray[np.int64]

__all__ = ["HELD", "NOT_HELD", "NOT_REACHED", "RAISED", "Blame", "Part", "blame", "story"]

HELD, NOT_HELD, NOT_REACHED, RAISED = "held", "not held", "not reached", "error"


@dataclass(frozen=True)
class Part:
    """One condition on some rows.

    Attributes
    ----------
    path : str
        Its place in the tree, ``all[1].any[0]``; "" when it is the whole tree.
    leaf : Leaf
    reached, holds, raises : array of bool
        What holds or raises was reached.
    """

    path: str
    leaf: Leaf
    reached: Bools
    holds: Bools
    raises: Bools

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


def story(rule: Rule, frame: BoundFrame, rows: Rows, reached: Bools) -> list[Part]:
    """Return what became of each condition of a rule on some rows.

    Parameters
    ----------
    rule : Rule
    frame : BoundFrame
    rows : array of int
    reached : array of bool
        Whether the rule saw the row at all.
    """
    parts: list[Part] = []
    _walk(Graph([rule.conditions]).roots[0], "", frame, rows, reached, parts)
    return parts


def _walk(node: Node, path: str, frame: BoundFrame, rows: Rows, reached: Bools, parts: list[Part]) -> Told:
    if isinstance(node, Leaf):
        holds, raises = question_of(node, frame).ask(rows)
        told = reached & holds, np.zeros_like(reached) if raises is None else reached & raises
        parts.append(Part(path, node, reached, *told))
        return told
    return _walk_group(node, path, frame, rows, reached, parts)


def _walk_group(group: Group, path: str, frame: BoundFrame, rows: Rows, reached: Bools, parts: list[Part]) -> Told:
    name = "all" if group.is_all else "any"
    going = reached
    any_holds, any_raises = np.zeros_like(reached), np.zeros_like(reached)
    for position, kid in enumerate(group.kids):
        holds, raises = _walk(kid, f"{path}.{name}[{position}]".lstrip("."), frame, rows, going, parts)
        any_holds, any_raises = any_holds | holds, any_raises | (raises if raises is not None else False)
        going = holds if group.is_all else going & ~(any_holds | any_raises)
    return (going if group.is_all else any_holds), any_raises


@dataclass(frozen=True)
class Blame:
    """Why a rule could not judge a row."""

    row: int
    variable: str
    error: str
    message: str


def blame(rule: Rule, frame: BoundFrame, rows: Rows) -> Iterator[Blame]:
    """Give the variable and the exception that kept a rule from judging rows, each row once."""
    for part in story(rule, frame, rows, np.ones(len(rows), dtype=np.bool_)):
        guilty = rows[part.raises]
        if not len(guilty):
            continue
        leaf, told = part.leaf, {}
        for row, value in zip(guilty.tolist(), frame.column(leaf.variable).values(guilty), strict=True):
            key = id(value) if isinstance(value, Raised) else sameness(value)
            raised = told.get(key) if key is not None else None
            if raised is None:
                raised = ask(frame.field_type(leaf.variable), leaf.operator, leaf.constant, value)
                told[key] = raised
            if isinstance(raised, Raised):
                yield Blame(row, leaf.variable, raised.kind, str(raised.error))
