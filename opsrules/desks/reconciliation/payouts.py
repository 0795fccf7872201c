"""Every payout against the bank."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.reconcile import WAITING
from opsrules.terms import BreakClass, Exclusion, Leg

__all__ = ["bank_numbers", "payouts_at_bank"]

_Numbers = npt.NDArray[np.int64]
_ALONE = -1

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
    not_sent), source_file, source_line. Where the bank booked several payouts together, each has its own amount, and
    the last of them what the line is short or over.
    """
    number, theirs = bank_numbers(leg)
    bank = ready.bank.assign(day=ready.bank["value_on"].fillna(ready.bank["booked_on"]), number=theirs)
    held = bank[bank["number"] != _ALONE]
    summed = held.groupby("number").agg(amount=("amount_minor", "sum"), day=("day", "max"))
    table = ready.payouts.assign(
        bank_minor=_shares(ready.payouts, number, summed["amount"]).array,
        value_on=summed["day"].astype("datetime64[us]").reindex(number).array,
        status=_statuses(ready, leg, breaks),
    )
    gap = table["bank_minor"].fillna(0) - table["amount_minor"]
    table["difference_minor"] = gap.where(table["status"] != "not_sent", 0).astype("int64")
    inside = table["day"].between(pd.Timestamp(ask.period.first), pd.Timestamp(ask.period.last))
    shown = table[inside | leg.left["status"].isin(WAITING)]
    trouble = shown["status"].isin(_FIRST).map({True: 0, False: 1})
    by = ["trouble", "sent_on", "payout_id", "processor", "currency"]
    ordered = shown.assign(trouble=trouble).sort_values(by, kind="stable")
    return ordered[list(_COLUMNS)].reset_index(drop=True)


def bank_numbers(leg: LegResult) -> tuple[_Numbers, _Numbers]:
    """Number of each payout and of each bank line; those that stand together have the same one, -1 for none.

    Matches count from 0; what is only held against one another is numbered downwards from -2.
    """
    found = []
    for state in (leg.matching.left_status, leg.matching.right_status):
        number = state["group"].where(state["group"] >= 0, -2 - state["pair"])
        found.append(number.where(state["status"] != "excluded", _ALONE).to_numpy(dtype=np.int64))
    return found[0], found[1]


def _shares(payouts: pd.DataFrame, number: _Numbers, booked: pd.Series[int]) -> pd.Series[int]:
    """What the bank booked of each payout, missing where nothing."""
    ordered = payouts.assign(number=number).sort_values(["sent_on", "ref", "currency"], kind="stable")
    together = ordered.groupby("number")["amount_minor"].sum()
    gap = (booked - together.reindex(booked.index)).astype("Int64").reindex(ordered["number"]).array
    is_last = ~ordered.duplicated("number", keep="last")
    shares: pd.Series[int] = ordered["amount_minor"] + pd.Series(gap, ordered.index).where(is_last | gap.isna(), 0)
    return shares.reindex(payouts.index)


def _statuses(ready: Prepared, leg: LegResult, breaks: list[Break]) -> pd.Series[str]:
    states = {
        (one.processor, one.payout_ref, one.currency): _STATES.get(one.break_class, "missing")
        for one in breaks
        if one.leg == Leg.PAYOUTS_BANK and one.payout_ref
    }
    named = zip(*(ready.payouts[name] for name in ("processor", "payout_id", "currency")), strict=True)
    found = np.array([states.get(one, "not_sent") for one in named], dtype=object)
    found[(leg.matching.left_status["status"] == "matched").to_numpy()] = "arrived"
    waiting = leg.left["rule"].isin([Exclusion.NOT_SUPPLIED.value, Exclusion.AFTER_AS_OF.value])
    found[waiting.to_numpy()] = "on_its_way"
    return pd.Series(found, index=ready.payouts.index, dtype="str")
