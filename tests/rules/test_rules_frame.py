"""Running rules: what run_all does row by row is the truth (oracle), over random rules and dirty rows."""

from __future__ import annotations

import copy
import math
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from business_rules import run_all
from hypothesis import given
from hypothesis import strategies as st
from rule_files import Actions, Variables

from opsrules.rules import Rules
from opsrules.rules.rows import rows_of

OPERATORS: dict[str, list[tuple[str, Any]]] = {
    "paid": [],
    "kept": [],
    "sku": [],
    "flagged": [("is_true", True), ("is_false", True)],
    "tags": [("contains", "A"), ("contains", 1), ("does_not_contain", "b")],
    "all_tags": [("contains_all", ["a"]), ("shares_no_elements_with", ["b", "c"]), ("is_contained_by", ["a", "b"])],
}
NUMBERS = st.sampled_from([0, 1, 5, -3, Decimal("0.1"), Decimal("5.0000005"), Decimal("5.000002"), 4.999999, 10**25])
COMPARISONS = st.sampled_from(
    ["equal_to", "greater_than", "greater_than_or_equal_to", "less_than", "less_than_or_equal_to"]
)
TEXTS = st.sampled_from(["", "A", "a", "A-1", "ß", "SS"])
TEXT_OPERATORS = st.sampled_from(["equal_to", "equal_to_case_insensitive", "starts_with", "ends_with", "contains"])


@st.composite
def leaves(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(OPERATORS)))
    if name in ("paid", "kept"):
        operator, value = draw(COMPARISONS), draw(NUMBERS)
    elif name == "sku":
        operator, value = draw(st.one_of(st.tuples(TEXT_OPERATORS, TEXTS), st.just(("non_empty", True))))
        if draw(st.booleans()):
            operator, value = "matches_regex", draw(st.sampled_from(["^A", "[0-9]$", ""]))
    else:
        operator, value = draw(st.sampled_from(OPERATORS[name]))
    return {"name": name, "operator": operator, "value": value}


TREES = st.recursive(
    leaves(),
    lambda kids: st.builds(
        lambda group, items: {group: items}, st.sampled_from(["all", "any"]), st.lists(kids, min_size=1, max_size=3)
    ),
    max_leaves=6,
)
ACTIONS = st.lists(
    st.sampled_from(
        [
            {"name": "set_cause", "params": {"cause": "x"}},
            {"name": "raise_finding", "params": {"finding_class": "payout_over", "due_days": 1}},
            {"name": "undecorated"},
        ]
    ),
    max_size=2,
)
RULE_SETS = st.lists(st.fixed_dictionaries({"conditions": TREES, "actions": ACTIONS}), min_size=1, max_size=5)

# A value that fits, or one of the ways in which a row is dirty: missing, of a wrong type, not a number.
PAID = st.sampled_from([0, 1, 5, 5.0000005, 4.9999985, -3.0, Decimal("0.1"), None, "5", True, math.inf, 10**25])
ROWS = st.fixed_dictionaries(
    {
        "paid": PAID,
        "refund": st.sampled_from([0, 1, Decimal("0.1"), None, 2.5]),
        "sku": TEXTS | st.sampled_from([None, 5]),
        "flagged": st.sampled_from([True, False, None, 1]),
        "tags": st.sampled_from([(), ("a",), ["A", "b"], "ab", None, (1,)]),
    }
)


def oracle(rules: list[dict[str, Any]], row: dict[str, Any], stop: bool) -> tuple[list[Any], str | None]:
    """What plain run_all does with one row: the outcomes of its actions, and the exception it ends with."""
    actions = Actions(row)
    try:
        run_all(rules, Variables(row), actions, stop_on_first_trigger=stop)
    except Exception as error:  # noqa: BLE001 - the oracle tells which it was
        return actions.outcomes, type(error).__name__
    return actions.outcomes, None


def as_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in rows[0]})


@given(RULE_SETS, st.lists(ROWS, min_size=1, max_size=4), st.booleans())
def test_rules_do_on_each_row_what_run_all_does(
    plain: list[dict[str, Any]], rows: list[dict[str, Any]], stop: bool
) -> None:
    before = copy.deepcopy(plain)
    result = Rules(plain, Variables, Actions).run(as_frame(rows), stop_on_first_trigger=stop, on_error="collect")
    applied, errors = result.apply(), result.errors
    for number, row in enumerate(rows):
        outcomes, error = oracle(plain, row, stop)
        mine = applied[applied["row"] == number]
        assert list(zip(mine["action"], mine["params"], strict=True)) == outcomes
        assert errors.loc[errors["row"] == number, "error"].tolist() == ([error] if error else [])
    assert plain == before


