"""A small review for throw-away notebooks; the workspace fixture copies this file to where kernels find it."""

from __future__ import annotations

from datetime import date

import pandas as pd

from opsrules.periods import Period
from opsrules.review import CONTROL_TOTALS, FINDINGS, METRICS, Need, Provenance, Review
from opsrules.terms import Desk, Level


def finding(number: int, severity: str, amount_minor: int, currency: str) -> dict[str, object]:
    """One finding; what a test does not look at is empty."""
    own = {"finding_id": f"f{number}", "severity": severity, "amount_minor": amount_minor, "currency": currency}
    return (
        dict.fromkeys(FINDINGS, "")
        | {"age_days": 0, "age_business_days": 0, "materiality_rank": 1, "source_line": 1}
        | own
    )


def sample_review(account: str, period: str, as_of: str, extra_table: bool = False) -> Review:
    """Two findings that need work (EUR -12.34 and 2.00, one in JPY), and one that does not (EUR 50.00)."""
    findings = [
        finding(1, "critical", -1234, "EUR"),
        finding(2, "medium", 200, "EUR"),
        finding(3, "high", 900, "JPY"),
        finding(4, "low", 5000, "EUR"),
    ]
    need = Need(Level.CRITICAL, "Payout po_1 arrived EUR 12.34 short.", "", "", "reconciliation", "", "REC-001", 1, ())
    tables = {"causes": pd.DataFrame({"cause": ["bank"], "items": [1]})}
    return Review(
        account=account,
        account_name=account.title(),
        desk=Desk.RECONCILIATION,
        period=Period.parse(period),
        as_of=date.fromisoformat(as_of),
        currency="EUR",
        zone="Europe/Berlin",
        cut_off="24:00",
        simulated=False,
        level=Level.CRITICAL,
        lede="EUR 14.34 needs work.",
        needs=(need,),
        findings=pd.DataFrame(findings, columns=list(FINDINGS)),
        metrics=pd.DataFrame(columns=list(METRICS)),
        control_totals=pd.DataFrame(columns=list(CONTROL_TOTALS)),
        tables=tables | ({"extra": tables["causes"]} if extra_table else {}),
        explanations={},
        provenance=Provenance(f"run-{account}", "0", "c", "r", 1, "p", ()),
    )
