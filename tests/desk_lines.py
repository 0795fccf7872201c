"""Processor lines and bank lines made by hand, reconciled without a file: `account`, `line`, `booked`, `reconciled`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from opsrules.desks.reconciliation import Ask, Exports
from opsrules.desks.reconciliation.breaks import Break, leg_breaks
from opsrules.desks.reconciliation.bridge import sales_to_bank
from opsrules.desks.reconciliation.conversions import Rates
from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.legs import run_legs
from opsrules.desks.reconciliation.payouts import payouts_at_bank
from opsrules.desks.reconciliation.prepare import Prepared, prepare
from opsrules.parameters import Account
from opsrules.periods import Period
from opsrules.schemas import REJECTS, TABLES, empty
from opsrules.terms import Leg

OCTOBER = Period.parse("2026-10")


def account(**more: Any) -> Account:
    """One account in EUR whose Stripe payouts the bank calls STRIPE."""
    plain: dict[str, Any] = {
        "account": "acme",
        "name": "Acme",
        "currency": "EUR",
        "zone": "UTC",
        "sources": [{"files": "exports/*.csv"}],
        "payouts": [{"processor": "stripe", "descriptor": "STRIPE"}, {"processor": "amazon", "descriptor": "AMAZON"}],
    }
    return Account.model_validate(plain | more)


def line(
    kind: str, gross: int, fee: int = 0, *, day: str = "2026-10-05", payout: str = "", **more: Any
) -> dict[str, Any]:
    """One processor line, in EUR by Stripe, at noon."""
    return {
        "source": "stripe_itemised",
        "processor": "stripe",
        "kind": kind,
        "source_kind": kind,
        "payout_id": payout,
        "occurred_at": pd.Timestamp(f"{day}T12:00:00Z"),
        "currency": "EUR",
        "gross_minor": gross,
        "fee_minor": fee,
        "net_minor": gross - fee,
        "payout_status": "paid" if payout else "",
    } | more


def booked(amount: int, text: str = "STRIPE", *, day: str = "2026-10-08", currency: str = "EUR") -> dict[str, Any]:
    """One line of the bank."""
    return {
        "source": "camt053",
        "bank_account": "****1234",
        "booked_on": pd.Timestamp(day),
        "value_on": pd.Timestamp(day),
        "currency": currency,
        "amount_minor": amount,
        "text": text,
    }


def table(name: str, rows: Sequence[dict[str, Any]], file: str) -> pd.DataFrame:
    """Canonical table of these rows, each a line of one file; what a row does not say is empty."""
    blank = empty(TABLES[name])
    told = [
        {"source_file": file, "source_line": at + 2, "flags": ""} | {"line_id": f"{name}-{at}"} | row
        for at, row in enumerate(rows)
    ]
    texts = {name for name, dtype in blank.dtypes.items() if isinstance(dtype, pd.StringDtype)}
    filled = [dict.fromkeys(texts, "") | row for row in told]
    frame = pd.DataFrame({name: [row.get(name) for row in filled] for name in blank.columns}).astype(blank.dtypes)
    return frame if len(frame) else blank


@dataclass(frozen=True)
class Reconciled:
    """What the desk makes of lines before it makes tables of them."""

    ask: Ask
    ready: Prepared
    legs: dict[Leg, LegResult]
    breaks: list[Break]
    bridge: pd.DataFrame
    payouts: pd.DataFrame


def reconciled(
    lines: pd.DataFrame, bank: pd.DataFrame, *, of: Account | None = None, as_of: str = "2026-11-10"
) -> Reconciled:
    """Reconcile October of an account that has these lines."""
    ask = Ask(of or account(), OCTOBER, date.fromisoformat(as_of))
    exports = Exports(
        kinds=frozenset({"orders", "processor_lines", "bank_lines"}),
        orders=empty(TABLES["orders"]),
        order_lines=empty(TABLES["order_lines"]),
        lines=lines,
        bank=bank,
        rejects=empty(REJECTS),
        controls=(),
        files=(),
        twice=(),
    )
    ready = prepare(ask, exports)
    legs = run_legs(ask, ready)
    breaks = leg_breaks(ask, ready, legs, Rates(ask, ready.lines))
    bridge = sales_to_bank(ask, ready, legs, breaks)
    return Reconciled(ask, ready, legs, breaks, bridge, payouts_at_bank(ask, ready, legs[Leg.PAYOUTS_BANK], breaks))
