"""Rows without a value: each gets what it gets alone, and few of many are asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from opsrules.rules import BaseActions, BaseVariables, Rules, numeric_rule_variable

ROWS = 20_000
# The sample of a table, its ends, and one row for each combination of columns without a value.
MOST_CALLS = 250


def minus(row: Any) -> Any:
    return row["paid"] - row["refund"]


def guarded(row: Any) -> Any:
    if row["paid"] is None or row["refund"] is None:
        return None
    return row["paid"] - row["refund"]


def or_whole(row: Any) -> Any:
    paid = row["paid"]
    return row["refund"] * 2 if paid is None else paid


def by_name(row: Any) -> Any:
    return len(row["kind"]) if row["paid"] is None else row["paid"]


def table() -> pd.DataFrame:
    draw = np.random.default_rng(5)
    made = pd.DataFrame({"paid": draw.random(ROWS), "refund": draw.random(ROWS)})
    made["kind"] = pd.array(draw.choice(["a", "bb", "ccc"], ROWS), dtype="str")
    for name in ("paid", "refund"):
        made.loc[draw.random(ROWS) < 0.5, name] = None
    return made


@pytest.mark.parametrize("method", [minus, guarded, or_whole, by_name])
def test_gaps_are_settled_without_asking_every_row(method: Callable[[Any], Any]) -> None:
    calls = []

    class Variables(BaseVariables):
        def __init__(self, row: Any) -> None:
            self.row = row

        @numeric_rule_variable()
        def amount(self) -> Any:
            calls.append(1)
            return method(self.row)

    condition = {"name": "amount", "operator": "greater_than", "value": 0.5}
    frame = table()
    result = Rules([{"conditions": condition, "actions": []}], Variables, BaseActions).run(frame, on_error="collect")
    assert len(calls) < MOST_CALLS
    expected = [outcome(method, row) for row in frame.astype(object).where(frame.notna(), None).to_dict("records")]
    assert result.mask("0").tolist() == [one is True for one in expected]
    told = result.errors[["row", "error", "message"]].to_records(index=False).tolist()
    assert told == [(row, *one) for row, one in enumerate(expected) if isinstance(one, tuple)]


def outcome(method: Callable[[Any], Any], row: Any) -> bool | tuple[str, str]:
    """What the library would say of one row, in Python's words."""
    try:
        found = method(row)
    except TypeError as error:
        return "TypeError", str(error)
    if found is None:
        return "AssertionError", "None is not a valid numeric type."
    return bool(found > 0.500001)
