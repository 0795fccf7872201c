"""PayPal's reports: settlement, transaction detail, activity download and statement."""

from __future__ import annotations

__all__ = ["PROCESSOR"]

PROCESSOR = "paypal"
