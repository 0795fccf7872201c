"""A rule set as a table that a policy owner can read, with the hits on a table of data where there is one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from opsrules.display.markup import element
from opsrules.display.wording import count
from opsrules.periods import day_words
from opsrules.rules.model import HitPolicy, Rule, RuleStatus
from opsrules.rules.views.hits import Hits, hits_words
from opsrules.rules.views.phrases import action_phrase, condition_phrase
from opsrules.rules.views.pieces import conditions, rule_head, sentence, stack
from opsrules.rules.views.tree import Branch, Line, rule_tree
from opsrules.rules.views.values import one_line
from opsrules.rules.views.wordbook import Wordbook

__all__ = ["CAPTION", "in_force_words", "message_words", "rule_words", "rules_table", "table_words"]

CAPTION = "Rules"
_HITS = "Hits on the current data"
_ADDRESS = re.compile(r"https?://[^\s/?#\\]+[^\s\\]*", re.IGNORECASE)
_FIELD = re.compile(r"\{(\w+)\}")
_POLICIES = {
    HitPolicy.FIRST: "of which the first that fires decides",
    HitPolicy.UNIQUE: "of which one at most may fire",
    HitPolicy.COLLECT: "of which each that fires counts",
}
_STATUS = {RuleStatus.ACTIVE: "●", RuleStatus.DRAFT: "○", RuleStatus.RETIRED: "✕"}


@dataclass(frozen=True)
class _Column:
    head: str
    width: str
    cell: Callable[[int, Rule], Markup]


def rules_table(rules: Sequence[Rule], words: Wordbook, hits: Sequence[Hits] = (), summary: str = "") -> Markup:
    """Render a rule set.

    Parameters
    ----------
    rules : sequence of Rule
    words : Wordbook
    hits : sequence of Hits
        Of each rule; empty where nothing was judged.
    summary : str
        A sentence under the caption.
    """
    columns = _columns(rules, words, hits)
    heads = [element("th", column.head, role="columnheader", scope="col", class_=column.width) for column in columns]
    body = [element("tr", *_cells(columns, at, rule), role="row") for at, rule in enumerate(rules)]
    caption = element("caption", element("b", CAPTION), " ", element("span", summary or count(len(rules), "rule")))
    return element(
        "table",
        caption,
        element("thead", element("tr", *heads, role="row"), role="rowgroup"),
        element("tbody", *body, role="rowgroup"),
        role="table",
        class_="set",
    )


def _columns(rules: Sequence[Rule], words: Wordbook, hits: Sequence[Hits]) -> list[_Column]:
    """Return the columns; one that no rule has anything for is left out."""
    columns = [_Column("Rule", "some", lambda _, rule: _head(rule))]
    if hits:
        columns.append(_Column(_HITS, "little", lambda at, _: _hits(hits[at])))
    columns.append(_Column("Fires when", "much", lambda _, rule: conditions(rule_words(rule, words))))
    columns.append(_Column("Then", "ample", lambda _, rule: _then(rule, words)))
    if any(rule.since or rule.until or rule.status is not RuleStatus.ACTIVE for rule in rules):
        columns.append(_Column("In force", "little", lambda _, rule: _in_force(rule)))
    if any(rule.owner or rule.source for rule in rules):
        columns.append(_Column("Owner and source", "some", lambda _, rule: _policy(rule)))
    return columns


def _cells(columns: Sequence[_Column], at: int, rule: Rule) -> list[Markup]:
    first, *rest = columns
    cells = [element("td", one.cell(at, rule), role="cell", data_l=one.head) for one in rest]
    return [element("th", first.cell(at, rule), role="rowheader", scope="row"), *cells]


def rule_words(rule: Rule, words: Wordbook) -> Branch:
    """The conditions of a rule in words."""
    return rule_tree(rule, lambda leaf: Line(condition_phrase(leaf, words)))


def table_words(rule: Rule) -> str:
    """The decision table that a rule is a row of, and what its hit policy means."""
    return f"Row of table {one_line(rule.table)}, {_POLICIES[rule.hit_policy]}" if rule.hit_policy else ""


def _head(rule: Rule) -> Markup:
    table = element("p", table_words(rule), class_="soft") if rule.table else Markup("")
    return rule_head(rule) + table


def message_words(message: str) -> str:
    """A message with the fields it quotes as words: Order [order] of [day] is [amount] short."""
    return one_line(_FIELD.sub(lambda found: f"[{found[1].replace('_', ' ')}]", message), most=400)


def in_force_words(rule: Rule) -> str:
    """First and last day in force."""
    if rule.since and rule.until:
        return f"{day_words(rule.since)} to {day_words(rule.until)}"
    if rule.since or rule.until:
        return f"since {day_words(rule.since)}" if rule.since else f"until {day_words(rule.until)}"  # type: ignore[arg-type]
    return "no first or last day"


def _then(rule: Rule, words: Wordbook) -> Markup:
    acts = [sentence(action_phrase(action, words)) for action in rule.actions]
    done = acts or [element("span", "Does nothing", class_="soft")]
    said = [element("span", message_words(rule.message), class_="soft")] if rule.message else []
    return stack([*done, *said])


def _hits(hits: Hits) -> Markup:
    first, *rest = hits_words(hits)
    strong = element("b" if hits.fired else "span", first, class_="n")
    return stack([strong, *(element("span", line, class_="soft") for line in rest)])


def _in_force(rule: Rule) -> Markup:
    sign = element("i", _STATUS[rule.status], aria_hidden="true")
    status = element("span", sign, " ", rule.status.value.capitalize(), class_=f"state {rule.status.value}")
    return stack([status, element("span", in_force_words(rule), class_="soft")])


def _policy(rule: Rule) -> Markup:
    owner = element("span", one_line(rule.owner) if rule.owner else "No owner named")
    source = _source(rule.source) if rule.source else element("span", "No source named", class_="soft")
    return stack([owner, source])


def _source(source: str) -> Markup:
    """Where a rule comes from; a link if it is nothing but an address on the web."""
    shown = one_line(source, most=400)
    if _ADDRESS.fullmatch(source) and shown == source:
        return element("a", shown, href=source, rel="noopener noreferrer")
    return element("span", shown, class_="soft")
