"""Small reviews for the register, by the names and amounts of their findings."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from register_events import finding
from register_reviews import review

from opsrules.review import Review

__all__ = ["finding_id", "small_review"]


def finding_id(name: str, account: str = "northwind") -> str:
    """Finding id for a short name of a test."""
    return sha256(f"{account} {name}".encode()).hexdigest()[:12]


def small_review(amounts: Mapping[str, int], period: str = "2026-10", account: str = "northwind") -> Review:
    """Return a review with one finding for each name, of so many minor units of EUR; the same makes the same run."""
    told = ",".join(f"{name}={amount}" for name, amount in sorted(amounts.items()))
    rows = [finding(finding_id(name, account), amount) for name, amount in amounts.items()]
    return review(rows, run_id=f"{account} {period} {told}", account=account, period=period)
