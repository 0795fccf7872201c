"""Rules over all rows of a bound table: which fired where, and which rows could not be judged.

Each comparison is asked once, a block of rows at a time, and its answers are packed to a bit a row: where it holds,
and where business_rules would raise. Rules are put together from these bits as the library does, from left to right:
what stands behind a condition that settles its group is not asked, and so cannot raise.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from opsrules.rules.conditions import Graph, Leaf, Node
from opsrules.rules.frame import BoundFrame
from opsrules.rules.model import Rule
from opsrules.rules.questions import Question, question_of

if TYPE_CHECKING:
    import numpy.typing as npt

    Bits = npt.NDArray[np.uint64]

__all__ = ["Judged", "Told", "bits_at", "bits_of", "is_among", "joined", "judge", "tell", "tell_leaves", "unpacked"]

# A block's masks and a column's part stay in the processor's cache.
BLOCK = 1 << 15

Told = tuple["Bits", "Bits | None"]
"""Where a condition holds, and where it raises (None: nowhere); never both."""


@dataclass(frozen=True)
class Judged:
    """Which rules fired on which rows.

    Attributes
    ----------
    bits : tuple of array
        For each rule a bit a row, as `numpy.packbits` sets them.
    counts : array of int
        Rows on which each rule fired.
    failed_rows, failed_rules : array of int
        Rows that a rule could not judge, ascending, and the rule; later rules did not see the row.
    """

    bits: tuple[Bits, ...]
    counts: npt.NDArray[np.int64]
    failed_rows: npt.NDArray[np.int64]
    failed_rules: npt.NDArray[np.int64]


def unpacked(bits: Bits, count: int) -> npt.NDArray[np.bool_]:
    """Return the bits of the first `count` rows as booleans."""
    return np.unpackbits(bits.view(np.uint8), count=count).view(np.bool_)


def bits_at(bits: Bits, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return the bits of some rows as booleans."""
    found: npt.NDArray[np.bool_] = (bits.view(np.uint8)[rows >> 3] >> (7 - (rows & 7)).astype(np.uint8) & 1).astype(
        np.bool_
    )
    return found


