"""Numbers for keys: rows of both sides with the same key have the same one.

A 64-bit hash of each text is numbered instead of the text, which is several times as fast; that texts with one number
are one text is then seen byte by byte. Where a hash ever stands for two texts, pandas numbers the texts themselves:
slower, with the same answer.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.captures import captured
from opsrules.reconcile.references import respelled
from opsrules.reconcile.spec import Patterns, Spelling
from opsrules.signs import Signs, signs_of

if TYPE_CHECKING:
    import numpy.typing as npt

    _Hashes = npt.NDArray[np.uint64]
    _Ints = npt.NDArray[np.int64]

__all__ = ["Keys", "Texts", "hashed"]

# Odd constants of Steele, Lea and Flood's SplitMix64 (2014): each multiplication spreads what the shifts fold.
_SPREAD, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_WORD, _HEAD = 8, 16
_MAKE = np.array(
    [
        ord("0") if chr(sign) in string.digits else ord("A") if chr(sign) in string.ascii_letters else sign
        for sign in range(256)
    ],
    dtype=np.uint8,
)
_BITS = 22  # of a hash, which few rows have in common by chance: a table of 4 MB


@dataclass(frozen=True)
class Texts:
    """Texts that can be numbered.

    Attributes
    ----------
    cells : LargeStringArray
    sizes : ndarray of int64
        Bytes of each.
    heads : ndarray of uint64, (texts, 2)
        The first 16 bytes of each, 0 behind its end: most keys are seen by them alone.
    hashes : ndarray of uint64
    """

    cells: pa.LargeStringArray
    sizes: _Ints
    heads: npt.NDArray[np.uint64]
    hashes: _Hashes

    @classmethod
    def of(cls, cells: pa.LargeStringArray) -> Texts:
        """Look at texts."""
        signs = signs_of(cells)
        if signs is None:
            nothing = np.zeros(len(cells), dtype=np.int64)
            return cls(cells, nothing, np.zeros((len(cells), 2), dtype=np.uint64), nothing.astype(np.uint64))
        sizes, heads = np.diff(signs.ends), _heads(signs)
        return cls(cells, sizes, heads, hashed(signs, sizes, heads))

    def take(self, at: _Ints) -> Texts:
        """Texts at these positions."""
        return Texts(self.cells.take(pa.array(at)), self.sizes[at], self.heads[at], self.hashes[at])

    def replaced(self, at: _Ints, new: Texts) -> Texts:
        """The same texts, with others at these positions."""
        mask = np.zeros(len(self.sizes), dtype=bool)
        mask[at] = True
        sizes, heads, hashes = self.sizes.copy(), self.heads.copy(), self.hashes.copy()
        sizes[at], heads[at], hashes[at] = new.sizes, new.heads, new.hashes
        return Texts(pc.replace_with_mask(self.cells, pa.array(mask), new.cells), sizes, heads, hashes)

    def numbers(self) -> tuple[_Ints, int]:
        """Number of each text, and how many there are: equal texts, and no others, have the same number."""
        numbers, found = pd.factorize(self.hashes)
        count = len(found)
        first = np.empty(count, dtype=np.int64)
        first[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)  # the last one written stays
        same = first[numbers]
        again = np.flatnonzero(same != np.arange(len(numbers)))
        if not self._are_one(again, same[again]):
            numbers, words = pd.factorize(pd.Series(self.cells, dtype="str"))
            count = len(words)
        return numbers, count

    def _are_one(self, these: _Ints, those: _Ints) -> bool:
        """Whether each of these texts is the other at the same place, to the byte."""
        sizes = self.sizes[these]
        if (sizes != self.sizes[those]).any() or (self.heads[these] != self.heads[those]).any():
            return False
        more = sizes > _HEAD
        if not more.any():
            return True
        both = (self.cells.take(pa.array(one[more])) for one in (these, those))
        return bool(pc.all(pc.equal(*both)).as_py())


class Keys:
    """The keys of all rows, left before right, in each spelling.

    Parameters
    ----------
    left, right : Series of str
    """

    def __init__(self, left: pd.Series[str], right: pd.Series[str]) -> None:
        pieces = [pa.array(one, type=pa.large_string(), from_pandas=True) for one in (left, right)]
        chunks = [chunk for one in pieces for chunk in (one.chunks if isinstance(one, pa.ChunkedArray) else [one])]
        self._size_left = len(left)
        self._texts: dict[Spelling | Patterns, Texts] = {Spelling.EXACT: Texts.of(pa.concat_arrays(chunks))}

    def _spelled(self, spelling: Spelling | Patterns) -> Texts:
        """Texts in that spelling; where it changes none, they are the same."""
        if isinstance(spelling, Patterns) and spelling not in self._texts:
            cells = self._spelled(Spelling.NORMALISED).cells
            sides = ((cells[: self._size_left], spelling.left), (cells[self._size_left :], spelling.right))
            taken = [captured(side, pattern, spelling.without) for side, pattern in sides]
            self._texts[spelling] = Texts.of(pa.concat_arrays(taken))
        elif spelling not in self._texts:
            texts = self._texts[Spelling.EXACT]
            at, new = respelled(texts.cells)
            self._texts[spelling] = texts.replaced(at, Texts.of(new)) if len(at) else texts
        return self._texts[spelling]

    def filled(self, spelling: Spelling | Patterns) -> npt.NDArray[np.bool_]:
        """Which rows have a key in that spelling."""
        return np.asarray(self._spelled(spelling).sizes > 0)

    def numbers(self, spelling: Spelling | Patterns, at: _Ints | None = None) -> tuple[_Ints, int]:
        """Number of each row's key, and above all of them one more; `at` picks rows by position."""
        texts = self._spelled(spelling)
        if at is not None and 2 * len(at) < len(texts.sizes):
            return texts.take(at).numbers()
        numbers, count = texts.numbers()  # to take most texts out costs more than to number all
        return (numbers if at is None else numbers[at]), count

    def among(self, spelling: Spelling | Patterns, these: _Ints, those: _Ints) -> npt.NDArray[np.bool_]:
        """Whether the key of each of `these` rows is that of any of `those` rows."""
        numbers, count = self.numbers(spelling, np.concatenate([these, those]))
        seen = np.zeros(count, dtype=bool)
        seen[numbers[len(these) :]] = True
        return np.asarray(seen[numbers[: len(these)]])

    def makes(self, at: _Ints) -> _Ints:
        """Number of how each row's key is made, in its normal spelling: all digits alike, and all letters of ASCII."""
        texts = self._spelled(Spelling.NORMALISED).take(at)
        signs = signs_of(texts.cells)
        if signs is None:
            return np.zeros(len(at), dtype=np.int64)
        made = pa.LargeStringArray.from_buffers(len(at), pa.py_buffer(signs.ends), pa.py_buffer(_MAKE[signs.data]))
        return Texts.of(made).numbers()[0]

    def alike(self, spelling: Spelling | Patterns, these: _Ints) -> _Ints:
        """Positions of all rows whose key may be that of one of `these`: none is missing."""
        spots = (self._spelled(spelling).hashes >> np.uint64(64 - _BITS)).astype(np.int64)
        seen = np.zeros(1 << _BITS, dtype=bool)
        seen[spots[these]] = True
        return np.flatnonzero(seen[spots])


