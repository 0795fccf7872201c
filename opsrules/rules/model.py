"""What a rule is, besides its business-rules conditions and actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from opsrules.terms import Desk, Severity

__all__ = ["Example", "HitPolicy", "Rule", "RuleStatus"]


class RuleStatus(StrEnum):
    """Whether a rule is in force."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


class HitPolicy(StrEnum):
    """What holds where several rows of a decision table fire for the same row of data.

    The first of them alone, and later ones are not asked; one at most, so that two are a conflict; or each.
    """

    FIRST = "first"
    UNIQUE = "unique"
    COLLECT = "collect"


@dataclass(frozen=True)
class Example:
    """A row beside a rule that must, or must not, make it fire.

    Attributes
    ----------
    row : mapping
        Values by column.
    fires : bool
    why : str
    place : str
        ``file:line``.
    """

    row: Mapping[str, Any]
    fires: bool
    why: str = ""
    place: str = ""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    id : str
        For ever: never reused for another rule. A rule without one has its position as text.
    name, owner, source, false_positives : str
        For people: what it is called, who answers for it, where it comes from, when it is wrong.
    message : str
        Of a finding; ``{name}`` stands for a value of the row.
    headline : str
        Of several findings together; ``{count}`` and ``{amount}`` stand for their number and sum.
    next_step : str
        What to do about them, a sentence.
    desk : Desk or None
    severity : Severity or None
    status : RuleStatus
    since, until : date or None
        First and last day in force, both in.
    conditions : mapping
        business-rules tree.
    actions : tuple of mapping
        business-rules actions.
    examples : tuple of Example
    place : str
        ``file:line``, or ``/position`` in a list.
    table : str
        The decision table of which it is a row; "" for any other rule.
    hit_policy : HitPolicy or None
        Of that table.
    always : bool
        The row is written without conditions; those that it has hold whatever the data.
    """

    id: str
    conditions: Mapping[str, Any]
    actions: tuple[Mapping[str, Any], ...]
    name: str = ""
    desk: Desk | None = None
    severity: Severity | None = None
    status: RuleStatus = RuleStatus.ACTIVE
    since: date | None = None
    until: date | None = None
    owner: str = ""
    source: str = ""
    message: str = ""
    headline: str = ""
    next_step: str = ""
    false_positives: str = ""
    examples: tuple[Example, ...] = ()
    place: str = ""
    table: str = ""
    hit_policy: HitPolicy | None = None
    always: bool = False

    def in_force(self, on: date) -> bool:
        """Whether the rule is active and `on` is one of its days."""
        started = self.since is None or self.since <= on
        return self.status is RuleStatus.ACTIVE and started and (self.until is None or on <= self.until)

    @property
    def first_of(self) -> str:
        """The decision table of which only the first row that fires counts; "" for a rule of no such table."""
        return self.table if self.hit_policy is HitPolicy.FIRST else ""

    def shares_days(self, other: Rule) -> bool:
        """Whether on some day, from its first to its last, both are in force as far as days go."""
        return max(self._first, other._first) <= min(self._last, other._last)

    def has_days_of(self, other: Rule) -> bool:
        """Whether every day of the other is a day of this one."""
        return self._first <= other._first and other._last <= self._last

    @property
    def _first(self) -> date:
        return self.since or date.min

    @property
    def _last(self) -> date:
        return self.until or date.max
