"""The state of one leg while its passes run: whole numbers and positions, left rows first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.reconcile.keys import Keys
from opsrules.reconcile.labels import labelled
from opsrules.reconcile.numbers import dense, summed
from opsrules.reconcile.spec import Days, Spelling, Tolerance

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    _Bools = npt.NDArray[np.bool_]
    _Ints = npt.NDArray[np.int64]
    _Small = npt.NDArray[np.int32]

__all__ = ["REASONS", "STATES", "STATUSES", "Work"]

STATUSES = ("matched", "suggested", "ambiguous", "open", "excluded")
"""Where a row may be. Suggested and ambiguous rows wait for a person: they are open items as well."""

STATES = ("confirmed", "suggested")
"""What a group may be."""

REASONS = ("", "missing", "differs", "days", "extra", "currency", "sign", "exponent", "ambiguous", "suggested")
"""Why a row is an open item; "" where it is none."""

_MATCHED, _SUGGESTED, _AMBIGUOUS, _OPEN, _EXCLUDED = range(5)
_NO_DAY = np.iinfo(np.int64).min  # numpy's own number for no day


@dataclass(frozen=True)
class _Groups:
    """Groups of one pass, an entry each."""

    rule: int
    state: int
    currency: _Small
    rows: tuple[_Ints, _Ints]
    minor: tuple[_Ints, _Ints]


class Work:
    """Rows of both sides with what the passes made of them so far.

    Attributes
    ----------
    left, right : DataFrame
    size_left : int
        Positions below it are on the left.
    keys : Keys
    currency : ndarray of int32
        Numbers of `currencies`.
    amount : ndarray of int64
    status, rule, reason : ndarray
        Numbers of `STATUSES`, `rules` and `REASONS`.
    group, pair, candidates : ndarray of int32
    skipped : list of (str, str)
        Rules that were not tried, and why.
    """

    def __init__(self, left: pd.DataFrame, right: pd.DataFrame) -> None:
        self.left, self.right = left, right
        self.size_left, size = len(left), len(left) + len(right)
        self.currency, self.currencies = labelled(left["currency"], right["currency"])
        excluded, names = labelled(left["excluded"], right["excluded"])
        self.rules = ["", *(name for name in names if name)]
        self.rule = np.zeros(size, dtype=np.int16)
        if len(self.rules) > 1:
            self.rule = np.array([self.rules.index(name) for name in names], dtype=np.int16)[excluded]
        self.amount = np.concatenate([one["amount_minor"].to_numpy(np.int64) for one in (left, right)])
        self.status = np.where(self.rule == 0, np.int8(_OPEN), np.int8(_EXCLUDED))
        self.keys = Keys(left["key"], right["key"], self.rule == 0)
        self.reason = np.zeros(size, dtype=np.int8)
        self.group, self.pair = (np.full(size, -1, dtype=np.int32) for _ in range(2))
        self.candidates = np.zeros(size, dtype=np.int32)
        self.skipped: list[tuple[str, str]] = []
        self._free = np.arange(size)
        self._stale = True
        self._groups: list[_Groups] = []
        self._count, self.pairs = 0, 0

    @cached_property
    def day(self) -> _Ints:
        """Days since 1970 of all rows."""
        days = [one["on"].to_numpy().astype("datetime64[D]").astype(np.int64) for one in (self.left, self.right)]
        return np.concatenate(days)

    @cached_property
    def _tagged(self) -> tuple[_Small, list[str]]:
        """Tags of the rows that are in no group yet: those before them are asked for none."""
        at = np.flatnonzero((self.group < 0) & (self.status != _EXCLUDED))
        cut = int(np.searchsorted(at, self.size_left))
        found, names = labelled(self.left["tag"].iloc[at[:cut]], self.right["tag"].iloc[at[cut:] - self.size_left])
        tag = np.zeros(len(self.amount), dtype=np.int32)
        tag[at] = found
        return tag, names

    @property
    def tag(self) -> _Small:
        """Number of each row's tag, as far as it is in no group."""
        return self._tagged[0]

    @property
    def tags(self) -> list[str]:
        """The tags in order."""
        return self._tagged[1]

    @property
    def is_untouched(self) -> bool:
        """Whether no pass has placed any row yet."""
        return not self._groups and not self.pairs

    def free(self) -> _Ints:
        """Positions of the rows that no pass has placed yet."""
        if self._stale:
            at = self._free  # what was placed is never free again
            if len(at) == len(self.status):
                self._free = np.flatnonzero((self.status == _OPEN) & (self.pair < 0))
            else:
                self._free = at[(self.status[at] == _OPEN) & (self.pair[at] < 0)]
            self._stale = False
        return self._free

    def in_window(self, days: Mapping[str, Days]) -> tuple[_Ints, _Ints]:
        """Positions of the free rows, left and right, whose tag has days and that stand on one themselves.

        Right rows that name another left row are left out.
        """
        at = self.free()
        at = at[self.may_stand(at, days)]
        at = at[self.day[at] != _NO_DAY]
        left, right = at[at < self.size_left], at[at >= self.size_left]
        return left, right[~self._names_another(left, right)]

    def may_stand(self, at: _Ints, days: Mapping[str, Days]) -> _Bools:
        """Whether each row's tag has days; `at` are rows of no group."""
        tags = np.array([name in days for name in self.tags], dtype=bool)
        return np.asarray(tags[self.tag[at]]) if len(at) else np.zeros(0, dtype=bool)

    def _names_another(self, left: _Ints, right: _Ints) -> _Bools:
        """Whether each right row has a key that is made like one of the left rows of its tag and currency."""
        filled = self.keys.filled(Spelling.NORMALISED)
        named, known = filled[right], left[filled[left]]
        at = np.concatenate([known, right[named]])
        # Makes are numbered among all rows that were ever asked for, of which these may be few.
        kinds, count = dense(self.block(at) * len(self.tag) + self.keys.makes(at))
        seen = np.zeros(count, dtype=bool)
        seen[kinds[: len(known)]] = True
        out = np.zeros(len(right), dtype=bool)
        out[named] = seen[kinds[len(known) :]]
        return out

    def days_of(self, at: _Ints, days: Mapping[str, Days]) -> tuple[_Ints, _Ints]:
        """First and last day on which the right rows of these left rows may stand."""
        spans = np.array([days.get(name, (0, 0)) for name in self.tags], dtype=np.int64).reshape(-1, 2)
        low, high = spans[self.tag[at]].T
        return self.day[at] + low, self.day[at] + high

    def tolerated(self, tolerance: Tolerance, at: _Ints) -> _Ints:
        """Minor units by which these rows may differ."""
        by_currency = np.array([tolerance.of(name) for name in self.currencies], dtype=np.int64)
        return by_currency[self.currency[at]] if len(by_currency) else np.zeros(len(at), dtype=np.int64)

    def block(self, at: _Ints) -> _Ints:
        """One number for tag and currency of each row."""
        return self.tag[at].astype(np.int64) * len(self.currencies) + self.currency[at]

    def match_two(self, left: _Ints, right: _Ints, rule: str, *, confirmed: bool) -> None:
        """Make each left row and the right row at the same place a group."""
        one, nth = np.ones(len(left), dtype=np.int64), np.arange(len(left), dtype=np.int32)
        minor = (self.amount[left], self.amount[right])
        self._add(
            _Groups(self._rule(rule), 1 - confirmed, self.currency[left], (one, one), minor), (left, nth), (right, nth)
        )

    def match_many(self, at: _Ints, number: _Ints, count: int, rule: str, *, confirmed: bool) -> None:
        """Make the rows of each number (0 and up, none left out) a group."""
        right = at >= self.size_left
        currency = np.zeros(count, dtype=np.int32)
        currency[number] = self.currency[at]
        rows, minor = [], []
        for mask in (~right, right):
            rows.append(np.bincount(number[mask], minlength=count))
            minor.append(summed(number[mask], self.amount[at[mask]], count))
        groups = _Groups(self._rule(rule), 1 - confirmed, currency, (rows[0], rows[1]), (minor[0], minor[1]))
        self._add(groups, (at, number))

    def _add(self, groups: _Groups, *placed: tuple[_Ints, npt.NDArray[np.integer[Any]]]) -> None:
        """Add groups; `placed` are positions of rows and which of the new groups each belongs to."""
        for at, nth in placed:
            self.status[at] = _SUGGESTED if groups.state else _MATCHED
            self.rule[at] = groups.rule
            self.group[at] = nth + self._count if self._count else nth
            if groups.state:  # somebody has to look at all rows of the group together: they are one open item's
                self.reason[at] = REASONS.index("suggested")
                self.pair[at] = nth + self.pairs
        self._stale = True
        self._groups.append(groups)
        self._count += len(groups.currency)
        self.pairs += len(groups.currency) * groups.state

    def hold(self, at: _Ints, number: _Ints, rule: str, reason: str) -> None:
        """Keep the rows of each number together as one break."""
        numbers, count = dense(number)
        self.pair[at] = numbers + self.pairs
        self.pairs += count
        self._stale = True
        self.rule[at], self.reason[at] = self._rule(rule), REASONS.index(reason)
        if reason == "ambiguous":
            self.status[at] = _AMBIGUOUS

    def _rule(self, name: str) -> int:
        if name not in self.rules:
            self.rules.append(name)
        return self.rules.index(name)

    def statuses(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The status of every row, left and right, as `Matching` keeps it."""
        left, right = (self._statuses(part) for part in (slice(self.size_left), slice(self.size_left, None)))
        return left, right

    def _statuses(self, part: slice) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "status": _words(self.status[part], STATUSES),
                "rule": _words(self.rule[part], self.rules),
                "group": self.group[part],
                "pair": self.pair[part],
                "reason": _words(self.reason[part], REASONS),
                "candidates": self.candidates[part],
            },
            copy=False,
        )

    def groups(self) -> pd.DataFrame:
        """All groups, as `Matching` keeps them."""
        parts = self._groups
        sizes = [len(one.currency) for one in parts]

        def joined(arrays: Sequence[npt.NDArray[Any]], kind: type[np.integer[Any]]) -> npt.NDArray[Any]:
            return np.concatenate([np.zeros(0, dtype=kind), *arrays])

        left, right = (joined([one.minor[side] for one in parts], np.int64) for side in (0, 1))
        rows = [joined([one.rows[side] for one in parts], np.int64) for side in (0, 1)]
        return pd.DataFrame(
            {
                "rule": _words(np.repeat(np.array([one.rule for one in parts], dtype=np.int16), sizes), self.rules),
                "state": _words(np.repeat(np.array([one.state for one in parts], dtype=np.int8), sizes), STATES),
                "currency": _words(joined([one.currency for one in parts], np.int32), self.currencies),
                "left_rows": rows[0],
                "left_minor": left,
                "right_rows": rows[1],
                "right_minor": right,
                "residual_minor": right - left,
            },
            copy=False,
        )


def _words(codes: npt.NDArray[Any], words: Sequence[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, pd.Index(list(words), dtype="str"))


def _both(work: Work) -> tuple[pd.DataFrame, pd.DataFrame]:
    return work.left, work.right
