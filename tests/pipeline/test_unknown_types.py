"""Lines whose type nobody knows are kept, counted and told, and still lead from sales to the bank."""

from __future__ import annotations

from pathlib import Path

from pipeline.small import exports, line, order, review, statement, workspace

from opsrules.desks.reconciliation import steps
from opsrules.terms import LineKind


def test_types_nobody_knows_are_a_finding_and_count_as_adjustments(tmp_path: Path) -> None:
    lines = [
        line("#1", "100.00"),
        line("", "-2.00", kind="moon_tax", day=6),
        line("", "-1.00", kind="moon_tax", day=6),
        line("", "4.50", kind="lunar_rebate", day=6),
    ]
    files = exports([order("#1", "100.00")], lines, statement(("101.50", "2026-10-09", "SHOPIFY")))
    got = review(workspace(tmp_path, files))
    found = got.findings[got.findings["rule_id"] == "REC-101"]
    assert len(found) == 1
    row = found.iloc[0]
    assert (row["amount_minor"], row["currency"]) == (750, "EUR")
    assert "3 rows of a type" in row["message"]
    assert "moon_tax (2), lunar_rebate (1)" in row["message"]
    assert (row["source_file"], int(row["source_line"])) == ("exports/acme/payments.csv", 3)
    bridge = got.tables["bridge"].set_index("step")["amount_minor"]
    assert bridge["Adjustments and other lines"] == 150


def test_every_kind_of_line_has_its_step_on_the_way_to_the_bank() -> None:
    assert set(steps._OF_KIND) == set(LineKind) - {LineKind.PAYOUT}
    assert set(steps._OF_KIND.values()) | {"tax_withheld"} == {name for name, _ in steps.STEPS}
