"""reconcile: ordered passes over two tables until every row is matched, open or excluded.

All work is done on integer positions and int64 amounts; ties are settled by content (day, then reference), never by row
order, so that shuffled rows give the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from opsrules.reconcile.matching import STATUSES, Matching
from opsrules.reconcile.spec import KeyPass, NearPass, Spec, WindowPass, tolerances

__all__ = ["COLUMNS", "reconcile"]

COLUMNS = ("ref", "key", "tag", "on", "currency", "amount_minor", "excluded", "source_file", "source_line")
"""What both tables must carry: natural key, matching key ("" for none), tag of window passes ("" for none), day,
currency, int64 amount on a common sign, exclusion rule ("" for in), and the evidence."""

_Ints = npt.NDArray[np.int64]


@dataclass
class _Work:
    """The state while the passes run; positions on the left come first in `status`, then those on the right."""

    left: pd.DataFrame
    right: pd.DataFrame
    status: npt.NDArray[np.object_] = field(init=False)
    rule: npt.NDArray[np.object_] = field(init=False)
    reason: npt.NDArray[np.object_] = field(init=False)
    group: _Ints = field(init=False)
    pair: _Ints = field(init=False)
    candidates: _Ints = field(init=False)
    groups: list[pd.DataFrame] = field(default_factory=list)
    pairs: int = 0

    def __post_init__(self) -> None:
        excluded = np.concatenate([self.left["excluded"].to_numpy(object), self.right["excluded"].to_numpy(object)])
        self.status = np.where(excluded == "", "open", "excluded").astype(object)
        self.rule = excluded
        self.reason = np.full(len(excluded), "", dtype=object)
        self.group = np.full(len(excluded), -1, dtype=np.int64)
        self.pair = np.full(len(excluded), -1, dtype=np.int64)
        self.candidates = np.zeros(len(excluded), dtype=np.int64)
        self.both = pd.concat([self.left[list(COLUMNS[:6])], self.right[list(COLUMNS[:6])]], ignore_index=True)
        self.amount = self.both["amount_minor"].to_numpy(np.int64)
        self.is_right = np.arange(len(excluded)) >= len(self.left)

    def free(self) -> npt.NDArray[np.bool_]:
        """Rows that are open and not yet held by a pair."""
        return np.asarray((self.status == "open") & (self.pair < 0))

    def match(self, at: _Ints, code: _Ints, rule: str) -> None:
        """Make each code's rows one confirmed group. `at` positions, `code` any grouping of them."""
        number, first = _renumber(code)
        start = sum(len(part) for part in self.groups)
        self.status[at], self.rule[at], self.group[at] = "matched", rule, number + start
        sides = {}
        for name, mask in (("left", ~self.is_right[at]), ("right", self.is_right[at])):
            sides[f"{name}_rows"] = np.bincount(number[mask], minlength=len(first))
            sides[f"{name}_minor"] = _sums(number[mask], self.amount[at][mask], len(first))
        frame = pd.DataFrame(
            {"rule": rule, "state": "confirmed", "currency": self.both["currency"].to_numpy()[at[first]]} | sides
        )
        frame["residual_minor"] = frame["right_minor"] - frame["left_minor"]
        self.groups.append(frame)

    def hold(self, at: _Ints, code: _Ints, rule: str, reason: str) -> None:
        """Keep each code's rows together as one break; they stay open."""
        number, first = _renumber(code)
        self.pair[at], self.rule[at], self.reason[at] = number + self.pairs, rule, reason
        self.pairs += len(first)


def _renumber(code: _Ints) -> tuple[_Ints, _Ints]:
    """Codes as 0..n-1 in order of value, and the position of each one's first row."""
    _, first, number = np.unique(code, return_index=True, return_inverse=True)
    return number.astype(np.int64), first.astype(np.int64)


def _sums(number: _Ints, amount: _Ints, size: int) -> _Ints:
    out = np.zeros(size, dtype=np.int64)
    np.add.at(out, number, amount)  # exact: bincount's weights would go through float64
    return out


