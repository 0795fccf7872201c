"""Text variables: what equality, beginnings, ends and contents of a text have to do with each other, exactly.

A text is one of those that conditions name in full, of which each condition's answer is known, or another one. Of
another one, the shortest proof that some beginnings, ends and contents go together is the text that is made of nothing
else, held apart by a sign that no condition mentions: whatever it contains, every such text contains. What a regular
expression says of another text is left open.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from opsrules.rules.conditions import Leaf
from opsrules.rules.exact import ask
from opsrules.rules.lint.space import Axis, Box, Space, Told

__all__ = ["told_of_words"]

_PARTS = ("starts_with", "ends_with", "contains")
_OPEN = (*_PARTS, "equal_to_case_insensitive", "matches_regex")
_NO, _YES = 1, 2


@dataclass(frozen=True)
class _Aspect:
    """What a condition asks of a text that is not named in full."""

    operator: str
    text: str
    named: int  # those of the named texts for which it holds


@dataclass(eq=False)
class _Words:
    """The texts of one variable: a cell for each named one, one for all others, one for what is no text."""

    name: str
    named: list[str]
    filler: str
    axis: int = -1
    aspects: dict[int, _Aspect] = field(default_factory=dict)
    known: dict[frozenset[tuple[int, int]], tuple[int, bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.other = 1 << len(self.named)
        self.no_text = self.other << 1
        self.full = (self.no_text << 1) - 1

    def possible(self, box: Box) -> bool:
        """Whether some value lies in a box."""
        cells = box.get(self.axis, self.full)
        if cells & self.no_text:
            return True
        chosen = frozenset([(axis, box[axis]) for axis in box.keys() & self.aspects.keys() if box[axis] != _YES | _NO])
        fitting, is_other = self._fitting(chosen)
        return bool(cells & fitting) or (is_other and bool(cells & self.other))

    def _fitting(self, chosen: frozenset[tuple[int, int]]) -> tuple[int, bool]:
        """Return the named texts that answer so, and whether another one may."""
        if chosen not in self.known:
            fitting = self.other - 1
            for axis, wanted in chosen:
                named = self.aspects[axis].named
                fitting &= named if wanted == _YES else ~named
            wanted_all = [(self.aspects[axis], cells == _YES) for axis, cells in sorted(chosen)]
            self.known[chosen] = fitting, _goes_together(wanted_all, self.filler)
        return self.known[chosen]

    def sample(self, cells: int, box: Box) -> str | None:
        """Return a text in a box, as a line."""
        chosen = [(self.aspects[axis], one == _YES) for axis, one in box.items() if axis in self.aspects]
        for place, text in enumerate(self.named):
            if cells >> place & 1 and all(bool(aspect.named >> place & 1) is yes for aspect, yes in chosen):
                return f"{self.name} = {text!r}"
        if not cells & self.other or any(aspect.operator not in _PARTS for aspect, _ in chosen):
            return None
        return f"{self.name} = {_least(chosen, self.filler)!r}"


def _least(wanted: Sequence[tuple[_Aspect, bool]], filler: str) -> str:
    """Return the text that has every wanted beginning, end and content, and otherwise as little as can be."""
    start, end, contents = (
        [one.text for one, yes in wanted if yes and one.operator == operator] for operator in _PARTS
    )
    return filler.join([max(start, key=len, default=""), *contents, max(end, key=len, default="")]) or filler


def _goes_together(wanted: Sequence[tuple[_Aspect, bool]], filler: str) -> bool:
    """Whether some text that is not named in full may answer so; never wrongly no."""
    least = _least(wanted, filler)
    folded = {aspect.text for aspect, yes in wanted if yes and aspect.operator == "equal_to_case_insensitive"}
    if len(folded) > 1 or any(not _has_letters(one) for one in folded):
        return False
    for aspect, yes in wanted:
        if aspect.operator in _PARTS and _part_of(aspect, least) is not yes:
            return False
        if yes and aspect.operator in _PARTS and "Σ" not in aspect.text:  # the one letter whose small form depends
            lower = _Aspect(aspect.operator, aspect.text.lower(), 0)
            if not all(_part_of(lower, one) for one in folded):
                return False
    return True


def _part_of(aspect: _Aspect, text: str) -> bool:
    if aspect.operator == "contains":
        return aspect.text in text
    return text.startswith(aspect.text) if aspect.operator == "starts_with" else text.endswith(aspect.text)


def _has_letters(text: str) -> bool:
    """Whether another text may be the same but for case: not for signs and digits, nor for no text at all."""
    return not text.isascii() or any(sign.isalpha() for sign in text)


def told_of_words(field_type: Any, name: str, leaves: Sequence[Leaf], space: Space) -> dict[int, Told]:
    """Give the conditions on a text variable their axes; returns rows by the leaf's number."""
    named = sorted({"", *(text for leaf in leaves if leaf.operator not in _OPEN for text in _texts(leaf.constant))})
    words = _Words(name, named, _filler([text for leaf in leaves for text in _texts(leaf.constant)]))
    words.axis = space.add(Axis(words.full, words.sample))
    space.theories[words.axis] = words
    found = {}
    aspects: dict[tuple[str, str], int] = {}
    for leaf in leaves:
        told = [ask(field_type, leaf.operator, leaf.constant, text) for text in named]
        holds = sum(1 << place for place, one in enumerate(told) if one is True)
        fails = sum(1 << place for place, one in enumerate(told) if one is False)
        if leaf.operator not in _OPEN:
            is_so = ask(field_type, leaf.operator, leaf.constant, words.filler)
            holds, fails = (holds | words.other, fails) if is_so is True else (holds, fails | words.other)
            found[leaf.number] = Told(_boxes(words, {words.axis: holds}), _boxes(words, {words.axis: fails}))
            continue
        asked = _aspect(leaf, holds)
        key = (asked.operator, asked.text)
        if key not in aspects:
            aspects[key] = space.add(Axis(_NO | _YES, lambda *_: None))
            words.aspects[aspects[key]] = asked
            space.theories[aspects[key]] = words
            space.dependent.add(aspects[key])
        axis = aspects[key]
        found[leaf.number] = Told(
            _boxes(words, {words.axis: holds | words.other, axis: _YES}),
            _boxes(words, {words.axis: fails | words.other, axis: _NO}),
        )
    return found


def _aspect(leaf: Leaf, holds: int) -> _Aspect:
    text = leaf.constant if isinstance(leaf.constant, str) else ""
    folds = leaf.operator == "equal_to_case_insensitive"
    return _Aspect(leaf.operator, text.lower() if folds else text, holds)


def _boxes(words: _Words, box: Box) -> tuple[Box, ...]:
    return (box,) if all(box.values()) and words.possible(box) else ()


def _texts(constant: object) -> list[str]:
    """Return the texts that a constant names; the library takes anything empty as no text."""
    parts = constant if isinstance(constant, list | tuple) else [constant]
    return [one if isinstance(one, str) else "" for one in parts]


def _filler(texts: Sequence[str]) -> str:
    """Return a sign that no condition mentions."""
    mentioned = {sign for text in texts for sign in (*text, *text.lower(), *text.upper())}
    signs: tuple[str, ...] = (*string.ascii_lowercase, *string.digits, *map(chr, range(0xE000, 0xF8FF)))
    return next(sign for sign in signs if sign not in mentioned)
