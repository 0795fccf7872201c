"""Card numbers in many texts at once: the tests of `opsrules.privacy.cards`, over arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opsrules.privacy.cards import BRANDS, LONGEST, SHORTEST
from opsrules.privacy.pieces import CARD_GAP, Groups, Piece

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]
    _Bools = npt.NDArray[np.bool_]

__all__ = ["cards"]

_PREFIX = 4  # digits of the longest prefix that tells a brand
_LEAST_GROUP = 3


def _issued() -> _Bools:
    """By the first digits, and by how many there are, whether a brand issues such numbers."""
    table = np.zeros((10**_PREFIX, LONGEST + 1), dtype=np.bool_)
    for prefix, (_, lengths) in BRANDS.items():
        rest = 10 ** (_PREFIX - len(prefix))
        start = int(prefix) * rest
        table[start : start + rest, list(lengths)] = True
    return table


_ISSUED = _issued()
_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9])


def cards(piece: Piece) -> _Ints:
    """Bytes at which groups of digits start that make a card number together."""
    groups = piece.groups
    start = np.flatnonzero((groups.reach(CARD_GAP) >= SHORTEST) & (groups.size <= LONGEST))
    found = [_numbers(piece, groups, start, groups.size[start])]
    end, total = start, groups.size[start]
    least = most = np.zeros(0, dtype=np.int64)
    for count in range(2, LONGEST + 1):
        on = end + 1 < len(groups.size)
        on[on] = (groups.link[end[on] + 1] & CARD_GAP) != 0
        on[on] = total[on] + groups.size[end[on] + 1] <= LONGEST
        if not on.any():
            break
        last = groups.size[end[on]]
        least, most = (last, last) if count == 2 else (np.minimum(least[on], last), np.maximum(most[on], last))
        start, end = start[on], end[on] + 1
        total = total[on] + groups.size[end]
        # As `cards._spelled` has it: long groups, or more than one and all of one size, but for the last.
        spelled = (least >= _LEAST_GROUP) | ((count > 2) & (least == most))
        found.append(_numbers(piece, groups, start[spelled], total[spelled]))
        if count > 2:
            start, end, total, least, most = (one[spelled] for one in (start, end, total, least, most))
    return np.concatenate(found)


def _numbers(piece: Piece, groups: Groups, start: _Ints, total: _Ints) -> _Ints:
    """Bytes of those groups that start a card number of that many digits."""
    long = total >= SHORTEST
    first, total = groups.first[start[long]], total[long]
    if not first.size:
        return first
    prefix = np.zeros(len(first), dtype=np.int64)
    for place in range(_PREFIX):
        prefix = prefix * 10 + _digit(piece, groups, first + place)
    known = _ISSUED[prefix, total]
    first, total = first[known], total[known]
    check = np.zeros(len(first), dtype=np.int64)
    for place in range(LONGEST):
        inside = np.flatnonzero(place < total)
        digit = _digit(piece, groups, first[inside] + total[inside] - 1 - place)
        check[inside] += _DOUBLED[digit] if place % 2 else digit
    at: _Ints = groups.digits[first[check % 10 == 0]]
    return at


def _digit(piece: Piece, groups: Groups, at: _Ints) -> _Ints:
    return piece.data[groups.digits[at]].astype(np.int64) - ord("0")
