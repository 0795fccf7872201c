"""What-if: which rows another version of the rules would judge differently, and for how much money."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.rules.result import Result

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["FALLS_IN", "FALLS_OUT", "Backtest"]

FALLS_IN, FALLS_OUT = "falls in", "falls out"


@dataclass(frozen=True)
class Backtest:
    """Two versions of a rule set over one table.

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
    def _ids(self) -> list[str]:
        ids = [rule.id for rule in self.before.rules] + [rule.id for rule in self.after.rules]
        return list(dict.fromkeys(ids))

    def _mask(self, result: Result, rule_id: str) -> npt.NDArray[np.bool_]:
        if any(rule.id == rule_id for rule in result.rules):
            return result.mask(rule_id)
        return np.zeros(len(self.money), dtype=np.bool_)

    def _moved(self, rule_id: str) -> dict[str, npt.NDArray[np.bool_]]:
        old, new = self._mask(self.before, rule_id), self._mask(self.after, rule_id)
        return {FALLS_IN: new & ~old, FALLS_OUT: old & ~new}

    @cached_property
    def counts(self) -> pd.DataFrame:
        """One row per rule of either version: rule_id, before, after, falls_in, falls_out, rows of the table.

        Rows that a rule could not judge are in neither count; ``errors`` of `before` and `after` list them.
        """
        records = []
        for rule_id in self._ids:
            old, new = self._mask(self.before, rule_id), self._mask(self.after, rule_id)
            moved = self._moved(rule_id)
            records.append((rule_id, old.sum(), new.sum(), moved[FALLS_IN].sum(), moved[FALLS_OUT].sum()))
        names = ["rule_id", "before", "after", "falls_in", "falls_out"]
        return pd.DataFrame(records, columns=names).astype({"rule_id": "str"} | dict.fromkeys(names[1:], "int64"))

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Rows and money that move, by rule, direction and currency: rule_id, change, currency, rows, amount_minor.

        Currencies are never added; sums are exact.
        """
        parts = []
        for rule_id in self._ids:
            for change, mask in self._moved(rule_id).items():
                summed = self.money[mask].groupby("currency", sort=True)["amount_minor"].agg(["size", "sum"])
                parts.append(summed.reset_index().assign(rule_id=rule_id, change=change))
        table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["currency", "size", "sum"])
        table = table.rename(columns={"size": "rows", "sum": "amount_minor"})
        names = ["rule_id", "change", "currency", "rows", "amount_minor"]
        texts = dict.fromkeys(names[:3], "str")
        return table.reindex(columns=names).astype(texts | {"rows": "int64", "amount_minor": "int64"})

    def first(self, rule_id: str, change: str, most: int = 5) -> pd.DataFrame:
        """Conditions of the first rows that move, as `Result.why` tells them, by the version that fires on them.

        Parameters
        ----------
        rule_id : str
        change : str
            `FALLS_IN` or `FALLS_OUT`.
        most : int
            Rows at the most, in the table's order.

        Raises
        ------
        KeyError
            If neither version has such a rule, or there is no such change.
        """
        if rule_id not in self._ids or change not in (FALLS_IN, FALLS_OUT):
            msg = f"no rule {rule_id!r} in either version, or no change {change!r}: {FALLS_IN!r} or {FALLS_OUT!r}"
            raise KeyError(msg)
        rows = np.flatnonzero(self._moved(rule_id)[change])[:most].tolist()
        told = (self.after if change == FALLS_IN else self.before).why(rows)
        return told[told["rule_id"] == rule_id].reset_index(drop=True)
