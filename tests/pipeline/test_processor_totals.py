"""Totals that a processor's own file carries go all the way to a finding when its rows do not give them."""

from __future__ import annotations

from pathlib import Path

from pipeline.small import ACCOUNT, clean, review, workspace

STL = (Path(__file__).parents[1] / "golden" / "paypal_stl" / "settlement.csv").read_text()
PAYPAL = ACCOUNT.replace(
    "{processor: shopify_payments, descriptor: SHOPIFY, days: [0, 5]}",
    "{processor: shopify_payments, descriptor: SHOPIFY, days: [0, 5]}\n  - {processor: paypal, descriptor: PAYPAL}",
)


def test_a_settlement_report_short_of_a_row_is_a_finding(tmp_path: Path) -> None:
    lines = STL.splitlines(keepends=True)
    short = "".join(line for line in lines if not line.startswith('"SB","NEW'))
    root = workspace(tmp_path, clean() | {"paypal.csv": short}, PAYPAL)
    failed = review(root).findings.query("`class` == 'control_failed'")
    told = sorted(zip(failed["source_line"].tolist(), failed["amount_minor"].tolist(), strict=True))
    # 15 cents and one row less: in the section, in its count, in the report, in the report's count.
    # The sums are short by 15; what counts records is no money.
    assert told == [(14, -15), (14, 0), (16, 0), (24, -15), (24, 0), (27, 0)]


def test_totals_that_hold_are_no_finding(tmp_path: Path) -> None:
    root = workspace(tmp_path, clean() | {"paypal.csv": STL}, PAYPAL)
    assert "control_failed" not in set(review(root).findings["class"])
