"""Adyen's reports: settlement details and payment accounting."""

from __future__ import annotations

__all__ = ["PROCESSOR"]

PROCESSOR = "adyen"
