"""The shipped rules: examples of both kinds that hold, every condition decided both ways, every threshold bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsrules.desks.reconciliation import Actions, Variables
from opsrules.rules import Rules, boundary_rows, example_coverage, run_examples

PATH = Path(__file__).parents[2] / "parameters/rules/reconciliation.yaml"


@pytest.fixture(scope="module")
def shipped() -> Rules:
    return Rules.load(PATH, Variables, Actions)


def test_every_example_holds_by_both_evaluators(shipped: Rules) -> None:
    assert run_examples(shipped) == []
    for rule in shipped.rules:
        assert {example.fires for example in rule.examples} == {True, False}


def test_every_condition_is_held_and_not_held_by_an_example(shipped: Rules) -> None:
    covered = example_coverage(shipped)
    assert len(covered) >= len(shipped.rules)
    assert covered[(covered["held"] == 0) | (covered["not_held"] == 0)].to_dict("records") == []


def test_every_condition_has_rows_on_both_sides_on_which_the_evaluators_agree(shipped: Rules) -> None:
    rows = boundary_rows(shipped)
    assert set(rows["disagreement"]) == {""}
    assert set(rows["note"]) == {""}
    for _, of_condition in rows.groupby(["rule_id", "condition"]):
        assert {True, False} <= set(of_condition["holds"])
        assert {True, False} <= set(of_condition["fires"])
