"""The canonical tables: what every reader delivers and every desk reads.

Common to all: ``source_file`` (relative to the workspace), ``source_line`` (1-based line where the record starts),
``flags`` (``fold``: the local time occurs twice, the first was taken; else ""). Text that a source does not give is "",
never NaN; an instant or a day it does not give is NaT. Amounts are int64 minor units in ``currency``.
Instants are UTC; ``*_zone`` keeps the source's own offset or zone name. Days are midnights without a zone.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa

from opsrules.money import CURRENCIES
from opsrules.terms import LineKind

__all__ = ["BANK_LINES", "ORDERS", "ORDER_LINES", "PAYOUTS", "PROCESSOR_LINES", "REJECTS", "TABLES", "empty"]

_DAY = "datetime64[us]"  # pandera reads any unit into this; readers deliver microseconds
_INSTANT = pd.DatetimeTZDtype("us", "UTC")


def _text() -> pa.Column:
    return pa.Column("str")


def _key() -> pa.Column:
    return pa.Column("str", pa.Check.str_length(min_value=1))


def _minor() -> pa.Column:
    return pa.Column("int64")


def _currency() -> pa.Column:
    return pa.Column("str", pa.Check.isin(list(CURRENCIES)))


def _instant(nullable: bool = False) -> pa.Column:
    return pa.Column(_INSTANT, nullable=nullable)


def _day(nullable: bool = False) -> pa.Column:
    return pa.Column(_DAY, nullable=nullable)


def _table(columns: dict[str, pa.Column]) -> pa.DataFrameSchema:
    source = {"source_file": _key(), "source_line": pa.Column("int64", pa.Check.ge(1)), "flags": _text()}
    return pa.DataFrameSchema(columns | source, strict=True, ordered=True)


ORDERS = _table(
    {
        "source": _key(),  # reader's name
        "order_id": _key(),  # as the shop shows it: #1001
        "shop_id": _text(),  # the shop's own numeric id
        "placed_at": _instant(),
        "placed_zone": _text(),
        "financial_status": _text(),  # lower case: paid, pending, authorized, refunded, voided, ...
        "payment_method": _text(),
        "currency": _currency(),
        "total_minor": _minor(),  # positive
        "refunded_minor": _minor(),  # positive
        "subtotal_minor": _minor(),
        "shipping_minor": _minor(),
        "tax_minor": _minor(),
        "discount_minor": _minor(),
        "outstanding_minor": _minor(),
        "cancelled_at": _instant(nullable=True),
        "channel": _text(),  # web, pos, ...
        "country": _text(),  # where it ships to
    }
)
"""One row per order. Sales and refunds are both positive."""

ORDER_LINES = _table(
    {
        "source": _key(),
        "order_id": _key(),
        "sku": _text(),
        "title": _text(),
        "quantity": pa.Column("int64"),
        "currency": _text(),  # "" when the order's own row was rejected
        "price_minor": _minor(),  # per unit, before discount
        "discount_minor": _minor(),
    }
)
"""One row per line of an order."""

PROCESSOR_LINES = _table(
    {
        "source": _key(),
        "processor": _key(),  # shopify_payments, stripe, ...
        "line_id": _text(),  # the processor's id of the line, "" where the export has none
        "kind": pa.Column("str", pa.Check.isin([kind.value for kind in LineKind])),
        "source_kind": _text(),  # the processor's own word
        "order_id": _text(),  # as the export gives it; "" where it gives none
        "payment_id": _text(),  # charge or checkout id: the same on a charge and its refund
        "payout_id": _text(),
        "payout_day": _day(nullable=True),
        "payout_status": _text(),
        "occurred_at": _instant(),
        "occurred_zone": _text(),
        "available_on": _day(nullable=True),
        "currency": _currency(),
        "gross_minor": _minor(),  # signed: charges positive, refunds and payouts negative
        "fee_minor": _minor(),  # positive: cost to the account
        "net_minor": _minor(),  # gross - fee
        "method": _text(),
        "card_brand": _text(),
        "country": _text(),
        "description": _text(),
    }
)
"""One row per line of a processor's export, the payout's own rows included (kind ``payout``)."""

PAYOUTS = _table(
    {
        "source": _key(),
        "processor": _key(),
        "payout_id": _key(),
        "sent_on": _day(),
        "status": _text(),
        "currency": _currency(),
        "amount_minor": _minor(),  # positive: money sent to the account's bank
        "declared": pa.Column("bool"),  # True: the export has a row for the payout; False: summed from its lines
    }
)
"""One row per payout."""

BANK_LINES = _table(
    {
        "source": _key(),
        "bank_account": _text(),  # last four signs of the account number, the rest masked
        "line_id": _text(),  # the bank's own reference, "" where it gives none
        "booked_on": _day(),
        "value_on": _day(nullable=True),
        "currency": _currency(),
        "amount_minor": _minor(),  # signed: credits positive
        "counterparty": _text(),
        "reference": _text(),  # end-to-end or customer reference
        "text": _text(),  # remittance text
    }
)
"""One row per booked line of a bank statement."""

REJECTS = pa.DataFrameSchema(
    {
        "table": _key(),  # the canonical table the record was meant for
        "source": _key(),
        "source_file": _key(),
        "source_line": pa.Column("int64", pa.Check.ge(1)),
        "reason": _key(),  # RejectReason
        "column": _text(),  # the source's own column name
        "value": _text(),  # what stands there, at most 60 signs
        "currency": _text(),  # "" when it could not be read
        "amount_minor": _minor(),  # 0 when it could not be read
    },
    strict=True,
    ordered=True,
)
"""One row per record that could not be used."""

TABLES: dict[str, pa.DataFrameSchema] = {
    "orders": ORDERS,
    "order_lines": ORDER_LINES,
    "processor_lines": PROCESSOR_LINES,
    "payouts": PAYOUTS,
    "bank_lines": BANK_LINES,
}
"""Name of each canonical table to its schema."""


def empty(schema: pa.DataFrameSchema) -> pd.DataFrame:
    """Return a table of that schema without rows."""
    return pd.DataFrame({name: pd.Series([], dtype=_dtype(column)) for name, column in schema.columns.items()})


def _dtype(column: pa.Column) -> Any:
    wanted = column.dtype.type
    return _DAY if str(wanted) == "datetime64[ns]" else wanted
