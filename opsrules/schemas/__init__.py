"""The canonical tables: what every reader delivers and every desk reads.

Common to all: ``source_file`` (relative to the workspace), ``source_line`` (1-based line where the record starts),
``flags`` (``fold``: the local time occurs twice, the first was taken; ``intraday``, ``notified``: a bank line told
before the statement, in which it comes again; else ""). Text that a source does not give is "",
never NaN; an instant or a day it does not give is NaT. Amounts are int64 minor units in ``currency``.
Instants are UTC; ``*_zone`` keeps the source's own offset or zone name. Days are midnights without a zone.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa

from opsrules.schemas.billing import DISPUTES, INVOICES, PAYMENT_EVENTS, SUBSCRIPTIONS
from opsrules.schemas.columns import DAY
from opsrules.schemas.rejects import REJECTS
from opsrules.schemas.service import FEEDBACK, HEALTH_METRICS, REIMBURSEMENTS, RETURNS, TICKETS
from opsrules.schemas.trade import BANK_LINES, ORDER_LINES, ORDERS, PAYOUTS, PROCESSOR_LINES

__all__ = [
    "BANK_LINES",
    "DISPUTES",
    "FEEDBACK",
    "HEALTH_METRICS",
    "INVOICES",
    "ORDERS",
    "ORDER_LINES",
    "PAYMENT_EVENTS",
    "PAYOUTS",
    "PROCESSOR_LINES",
    "REIMBURSEMENTS",
    "REJECTS",
    "RETURNS",
    "SUBSCRIPTIONS",
    "TABLES",
    "TICKETS",
    "dtype_of",
    "empty",
]

TABLES: dict[str, pa.DataFrameSchema] = {
    "orders": ORDERS,
    "order_lines": ORDER_LINES,
    "processor_lines": PROCESSOR_LINES,
    "payouts": PAYOUTS,
    "bank_lines": BANK_LINES,
    "payment_events": PAYMENT_EVENTS,
    "disputes": DISPUTES,
    "invoices": INVOICES,
    "subscriptions": SUBSCRIPTIONS,
    "returns": RETURNS,
    "feedback": FEEDBACK,
    "reimbursements": REIMBURSEMENTS,
    "health_metrics": HEALTH_METRICS,
    "tickets": TICKETS,
}
"""Name of each canonical table to its schema."""


def empty(schema: pa.DataFrameSchema) -> pd.DataFrame:
    """Return a table of that schema without rows."""
    return pd.DataFrame({name: pd.Series([], dtype=dtype_of(column)) for name, column in schema.columns.items()})


def dtype_of(column: pa.Column) -> Any:
    """Type of the values in a column of a canonical table."""
    wanted = column.dtype.type
    return DAY if str(wanted) == "datetime64[ns]" else wanted
