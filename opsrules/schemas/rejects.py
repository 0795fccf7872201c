"""Records that could not be used."""

from __future__ import annotations

import pandera.pandas as pa

from opsrules.schemas.columns import key, minor, text

__all__ = ["REJECTS"]

REJECTS = pa.DataFrameSchema(
    {
        "table": key(),  # the canonical table the record was meant for
        "source": key(),
        "source_file": key(),
        "source_line": pa.Column("int64", pa.Check.ge(1)),
        "reason": key(),  # RejectReason
        "column": text(),  # the source's own column name
        "value": text(),  # what stands there, at most 60 signs
        "currency": text(),  # "" when it could not be read
        "amount_minor": minor(),  # 0 when it could not be read
    },
    strict=True,
    ordered=True,
)
"""One row per record that could not be used."""
