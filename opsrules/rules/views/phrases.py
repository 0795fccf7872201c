"""One condition, one action, as a sentence in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from opsrules.rules.conditions import Leaf
from opsrules.rules.types.references import other_named
from opsrules.rules.views.values import listing, one_line
from opsrules.rules.views.verbs import verb_of
from opsrules.rules.views.wordbook import Wordbook

__all__ = ["Phrase", "action_phrase", "condition_phrase", "text_of"]

_LISTS = frozenset(
    "is_one_of is_none_of contains_all is_contained_by shares_at_least_one_element_with "
    "shares_exactly_one_element_with shares_no_elements_with".split()
)
_HOLE = re.compile(r"(\{\})")


class Part(NamedTuple):
    """A piece of a sentence.

    Attributes
    ----------
    text : str
    is_value : bool
        It is a value, and stands out.
    """

    text: str
    is_value: bool = False


Phrase = tuple[Part, ...]


def text_of(phrase: Phrase) -> str:
    """The sentence as text."""
    return "".join(part.text for part in phrase)


def condition_phrase(leaf: Leaf, words: Wordbook, others: Mapping[str, str] | None = None) -> Phrase:
    """Return what a condition asks.

    Parameters
    ----------
    leaf : Leaf
    words : Wordbook
    others : mapping of str to str, optional
        What other variables that it is compared with held, in words; shown beside their names.
    """

    def said(constant: object) -> str:
        name = other_named(constant)
        if name is None:
            return words.value(leaf.variable, constant)
        held = (others or {}).get(name)
        return f"{words.label(name)} ({held})" if held else words.label(name)

    verb = verb_of(words.field_type(leaf.variable), leaf.operator)
    holes = iter(_constants(leaf, said))
    pieces = [Part(next(holes, ""), is_value=True) if piece == "{}" else Part(piece) for piece in _HOLE.split(verb)]
    return tuple(part for part in (Part(words.label(leaf.variable)), *pieces) if part.text)


def _constants(leaf: Leaf, said: Callable[[object], str]) -> list[str]:
    """Return the words of what stands in each hole of an operator's words."""
    constant: Any = leaf.constant
    if leaf.operator == "between" and isinstance(constant, list | tuple) and len(constant) == 2:
        return [said(one) for one in constant]
    if leaf.operator == "within_days_of" and isinstance(constant, Mapping) and {"day", "days"} <= constant.keys():
        days = constant["days"]
        return [f"{days} day" + ("" if days == 1 else "s"), said(constant["day"])]
    if leaf.operator in _LISTS and isinstance(constant, list | tuple):
        return [listing(said(one) for one in constant)]
    if leaf.operator == "has_currency":
        return [one_line(constant)]
    return [said(constant)]


def action_phrase(action: Mapping[str, Any], words: Wordbook) -> Phrase:
    """Return what an action does, with its parameters: Raise a finding: days until due 3, owner operations."""
    name = str(action.get("name", ""))
    parts = [Part(words.action(name))]
    for number, (param, value) in enumerate((action.get("params") or {}).items()):
        label, shown = words.param(name, str(param), value)
        named = "" if parts[0].text.lower().endswith(label.lower()) else label[:1].lower() + label[1:] + " "
        parts += [Part((", " if number else ": ") + named), Part(shown, is_value=True)]
    return tuple(parts)
