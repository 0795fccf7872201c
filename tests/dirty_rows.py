"""Tables with everything that may stand in a column, the variables to ask them by, and run_all as the oracle."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from business_rules import run_all
from business_rules.fields import FIELD_TEXT
from business_rules.operators import BaseType, NumericType
from business_rules.variables import rule_variable
from hypothesis import strategies as st

from opsrules.rules import (
    BaseActions,
    BaseVariables,
    Result,
    boolean_rule_variable,
    numeric_rule_variable,
    rowwise,
    rule_action,
    select_multiple_rule_variable,
    select_rule_variable,
    string_rule_variable,
)
from opsrules.rules.rows import rows_of
from opsrules.rules.types import date_rule_variable, number_rule_variable, text_rule_variable, variables_in
from opsrules.rules.types.base import operator

F = TypeVar("F", bound=Callable[..., Any])


def typed(field_type: type) -> Callable[[F], F]:
    """The library's decorator for a variable of any type."""
    marked: Callable[[F], F] = rule_variable(field_type)
    return marked


class DayType(BaseType):  # type: ignore[misc]
    """A type of analysts' own; raises for what is no day."""

    name = "day"

    def _assert_valid_value_and_cast(self, value: Any) -> str:
        if not isinstance(value, datetime):
            raise LookupError("no day")  # noqa: TRY004 - a type of one's own may raise anything
        return value.date().isoformat()

    @operator()
    def before(self, other: str) -> bool:
        return bool(self.value < other)


class RoundedType(NumericType):  # type: ignore[misc]
    """A numeric type with an operator of its own meaning: not monotone, so it must never get a threshold."""

    name = "rounded"

    @operator()
    def equal_to(self, other: Any) -> bool:
        return bool(self.value % 10 == self._assert_valid_value_and_cast(other) % 10)


class DirtyVariables(BaseVariables):
    """Every type over every kind of column, plain and computed."""

    def __init__(self, row: Any) -> None:
        self.row = row

    @numeric_rule_variable()
    def number(self) -> Any:
        return self.row["float"]

    @numeric_rule_variable()
    def single(self) -> Any:
        return self.row["float32"]

    @numeric_rule_variable()
    def whole(self) -> Any:
        return self.row["int"]

    @numeric_rule_variable()
    def small(self) -> Any:
        return self.row["int8"]

    @numeric_rule_variable()
    def nullable(self) -> Any:
        return self.row["Int64"]

    @numeric_rule_variable()
    def mixed(self) -> Any:
        return self.row["mixed"]

    @numeric_rule_variable()
    def kept(self) -> Any:
        return self.row["float"] - self.row["float32"]

    @numeric_rule_variable()
    def share(self) -> Any:
        return self.row["int"] / self.row["int8"]

    @numeric_rule_variable()
    def product(self) -> Any:
        return self.row["int"] * self.row["int8"] + 1

    @numeric_rule_variable()
    def left_over(self) -> Any:
        return abs(self.row["Int64"]) // self.row["int8"] % 7

    @numeric_rule_variable()
    def scaled(self) -> Any:
        return -self.row["float"] * 3 + self.row["Int64"]

    @numeric_rule_variable()
    def mixed_sum(self) -> Any:
        return self.row["mixed"] + self.row["float"]

    @numeric_rule_variable()
    def or_zero(self) -> Any:
        amount = self.row["float"]
        return 0 if amount is None else amount

    @numeric_rule_variable()
    def or_whole(self) -> Any:
        amount = self.row["float"]
        return self.row["int"] if amount is None else amount

    @numeric_rule_variable()
    def guarded(self) -> Any:
        if self.row["float"] is None or self.row["Int64"] is None:
            return 0
        return self.row["float"] - self.row["Int64"]

    @numeric_rule_variable()
    def share_less(self) -> Any:
        return self.row["int"] / self.row["int8"] - self.row["float"]

    @numeric_rule_variable()
    def by_flag(self) -> Any:
        if self.row["float"] is None:
            return 5 if self.row["flag"] is True else 0
        return self.row["float"]

    @numeric_rule_variable()
    def caught(self) -> Any:
        try:
            return self.row["float"] - self.row["Int64"]
        except TypeError:
            return self.row["int"]

    @numeric_rule_variable()
    def later(self) -> Any:
        amount = self.row["float"]
        return self.row["Int64"] + self.row["int"] if amount is None else amount

    @numeric_rule_variable()
    def flags(self) -> Any:
        return self.row["flag"] + self.row["flag"]

    @numeric_rule_variable()
    def constant(self) -> Any:
        return 5

    @numeric_rule_variable()
    def absent(self) -> Any:
        return self.row["no such column"]

    @numeric_rule_variable()
    @rowwise
    def rounded(self) -> Any:
        return round(self.row["float"], 1)

    @number_rule_variable()
    def count(self) -> Any:
        return self.row["float"]

    @number_rule_variable()
    def count_mixed(self) -> Any:
        return self.row["mixed"]

    @number_rule_variable()
    def limit(self) -> Any:
        return self.row["Int64"]

    @text_rule_variable()
    def word(self) -> Any:
        return self.row["text"]

    @date_rule_variable()
    def date(self) -> Any:
        return self.row["day"]

    @boolean_rule_variable()
    def flag(self) -> Any:
        return self.row["flag"]

    @boolean_rule_variable()
    def maybe(self) -> Any:
        return self.row["boolean"]

    @boolean_rule_variable()
    def yes(self) -> Any:
        return self.row["yes"]

    @boolean_rule_variable()
    def above(self) -> Any:
        return self.row["float"] > 3

    @boolean_rule_variable()
    def both(self) -> Any:
        return self.row["flag"] & (self.row["int"] >= self.row["int8"])

    @boolean_rule_variable()
    def same_text(self) -> Any:
        return self.row["text"] == self.row["kind"]

    @string_rule_variable()
    def text(self) -> Any:
        return self.row["text"]

    @string_rule_variable()
    def loose(self) -> Any:
        return self.row["loose"]

    @string_rule_variable()
    def kind(self) -> Any:
        return self.row["kind"]

    @string_rule_variable()
    def worded(self) -> Any:
        word = self.row["text"] if self.row["text"] is not None else self.row["kind"]
        return word + self.row["text2"] if self.row["float"] is None else word

    @string_rule_variable()
    def joined(self) -> Any:
        return self.row["text"] + "-" + self.row["text2"]

    @select_rule_variable()
    def tags(self) -> Any:
        return self.row["tags"]

    @select_rule_variable()
    def letters(self) -> Any:
        return self.row["text"]

    @select_multiple_rule_variable()
    def all_tags(self) -> Any:
        return self.row["tags"]

    @typed(DayType)
    def day(self) -> Any:
        return self.row["day"]

    @typed(RoundedType)
    def last_digit(self) -> Any:
        return self.row["float"]


