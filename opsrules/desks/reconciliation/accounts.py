"""Whether money stands in the account that was declared for it: at the bank, or at a processor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from opsrules.parameters import Account
from opsrules.terms import Leg

__all__ = ["bank_account_of", "in_wrong_account", "processors_of"]


def bank_account_of(account: Account, processor: str) -> str:
    """Last four signs of the bank account that a processor's payouts go to, "" where none is declared."""
    terms = account.terms(processor)
    return (terms.bank_account or "") if terms else ""


def processors_of(account: Account, payment_method: str) -> frozenset[str]:
    """Processors that are declared for the methods of an order; empty where the account does not tell of all of them.

    Methods are joined by `` + `` in the export; those that never reach a processor count as told.
    """
    taken_by = {method.casefold(): one.processor for one in account.processors for method in one.methods}
    never = {method.casefold() for method in account.never_at_processor}
    named = {part.strip().casefold() for part in payment_method.split("+")} - never
    return frozenset(taken_by[one] for one in named) if named <= taken_by.keys() else frozenset()


def in_wrong_account(
    account: Account, leg: Leg, left: Iterable[Mapping[str, Any]], right: Iterable[Mapping[str, Any]]
) -> bool:
    """Whether a row of the right side stands elsewhere than declared for the rows of the left side."""
    right = list(right)
    if leg is Leg.PAYOUTS_BANK:
        declared = {tail for row in left if (tail := bank_account_of(account, row["processor"]))}
        return bool(declared) and any(str(row["bank_account"])[-4:] not in declared for row in right)
    if leg in (Leg.ORDERS_CHARGES, Leg.ORDERS_REFUNDS):
        expected = frozenset[str]().union(*(processors_of(account, row["payment_method"]) for row in left))
        return bool(expected) and any(row["processor"] not in expected for row in right)
    return False
