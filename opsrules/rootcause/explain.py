"""Asking in the right order: is there a change at all, and only then where it is."""

from __future__ import annotations

from collections.abc import Hashable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from opsrules.rootcause.levels import measure_of
from opsrules.rootcause.localisation import Localisation
from opsrules.rootcause.locate import localise
from opsrules.rootcause.rule_sets import WHEELER, RuleSet
from opsrules.rootcause.signals import Judged, judge

__all__ = ["Explained", "explain_change"]


@dataclass(frozen=True)
class Explained:
    """A judgement and, where it is a signal, where the change is.

    Attributes
    ----------
    judged : Judged
    localisation : Localisation or None
        None where there is no signal.
    """

    judged: Judged
    localisation: Localisation | None

    @property
    def words(self) -> str:
        """One sentence: the signal, or that there is nothing to explain."""
        if self.judged.is_signal:
            return f"A signal: {', '.join(self.judged.rules)}."
        if self.judged.reason:
            return f"Not judged, so not explained: {self.judged.reason}."
        return "No signal: the figure varies as it always has, so there is nothing to explain."


def explain_change(
    frame: pd.DataFrame,
    dimensions: Sequence[Hashable],
    history: Sequence[float | None],
    *,
    kind: str = "amount",
    rules: RuleSet = WHEELER,
    days: Sequence[date] | None = None,
    holidays: Set[date] = frozenset(),
    **columns: Any,
) -> Explained:
    """Localise a change if the newest figure is a signal, else say that there is none.

    Parameters
    ----------
    frame, dimensions, kind
        As of `opsrules.rootcause.localise`; kind ``ratio`` is told.
    history : sequence of float or None
        The measure's figure in each earlier period, in order: the sum, or for ratios good over total.
    rules, days, holidays
        As of `opsrules.rootcause.signals.judge`.
    **columns
        As of `localise`: actual and expected; or good, total, expected_good and expected_total.

    Raises
    ------
    UsageError
        As of `localise` and `judge`.
    """
    found = localise(frame.iloc[:0], dimensions, kind=kind, **columns)  # refuses what cannot be searched
    least, most = {"amount": (float("-inf"), float("inf")), "count": (0.0, float("inf")), "ratio": (0.0, 1.0)}[
        found.kind
    ]
    value = _figure(frame, columns)
    judged = judge(history, value, rules=rules, days=days, holidays=holidays, least=least, most=most)
    return Explained(judged, localise(frame, dimensions, kind=kind, **columns) if judged.is_signal else None)


def _figure(frame: pd.DataFrame, columns: dict[str, Any]) -> float:
    sums = {what: float(measure_of(frame, name, what).sum()) for what, name in columns.items()}
    if "good" not in sums:
        return sums["actual"]
    return sums["good"] / sums["total"] if sums["total"] else float("nan")