class FiredActions(BaseActions):
    """Notes which rule fired."""

    def __init__(self, row: Any) -> None:
        self.row = row
        self.outcomes: list[tuple[str, dict[str, Any]]] = []

    @rule_action(params={"number": FIELD_TEXT})
    def note(self, number: int) -> None:
        self.outcomes.append(("note", {"number": number}))


# Constants, and floats around each: its neighbours, the two ends of the epsilon and their neighbours.
CONSTANTS: list[Any] = [0, 1, 5, -3, 4.999999, 0.1, Decimal("0.1"), Decimal("5.0000005"), Decimal("5.000002"), 10**25]
CONSTANTS += [1e-6, -1e-6, 2**53, 2**63 - 1, -(2**63), 1e300, True, 100]


def _around(constant: Any) -> Iterator[float]:
    for middle in (float(constant), float(constant) + 1e-6, float(constant) - 1e-6):
        yield from (math.nextafter(middle, -math.inf), middle, math.nextafter(middle, math.inf))


EDGES = sorted({one for constant in CONSTANTS for one in _around(constant)})
FLOATS = st.sampled_from([*EDGES, -0.0, 5e-324, 2.2e-308, 3.5, math.nan, math.nan, math.inf, -math.inf]) | st.floats(
    -10, 10
)
SMALL_FLOATS = st.sampled_from([0.0, -0.0, 1.0, 2.5, 5.0, 0.1, math.nan, math.inf])
WHOLES = st.sampled_from([0, 1, 4, 5, 6, -3, 2**53, 2**53 + 1, 2**62, 2**63 - 1, -(2**63), 10**9]) | st.integers(-9, 9)
BYTES = st.sampled_from([0, 1, 5, 100, 127, -128, -3])
TEXTS = ["", "A", "a", "A-1", "ß", "SS", "straße", "STRASSE", "İ", "x\ny", "a.b"]
MISSING: list[Any] = [None, float("nan"), pd.NA, pd.NaT]
MIXED = [0, 5, True, 5.0, 4.9999985, Decimal("0.1"), Decimal("5.000001"), 10**25, 2**53 + 1, "5", math.inf, np.int64(5)]
MIXED += [np.float64(0.1), Decimal("Infinity"), Decimal("NaN"), -0.0, *MISSING]
LOOSE = [*TEXTS, 0, False, [], b"", 5, 1.5, ("a",), True, *MISSING]
TAGS = [(), ("a",), ["A", "b"], "ab", (1,), (True,), (1.0, "B"), {"a"}, None, 3, ["a", "a"]]

