"""Files that nobody here wrote go the whole way: `opsrules init`, an account file, `opsrules run`.

Expected by hand from the files: orders #1001 and #1002 are paid by their charges, #1003 is voided, #1004 is older than
the first processor line; the bank statement is another's and years older, so that it covers neither payout.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from calling import call

ACCOUNT = """\
account: others
name: Files of others
currency: USD
zone: America/New_York
sources:
  - files: "{samples}/shopify/orders-export-synthetic.csv"
  - files: "{samples}/shopify/payment-transactions-export-synthetic.csv"
  - files: "{samples}/bank/ofxparse-checking.ofx"
payouts:
  - {{processor: shopify_payments, descriptor: SHOPIFY}}
"""


def test_e1_files_of_others_go_from_init_to_report_the_same_twice(samples: Path, tmp_path: Path) -> None:
    root = tmp_path / "reviews"
    assert call("init", str(root)) == 0
    account = root / "parameters" / "accounts" / "others.yaml"
    account.write_text(ACCOUNT.format(samples=samples.resolve()))
    assert call("check", "-w", str(root)) == 0
    assert call("run", "-w", str(root), "--period", "2026-09", "--as-of", "2026-10-02") == 0

    folder = root / "reports" / "2026-09" / "others" / "reconciliation"
    totals = pd.read_csv(folder / "control_totals.csv").to_dict("records")
    by_side = {(row["leg"], row["side"]): row for row in totals}
    placed = ("rows_in", "matched", "open", "excluded", "rejected")
    found = {key: [row[name] for name in placed] for key, row in by_side.items()}
    assert found["orders_charges", "orders"] == [4, 2, 0, 2, 0]
    assert found["orders_charges", "processor_lines"] == [2, 2, 0, 0, 0]
    assert found["payouts_bank", "bank_lines"] == [3, 0, 0, 3, 0]
    assert by_side["orders_charges", "orders"]["matched_minor"] == 8129
    findings = pd.read_csv(folder / "findings.csv")
    assert findings["class"].tolist() == ["source_missing", "payout_in_transit", "payout_in_transit"]
    assert sorted(findings["amount_minor"].abs()) == [0, 2397, 5436]
    assert findings["message"][0].startswith("No bank statement of this period was supplied")
    reports = root / "reports"
    first = {path: path.read_bytes() for path in reports.rglob("*") if path.is_file()}
    assert call("run", "-w", str(root), "--period", "2026-09", "--as-of", "2026-10-02") == 0
    assert {path: path.read_bytes() for path in reports.rglob("*") if path.is_file()} == first
    assert "Files of others" in (root / "reports" / "2026-09" / "others" / "reconciliation.html").read_text()
