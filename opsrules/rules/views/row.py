"""What a rule set made of one row, as a tree: what fired first, then what nobody knows, then the rest."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.display.wording import count
from opsrules.rules.views.pieces import conditions, outcome_mark, rule_head
from opsrules.rules.views.told import FIRED, NOT_ASKED, NOT_FIRED, NOT_JUDGED, RuleTold, Told
from opsrules.rules.views.values import one_line

__all__ = ["row_tree", "row_words", "sections"]

_ORDER = (FIRED, NOT_JUDGED, NOT_FIRED, NOT_ASKED)
_OPEN = 6  # so many rules are read at a glance; more are folded where they are not what the reader came for


def row_words(told: Told) -> str:
    """The row's sentences: how many rules fired, and which one could not judge it."""
    fired = f"{len(told.of(FIRED)) or 'none'} of {count(len(told.rules), 'rule')} fired"
    doubts = (
        f" {one_line(one.rule.id)} could not judge it, and nobody knows whether it should have fired."
        for one in told.of(NOT_JUDGED)
    )
    return f"Row {told.row}: {fired if told.rules else 'there are no rules'}." + "".join(doubts)


@dataclass(frozen=True)
class Section:
    """Rules with one verdict, and what stands over them."""

    head: str
    rules: tuple[RuleTold, ...]

    @property
    def verdict(self) -> str:
        """What all of them made of the row."""
        return self.rules[0].verdict


def sections(told: Told) -> list[Section]:
    """Return the rules by verdict; those that were not asked by what kept the row from them."""
    found = []
    for verdict in _ORDER:
        every = told.of(verdict)
        for because in dict.fromkeys(one.because for one in every):
            rules = tuple(one for one in every if one.because == because)
            found.append(Section(_head(verdict, because, count(len(rules), "rule")), rules))
    return found


def _head(verdict: str, because: str, size: str) -> str:
    if verdict == NOT_ASKED:
        return f"Not reached, since {because}: {size}"
    return {FIRED: "Fired", NOT_JUDGED: "Not judged", NOT_FIRED: f"Did not fire: {size}"}[verdict]


def row_tree(told: Told) -> Markup:
    """Render what became of a row."""
    parts = [_section(one, fired=bool(told.of(FIRED))) for one in sections(told)]
    return element("p", element("b", row_words(told)), class_="sum") + join(parts)


def _section(section: Section, *, fired: bool) -> Markup:
    listed = element("ul", *(element("li", _rule(one)) for one in section.rules), class_="rules")
    if section.verdict in (FIRED, NOT_JUDGED):
        return element("p", section.head, class_="head") + listed
    shut = len(section.rules) > _OPEN and (section.verdict == NOT_ASKED or fired)
    return element("details", element("summary", section.head), listed, open=not shut)


def _rule(one: RuleTold) -> Markup:
    trouble = element("p", one.trouble, class_="trouble") if one.trouble else Markup("")
    head = element("p", outcome_mark(one.verdict), " ", rule_head(one.rule), class_="rule")
    return head + conditions(one.conditions) + trouble
