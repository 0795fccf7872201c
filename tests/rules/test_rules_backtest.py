"""What-if: expected rows and sums are counted by hand or by a plain loop over the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from dirty_rows import READS, TREES, DirtyVariables, FiredActions, frames, named_in, numbered, oracle
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrules.rules import FALLS_IN, FALLS_OUT, BaseActions, BaseVariables, Rules, numeric_rule_variable


class Variables(BaseVariables):
    def __init__(self, row: Mapping[str, Any] | pd.DataFrame) -> None:
        self.row = row

    @numeric_rule_variable()
    def age(self) -> Any:
        return self.row["age"]

    @numeric_rule_variable()
    def size(self) -> Any:
        return self.row["size"]


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
    assert tested.counts.to_numpy().tolist() == [["old", 3, 1, 0, 2, 0, 0, 4, 0, 0]]
    assert tested.changes.to_numpy().tolist() == [["old", FALLS_OUT, "EUR", 1, 200], ["old", FALLS_OUT, "JPY", 1, 400]]


def test_rule_of_one_version_alone_moves_all_its_rows() -> None:
    tested = older_than(4).backtest(older_than(10, "ancient"), TABLE)
    assert tested.counts.to_numpy().tolist() == [
        ["old", 3, 0, 0, 3, 0, 0, 4, 0, 0],
        ["ancient", 0, 1, 1, 0, 0, 0, 4, 0, 0],
    ]


def test_first_rows_tell_what_decided_before_and_after() -> None:
    told = older_than(10).backtest(older_than(4), TABLE).first("old", FALLS_IN, most=1)
    names = ["row", "version", "variable", "constant", "seen", "outcome"]
    assert told[names].to_numpy().tolist() == [
        [1, "before", "age", 10, 5, "not held"],
        [1, "after", "age", 4, 5, "held"],
    ]
    with pytest.raises(KeyError, match="no rule 'new'"):
        older_than(10).backtest(older_than(4), TABLE).first("new", FALLS_IN)
    with pytest.raises(KeyError, match="no change 'up'"):
        older_than(10).backtest(older_than(4), TABLE).first("old", "up")


def test_conditions_that_made_no_difference_are_left_out() -> None:
    def leaf(operator: str, limit: int) -> dict[str, Any]:
        return {"name": "age", "operator": operator, "value": limit}

    def rules(limit: int) -> Rules:
        either = {"any": [{"all": [leaf("less_than", 99), leaf("greater_than", 50)]}, leaf("greater_than", limit)]}
        tree = {"all": [leaf("greater_than", 0), either, leaf("less_than", 99)]}
        return Rules([{"id": "old", "conditions": tree, "actions": []}], Variables, Actions)

    told = rules(10).backtest(rules(4), TABLE).first("old", FALLS_IN, most=1)
    # Before, all of the any failed: its all by the second part. After, its second part held.
    assert told[["version", "condition", "outcome"]].to_numpy().tolist() == [
        ["before", "all[1].any[0].all[1]", "not held"],
        ["before", "all[1].any[1]", "not held"],
        ["after", "all[0]", "held"],
        ["after", "all[1].any[1]", "held"],
        ["after", "all[2]", "held"],
    ]


def test_row_that_one_version_cannot_judge_does_not_move_but_is_counted() -> None:
    table = pd.DataFrame({"age": [None, 9.0], "size": [5, 5], "amount_minor": [1, 2], "currency": ["EUR", "EUR"]})
    size = {"name": "size", "operator": "greater_than", "value": 1}
    by_size = Rules([{"id": "old", "conditions": size, "actions": []}], Variables, Actions)
    tested = older_than(10).backtest(by_size, table)
    assert tested.counts.to_numpy().tolist() == [["old", 0, 2, 1, 0, 1, 0, 2, 0.5, 0]]
    assert tested.moved("old", FALLS_IN).tolist() == [1]
    assert by_size.backtest(older_than(10), table).moved("old", FALLS_OUT).tolist() == [1]


def test_amounts_that_are_no_whole_minor_units_are_refused_with_their_row() -> None:
    table = TABLE.assign(amount_minor=[1.0, 2.0, 3.5, 4.0])
    with pytest.raises(ValueError, match=r"column 'amount_minor' has 1\.0 in row 0"):
        older_than(1).backtest(older_than(2), table)


def test_row_without_a_currency_is_counted_under_none() -> None:
    table = TABLE.assign(currency=pd.Series(["EUR", None, "JPY", "EUR"], dtype="str"))
    changes = older_than(4).backtest(older_than(10), table).changes
    assert changes[["currency", "rows", "amount_minor"]].to_numpy().tolist() == [["JPY", 1, 400], ["XXX", 1, 200]]


def test_sum_that_leaves_64_bits_is_refused() -> None:
    table = TABLE.assign(amount_minor=[1, 2**62, 2**62, 1])
    with pytest.raises(OverflowError):
        _ = older_than(4).backtest(older_than(99), table).changes


def test_bound_table_is_taken_as_it_is_and_keeps_what_it_was_asked() -> None:
    bound = older_than(4).bind(TABLE)
    first = older_than(4).backtest(older_than(10), bound)
    asked = len(bound.answered)
    again = older_than(4).backtest(older_than(10), bound)
    assert len(bound.answered) == asked == 2
    assert again.changes.equals(first.changes)
    assert again.changes.equals(older_than(4).backtest(older_than(10), TABLE).changes)


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


def _cannot_judge(rules: list[dict[str, Any]], frame: pd.DataFrame, position: int) -> list[bool]:
    """Whether run_all raises on each row before, or at, a rule."""
    return [error is not None for _, error in oracle(rules[: position + 1], frame, stop=False)]


@given(st.data())
@settings(max_examples=60)
def test_moves_are_those_of_run_all_on_dirty_rows(data: st.DataObject) -> None:
    trees = [data.draw(TREES) for _ in range(4)]
    names = set[str]().union(*(named_in(tree) for tree in trees))
    frame = data.draw(frames(frozenset(column for name in names for column in READS[name].split())))
    frame = frame.assign(amount_minor=1, currency="EUR")
    old, new = numbered(trees[:2]), numbered(trees[2:])
    tested = Rules(old, DirtyVariables, FiredActions).backtest(Rules(new, DirtyVariables, FiredActions), frame)
    fired = [oracle(version, frame, stop=False) for version in (old, new)]
    for position in range(2):
        lost = [_cannot_judge(version, frame, position) for version in (old, new)]
        before, after = ([position in done for done, _ in version] for version in fired)
        rows = [row for row in range(len(frame)) if not lost[0][row] and not lost[1][row]]
        falls_in = [row for row in rows if after[row] and not before[row]]
        falls_out = [row for row in rows if before[row] and not after[row]]
        assert tested.moved(str(position), FALLS_IN).tolist() == falls_in
        assert tested.moved(str(position), FALLS_OUT).tolist() == falls_out
        counted = tested.counts.iloc[position].tolist()
        assert counted == [
            str(position),
            sum(before),
            sum(after),
            len(falls_in),
            len(falls_out),
            *map(sum, lost),
            len(frame),
            *(sum(one) / max(len(frame), 1) for one in lost),
        ]
