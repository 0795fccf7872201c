r"""Regular expressions of analysts, judged in linear time: whether a pattern is found in a text, as `re.search` tells.

`re` tries every way to match and needs 2^n steps for ``(a+)+$`` (RELIABILITY.md B25); RE2 reads the text once. They
differ in what ``\d``, ``\w``, ``\s``, ``\b``, ``$`` and ignoring case mean, so RE2 never sees the pattern as it is
written: Python's own parser reads it, `re` itself says which signs each single-sign part takes, and RE2 gets those
signs spelled out. What cannot be said that way is refused by name: look-around, back-references, possessive and atomic
groups, ``\B``, ``$`` with something after it, repeats of more than 1,000.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

__all__ = ["RegexRefused", "regex_fault", "regex_holds"]

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
_NOTHING = r"[^\x00-\xff]"
_SPARE = 8  # codes kept for signs that only categories tell apart: letters, digits and spaces of other scripts


class RegexRefused(ValueError):  # noqa: N818 - the pattern is refused; nothing is wrong with the program
    """A pattern that is not one, or that cannot be judged in linear time exactly as `re` does; says which part."""


def regex_fault(pattern: str) -> str | None:
    """Return why a pattern is refused, None when it is not.

    Examples
    --------
    >>> regex_fault("^PO-[0-9]+$"), regex_fault("(?=a)b")
    (None, 'uses look-around (?=...) or (?<=...), which cannot be judged in linear time')
    """
    try:
        _matcher(pattern)
    except RegexRefused as error:
        return str(error)
    return None


def regex_holds(pattern: str, text: str) -> bool:
    """Whether `re.search(pattern, text)` finds something, told in time linear in the text.

    Raises
    ------
    RegexRefused
        For a pattern with a `regex_fault`.

    Examples
    --------
    >>> regex_holds("(?i)refund", "Teil-REFUND"), regex_holds("(a+)+$", "a" * 1000 + "b")
    (True, False)
    """
    return _matcher(pattern).holds(text)


@lru_cache(maxsize=1024)
def _matcher(pattern: str) -> _Matcher:
    return _Matcher(pattern)


class _Matcher:
    """One pattern: a program for ASCII text and, made when first needed, one for coded text."""

    def __init__(self, pattern: str) -> None:
        self.pieces, edges = _pieces(pattern)
        self.ascii = _program(self.pieces, {code: chr(code) for code in range(128)})
        self.codes = _Codes(self.pieces, edges)
        self.coded: Any = None
        self.known = 0

    def holds(self, text: str) -> bool:
        if text.isascii():
            return self.ascii.search(text.encode("ascii")) is not None
        content = text.translate(self.codes).encode("latin-1")
        if self.known != len(self.codes.alphabet):
            self.coded, self.known = _program(self.pieces, self.codes.alphabet), len(self.codes.alphabet)
        return self.coded.search(content) is not None


class _Codes(dict[int, int]):
    """One byte for all signs that a pattern cannot tell apart, so that RE2 needs no table of Unicode.

    Word signs get ASCII word bytes where the pattern asks for a word's edge: RE2 knows no other words.
    """

    def __init__(self, pieces: Iterable[Piece], edges: set[int]) -> None:
        super().__init__()
        self.atoms = list(dict.fromkeys(one for one in pieces if not isinstance(one, str)))
        self.word = re.compile(r"\w", next(iter(edges))) if edges else None
        self.alphabet: dict[int, str] = {}
        self.signs: dict[tuple[bool, ...], int] = {}
        inside = [code for code in range(128) if chr(code).isalnum() or chr(code) == "_"]
        outside = [code for code in range(256) if code not in inside and code != 10]
        self.free = {True: inside, False: outside if edges else outside + inside}
        for code in range(128):
            self[code]
        room = len(self.free[self.word is not None])
        if room < _SPARE + 2 * sum(not one.pattern.isascii() for one in self.atoms):
            raise RegexRefused("tells too many signs apart; split it into several conditions")

    def __missing__(self, ordinal: int) -> int:
        sign = chr(ordinal)
        is_word = self.word is not None and self.word.fullmatch(sign) is not None
        kind = (sign == "\n", is_word, *(one.fullmatch(sign) is not None for one in self.atoms))
        if kind not in self.signs:
            if sign != "\n" and not self.free[is_word]:
                raise RegexRefused("tells too many signs of this text apart; split it into several conditions")
            self.signs[kind] = 10 if sign == "\n" else self.free[is_word].pop()
            self.alphabet[self.signs[kind]] = sign
        self[ordinal] = self.signs[kind]
        return self.signs[kind]


def _program(pieces: Iterable[Piece], alphabet: Mapping[int, str]) -> Any:
    """Return a program over bytes; `alphabet` says which sign each byte stands for."""
    spelled: dict[Piece, str] = {}
    for one in pieces:
        if one not in spelled:
            spelled[one] = one if isinstance(one, str) else _class(one, alphabet)
    import re2  # noqa: PLC0415 - a compiled library, loaded by the first rule that has a pattern

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False  # otherwise every bad pattern is written to stderr
    options.never_capture = True
    try:
        return re2.compile("".join(spelled[one] for one in pieces).encode("ascii"), options)
    except re2.error as error:
        told = bytes(error.args[0]).decode("latin-1")
        if "repetition" in told:
            raise RegexRefused("repeats something more than 1000 times, counting repeats inside repeats") from error
        raise RegexRefused(f"is too large ({told.partition(':')[0]})") from error


def _class(atom: re.Pattern[str], alphabet: Mapping[int, str]) -> str:
    taken = [f"\\x{code:02x}" for code, sign in sorted(alphabet.items()) if atom.fullmatch(sign)]
    return f"[{''.join(taken)}]" if taken else _NOTHING


def _pieces(pattern: str) -> tuple[list[Piece], set[int]]:
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
