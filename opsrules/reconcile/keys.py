"""Numbers for keys: rows of both sides with the same key have the same one.

A 64-bit hash of each text is numbered instead of the text, which is twice as fast; that texts with one number are one
text is then seen byte by byte. Where a hash ever stands for two texts, pandas numbers the texts themselves: slower,
with the same answer.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.reconcile.references import respelled
from opsrules.reconcile.spec import Spelling
from opsrules.signs import signs_of

if TYPE_CHECKING:
    import numpy.typing as npt

    _Hashes = npt.NDArray[np.uint64]
    _Ints = npt.NDArray[np.int64]

__all__ = ["Keys", "hashed", "numbered"]

# Odd constants of Steele, Lea and Flood's SplitMix64 (2014): each multiplication spreads what the shifts fold.
_SPREAD, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_WORD = 8
_MAKE = np.array(
    [
        ord("0") if chr(sign) in string.digits else ord("A") if chr(sign) in string.ascii_letters else sign
        for sign in range(256)
    ],
    dtype=np.uint8,
)
_BITS = 22  # of a hash, which few rows have in common by chance: a table of 4 MB


class Keys:
    """The keys of all rows, left before right, in each spelling.

    Parameters
    ----------
    left, right : Series of str
    """

    def __init__(self, left: pd.Series[str], right: pd.Series[str]) -> None:
        pieces = [pa.array(one, type=pa.large_string(), from_pandas=True) for one in (left, right)]
        chunks = [chunk for one in pieces for chunk in (one.chunks if isinstance(one, pa.ChunkedArray) else [one])]
        self._texts = {Spelling.EXACT: pa.concat_arrays(chunks)}
        self._hashes = {Spelling.EXACT: hashed(self._texts[Spelling.EXACT])}
        self._filled: dict[Spelling, npt.NDArray[np.bool_]] = {}

    def _spell(self, spelling: Spelling) -> None:
        """Have texts and hashes in that spelling; they share what the spelling does not change."""
        if spelling in self._texts:
            return
        texts, hashes = self._texts[Spelling.EXACT], self._hashes[Spelling.EXACT]
        at, new = respelled(texts)
        if len(at):
            mask = np.zeros(len(texts), dtype=bool)
            mask[at] = True
            texts = pc.replace_with_mask(texts, pa.array(mask), new)
            hashes = hashes.copy()
            hashes[at] = hashed(new)
        self._texts[spelling], self._hashes[spelling] = texts, hashes

    def filled(self, spelling: Spelling) -> npt.NDArray[np.bool_]:
        """Which rows have a key in that spelling."""
        self._spell(spelling)
        if spelling not in self._filled:
            self._filled[spelling] = np.asarray(pc.greater(pc.binary_length(self._texts[spelling]), 0))
        return self._filled[spelling]

    def numbers(self, spelling: Spelling, at: _Ints | None = None) -> tuple[_Ints, int]:
        """Number of each row's key, 0 and up, and how many there are; `at` picks rows by position."""
        self._spell(spelling)
        texts, hashes = self._texts[spelling], self._hashes[spelling]
        return numbered(texts, hashes) if at is None else numbered(texts.take(pa.array(at)), hashes[at])

    def among(self, spelling: Spelling, these: _Ints, those: _Ints) -> npt.NDArray[np.bool_]:
        """Whether the key of each of `these` rows is that of any of `those` rows."""
        numbers, count = self.numbers(spelling, np.concatenate([these, those]))
        seen = np.zeros(count, dtype=bool)
        seen[numbers[len(these) :]] = True
        return np.asarray(seen[numbers[: len(these)]])

    def makes(self, at: _Ints) -> _Ints:
        """Number of how each row's key is made, in its normal spelling: all digits alike, and all letters of ASCII."""
        self._spell(Spelling.NORMALISED)
        texts = self._texts[Spelling.NORMALISED].take(pa.array(at))
        signs = signs_of(texts)
        if signs is None:
            return np.zeros(len(at), dtype=np.int64)
        made = pa.LargeStringArray.from_buffers(len(at), pa.py_buffer(signs.ends), pa.py_buffer(_MAKE[signs.data]))
        return numbered(made, hashed(made))[0]

    def alike(self, spelling: Spelling, these: _Ints) -> _Ints:
        """Positions of all rows whose key may be that of one of `these`: none is missing."""
        self._spell(spelling)
        spots = (self._hashes[spelling] >> np.uint64(64 - _BITS)).astype(np.int64)
        seen = np.zeros(1 << _BITS, dtype=bool)
        seen[spots[these]] = True
        return np.flatnonzero(seen[spots])


def numbered(texts: pa.LargeStringArray, hashes: _Hashes) -> tuple[_Ints, int]:
    """Number of each text, and how many there are: equal texts, and no others, have the same number."""
    numbers, found = pd.factorize(hashes)
    count = len(found)
    first = np.empty(count, dtype=np.int64)
    first[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)  # the last one written stays
    again = np.flatnonzero(first[numbers] != np.arange(len(numbers)))
    same = pc.all(pc.equal(_taken(texts, again), texts.take(pa.array(first[numbers[again]]))))
    if same.as_py() is False:
        numbers, words = pd.factorize(pd.Series(texts, dtype="str"))
        count = len(words)
    return numbers, count


def _taken(texts: pa.LargeStringArray, at: _Ints) -> pa.LargeStringArray:
    if len(at) and at[-1] - at[0] + 1 == len(at):
        return texts.slice(int(at[0]), len(at))
    return texts.take(pa.array(at))


def hashed(texts: pa.LargeStringArray) -> _Hashes:
    """A 64-bit number for each text, from its bytes and their number."""
    out = np.zeros(len(texts), dtype=np.uint64)
    signs = signs_of(texts)
    if signs is None:
        return out
    sizes = np.diff(signs.ends)
    for size in np.flatnonzero(np.bincount(sizes)).tolist():
        alike = np.flatnonzero(sizes == size)
        if not size:
            continue
        if len(alike) == len(out):
            return _mixed(signs.data.reshape(-1, size))
        starts = signs.ends[alike]
        windows = np.lib.stride_tricks.sliding_window_view(signs.data, size)
        out[alike] = _mixed(windows[starts])
    return out


def _mixed(texts: npt.NDArray[np.uint8]) -> _Hashes:
    """Hash of texts of one length, a row each."""
    rows, size = texts.shape
    hashes = np.full(rows, (size * int(_SPREAD)) % 2**64, dtype=np.uint64)
    for start in range(0, size, _WORD):
        word = texts[:, start : start + _WORD]
        if word.shape[1] < _WORD:
            word = np.pad(word, ((0, 0), (0, _WORD - word.shape[1])))
        hashes ^= np.ascontiguousarray(word).view(np.uint64).ravel()
        hashes *= _SPREAD
        hashes ^= hashes >> np.uint64(32)
    hashes *= _MIX
    hashes ^= hashes >> np.uint64(29)
    return hashes
