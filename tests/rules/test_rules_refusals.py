"""What cannot be identical to run_all over whole tables is refused by name, or asked row by row."""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from business_rules.fields import FIELD_TEXT
from dirty_rows import DirtyVariables, FiredActions, numbered, oracle, told_by

from opsrules.errors import ReviewError, UsageError
from opsrules.rules import (
    BaseActions,
    BaseVariables,
    BoundFrame,
    Rules,
    masks,
    numeric_rule_variable,
    rowwise,
    rule_action,
    select_rule_variable,
    string_rule_variable,
)
from opsrules.rules.exact import Span, span
from opsrules.rules.watched import WatchedRow

FRAME = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [4, 5, 6], "t": pd.Series(["x", "y", "z"], dtype="str")})
ABOVE = {"operator": "greater_than", "value": 1}


def variables_with(body: Callable[[Any], Any], decorate: Any = numeric_rule_variable) -> type[BaseVariables]:
    """A class with one variable, v, whose method is `body` of the row."""

    class Variables(BaseVariables):
        def __init__(self, row: Any) -> None:
            self.row = row

    method = decorate("v")(lambda self: body(self.row))
    Variables.v = method  # type: ignore[attr-defined]
    return Variables


def counted(body: Callable[[Any], Any], frame: pd.DataFrame = FRAME, **leaf: Any) -> list[int]:
    rules = Rules(numbered([{"name": "v", **(leaf or ABOVE)}]), variables_with(body), FiredActions)
    return [int(one) for one in rules.run(frame, on_error="collect").mask("0")]


def _quiet(row: Any) -> Any:
    try:
        return row["a"] if row["a"] > 1 else 0
    except Exception:  # noqa: BLE001 - what an analyst might write
        return 0


BODIES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "if": (lambda row: row["a"] if row["a"] > 1 else 0, "decides by a value"),
    "or": (lambda row: row["a"] or 0, "decides by a value"),
    "round": (lambda row: round(row["a"], 1), "turns round"),
    "power": (lambda row: row["a"] ** 2, "raises to a power"),
    "math": (lambda row: math.exp(row["a"]), "makes a number of a value"),
    "length": (lambda row: len(row["t"]), "goes into a value"),
    "contains": (lambda row: "x" in row["t"], "goes into a value"),
    "method": (lambda row: row["t"].upper(), "uses .upper"),
    "text": (lambda row: len(f"{row['a']}"), "makes text of a value"),
    "caught": (_quiet, "decides by a value"),
    "is None": (lambda row: 1 if row["a"] is None else 0, "gives one value for all rows"),
    "numpy": (lambda row: np.sqrt(row["a"]), "raises TypeError"),
    "series": (lambda row: row["a"].fillna(0), "uses .fillna"),
    "other rows": (lambda row: row["a"] - row["a"].shift(), "uses .shift"),
    "whole row": (lambda row: sum(row.values()), "uses .values of the row"),
    "big number": (lambda row: row["b"] + 2**60, "beyond 2\\*\\*53"),
    "invert": (lambda row: ~row["b"], "uses an operator"),
    "lookup": (lambda row: {1.0: 5}[row["a"]], "looks a value up"),
}


@pytest.mark.parametrize("name", sorted(BODIES))
def test_a_method_without_a_form_over_columns_is_refused_by_name(name: str) -> None:
    body, what = BODIES[name]
    with pytest.raises(UsageError, match=rf"variable v: its method .*{what}.*@rowwise"):
        counted(body)


def test_rowwise_asks_row_by_row_and_once_a_row() -> None:
    calls = []

    def body(row: Any) -> Any:
        calls.append(row["a"])
        return round(row["a"]) if row["a"] > 1 else 0

    decorate = lambda label: lambda method: rowwise(numeric_rule_variable(label)(method))  # noqa: E731
    plain = numbered([{"name": "v", **ABOVE}, {"name": "v", "operator": "less_than", "value": 3}])
    result = Rules(plain, variables_with(body, decorate), FiredActions).run(FRAME)
    assert calls == [1.0, 2.0, 3.0]
    assert result.mask("0").tolist() == [False, True, True]
    assert result.mask("1").tolist() == [True, True, False]


def test_columns_of_python_objects_are_asked_row_by_row() -> None:
    frame = pd.DataFrame({"a": pd.Series([1, "2", None], dtype=object)})
    assert counted(lambda row: int(row["a"]) if row["a"] else 5, frame) == [0, 1, 1]


def test_a_value_that_differs_row_by_row_is_refused() -> None:
    # Over whole columns `isinstance` sees no number.
    with pytest.raises(UsageError, match=r"variable v: its method gives 1\.0 over whole columns and 2\.0 for row 0"):
        counted(lambda row: row["a"] * 2 if isinstance(row["a"], float) else row["a"])


def test_a_one_shot_value_is_refused() -> None:
    frame = pd.DataFrame({"a": pd.Series([iter([1])], dtype=object)})
    plain = numbered([{"name": "v", "operator": "contains", "value": 1}])
    rules = Rules(plain, variables_with(lambda row: row["a"], select_rule_variable), FiredActions)
    with pytest.raises(UsageError, match=r"variable v: its method gives a list_iterator, .*give a tuple"):
        rules.run(frame)


