"""rules test: counts, then everything that fails, by file and line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shipped_rules
from calling import Opsrules

from opsrules.rules import exact


def spoilt(root: Path, old: str, new: str) -> int:
    """Change the first `old` of the rule file; return its line."""
    path = root / "parameters/rules/reconciliation.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_shipped_rules_hold_and_every_condition_is_decided(opsrules: Opsrules, demo_workspace: Path) -> None:
    said = opsrules("rules", "test", "-w", str(demo_workspace))
    assert said.code == 0, said.out
    counts, end = said.out.splitlines()
    assert counts.startswith(f"{shipped_rules.EVERY_RULE} rules, {shipped_rules.EXAMPLES} examples, ")
    assert counts.endswith(f" rows around the thresholds of {shipped_rules.CONDITIONS} conditions")
    assert end == "all hold: every example, and both evaluators agree on every row"


def test_json_has_every_row_and_every_condition(opsrules: Opsrules, demo_workspace: Path) -> None:
    told = json.loads(opsrules("rules", "test", "--json", "-w", str(demo_workspace)).out)
    assert told["failures"] == []
    assert len(told["boundaries"]) == told["boundary_rows"]
    assert len(told["coverage"]) == told["bounded_conditions"] == shipped_rules.CONDITIONS
    assert {one["missing"] for one in told["coverage"]} == {""}
    [whole] = [
        one
        for one in told["boundaries"]
        if (one["rule_id"], one["condition"], one["side"], one["value"]) == ("REC-010", "all[1]", "at", 3)
    ]
    assert (whole["holds"], whole["fires"], whole["row"]["age_days"]) == (True, True, 3)


def test_the_example_that_does_not_hold_is_named_with_what_was_seen(opsrules: Opsrules, own_workspace: Path) -> None:
    line = spoilt(own_workspace, "age_days: 3}, fires: true", "age_days: 2}, fires: true")
    said = opsrules("rules", "test")
    assert said.code == 2
    assert said.out.splitlines()[2:4] == [
        "Wrong, 1:",
        f"  parameters/rules/reconciliation.yaml:{line}: REC-010: expected that it fires, but it does not fire: "
        "✕ not held: Age in days is at least 3 (saw 2); what fires on it: REC-011",
    ]
    assert "all hold" not in said.out


def test_an_example_that_fires_by_mistake_says_what_held(opsrules: Opsrules, own_workspace: Path) -> None:
    spoilt(own_workspace, "fires: true", "fires: false")
    said = opsrules("rules", "test")
    assert said.code == 2
    assert (
        "expected that it does not fire, but it fires: ✓ held: Kind of break is “Order, no payment” "
        "(saw “Order, no payment”), ✓ held: Age in days is at least 3 (saw 3)"
    ) in said.out


def test_a_condition_that_no_example_decides_is_named(opsrules: Opsrules, own_workspace: Path) -> None:
    spoilt(own_workspace, "    - {row: {break_class: refund_not_paid, age_days: 3}, fires: false}\n", "")
    said = opsrules("rules", "test")
    assert said.code == 0
    [line] = [one for one in said.out.splitlines() if "REC-010" in one]
    assert line.endswith("REC-010: all[0] Kind of break is “Order, no payment”: always held")
    assert "No example decides both ways, 1:" in said.out


def test_a_threshold_off_by_one_is_a_disagreement(
    opsrules: Opsrules, own_workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = exact._first
    exact._span.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(exact, "_first", lambda says, at, whole: first(says, at, whole) + 1)
        said = opsrules("rules", "test")
    exact._span.cache_clear()
    assert said.code == 2
    assert "REC-010: all[1] Age in days is at least 3, at on {'break_class': 'order_without_payment'" in said.out
    assert "the evaluators disagree on the rule" in said.out or "the condition: by run_all it holds" in said.out
