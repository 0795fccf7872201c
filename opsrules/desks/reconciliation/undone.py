"""Second captures that were paid back: money that only looks as if it were lost, on two legs at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.terms import Exclusion, Leg

__all__ = ["refunded_captures"]

_SAME = ("processor", "key", "currency", "amount_minor")


def refunded_captures(legs: dict[Leg, LegResult], ready: Prepared) -> dict[Leg, LegResult]:
    """The two legs of orders, second captures and the refunds that pay exactly them back left out by a named rule.

    A capture too many and a refund that the shop does not know belong together where processor, order, currency and
    amount agree and the refund is not earlier; the first capture takes the first refund.
    """
    charges, refunds = legs[Leg.ORDERS_CHARGES], legs[Leg.ORDERS_REFUNDS]
    extra = _open(charges, ready, ("extra",))
    back = _open(refunds, ready, ("extra", "missing"))
    both = extra.merge(back, on=[*_SAME, "nth"], suffixes=("_charge", "_refund"))
    both = both[both["occurred_at_refund"] >= both["occurred_at_charge"]]
    return {
        Leg.ORDERS_CHARGES: _left_out(charges, both["at_charge"]),
        Leg.ORDERS_REFUNDS: _left_out(refunds, both["at_refund"]),
    }


def _open(leg: LegResult, ready: Prepared, reasons: tuple[str, ...]) -> pd.DataFrame:
    """The leg's open lines for these reasons that name an order, numbered among equal ones by time."""
    state = leg.right
    at = np.flatnonzero((state["status"] == "open").to_numpy() & state["reason"].isin(reasons).to_numpy())
    lines = ready.lines.iloc[at][["processor", "key", "currency", "occurred_at", "line_id"]]
    lines = lines.assign(at=at, amount_minor=leg.matching.right["amount_minor"].to_numpy()[at])
    lines = lines[(lines["key"] != "").to_numpy()].sort_values(["occurred_at", "line_id"], kind="stable")
    return lines.assign(nth=lines.groupby(list(_SAME), sort=False).cumcount())


def _left_out(leg: LegResult, at: pd.Series[int]) -> LegResult:
    rule = leg.right["rule"].cat.add_categories([Exclusion.CAPTURE_REFUNDED.value])
    out = np.zeros(len(rule), dtype=bool)
    out[at.to_numpy()] = True
    status = leg.right["status"].where(~out, "excluded")
    return replace(leg, right=leg.right.assign(status=status, rule=rule.where(~out, Exclusion.CAPTURE_REFUNDED.value)))
