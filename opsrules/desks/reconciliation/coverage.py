"""Which rows a leg leaves out, by named rule, before and after matching."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from opsrules.desks.reconciliation.model import Ask
from opsrules.reconcile import STATUSES, Matching
from opsrules.story import CARRIED
from opsrules.terms import Exclusion

__all__ = ["LegResult", "among", "first_match", "scoped"]


def among(values: pd.Series[str], those: pd.Series[str]) -> npt.NDArray[np.bool_]:
    """Whether each value is one of `those`; pandas' own isin on Arrow text is many times slower."""
    known = pd.Index(those.to_numpy(dtype=object)).unique()
    return np.asarray(known.get_indexer(pd.Index(values.to_numpy(dtype=object))) >= 0)


def first_match(size: int, rules: list[tuple[Exclusion, pd.Series[bool] | npt.NDArray[np.bool_]]]) -> pd.Series[str]:
    """The first rule that holds for each row, "" where none does."""
    out = np.full(size, "", dtype=object)
    for name, holds in rules:
        out[(out == "") & np.asarray(holds, dtype=bool)] = name.value
    return pd.Series(out, dtype="str")


@dataclass(frozen=True)
class LegResult:
    """One leg, matched over all that was read and then seen from the period.

    Attributes
    ----------
    matching : Matching
        Over every row up to the as-of day.
    left, right : DataFrame
        As the matching's statuses, with rows outside the period excluded by a named rule.
    """

    matching: Matching
    left: pd.DataFrame
    right: pd.DataFrame

    def side(self, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The table and the status of one side, "left" or "right"."""
        return (self.matching.left, self.left) if name == "left" else (self.matching.right, self.right)


def scoped(matching: Matching, ask: Ask) -> LegResult:
    """The leg seen from the period: what lies outside it is excluded by a named rule.

    Rows after the period may have cleared earlier items but are not counted themselves; rows before it are left out
    when settled and stay open when not, unless they are older than anything the other side's exports cover.
    """
    return LegResult(
        matching, _scoped_side(matching, ask, "left", "right"), _scoped_side(matching, ask, "right", "left")
    )


def _scoped_side(matching: Matching, ask: Ask, side: str, other: str) -> pd.DataFrame:
    table, status = matching.side(side)
    day, state = table["on"], status["status"].to_numpy()
    first, last = pd.Timestamp(ask.period.first), pd.Timestamp(ask.period.last)
    covered = _first_day(matching.side(other)[0])
    alone = (status["reason"] == "missing").to_numpy()
    out = first_match(
        len(table),
        [
            (Exclusion.AFTER_PERIOD, (state != "excluded") & (day > last).to_numpy()),
            (Exclusion.BEFORE_PERIOD, (state == "matched") & (day < first).to_numpy()),
            (Exclusion.BEFORE_COVERAGE, alone & (day < first).to_numpy() & (day < covered).to_numpy()),
        ],
    ).to_numpy()
    rule = np.where(out == "", status["rule"].to_numpy(), out)
    return status.assign(
        status=pd.Categorical(np.where(out == "", state, "excluded"), STATUSES), rule=pd.Categorical(rule)
    )


def _first_day(table: pd.DataFrame) -> pd.Timestamp:
    """First day that this side's exports cover, whatever the rows are; far future when there are none."""
    days = table.loc[table["source"] != CARRIED, "on"]
    return days.min() if len(days) else pd.Timestamp.max.floor("D")
