"""How much is at stake: what reaches the account's materiality, in which order, and how near its day is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.model import Ask

__all__ = ["days_for_rules", "material", "materiality_ranks", "size_order"]


def material(ask: Ask, currencies: Iterable[str], sizes: Iterable[int]) -> list[bool]:
    """Whether each size reaches the account's materiality, which is told in its own currency; any other always does."""
    own, least = ask.account.currency, ask.account.materiality_minor
    return [currency != own or size >= least for currency, size in zip(currencies, sizes, strict=True)]


def size_order(ask: Ask, fact: Break) -> tuple[bool, bool, str, int, str]:
    """Sort key: material first, the account's currency before others, the largest first; no two are equal."""
    size = abs(fact.amount_minor)
    (counts,) = material(ask, [fact.currency], [size])
    own = fact.currency == ask.account.currency
    return not counts, not own, "" if own else fact.currency, -size, fact.item_id


def materiality_ranks(ask: Ask, breaks: Iterable[Break]) -> dict[str, int]:
    """Rank by item_id of what is material and of money: 1 is the largest of the account's currency; others follow."""
    money = [one for one in breaks if one.amount_minor and material(ask, [one.currency], [abs(one.amount_minor)])[0]]
    ordered = sorted(money, key=lambda one: size_order(ask, one))
    return {one.item_id: rank for rank, one in enumerate(ordered, start=1)}


def days_for_rules(ask: Ask, frame: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    """Days by the account's business calendar as rules ask for them; 0 where there are none."""
    business = ask.account.business
    dues = frame["due_on"].tolist()
    columns: dict[str, list[object]] = {
        "age_business_days": [0 if age is None else age for age in frame["age_business_days"]],
        "has_due_day": [due is not None for due in dues],
        "business_days_left": [0 if due is None else business.between(ask.as_of, due) for due in dues],
    }
    return {name: pd.Series(values, index=frame.index, dtype=object) for name, values in columns.items()}
