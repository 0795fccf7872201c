"""One processor told of by two formats: what stands in both counts twice, and somebody hears of it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
from pipeline.small import exports, line, order, review, statement, workspace


def _of_api(days: list[int]) -> str:
    told = [
        {"id": 70 + day, "type": "charge", "test": False, "payout_id": 9001, "payout_status": "paid"}
        | {"currency": "EUR", "amount": "10.00", "fee": "0.00", "net": "10.00", "source_id": day}
        | {"source_type": "charge", "source_order_id": day, "source_order_transaction_id": day}
        | {"processed_at": f"2026-10-{day:02d}T12:00:00+02:00"}
        for day in days
    ]
    return json.dumps({"transactions": told})


def _findings(folder: Path, in_csv: list[int], in_api: list[int]) -> pd.DataFrame:
    lines = [line(f"#{day}", "10.00", day=day) for day in in_csv]
    files = exports([order(f"#{day}", "10.00", day=day) for day in in_csv], lines, statement())
    got = review(workspace(folder, files | {"transactions.json": _of_api(in_api)})).findings
    return got[got["rule_id"] == "REC-102"]


def test_two_formats_that_share_days_are_a_finding_worth_what_the_smaller_tells_of_them(tmp_path: Path) -> None:
    found = _findings(tmp_path, in_csv=[3, 4, 5, 6], in_api=[5, 6, 9])
    assert len(found) == 1
    row = found.iloc[0]
    assert (row["amount_minor"], row["currency"], row["severity"]) == (2000, "EUR", "critical")
    assert "shopify_api and shopify_payments of shopify_payments, 5 Oct 2026 to 6 Oct 2026" in row["message"]


def test_one_format_that_ends_where_the_other_begins_is_none(tmp_path: Path) -> None:
    assert _findings(tmp_path, in_csv=[3, 4, 5], in_api=[5, 6, 9]).empty


def test_the_same_format_in_two_files_is_none(tmp_path: Path) -> None:
    files = exports([order("#1", "10.00")], [line("#1", "10.00")], statement())
    second = exports([], [line("#2", "10.00", day=4), line("#3", "10.00", day=7)])["payments.csv"]
    got = review(workspace(tmp_path, files | {"payments2.csv": second})).findings
    assert "REC-102" not in set(got["rule_id"])
