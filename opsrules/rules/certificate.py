"""A run confirmed by the library itself, at the rows that decide."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from opsrules.errors import ReviewError
from opsrules.rules.conditions import Graph, Leaf
from opsrules.rules.frame import BoundFrame
from opsrules.rules.library import rule_holds
from opsrules.rules.model import Rule
from opsrules.rules.questions import Question, Sought, question_of
from opsrules.rules.story import Part, Story, story

if TYPE_CHECKING:
    import numpy.typing as npt

    Rows = npt.NDArray[np.intp]

__all__ = ["Certificate", "certify"]


@dataclass(frozen=True)
class Certificate:
    """How much of a run the library was asked again, with the same answers.

    Attributes
    ----------
    conditions, combinations : int
        Distinct conditions, and combinations of their answers within a rule.
    questions : int
        Times that the library was asked.
    """

    conditions: int
    combinations: int
    questions: int


def certify(rules: Sequence[Rule], frame: BoundFrame) -> Certificate:
    """Ask the library at every row that decides; see `Result.certify`."""
    graph = Graph([rule.conditions for rule in rules])
    if not len(frame):
        return Certificate(len(graph.leaves), 0, 0)
    asked = sum(_certify_leaf(leaf, question_of(leaf, frame), frame) for leaf in graph.leaves)
    everything = np.arange(len(frame))
    combinations = 0
    for rule in rules:
        told = story(rule, frame, everything, np.ones(len(frame), dtype=np.bool_))
        for row in _one_of_each(told.parts, len(frame)).tolist():
            _confirm_rule(rule, frame, row, told)
            combinations += 1
    return Certificate(len(graph.leaves), combinations, asked + combinations)


def _certify_leaf(leaf: Leaf, question: Question, frame: BoundFrame) -> int:
    rows = _deciding_rows(question)
    holds, raises = question.holds(rows), question.raises(rows)
    condition = {"name": leaf.variable, "operator": leaf.operator, "value": leaf.constant}
    for place, row in enumerate(frame.rows(rows)):
        expected = "raises" if raises is not None and raises[place] else bool(holds[place])
        found = _said(condition, frame, row)
        if found != expected:
            _disagree(f"{leaf.variable} {leaf.operator} {leaf.constant!r}", int(rows[place]), found, expected)
    return len(rows)


def _said(condition: Mapping[str, Any], frame: BoundFrame, row: Mapping[Hashable, Any]) -> bool | str:
    try:
        return rule_holds(condition, frame.variables(row))  # type: ignore[call-arg]
    except Exception:  # noqa: BLE001 - variables are analysts' code: whatever they raise belongs to the row
        return "raises"


def _deciding_rows(question: Question) -> Rows:
    """Return a row for each distinct value, or the rows nearest to where the answer turns."""
    if isinstance(question, Sought):
        return np.unique(question.column.codes, return_index=True)[1]
    column = question.column
    good = np.ones(len(column.numbers), dtype=np.bool_) if column.bad is None else ~column.bad
    rows = [] if column.bad is None else [int(np.flatnonzero(column.bad)[0])]
    for bound in [end for span in question.spans.parts for end in (span.low, span.high)]:
        if bound is not None:
            rows += _nearest(column.numbers, good & (column.numbers >= bound), smallest=True)
            rows += _nearest(column.numbers, good & (column.numbers < bound), smallest=False)
    return np.array(sorted(set(rows)) or [0], dtype=np.intp)


def _nearest(numbers: npt.NDArray[Any], chosen: npt.NDArray[np.bool_], *, smallest: bool) -> list[int]:
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return []
    return [int(rows[numbers[rows].argmin() if smallest else numbers[rows].argmax()])]


def _one_of_each(parts: list[Part], count: int) -> Rows:
    """Return a row for each combination of answers that occurs."""
    codes = np.zeros(count, dtype=np.int64)
    for part in parts:
        codes = codes * 4 + part.reached + part.holds + 2 * part.raises
        if codes.max() > 1 << 16:
            codes = np.unique(codes, return_inverse=True)[1]
    first = np.full(int(codes.max()) + 1, -1, dtype=np.intp)
    first[codes[::-1]] = np.arange(count - 1, -1, -1)
    return first[first >= 0]


def _confirm_rule(rule: Rule, frame: BoundFrame, row: int, told: Story) -> None:
    expected = "raises" if told.raises[row] else bool(told.holds[row])
    found = _said(rule.conditions, frame, frame.rows([row])[0])
    if found != expected:
        _disagree(f"rule {rule.id}", row, found, expected)


def _disagree(what: str, row: int, found: object, expected: object) -> None:
    msg = f"{what}, row {row}: business_rules says {found}, the run says {expected}; its results cannot be used"
    raise ReviewError(msg)
