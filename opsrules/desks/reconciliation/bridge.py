"""From sales to the bank: every step a sum of lines, the last the bank's own figure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.prepare import NOT_SENT, Prepared
from opsrules.desks.reconciliation.steps import STEPS, parts_of
from opsrules.errors import ControlTotalsError
from opsrules.terms import BreakClass, Exclusion, Leg, LineKind

__all__ = ["DIFFERING", "PAID_OUT", "sales_to_bank"]

_Mask = npt.NDArray[np.bool_]

PAID_OUT = "Paid out by the processor"
"""Total to which the payouts of the period come."""
DIFFERING = "Payouts that differ from their lines"
"""Step to which what their lines do not explain comes."""


def sales_to_bank(ask: Ask, ready: Prepared, legs: dict[Leg, LegResult], breaks: list[Break]) -> pd.DataFrame:
    """Return step, currency, amount_minor, kind (total, step, attention), in order, for each currency of the period.

    Raises
    ------
    ControlTotalsError
        If the steps of a currency do not lead to the bank's own figure.
    """
    currencies = sorted({*ready.lines["currency"], *ready.payouts["currency"]})
    currencies.sort(key=lambda one: one != ask.account.currency)
    coming = {
        currency: sum(
            one.expected_minor or 0
            for one in breaks
            if one.break_class is BreakClass.PAYOUT_IN_TRANSIT
            and one.currency == currency
            and one.day is not None
            and one.day >= ask.period.first
        )
        for currency in currencies
    }
    parts = [_one_currency(ask, ready, legs[Leg.PAYOUTS_BANK], currency, coming[currency]) for currency in currencies]
    names = ["step", "currency", "amount_minor", "kind"]
    rows = [row for part in parts for row in part]
    return pd.DataFrame(rows, columns=names).astype(
        {"step": "str", "currency": "str", "kind": "str", "amount_minor": "int64"}
    )


def _one_currency(
    ask: Ask, ready: Prepared, payouts: LegResult, currency: str, coming: int
) -> list[tuple[str, str, int, str]]:
    steps = [
        *_earned(ask, ready, currency),
        *_paid_out(ask, ready, currency),
        *_received(ask, ready, payouts, currency, coming),
    ]
    shown: list[tuple[str, str, int, str]] = []
    running = 0
    for name, amount, kind in steps:
        if kind == "total" and shown and amount != running:
            msg = f"bridge, {currency}: the steps to {name!r} sum to {running}, the records to {amount}"
            raise ControlTotalsError(msg)
        running = amount if kind == "total" else running + amount
        if amount or kind == "total":
            shown.append((name, currency, amount, kind))
    return shown if any(amount for _, _, amount, _ in shown) else []


def _inside(table: pd.DataFrame, ask: Ask) -> _Mask:
    return table["day"].between(pd.Timestamp(ask.period.first), pd.Timestamp(ask.period.last)).to_numpy()


def _known(table: pd.DataFrame, ask: Ask, currency: str) -> _Mask:
    """Rows that count at all: of this currency, not superseded, not after the as-of day."""
    counted = ~table["again"] & (table["day"] <= pd.Timestamp(ask.as_of)) & (table["currency"] == currency)
    return counted.to_numpy()


def _earned(ask: Ask, ready: Prepared, currency: str) -> list[tuple[str, int, str]]:
    lines = ready.lines[_known(ready.lines, ask, currency) & _inside(ready.lines, ask)]
    lines = lines[lines["kind"] != LineKind.PAYOUT]
    sums = parts_of(lines).summed(np.zeros(len(lines), dtype=np.int64), 1)[0]
    named = zip(STEPS, sums.tolist(), strict=True)
    steps = [(words, amount, "step" if at else "total") for at, ((_, words), amount) in enumerate(named)]
    return [*steps, ("Earned at the processor", int(lines["net_minor"].sum()), "total")]


def _paid_out(ask: Ask, ready: Prepared, currency: str) -> list[tuple[str, int, str]]:
    lines = ready.lines
    counted = _known(lines, ask, currency) & (lines["kind"] != LineKind.PAYOUT).to_numpy()
    inside, net = _inside(lines, ask), lines["net_minor"].to_numpy()
    sent = ready.payouts[_sent_inside(ask, ready, currency)]
    in_sent = (lines["processor"] + ":" + lines["payout_id"]).isin(sent["key"]).to_numpy() & counted
    apart = int(sent["amount_minor"].sum() - net[in_sent].sum())
    return [
        ("Earned before, paid out in the period", int(net[in_sent & ~inside].sum()), "step"),
        ("Not paid out by the end of the period", -int(net[counted & inside & ~in_sent].sum()), "step"),
        (DIFFERING, apart, "attention"),
        (PAID_OUT, int(sent["amount_minor"].sum()), "total"),
    ]


def _sent_inside(ask: Ask, ready: Prepared, currency: str) -> _Mask:
    payouts = ready.payouts
    not_sent = payouts["status"].isin(NOT_SENT).to_numpy()
    return _known(payouts, ask, currency) & _inside(payouts, ask) & ~not_sent


def _received(ask: Ask, ready: Prepared, leg: LegResult, currency: str, coming: int) -> list[tuple[str, int, str]]:
    if "bank_lines" not in ready.supplied:
        return []
    bank, payouts = ready.bank, ready.payouts
    left, right = leg.matching.left_status, leg.matching.right_status
    sent = _sent_inside(ask, ready, currency)
    relevant = _known(bank, ask, currency) & (right["rule"] != Exclusion.OTHER_BANK_MOVEMENT).to_numpy()
    booked = relevant & _inside(bank, ask)
    paid, got = payouts["amount_minor"].to_numpy(), bank["amount_minor"].to_numpy()

    def partner_inside(status: pd.DataFrame, other: pd.DataFrame, other_inside: _Mask, column: str) -> _Mask:
        numbers = set(other.loc[other_inside, column][lambda values: values >= 0])
        return status[column].isin(numbers).to_numpy()

    matched_sent, matched_got = ((one["status"] == "matched").to_numpy() for one in (left, right))
    here_sent = matched_sent & partner_inside(left, right, booked, "group")
    here_got = matched_got & partner_inside(right, left, sent, "group")
    paired_sent = partner_inside(left, right, booked, "pair") & ~matched_sent
    paired_got = partner_inside(right, left, sent, "pair") & ~matched_got
    later = sent & matched_sent & ~here_sent
    earlier = booked & matched_got & ~here_got
    group_gap = int(got[booked & here_got].sum() - paid[sent & here_sent].sum())
    # What a match lacks beyond its recorded residual is a part that the bank booked outside the period.
    groups = sorted(set(left.loc[sent & here_sent, "group"]))
    within = int(leg.matching.groups.loc[groups, "residual_minor"].sum())
    pair_gap = int(got[booked & paired_got].sum() - paid[sent & paired_sent].sum())
    loose_sent = sent & ~matched_sent & ~paired_sent
    loose_got = booked & ~matched_got & ~paired_got
    return [
        ("Sent before the period, arrived in it", int(got[earlier].sum()), "step"),
        ("On its way at the end of the period", -int(paid[later].sum()) - coming + group_gap - within, "step"),
        ("Bank rounding and charges in tolerance", within, "step"),
        ("Arrived short or over", pair_gap, "attention"),
        ("Sent, not found at the bank", coming - int(paid[loose_sent].sum()), "attention"),
        ("At the bank, no payout found", int(got[loose_got].sum()), "attention"),
        ("Received at the bank", int(got[booked].sum()), "total"),
    ]
