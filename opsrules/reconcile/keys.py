"""Numbers for keys: rows of both sides with the same key have the same one.

A 64-bit hash of each text is sorted, with the row's position in its low bits, instead of the texts, which is several
times as fast. Every text is then compared, word by word, with the first one of its hash; where a hash stands for two
texts, pandas numbers the texts themselves: slower, with the same answer.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.captures import captured
from opsrules.reconcile.numbers import dense
from opsrules.reconcile.references import respelled
from opsrules.reconcile.spec import Patterns, Spelling
from opsrules.signs import pieces_of, signs_of

if TYPE_CHECKING:
    import numpy.typing as npt

    _Bools = npt.NDArray[np.bool_]
    _Ints = npt.NDArray[np.int64]
    _Words = npt.NDArray[np.uint64]

__all__ = ["Keys", "Numbered", "Texts", "hashed"]

# Odd constants of Steele, Lea and Flood's SplitMix64 (2014): each multiplication spreads what the shifts fold.
_SPREAD, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_WORD = 8
_AT_ONCE = 1 << 14  # texts looked at together: their words stay near the processor
_MAKE = np.array(
    [
        ord("0") if chr(sign) in string.digits else ord("A") if chr(sign) in string.ascii_letters else sign
        for sign in range(256)
    ],
    dtype=np.uint8,
)


@dataclass(frozen=True)
class Numbered:
    """Texts of which it is known which are equal.

    Attributes
    ----------
    firsts : ndarray of int32
        Position of the first text that each one is equal to; of those that were not asked for, their own.
    pairs : tuple of two ndarrays of int64, or None
        Positions of the left and right texts that are equal to each other and to no further one, in order of the left;
        None where they would have to be looked for.
    """

    firsts: npt.NDArray[np.int32]
    pairs: tuple[_Ints, _Ints] | None


@dataclass(frozen=True)
class Texts:
    """Texts that can be numbered.

    Attributes
    ----------
    data : ndarray of uint8
        The bytes of all texts, one behind the other, and one word of zeros.
    ends : ndarray of int64
        Where each text starts in them, and where the last one ends: one more than there are texts.
    """

    data: npt.NDArray[np.uint8]
    ends: _Ints

    @classmethod
    def of(cls, *pieces: pa.LargeStringArray) -> Texts:
        """Texts of these columns, one behind the other; a missing text is an empty one."""
        data, ends, size = [], [np.zeros(1, dtype=np.int64)], 0
        for piece in pieces:
            signs = signs_of(piece.fill_null("") if piece.null_count else piece)
            if signs is not None:
                data.append(signs.data)
                ends.append(signs.ends[1:] + size if size else signs.ends[1:])
                size += len(signs.data)
        return cls(np.concatenate([*data, np.zeros(_WORD, dtype=np.uint8)]), np.concatenate(ends))

    @cached_property
    def sizes(self) -> _Ints:
        """Bytes of each text."""
        return np.diff(self.ends)

    @cached_property
    def filled(self) -> _Bools:
        """Which texts have any sign."""
        return np.asarray(self.sizes > 0)

    @property
    def cells(self) -> pa.LargeStringArray:
        """The same texts as a column, in the same memory."""
        return pa.LargeStringArray.from_buffers(len(self.sizes), pa.py_buffer(self.ends), pa.py_buffer(self.data))

    def replaced(self, at: _Ints, new: pa.LargeStringArray) -> Texts:
        """The same texts, with others at these positions."""
        mask = np.zeros(len(self.sizes), dtype=bool)
        mask[at] = True
        return Texts.of(pc.replace_with_mask(self.cells, pa.array(mask), new))

    def numbered(self, at: _Ints | None = None, cut: int = 0) -> Numbered:
        """Number the texts at these positions, all when None; those before `cut` are the left ones."""
        size = len(self.sizes)
        low = np.uint64((1 << max(size - 1, 1).bit_length()) - 1)
        heads = np.empty((size, 2), dtype=np.uint64)
        spots = self._spots(at, low, heads)
        spots.sort()
        begins = np.ones(len(spots) + 1, dtype=bool)
        for start in range(1, len(spots), _AT_ONCE):
            stop = min(start + _AT_ONCE, len(spots))
            np.greater(spots[start:stop] ^ spots[start - 1 : stop - 1], low, out=begins[start:stop])
        spots &= low
        place = spots.view(np.int64)
        between = begins[:-2] & begins[2:]
        second = np.flatnonzero(between & ~begins[1:-1]) + 1
        ours, theirs = place[second - 1], place[second]
        firsts = np.arange(size, dtype=np.int32)
        firsts[theirs] = ours
        more = np.flatnonzero(~(between | begins[1:-1])) + 1
        if len(more):
            head = np.flatnonzero(begins)
            firsts[place[more]] = place[head[np.searchsorted(head, more) - 1]]
        if self._part(firsts, heads):
            return Numbered(firsts, None)
        partner = np.full(cut, -1, dtype=np.int32)
        across = (ours < cut) & (theirs >= cut)
        if not across.all():
            ours, theirs = ours[across], theirs[across]
        partner[ours] = theirs
        left = np.flatnonzero(partner >= 0)
        return Numbered(firsts, (left, partner[left].astype(np.int64)))

    def _spots(self, at: _Ints | None, low: np.uint64, heads: _Words) -> _Words:
        """Hash of each text, with its position in the low bits; its first words go into `heads`."""
        out = np.empty(len(self.sizes) if at is None else len(at), dtype=np.uint64)
        for start in range(0, len(out), _AT_ONCE):
            part = slice(start, min(start + _AT_ONCE, len(out)))
            asked = part if at is None else at[part]
            words = list(self.words(asked))
            for place, (_, found) in enumerate(words[:2]):
                heads[asked, place] = found
            spots = hashed(self.sizes[asked], words) & ~low
            spots |= (np.arange(part.start, part.stop) if at is None else at[part]).view(np.uint64)
            out[part] = spots
        return out

    def _part(self, firsts: npt.NDArray[np.int32], heads: _Words) -> bool:
        """Let pandas number what has one hash and is not one text; whether there is any."""
        mixed = np.zeros(len(firsts), dtype=bool)
        for start in range(0, len(firsts), _AT_ONCE):
            part = firsts[start : start + _AT_ONCE]
            these = np.flatnonzero(part != np.arange(start, start + len(part), dtype=np.int32))
            those = part[these].astype(np.int64)
            mixed[those[self._differ(these + start, those, heads)]] = True
        found = bool(mixed.any())
        if found:
            rows = np.flatnonzero(mixed[firsts])
            numbers, _ = pd.factorize(pd.Series(self.cells.take(pa.array(rows)), dtype="str"))
            first = np.empty(len(rows), dtype=np.int32)
            first[numbers[::-1]] = rows[::-1]  # the last one written stays
            firsts[rows] = first[numbers]
        return found

    def _differ(self, these: _Ints, those: _Ints, heads: _Words) -> _Bools:
        """Whether each of these texts is another than the one at the same place."""
        apart = heads.take(those, axis=0)
        apart ^= heads.take(these, axis=0)
        short, others = self._shorts[these], self._shorts[those]
        differ = np.asarray((apart[:, 0] | apart[:, 1] | (short ^ others)) != 0)
        more = np.flatnonzero((short > 2 * _WORD) & ~differ)
        if len(more):
            sizes = self.sizes[these[more]]
            differ[more] = sizes != self.sizes[those[more]]
            more = more[~differ[more]]
            both = (self.words(one[more]) for one in (these, those))
            for (at, mine), (_, theirs) in zip(*both, strict=True):
                differ[more[at]] |= mine != theirs
        return differ

    @cached_property
    def _shorts(self) -> npt.NDArray[np.uint8]:
        """Sizes, those above 255 as 255."""
        return np.minimum(self.sizes, 255).astype(np.uint8)

    def words(self, at: _Ints | slice) -> Iterator[tuple[_Ints | slice, _Words]]:
        """Bytes of these texts, eight at a time: the first, the last, those between, and which texts have them.

        Texts of one size are equal where all of these are.
        """
        starts, sizes = self.ends[:-1][at], self.sizes[at]
        if not len(sizes):
            return
        view: _Words = np.ndarray(len(self.data) - _WORD + 1, dtype="<u8", buffer=self.data, strides=(1,))
        every = slice(None)
        size = int(sizes[0])
        if isinstance(at, slice) and size >= _WORD and (sizes == size).all():  # each step is as wide as a text
            begin, end = int(starts[0]), int(starts[-1])
            for step in (0, size - _WORD, *range(_WORD, size - _WORD, _WORD)):
                yield every, view[begin + step : end + step + 1 : size]
            return
        short = np.flatnonzero(sizes < _WORD)
        fill = (np.uint64(1) << (_WORD * sizes[short]).astype(np.uint64)) - np.uint64(1)
        # The last word reaches back into the one before it.
        for step in (0, np.maximum(sizes - _WORD, 0)):
            found = view[starts + step]
            found[short] &= fill
            yield every, found
        step = _WORD
        more = np.flatnonzero(sizes > 2 * _WORD)
        while len(more):
            yield more, view[starts[more] + step]
            step += _WORD
            more = more[sizes[more] > step + _WORD]


class Keys:
    """The keys of all rows, left before right, in each spelling.

    Parameters
    ----------
    left, right : Series of str
    among : ndarray of bool
        Which of the rows anything is asked about.
    """

    def __init__(self, left: pd.Series[str], right: pd.Series[str], among: _Bools) -> None:
        exact = Texts.of(*pieces_of(left), *pieces_of(right))
        self._texts: dict[Spelling | Patterns, Texts] = {Spelling.EXACT: exact}
        self._among = among
        self._cut = len(left)
        self._numbered: dict[Spelling | Patterns, Numbered] = {}
        self._made = np.full(len(among), -1, dtype=np.int32)

    def _spelled(self, spelling: Spelling | Patterns) -> Texts:
        """Texts in that spelling; where it changes none, they are the same."""
        if isinstance(spelling, Patterns) and spelling not in self._texts:
            cells = self._spelled(Spelling.NORMALISED).cells
            sides = ((cells[: self._cut], spelling.left), (cells[self._cut :], spelling.right))
            self._texts[spelling] = Texts.of(*(captured(side, one, spelling.without) for side, one in sides))
        elif spelling not in self._texts:
            texts = self._texts[Spelling.EXACT]
            at, new = respelled(texts.cells)
            self._texts[spelling] = texts.replaced(at, new) if len(at) else texts
        return self._texts[spelling]

    def same(self, one: Spelling | Patterns, other: Spelling | Patterns) -> bool:
        """Whether no key is written otherwise in one spelling than in the other."""
        return self._spelled(one) is self._spelled(other)

    def filled(self, spelling: Spelling | Patterns) -> _Bools:
        """Which rows have a key in that spelling."""
        return self._spelled(spelling).filled

    def _number(self, spelling: Spelling | Patterns) -> Numbered:
        if spelling not in self._numbered:
            texts = self._spelled(spelling)
            known = [found for one, found in self._numbered.items() if self._texts[one] is texts]
            asked = self._among & texts.filled
            at = None if asked.all() else np.flatnonzero(asked)
            self._numbered[spelling] = known[0] if known else texts.numbered(at, self._cut)
        return self._numbered[spelling]

    def firsts(self, spelling: Spelling | Patterns) -> npt.NDArray[np.int32]:
        """Position of the first row with each row's key; rows without a key have their own."""
        return self._number(spelling).firsts

    def pairs(self, spelling: Spelling | Patterns) -> tuple[_Ints, _Ints] | None:
        """Positions of left and right rows that have a key together and with no further row; None if unknown."""
        return self._number(spelling).pairs

    def numbers(self, spelling: Spelling | Patterns, at: _Ints) -> tuple[_Ints, int]:
        """Number of the key of each row at these positions, in the order of their first rows; and one above all."""
        return dense(self.firsts(spelling)[at].astype(np.int64))

    def makes(self, at: _Ints) -> _Ints:
        """Number of how each row's key is made, in its normal spelling: all digits alike, and all letters of ASCII."""
        if (self._made[at] < 0).any():
            texts = self._spelled(Spelling.NORMALISED).cells.take(pa.array(at))
            self._made[:] = -1
            self._made[at] = _made(texts)
        return self._made[at].astype(np.int64)


def _made(texts: pa.LargeStringArray) -> npt.NDArray[np.int32]:
    signs = signs_of(texts)
    if signs is None:
        return np.zeros(0, dtype=np.int32)
    made = pa.LargeStringArray.from_buffers(len(texts), pa.py_buffer(signs.ends), pa.py_buffer(_MAKE[signs.data]))
    return Texts.of(made).numbered().firsts


def hashed(sizes: _Ints, words: Iterable[tuple[_Ints | slice, _Words]]) -> _Words:
    """A 64-bit number for each text, from its bytes and how many they are."""
    hashes = sizes.astype(np.uint64)
    hashes *= _SPREAD
    for at, some in words:
        mixed = hashes[at] ^ some
        mixed *= _SPREAD
        mixed ^= mixed >> np.uint64(32)
        hashes[at] = mixed
    hashes *= _MIX
    return hashes
