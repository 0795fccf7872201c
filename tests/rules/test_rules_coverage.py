"""Coverage counts what a walk through the tree by the library, a row and a condition at a time, finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from business_rules.engine import check_conditions_recursively
from dirty_rows import DirtyVariables, FiredActions, cases
from hypothesis import given, settings
from rule_files import Actions, Variables

from opsrules.rules import Rules
from opsrules.rules.rows import rows_of

Tally = Counter[tuple[str, str, str]]
COUNTS = ["held", "not_held", "not_reached", "error"]


class Ended(Exception):  # noqa: N818 - a row's way through run_all is over
    """Stands for whatever a condition raised."""


def walk(tree: Mapping[str, Any], path: str, row: Any, rule_id: str, tally: Tally) -> bool:
    """Judge a tree as the library does, noting each condition on the way."""
    for group in ("all", "any"):
        if group in tree:
            for number, kid in enumerate(tree[group]):
                place = f"{path}.{group}[{number}]" if path else f"{group}[{number}]"
                if walk(kid, place, row, rule_id, tally) is (group == "any"):
                    return group == "any"
            return group == "all"
    try:
        holds = bool(check_conditions_recursively(tree, DirtyVariables(row)))
    except Exception as error:
        tally[rule_id, path, "error"] += 1
        raise Ended from error
    tally[rule_id, path, "held" if holds else "not_held"] += 1
    return holds


def by_walking(plain: list[dict[str, Any]], frame: pd.DataFrame, stop: bool) -> tuple[Tally, Tally]:
    """What became of the rows at each condition, and at each rule ("" for its path)."""
    conditions, rules = Tally(), Tally()
    for row in rows_of(frame):
        for number, rule in enumerate(plain):
            try:
                fired = walk(rule["conditions"], "", row, str(number), conditions)
            except Ended:
                rules[str(number), "", "not_judged"] += 1
                break
            rules[str(number), "", "fired" if fired else "not_fired"] += 1
            if fired and stop:
                break
    return conditions, rules


@settings(max_examples=400)
@given(cases())
def test_counts_are_those_of_a_walk_by_the_library(case: tuple[list[dict[str, Any]], pd.DataFrame, bool]) -> None:
    plain, frame, stop = case
    result = Rules(plain, DirtyVariables, FiredActions).run(frame, stop, on_error="collect")
    conditions, rules = by_walking(plain, frame, stop)
    for one in result.coverage.to_dict("records"):
        found = {name: conditions[one["rule_id"], one["condition"], name] for name in COUNTS}
        found["not_reached"] = len(frame) - sum(found.values())
        assert {name: one[name] for name in COUNTS} == found
    listed = set(zip(result.coverage["rule_id"], result.coverage["condition"], strict=True))
    assert {(rule_id, path) for rule_id, path, _ in conditions} <= listed
    for one in result.verdicts.to_dict("records"):
        told = {name: rules[one["rule_id"], "", name] for name in ("fired", "not_fired", "not_judged")}
        assert {name: one[name] for name in told} == told
        assert one["not_reached"] == len(frame) - sum(told.values())


PLAIN = [
    {
        "id": "A",
        "conditions": {
            "all": [
                {"name": "paid", "operator": "greater_than", "value": 10},
                {
                    "any": [
                        {"name": "sku", "operator": "equal_to", "value": "x"},
                        {"name": "flagged", "operator": "is_true", "value": True},
                    ]
                },
            ]
        },
        "actions": [],
    },
    {"id": "B", "conditions": {"name": "sku", "operator": "equal_to", "value": "y"}, "actions": []},
]


def coverage(frame: pd.DataFrame, stop: bool = False) -> list[list[Any]]:
    found = Rules(PLAIN, Variables, Actions).run(frame, stop, on_error="collect").coverage
    return found[["rule_id", "condition", *COUNTS]].to_numpy().tolist()


def test_counts_of_a_small_table_done_by_hand() -> None:
    frame = pd.DataFrame(
        {
            "paid": [5.0, 11.0, 11.0, 11.0, None],
            "sku": ["y", "x", "y", "z", "x"],
            "flagged": [True, True, True, False, True],
        }
    )
    assert coverage(frame) == [
        ["A", "all[0]", 3, 1, 0, 1],
        ["A", "all[1].any[0]", 1, 2, 2, 0],
        ["A", "all[1].any[1]", 1, 1, 3, 0],
        ["B", "", 2, 2, 1, 0],  # the row without a payment never comes to B
    ]
    verdicts = Rules(PLAIN, Variables, Actions).run(frame, on_error="collect").verdicts
    assert verdicts.to_numpy().tolist() == [["A", 2, 2, 1, 0, 0.2], ["B", 2, 2, 0, 1, 0]]
    assert coverage(frame, stop=True)[3] == ["B", "", 1, 1, 3, 0]  # rows 1 and 2 are left at A


def test_a_table_without_rows_counts_nothing() -> None:
    frame = pd.DataFrame({"paid": [], "sku": [], "flagged": []})
    assert coverage(frame) == [[rule_id, path, 0, 0, 0, 0] for rule_id, path, *_ in coverage(frame)]
    assert Rules(PLAIN, Variables, Actions).run(frame).verdicts.to_numpy().tolist() == [
        ["A", 0, 0, 0, 0, 0],
        ["B", 0, 0, 0, 0, 0],
    ]


def test_rows_that_end_within_a_word_of_bits_are_all_counted() -> None:
    for count in (1, 7, 8, 63, 64, 65, 129):
        frame = pd.DataFrame({"paid": np.full(count, 11), "sku": ["q"] * count, "flagged": [False] * count})
        assert coverage(frame) == [
            ["A", "all[0]", count, 0, 0, 0],
            ["A", "all[1].any[0]", 0, count, 0, 0],
            ["A", "all[1].any[1]", 0, count, 0, 0],
            ["B", "", 0, count, 0, 0],
        ]
