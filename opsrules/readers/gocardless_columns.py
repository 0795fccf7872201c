"""What GoCardless' exports share: what an account may say about them, and the words for the state of a payment."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from opsrules.readers.layout import Column
from opsrules.terms import PaymentEvent

__all__ = ["PROCESSOR", "STATES", "Options", "OrderOptions", "order_column"]

PROCESSOR = "gocardless"

STATES = {
    "pending_customer_approval": PaymentEvent.RECEIVED,
    "pending_submission": PaymentEvent.RECEIVED,
    "submitted": PaymentEvent.RECEIVED,
    "confirmed": PaymentEvent.CAPTURED,
    "paid_out": PaymentEvent.SETTLED,
    "cancelled": PaymentEvent.CANCELLED,
    "customer_approval_denied": PaymentEvent.CANCELLED,
    "failed": PaymentEvent.REFUSED,
    "charged_back": PaymentEvent.CHARGEBACK,
}
"""State of a payment to ours; others are `PaymentEvent.OTHER`. Source: developer.gocardless.com/api-reference."""


class Options(BaseModel):
    """What an account may say about an export.

    Attributes
    ----------
    units : str
        Whether amounts are ``major`` units, such as 12.50, or whole ``minor`` ones, such as 1250.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    units: Literal["major", "minor"] = "major"

    @property
    def minor(self) -> bool:
        """Whether amounts are whole minor units."""
        return self.units == "minor"


class OrderOptions(Options):
    """What an account may say about an export with payments.

    Attributes
    ----------
    order_metadata : str
        Metadata key of the payments under which the shop writes the order.
    """

    order_metadata: str = ""


def order_column(options: OrderOptions, prefix: str) -> Column:
    """Column that names the order, its name being `prefix` and the metadata key; required when the account says one."""
    said = options.order_metadata
    return Column("order_id", f"{prefix}{said or 'order_id'}", required=bool(said))