def _heads(signs: Signs) -> npt.NDArray[np.uint64]:
    """The first bytes of each text, 0 behind its end, as two words."""
    sizes = np.diff(signs.ends)
    if (sizes == sizes[0]).all() and sizes[0]:
        whole = signs.data.reshape(len(sizes), -1)[:, :_HEAD]
        heads = np.zeros((len(sizes), _HEAD), dtype=np.uint8)
        heads[:, : whole.shape[1]] = whole
    else:
        behind = np.concatenate([signs.data, np.zeros(_HEAD, dtype=np.uint8)])
        heads = np.lib.stride_tricks.sliding_window_view(behind, _HEAD)[signs.ends[:-1]]
        heads *= np.arange(_HEAD) < sizes[:, None]
    return heads.view(np.uint64)


def hashed(signs: Signs, sizes: _Ints, heads: npt.NDArray[np.uint64]) -> _Hashes:
    """A 64-bit number for each text, from its bytes and how many they are."""
    hashes = sizes.astype(np.uint64) * _SPREAD
    for at in range(heads.shape[1]):
        _mix(hashes, heads[:, at])
    for size in np.unique(sizes[sizes > _HEAD]).tolist():
        alike = np.flatnonzero(sizes == size)
        rest = np.lib.stride_tricks.sliding_window_view(signs.data, size - _HEAD)[signs.ends[alike] + _HEAD]
        words: npt.NDArray[np.uint64] = np.pad(rest, ((0, 0), (0, -rest.shape[1] % _WORD))).view(np.uint64)
        some = hashes[alike]
        for at in range(words.shape[1]):
            _mix(some, words[:, at])
        hashes[alike] = some
    hashes *= _MIX
    hashes ^= hashes >> np.uint64(29)
    return hashes


def _mix(hashes: _Hashes, words: npt.NDArray[np.uint64]) -> None:
    """Take a further word of each text into its hash."""
    hashes ^= words
    hashes *= _SPREAD
    hashes ^= hashes >> np.uint64(32)
