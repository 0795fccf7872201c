"""How each leg is matched: the shipped passes, or those that the account's file tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from opsrules.parameters import Account
from opsrules.parameters.matching import Match
from opsrules.reconcile import KeyPass, NearPass, Patterns, Spec, Spelling, SumPass, Tolerance, WindowPass
from opsrules.reconcile.spec import Days, Pass
from opsrules.terms import Leg

__all__ = ["passes_of", "spec_of"]

# An order and its charge are of one minute where the shop captures at once, and some days apart where it captures on
# shipment; what is captured later still is found by its key. Ours.
_CAPTURED: Days = (0, 3)

# A payout of which nothing was heard in its days may come later still; then its amount alone proposes it. Ours.
_LATE: Days = (0, 45)

_SHIPPED: dict[Leg, tuple[Mapping[str, Any], ...]] = {
    Leg.ORDERS_CHARGES: (
        {"match": "key", "rule": "exact_key", "many": False, "tolerance_minor": 0},
        {"match": "key", "rule": "same_key", "spelling": "normalised", "many": False, "tolerance_minor": 0},
        {"match": "key", "rule": "key_sums", "spelling": "normalised", "tolerance_minor": 0},
        {"match": "key", "rule": "within_tolerance", "spelling": "normalised"},
        {"match": "amount_and_days", "days": _CAPTURED, "tolerance_minor": 0},
        {"match": "sum_of_two", "days": _CAPTURED},
    ),
    Leg.ORDERS_REFUNDS: (
        {"match": "key", "rule": "same_key", "spelling": "normalised", "tolerance_minor": 0},
        {"match": "key", "rule": "within_tolerance", "spelling": "normalised"},
    ),
    Leg.LINES_PAYOUTS: (
        {"match": "key", "rule": "key_sums", "tolerance_minor": 0},
        {"match": "key", "rule": "within_tolerance"},
    ),
    Leg.PAYOUTS_BANK: (
        {"match": "key", "rule": "payout_id_in_bank_text"},
        {"match": "amount_and_days", "confirms": True},
        {"match": "sum_of_two"},
        {"match": "days_only"},
        {"match": "amount_and_days", "rule": "amount_late", "days": _LATE},
    ),
}
"""Passes of an account that tells none. A payout is confirmed by amount, days and its declared descriptor."""


def passes_of(account: Account, leg: Leg) -> tuple[Match, ...]:
    """Return the passes of a leg as the account tells them, or the shipped ones."""
    told: tuple[Match, ...] | None = getattr(account.matching, leg.value)
    return told or tuple(Match.model_validate(one) for one in _SHIPPED[leg])


def spec_of(account: Account, leg: Leg, later: Mapping[str, int] | None = None) -> Spec:
    """Return how a leg of the account is matched; `later` has the days that bank holidays add, by processor."""
    account = _with_holidays(account, later or {})
    passes = tuple(_MAKE[one.match](account, leg, one) for one in passes_of(account, leg))
    return Spec(account.account, leg, passes)


def _with_holidays(account: Account, later: Mapping[str, int]) -> Account:
    """The account with the last banking day of its payouts moved on."""
    moved = tuple(
        rule.model_copy(update={"days": (rule.days[0], rule.days[1] + later.get(rule.processor, 0))})
        for rule in account.payouts
    )
    return account.model_copy(update={"payouts": moved})


def _tolerance(account: Account, leg: Leg, one: Match) -> Tolerance:
    own = account.tolerance
    shared = own.order_minor if leg in (Leg.ORDERS_CHARGES, Leg.ORDERS_REFUNDS) else own.payout_minor
    return Tolerance(shared if one.tolerance_minor is None else one.tolerance_minor, account.currency)


def _days(account: Account, leg: Leg, one: Match) -> dict[str, Days]:
    """Days by tag: on the way to the bank the tag is the processor, elsewhere there is none."""
    if leg is not Leg.PAYOUTS_BANK:
        return {"": one.days or _CAPTURED}
    return {rule.processor: one.days or rule.days for rule in account.payouts}


def _said(one: Match, *names: str) -> dict[str, Any]:
    """What the pass says of these; of the rest the defaults hold."""
    return {name: value for name in names if (value := getattr(one, name)) is not None}


def _key(account: Account, leg: Leg, one: Match) -> Pass:
    said = _said(one, "many", "days") | ({"spelling": Spelling(one.spelling)} if one.spelling else {})
    if one.is_patterned:
        said["spelling"] = Patterns(one.left_pattern or "", one.right_pattern or "", one.without or "")
    return KeyPass(one.name, tolerance=_tolerance(account, leg, one), **said)


def _window(account: Account, leg: Leg, one: Match) -> Pass:
    days = _days(account, leg, one)
    return WindowPass(one.name, days, _tolerance(account, leg, one), **_said(one, "confirms"))


def _sum(account: Account, leg: Leg, one: Match) -> Pass:
    return SumPass(one.name, days=_days(account, leg, one), **_said(one, "two_on", "most_pairs"))


def _near(account: Account, leg: Leg, one: Match) -> Pass:
    return NearPass(one.name, _days(account, leg, one), **_said(one, "most_apart"))


_MAKE: dict[str, Callable[[Account, Leg, Match], Pass]] = {
    "key": _key,
    "amount_and_days": _window,
    "sum_of_two": _sum,
    "days_only": _near,
}
