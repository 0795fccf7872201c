"""One comparison over one bound column: its answers for any rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from opsrules.rules.coding import by_presence
from opsrules.rules.columns import Coded, Numeric
from opsrules.rules.conditions import Leaf
from opsrules.rules.exact import Answers, Span, Spans, answers, decimal_context, spans
from opsrules.rules.frame import BoundFrame
from opsrules.rules.several import of_several, together
from opsrules.rules.types import ExtendedType, variables_in

if TYPE_CHECKING:
    import numpy.typing as npt

    Bools = npt.NDArray[np.bool_]
    Rows = slice | npt.NDArray[Any]

__all__ = ["Question", "Sought", "Within", "question_of"]


@dataclass(frozen=True)
class Within:
    """Whether numbers lie within spans."""

    column: Numeric
    spans: Spans

    def holds(self, rows: Rows) -> Bools:
        """Where it holds; anything where it raises."""
        numbers = self.column.numbers[rows]
        first, *others = self.spans.parts
        holds = _within(numbers, first)
        for one in others:
            holds |= _within(numbers, one)
        return ~holds if self.spans.inverted else holds

    def raises(self, rows: Rows) -> Bools | None:
        """Where the library raises; None when nowhere."""
        return None if self.column.bad is None else self.column.bad[rows]

    @property
    def raises_key(self) -> object:
        """Equal for questions that raise on the same rows; None when nowhere."""
        return None if self.column.bad is None else id(self.column)


def _within(numbers: npt.NDArray[Any], span: Span) -> Bools:
    if span.low is None:
        return np.asarray(numbers < span.high)
    holds = np.asarray(numbers >= span.low)
    if span.high is not None:
        holds &= numbers < span.high
    return holds


@dataclass(frozen=True)
class Sought:
    """What a table says of each code; `field_type` makes what the library asks of a distinct value."""

    column: Coded
    answers: Answers
    field_type: Callable[[Any], Any]

    def holds(self, rows: Rows) -> Bools:
        """Where it holds; nowhere where it raises."""
        return self._pick_holds(self.column.codes[rows])

    def raises(self, rows: Rows) -> Bools | None:
        """Where the library raises; None when nowhere."""
        return None if self.answers.raises is None else self._pick_raises(self.column.codes[rows])

    @property
    def raises_key(self) -> object:
        """Equal for questions that raise on the same rows; None when nowhere."""
        return None if self.answers.raises is None else (id(self.column), self.answers.raises.tobytes())

    @cached_property
    def _pick_holds(self) -> Callable[[Any], Bools]:
        return _picker(self.answers.holds)

    @cached_property
    def _pick_raises(self) -> Callable[[Any], Bools]:
        assert self.answers.raises is not None  # noqa: S101 - for the type checker
        return _picker(self.answers.raises)


Question = Within | Sought

# Their answer is the same for every number.
_ASK_FOR_PRESENCE = ("is_missing", "is_present")


def _picker(table: Bools) -> Callable[[npt.NDArray[Any]], Bools]:
    """Return the quickest way from codes to what the table says of them."""
    hits, misses = np.flatnonzero(table).tolist(), np.flatnonzero(~table).tolist()
    if not hits or not misses:
        return lambda codes: np.full(len(codes), not misses, dtype=np.bool_)
    if len(hits) <= 3:
        return lambda codes: _any_equal(codes, hits)
    if len(misses) <= 3:
        return lambda codes: ~_any_equal(codes, misses)
    if len(table) <= 256:
        signs = table.astype(np.uint8).tobytes().ljust(256, b"\0")
        return lambda codes: np.frombuffer(codes.tobytes().translate(signs), dtype=np.bool_)
    return table.take


def _any_equal(codes: npt.NDArray[Any], wanted: list[int]) -> Bools:
    found = np.asarray(codes == wanted[0])
    for code in wanted[1:]:
        found |= codes == code
    return found


def question_of(leaf: Leaf, frame: BoundFrame) -> Question:
    """Return a comparison made ready for a bound table; kept there for the next time."""
    key = (leaf.key, decimal_context())
    if key not in frame.questions:
        # The leaf as well: a key may hold the id of its constant, which must not be given to another one.
        frame.questions[key] = (leaf, _question(leaf, frame))
    question: Question = frame.questions[key][1]
    return question


def _question(leaf: Leaf, frame: BoundFrame) -> Question:
    field_type = frame.field_type(leaf.variable)
    others = variables_in(leaf.constant) if issubclass(field_type, ExtendedType) else ()
    if others:
        several = together(frame, leaf.variable, others, leaf.operator, leaf.constant)
        asked = of_several(field_type, others)
        return Sought(several, answers(asked, leaf.operator, leaf.constant, several.distinct), asked)
    column = frame.column(leaf.variable)
    if isinstance(column, Numeric):
        within = spans(leaf.operator, leaf.constant, whole=column.whole)
        if within is not None:
            return Within(column, within)
        column = frame.coded(leaf.variable) if leaf.operator not in _ASK_FOR_PRESENCE else by_presence(column)
    return Sought(column, answers(field_type, leaf.operator, leaf.constant, column.distinct), field_type)
