"""Rules over all rows of a bound table: which fired where, and which rows could not be judged.

Each comparison, and each group of them, is worked out once for a block of rows as two masks: where it holds, and where
business_rules would raise. Groups go from left to right as the library does: what stands behind a condition that
settles the group is not asked, and so cannot raise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from opsrules.rules.columns import Coded, Column, Numeric
from opsrules.rules.conditions import Graph, Group, Leaf, Node
from opsrules.rules.exact import Answers, Span, answers, decimal_context, span
from opsrules.rules.frame import BoundFrame
from opsrules.rules.model import Rule

if TYPE_CHECKING:
    import numpy.typing as npt

    Bools = npt.NDArray[np.bool_]

__all__ = ["Judged", "Question", "Told", "judge", "question_of", "tell"]

BLOCK = 1 << 16

Told = tuple["Bools", "Bools | None"]
"""Where a condition holds, and where it raises; never both."""


@dataclass(frozen=True)
class Judged:
    """Which rules fired on which rows.

    Attributes
    ----------
    bits : array of uint8, rules by rows / 8
        One bit a rule and row, as `numpy.packbits` sets them.
    counts : array of int
        Rows on which each rule fired.
    failed_rows, failed_rules : array of int
        Rows that a rule could not judge, ascending, and the rule; later rules did not see the row.
    """

    bits: npt.NDArray[np.uint8]
    counts: npt.NDArray[np.int64]
    failed_rows: npt.NDArray[np.int64]
    failed_rules: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Question:
    """One comparison with one bound column."""

    column: Column
    told: Span | Answers

    def ask(self, rows: slice | npt.NDArray[Any]) -> Told:
        """Return what it says of some rows."""
        if isinstance(self.told, Span):
            assert isinstance(self.column, Numeric)  # noqa: S101 - for the type checker
            return _within(self.told, self.column, rows)
        assert isinstance(self.column, Coded)  # noqa: S101 - for the type checker
        return _looked_up(self.told, self.column, rows)


def _within(told: Span, column: Numeric, rows: slice | npt.NDArray[Any]) -> Told:
    numbers = column.numbers[rows]
    if told.low is None:
        holds = np.ones(len(numbers), dtype=np.bool_) if told.high is None else numbers < told.high
    else:
        holds = numbers >= told.low
        if told.high is not None:
            holds &= numbers < told.high
    if column.bad is None:
        return holds, None
    raises = column.bad[rows]
    if not raises.any():
        return holds, None
    return holds & ~raises, raises


def _looked_up(told: Answers, column: Coded, rows: slice | npt.NDArray[Any]) -> Told:
    codes = column.codes[rows]
    holds = told.holds[codes]
    if told.raises is None:
        return holds, None
    raises = told.raises[codes]
    return holds, raises if raises.any() else None


def question_of(leaf: Leaf, frame: BoundFrame) -> Question:
    """Return a comparison made ready for a bound table; kept there for the next time."""
    key = (leaf.key, decimal_context())
    if key not in frame.plans:
        # The leaf as well: a key may hold the id of its constant, which must not be given to another one.
        frame.plans[key] = (leaf, _question(leaf, frame))
    question: Question = frame.plans[key][1]
    return question


def _question(leaf: Leaf, frame: BoundFrame) -> Question:
    column = frame.column(leaf.variable)
    if isinstance(column, Numeric):
        told = span(leaf.operator, leaf.constant, whole=column.whole)
        if told is not None:
            return Question(column, told)
        column = frame.coded(leaf.variable)
    return Question(column, answers(frame.field_type(leaf.variable), leaf.operator, leaf.constant, column.distinct))


def judge(rules: Sequence[Rule], frame: BoundFrame, *, stop: bool) -> Judged:
    """Judge every row by every rule, in order.

    Parameters
    ----------
    rules : sequence of Rule
    frame : BoundFrame
    stop : bool
        Leave a row at the first rule that fires.

    Raises
    ------
    UsageError
        If a variable cannot be had over whole columns.
    """
    count = len(frame)
    graph = Graph([rule.conditions for rule in rules])
    bits = np.zeros((len(rules), (count + 7) // 8), dtype=np.uint8)
    counts = np.zeros(len(rules), dtype=np.int64)
    failed: list[tuple[npt.NDArray[Any], int]] = []
    questions = [question_of(leaf, frame) for leaf in graph.leaves] if count else []
    by_number = dict(zip((leaf.number for leaf in graph.leaves), questions, strict=bool(count)))
    for start in range(0, count, BLOCK):
        _judge_block(graph, by_number, slice(start, min(start + BLOCK, count)), stop, bits, counts, failed)
    rows = np.concatenate([rows for rows, _ in failed]) if failed else np.zeros(0, dtype=np.int64)
    numbers = np.repeat([rule for _, rule in failed], [len(rows) for rows, _ in failed]).astype(np.int64)
    order = np.argsort(rows, kind="stable")
    return Judged(bits, counts, rows[order].astype(np.int64), numbers[order])


def _judge_block(
    graph: Graph,
    questions: dict[int, Question],
    rows: slice,
    stop: bool,  # noqa: FBT001
    bits: npt.NDArray[np.uint8],
    counts: npt.NDArray[np.int64],
    failed: list[tuple[npt.NDArray[Any], int]],
) -> None:
    known: list[Told | None] = [None] * graph.size
    alive: Bools | None = None  # rows that later rules see; None while it is all of them
    for number, root in enumerate(graph.roots):
        holds, raises = tell(root, questions, rows, known)
        if alive is not None:
            holds = holds & alive
            raises = None if raises is None else raises & alive
        if raises is not None and raises.any():
            failed.append((np.flatnonzero(raises) + rows.start, number))
            alive = ~raises if alive is None else alive & ~raises
        fired = np.count_nonzero(holds)
        if fired:
            counts[number] += fired
            bits[number, rows.start >> 3 : (rows.stop + 7) >> 3] = np.packbits(holds)
            if stop:
                alive = ~holds if alive is None else alive & ~holds
        if alive is not None and not alive.any():
            return


def tell(node: Node, questions: dict[int, Question], rows: slice | npt.NDArray[Any], known: list[Told | None]) -> Told:
    """Return what a condition tree says of some rows.

    Parameters
    ----------
    node : Node
    questions : dict
        By the leaf's number.
    rows : slice or array of int
    known : list
        What the nodes of the graph have said of these rows; filled in.
    """
    told = known[node.number]
    if told is None:
        if isinstance(node, Leaf):
            told = questions[node.number].ask(rows)
        else:
            told = _tell_group(node, questions, rows, known)
        known[node.number] = told
    return told


def _tell_group(
    group: Group, questions: dict[int, Question], rows: slice | npt.NDArray[Any], known: list[Told | None]
) -> Told:
    told = tell(group.kids[0], questions, rows, known)
    join = _and_then if group.is_all else _or_else
    for kid in group.kids[1:]:
        told = join(told, tell(kid, questions, rows, known))
    return told


def _and_then(first: Told, then: Told) -> Told:
    """Ask `then` where `first` holds."""
    holds, raises = first
    if then[1] is not None:
        reached = then[1] & holds
        raises = reached if raises is None else raises | reached
    return holds & then[0], raises


def _or_else(first: Told, then: Told) -> Told:
    """Ask `then` where `first` neither holds nor raises."""
    holds, raises = first
    if raises is None and then[1] is None:
        return holds | then[0], None
    open_yet = ~holds if raises is None else ~(holds | raises)
    if then[1] is not None:
        reached = then[1] & open_yet
        raises = reached if raises is None else raises | reached
    return holds | (then[0] & open_yet), raises
