"""What a rule set made of one row, as a tree: what fired first, then what nobody knows, then the rest."""

from __future__ import annotations

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.display.wording import count
from opsrules.rules.views.pieces import conditions, outcome_mark, rule_head
from opsrules.rules.views.told import FIRED, NOT_ASKED, NOT_FIRED, NOT_JUDGED, RuleTold, Told
from opsrules.rules.views.values import one_line

__all__ = ["ORDER", "row_tree", "row_words", "section_words"]

ORDER = (FIRED, NOT_JUDGED, NOT_FIRED, NOT_ASKED)
_OPEN = 6  # so many rules are read at a glance; more are folded where they are not what the reader came for


def row_words(told: Told) -> str:
    """The row's sentences: how many rules fired, and which one could not judge it."""
    fired = f"{len(told.of(FIRED)) or 'none'} of {count(len(told.rules), 'rule')} fired"
    doubts = (
        f" {one_line(one.rule.id)} could not judge it, and nobody knows whether it should have fired."
        for one in told.of(NOT_JUDGED)
    )
    return f"Row {told.row}: {fired if told.rules else 'there are no rules'}." + "".join(doubts)


def section_words(told: Told, verdict: str) -> str:
    """The head over the rules of one verdict."""
    size = count(len(told.of(verdict)), "rule")
    if verdict == NOT_ASKED:
        cause = "could not judge it" if told.of(NOT_JUDGED) else "fired and settled it"
        return f"Not reached, since an earlier rule {cause}: {size}"
    return {FIRED: "Fired", NOT_JUDGED: "Not judged", NOT_FIRED: f"Did not fire: {size}"}[verdict]


def row_tree(told: Told) -> Markup:
    """Render what became of a row."""
    sections = [_section(told, verdict) for verdict in ORDER if told.of(verdict)]
    return element("p", element("b", row_words(told)), class_="sum") + join(sections)


def _section(told: Told, verdict: str) -> Markup:
    rules = told.of(verdict)
    head = section_words(told, verdict)
    listed = element("ul", *(element("li", _rule(one)) for one in rules), class_="rules")
    if verdict in (FIRED, NOT_JUDGED):
        return element("p", head, class_="head") + listed
    shut = len(rules) > _OPEN and (verdict == NOT_ASKED or bool(told.of(FIRED)))
    return element("details", element("summary", head), listed, open=not shut)


def _rule(one: RuleTold) -> Markup:
    trouble = element("p", one.trouble, class_="trouble") if one.trouble else Markup("")
    head = element("p", outcome_mark(one.verdict), " ", rule_head(one.rule), class_="rule")
    return head + conditions(one.conditions) + trouble
