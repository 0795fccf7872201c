"""Builders of the tables that `reconcile` takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

COLUMNS = ["ref", "key", "tag", "on", "currency", "amount_minor", "excluded"]


def row(
    ref: str,
    key: str = "",
    amount_minor: int = 100,
    *,
    on: str = "2026-10-01",
    currency: str = "EUR",
    tag: str = "",
    excluded: str = "",
) -> dict[str, Any]:
    """One row of either side."""
    values = (ref, key, tag, on, currency, amount_minor, excluded)
    return dict(zip(COLUMNS, values, strict=True))


def side(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """The rows as a table."""
    table = pd.DataFrame(list(rows), columns=COLUMNS)
    texts = dict.fromkeys(("ref", "key", "tag", "currency", "excluded"), "str")
    table = table.astype(texts | {"amount_minor": "int64", "on": "datetime64[us]"})
    return table.assign(source_file="export.csv", source_line=range(2, len(table) + 2))