def reconcile(left: pd.DataFrame, right: pd.DataFrame, spec: Spec) -> Matching:
    """Match two tables by the passes of `spec`.

    Parameters
    ----------
    left, right : DataFrame
        With the columns `COLUMNS`, RangeIndex; amounts of both sides on one sign, so that equal sums match.
    spec : Spec

    Returns
    -------
    Matching
        Every row of both tables is in it, matched, open or excluded; checked before it is returned.

    Raises
    ------
    ControlTotalsError
        If a row has no place or two.
    """
    work = _Work(left.reset_index(drop=True), right.reset_index(drop=True))
    for one in spec.passes:
        if isinstance(one, KeyPass):
            _key_pass(work, one)
        elif isinstance(one, WindowPass):
            _window_pass(work, one)
        else:
            _near_pass(work, one)
    _currency_pairs(work)
    rest = np.flatnonzero(work.free())
    alone = rest[work.reason[rest] == ""]
    work.hold(alone, alone, "", "missing")
    ambiguous = rest[work.reason[rest] == "ambiguous"]
    work.hold(ambiguous, ambiguous, "", "ambiguous")
    return _finish(work, spec)


def _finish(work: _Work, spec: Spec) -> Matching:
    status = pd.DataFrame(
        {
            "status": pd.Categorical(work.status, STATUSES),
            "rule": pd.Categorical(work.rule),
            "group": work.group,
            "pair": work.pair,
            "reason": pd.Categorical(work.reason),
            "candidates": work.candidates,
        }
    )
    size = len(work.left)
    groups = pd.concat(work.groups, ignore_index=True) if work.groups else _no_groups()
    matching = Matching(spec, work.left, work.right, status[:size].copy(), status[size:].reset_index(drop=True), groups)
    matching.check()
    return matching


def _no_groups() -> pd.DataFrame:
    text = {name: pd.Series([], dtype="str") for name in ("rule", "state", "currency")}
    numbers = ("left_rows", "left_minor", "right_rows", "right_minor", "residual_minor")
    return pd.DataFrame(text | {name: pd.Series([], dtype="int64") for name in numbers})


def _codes(work: _Work, at: _Ints, columns: list[str]) -> _Ints:
    """One number for each distinct combination of `columns` over the rows `at`."""
    code = np.zeros(len(at), dtype=np.int64)
    for name in columns:
        part, values = pd.factorize(work.both[name].to_numpy()[at])
        code = code * (len(values) + 1) + part
    return code


def _key_pass(work: _Work, spec: KeyPass) -> None:
    at = np.flatnonzero(work.free() & (work.both["key"].to_numpy() != ""))
    if not len(at):
        return
    number, first = _renumber(_codes(work, at, ["key", "currency"]))
    right = work.is_right[at]
    size = len(first)
    count_left, count_right = (np.bincount(number[mask], minlength=size) for mask in (~right, right))
    gap = _sums(number[right], work.amount[at[right]], size) - _sums(number[~right], work.amount[at[~right]], size)
    both = (count_left > 0) & (count_right > 0)
    within = tolerances(spec, work.both["currency"].to_numpy(dtype=object)[at[first]])
    agree = both & (np.abs(gap) <= within)
    taken = agree[number]
    if taken.any():
        work.match(at[taken], number[taken], spec.rule)
    apart = (both & ~agree)[number]
    if apart.any():
        _peel_extras(work, at[apart], number[apart], spec)


