"""What both Stripe exports share: the option for the order's key, and the kinds of lines."""

from __future__ import annotations

import pandas as pd
from pydantic import BaseModel, ConfigDict

from opsrules.readers.layout import Column
from opsrules.terms import DisputeStatus, LineKind

__all__ = ["CATEGORIES", "DISPUTES", "ORDER_KEYS", "PROCESSOR", "TYPES", "Options", "order_column", "with_disputes"]

ORDER_KEYS = ("order_id", "order", "order_number", "shopify_order", "external_identifier")
"""Metadata keys under which shops write the order, best first; the first that the file has names the order."""

CATEGORIES = {
    "charge": LineKind.CHARGE,
    "refund": LineKind.REFUND,
    "refund_failure": LineKind.REFUND_FAILURE,
    "dispute": LineKind.CHARGEBACK,
    "dispute_reversal": LineKind.CHARGEBACK_REVERSAL,
    "payout": LineKind.PAYOUT,
    "payout_reversal": LineKind.PAYOUT,
    "fee": LineKind.FEE,
    "network_cost": LineKind.FEE,
    "tax": LineKind.FEE,
    "transfer": LineKind.TRANSFER,
    "transfer_reversal": LineKind.TRANSFER,
    "topup": LineKind.TRANSFER,
    "connect_collection_transfer": LineKind.TRANSFER,
    "connect_reserved_funds": LineKind.RESERVE,
    "risk_reserved_funds": LineKind.RESERVE,
    "charge_failure": LineKind.CHARGE,
    "partial_capture_reversal": LineKind.CHARGE,
    "other_adjustment": LineKind.ADJUSTMENT,
}
"""``reporting_category`` to kind; the list is not closed, and others are `LineKind.OTHER`.

Source: docs.stripe.com/reports/reporting-categories.
"""

TYPES = {
    "charge": LineKind.CHARGE,
    "payment": LineKind.CHARGE,
    "refund": LineKind.REFUND,
    "payment_refund": LineKind.REFUND,
    "refund_failure": LineKind.REFUND_FAILURE,
    "payment_failure_refund": LineKind.ADJUSTMENT,
    "adjustment": LineKind.ADJUSTMENT,
    "payout": LineKind.PAYOUT,
    "payout_failure": LineKind.PAYOUT,
    "payout_cancel": LineKind.PAYOUT,
    "stripe_fee": LineKind.FEE,
    "network_cost": LineKind.FEE,
    "tax_fee": LineKind.FEE,
    "transfer": LineKind.TRANSFER,
    "topup": LineKind.TRANSFER,
    "reserve_transaction": LineKind.RESERVE,
    "reserved_funds": LineKind.RESERVE,
}
"""``Type`` of a balance transaction to kind; others are `LineKind.OTHER`. Source: Stripe's API reference."""

DISPUTES: dict[str, DisputeStatus] = {
    "warning_needs_response": DisputeStatus.NEEDS_RESPONSE,
    "warning_under_review": DisputeStatus.UNDER_REVIEW,
    "warning_closed": DisputeStatus.CLOSED,
    "charge_refunded": DisputeStatus.ACCEPTED,
} | {one: one for one in DisputeStatus if one is not DisputeStatus.OTHER}
"""Status of a dispute to ours; others are `DisputeStatus.OTHER`. Source: Stripe's API reference."""


PROCESSOR = "stripe"


class Options(BaseModel):
    """What an account may say about a Stripe export.

    Attributes
    ----------
    order_metadata : str
        Metadata key that names the order; the first of `ORDER_KEYS` that the file has when left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    order_metadata: str = ""


def order_column(options: Options, pattern: str) -> Column:
    """Column that names the order; `pattern` is how the export writes a metadata key, such as ``{} (metadata)``."""
    if options.order_metadata:
        return Column("order_id", pattern.format(options.order_metadata), required=True)
    first, *others = (pattern.format(key) for key in ORDER_KEYS)
    return Column("order_id", first, aliases=tuple(others))


def with_disputes(kind: pd.Series[str], rows: pd.DataFrame) -> pd.Series[str]:
    """Kinds of lines, the disputes among the adjustments told apart by their description."""
    adjusted = kind == LineKind.ADJUSTMENT
    if not adjusted.any():
        return kind
    said = rows["description"].where(adjusted, "").str.strip().str.lower()
    kind = kind.mask(said.str.startswith("chargeback withdrawal"), LineKind.CHARGEBACK.value)
    return kind.mask(said.str.startswith("chargeback reversal"), LineKind.CHARGEBACK_REVERSAL.value)
