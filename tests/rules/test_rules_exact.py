"""Whole tables give what business_rules.run_all gives row by row: the same rules, order and exception types."""

from __future__ import annotations

import os
from typing import Any

import pandas as pd
from dirty_rows import DirtyVariables, FiredActions, cases, oracle, told_by
from hypothesis import given, settings

from opsrules.rules import Rules

EXAMPLES = 10_000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 1_000


@settings(max_examples=EXAMPLES)
@given(cases())
def test_whole_tables_say_what_run_all_says(case: tuple[list[dict[str, Any]], pd.DataFrame, bool]) -> None:
    plain, frame, stop = case
    result = Rules(plain, DirtyVariables, FiredActions).run(frame, stop, on_error="collect")
    assert told_by(result, len(frame)) == oracle(plain, frame, stop)
