"""What-if: which rows another version of the rules would judge differently, and for how much money."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.money import NO_CURRENCY
from opsrules.parameters.nearest import hint
from opsrules.rules.masks import is_among, unpacked
from opsrules.rules.reasons import deciding
from opsrules.rules.result import Result

if TYPE_CHECKING:
    import numpy.typing as npt

    Rows = npt.NDArray[np.intp]

__all__ = ["FALLS_IN", "FALLS_OUT", "Backtest", "money_of"]

FALLS_IN, FALLS_OUT = "falls in", "falls out"

_UNJUDGED = ("unjudged_before", "unjudged_after")
_COUNTS = ("before", "after", "falls_in", "falls_out", *_UNJUDGED, "rows")
_SUMMED_EXACTLY = 2.0**62


@dataclass(frozen=True)
class _Moves:
    """What becomes of one rule: rows that move, by direction, and how many fired or could not be judged."""

    rows: dict[str, Rows]
    fired: tuple[int, int]
    unjudged: tuple[int, int]


@dataclass(frozen=True)
class Backtest:
    """Two versions of a rule set over one table.

    A row moves only where both versions could judge it: what one of them could not judge neither fell in nor fell out.

    Attributes
    ----------
    before, after : Result
        What the rules say, and what the other rules would say.
    money : DataFrame
        One row per row of the table: amount_minor (int64, without sign) and currency.
    """

    before: Result
    after: Result
    money: pd.DataFrame

    @cached_property
    def _moves(self) -> dict[str, _Moves]:
        """What becomes of every rule of either version, by id."""
        ids = [rule.id for result in (self.before, self.after) for rule in result.rules]
        return {rule_id: self._moves_of(rule_id) for rule_id in dict.fromkeys(ids)}

    def _moves_of(self, rule_id: str) -> _Moves:
        old, new = _told(self.before, rule_id), _told(self.after, rule_id)
        rows = _set(old.bits ^ new.bits, len(self.money))
        rows = rows[~is_among(rows, old.unjudged) & ~is_among(rows, new.unjudged)]
        came = unpacked(new.bits, len(self.money))[rows] if len(rows) else np.zeros(0, dtype=np.bool_)
        moved = {FALLS_IN: rows[came], FALLS_OUT: rows[~came]}
        return _Moves(moved, (old.fired, new.fired), (len(old.unjudged), len(new.unjudged)))

    @cached_property
    def counts(self) -> pd.DataFrame:
        """One row per rule of either version, today's first.

        Columns: rule_id; before, after (rows on which it fires); falls_in, falls_out; unjudged_before, unjudged_after
        (rows that it, or a rule before it, could not judge: `Result.errors` lists them); rows (of the table);
        share_unjudged_before, share_unjudged_after (of these, 0 to 1).
        """
        records = [
            (rule_id, *one.fired, *map(len, one.rows.values()), *one.unjudged, len(self.money))
            for rule_id, one in self._moves.items()
        ]
        table = pd.DataFrame(records, columns=["rule_id", *_COUNTS])
        table = table.astype({"rule_id": "str"} | dict.fromkeys(_COUNTS, "int64"))
        return table.assign(**{f"share_{name}": table[name] / max(len(self.money), 1) for name in _UNJUDGED})

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Rows and money that move, by rule, direction and currency: rule_id, change, currency, rows, amount_minor.

        Currencies are never added; sums are exact. A row without a currency counts under XXX, ISO 4217's code for none.

        Raises
        ------
        OverflowError
            If a sum leaves 64 bits.
        """
        parts = [
            self._summed(rows).assign(rule_id=rule_id, change=change)
            for rule_id, one in self._moves.items()
            for change, rows in one.rows.items()
            if len(rows)
        ]
        names = ["rule_id", "change", "currency", "rows", "amount_minor"]
        table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)
        texts = dict.fromkeys(names[:3], "str")
        return table.reindex(columns=names).astype(texts | {"rows": "int64", "amount_minor": "int64"})

    def _summed(self, rows: Rows) -> pd.DataFrame:
        # What does not move is never looked at: to sort a million currencies takes longer than to judge the rows.
        moved = self.money.take(rows).astype({"currency": "object"}).fillna({"currency": NO_CURRENCY})
        if moved["amount_minor"].to_numpy().astype(np.float64).sum() >= _SUMMED_EXACTLY:
            msg = "the amounts that move add up to more than 64 bits hold"
            raise OverflowError(msg)
        grouped = moved.groupby("currency", sort=True)["amount_minor"]
        return grouped.agg(["size", "sum"]).reset_index().rename(columns={"size": "rows", "sum": "amount_minor"})

    def moved(self, rule_id: str, change: str) -> Rows:
        """Return the rows that move, ascending.

        Parameters
        ----------
        rule_id : str
        change : str
            `FALLS_IN` or `FALLS_OUT`.

        Raises
        ------
        KeyError
            If neither version has such a rule, or there is no such change.
        """
        if rule_id not in self._moves:
            msg = f"no rule {rule_id!r} in either version; {hint(rule_id, self._moves)}"
            raise KeyError(msg)
        if change not in (FALLS_IN, FALLS_OUT):
            msg = f"no change {change!r}: {FALLS_IN!r} or {FALLS_OUT!r}"
            raise KeyError(msg)
        return self._moves[rule_id].rows[change]

    def first(self, rule_id: str, change: str, most: int = 5) -> pd.DataFrame:
        """Why the first rows move: the conditions that decided, in each version that has the rule.

        Parameters
        ----------
        rule_id : str
        change : str
            `FALLS_IN` or `FALLS_OUT`.
        most : int
            Rows at the most, in the table's order.

        Returns
        -------
        DataFrame
            row, version ("before" or "after"), and the columns of `Result.why`; a row's old reasons before its new.
            Where an earlier row of the rule's decision table decided in its place, rule_id is that of the earlier one.

        Raises
        ------
        KeyError
            If neither version has such a rule, or there is no such change.
        """
        rows = self.moved(rule_id, change)[:most].tolist()
        told = [deciding(result, rule_id, rows) for result in (self.before, self.after)]
        parts = [part.assign(version=name) for name, part in zip(("before", "after"), told, strict=True)]
        table = pd.concat(parts, ignore_index=True).astype({"version": "str"})
        names = ["row", "version", *(name for name in table.columns if name not in ("row", "version"))]
        return table[names].sort_values("row", kind="stable", ignore_index=True)


