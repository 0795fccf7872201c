"""Every payout against the bank."""

from __future__ import annotations

import numpy as np
import pandas as pd

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.reconcile import WAITING
from opsrules.terms import BreakClass, Exclusion, Leg

__all__ = ["payouts_at_bank"]

_STATES = {
    BreakClass.PAYOUT_SHORT: "short",
    BreakClass.BANK_CHARGE: "short",
    BreakClass.PAYOUT_OVER: "over",
    BreakClass.PAYOUT_MISSING: "missing",
    BreakClass.PAYOUT_IN_TRANSIT: "on_its_way",
    BreakClass.AMBIGUOUS: "ambiguous",
    BreakClass.CURRENCY_DIFFERS: "ambiguous",
    BreakClass.MATCH_SUGGESTED: "ambiguous",
    BreakClass.DAYS_DIFFER: "ambiguous",
}
_FIRST = ("short", "missing", "over", "ambiguous")
_COLUMNS = (
    *("payout_id", "processor", "sent_on", "currency", "amount_minor", "bank_minor", "difference_minor", "value_on"),
    *("status", "source_file", "source_line"),
)


def payouts_at_bank(ask: Ask, ready: Prepared, leg: LegResult, breaks: list[Break]) -> pd.DataFrame:
    """Return the period's payouts and older open ones against the bank, trouble first, then by day.

    Columns: payout_id, processor, sent_on, currency, amount_minor, bank_minor (missing when nothing arrived),
    difference_minor (bank less payout), value_on, status (arrived, short, over, on_its_way, missing, ambiguous,
    not_sent), source_file, source_line.
    """
    state = leg.matching.left_status
    bank = ready.bank.assign(day=ready.bank["value_on"].fillna(ready.bank["booked_on"]))
    number = state["group"].where(state["group"] >= 0, -2 - state["pair"])
    theirs = leg.matching.right_status
    # Groups count from 0; pairs are numbered downwards from -2, so that one column holds both.
    bank["number"] = theirs["group"].where(theirs["group"] >= 0, -2 - theirs["pair"]).to_numpy()
    held = bank[(theirs["status"] != "excluded").to_numpy() & (bank["number"] != -1)]
    summed = held.groupby("number").agg(amount=("amount_minor", "sum"), day=("day", "max"))
    table = ready.payouts.assign(
        bank_minor=summed["amount"].astype("Int64").reindex(number).array,
        value_on=summed["day"].astype("datetime64[us]").reindex(number).array,
        status=_statuses(ready, leg, breaks),
    )
    gap = table["bank_minor"].fillna(0) - table["amount_minor"]
    table["difference_minor"] = gap.where(table["status"] != "not_sent", 0).astype("int64")
    inside = table["day"].between(pd.Timestamp(ask.period.first), pd.Timestamp(ask.period.last))
    shown = table[inside | leg.left["status"].isin(WAITING)]
    trouble = shown["status"].isin(_FIRST).map({True: 0, False: 1})
    ordered = shown.assign(trouble=trouble).sort_values(["trouble", "sent_on", "payout_id"], kind="stable")
    return ordered[list(_COLUMNS)].reset_index(drop=True)


def _statuses(ready: Prepared, leg: LegResult, breaks: list[Break]) -> pd.Series[str]:
    states = {
        (one.processor, one.payout_ref): _STATES.get(one.break_class, "missing")
        for one in breaks
        if one.leg == Leg.PAYOUTS_BANK and one.payout_ref
    }
    named = zip(ready.payouts["processor"], ready.payouts["payout_id"], strict=True)
    found = np.array([states.get(pair, "not_sent") for pair in named], dtype=object)
    found[(leg.matching.left_status["status"] == "matched").to_numpy()] = "arrived"
    waiting = leg.left["rule"].isin([Exclusion.NOT_SUPPLIED.value, Exclusion.AFTER_AS_OF.value])
    found[waiting.to_numpy()] = "on_its_way"
    return pd.Series(found, index=ready.payouts.index, dtype="str")