@pytest.mark.parametrize("kind", ["int64", "Int64", "int64[pyarrow]", "object"])
def test_whole_numbers_stay_whole(kind: str) -> None:
    frame = pd.DataFrame({"a": pd.Series([2**53, 2**53 + 1, 2**53 + 2], dtype=kind)})
    assert counted(lambda row: row["a"], frame, operator="equal_to", value=2**53 + 1) == [0, 1, 0]
    doubled = {"operator": "equal_to", "value": 2**54 + 2}
    assert counted(lambda row: row["a"] + row["a"], frame, **doubled) == [0, 1, 0]
    # 2**62 * 4 is 0 in 64 bits.
    large = pd.DataFrame({"a": pd.Series([2**62, 3], dtype=kind)})
    assert counted(lambda row: row["a"] * 4, large) == [1, 1]


def test_unsigned_numbers_beyond_a_sign() -> None:
    frame = pd.DataFrame({"a": np.array([0, 2**64 - 1], dtype=np.uint64), "b": np.array([1, 1], dtype=np.uint8)})
    assert counted(lambda row: row["a"], frame, operator="equal_to", value=2**64 - 1) == [0, 1]
    assert counted(lambda row: row["b"] - row["a"], frame, operator="less_than", value=-5) == [0, 1]


def test_the_last_of_columns_with_one_name_counts() -> None:
    frame = pd.DataFrame([[1, 7]], columns=["a", "a"])
    assert counted(lambda row: row["a"], frame, operator="equal_to", value=7) == [1]


def test_a_caught_division_by_zero_is_asked_row_by_row() -> None:
    def body(row: Any) -> Any:
        try:
            return row["a"] / row["b"]
        except ZeroDivisionError:
            return 9

    frame = pd.DataFrame({"a": [1.0, 1.0], "b": [0, 1]})
    assert counted(body, frame, operator="equal_to", value=9) == [1, 0]


def test_the_callers_decimal_context_counts() -> None:
    frame = pd.DataFrame({"a": [1234.6, 1234.4, 1300.0]})
    plain = numbered([{"name": "v", "operator": "greater_than", "value": 1234}])
    variables = variables_with(lambda row: row["a"])
    bound = Rules(plain, variables, FiredActions).bind(frame)
    for precision in (28, 2, 28):
        with decimal.localcontext(prec=precision):
            rules = Rules(plain, variables, FiredActions)
            expected = [bool(one) for one in oracle_of(plain, variables, frame)]
            assert rules.run(bound).mask("0").tolist() == expected
    with decimal.localcontext(decimal.Context(traps=[decimal.Inexact])):
        result = Rules(plain, variables, FiredActions).run(frame, on_error="collect")
        assert result.errors["error"].tolist() == [error for _, error in _told(plain, variables, frame) if error]


def _told(plain: Any, variables: Any, frame: pd.DataFrame) -> list[tuple[list[int], str | None]]:
    from unittest import mock

    with mock.patch("dirty_rows.DirtyVariables", variables):
        return oracle(plain, frame, False)


def oracle_of(plain: Any, variables: Any, frame: pd.DataFrame) -> list[list[int]]:
    return [fired for fired, _ in _told(plain, variables, frame)]


def test_an_infinite_or_context_bound_threshold_has_a_span() -> None:
    assert span("greater_than", 1, whole=True) == Span(2, None)
    assert span("less_than", -(2**63), whole=True) == Span(None, -(2**63))
    assert span("greater_than", 10**25, whole=True) == Span(math.inf, None)
    # The least float above 1 + 0.000001, by exact arithmetic.
    low = span("greater_than", 1, whole=False)
    assert low is not None
    assert low.low is not None
    limit = decimal.Decimal("1.000001")
    assert decimal.Decimal(math.nextafter(low.low, 0)) - limit <= 0 < decimal.Decimal(low.low) - limit


# ---- actions


class SetsRow(FiredActions):
    @rule_action(params={"key": FIELD_TEXT})
    def set_it(self, key: str) -> None:
        self.row[key] = -1


class SetsInside(FiredActions):
    @rule_action()
    def empty_it(self) -> None:
        self.row["tags"].clear()


def test_an_action_that_changes_the_row_is_refused() -> None:
    plain: list[dict[str, Any]] = [
        {"id": "first", "conditions": {"name": "v", **ABOVE}, "actions": [{"name": "set_it", "params": {"key": "a"}}]},
        {"id": "second", "conditions": {"name": "v", **ABOVE}, "actions": []},
    ]
    result = Rules(plain, variables_with(lambda row: row["a"]), SetsRow).run(FRAME)
    with pytest.raises(UsageError, match=r"rule first: an action \(set_it\) changes what rule second reads"):
        result.apply()
    alone = Rules(plain[:1], variables_with(lambda row: row["a"]), SetsRow).run(FRAME)
    with pytest.raises(UsageError, match=r"rule first: an action \(set_it\) changes the row"):
        alone.apply()


