"""Pieces of HTML that the views share: sentences, marks, condition trees."""

from __future__ import annotations

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.display.status import severity_mark
from opsrules.rules.model import Rule
from opsrules.rules.story import HELD, NOT_HELD, NOT_REACHED, RAISED
from opsrules.rules.views.phrases import Phrase
from opsrules.rules.views.told import FIRED, NOT_ASKED, NOT_FIRED, NOT_JUDGED
from opsrules.rules.views.tree import Branch, Group, Line
from opsrules.rules.views.values import one_line

__all__ = ["SHAPES", "conditions", "group_words", "outcome_mark", "rule_head", "sentence", "stack"]

SHAPES = {
    HELD: "✓",
    NOT_HELD: "✕",
    NOT_REACHED: "○",
    RAISED: "▲",
    FIRED: "✓",
    NOT_FIRED: "✕",
    NOT_ASKED: "○",
    NOT_JUDGED: "▲",
}
"""The sign beside the word of each outcome."""

_FORMS = {"✓": "held", "✕": "not", "○": "never", "▲": "error"}


def sentence(phrase: Phrase) -> Markup:
    """A sentence with its values standing out."""
    return join([element("b", part.text) if part.is_value else element("span", part.text) for part in phrase])


def outcome_mark(outcome: str) -> Markup:
    """The mark of an outcome: sign, word, form."""
    shape = SHAPES[outcome]
    return element("span", element("i", shape, aria_hidden="true"), " ", outcome, class_=f"oc {_FORMS[shape]}")


def rule_head(rule: Rule) -> Markup:
    """What a rule is called: id, severity, name."""
    parts = [element("span", one_line(rule.id), class_="id")]
    if rule.severity is not None:
        parts.append(severity_mark(rule.severity))
    if rule.name:
        parts.append(element("strong", one_line(rule.name), class_="name"))
    return join(parts, " ")


def stack(parts: list[Markup]) -> Markup:
    """Parts under one another."""
    return join([element("p", part) for part in parts])


def conditions(branch: Branch) -> Markup:
    """A condition tree as nested lists; what held or did not is marked where a row is told of."""
    if isinstance(branch, Group) and branch.is_all and not branch.outcome:
        return _parts(branch)  # its parts joined by AND say it all
    return element("ul", element("li", _branch(branch, "")), class_="tree")


def _branch(branch: Branch, joint: str) -> Markup:
    mark = outcome_mark(branch.outcome) + " " if branch.outcome else Markup("")
    lead = element("span", joint, class_="joint") + " " if joint else Markup("")
    if isinstance(branch, Line):
        return mark + lead + element("span", sentence(branch.phrase), class_="says") + _seen(branch)
    head = element("span", group_words(branch), class_="lead")
    return mark + lead + head + _parts(branch)


def _parts(group: Group) -> Markup:
    joint = "AND" if group.is_all else "OR"
    kids = [element("li", _branch(kid, joint if at else "")) for at, kid in enumerate(group.kids)]
    return element("ul", *kids, class_="tree")


def group_words(group: Group) -> str:
    """The line over the parts of a group."""
    return "All of these hold:" if group.is_all else "At least one of these holds:"


def _seen(line: Line) -> Markup:
    if not line.seen:
        return Markup("")
    return Markup(" ") + element("span", "saw ", element("b", line.seen), class_="seen")
