"""Regular expressions taken apart by Python's own parser, so that another engine can be told exactly what they mean."""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["Piece", "RegexRefused", "pieces_of"]

# The parser behind re.compile. It has no public name; what it gives beyond the names below is refused.
_parser: Any = importlib.import_module("re._parser")

Piece = str | re.Pattern[str]
"""A part of a pattern for RE2: text, or a pattern for one sign that is still to be spelled out."""

_LONGEST = 5_000
_REFUSED = {
    "ASSERT": "look-around (?=...) or (?<=...)",
    "ASSERT_NOT": "look-around (?!...) or (?<!...)",
    "FAILURE": "look-around (?!)",
    "GROUPREF": "a back-reference",
    "GROUPREF_IGNORE": "a back-reference",
    "GROUPREF_EXISTS": "a condition on a group (?(1)...)",
    "ATOMIC_GROUP": "an atomic group (?>...)",
    "POSSESSIVE_REPEAT": "a possessive repeat such as a++",
}
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
_OWN_FLAGS = re.IGNORECASE | re.ASCII | re.DOTALL


class RegexRefused(ValueError):  # noqa: N818 - the pattern is refused; nothing is wrong with the program
    """A pattern that is not one, or that cannot be judged in linear time exactly as `re` does; says which part."""


def pieces_of(pattern: str) -> tuple[list[Piece], set[int]]:
    """Return a pattern as pieces for RE2, and with which flags it asks for a word's edge."""
    if len(pattern) > _LONGEST:
        raise RegexRefused(f"has {len(pattern)} signs, more than {_LONGEST}")
    edges: set[int] = set()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of brackets that may mean something else in a later Python
            tree = _parser.parse(pattern)
        pieces = list(_sequence(tree, tree.state.flags, True, edges))
    except RecursionError as error:
        raise RegexRefused("is nested too deeply") from error
    except RegexRefused:
        raise
    except (re.error, ValueError, OverflowError) as error:
        raise RegexRefused(f"is no regular expression ({error})") from error
    if len(edges) > 1:
        raise RegexRefused(r"uses \b both with and without (?a)")
    return pieces, edges


def _sequence(nodes: Any, flags: int, is_tail: bool, edges: set[int]) -> Iterator[Piece]:
    for position, (kind, value) in enumerate(nodes):
        yield from _node(kind.name, value, flags, is_tail and position == len(nodes) - 1, edges)


def _node(name: str, value: Any, flags: int, is_tail: bool, edges: set[int]) -> Iterator[Piece]:
    """Give the pieces of one node; `is_tail` when nothing of the pattern comes after it."""
    if name in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
        yield re.compile(_one_sign(name, value), flags & _OWN_FLAGS)
    elif name == "AT":
        yield _position(value.name, flags, is_tail, edges)
    elif name == "SUBPATTERN":
        _, added, removed, inner = value
        kind = re.ASCII | re.UNICODE
        kept = flags & ~kind if added & kind else flags
        yield from ("(?:", *_sequence(inner, (kept | added) & ~removed, is_tail, edges), ")")
    elif name == "BRANCH":
        yield "(?:"
        for position, branch in enumerate(value[1]):
            yield from ("|" if position else "", *_sequence(branch, flags, is_tail, edges))
        yield ")"
    elif name in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, inner = value
        yield from ("(?:", *_sequence(inner, flags, is_tail and most <= 1, edges), ")")
        yield f"{{{least},{'' if most is _parser.MAXREPEAT else int(most)}}}"
    else:
        what = _REFUSED.get(name, name.lower().replace("_", " "))
        raise RegexRefused(f"uses {what}, which cannot be judged in linear time")


def _one_sign(name: str, value: Any) -> str:
    if name == "ANY":
        return "."
    items = [("LITERAL", value)] if name != "IN" else [(kind.name, inner) for kind, inner in value]
    spelled: dict[str, Callable[[Any], str]] = {
        "LITERAL": lambda code: f"\\U{code:08x}",
        "RANGE": lambda ends: f"\\U{ends[0]:08x}-\\U{ends[1]:08x}",
        "CATEGORY": lambda category: _CATEGORIES[category.name],
        "NEGATE": lambda _: "",
    }
    start = "[^" if name == "NOT_LITERAL" or items[0][0] == "NEGATE" else "["
    return start + "".join(spelled[kind](inner) for kind, inner in items) + "]"


def _position(name: str, flags: int, is_tail: bool, edges: set[int]) -> str:
    lines = bool(flags & re.MULTILINE)
    if name == "AT_BOUNDARY":
        edges.add(flags & re.ASCII)
        return r"\b"
    if name == "AT_END" and not lines:
        if not is_tail:
            raise RegexRefused("has $ with more of the pattern after it; write $ at the end, or \\Z")
        return r"(?:\x0a?\z)"  # also before a line's end that ends the text
    spelled = {"AT_BEGINNING": r"(?m:^)" if lines else r"\A", "AT_BEGINNING_STRING": r"\A", "AT_END_STRING": r"\z"}
    if name in spelled:
        return spelled[name]
    if name == "AT_END":
        return r"(?m:$)"
    raise RegexRefused(r"uses \B, which Python versions disagree about")
