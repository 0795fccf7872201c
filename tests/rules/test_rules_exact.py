"""Whole tables give what business_rules.run_all gives row by row: the same rules, order and exception types."""

from __future__ import annotations

import os
from typing import Any

import pandas as pd
from dirty_rows import DirtyVariables, FiredActions, cases, oracle
from hypothesis import given, settings

from opsrules.rules import Result, Rules

EXAMPLES = 10_000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 1_000


def told_by(result: Result, count: int) -> list[tuple[list[int], str | None]]:
    told: list[tuple[list[int], str | None]] = [([], None) for _ in range(count)]
    fired, errors = result.fired(), result.errors
    for row, rule_id in zip(fired["row"].tolist(), fired["rule_id"].tolist(), strict=True):
        told[row][0].append(int(rule_id))
    for row, error in zip(errors["row"].tolist(), errors["error"].tolist(), strict=True):
        assert told[row][1] is None, "a row ends once"
        told[row] = (told[row][0], error)
    return told


@settings(max_examples=EXAMPLES)
@given(cases())
def test_whole_tables_say_what_run_all_says(case: tuple[list[dict[str, Any]], pd.DataFrame, bool]) -> None:
    plain, frame, stop = case
    result = Rules(plain, DirtyVariables, FiredActions).run(frame, stop, on_error="collect")
    assert told_by(result, len(frame)) == oracle(plain, frame, stop)
