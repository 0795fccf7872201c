"""Rules, and what became of a row, as text: for terminals and logs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from opsrules.display.status import severity_words
from opsrules.display.wording import count
from opsrules.rules.conditions import Leaf
from opsrules.rules.model import Rule, RuleStatus
from opsrules.rules.story import HELD, NOT_HELD
from opsrules.rules.views.hits import Hits, hits_words
from opsrules.rules.views.phrases import action_phrase, condition_phrase, text_of
from opsrules.rules.views.pieces import SHAPES, group_words
from opsrules.rules.views.row import row_words, sections
from opsrules.rules.views.table import in_force_words, message_words, rule_words, table_words
from opsrules.rules.views.told import NOT_ASKED, RuleTold, Told
from opsrules.rules.views.tree import Branch, Group, Line
from opsrules.rules.views.values import one_line
from opsrules.rules.views.wordbook import Wordbook

__all__ = ["condition_text", "found_text", "row_text", "rules_text"]

_WIDTH = 110
_STEP = "    "


def rules_text(rules: Sequence[Rule], words: Wordbook, hits: Sequence[Hits] = (), summary: str = "") -> str:
    """Return a rule set as text; the arguments are those of `rules_table`."""
    blocks = [summary or f"{count(len(rules), 'rule')}"]
    for at, rule in enumerate(rules):
        blocks.append("\n".join([_headline(rule), *_facts(rule, words, hits[at : at + 1])]))
    return "\n\n".join(blocks)


def _headline(rule: Rule) -> str:
    severity = f"({severity_words(rule.severity)})" if rule.severity else ""
    return "  ".join(part for part in (one_line(rule.id), one_line(rule.name), severity) if part)


def _facts(rule: Rule, words: Wordbook, hits: Sequence[Hits]) -> Iterator[str]:
    if rule.table:
        yield from _fact("table", [table_words(rule)])
    for one in hits:
        yield from _fact("hits", hits_words(one))
    yield from _fact("when", _conditions(rule_words(rule, words)))
    acts = [text_of(action_phrase(action, words)) for action in rule.actions]
    yield from _fact("then", acts or ["Does nothing"])
    if rule.message:
        yield from _fact("says", [message_words(rule.message)])
    if rule.since or rule.until or rule.status is not RuleStatus.ACTIVE:
        yield from _fact("status", [f"{rule.status}, {in_force_words(rule)}"])
    for head, told in (("owner", rule.owner), ("source", rule.source)):
        yield from _fact(head, [one_line(told, most=400)] if told else [])


def _fact(head: str, lines: Sequence[str]) -> Iterator[str]:
    for at, line in enumerate(lines):
        yield from _wrapped(line, f"{_STEP}{'' if at else head:<8}")


def _wrapped(line: str, start: str) -> list[str]:
    told = line.lstrip(" ")
    start += line[: len(line) - len(told)]
    return textwrap.wrap(told, _WIDTH, initial_indent=start, subsequent_indent=" " * len(start)) or [start.rstrip()]


def _conditions(branch: Branch) -> list[str]:
    if isinstance(branch, Group) and branch.is_all:
        return [line for at, kid in enumerate(branch.kids) for line in _branch(kid, "AND" if at else "", 0)]
    return list(_branch(branch, "", 0))


def _branch(branch: Branch, joint: str, depth: int) -> Iterator[str]:
    """Give a condition tree, a line each, parts of a group below it."""
    start = "  " * depth + _mark(branch) + (f"{joint} " if joint else "")
    if not isinstance(branch, Group):
        yield start + _line(branch)
        return
    yield start + group_words(branch)
    for at, kid in enumerate(branch.kids):
        yield from _branch(kid, ("AND" if branch.is_all else "OR") if at else "", depth + 1)


def _mark(branch: Branch) -> str:
    return f"{SHAPES[branch.outcome]} {branch.outcome}: " if branch.outcome else ""


def _line(line: Line) -> str:
    return text_of(line.phrase) + (f" (saw {line.seen})" if line.seen else "")


def condition_text(one: Mapping[Any, Any], words: Wordbook) -> str:
    """Return what a condition asks: one with its variable, operator and constant, as `Result.why` gives them."""
    return text_of(condition_phrase(_asked(one), words))


def found_text(one: Mapping[Any, Any], words: Wordbook) -> str:
    """Return what a condition made of a row, a record of `Result.why`: ✕ not held: Age is at least 3 (saw 2)."""
    outcome, seen = str(one["outcome"]), one["seen"]
    is_told = outcome in (HELD, NOT_HELD) or seen is not None
    saw = words.value(one["variable"], seen) if is_told else ""
    line = Line(condition_phrase(_asked(one), words), outcome, saw)
    return _mark(line) + _line(line)


def _asked(one: Mapping[Any, Any]) -> Leaf:
    return Leaf(0, (), one["variable"], one["operator"], one["constant"])


def row_text(told: Told) -> str:
    """Return what became of a row as text."""
    blocks = [row_words(told)]
    blocks += ["\n".join([one.head, *(line for rule in one.rules for line in _rule(rule))]) for one in sections(told)]
    return "\n\n".join(blocks)


def _rule(one: RuleTold) -> Iterator[str]:
    yield f"  {SHAPES[one.verdict]} {one.verdict}: {_headline(one.rule)}"
    for line in _branch(one.conditions, "", 0) if one.verdict != NOT_ASKED else ():
        yield from _wrapped(line, _STEP)
    if one.trouble:
        yield from _wrapped(f"because {one.trouble}", _STEP)