@given(RULE_SETS, st.lists(ROWS, min_size=1, max_size=4))
def test_fired_masks_and_counts_agree_and_an_error_never_counts(
    plain: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> None:
    rules = Rules(plain, Variables, Actions)
    result = rules.run(as_frame(rows), on_error="collect")
    fired = result.fired()
    assert fired["row"].is_monotonic_increasing
    for position, rule in enumerate(rules.rules):
        here = fired.loc[fired["rule_id"] == rule.id, "row"].tolist()
        assert np.flatnonzero(result.mask(rule.id)).tolist() == here
        assert result.counts.iloc[position] == len(here)
        failed = result.errors.loc[result.errors["rule_id"] == rule.id, "row"]
        assert set(failed).isdisjoint(here)
    # By row, ids come in the rules' order.
    for _, group in fired.groupby("row"):
        assert group["rule_id"].astype(int).is_monotonic_increasing


@given(RULE_SETS, st.lists(ROWS, min_size=1, max_size=4), st.booleans())
def test_on_error_raise_raises_what_run_all_raises_first(
    plain: list[dict[str, Any]], rows: list[dict[str, Any]], stop: bool
) -> None:
    expected = next((error for row in rows if (error := oracle(plain, row, stop)[1])), None)
    rules = Rules(plain, Variables, Actions)
    if expected is None:
        assert rules.run(as_frame(rows), stop_on_first_trigger=stop).errors.empty
        return
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the oracle says which
        rules.run(as_frame(rows), stop_on_first_trigger=stop)
    assert type(caught.value).__name__ == expected
    assert any(note.startswith("row ") for note in caught.value.__notes__)


def holds(node: dict[str, Any], told: dict[str, str], path: str = "") -> bool | None:
    """Put a tree together again from what why() says of its leaves; None when it ends in an error."""
    for group, goes_on in (("all", True), ("any", False)):
        if group in node:
            for position, kid in enumerate(node[group]):
                state = holds(kid, told, f"{path}.{group}[{position}]".lstrip("."))
                if state is not goes_on:
                    return state
            return goes_on
    return {"held": True, "not held": False, "error": None}[told[path]]


@given(RULE_SETS, st.lists(ROWS, min_size=1, max_size=3), st.booleans())
def test_why_tells_the_same_story_as_fired_and_errors(
    plain: list[dict[str, Any]], rows: list[dict[str, Any]], stop: bool
) -> None:
    rules = Rules(plain, Variables, Actions)
    result = rules.run(as_frame(rows), stop_on_first_trigger=stop, on_error="collect")
    why = result.why(range(len(rows)))
    for number in range(len(rows)):
        over = False
        for rule in rules.rules:
            part = why[(why["row"] == number) & (why["rule_id"] == rule.id)]
            told = dict(zip(part["condition"], part["outcome"], strict=True))
            if over:
                assert set(told.values()) == {"not reached"}
                continue
            state = holds(dict(rule.conditions), told)
            assert bool(result.mask(rule.id)[number]) is (state is True)
            over = state is None or (stop and state is True)


FRAME = pd.DataFrame(
    {
        "paid": [100.0, 200.0, None],
        "refund": [0.0, 50.0, 0.0],
        "sku": ["A-1", "B-2", "A-3"],
        "flagged": [False, True, False],
        "tags": [("a",), (), ()],
    }
)
BIG: dict[str, Any] = {
    "id": "BIG",
    "conditions": {
        "all": [
            {"name": "kept", "operator": "greater_than", "value": 90},
            {
                "any": [
                    {"name": "sku", "operator": "starts_with", "value": "A"},
                    {"name": "flagged", "operator": "is_true", "value": True},
                ]
            },
        ]
    },
    "actions": [{"name": "raise_finding", "params": {"finding_class": "payout_over"}}],
}
ANY_SKU: dict[str, Any] = {
    "conditions": {"name": "sku", "operator": "non_empty", "value": True},
    "actions": [{"name": "set_cause", "params": {"cause": "x"}}],
}


def test_a_run_by_hand() -> None:
    result = Rules([BIG, ANY_SKU], Variables, Actions).run(FRAME, on_error="collect")
    # Row 2: None - 0 raises a TypeError in the first rule, so the second never sees the row.
    assert result.fired().to_dict("list") == {"row": [0, 0, 1, 1], "rule_id": ["BIG", "1", "BIG", "1"]}
    assert result.counts.to_dict() == {"BIG": 2, "1": 2}
    assert result.mask("BIG").tolist() == [True, True, False]
    errors = result.errors
    assert errors[["row", "rule_id", "variable", "error"]].to_dict("records") == [
        {"row": 2, "rule_id": "BIG", "variable": "kept", "error": "TypeError"}
    ]
    applied = result.apply()
    assert applied.columns.tolist() == ["row", "rule_id", "action", "params"]
    assert applied.iloc[0].to_dict() == {
        "row": 0,
        "rule_id": "BIG",
        "action": "raise_finding",
        "params": {"class": "payout_over", "due_days": 3, "sku": "A-1"},
    }


def test_why_by_hand() -> None:
    result = Rules([BIG, ANY_SKU], Variables, Actions).run(FRAME, stop_on_first_trigger=True, on_error="collect")
    why = result.why([0, 1, 2])
    assert list(zip(why["row"], why["rule_id"], why["condition"], why["outcome"], strict=True)) == [
        (0, "BIG", "all[0]", "held"),
        (0, "BIG", "all[1].any[0]", "held"),
        (0, "BIG", "all[1].any[1]", "not reached"),
        (0, "1", "", "not reached"),
        (1, "BIG", "all[0]", "held"),
        (1, "BIG", "all[1].any[0]", "not held"),
        (1, "BIG", "all[1].any[1]", "held"),
        (1, "1", "", "not reached"),
        (2, "BIG", "all[0]", "error"),
        (2, "BIG", "all[1].any[0]", "not reached"),
        (2, "BIG", "all[1].any[1]", "not reached"),
        (2, "1", "", "not reached"),
    ]
    assert why["seen"].tolist()[:3] == [100.0, "A-1", None]
    assert why["constant"].tolist()[:3] == [90, "A", True]
    assert result.why(1)["row"].tolist() == [1, 1, 1, 1]


def test_an_unknown_rule_id_names_the_nearest() -> None:
    result = Rules([BIG], Variables, Actions).run(FRAME.head(1))
    with pytest.raises(KeyError, match="did you mean BIG"):
        result.mask("BIGG")


def test_an_error_names_row_rule_and_variable() -> None:
    with pytest.raises(TypeError) as caught:
        Rules([BIG], Variables, Actions).run(FRAME)
    assert caught.value.__notes__ == ["row 2, rule BIG, variable kept"]


def test_no_rows_and_no_rules() -> None:
    empty = Rules([BIG], Variables, Actions).run(FRAME.head(0))
    assert empty.counts.to_dict() == {"BIG": 0}
    assert empty.fired().empty
    assert empty.errors.empty
    assert empty.apply().columns.tolist() == ["row", "rule_id", "action", "params"]
    assert empty.why([]).empty
    none = Rules([], Variables, Actions).run(FRAME)
    assert none.fired().empty
    assert none.counts.empty


def test_run_refuses_an_unknown_way_with_errors() -> None:
    with pytest.raises(ValueError, match="on_error must be 'raise' or 'collect', got 'ignore'"):
        Rules([BIG], Variables, Actions).run(FRAME, on_error="ignore")  # type: ignore[arg-type]


def test_a_row_is_pythons_own_values_with_none_for_missing() -> None:
    frame = pd.DataFrame(
        {
            "int": pd.Series([1, 2**62], dtype="int64"),
            "nullable": pd.Series([2**62 + 1, None], dtype="Int64"),
            "float": pd.Series([0.5, float("nan")]),
            "text": pd.Series(["x", None], dtype="str"),
            "bool": pd.Series([True, False]),
            "day": pd.Series([pd.Timestamp("2026-10-01"), pd.NaT]).astype("datetime64[us]"),
            "kind": pd.Series(["a", None], dtype="category"),
            "mixed": pd.Series([Decimal("0.1"), np.int64(3)], dtype=object),
            "gone": pd.Series([pd.NA, np.float64("nan")], dtype=object),
        }
    )
    first, second = rows_of(frame)
    assert first == {
        "int": 1,
        "nullable": 2**62 + 1,
        "float": 0.5,
        "text": "x",
        "bool": True,
        "day": datetime.fromisoformat("2026-10-01"),
        "kind": "a",
        "mixed": Decimal("0.1"),
        "gone": None,
    }
    assert second["int"] == 2**62
    assert type(second["int"]) is int
    assert type(first["bool"]) is bool
    assert type(first["day"]) is datetime
    assert type(second["mixed"]) is int
    assert [second[name] for name in ("nullable", "float", "text", "day", "kind", "gone")] == [None] * 6
