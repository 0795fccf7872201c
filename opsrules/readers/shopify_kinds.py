"""Kinds of Shopify Payments' lines, in the export and in the API."""

from __future__ import annotations

from opsrules.terms import LineKind

__all__ = ["KINDS"]

KINDS = {
    "charge": LineKind.CHARGE,
    "refund": LineKind.REFUND,
    "refund_failure": LineKind.REFUND_FAILURE,
    "chargeback": LineKind.CHARGEBACK,
    "dispute": LineKind.CHARGEBACK,
    "chargeback_hold": LineKind.CHARGEBACK,
    "chargeback_reversal": LineKind.CHARGEBACK_REVERSAL,
    "chargeback_won": LineKind.CHARGEBACK_REVERSAL,
    "chargeback_hold_release": LineKind.CHARGEBACK_REVERSAL,
    "dispute_reversal": LineKind.CHARGEBACK_REVERSAL,
    "chargeback_fee": LineKind.FEE,
    "chargeback_fee_refund": LineKind.FEE,
    "adjustment": LineKind.ADJUSTMENT,
    "credit": LineKind.ADJUSTMENT,
    "debit": LineKind.ADJUSTMENT,
    "reserve": LineKind.RESERVE,
    "reserved_funds": LineKind.RESERVE,
    "transfer": LineKind.TRANSFER,
    "payout": LineKind.PAYOUT,
    "payout_failure": LineKind.PAYOUT,
}
"""``Type`` of a line to kind, in lower case with ``_`` between words; others are `LineKind.OTHER`.

Source: shopify.dev/docs/api, ShopifyPaymentsTransactionType and the REST reference of balance transactions.
"""
