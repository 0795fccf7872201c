"""What was expected: the last period, the usual of several, or what peers have."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import pandas as pd

from opsrules.errors import UsageError
from opsrules.rootcause.levels import dimensions_of, measure_of

__all__ = ["against_peers", "against_period", "against_usual"]


def against_period(
    frame: pd.DataFrame,
    before: pd.DataFrame,
    dimensions: Sequence[Hashable],
    measures: Sequence[str],
    scale: float = 1.0,
) -> pd.DataFrame:
    """One row a combination that either table has: each measure now, and as ``expected_`` what `before` had.

    Parameters
    ----------
    scale : float
        What the earlier sums are multiplied by: 31 / 30 after a month of 30 days.

    Raises
    ------
    UsageError
        If a column is missing, or a measure is no number.
    """
    now, then = (_summed(table, dimensions, measures) for table in (frame, before))
    then = then.mul(scale).add_prefix("expected_")
    return pd.concat([now, then], axis=1).fillna(0.0).rename_axis(list(dimensions)).reset_index()


def against_usual(
    frame: pd.DataFrame,
    history: pd.DataFrame,
    dimensions: Sequence[Hashable],
    measures: Sequence[str],
    period: Hashable,
) -> pd.DataFrame:
    """As `against_period`, against the mean of all periods of `history`, by its column `period`.

    A combination that a period lacks counts as 0 there. Give history the periods that are alike: the last eight Mondays
    for a Monday.
    """
    (periods,) = dimensions_of(history, [period])
    return against_period(frame, history, dimensions, measures, 1 / max(len(periods.values), 1))


def against_peers(
    frame: pd.DataFrame, peers: pd.DataFrame, dimensions: Sequence[Hashable], measures: Sequence[str], size: str
) -> pd.DataFrame:
    """As `against_period`, against what peers have in the same slices, brought to the size of `frame`.

    Parameters
    ----------
    size : str
        Measure by whose sum the peers are brought to size: total for ratios.

    Raises
    ------
    UsageError
        If the peers have none of it.
    """
    own, theirs = (float(measure_of(table, size, "size").sum()) for table in (frame, peers))
    if not theirs:
        raise UsageError(f"column {size!r} (size) is 0 in sum over the peers; choose peers that have some")
    return against_period(frame, peers, dimensions, measures, own / theirs)


def _summed(table: pd.DataFrame, dimensions: Sequence[Hashable], measures: Sequence[str]) -> pd.DataFrame:
    found = {one.name: one for one in dimensions_of(table, dimensions)}
    keys = {
        name: pd.Series([found[name].values[code] for code in found[name].codes], dtype=object) for name in dimensions
    }
    values = {name: measure_of(table, name, "a measure") for name in measures}
    summed = pd.DataFrame(keys | values).groupby(list(dimensions), dropna=False, sort=False)[list(measures)].sum()
    return summed.astype(float)
