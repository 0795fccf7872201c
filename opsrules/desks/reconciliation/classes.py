"""Which class a break of a leg belongs to, and every further one that its rows belong to as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from opsrules.desks.reconciliation.accounts import in_wrong_account
from opsrules.desks.reconciliation.conversions import Changed, Rates
from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.due import last_banking_day, settles_on
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.terms import BreakClass, Leg

__all__ = ["Context", "Held", "classes_of", "due_on"]


@dataclass(frozen=True)
class Held:
    """The open rows of one break: canonical rows of both sides, with their status."""

    left: list[dict[str, Any]]
    right: list[dict[str, Any]]
    reason: str

    @property
    def left_minor(self) -> int:
        """Sum of the left rows."""
        return sum(row["side_minor"] for row in self.left)

    @property
    def right_minor(self) -> int:
        """Sum of the right rows."""
        return sum(row["side_minor"] for row in self.right)

    @property
    def lead(self) -> dict[str, Any]:
        """The row that the finding is about: the payout of its lines, else the earliest left row where there is one."""
        payouts = [row for row in self.right if row["table"] == "payouts"]
        return min(payouts or self.left or self.right, key=lambda row: (row["day"], row["item_id"]))


@dataclass(frozen=True)
class Context:
    """The leg that breaks are told of, and what else was read."""

    ask: Ask
    leg: Leg
    result: LegResult
    ready: Prepared
    rates: Rates

    def changed(self, held: Held) -> Changed | None:
        """The two sides in one currency, None where no rate is known."""
        return self.rates.changed(held.left, held.right)

    @cached_property
    def owed(self) -> pd.Series[int]:
        """What the orders that take part owe, by reference; for the leg of orders and charges."""
        left = self.result.matching.left
        counted = (left["excluded"] == "").to_numpy()
        return left["amount_minor"][counted].groupby(self.ready.orders["key"].to_numpy()[counted]).sum()

    @cached_property
    def taken_again(self) -> npt.NDArray[np.bool_]:
        """Whether each processor line takes what an earlier one took under the same reference."""
        lines, side = self.ready.lines, self.result.matching.right
        told = lines[["processor", "key", "occurred_at", "line_id"]].reset_index(drop=True)
        told = told.assign(minor=side["amount_minor"].to_numpy())
        told = told[(side["excluded"] == "").to_numpy() & (told["key"] != "").to_numpy()]
        ordered = told.sort_values(["occurred_at", "line_id"], kind="stable")
        again = ordered.duplicated(["processor", "key", "minor"])
        return np.isin(np.arange(len(lines)), again.index[again])


def classes_of(context: Context, held: Held) -> tuple[BreakClass, ...]:
    """The class of the break, then the further ones, each once."""
    return tuple(dict.fromkeys([*_CLASSIFY[context.leg](context, held), *_on_any_leg(context, held)]))


def _on_any_leg(context: Context, held: Held) -> Iterator[BreakClass]:
    """What any break may be besides: of two periods, or between accounts."""
    last = context.ask.period.last
    days = {row["day"].date() > last for row in (*held.left, *held.right)}
    if held.left and held.right and len(days) == 2 and context.leg in (Leg.ORDERS_CHARGES, Leg.ORDERS_REFUNDS):
        yield BreakClass.TIMING
    if held.left and held.right and in_wrong_account(context.ask.account, context.leg, held.left, held.right):
        yield BreakClass.WRONG_ACCOUNT


_SAME_ON_ALL_LEGS = {
    "sign": BreakClass.SIGN_DIFFERS,
    "days": BreakClass.DAYS_DIFFER,
    "ambiguous": BreakClass.AMBIGUOUS,
    "suggested": BreakClass.MATCH_SUGGESTED,
}


def _charges(context: Context, held: Held) -> Iterator[BreakClass]:
    if held.reason == "extra" and held.right:
        yield from _extra(context, held)
    elif held.reason == "currency":
        yield from _other_currency(context, held)
        if _again(held, None):
            yield BreakClass.CHARGED_TWICE
    elif held.reason in _SAME_ON_ALL_LEGS:
        yield _SAME_ON_ALL_LEGS[held.reason]
    elif held.left and held.right:
        if _again(held, held.left_minor):
            yield BreakClass.CHARGED_TWICE
        yield BreakClass.AMOUNT_DIFFERS
    else:
        yield BreakClass.PAYMENT_WITHOUT_ORDER if held.right else BreakClass.ORDER_WITHOUT_PAYMENT
        if held.right and context.taken_again[held.lead["position"]]:
            yield BreakClass.CHARGED_TWICE


def _extra(context: Context, held: Held) -> Iterator[BreakClass]:
    """A charge besides what the order owes.

    One of the order's very amount is a second capture. One that is no smaller than half of it is one too, of another
    amount: what an order is raised by afterwards is less. Any other is a wrong amount.
    """
    owed = int(context.owed.get(held.lead["key"], 0))
    if 2 * held.right_minor > owed > 0 or held.right_minor == owed:
        yield BreakClass.CHARGED_TWICE
    if held.right_minor != owed:
        yield BreakClass.AMOUNT_DIFFERS


def _again(held: Held, owed: int | None) -> bool:
    """Whether one amount was taken more than once, and once alone is nearer to what is owed than all together."""
    amounts = [row["side_minor"] for row in held.right]
    same = [minor for minor, count in Counter(amounts).items() if count > 1]
    if owed is None:
        return bool(same) and held.right_minor != held.left_minor
    return any(abs(minor - owed) < abs(held.right_minor - owed) for minor in same)


def _other_currency(context: Context, held: Held) -> Iterator[BreakClass]:
    """Two currencies: a rate that differs where one is known and explains most of it, else the currency itself."""
    known = context.changed(held)
    if known is None or held.left_minor == held.right_minor:  # the same figure in two currencies was never changed
        yield BreakClass.CURRENCY_DIFFERS
        return
    if known.explains:
        yield BreakClass.FX_VARIANCE
        yield BreakClass.CURRENCY_DIFFERS
        return
    yield BreakClass.CURRENCY_DIFFERS
    yield BreakClass.AMOUNT_DIFFERS


def _refunds(context: Context, held: Held) -> Iterator[BreakClass]:
    if held.reason == "currency":
        yield from _other_currency(context, held)
    elif held.reason in _SAME_ON_ALL_LEGS:
        yield _SAME_ON_ALL_LEGS[held.reason]
    elif held.reason == "extra" or (held.left and held.right):
        yield BreakClass.REFUND_DIFFERS
    else:
        yield BreakClass.REFUND_NOT_BOOKED if held.right else BreakClass.REFUND_NOT_PAID


def _lines(context: Context, held: Held) -> Iterator[BreakClass]:
    if held.reason in _SAME_ON_ALL_LEGS:
        yield _SAME_ON_ALL_LEGS[held.reason]
    elif held.reason == "missing" and held.left:
        yield BreakClass.NOT_PAID_OUT
        due = due_on(context, held)
        if due is not None and context.ask.as_of <= due:
            yield BreakClass.TIMING
    else:
        yield BreakClass.PAYOUT_SUM_DIFFERS
        if held.reason == "currency":
            yield BreakClass.CURRENCY_DIFFERS


def _bank(context: Context, held: Held) -> Iterator[BreakClass]:
    due = due_on(context, held)
    if held.reason == "currency":
        yield BreakClass.CURRENCY_DIFFERS
    elif held.reason in _SAME_ON_ALL_LEGS:
        yield _SAME_ON_ALL_LEGS[held.reason]
    elif held.left and held.right:
        yield from _other_amount(context, held)
    elif held.right:
        yield BreakClass.BANK_WITHOUT_PAYOUT
    elif due is not None:
        yield BreakClass.PAYOUT_IN_TRANSIT if _may_still_come(context, held.lead, due) else BreakClass.PAYOUT_MISSING
        if context.ask.as_of <= due:
            yield BreakClass.TIMING
    if due is not None and held.right and max(row["day"].date() for row in held.right) > due:
        yield BreakClass.PAYOUT_LATE


def _other_amount(context: Context, held: Held) -> Iterator[BreakClass]:
    """A payout of another amount; short by just what banks on the way are declared to keep, it is their charge."""
    short = held.left_minor - held.right_minor
    terms = context.ask.account.terms(held.lead["processor"])
    if terms is not None and short in terms.bank_charges_minor:
        yield BreakClass.BANK_CHARGE
    yield BreakClass.PAYOUT_SHORT if short > 0 else BreakClass.PAYOUT_OVER


def due_on(context: Context, held: Held) -> date | None:
    """Day by which the other side should be there; None where the leg knows none."""
    if not held.left:
        return None
    account = context.ask.account
    if context.leg is Leg.LINES_PAYOUTS and not held.right:
        row = held.lead
        return settles_on(account, row["processor"], row["day"].date(), row["available_on"])
    if context.leg is Leg.PAYOUTS_BANK:
        return max(last_banking_day(account, row["processor"], row["day"].date()) for row in held.left)
    return None


def _may_still_come(context: Context, payout: dict[str, Any], due: date) -> bool:
    """Whether the bank statements end before the last day on which the payout should have been booked."""
    covered = _covered_until(context, payout)
    return covered is None or bool(covered < pd.Timestamp(due)) or context.ask.as_of <= due


def _covered_until(context: Context, payout: dict[str, Any]) -> pd.Timestamp | None:
    """Last day that the bank exports cover, on the accounts into which this processor pays.

    A statement may say that it covers more days than those of its lines.
    """
    bank, side = context.ready.bank, context.result.matching.right
    theirs = bank[((side["tag"] == payout["processor"]) & (bank["currency"] == payout["currency"])).to_numpy()]
    lines = bank[bank["bank_account"].isin(theirs["bank_account"].unique())] if len(theirs) else bank
    accounts = set(theirs["bank_account"])
    told = [pd.Timestamp(one.last) for one in context.ready.covers if not accounts or one.bank_account in accounts]
    return max([*lines["booked_on"].drop_duplicates(), *told], default=None)


_CLASSIFY: dict[Leg, Callable[[Context, Held], Iterator[BreakClass]]] = {
    Leg.ORDERS_CHARGES: _charges,
    Leg.ORDERS_REFUNDS: _refunds,
    Leg.LINES_PAYOUTS: _lines,
    Leg.PAYOUTS_BANK: _bank,
}
