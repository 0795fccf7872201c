"""What a rule set made of one row: each rule's outcome and its condition tree, what fired first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from opsrules.rules.conditions import Leaf
from opsrules.rules.exact import Raised
from opsrules.rules.frame import BoundFrame
from opsrules.rules.model import Rule
from opsrules.rules.story import HELD, NOT_REACHED, RAISED, Part, blame, story
from opsrules.rules.types import ExtendedType, variables_in
from opsrules.rules.views.phrases import condition_phrase
from opsrules.rules.views.tree import Branch, Line, rule_tree
from opsrules.rules.views.values import one_line
from opsrules.rules.views.wordbook import Wordbook

if TYPE_CHECKING:
    import numpy.typing as npt

    Row = npt.NDArray[np.int64]

__all__ = ["FIRED", "NOT_ASKED", "NOT_FIRED", "NOT_JUDGED", "RuleTold", "Told", "told"]

FIRED, NOT_JUDGED, NOT_FIRED, NOT_ASKED = "fired", "not judged", "did not fire", "not reached"
_VERDICTS = {HELD: FIRED, RAISED: NOT_JUDGED, NOT_REACHED: NOT_ASKED}


@dataclass(frozen=True)
class RuleTold:
    """What became of one rule on the row.

    Attributes
    ----------
    rule : Rule
    verdict : str
        `FIRED`, `NOT_JUDGED`, `NOT_FIRED` or `NOT_ASKED`.
    conditions : Branch
    trouble : str
        Why the row could not be judged, otherwise "".
    because : str
        Why the rule was not asked, otherwise "".
    """

    rule: Rule
    verdict: str
    conditions: Branch
    trouble: str = ""
    because: str = ""


@dataclass(frozen=True)
class Told:
    """What became of a row.

    Attributes
    ----------
    row : int
    rules : tuple of RuleTold
        In the order in which they ran.
    """

    row: int
    rules: tuple[RuleTold, ...]

    def of(self, verdict: str) -> tuple[RuleTold, ...]:
        """Rules of one verdict."""
        return tuple(one for one in self.rules if one.verdict == verdict)

    def only(self, rule_id: str | None) -> Told:
        """Return the same of one rule; of all when `rule_id` is None."""
        return Told(self.row, tuple(one for one in self.rules if rule_id in (None, one.rule.id)))


def told(rules: Sequence[Rule], frame: BoundFrame, row: int, came: Sequence[bool], words: Wordbook) -> Told:
    """Return what became of one row.

    Parameters
    ----------
    rules : sequence of Rule
    frame : BoundFrame
    row : int
    came : sequence of bool
        Whether the row came to each rule.
    words : Wordbook
    """
    every: list[RuleTold] = []
    for rule, reached in zip(rules, came, strict=True):
        because = "" if reached else _because(rule, every)
        every.append(replace(_rule_told(rule, frame, row, reached, words), because=because))
    return Told(row, tuple(every))


def _because(rule: Rule, earlier: Sequence[RuleTold]) -> str:
    """Why the row did not come to a rule."""
    fired = [one.rule for one in earlier if one.verdict == FIRED and one.rule.first_of == rule.first_of]
    if rule.first_of and fired:
        return f"{one_line(fired[0].id)}, an earlier row of table {one_line(rule.table)}, fired"
    if any(one.verdict == NOT_JUDGED for one in earlier):
        return "an earlier rule could not judge it"
    return "an earlier rule fired and settled it"


def _rule_told(rule: Rule, frame: BoundFrame, row: int, reached: bool, words: Wordbook) -> RuleTold:
    rows = np.array([row], dtype=np.int64)
    parts = iter(story(rule, frame, rows, np.array([reached])).parts)
    conditions = rule_tree(rule, lambda leaf: _line(leaf, next(parts), frame, rows, words))
    verdict = _VERDICTS.get(conditions.outcome, NOT_FIRED)
    trouble = _trouble(rule, frame, rows, words) if verdict == NOT_JUDGED else ""
    return RuleTold(rule, verdict, conditions, trouble)


def _line(leaf: Leaf, part: Part, frame: BoundFrame, rows: Row, words: Wordbook) -> Line:
    [outcome] = part.outcomes
    if outcome == NOT_REACHED:
        return Line(condition_phrase(leaf, words), outcome)
    compares = issubclass(frame.field_type(leaf.variable), ExtendedType)
    others = {name: _held(frame, name, rows, words) for name in variables_in(leaf.constant) if compares}
    return Line(condition_phrase(leaf, words, others), outcome, _held(frame, leaf.variable, rows, words))


def _held(frame: BoundFrame, variable: str, rows: Row, words: Wordbook) -> str:
    """What a variable held, in words."""
    [value] = frame.column(variable).values(rows)
    return "what could not be read" if isinstance(value, Raised) else words.value(variable, value)


def _trouble(rule: Rule, frame: BoundFrame, rows: Row, words: Wordbook) -> str:
    [guilt] = blame(rule, frame, rows)
    return f"{words.label(guilt.variable)}: {one_line(guilt.message or 'no reason given')} ({guilt.error})"
