"""What-if: expected rows and sums are counted by hand or by a plain loop over the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrules.rules import FALLS_IN, FALLS_OUT, BaseActions, BaseVariables, Rules, numeric_rule_variable


class Variables(BaseVariables):
    def __init__(self, row: Mapping[str, Any] | pd.DataFrame) -> None:
        self.row = row

    @numeric_rule_variable()
    def age(self) -> Any:
        return self.row["age"]


class Actions(BaseActions):
    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        self.outcomes: list[tuple[str, dict[str, Any]]] = []


def older_than(limit: int, rule_id: str = "old") -> Rules:
    leaf = {"name": "age", "operator": "greater_than", "value": limit}
    return Rules([{"id": rule_id, "conditions": leaf, "actions": []}], Variables, Actions)


TABLE = pd.DataFrame(
    {"age": [1, 5, 9, 12], "amount_minor": [100, -200, 400, 800], "currency": ["EUR", "EUR", "JPY", "EUR"]}
)


def test_stricter_rule_lets_rows_fall_out_with_their_money_by_currency() -> None:
    tested = older_than(4).backtest(older_than(10), TABLE)
    assert tested.counts.to_numpy().tolist() == [["old", 3, 1, 0, 2]]
    assert tested.changes.to_numpy().tolist() == [["old", FALLS_OUT, "EUR", 1, 200], ["old", FALLS_OUT, "JPY", 1, 400]]


def test_rule_of_one_version_alone_moves_all_its_rows() -> None:
    tested = older_than(4).backtest(older_than(10, "ancient"), TABLE)
    assert tested.counts.to_numpy().tolist() == [["old", 3, 0, 0, 3], ["ancient", 0, 1, 1, 0]]


def test_first_rows_tell_why() -> None:
    told = older_than(10).backtest(older_than(4), TABLE).first("old", FALLS_IN, most=1)
    assert told[["row", "variable", "constant", "seen", "outcome"]].to_numpy().tolist() == [[1, "age", 4, 5, "held"]]
    with pytest.raises(KeyError, match="no rule 'new'"):
        older_than(10).backtest(older_than(4), TABLE).first("new", FALLS_IN)


def test_table_without_the_amount_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no column 'amount_minor'"):
        older_than(1).backtest(older_than(2), TABLE.drop(columns="amount_minor"))


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(-9, 9), st.sampled_from(["EUR", "USD"])), min_size=1, max_size=30
    ),
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_moves_are_those_that_a_loop_finds(rows: list[tuple[int, int, str]], old: int, new: int) -> None:
    table = pd.DataFrame(rows, columns=["age", "amount_minor", "currency"])
    changes = older_than(old).backtest(older_than(new), table).changes
    wanted = []
    for change, before, after in ((FALLS_IN, False, True), (FALLS_OUT, True, False)):
        for currency in ("EUR", "USD"):
            moved = [abs(a) for age, a, c in rows if c == currency and (age > old, age > new) == (before, after)]
            if moved:
                wanted.append(["old", change, currency, len(moved), sum(moved)])
    assert changes.to_numpy().tolist() == wanted
