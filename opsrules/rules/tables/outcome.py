"""What a decision table decided: one row of the table, several, or a conflict between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.rules.result import Result
from opsrules.rules.tables.model import DecisionTable, HitPolicy

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["applied", "conflicts", "decided"]

CONFLICTS = {"table": "str", "first": "str", "second": "str", "rows": "int64", "example_row": "int64"}


def decided(result: Result, table: DecisionTable) -> pd.DataFrame:
    """Return which rows of the table hold for which rows of data, by its hit policy.

    Rows of data in ``result.errors`` were judged up to the error alone, as `run_all` judges them.

    Returns
    -------
    DataFrame
        row, rule_id, in the order of ``result.fired()``. For `first` the first that fired, once a row; for `unique`
        none where several fired (see `conflicts`); for `collect` all.

    Raises
    ------
    ValueError
        If the run left rows at the first rule that fired, so that later ones are not known.
    """
    _every_rule_ran(result)
    fired = result.fired()
    fired = fired[fired["rule_id"].isin(table.ids)]
    if table.hit is HitPolicy.FIRST:
        fired = fired.drop_duplicates("row")
    elif table.hit is HitPolicy.UNIQUE:
        fired = fired.drop_duplicates("row", keep=False)
    return fired[["row", "rule_id"]].reset_index(drop=True)


def conflicts(result: Result, table: DecisionTable) -> pd.DataFrame:
    """Return the pairs of rows of a `unique` table that fired for the same row of data.

    Returns
    -------
    DataFrame
        table, first, second (rule ids, in the table's order), rows (how many), example_row (the first of them, a
        position to hand to ``result.why``). Empty when there is none, and for other policies.

    Raises
    ------
    ValueError
        If the run left rows at the first rule that fired, so that later ones are not known.
    """
    _every_rule_ran(result)
    found: list[tuple[str, str, str, int, int]] = []
    if table.hit is HitPolicy.UNIQUE:
        crowded = _crowded(result, table.ids)
        masks = [result.mask(rule_id)[crowded] for rule_id in table.ids]
        for low, first in enumerate(table.ids):
            for high in range(low + 1, len(table.ids) if masks[low].any() else 0):
                both = masks[low] & masks[high]
                if both.any():
                    example = int(crowded[np.argmax(both)])
                    found.append((table.name, first, table.ids[high], int(both.sum()), example))
    return pd.DataFrame(found, columns=list(CONFLICTS)).astype(CONFLICTS)


def applied(result: Result, table: DecisionTable) -> pd.DataFrame:
    """Return what the actions of the rows that hold noted: ``result.apply()`` less what the hit policy leaves out."""
    done = result.apply()
    kept = pd.MultiIndex.from_frame(decided(result, table))
    return done[pd.MultiIndex.from_frame(done[["row", "rule_id"]]).isin(kept)].reset_index(drop=True)


def _crowded(result: Result, ids: tuple[str, ...]) -> npt.NDArray[np.intp]:
    """Positions of the rows of data for which more than one rule fired."""
    count: npt.NDArray[np.int32] | None = None
    for rule_id in ids:
        mask = result.mask(rule_id)
        count = mask.astype(np.int32) if count is None else count + mask
    return np.flatnonzero(count > 1) if count is not None else np.array([], dtype=np.intp)


def _every_rule_ran(result: Result) -> None:
    if result.stopped:
        msg = "the run stopped at the first rule that fired; run the rules without stop_on_first_trigger"
        raise ValueError(msg)
