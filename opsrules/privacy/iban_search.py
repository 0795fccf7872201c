"""Account numbers in many texts at once: country, length and check digits as in `opsrules.privacy.ibans`."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import numpy as np

from opsrules.privacy.ibans import LENGTHS
from opsrules.privacy.pieces import SPACES, Piece, table_of

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]

__all__ = ["ibans"]

_LETTER = table_of(string.ascii_letters)
_SIGN = table_of(string.ascii_letters + string.digits)
_GAP = table_of(SPACES + ".-", beyond=True)
_WIDEST_GAP = 6  # two signs of three bytes
_HEAD = 4  # country and check digits


def _values() -> _Ints:
    """Byte to what it counts in the check: A is 10, Z is 35, in either case."""
    table = np.zeros(256, dtype=np.int64)
    for value, sign in enumerate(string.digits + string.ascii_uppercase):
        table[[ord(sign), ord(sign.lower())]] = value
    return table


def _sizes() -> _Ints:
    """Signs of an account number by its country's letters, as values; 0 for no country."""
    table = np.zeros((36, 36), dtype=np.int64)
    for country, size in LENGTHS.items():
        table[_VALUE[ord(country[0])], _VALUE[ord(country[1])]] = size
    return table


_VALUE = _values()
_SIZE = _sizes()


def ibans(piece: Piece) -> _Ints:
    """Bytes at which account numbers start."""
    data = piece.data
    letter = (data | 0x20) - np.uint8(ord("a")) < 26
    digit = piece.is_digit
    start = np.flatnonzero(letter[:-3] & letter[1:-2] & digit[2:-1] & digit[3:])
    size = _SIZE[_VALUE[data[start]], _VALUE[data[start + 1]]]
    start, size = start[size > 0], size[size > 0]
    at, check = start + _HEAD, np.zeros(len(start), dtype=np.int64)
    found: list[_Ints] = []
    for count in range(_HEAD, max(LENGTHS.values()) + 1):
        done = size == count
        if done.any():
            found.append(_right(data, start[done], check[done]))
            start, size, at, check = (one[~done] for one in (start, size, at, check))
        if not start.size:
            break
        at = _next_sign(data, at)
        on = at > 0
        start, size, at, check = (one[on] for one in (start, size, at, check))
        check = _checked(check, _VALUE[data[at]])
        at = at + 1
    return np.concatenate(found) if found else start


def _next_sign(data: npt.NDArray[np.uint8], at: _Ints) -> _Ints:
    """Where the next letter or digit is; 0 where too much stands before it."""
    at = at.copy()
    left = np.flatnonzero(~_SIGN[data[at]])
    for _ in range(_WIDEST_GAP):
        if not left.size:
            return at
        gap = _GAP[data[at[left]]]
        at[left[~gap]] = 0
        left = left[gap]
        at[left] += 1
        left = left[~_SIGN[data[at[left]]]]
    at[left] = 0
    return at


def _right(data: npt.NDArray[np.uint8], start: _Ints, check: _Ints) -> _Ints:
    """Those whose check digits are right; country and check digits are counted last."""
    for place in range(_HEAD):
        check = _checked(check, _VALUE[data[start + place]])
    right: _Ints = start[check == 1]
    return right


def _checked(check: _Ints, value: _Ints) -> _Ints:
    return (check * np.where(value > 9, 100, 10) + value) % 97
