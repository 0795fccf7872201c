"""E-mail addresses and phone numbers in many texts at once: what `opsrules.privacy.contacts` finds must pass here."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import numpy as np

from opsrules.privacy.pieces import PHONE_GAP, SPACES, Piece, table_of

if TYPE_CHECKING:
    import numpy.typing as npt

    _Bools = npt.NDArray[np.bool_]
    _Ints = npt.NDArray[np.int64]

__all__ = ["emails", "phones"]

_WORD = string.ascii_letters + string.digits + "_"
_LOCAL = ~table_of(SPACES + "@<>()[],;:\"'|")
_DOMAIN = table_of(_WORD + "-", beyond=True)

_FEWEST = 6  # digits of a phone number
_MOST_GROUPS = 5
_ENDS_BEFORE = ~table_of(_WORD + "+")
_STANDS_FREE = ~table_of(_WORD + ".-/")
_AREA_ENDS = table_of(")-.")

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
    reach = groups.reach(PHONE_GAP)
    one = np.flatnonzero(reach >= _FEWEST)
    data, start, reach = piece.data, groups.digits[groups.first[one]], reach[one]
    sizes = np.append(groups.size, np.zeros(_MOST_GROUPS, dtype=np.int64))
    before, digit, size, second = data[start - 1], data[start], groups.size[one], sizes[one + 1]
    found = (before == ord("+")) & (reach >= 8) & (digit != ord("0"))
    american = np.flatnonzero((size == 3) & (second == 3) & (reach >= 10) & (digit >= ord("2")))
    found[american] |= (sizes[one[american] + 2] == 4) & _is_american(data, start[american])
    zero = np.flatnonzero(digit == ord("0"))
    found[zero] |= _is_dialled(piece, sizes, one[zero], reach[zero])
    rest = np.flatnonzero(~found)
    found[rest] = _is_named(data, start[rest])
    at: _Ints = start[found]
    return at


def _is_american(data: npt.NDArray[np.uint8], start: _Ints) -> _Bools:
    """Whether what stands between groups of 3 and 3 digits is that of (555) 123-4567, 555-123-4567 or 555.123.4567."""
    before = data[start - 1]
    around: _Bools = ((before == ord("(")) | _STANDS_FREE[before]) & _AREA_ENDS[data[start + 3]]
    return around


def _is_dialled(piece: Piece, sizes: _Ints, one: _Ints, reach: _Ints) -> _Bools:
    """Whether groups that begin with 0 may be dialled: 0049 171 234567, 06 12 34 56 78, 0171 2345678, 020 7946 0958."""
    start = piece.groups.digits[piece.groups.first[one]]
    before = piece.data[start - 1]
    size, second, third, fourth, fifth = (sizes[one + place] for place in range(_MOST_GROUPS))
    area = (size >= 3) & (size <= 5)
    abroad = area & (reach >= 9) & _ENDS_BEFORE[before] & (piece.data[start + 1] == ord("0"))
    pairs = (size == 2) & (second == 2) & (third == 2) & (fourth == 2) & (fifth == 2) & (reach >= 10)
    in_parts = area & (reach >= size + 6) & ((second >= 6) | ((second >= 3) & (third >= 3)))
    dialled: _Bools = abroad | (_STANDS_FREE[before] & (pairs | in_parts))
    return dialled


def _letters() -> npt.NDArray[np.uint8]:
    table = np.full(256, _OTHER, dtype=np.uint8)
    for place, sign in enumerate(string.ascii_lowercase):
        table[[ord(sign), ord(sign.upper())]] = place
    table[128:] = _BEYOND
    return table


_LETTER = _letters()
_NAMES = (
    *("fon", "fone", "fono", "phon", "phone", "phono", "tel", "fax", "mobil", "mobile", "mobilnummer"),
    *("handy", "cell", "whatsapp", "rufnummer"),
)
_WORDS = [_LETTER[list(name.encode())][::-1] for name in _NAMES]
_LAST = np.isin(_LETTER, [word[0] for word in _WORDS])


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
    likely = np.flatnonzero(_LAST[data[at]])
    last = _LETTER[data[at[likely]]]
    for signs in _WORDS:
        left = likely[last == signs[0]]
        for back in range(1, len(signs)):
            if not left.size:
                break
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