def _peel_extras(work: _Work, at: _Ints, number: _Ints, spec: KeyPass) -> None:
    """Among keys whose sums differ, match the earliest right row that alone equals the left; the others are extra."""
    rows = pd.DataFrame({"at": at, "code": number, "right": work.is_right[at], "amount": work.amount[at]})
    rows["on"] = work.both["on"].to_numpy()[at]
    rows["ref"] = work.both["ref"].to_numpy()[at]
    left_sum = rows[~rows["right"]].groupby("code")["amount"].sum()
    rows["gap"] = (rows["amount"] - rows["code"].map(left_sum)).abs()
    within = tolerances(spec, work.both["currency"].to_numpy(dtype=object)[at])
    alone = rows[rows["right"] & (rows["gap"] <= within)]
    chosen = alone.sort_values(["gap", "on", "ref"], kind="stable").drop_duplicates("code")
    solved = rows["code"].isin(chosen["code"])
    keep = rows[solved & (~rows["right"] | rows["at"].isin(chosen["at"]))]
    if len(keep):
        work.match(keep["at"].to_numpy(), keep["code"].to_numpy(), spec.rule)
    extra = rows[solved & ~rows["at"].isin(keep["at"])]
    work.hold(extra["at"].to_numpy(), extra["at"].to_numpy(), spec.rule, "extra")
    rest = rows[~solved]
    work.hold(rest["at"].to_numpy(), rest["code"].to_numpy(), spec.rule, "differs")


def _pairs_in_window(work: _Work, days: Mapping[str, tuple[int, int]]) -> pd.DataFrame:
    """All (left, right) positions of free tagged rows of one tag and currency whose days fit."""
    free = work.free() & work.both["tag"].isin(list(days)).to_numpy()
    rows = work.both[free].assign(at=np.flatnonzero(free))
    right = work.is_right[rows["at"].to_numpy()]
    pairs = rows[~right].merge(rows[right], on=["tag", "currency"], suffixes=("", "_right"))
    gap = (pairs["on_right"] - pairs["on"]).dt.days
    low, high = (pairs["tag"].map({tag: span[end] for tag, span in days.items()}).astype("int64") for end in (0, 1))
    fits: pd.DataFrame = pairs[(gap >= low) & (gap <= high)]
    return fits


def _mutual(pairs: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether each pair's rows have no other candidate."""
    return ~(pairs["at"].duplicated(keep=False) | pairs["at_right"].duplicated(keep=False)).to_numpy()


def _both_ends(pairs: pd.DataFrame) -> tuple[_Ints, _Ints]:
    ends = np.concatenate([pairs["at"].to_numpy(), pairs["at_right"].to_numpy()])
    return ends, np.tile(np.arange(len(pairs)), 2)


def _window_pass(work: _Work, spec: WindowPass) -> None:
    pairs = _pairs_in_window(work, spec.days)
    apart = (pairs["amount_minor_right"] - pairs["amount_minor"]).abs()
    pairs = pairs[(apart <= tolerances(spec, pairs["currency"].to_numpy(dtype=object))).to_numpy()]
    if pairs.empty:
        return
    for name in ("at", "at_right"):
        positions, counts = np.unique(pairs[name].to_numpy(), return_counts=True)
        work.candidates[positions] = counts
    sure = _mutual(pairs)
    if sure.any():
        work.match(*_both_ends(pairs[sure]), spec.rule)
    unsure = np.unique(_both_ends(pairs[~sure])[0])
    work.reason[unsure[work.status[unsure] == "open"]] = "ambiguous"


def _near_pass(work: _Work, spec: NearPass) -> None:
    pairs = _pairs_in_window(work, spec.days)
    apart = (pairs["amount_minor_right"] - pairs["amount_minor"]).abs()
    settled = (work.reason[pairs["at"].to_numpy()] == "") & (work.reason[pairs["at_right"].to_numpy()] == "")
    pairs = pairs[(apart * spec.most_apart <= pairs["amount_minor"].abs()) & settled]
    sure = pairs[_mutual(pairs)]
    work.hold(*_both_ends(sure), spec.rule, "differs")


def _currency_pairs(work: _Work) -> None:
    """Hold together what is left with one key but different currencies: one break, not two."""
    at = np.flatnonzero(work.free() & (work.both["key"].to_numpy() != ""))
    if not len(at):
        return
    number, first = _renumber(_codes(work, at, ["key"]))
    right = work.is_right[at]
    both = (np.bincount(number[right], minlength=len(first)) > 0) & (
        np.bincount(number[~right], minlength=len(first)) > 0
    )
    held = both[number]
    work.hold(at[held], number[held], "", "currency")