# Column, its type, and what may stand in it.
COLUMNS: dict[str, tuple[str, st.SearchStrategy[Any]]] = {
    "float": ("float64", FLOATS),
    "float32": ("float32", SMALL_FLOATS),
    "int": ("int64", WHOLES),
    "int8": ("int8", BYTES),
    "Int64": ("Int64", WHOLES | st.none()),
    "mixed": ("object", st.sampled_from(MIXED)),
    "flag": ("bool", st.booleans()),
    "boolean": ("boolean", st.sampled_from([True, False, None])),
    "yes": ("object", st.sampled_from([True, 1, False, 0, 1.0, None])),
    "text": ("str", st.sampled_from([*TEXTS, None])),
    "text2": ("str", st.sampled_from(TEXTS[:4])),
    "loose": ("object", st.sampled_from(LOOSE)),
    "kind": ("category", st.sampled_from(["A", "a", "", None])),
    "tags": ("object", st.sampled_from(TAGS)),
    "day": ("datetime64[ns]", st.sampled_from([datetime(2026, 10, 1), datetime(2026, 11, 1, 12, 30), None])),  # noqa: DTZ001
}
# A clean column takes other ways through the code than one with a missing value.
CLEAN: dict[str, st.SearchStrategy[Any]] = {
    "float": FLOATS.filter(math.isfinite),
    "float32": st.sampled_from([0.0, 1.0, 2.5, 0.1]),
    "int": st.integers(-9, 9),
    "int8": st.sampled_from([1, 5, 100, -3]),
    "Int64": WHOLES,
    "mixed": st.sampled_from([0, 5, -3, 2**53 + 1]) | st.none(),
    "boolean": st.booleans(),
    "text": st.sampled_from(TEXTS),
    "loose": st.sampled_from(TEXTS),
    "kind": st.sampled_from(["A", "a", ""]),
}


@st.composite
def frames(draw: st.DrawFn, names: frozenset[str]) -> pd.DataFrame:
    """A table of one to five rows with the columns `names`, each column dirty or clean."""
    count = draw(st.integers(1, 5))
    made = {}
    for name in sorted(names):
        dtype, dirty = COLUMNS[name]
        values = draw(
            st.lists(CLEAN.get(name, dirty) if draw(st.booleans()) else dirty, min_size=count, max_size=count)
        )
        made[name] = pd.Series(values, dtype=dtype) if dtype != "object" else _objects(values)
    return pd.DataFrame(made, index=range(count))


def _objects(values: list[Any]) -> pd.Series[Any]:
    array = np.empty(len(values), dtype=object)
    for row, value in enumerate(values):
        array[row] = value
    return pd.Series(array, dtype=object)


