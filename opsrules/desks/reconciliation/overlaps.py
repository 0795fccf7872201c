"""Two reports of one processor that tell of the same days: whatever stands in both is counted twice."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import pandas as pd

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.events import file_break
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.money import total_minor
from opsrules.periods import day_words
from opsrules.terms import BreakClass

__all__ = ["overlap_breaks"]

_FEWEST_DAYS = 2  # where one report ends and the next begins, both may tell of that day


def overlap_breaks(ask: Ask, ready: Prepared) -> Iterable[Break]:
    """One break per processor, pair of formats and currency whose lines share days, worth what the smaller tells there.

    Lines that are known to stand in another export already, by their own ids, are left out: they count once.
    """
    lines = ready.lines[~ready.lines["again"]]
    for (processor, currency), found in lines.groupby(["processor", "currency"], sort=True):
        by_format = {str(name): rows for name, rows in found.groupby("source", sort=True)}
        for one, other in combinations(by_format, 2):
            first, last, shared = _shared(by_format[one], by_format[other])
            if (last - first).days + 1 >= _FEWEST_DAYS:
                yield file_break(
                    ask,
                    BreakClass.REPORTS_OVERLAP,
                    str(shared["source_file"].iloc[0]),
                    note=f"{one} and {other} of {processor}, {day_words(first.date())} to {day_words(last.date())}",
                    rows=len(shared),
                    amount_minor=total_minor(shared["net_minor"].abs()),
                    currency=str(currency),
                    source_line=int(shared["source_line"].iloc[0]),
                )


def _shared(one: pd.DataFrame, other: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp, pd.DataFrame]:
    """First and last day of which both tell, and the lines there of the one with fewer of them."""
    first = max(one["day"].min(), other["day"].min())
    last = min(one["day"].max(), other["day"].max())
    return first, last, min((rows[rows["day"].between(first, last)] for rows in (one, other)), key=len)
