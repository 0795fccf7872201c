"""The examples beside each rule are run, and the shipped rules hold theirs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rule_files import RULES, Actions, Variables

from opsrules.rules import Rules, exact, example_coverage, masks, numeric_rule_variable, run_examples


@pytest.fixture
def rules_file(tmp_path: Path) -> Path:
    folder = tmp_path / "parameters/rules"
    folder.mkdir(parents=True)
    return folder / "reconciliation.yaml"


def failures(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    return [str(one) for one in run_examples(Rules.load(path, Variables, Actions))]


def test_right_examples_fail_nothing(rules_file: Path) -> None:
    assert failures(rules_file, RULES) == []


def test_an_example_that_does_not_hold_is_named_with_its_reason(rules_file: Path) -> None:
    text = RULES.replace("paid: 100.51", "paid: 100.49")
    [failure] = failures(rules_file, text)
    assert failure.startswith("parameters/rules/reconciliation.yaml:22: REC-001: ")
    assert failure.endswith(
        "expected that it fires (one cent above), but it does not fire: "
        "✕ not held: Kept is more than 100.50 (saw 100.49)"
    )


def test_drafts_are_run_as_well(rules_file: Path) -> None:
    text = RULES.replace('- row: {sku: ""}', "- row: {sku: x}")
    assert failures(rules_file, text) == [
        "parameters/rules/reconciliation.yaml:40: REC-002: expected that it fires, but it does not fire: "
        "✕ not held: SKU is no text (saw “x”)"
    ]


def test_a_rule_without_both_kinds_fails(rules_file: Path) -> None:
    text = RULES.replace("    - row: {sku: x}\n      fires: false\n", "")
    assert failures(rules_file, text) == [
        "parameters/rules/reconciliation.yaml:27: REC-002: has no example that leaves it silent"
    ]


def test_an_example_that_raises_fails_with_its_variable(rules_file: Path) -> None:
    found = failures(rules_file, RULES.replace("{paid: 100.51, sku", "{paid: many, sku"))
    assert len(found) == 1
    assert "reconciliation.yaml:22: REC-001: cannot be judged: TypeError at variable kept" in found[0]


def test_what_fires_instead_is_named(rules_file: Path) -> None:
    text = RULES.replace("{paid: 100.51, sku: A-1}", '{paid: 100.51, sku: ""}')
    [failure] = failures(rules_file, text)
    assert failure.endswith(
        "but it does not fire: ✕ not held: SKU starts with “A-” (saw no text), ✕ not held: Flagged: yes (saw no)"
        "; what fires on it: REC-002"
    )


def test_an_evaluator_that_differs_fails_the_example(rules_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(exact._TEXT, "starts_with", lambda constant, texts: [False for _ in texts])
    [failure] = failures(rules_file, RULES)
    assert failure.startswith("parameters/rules/reconciliation.yaml:22: REC-001: ")
    assert failure.endswith("the evaluators disagree: by run_all REC-001 fires; over a table nothing fires")


def test_examples_are_run_by_the_whole_set_in_order(rules_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # On a row without a payment REC-001 raises, and run_all never comes to REC-002.
    text = RULES.replace('{sku: ""}', '{sku: "", paid: null}')
    assert failures(rules_file, text) == []
    monkeypatch.setattr(masks, "_without", lambda alive, gone: ~np.zeros_like(gone))
    assert failures(rules_file, text) == [
        "parameters/rules/reconciliation.yaml:40: REC-002: the evaluators disagree: "
        "by run_all TypeError is raised; over a table REC-002 fires, then TypeError is raised"
    ]


def test_a_variable_that_cannot_be_had_over_a_table_fails_its_rule(rules_file: Path) -> None:
    class Deciding(Variables):
        @numeric_rule_variable()
        def kept(self) -> Any:
            return self.row["paid"] if self.row["flagged"] else 0

    rules_file.write_text(RULES.replace("100.51", "101").replace("paid: 100.50", "paid: 100"), encoding="utf-8")
    [failure] = run_examples(Rules.load(rules_file, Deciding, Actions))
    assert (failure.place, failure.rule_id) == ("parameters/rules/reconciliation.yaml:1", "REC-001")
    assert failure.what.startswith("cannot be run over a table: variable kept: its method decides by a value")


def test_coverage_by_the_examples_counts_each_condition_of_each_rule(rules_file: Path) -> None:
    rules_file.write_text(RULES, encoding="utf-8")
    covered = example_coverage(Rules.load(rules_file, Variables, Actions))
    names = ["rule_id", "condition", "held", "not_held", "not_reached", "error"]
    assert covered[names].to_numpy().tolist() == [
        ["REC-001", "all[0]", 1, 1, 0, 0],
        ["REC-001", "all[1].any[0]", 1, 0, 1, 0],
        ["REC-001", "all[1].any[1]", 0, 0, 2, 0],
        ["REC-002", "", 1, 1, 0, 0],
    ]


def test_coverage_of_a_rule_without_examples_is_nothing_reached() -> None:
    plain = [{"conditions": {"name": "sku", "operator": "non_empty", "value": True}, "actions": []}]
    [one] = example_coverage(Rules(plain, Variables, Actions)).to_dict("records")
    assert (one["held"], one["not_held"], one["not_reached"], one["error"]) == (0, 0, 0, 0)


def test_importing_the_rules_loads_no_jupyter() -> None:
    code = (
        "import sys, opsrules.rules; "
        "print([m for m in ('IPython', 'papermill', 'nbconvert', 'matplotlib', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
