"""Rows as `Register.findings` gives them, made without a register."""

from __future__ import annotations

from typing import Any

import pandas as pd

from opsrules.register import FINDING_COLUMNS

ROW: dict[str, Any] = {
    **dict.fromkeys(FINDING_COLUMNS, ""),
    "finding_id": "f0e1d2c3b4a59687",
    "account": "northwind",
    "desk": "reconciliation",
    "period": "2026-10",
    "last_period": "2026-10",
    "status": "open",
    "severity": "high",
    "class": "payout_short",
    "currency": "EUR",
    "amount_minor": 1000,
    "written_off_minor": 0,
    "owner": "Finance lead",
    "due": "2026-11-05",
    "age_days": 19,
    "first_day": "2026-11-03",
    "notes": 0,
    "attachments": 0,
    "message": "Payout po_1 arrived short.",
    "rule_id": "REC-042",
    "source_file": "exports/bank.csv",
    "source_line": 7,
    "is_present": True,
    "is_unchecked": False,
    "seq": 2,
}


def rows(*own: dict[str, Any]) -> pd.DataFrame:
    """One row a mapping; what it does not name is plausible."""
    table = pd.DataFrame([ROW | one for one in own], columns=list(FINDING_COLUMNS))
    return table.astype({"amount_minor": "int64", "age_days": "int64", "is_present": bool})
