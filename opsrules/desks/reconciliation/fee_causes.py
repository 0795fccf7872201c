"""Why fees leave the contract: one rate that explains many of them, or another contract's rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.desks.reconciliation.model import Ask
from opsrules.reconcile.fees import expected_fee_minor

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

__all__ = ["alike_by_rate", "fee_evidence"]

_MOST_COMPARED = 200
_FEWEST = 3  # a straight line runs through any two


def fee_evidence(ask: Ask, fees: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """By item: fees_alike, fees_alike_percent and fees_other_contract of each charge whose fee leaves its contract."""
    contracts, told = ask.account.fees, {}
    for position, contract in enumerate(contracts):
        mine = fees[(fees["contract"] == position) & (fees["over_minor"].abs() > contract.tolerance_minor)]
        if mine.empty:
            continue
        gross = mine["gross_minor"].to_numpy(dtype=np.int64)
        charged = mine["fee_minor"].to_numpy(dtype=np.int64)
        alike = alike_by_rate(gross, mine["over_minor"].to_numpy(dtype=np.int64))
        others = np.zeros(len(mine), dtype=np.int64)
        for place, other in enumerate(contracts):
            if place != position and (other.processor, other.currency) == (contract.processor, contract.currency):
                others += expected_fee_minor(gross, other.rate_bps, other.fixed_minor) == charged
        percent = 100 * int(alike.sum()) // len(mine)
        for item, is_alike, count in zip(mine["item_id"], alike.tolist(), others.tolist(), strict=True):
            told[str(item)] = {
                "fees_alike": int(alike.sum()) if is_alike else 1,
                "fees_alike_percent": percent,
                "fees_other_contract": count,
            }
    return told


def alike_by_rate(gross_minor: Ints, over_minor: Ints) -> npt.NDArray[np.bool_]:
    """Whether each difference is that of one rate and fixed part, within a minor unit: the line most lie on.

    Rate and fixed part are medians, so that a few other differences do not turn them.
    """
    none = np.zeros(len(gross_minor), dtype=bool)
    if len(np.unique(gross_minor)) < _FEWEST:
        return none
    chosen = np.linspace(0, len(gross_minor) - 1, min(len(gross_minor), _MOST_COMPARED)).astype(np.int64)
    some, over = gross_minor[chosen].astype(np.float64), over_minor[chosen].astype(np.float64)
    first, second = np.triu_indices(len(chosen), 1)
    runs = some[second] - some[first]
    rises = (over[second] - over[first])[runs != 0]
    rate = float(np.median(rises / runs[runs != 0]))
    fixed = float(np.median(over - rate * some))
    alike: npt.NDArray[np.bool_] = np.abs(over_minor - (rate * gross_minor + fixed)) <= 1
    return alike if int(alike.sum()) >= _FEWEST else none
