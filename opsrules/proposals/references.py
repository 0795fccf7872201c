"""The pattern that brings pairs of references to one key: where their common part stands, and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from opsrules.captures import LEFT_OUT, capture_fault
from opsrules.proposals.wanted import WANTED, Short
from opsrules.reconcile import Patterns

__all__ = ["Inferred", "Pair", "infer", "key_of"]

Pair = tuple[str, str]
"""A reference as each side has it, in its normal spelling."""

_TOKEN = re.compile(r"[0-9]+|[A-Z]+|.", re.DOTALL)
# A shorter number is common to many texts by chance. Ours.
_TELLING_DIGITS, _TELLING_SIGNS = 3, 4
# Longer texts are no references, and a longer number in a pattern would be somebody's own. Ours.
_LONGEST, _LONGEST_LITERAL = 64, 6
_PLAIN = frozenset("_/:=,;@%~&!-")
_IN_CLASS = frozenset(".+*?|()$")
# Examples are tried one against all others; more of them would tell nothing more. Ours.
_MOST = 200


@dataclass(frozen=True)
class Inferred:
    """A pattern and what it was made from.

    Attributes
    ----------
    patterns : Patterns
    pairs : tuple of Pair
    held_out : int
        Pairs that the pattern made from all others brings together.
    """

    patterns: Patterns
    pairs: tuple[Pair, ...]
    held_out: int


@dataclass(frozen=True)
class _Part:
    before: str
    core: str
    behind: str
    zeros: int = 0


@dataclass(frozen=True)
class _Split:
    """Both references cut around what they have in common; `without` are signs that were left out before."""

    pair: Pair
    left: _Part
    right: _Part
    without: str = ""


def infer(pairs: Sequence[Pair]) -> tuple[tuple[Inferred, ...], tuple[Short, ...]]:
    """Return patterns that bring pairs together, each held against every pair it was not made from; and what lacks.

    Parameters
    ----------
    pairs : sequence of Pair
        The two references of what people say is one order; equal pairs count once.

    Returns
    -------
    tuple of Inferred
        For each way of looking at the pairs (the one common number, common words and numbers, one reference within the
        other) the smallest pattern of each shape that at least `WANTED` of them share. They may overlap.
    tuple of Short
        Shapes that too few pairs share.
    """
    distinct = sorted({pair for pair in pairs if pair[0] != pair[1]})[:_MOST]
    found: dict[Patterns, Inferred] = {}
    short: list[Short] = []
    seen: set[Pair] = set()
    for split_of in (_split, _bare_split):  # signs are left out only where nothing else brings a pair together
        for one in _patterned([pair for pair in distinct if pair not in seen], split_of):
            found.setdefault(one.patterns, one)
        seen |= {pair for one in found.values() for pair in one.pairs}
    if left_over := len(set(distinct) - seen):
        short.append(Short("reference pattern", left_over, "pairs that no pattern of others brings together"))
    return tuple(found.values()), tuple(short)


def _patterned(pairs: Sequence[Pair], split_of: Callable[[Pair, _Cut], _Split | None]) -> Iterator[Inferred]:
    for cut in (_by_number, _by_tokens, _by_whole):
        shapes: dict[object, list[_Split]] = {}
        for pair in pairs:
            if (split := split_of(pair, cut)) is not None:
                shapes.setdefault(_shape(split), []).append(split)
        for shape in sorted(shapes, key=str):
            yield from _of_shape(shapes[shape])


def key_of(patterns: Patterns, pair: Pair) -> tuple[str, str]:
    """What the patterns take out of the references of each side; "" where one does not fit."""
    texts = ("".join(sign for sign in text if sign not in patterns.without) for text in pair)
    sides = zip(texts, (patterns.left, patterns.right), strict=True)
    left, right = (_taken(text, pattern) for text, pattern in sides)
    return left, right


def _taken(text: str, pattern: str) -> str:
    if not pattern:
        return text
    return found[1] if (found := re.fullmatch(pattern[1:-1], text)) else ""


def _of_shape(splits: list[_Split]) -> Iterator[Inferred]:
    """The pattern of all splits of one shape; where held-out pairs refuse it, those of each text around them."""
    if (one := _held(splits)) is not None:
        yield one
        return
    exact: dict[object, list[_Split]] = {}
    for split in splits:
        around = (split.left.before, split.left.behind, split.right.before, split.right.behind, split.without)
        exact.setdefault(around, []).append(split)
    for texts in sorted(exact, key=str) if len(exact) > 1 else ():
        if (one := _held(exact[texts])) is not None:
            yield one


def _held(splits: list[_Split]) -> Inferred | None:
    """The pattern of these splits, if they are enough and each fits the one that the others make."""
    cores = {split.left.core for split in splits}
    orders = {split.pair[0] for split in splits}
    if len(cores) < WANTED or len(cores) < len(orders):  # what is common to several orders tells none of them
        return None
    patterns = _patterns(splits)
    if patterns is None or not all(_joined(patterns, split.pair) for split in splits):
        return None
    for at, split in enumerate(splits):
        others = _patterns(splits[:at] + splits[at + 1 :])
        if others is None or not _joined(others, split.pair):
            return None
    return Inferred(patterns, tuple(split.pair for split in splits), len(splits))


def _joined(patterns: Patterns, pair: Pair) -> bool:
    left, right = key_of(patterns, pair)
    return left == right != ""


def _patterns(splits: Sequence[_Split]) -> Patterns | None:
    padded = any(split.left.zeros != split.right.zeros for split in splits)
    core = _core([split.left.core for split in splits], padded=padded)
    sides = []
    for parts in ([split.left for split in splits], [split.right for split in splits]):
        before = _around([part.before for part in parts], beside=-1)
        behind = _around([part.behind for part in parts], beside=0)
        if core is None or before is None or behind is None:
            return None
        pattern = "" if not before and not behind and not padded else f"^{before}({core})".replace("(0*", "0*(")
        sides.append(f"{pattern}{behind}$" if pattern else "")
    without = "".join(sorted({sign for split in splits for sign in split.without}))
    if any(pattern and capture_fault(pattern) for pattern in sides):
        return None
    return Patterns(sides[0], sides[1], without) if any(sides) or without else None


def _core(cores: Sequence[str], *, padded: bool) -> str | None:
    signs = {sign for core in cores for sign in core}
    if padded:
        return "0*[1-9][0-9]*"
    others = sorted(sign for sign in signs if not sign.isalnum() and sign != "-")
    if not all(sign in _PLAIN or sign in _IN_CLASS for sign in others):
        return None
    letters = "A-Z" if any(sign.isalpha() for sign in signs) else ""
    return f"[0-9{letters}{''.join(others)}{'-' if '-' in signs else ''}]+"


def _around(texts: Sequence[str], *, beside: int) -> str | None:
    """What stands before or behind the common part: the same text, else letters, or digits.

    `beside` is the place of the token next to the common part: digits there are as many as there were, since others
    could not be told from the common part's own.
    """
    pieces = []
    columns = list(zip(*(_TOKEN.findall(text) for text in texts), strict=True))
    for at, tokens in enumerate(columns):
        first = tokens[0]
        if not (first.isdigit() or first.isalpha()):
            piece = first if first in _PLAIN else f"[{first}]" if first in _IN_CLASS else None
        elif len(set(tokens)) == 1 and len(first) <= (_LONGEST_LITERAL if first.isdigit() else _LONGEST):
            piece = first
        else:
            is_one_size = len({len(token) for token in tokens}) == 1 and (
                first.isalpha() or at == beside % len(columns)
            )
            times = f"{{{len(first)}}}" if len(first) > 1 else ""
            piece = ("[0-9]" if first.isdigit() else "[A-Z]") + (times if is_one_size else "+")
        if piece is None:
            return None
        pieces.append(piece)
    return "".join(pieces)


def _shape(split: _Split) -> object:
    def kinds(text: str) -> str:
        return "".join("0" if token.isdigit() else "A" if token.isalpha() else token for token in _TOKEN.findall(text))

    sides = [(kinds(part.before), kinds(part.behind)) for part in (split.left, split.right)]
    return (*sides, bool(split.without))


_Cut = Callable[[str, str], tuple[_Part, _Part] | None]


def _split(pair: Pair, cut: _Cut) -> _Split | None:
    parts = cut(*pair) if _may_be_cut(pair) else None
    return _Split(pair, *parts) if parts else None


def _may_be_cut(pair: Pair) -> bool:
    return max(map(len, pair)) <= _LONGEST and all(text.isascii() and text for text in pair)


def _bare_split(pair: Pair, cut: _Cut) -> _Split | None:
    """The same of the references without their separators."""
    bare = tuple("".join(sign for sign in text if sign not in LEFT_OUT) for text in pair)
    if bare == pair or not _may_be_cut(pair) or not all(bare):
        return None
    without = "".join(sorted({sign for text in pair for sign in text if sign in LEFT_OUT}))
    parts = (_Part("", bare[0], ""), _Part("", bare[1], "")) if bare[0] == bare[1] else cut(*bare)
    if parts is None or sum(sign.isdigit() for sign in parts[0].core) < _TELLING_DIGITS:
        return None
    return replace(_Split(pair, *parts), without=without)


def _by_number(left: str, right: str) -> tuple[_Part, _Part] | None:
    """Around the one number that both have, whatever zeros stand before it."""
    numbers = [_numbers(text) for text in (left, right)]
    common = set(numbers[0]) & set(numbers[1])
    if len(common) != 1:
        return None
    (number,) = common
    places = [found[number] for found in numbers]
    if any(len(one) != 1 for one in places):
        return None
    parts = []
    for text, ((start, end),) in zip((left, right), places, strict=True):
        zeros = end - start - len(number)
        parts.append(_Part(text[:start], number, text[end:], zeros))
    same = parts[0].zeros == parts[1].zeros
    first, second = (replace(part, core="0" * part.zeros + part.core) if same else part for part in parts)
    return first, second


def _numbers(text: str) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for one in re.finditer("[0-9]+", text):
        if len(bare := one[0].lstrip("0")) >= _TELLING_DIGITS:
            found.setdefault(bare, []).append(one.span())
    return found


def _by_tokens(left: str, right: str) -> tuple[_Part, _Part] | None:
    """Around the longest run of whole words and numbers that both have."""
    ours, theirs = _TOKEN.findall(left), _TOKEN.findall(right)
    best: tuple[int, int, int, int] = (0, 0, 0, 0)
    for first in range(len(ours)):
        for second in range(len(theirs)):
            size = 0
            while ours[first + size : first + size + 1] == theirs[second + size : second + size + 1] != []:
                size += 1
            while size and not ours[first + size - 1].isalnum():
                size -= 1
            if size and ours[first].isalnum():
                best = max(best, (sum(map(len, ours[first : first + size])), size, -first, -second))
    _, size, first, second = best[0], best[1], -best[2], -best[3]
    core = "".join(ours[first : first + size])
    if len(core) < _TELLING_SIGNS or not any(sign.isdigit() for sign in core):
        return None
    return (
        _Part("".join(ours[:first]), core, "".join(ours[first + size :])),
        _Part("".join(theirs[:second]), core, "".join(theirs[second + size :])),
    )


def _by_whole(left: str, right: str) -> tuple[_Part, _Part] | None:
    """Around one reference as it stands within the other, once."""
    core, around = (left, right) if len(left) <= len(right) else (right, left)
    if sum(sign.isdigit() for sign in core) < _TELLING_DIGITS or around.count(core) != 1:
        return None
    before, behind = around.split(core)
    parts = (_Part("", core, ""), _Part(before, core, behind))
    return parts if core is left else (parts[1], parts[0])
