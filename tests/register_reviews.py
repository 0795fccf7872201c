"""Reviews for tests of the register, each from a few rows of findings, and a workspace with accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from register_events import day_after, findings, read
from sample_review import sample_review

from opsrules.inputs import FileRead
from opsrules.periods import Period
from opsrules.review import METRICS, Provenance, Review


def review(
    rows: Iterable[Mapping[str, Any]],
    *,
    run_id: str = "run-1",
    account: str = "northwind",
    period: str = "2026-10",
    inputs: Iterable[FileRead] | None = None,
    measured: int | None = 7,
) -> Review:
    """The review of an account with these findings; `measured` is the numerator of its only metric."""
    told = [dict(row) | {"account": account, "period": period} for row in rows]
    metric: dict[str, Any] = {"account": account, "period": period, "desk": "reconciliation", "metric_id": "match_rate"}
    metric |= {"numerator": measured, "denominator": 9, "value": "77.7", "unit": "percent", "target": "100"}
    files = tuple([read()] if inputs is None else inputs)
    return replace(
        sample_review(account, period, day_after(period).isoformat()),
        findings=findings(told),
        metrics=pd.DataFrame([metric | {"level": "at_risk"}], columns=list(METRICS)),
        provenance=Provenance(run_id, "0.1.0", "c" * 64, "r" * 64, 12, "p" * 64, files),
    )


def write_account(workspace: Path, account: str = "northwind", second_person_minor: int = 0) -> None:
    """Write as much of an account's file as the register reads."""
    folder = workspace / "parameters" / "accounts"
    folder.mkdir(parents=True, exist_ok=True)
    text = f"account: {account}\ncurrency: EUR\nsecond_person_minor: {second_person_minor}\n"
    (folder / f"{account}.yaml").write_text(text, "utf-8")


OCTOBER, NOVEMBER = Period.parse("2026-10"), Period.parse("2026-11")
