"""Rows around the thresholds lie on both sides of each, and notice an evaluator that is off by the least step."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pandas as pd
import pytest
from rule_files import Actions

from opsrules.rules import (
    BaseVariables,
    Rules,
    boolean_rule_variable,
    boundary_rows,
    date_rule_variable,
    duration_rule_variable,
    exact,
    masks,
    money_rule_variable,
    number_rule_variable,
    numeric_rule_variable,
    questions,
    rowwise,
    select_multiple_rule_variable,
    select_rule_variable,
    string_rule_variable,
    text_rule_variable,
)

Replace = pytest.MonkeyPatch


class Variables(BaseVariables):
    EXAMPLE_ROW: ClassVar[dict[str, Any]] = {
        "age": 0,
        "paid": 0.0,
        "refund": 0.0,
        "rate": Decimal("0.5"),
        "sku": "",
        "flag": False,
        "tags": (),
        "due": date(2026, 1, 1),
        "at": datetime(2026, 1, 1, 12),  # noqa: DTZ001 - clock time
        "term": timedelta(0),
        "sum": (0, "EUR"),
        "unknown": None,
    }

    def __init__(self, row: Any) -> None:
        self.row = row

    @numeric_rule_variable()
    def age(self) -> Any:
        return self.row["age"]

    @numeric_rule_variable()
    def paid(self) -> Any:
        return self.row["paid"]

    @numeric_rule_variable()
    def kept(self) -> Any:
        return self.row["paid"] - self.row["refund"]

    @numeric_rule_variable()
    def share(self) -> Any:
        return 100 * self.row["refund"] / self.row["paid"]

    @numeric_rule_variable()
    def always(self) -> Any:
        return 5

    @numeric_rule_variable()
    @rowwise
    def columns(self) -> Any:
        return len(self.row)

    @number_rule_variable()
    def rate(self) -> Any:
        return self.row["rate"]

    @number_rule_variable()
    def limit(self) -> Any:
        return self.row["unknown"]

    @boolean_rule_variable()
    def flag(self) -> Any:
        return self.row["flag"]

    @boolean_rule_variable()
    def large(self) -> Any:
        return self.row["paid"] > 250

    @string_rule_variable()
    def sku(self) -> Any:
        return self.row["sku"]

    @text_rule_variable()
    def word(self) -> Any:
        return self.row["sku"]

    @date_rule_variable()
    def due(self) -> Any:
        return self.row["due"]

    @date_rule_variable()
    def booked(self) -> Any:
        return self.row["at"]

    @duration_rule_variable()
    def term(self) -> Any:
        return self.row["term"]

    @money_rule_variable()
    def sum(self) -> Any:
        return self.row["sum"]

    @select_rule_variable()
    def tags(self) -> Any:
        return self.row["tags"]

    @select_multiple_rule_variable()
    def all_tags(self) -> Any:
        return self.row["tags"]


def leaf(name: str, operator: str, value: Any = True) -> dict[str, Any]:
    return {"name": name, "operator": operator, "value": value}


def boundaries(tree: dict[str, Any], *rows: dict[str, Any]) -> pd.DataFrame:
    """The boundary rows of one rule, of which `rows` are examples that fire."""
    examples = [{"row": row, "fires": True} for row in rows]
    return boundary_rows(Rules([{"conditions": tree, "actions": [], "examples": examples}], Variables, Actions))


EUR = {"minor": 150, "currency": "EUR"}
EACH = [
    *(leaf("age", one, 3) for one in ("equal_to", "greater_than", "greater_than_or_equal_to", "less_than")),
    leaf("paid", "less_than_or_equal_to", Decimal("100.5")),
    leaf("kept", "greater_than", 100),
    leaf("kept", "equal_to", Decimal("12.34")),
    leaf("share", "greater_than_or_equal_to", 20),
    leaf("rate", "between", [Decimal("0.1"), 4]),
    leaf("rate", "is_one_of", [1, 7, 30]),
    leaf("rate", "not_equal_to", 2),
    leaf("rate", "is_missing"),
    leaf("rate", "less_than", {"variable": "paid"}),
    leaf("flag", "is_true"),
    leaf("large", "is_false"),
    leaf("sku", "equal_to", "A-1"),
    leaf("sku", "equal_to_case_insensitive", "A-1"),
    leaf("sku", "starts_with", "A"),
    leaf("sku", "ends_with", "A"),
    leaf("sku", "contains", "-"),
    leaf("sku", "non_empty"),
    leaf("word", "is_one_of", ["x", "y"]),
    leaf("word", "is_none_of", ["x", "y"]),
    leaf("word", "is_present"),
    *(leaf("due", one, "2026-10-31") for one in ("before", "after", "on_or_before", "on_or_after", "equal_to")),
    leaf("due", "between", ["2026-10-01", "2026-10-31"]),
    leaf("due", "within_days_of", {"day": "2026-10-15", "days": 5}),
    leaf("due", "after", {"variable": "booked"}),
    leaf("booked", "on_or_after", "2026-10-31"),
    leaf("term", "greater_than", Decimal("2.5")),
    leaf("term", "between", [1, 3]),
    *(leaf("sum", one, EUR) for one in ("less_than", "equal_to", "greater_than_or_equal_to")),
    leaf("sum", "between", [EUR, {"minor": 300, "currency": "EUR"}]),
    leaf("sum", "has_currency", "EUR"),
    leaf("tags", "contains", "a"),
    leaf("tags", "does_not_contain", "a"),
    leaf("all_tags", "contains_all", ["a", "b"]),
    leaf("all_tags", "shares_exactly_one_element_with", ["a", "b"]),
]


@pytest.mark.parametrize("tree", EACH, ids=str)
def test_every_condition_turns_and_both_evaluators_agree(tree: dict[str, Any]) -> None:
    found = boundaries(tree, {"paid": 200.0, "sku": "A-1A"})
    assert {True, False} <= set(found["holds"])
    assert set(found["disagreement"]) == {""}
    assert set(found["note"]) == {""}
    assert "missing" in set(found["side"]) | set(found["value"].map(lambda one: "missing" if one is None else ""))


def sides(found: pd.DataFrame, column: str, *kinds: type) -> list[tuple[str, Any, bool]]:
    chosen = found[
        found["row"].map(lambda row: type(row[column]) in kinds) & found["side"].isin(["below", "at", "above"])
    ]
    values = chosen["row"].map(lambda row: row[column])
    return list(zip(chosen["side"], values, chosen["holds"], strict=True))


def test_whole_numbers_days_money_and_spans_turn_by_their_least_step() -> None:
    assert sides(boundaries(leaf("age", "greater_than", 3)), "age", int) == [
        ("below", 3, False),
        ("at", 4, True),
        ("above", 5, True),
    ]
    assert sides(boundaries(leaf("due", "within_days_of", {"day": "2026-10-15", "days": 5})), "due", date) == [
        ("below", date(2026, 10, 9), False),
        ("at", date(2026, 10, 10), True),
        ("above", date(2026, 10, 11), True),
        ("below", date(2026, 10, 20), True),
        ("at", date(2026, 10, 21), False),
        ("above", date(2026, 10, 22), False),
    ]
    assert sides(boundaries(leaf("sum", "less_than", EUR)), "sum", tuple) == [
        ("below", (149, "EUR"), True),
        ("at", (150, "EUR"), False),
        ("above", (151, "EUR"), False),
    ]
    tick = timedelta(microseconds=1)
    assert sides(boundaries(leaf("term", "greater_than", 2)), "term", timedelta) == [
        ("below", timedelta(days=2), False),
        ("at", timedelta(days=2) + tick, True),
        ("above", timedelta(days=2) + 2 * tick, True),
    ]
    midnight = datetime(2026, 10, 31)  # noqa: DTZ001 - clock time
    assert sides(boundaries(leaf("booked", "on_or_after", "2026-10-31")), "at", datetime)[:2] == [
        ("below", midnight - tick, False),
        ("at", midnight, True),
    ]


def test_floats_turn_between_neighbours_where_the_epsilon_of_the_library_ends() -> None:
    [below, at, above] = sides(boundaries(leaf("paid", "greater_than", 100)), "paid", float)
    assert (below[2], at[2], above[2]) == (False, True, True)
    assert math.nextafter(below[1], math.inf) == at[1]
    assert math.nextafter(at[1], math.inf) == above[1]
    # RULES: 100.000001 exactly is not greater, anything beyond it is.
    assert Decimal(below[1]) - 100 <= Decimal("0.000001") < Decimal(at[1]) - 100


def test_the_rows_start_from_an_example_on_which_the_condition_decides() -> None:
    tree = {"any": [leaf("flag", "is_true"), leaf("age", "greater_than", 3)]}
    found = boundaries(tree, {"flag": True, "age": 9}, {"flag": False, "age": 9})
    of_age = found[(found["variable"] == "age") & (found["side"] != "missing")]
    assert of_age["fires"].tolist() == of_age["holds"].tolist()


@pytest.mark.parametrize(
    ("tree", "reason"),
    [
        (leaf("always", "greater_than", 3), "the method of always reads no column"),
        (leaf("columns", "greater_than", 3), "the method of columns goes through the whole row"),
        (
            leaf("rate", "greater_than", {"variable": "share"}),
            "share, which it is compared with, has no value on the row",
        ),
        (leaf("sku", "contains", ""), "no value of sku was found with which it holds and one with which it does not"),
    ],
    ids=lambda one: str(one)[:20],
)
def test_what_cannot_be_generated_says_why(tree: dict[str, Any], reason: str) -> None:
    [record] = boundaries(tree).to_dict("records")
    assert record["note"] == f"not generated: {reason}"
    assert record["row"] is None
    assert record["disagreement"] == ""


def test_a_rule_without_examples_or_a_bare_row_has_boundaries_all_the_same() -> None:
    class Bare(Variables):
        EXAMPLE_ROW: ClassVar[dict[str, Any]] = {}

    plain = [{"conditions": leaf("paid", "less_than", 3), "actions": []}]
    found = boundary_rows(Rules(plain, Bare, Actions))
    assert {True, False} <= set(found["holds"])


# ---- planted faults


MUTANTS: dict[str, tuple[dict[str, Any], Callable[[Replace], None]]] = {}


def mutant(tree: dict[str, Any]) -> Callable[[Callable[[Replace], None]], Callable[[Replace], None]]:
    def kept(function: Callable[[Replace], None]) -> Callable[[Replace], None]:
        MUTANTS[function.__name__] = (tree, function)
        return function

    return kept


def shifted(patch: Replace, steps: int) -> None:
    first = exact._first

    def off(says: Any, at: Any, whole: bool) -> float:
        found = first(says, at, whole)
        return found + steps if whole else math.nextafter(found, steps * math.inf)

    patch.setattr(exact, "_first", off)


def off_by(patch: Replace, change: Callable[[Any], Any]) -> None:
    """Let the evaluator of tables see other values than there are."""
    answers = exact.answers
    patch.setattr(
        questions,
        "answers",
        lambda kind, operator, constant, values: answers(kind, operator, constant, [change(one) for one in values]),
    )


@mutant(leaf("age", "greater_than", 3))
def threshold_of_whole_numbers_one_up(patch: Replace) -> None:
    shifted(patch, 1)


@mutant(leaf("paid", "greater_than", 3))
def threshold_of_floats_one_ulp_up(patch: Replace) -> None:
    shifted(patch, 1)


@mutant(leaf("kept", "less_than", Decimal("100.5")))
def threshold_of_a_computed_variable_one_ulp_down(patch: Replace) -> None:
    shifted(patch, -1)


@mutant(leaf("age", "greater_than_or_equal_to", 3))
def no_epsilon(patch: Replace) -> None:
    plain = exact.Span(3.0, None)
    patch.setattr(exact, "span", lambda operator, constant, whole: plain)


@mutant(leaf("rate", "between", [1, 5]))
def between_without_its_upper_end(patch: Replace) -> None:
    spans = exact.spans

    def cut(operator: str, constant: Any, *, whole: bool) -> Any:
        found = spans(operator, constant, whole=whole)
        return found and exact.Spans((exact.Span(found.parts[0].low, None),))

    patch.setattr(questions, "spans", cut)


@mutant(leaf("rate", "is_one_of", [1, 7, 30]))
def the_last_of_several_is_forgotten(patch: Replace) -> None:
    spans = exact.spans
    patch.setattr(questions, "spans", lambda operator, constant, whole: spans(operator, constant[:-1], whole=whole))


@mutant(leaf("sum", "less_than_or_equal_to", EUR))
def one_minor_unit_more(patch: Replace) -> None:
    off_by(patch, lambda one: one and (one[0] + 1, one[1]))


@mutant(leaf("due", "before", "2026-10-31"))
def one_day_later(patch: Replace) -> None:
    off_by(patch, lambda one: one and one + timedelta(days=1))


@mutant(leaf("term", "greater_than", Decimal("2.5")))
def one_microsecond_longer(patch: Replace) -> None:
    off_by(patch, lambda one: one if one is None else one + timedelta(microseconds=1))


@mutant(leaf("sku", "equal_to", "A-1"))
def equality_without_case(patch: Replace) -> None:
    patch.setitem(exact._TEXT, "equal_to", lambda constant, texts: [one.lower() == constant.lower() for one in texts])


@mutant(leaf("sku", "equal_to", "A-1"))
def equality_of_the_beginning(patch: Replace) -> None:
    patch.setitem(exact._TEXT, "equal_to", exact._TEXT["starts_with"])


@mutant(leaf("flag", "is_true"))
def false_is_true(patch: Replace) -> None:
    off_by(patch, lambda one: True if one is False else one)


@mutant(leaf("age", "less_than", 3))
def missing_does_not_raise(patch: Replace) -> None:
    patch.setattr(masks, "_never_both", lambda holds, raises: (holds if raises is None else holds & ~raises, None))


@pytest.fixture
def fresh_thresholds() -> Iterator[None]:
    exact._span.cache_clear()
    yield
    exact._span.cache_clear()


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_a_planted_fault_is_caught(name: str, monkeypatch: Replace, fresh_thresholds: None) -> None:
    tree, plant = MUTANTS[name]
    assert set(boundaries(tree)["disagreement"]) == {""}
    exact._span.cache_clear()
    with monkeypatch.context() as patch:
        plant(patch)
        assert set(boundaries(tree)["disagreement"]) != {""}
