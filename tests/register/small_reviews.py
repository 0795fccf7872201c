"""Small reviews for the register: a few findings with amounts that a test names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pandas as pd
import reviews

from opsrules.periods import Period
from opsrules.review import FINDINGS, METRICS, Review

__all__ = ["finding_id", "small_review"]

FILE = "exports/northwind/2026-10/orders.csv"


def finding_id(name: str, account: str = "northwind") -> str:
    """Finding id for a short name of a test."""
    return sha256(f"{account} {name}".encode()).hexdigest()[:12]


def small_review(
    amounts: Mapping[str, int], period: str = "2026-10", run_id: str = "", account: str = "northwind"
) -> Review:
    """Return a review with one finding for each name, of so many minor units of EUR.

    The run's id follows from the amounts when none is given.
    """
    chosen = Period.parse(period)
    as_of = date.fromordinal(chosen.last.toordinal() + 3)
    rows = [_row(name, amount, account, period, nth) for nth, (name, amount) in enumerate(amounts.items())]
    table = pd.DataFrame(rows, columns=list(FINDINGS))
    metrics = [
        (account, period, "reconciliation", "open_items", len(rows), 1, str(len(rows)), "items", "0", "at_risk"),
        (account, period, "reconciliation", "match_rate", 97, 100, "0.97", "rate", "0.99", "at_risk"),
    ]
    told = ",".join(f"{name}={amount}" for name, amount in sorted(amounts.items()))
    return reviews.review(
        account=account,
        period=chosen,
        as_of=as_of,
        needs=(),
        findings=table.astype({"age_days": "Int64", "amount_minor": "int64", "source_line": "int64"}),
        metrics=pd.DataFrame(metrics, columns=list(METRICS)),
        tables={},
        provenance=replace(reviews.provenance(), run_id=run_id or f"{account} {period} {told}"),
    )


def _row(name: str, amount: int, account: str, period: str, nth: int) -> dict[str, object]:
    return {
        "finding_id": finding_id(name, account),
        "account": account,
        "period": period,
        "desk": "reconciliation",
        "leg": "orders_charges",
        "rule_id": "REC-031",
        "class": "refund_not_booked",
        "other_classes": "",
        "severity": "medium",
        "cause": "",
        "amount_minor": amount,
        "currency": "EUR",
        "subject_type": "order",
        "subject_ref": f"#{name}",
        "order_ref": f"#{name}",
        "payout_ref": "",
        "age_days": 4,
        "owner": "Finance lead",
        "due": "2026-11-05",
        "message": f"#{name}: the two sides of this record do not say the same.",
        "source_file": FILE,
        "source_line": 40 + nth,
    }