def test_an_action_that_changes_what_a_value_holds_is_refused() -> None:
    frame = pd.DataFrame({"tags": pd.Series([["a"], []], dtype=object)})
    has = {"name": "tags", "operator": "contains", "value": "a"}
    plain: list[dict[str, Any]] = [
        {"conditions": has, "actions": [{"name": "empty_it"}]},
        {"conditions": has, "actions": []},
    ]
    result = Rules(plain, DirtyVariables, SetsInside).run(frame)
    with pytest.raises(UsageError, match=r"rule 0: an action \(empty_it\) changes what rule 1 reads"):
        result.apply()


def test_actions_run_once_for_each_rule_that_fired() -> None:
    made: list[Any] = []

    class Notes(BaseActions):
        def __init__(self, row: Any) -> None:
            made.append(row["a"])

        @rule_action()
        def flag(self) -> None:
            made.append("flag")

    plain = [{"conditions": {"name": "v", **ABOVE}, "actions": [{"name": "flag"}]}] * 2
    applied = Rules(plain, variables_with(lambda row: row["a"]), Notes).run(FRAME).apply()
    assert made == [2.0, "flag", "flag", 3.0, "flag", "flag"]
    assert applied["row"].tolist() == [1, 1, 2, 2]


# ---- bound tables


def test_a_bound_table_does_not_see_later_changes() -> None:
    frame = FRAME.copy()
    rules = Rules(numbered([{"name": "v", **ABOVE}]), variables_with(lambda row: row["a"]), FiredActions)
    bound = rules.bind(frame)
    frame["a"] = 0.0
    assert rules.run(bound).counts.tolist() == [2]
    assert rules.run(bound).counts.tolist() == [2]
    assert rules.run(frame).counts.tolist() == [0]
    with pytest.raises(ValueError, match="the table is bound to Variables, the rules ask DirtyVariables"):
        Rules([], DirtyVariables, FiredActions).run(bound)


def test_a_large_table_says_what_its_rows_say() -> None:
    draw = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "float": np.where(draw.random(70_001) < 0.01, np.nan, draw.integers(0, 9, 70_001) + 1e-6),
            "float32": draw.integers(0, 9, 70_001).astype(np.float32),
            "text": pd.Series(draw.choice(["A", "a-1", "b"], 70_001), dtype="str"),
        }
    )
    trees: list[dict[str, Any]] = [
        {"name": "kept", "operator": "greater_than", "value": 3},
        {
            "any": [
                {"name": "text", "operator": "starts_with", "value": "a"},
                {"name": "above", "operator": "is_true", "value": True},
            ]
        },
    ]
    plain = numbered(trees)
    result = Rules(plain, DirtyVariables, FiredActions).run(frame, on_error="collect")
    some = np.unique([*range(0, 70_001, 97), 65_535, 65_536, 70_000])
    told = told_by(result, len(frame))
    assert [told[row] for row in some] == oracle(plain, frame.take(some), False)
    assert sum(bits.nbytes for bits in result.judged.bits) * 8 / len(frame) / 2 < 1.01
    certificate = result.certify()
    assert certificate.conditions == 3
    assert certificate.questions > certificate.combinations > 4


def test_a_certificate_is_refused_where_the_library_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = Rules(numbered([{"name": "v", **ABOVE}]), variables_with(lambda row: row["a"]), FiredActions)
    assert rules.run(FRAME).certify().combinations == 2
    monkeypatch.setattr("opsrules.rules.exact.span", lambda *_, whole: Span(2.5, None))
    with pytest.raises(ReviewError, match="v greater_than 1, row 1: business_rules says True, the run says False"):
        rules.run(FRAME).certify()


def test_a_run_that_stops_where_the_library_does_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = Rules(numbered([{"name": "v", **ABOVE}]), variables_with(lambda row: row["a"]), FiredActions)
    everywhere = np.array([255], dtype=np.uint64)
    monkeypatch.setattr(masks, "_never_both", lambda holds, raises: (holds, everywhere))
    with pytest.raises(ReviewError, match=r"rule 0, row 0: business_rules judges it"):
        rules.run(FRAME)


def test_a_watched_row_notes_every_way_to_read_it() -> None:
    row = WatchedRow({"a": 1, "b": 2})
    assert (row["a"], row.get("c", 3)) == (1, 3)
    assert (row.read, row.read_all) == ({"a", "c"}, False)
    for use in (dict, list, lambda one: {**one}, lambda one: "a" in one, lambda one: one | {}, lambda one: one.copy()):
        used = WatchedRow({"a": 1})
        use(used)
        assert used.read_all


def test_text_over_a_missing_input_is_asked_alone() -> None:
    frame = pd.DataFrame({"t": pd.Series(["x", None], dtype="str")})
    variables = variables_with(lambda row: "no" if row["t"] is None else row["t"], string_rule_variable)
    plain = numbered([{"name": "v", "operator": "equal_to", "value": "no"}])
    assert Rules(plain, variables, FiredActions).run(BoundFrame(frame, variables)).mask("0").tolist() == [False, True]
