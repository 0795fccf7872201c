"""The list of open items: the largest, and every critical one however small."""

from __future__ import annotations

import pandas as pd
import reviews

from opsrules import report


def test_a_small_critical_item_is_on_the_page() -> None:
    base = reviews.review()
    one = base.findings.iloc[[0]]
    rows = [
        one.assign(finding_id=f"{number:012d}", amount_minor=10_000 + number, severity="low", message=f"large {number}")
        for number in range(40)
    ]
    rows.append(one.assign(finding_id="f" * 12, amount_minor=1, severity="critical", message="small and critical"))
    html = report.items(reviews.review(findings=pd.concat(rows, ignore_index=True))).html
    assert "small and critical" in html
    assert "large 39" in html
    assert "large 0<" not in html
    assert "31 of 41 items" in html