@dataclass(frozen=True)
class _Told:
    """What one version says of a rule: bits of the rows on which it fires, and the rows that it could not judge."""

    bits: npt.NDArray[np.uint64]
    fired: int
    unjudged: Rows


def _told(result: Result, rule_id: str) -> _Told:
    """Return what a version says of a rule; one that it does not have fires nowhere, and judges everything."""
    judged = result.judged
    position = next((number for number, rule in enumerate(result.rules) if rule.id == rule_id), None)
    if position is None:
        return _Told(np.zeros((len(result.frame) + 63) // 64, dtype=np.uint64), 0, np.zeros(0, dtype=np.intp))
    unjudged = judged.failed_rows[judged.failed_rules <= position]
    return _Told(judged.bits[position], int(judged.counts[position]), unjudged)


def _set(bits: npt.NDArray[np.uint64], count: int) -> Rows:
    """Return the rows whose bits are set."""
    return np.flatnonzero(unpacked(bits, count)) if bits.any() else np.zeros(0, dtype=np.intp)


def money_of(frame: pd.DataFrame, amount: str, currency: str) -> pd.DataFrame:
    """Return the money at stake in each row: amount_minor without sign, and its currency.

    Raises
    ------
    ValueError
        If a column is not there, or an amount is no whole number of minor units.
    """
    if missing := [name for name in (amount, currency) if name not in frame]:
        msg = f"the table has no column {missing[0]!r}; its columns are {', '.join(map(str, frame.columns))}"
        raise ValueError(msg)
    return pd.DataFrame({"amount_minor": np.abs(_whole(frame[amount])), "currency": frame[currency].array})


def _whole(amounts: pd.Series[Any]) -> npt.NDArray[np.int64]:
    if isinstance(amounts.dtype, np.dtype) and amounts.dtype.kind == "i":
        return amounts.to_numpy(dtype=np.int64)
    values = amounts.tolist()
    for row, value in enumerate(values):
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            msg = f"column {amounts.name!r} has {value!r} in row {row}, expected whole minor units"
            raise ValueError(msg)  # noqa: TRY004 - a fault of the table, not of the call
    return np.array(values, dtype=np.int64)
