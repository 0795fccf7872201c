"""Near misses against run_all: a threshold is moved a step at a time until the rule fires on the row."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import dirty_rows
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrules.rules import (
    BaseActions,
    BaseVariables,
    Rules,
    date_rule_variable,
    duration_rule_variable,
    money_rule_variable,
    number_rule_variable,
    numeric_rule_variable,
    string_rule_variable,
)
from opsrules.rules.gaps import exact
from opsrules.rules.library import rule_holds
from opsrules.rules.rows import rows_of


class Variables(BaseVariables):
    def __init__(self, row: Any) -> None:
        self.row = row

    @numeric_rule_variable()
    def items(self) -> Any:
        return self.row["items"]

    @numeric_rule_variable()
    def paid(self) -> Any:
        return self.row["paid"]

    @number_rule_variable()
    def score(self) -> Any:
        return self.row["score"]

    @string_rule_variable()
    def sku(self) -> Any:
        return self.row["sku"]

    @date_rule_variable()
    def day(self) -> Any:
        return self.row["day"]

    @duration_rule_variable()
    def wait(self) -> Any:
        return self.row["wait"]

    @money_rule_variable()
    def stake(self) -> Any:
        return self.row["stake"]


class Actions(BaseActions):
    def __init__(self, row: Any) -> None:
        self.row = row


COLUMNS = ["row", "condition", "variable", "seen", "threshold", "distance"]


def leaf(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"name": name, "operator": operator, "value": value}


def rules(*trees: dict[str, Any]) -> Rules:
    return Rules(
        [{"id": f"R{n}", "conditions": tree, "actions": []} for n, tree in enumerate(trees)], Variables, Actions
    )


def near(tree: dict[str, Any], frame: pd.DataFrame, within: Any) -> list[list[Any]]:
    return rules(tree).near_misses(frame, "R0", within)[COLUMNS].to_numpy().tolist()


def table(**columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values) for name, values in columns.items()})


# ---- by hand


def test_nearest_first_and_none_beyond() -> None:
    frame = table(items=[1, 2, 3, 7, 4])
    assert near(leaf("items", "greater_than", 4), frame, 3) == [
        [4, "", "items", 4, 4, 1],
        [2, "", "items", 3, 4, 2],
        [1, "", "items", 2, 4, 3],
    ]


def test_distance_of_cents_is_no_artefact_of_floats() -> None:
    frame = table(paid=[100.45, 100.5, 99.0, 100.51])
    told = near(leaf("paid", "greater_than", 100.5), frame, 0.06)
    assert told == [[1, "", "paid", 100.5, 100.5, Decimal("0.01")], [0, "", "paid", 100.45, 100.5, Decimal("0.06")]]
    assert [str(one[-1]) for one in told] == ["0.01", "0.06"]


def test_only_the_one_condition_that_stands_between_counts() -> None:
    tree = {"all": [leaf("items", "greater_than", 10), leaf("paid", "less_than", 5), leaf("sku", "equal_to", "A")]}
    frame = table(items=[10, 10, 11, 11, 10], paid=[4.0, 5.0, 5.0, 4.0, 4.0], sku=["A", "A", "A", "A", "B"])
    assert near(tree, frame, 1) == [[0, "all[0]", "items", 10, 10, 1], [2, "all[1]", "paid", 5.0, 5, 1]]


def test_each_part_of_an_any_may_be_the_one() -> None:
    tree = {"any": [leaf("items", "greater_than", 10), {"all": [leaf("items", "equal_to", 8)]}]}
    told = near(tree, table(items=[9, 11]), 2)
    assert told == [[0, "any[1].all[0]", "items", 9, 8, 1], [0, "any[0]", "items", 9, 10, 2]]


def test_same_condition_written_twice_is_moved_once_at_a_time() -> None:
    twice = leaf("items", "greater_than", 10)
    assert near({"all": [twice, twice]}, table(items=[10]), 5) == []
    assert [one[1] for one in near({"any": [twice, twice]}, table(items=[10]), 5)] == ["any[0]", "any[1]"]


def test_row_in_errors_is_no_near_miss() -> None:
    tree = {"any": [leaf("items", "greater_than", 10), leaf("paid", "less_than", 5)]}
    frame = table(items=[10, 10], paid=[None, 5.0])
    assert [one[0] for one in near(tree, frame, 9)] == [1, 1]
    assert near({"all": [leaf("items", "greater_than", 10), leaf("paid", "less_than", 5)]}, frame, 9) == []
    # The first row is lost to the rule before, as it is to run_all.
    both = rules(leaf("paid", "less_than", 5), leaf("items", "greater_than", 10))
    assert both.near_misses(frame, "R1", 9)["row"].tolist() == [1]


def test_days_spans_and_money_are_told_in_their_own_unit() -> None:
    frame = table(
        day=[date(2026, 10, 30), date(2026, 10, 1)],
        wait=[timedelta(days=4, hours=1), timedelta(days=9)],
        stake=[(999, "EUR"), (1, "EUR")],
    )
    assert near(leaf("day", "after", "2026-10-31"), frame, timedelta(days=2)) == [
        [0, "", "day", date(2026, 10, 30), "2026-10-31", 2]
    ]
    [[row, _, _, _, threshold, distance]] = near(leaf("wait", "greater_than_or_equal_to", 5), frame, timedelta(days=1))
    assert (row, threshold, distance) == (0, 5, Fraction(23, 24))
    # The column is in hours, so a step is one.
    [[_, _, _, _, _, distance]] = near(leaf("wait", "greater_than", 5), frame.head(1), 1)
    assert distance == 1
    ten = {"minor": 1000, "currency": "EUR"}
    assert near(leaf("stake", "greater_than_or_equal_to", ten), frame, 5) == [[0, "", "stake", (999, "EUR"), ten, 1]]


def test_of_between_the_nearer_end_moves_and_of_within_days_of_the_days() -> None:
    assert near(leaf("score", "between", [5, 9]), table(score=[3, 10, 7]), 2) == [
        [1, "", "score", 10, 9, 1],
        [0, "", "score", 3, 5, 2],
    ]
    days = table(day=[date(2026, 10, 10), date(2026, 10, 4)])
    around = {"day": "2026-10-05", "days": 3}
    assert near(leaf("day", "within_days_of", around), days, 2) == [[0, "", "day", date(2026, 10, 10), 3, 2]]


def test_lists_presence_and_other_variables_have_no_threshold() -> None:
    frame = table(score=[4, 4], items=[5, 5])
    for asked in (
        leaf("score", "is_one_of", [5]),
        leaf("score", "is_missing", True),
        leaf("score", "greater_than", {"variable": "items"}),
    ):
        assert near(asked, frame, 100) == []


def test_leeway_by_variable_and_spans_of_time_for_days_alone() -> None:
    tree = {"any": [leaf("items", "greater_than", 10), leaf("day", "after", "2026-10-31")]}
    frame = table(items=[10], day=[date(2026, 10, 31)])
    assert [one[2] for one in near(tree, frame, {"day": 1})] == ["day"]
    assert [one[2] for one in near(tree, frame, timedelta(hours=36))] == ["day"]
    assert [one[2] for one in near(tree, frame, timedelta(hours=23))] == []
    assert [one[2] for one in near(tree, frame, {"items": np.int64(1), "day": Decimal("0.9")})] == ["items"]


@pytest.mark.parametrize("within", [-1, "1", True, float("nan"), None, {"items": -1}, {"itms": 1}, timedelta(days=-1)])
def test_leeway_that_is_none_is_refused(within: Any) -> None:
    with pytest.raises(ValueError, match="within"):
        near(leaf("items", "greater_than", 10), table(items=[10]), within)


def test_unknown_rule_and_empty_table() -> None:
    asked = rules(leaf("items", "greater_than", 10))
    with pytest.raises(KeyError, match="no rule 'R9'"):
        asked.near_misses(table(items=[1]), "R9", 1)
    empty = asked.near_misses(pd.DataFrame({"items": pd.Series([], dtype="int64")}), "R0", 1)
    assert (list(empty.columns), len(empty)) == (COLUMNS, 0)


@pytest.mark.parametrize("value", [2**53 + 1, -(2**63), 2**63 - 1])
def test_whole_numbers_beyond_floats_keep_their_last_unit(value: int) -> None:
    told = near(leaf("score", "greater_than", value), table(score=[value, value - 1]), 1)
    assert [(one[0], one[-1]) for one in told] == [(0, 1)]


def test_float_far_from_its_shortest_text_is_taken_as_it_is() -> None:
    value = 1e15 + 0.3  # the float there is 0.25 above, written .2
    assert repr(value).endswith(".2")
    frame = table(paid=[value, 0.5])
    [[row, *_, distance]] = near(leaf("paid", "equal_to", 10**15), frame, 1)
    assert (row, distance) == (0, Decimal("0.25"))


def test_infinity_is_near_nothing() -> None:
    frame = pd.DataFrame({"score": pd.Series([Decimal("Infinity"), 5, Decimal("0.1")], dtype=object)})
    assert [one[0] for one in near(leaf("score", "less_than", 5), frame, 10**9)] == [1]


# ---- against run_all, a step at a time

STEPS = 3
QUARTER, CENT = Decimal("0.25"), Decimal("0.01")
STEP_OF: dict[str, Any] = {"items": 1, "paid": CENT, "score": 1, "day": 1, "wait": QUARTER, "stake": 1}
START = date(2026, 10, 5)

WHOLE = st.integers(0, 6)
DAYS = st.integers(0, 6).map(lambda n: START + timedelta(days=n))
UP_AND_DOWN = ["greater_than", "greater_than_or_equal_to", "less_than", "less_than_or_equal_to", "equal_to"]
EITHER_SIDE = ["before", "after", "on_or_before", "on_or_after", "equal_to"]
EURO = st.integers(0, 6).map(lambda n: {"minor": n, "currency": "EUR"})


def _span(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=2, max_size=2).map(
        lambda two: sorted(two, key=lambda one: one["minor"] if isinstance(one, dict) else one)
    )


def _measured(name: str, values: st.SearchStrategy[Any], operators: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    plain = st.builds(leaf, st.just(name), st.sampled_from(operators), values)
    return (
        plain
        if name in ("items", "paid")
        else plain | st.builds(leaf, st.just(name), st.just("between"), _span(values))
    )


LEAVES = st.one_of(
    _measured("items", WHOLE, UP_AND_DOWN),
    _measured("paid", WHOLE.map(lambda n: n * CENT), UP_AND_DOWN),
    _measured("score", WHOLE, UP_AND_DOWN),
    _measured("day", DAYS, EITHER_SIDE),
    _measured("wait", WHOLE.map(lambda n: n * QUARTER), UP_AND_DOWN),
    _measured("stake", EURO, UP_AND_DOWN),
    st.builds(lambda day, days: leaf("day", "within_days_of", {"day": day, "days": days}), DAYS, st.integers(0, 2)),
    st.just(leaf("sku", "equal_to", "A")),
    st.just(leaf("score", "is_missing", True)),
)
TREES = st.recursive(
    LEAVES,
    lambda kids: st.builds(
        lambda group, of: {group: of}, st.sampled_from(["all", "any"]), st.lists(kids, min_size=1, max_size=3)
    ),
    max_leaves=5,
)
ROWS = st.fixed_dictionaries(
    {
        "items": WHOLE,
        "paid": WHOLE.map(lambda n: n / 100) | st.none(),
        "score": WHOLE | st.none(),
        "sku": st.sampled_from(["A", "B"]),
        "day": DAYS | st.none(),
        "wait": WHOLE.map(lambda n: n * QUARTER) | WHOLE.map(lambda n: timedelta(hours=6 * n)) | st.none(),
        "stake": st.integers(0, 6).map(lambda n: (n, "EUR")) | st.just((3, "USD")) | st.none(),
    }
)
# So that each column is in the steps that STEP_OF has.
STEADY = {"items": 1, "paid": 0.01, "score": 1, "sku": "A", "day": START, "wait": QUARTER, "stake": (1, "EUR")}


def _leaves_of(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if "name" in tree:
        yield path, tree
        return
    [(group, kids)] = tree.items()
    for place, kid in enumerate(kids):
        yield from _leaves_of(kid, f"{path}.{group}[{place}]".lstrip("."))


def _plus(constant: Any, by: Any) -> Any:
    if isinstance(constant, dict):
        return constant | {"minor": constant["minor"] + by}
    return constant + (timedelta(days=by) if isinstance(constant, date) else by)


def _moved(operator: str, constant: Any, by: Any) -> Iterator[Any]:
    """Give the constant with one of its thresholds moved."""
    if operator == "between":
        low, high = constant
        yield from ([_plus(low, by), high], [low, _plus(high, by)])
    elif operator == "within_days_of":
        yield constant | {"days": constant["days"] + by}
    else:
        yield _plus(constant, by)


def _says(tree: dict[str, Any], row: dict[Any, Any]) -> bool | None:
    try:
        return rule_holds(tree, Variables(row))
    except Exception:  # noqa: BLE001 - the row is an error
        return None


def _by_moving(tree: dict[str, Any], rows: list[dict[Any, Any]]) -> set[tuple[int, str, int]]:
    """Row, condition and number of steps after which the rule fires, found by trying."""
    found = set()
    for path, one in _leaves_of(tree):
        if one["name"] not in STEP_OF or one["operator"] == "is_missing":
            continue
        for number, row in enumerate(rows):
            if _says(tree, row) is not False:
                continue
            for steps in range(1, STEPS + 1):
                if any(_says(other, row) for other in _with_moved(tree, path, steps * STEP_OF[one["name"]])):
                    found.add((number, path, steps))
                    break
    return found


def _with_moved(tree: dict[str, Any], path: str, by: Any) -> Iterator[dict[str, Any]]:
    for signed in (by, -by):
        asked = dict(_leaves_of(tree))[path]
        for constant in _moved(asked["operator"], asked["value"], signed):
            other = _own(tree)
            dict(_leaves_of(other))[path]["value"] = constant
            yield other


def _own(tree: dict[str, Any]) -> dict[str, Any]:
    """Return a copy in which no two conditions are one object."""
    if "name" in tree:
        return copy.copy(tree)
    return {group: [_own(kid) for kid in kids] for group, kids in tree.items()}


@given(TREES, st.lists(ROWS, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_near_misses_are_those_that_moving_a_threshold_finds(tree: dict[str, Any], some: list[dict[str, Any]]) -> None:
    made = [*some, STEADY]
    objects = {name: pd.Series([row[name] for row in made], dtype=object) for name in ("day", "wait", "stake")}
    frame = pd.DataFrame({name: [row[name] for row in made] for name in STEADY} | objects)
    told = rules(tree).near_misses(frame, "R0", {name: STEPS * step for name, step in STEP_OF.items()})
    distances = told["distance"].map(Fraction)
    steps = [int(one / Fraction(STEP_OF[name])) for one, name in zip(distances, told["variable"], strict=True)]
    found = set(zip(told["row"], told["condition"], steps, strict=True))
    assert len(found) == len(told)
    assert found == _by_moving(tree, rows_of(frame))
    assert all(one % Fraction(STEP_OF[name]) == 0 for one, name in zip(distances, told["variable"], strict=True))
    assert distances.is_monotonic_increasing


@given(st.lists(st.floats(-10, 10), max_size=20), st.floats(-10, 10), st.sampled_from(UP_AND_DOWN))
@settings(max_examples=150)
def test_any_floats_fire_once_moved_and_do_not_a_step_before(some: list[float], limit: float, operator: str) -> None:
    values, step = [*some, 0.1234567], Decimal("0.000002")  # more than five decimals
    frame = pd.DataFrame({"paid": values})
    asked = leaf("paid", operator, Decimal(repr(limit)))
    told = rules(asked).near_misses(frame, "R0", 5)
    rows = rows_of(frame)
    for row, distance in zip(told["row"], told["distance"], strict=True):
        moved = [leaf("paid", operator, asked["value"] + sign * distance) for sign in (1, -1)]
        short = [leaf("paid", operator, asked["value"] + sign * (distance - step)) for sign in (1, -1)]
        assert any(_says(one, rows[row]) for one in moved)
        assert distance < step or not any(_says(one, rows[row]) for one in short)
        assert distance <= 5
    for row in set(range(len(values))) - set(told["row"]):
        assert _says(asked, rows[row]) or abs(Decimal(repr(values[row])) - asked["value"]) + step > 5


@given(dirty_rows.cases())
@settings(max_examples=100)
def test_dirty_rows_that_are_near_are_silent_ones_that_run_all_could_judge(
    case: tuple[list[dict[str, Any]], pd.DataFrame, bool],
) -> None:
    plain, frame, _ = case
    asked = Rules(plain, dirty_rows.DirtyVariables, dirty_rows.FiredActions)
    for position, rule in enumerate(asked.rules):
        told = asked.near_misses(frame, rule.id, 10**30)
        done = dirty_rows.oracle(plain[: position + 1], frame, stop=False)
        silent = {row for row, (fired, error) in enumerate(done) if error is None and position not in fired}
        assert set(told["row"]) <= silent
        assert (told["distance"].map(Fraction) > 0).all()


def test_a_million_rows_take_about_a_second() -> None:
    draw = np.random.default_rng(3)
    count = 1_000_000
    frame = pd.DataFrame({"items": draw.integers(0, 100, count), "paid": draw.integers(0, 100_000, count) / 100})
    tree = {"all": [leaf("items", "greater_than", 50), leaf("paid", "greater_than_or_equal_to", 500)]}
    start = time.perf_counter()
    told = rules(tree).near_misses(frame, "R0", {"items": 5, "paid": 1})
    assert time.perf_counter() - start < 5  # the machine is shared
    items, paid = frame["items"], frame["paid"]
    by_items = (items.between(46, 50) & (paid >= 500)).sum()
    assert len(told) == by_items + ((items > 50) & (paid < 500) & (paid >= 499)).sum()


@pytest.mark.parametrize("number", [Fraction(3), Fraction(1, 20), Fraction(-7, 8), Fraction(1, 3), Fraction(10**40, 7)])
def test_exact_keeps_the_number(number: Fraction) -> None:
    assert Fraction(exact(number)) == number
