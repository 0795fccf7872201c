"""The examples beside each rule are run, and the shipped rules hold theirs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from rule_files import RULES, Actions, Variables

from opsrules.rules import Rules, run_examples


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
        "expected that it fires (one cent above), but it does not fire: kept greater_than 100.50 not held (seen 100.49)"
    )


def test_drafts_are_run_as_well(rules_file: Path) -> None:
    text = RULES.replace('- row: {sku: ""}', "- row: {sku: x}")
    assert failures(rules_file, text) == [
        "parameters/rules/reconciliation.yaml:40: REC-002: expected that it fires, but it does not fire: "
        "sku equal_to '' not held (seen 'x')"
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


def test_importing_the_rules_loads_no_jupyter() -> None:
    code = (
        "import sys, opsrules.rules; "
        "print([m for m in ('IPython', 'papermill', 'nbconvert', 'matplotlib', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