NUMBERS = st.sampled_from(CONSTANTS)
COMPARISONS = st.sampled_from(
    ["equal_to", "greater_than", "greater_than_or_equal_to", "less_than", "less_than_or_equal_to"]
)
WORDS = st.one_of(
    st.tuples(
        st.sampled_from("equal_to equal_to_case_insensitive starts_with ends_with contains".split()),
        st.sampled_from([*TEXTS, "-", None]),
    ),
    st.tuples(st.just("matches_regex"), st.sampled_from(["^A", "[0-9]$", "", "a.b", "s+"])),
    st.just(("non_empty", True)),
)
READS = {
    "number": "float",
    "single": "float32",
    "whole": "int",
    "small": "int8",
    "nullable": "Int64",
    "mixed": "mixed",
    "kept": "float float32",
    "share": "int int8",
    "product": "int int8",
    "left_over": "Int64 int8",
    "scaled": "float Int64",
    "mixed_sum": "mixed float",
    "or_zero": "float",
    "or_whole": "float int",
    "guarded": "float Int64",
    "share_less": "int int8 float",
    "by_flag": "float flag",
    "caught": "float Int64 int",
    "later": "float Int64 int",
    "worded": "text kind text2 float",
    "yes": "yes",
    "flags": "flag",
    "constant": "",
    "absent": "",
    "rounded": "float",
    "flag": "flag",
    "maybe": "boolean",
    "above": "float",
    "both": "flag int int8",
    "same_text": "text kind",
    "text": "text",
    "loose": "loose",
    "kind": "kind",
    "joined": "text text2",
    "tags": "tags",
    "letters": "text",
    "all_tags": "tags",
    "day": "day",
    "last_digit": "float",
}
PLAIN = st.sampled_from([0, 1, 5, -3, 0.1, 4.999999, Decimal("5.000002"), 10**25])
OTHER = st.just({"variable": "limit"})
_BY_TYPE: dict[str, st.SearchStrategy[tuple[str, Any]]] = {
    "numeric": st.tuples(COMPARISONS, NUMBERS),
    "rounded": st.tuples(COMPARISONS, st.sampled_from([0, 5, Decimal("0.1")])),
    "string": WORDS,
    "number": st.one_of(
        st.tuples(COMPARISONS | st.just("not_equal_to"), PLAIN | OTHER),
        st.tuples(st.sampled_from(["is_one_of", "is_none_of"]), st.lists(PLAIN | OTHER, min_size=1, max_size=3)),
        st.tuples(st.just("between"), st.sampled_from([[0, 5], [-3, {"variable": "limit"}], [0.1, 4.999999]])),
        st.sampled_from([("is_missing", True), ("is_present", True)]),
    ),
    "text": st.one_of(
        st.tuples(st.sampled_from(["equal_to", "not_equal_to", "contains"]), st.sampled_from(["a", "A", "A-1"])),
        st.sampled_from([("is_missing", True), ("is_one_of", ["a", "ß"]), ("matches_regex", "^A")]),
        st.just(("equal_to", {"variable": "word"})),
    ),
    "date": st.sampled_from(
        [("before", "2026-10-15"), ("after", {"variable": "date"}), ("is_present", True), ("equal_to", "2026-10-01")]
    ),
    "boolean": st.sampled_from([("is_true", True), ("is_false", True)]),
    "select": st.tuples(
        st.sampled_from(["contains", "does_not_contain"]), st.sampled_from(["A", "a", "b", 1, True, 1.0, None])
    ),
    "select_multiple": st.tuples(
        st.sampled_from(
            "contains_all is_contained_by shares_at_least_one_element_with shares_exactly_one_element_with "
            "shares_no_elements_with".split()
        ),
        st.sampled_from([["a"], [], ["a", "a"], ["b", 1], ("A", "B")]),
    ),
    "day": st.tuples(st.just("before"), st.sampled_from(["2026-10-15", "2026-10-01", 5])),
}


@st.composite
def leaves(draw: st.DrawFn) -> dict[str, Any]:
    """One comparison that Rules accepts; it may still raise on a row."""
    name = draw(st.sampled_from(sorted(READS)))
    operator, value = draw(_BY_TYPE[getattr(DirtyVariables, name).field_type.name])
    return {"name": name, "operator": operator, "value": value}


TREES = st.recursive(
    leaves(),
    lambda kids: st.builds(
        lambda group, items: {group: items}, st.sampled_from(["all", "any"]), st.lists(kids, min_size=1, max_size=3)
    ),
    max_leaves=5,
)


def named_in(tree: dict[str, Any]) -> set[str]:
    """Return the variables of a condition tree."""
    if "name" in tree:
        return {tree["name"], *variables_in(tree["value"])}
    [kids] = tree.values()
    return set[str]().union(*(named_in(kid) for kid in kids))


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[dict[str, Any]], pd.DataFrame, bool]:
    """A rule set, a table with what it reads, and whether to stop at the first rule that fires."""
    trees = draw(st.lists(TREES, min_size=1, max_size=4))
    names = set[str]().union(*(named_in(tree) for tree in trees))
    columns = frozenset(column for name in names for column in READS[name].split())
    return numbered(trees), draw(frames(columns)), draw(st.booleans())


def numbered(trees: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rules of which each notes its own number."""
    return [
        {"conditions": tree, "actions": [{"name": "note", "params": {"number": number}}]}
        for number, tree in enumerate(trees)
    ]


def oracle(rules: list[dict[str, Any]], frame: pd.DataFrame, stop: bool) -> list[tuple[list[int], str | None]]:
    """What plain run_all does with each row: the rules that fired, in order, and the exception it ends with."""
    told = []
    for row in rows_of(frame):
        actions, error = FiredActions(row), None
        try:
            run_all(rules, DirtyVariables(row), actions, stop_on_first_trigger=stop)
        except Exception as raised:  # noqa: BLE001 - the oracle tells which it was
            error = type(raised).__name__
        told.append(([params["number"] for _, params in actions.outcomes], error))
    return told


def told_by(result: Result, count: int) -> list[tuple[list[int], str | None]]:
    """What a run says of each row, as `oracle` says it."""
    told: list[tuple[list[int], str | None]] = [([], None) for _ in range(count)]
    fired, errors = result.fired(), result.errors
    for row, rule_id in zip(fired["row"].tolist(), fired["rule_id"].tolist(), strict=True):
        told[row][0].append(int(rule_id))
    for row, error in zip(errors["row"].tolist(), errors["error"].tolist(), strict=True):
        assert told[row][1] is None, "a row ends once"
        told[row] = (told[row][0], error)
    return told
