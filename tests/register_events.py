"""Events and findings for tests of the register, made without it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd

from opsrules.inputs import FileRead
from opsrules.periods import Period
from opsrules.register.model import Event, Subject
from opsrules.review import FINDINGS

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def event(
    seq: int,
    kind: str,
    body: Mapping[str, Any] | None = None,
    *,
    finding: str = "f1",
    period: str = "2026-10",
    actor: str = "ana",
    run: int = 0,
    erased: bool = False,
) -> Event:
    """One event of northwind's reconciliation, a minute after the one before it."""
    subject = Subject("northwind", "reconciliation", period, finding)
    at = NOON + timedelta(minutes=seq)
    return Event(seq, kind, subject, at, "" if erased else actor, run, None if erased else body or {})


def finding(finding_id: str, amount_minor: int = 1000, **own: Any) -> dict[str, Any]:
    """One row of findings; what a test does not look at is plausible."""
    row = {
        "account": "northwind",
        "period": "2026-10",
        "desk": "reconciliation",
        "leg": "payouts_bank",
        "rule_id": "REC-001",
        "class": "payout_short",
        "other_classes": "",
        "severity": "high",
        "cause": "bank fee",
        "currency": "EUR",
        "subject_type": "payout",
        "subject_ref": f"po_{finding_id}",
        "order_ref": "",
        "payout_ref": f"po_{finding_id}",
        "age_days": 3,
        "owner": "Finance lead",
        "due": "2026-11-05",
        "message": f"Payout po_{finding_id} arrived short.",
        "source_file": "exports/bank.csv",
        "source_line": 7,
    }
    return row | own | {"finding_id": finding_id, "amount_minor": amount_minor}


def findings(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as the table of findings, with the types that the desks give it."""
    table = pd.DataFrame(list(rows), columns=list(FINDINGS))
    numbers = {"amount_minor": "int64", "age_days": "Int64", "source_line": "int64"}
    return table.astype(numbers | {name: "str" for name in FINDINGS if name not in numbers})


def read(name: str = "exports/bank.csv", sha256: str = "b" * 64) -> FileRead:
    """A file that went into a review."""
    return FileRead(name=name, reader="bank_csv", records=9, rejected=0, sha256=sha256)


def day_after(period: str) -> date:
    """The day after a period: as of when the tests review it."""
    return Period.parse(period).last + timedelta(days=1)
