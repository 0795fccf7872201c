"""Rows laid out by block, amount and day, so that those in a window are found without comparing each with each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]

__all__ = ["Found", "Shelf"]


@dataclass(frozen=True)
class Found:
    """Runs of rows on a shelf: which question each answers, its first row and the one behind its last."""

    asked: _Ints
    begin: _Ints
    end: _Ints

    def counts(self, questions: int) -> _Ints:
        """How many rows answer each question."""
        out = np.zeros(questions, dtype=np.int64)
        np.add.at(out, self.asked, self.end - self.begin)
        return out

    def only(self, questions: int) -> _Ints:
        """Place in the shelf's order of a row that answers each question; -1 where none does."""
        out = np.full(questions, -1, dtype=np.int64)
        some = self.end > self.begin
        out[self.asked[some]] = self.begin[some]
        return out

    def rows(self, order: _Ints) -> tuple[_Ints, _Ints]:
        """Every answer by itself: the question, and the row as `order` names it."""
        runs = self.end - self.begin
        behind = np.arange(int(runs.sum())) - np.repeat(np.cumsum(runs) - runs, runs)
        return np.repeat(self.asked, runs), order[np.repeat(self.begin, runs) + behind]

    def times(self, rows: int) -> _Ints:
        """How many questions each row of the shelf's order answers."""
        steps = np.zeros(rows + 1, dtype=np.int64)
        np.add.at(steps, self.begin, 1)
        np.add.at(steps, self.end, -1)
        return np.cumsum(steps[:-1])


class Shelf:
    """Rows to look among, in order of block, amount and day.

    Parameters
    ----------
    block, amount, day : ndarray of int64
        Of each row: a number for what must be equal (tag and currency), minor units, days since 1970.
    """

    def __init__(self, block: _Ints, amount: _Ints, day: _Ints) -> None:
        self._amounts, rank = np.unique(amount, return_inverse=True)
        self._width = len(self._amounts) + 1
        spot = block * self._width + rank
        self.order = np.lexsort((day, spot))
        self._spots, place = np.unique(spot, return_inverse=True)
        self._first, self._days = (int(day.min()), int(np.ptp(day)) + 1) if len(day) else (0, 1)
        self._line = (place * self._days + day - self._first)[self.order]

    def find(self, block: _Ints, low: _Ints, high: _Ints, since: _Ints, until: _Ints) -> Found:
        """Rows of these blocks with an amount from `low` to `high` and a day from `since` to `until`.

        An entry of the arguments is one question; the answer has a run of rows in `order` for each amount that any
        row of its block has.
        """
        start = np.searchsorted(self._spots, block * self._width + np.searchsorted(self._amounts, low))
        stop = np.searchsorted(self._spots, block * self._width + np.searchsorted(self._amounts, high, side="right"))
        runs = stop - start
        asked = np.repeat(np.arange(len(block)), runs)
        spot = np.arange(len(asked)) - np.repeat(np.cumsum(runs) - runs, runs) + start[asked]
        since = np.clip(since - self._first, 0, self._days)
        until = np.clip(until - self._first, -1, self._days - 1)
        begin = np.searchsorted(self._line, spot * self._days + since[asked])
        end = np.searchsorted(self._line, spot * self._days + until[asked], side="right")
        return Found(asked, begin, np.maximum(begin, end))