def is_among(rows: npt.NDArray[np.intp], others: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Whether each row is one of others, which ascend."""
    places = np.searchsorted(others, rows)
    found = places < len(others)
    found[found] = others[places[found]] == rows[found]
    return found


def bits_of(flags: npt.NDArray[np.bool_]) -> Bits:
    """Return booleans as bits in whole words, unset behind the last."""
    bits = np.zeros((len(flags) + 63) // 64, dtype=np.uint64)
    bits.view(np.uint8)[: (len(flags) + 7) // 8] = np.packbits(flags)
    return bits


def judge(rules: Sequence[Rule], frame: BoundFrame, *, stop: bool) -> Judged:
    """Judge every row by every rule, in order; those of a decision table with the hit policy first up to the first.

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
    graph = Graph([rule.conditions for rule in rules])
    nothing = np.zeros((len(frame) + 63) // 64, dtype=np.uint64)
    if not len(frame):
        return _judged([nothing for _ in rules], [], 0)
    known = tell_leaves(graph.leaves, frame)
    fired: list[Bits] = []
    failed: list[tuple[int, Bits]] = []
    alive: Bits | None = None  # rows that later rules see; None while it is all of them
    open_in: dict[str, Bits] = {}  # rows that later rules of a table see
    for number, (rule, root) in enumerate(zip(rules, graph.roots, strict=True)):
        holds, raises = _seen_by(open_in.get(rule.first_of), _seen_by(alive, tell(root, known)))
        if raises is not None and raises.any():
            failed.append((number, raises))
            alive = _without(alive, raises)
        if stop:
            alive = _without(alive, holds)
        if rule.first_of:
            open_in[rule.first_of] = _without(open_in.get(rule.first_of), holds)
        fired.append(holds if holds.any() else nothing)
    return _judged(fired, failed, len(frame))


def _seen_by(rows: Bits | None, told: Told) -> Told:
    """Return what a rule says of the rows that it sees; None is all of them."""
    holds, raises = told
    return told if rows is None else (holds & rows, None if raises is None else raises & rows)


def _without(alive: Bits | None, gone: Bits) -> Bits:
    return ~gone if alive is None else alive & ~gone


def _judged(fired: list[Bits], failed: list[tuple[int, Bits]], count: int) -> Judged:
    counts = np.array([np.bitwise_count(bits).sum(dtype=np.int64) for bits in fired], dtype=np.int64)
    rows = [np.flatnonzero(unpacked(bits, count)) for _, bits in failed]
    rules = np.repeat([number for number, _ in failed], [len(one) for one in rows])
    every_row = np.concatenate([*rows, np.zeros(0, dtype=np.int64)])
    order = np.argsort(every_row, kind="stable")
    return Judged(tuple(fired), counts, every_row[order].astype(np.int64), rules[order].astype(np.int64))


# ---- comparisons, asked of the rows


def tell_leaves(leaves: Sequence[Leaf], frame: BoundFrame) -> dict[int, Told]:
    """Return what each comparison says of all rows, by the leaf's number."""
    frame.bind({leaf.variable for leaf in leaves})
    questions = {leaf.number: question_of(leaf, frame) for leaf in leaves}
    new = [question for question in dict.fromkeys(map(id, questions.values())) if question not in frame.answered]
    by_id = {id(question): question for question in questions.values()}
    told = _packed([by_id[one] for one in new], len(frame))
    answered: Mapping[int, Told] = dict(zip(new, told, strict=True))
    if frame.keeps_answers:
        frame.answered.update(answered)
    return {number: answered.get(id(one)) or frame.answered[id(one)] for number, one in questions.items()}


def _packed(questions: Sequence[Question], count: int) -> list[Told]:
    """Ask questions of all rows; those of one column follow each other while its block is at hand."""
    holds = np.zeros((len(questions), (count + 63) // 64), dtype=np.uint64)
    keys = {one.raises_key: one for one in questions if one.raises_key is not None}
    raises = dict(zip(keys, np.zeros((len(keys), holds.shape[1]), dtype=np.uint64), strict=True))
    order = sorted(range(len(questions)), key=lambda place: id(questions[place].column))
    rows_of_bytes = holds.view(np.uint8)
    for start in range(0, count, BLOCK):
        rows = slice(start, min(start + BLOCK, count))
        part = slice(start >> 3, (rows.stop + 7) >> 3)
        for place in order:
            rows_of_bytes[place, part] = np.packbits(questions[place].holds(rows))
        for key, question in keys.items():
            found = question.raises(rows)
            if found is not None and found.any():
                raises[key].view(np.uint8)[part] = np.packbits(found)
    return [_never_both(bits, raises.get(one.raises_key)) for bits, one in zip(holds, questions, strict=True)]


def _never_both(holds: Bits, raises: Bits | None) -> Told:
    return (holds, None) if raises is None or not raises.any() else (holds & ~raises, raises)


# ---- groups, put together from bits


def tell(node: Node, known: dict[int, Told]) -> Told:
    """Return what a condition tree says; what has been told is kept in `known`."""
    if node.number not in known:
        assert not isinstance(node, Leaf)  # noqa: S101 - for the type checker: leaves are known
        known[node.number] = joined([tell(kid, known) for kid in node.kids], is_all=node.is_all)
    return known[node.number]


def joined(told: Sequence[Told], *, is_all: bool) -> Told:
    """Return what a group says whose conditions, in order, say this."""
    return functools.reduce(_and_then if is_all else _or_else, told)


def _and_then(first: Told, then: Told) -> Told:
    """Ask `then` where `first` holds."""
    holds, raises = first
    return holds & then[0], _both(raises, None if then[1] is None else then[1] & holds)


def _or_else(first: Told, then: Told) -> Told:
    """Ask `then` where `first` neither holds nor raises."""
    holds, raises = first
    settled = holds if raises is None else holds | raises
    found = then[0] if raises is None else then[0] & ~raises
    return holds | found, _both(raises, None if then[1] is None else then[1] & ~settled)


def _both(raises: Any, more: Any) -> Any:
    if raises is None or more is None:
        return more if raises is None else raises
    return raises | more
