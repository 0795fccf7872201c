"""E-mail addresses and phone numbers in many texts at once: what `opsrules.privacy.contacts` finds must pass here."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import numpy as np

from opsrules.privacy.pieces import PHONE_GAP, SPACES, Groups, Piece, table_of

if TYPE_CHECKING:
    import numpy.typing as npt

    _Bools = npt.NDArray[np.bool_]
    _Ints = npt.NDArray[np.int64]

__all__ = ["emails", "phones"]

_WORD = string.ascii_letters + string.digits + "_"
_LOCAL = ~table_of(SPACES + "@<>()[],;:\"'|")
_DOMAIN = table_of(_WORD + "-", beyond=True)

_ENDS_BEFORE = ~table_of(_WORD + "+")
_STANDS_FREE = ~table_of(_WORD + ".-/")
_ENDS = ~table_of(_WORD + "-")
_AREA_ENDS, _OFFICE_ENDS = table_of(")-."), table_of("-.")

_WORDS = ("fon", "fone", "fono", "phon", "phone", "phono", "tel", "fax", "mobil", "mobile", "mobilnummer")
_MORE_WORDS = ("handy", "cell", "whatsapp", "rufnummer")
_BESIDE = table_of(SPACES + ".:#(+", beyond=True)
_FARTHEST = 15  # bytes between a word and its number: three blanks, "(" and "+", and the sign of degrees
_OTHER, _BEYOND = 26, 27  # no letter; a part of a sign beyond ASCII


def emails(piece: Piece) -> _Ints:
    """Bytes that are an @ between what may stand there."""
    at = np.flatnonzero(piece.data == ord("@"))
    return at[_LOCAL[piece.data[at - 1]] & _DOMAIN[piece.data[at + 1]]]


def phones(piece: Piece) -> _Ints:
    """Bytes at which groups of digits start that may be a phone number, each way as `contacts.PHONE` lists them."""
    groups = piece.groups
    reach = _reach(groups)
    one = np.flatnonzero(reach >= 6)
    data, start, size, reach = piece.data, groups.starts[one], groups.size[one], reach[one]
    before, digit = data[start - 1], data[start]
    zero, area = digit == ord("0"), (size >= 3) & (size <= 5)
    national = zero & (data[start + 1] != ord("0")) & _STANDS_FREE[before]
    sizes = np.append(groups.size, np.zeros(4, dtype=np.int64))
    second, third = sizes[one + 1], sizes[one + 2]
    pairs = np.logical_and.reduce([sizes[one + place] == 2 for place in range(5)])
    found = (
        ((before == ord("+")) & ~zero & (reach >= 8))
        | (zero & ~national & area & (reach >= 9) & _ENDS_BEFORE[before])
        | ((size == 3) & (second == 3) & (third == 4) & (reach >= 10) & _american(piece, groups, one))
        | (national & pairs & (reach >= 10))
        | (national & area & (reach >= size + 6) & ((second >= 6) | ((second >= 3) & (third >= 3))))
    )
    found[~found] = _is_named(data, start[~found])
    return start[found]


def _reach(groups: Groups) -> _Ints:
    """How many digits stand in a row from each group on, between them only what may stand inside a phone number."""
    heads = np.flatnonzero((groups.link & PHONE_GAP) == 0)
    ends = np.append(groups.first[heads[1:]], len(groups.digits)) if heads.size else heads
    return np.repeat(ends, np.diff(heads, append=len(groups.first))) - groups.first


def _american(piece: Piece, groups: Groups, one: _Ints) -> _Bools:
    """Whether the signs around three groups are those of (555) 123-4567, 555-123-4567 or 555.123.4567."""
    data, start = piece.data, groups.starts[one]
    ends = [data[groups.after(np.minimum(one + place, len(groups.size) - 1))] for place in range(3)]
    free = (data[start - 1] == ord("(")) | _STANDS_FREE[data[start - 1]]
    return free & (data[start] >= ord("2")) & _AREA_ENDS[ends[0]] & _OFFICE_ENDS[ends[1]] & _ENDS[ends[2]]


def _letters() -> npt.NDArray[np.uint8]:
    table = np.full(256, _OTHER, dtype=np.uint8)
    for place, sign in enumerate(string.ascii_lowercase):
        table[[ord(sign), ord(sign.upper())]] = place
    table[128:] = _BEYOND
    return table


_LETTER = _letters()


def _is_named(data: npt.NDArray[np.uint8], start: _Ints) -> _Bools:
    """Whether a word for phones may stand before these bytes, with or without "no." between."""
    at = _letter_before(data, start - 1)
    named = _ends_word(data, at)
    last, second = (_LETTER[data[at - back]] for back in range(2))
    n, o, r = (_LETTER[ord(sign)] for sign in "nor")
    short = np.flatnonzero((last == n) | ((second == n) & ((last == o) | (last == r))))
    named[short] |= _ends_word(data, _letter_before(data, at[short] - 1 - (last[short] != n)))
    return named


def _ends_word(data: npt.NDArray[np.uint8], at: _Ints) -> _Bools:
    """Whether a word for phones ends at these letters; one beyond ASCII may be any."""
    found = np.zeros(len(at), dtype=np.bool_)
    last = _LETTER[data[at]]
    for word in _WORDS + _MORE_WORDS:
        signs = _LETTER[list(word.encode())][::-1]
        left = np.flatnonzero(last == signs[0])
        for back in range(1, len(signs)):
            sign = _LETTER[data[at[left] - back]]
            found[left[sign == _BEYOND]] = True
            left = left[sign == signs[back]]
        found[left] = True
    return found


def _letter_before(data: npt.NDArray[np.uint8], at: _Ints) -> _Ints:
    """Where the last letter at or before each byte is; 0 where something else stands between, or too much."""
    at = at.copy()
    left = np.flatnonzero(_LETTER[data[at]] >= _OTHER)
    for _ in range(_FARTHEST):
        if not left.size:
            return at
        gap = _BESIDE[data[at[left]]]
        at[left[~gap]] = 0
        left = left[gap]
        at[left] -= 1
        left = left[_LETTER[data[at[left]]] >= _OTHER]
    at[left] = 0
    return at
