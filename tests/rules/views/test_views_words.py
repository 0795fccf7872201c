"""Plain words: every operator has some, values are written as people write them, labels are the vocabulary's own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from business_rules import operators
from business_rules.variables import rule_variable

from opsrules.desks.reconciliation import Actions as DeskActions
from opsrules.desks.reconciliation import Variables as DeskVariables
from opsrules.rules import (
    BaseActions,
    BaseVariables,
    DateType,
    DurationType,
    MoneyType,
    NumberType,
    Rules,
    TextType,
    boolean_rule_variable,
    date_rule_variable,
    duration_rule_variable,
    money_rule_variable,
    number_rule_variable,
    numeric_rule_variable,
    rule_action,
    select_multiple_rule_variable,
    string_rule_variable,
    text_rule_variable,
)
from opsrules.rules.conditions import Leaf
from opsrules.rules.views.phrases import action_phrase, condition_phrase, text_of
from opsrules.rules.views.values import listing, one_line, value_words
from opsrules.rules.views.verbs import VERBS
from opsrules.rules.views.wordbook import Wordbook

LIBRARY: list[Any] = [
    one for one in vars(operators).values() if isinstance(one, type) and issubclass(one, operators.BaseType)
]
TYPES: list[Any] = [*LIBRARY, DateType, DurationType, MoneyType, NumberType, TextType]
EVERY = [(kind.__name__, one["name"]) for kind in TYPES for one in kind.get_all_operators()]


class ColourType(operators.BaseType):  # type: ignore[misc]
    name = "colour"

    @operators.type_operator("text", label="Looks Like", assert_type_for_arguments=False)  # type: ignore[untyped-decorator]
    def looks_like(self, other: Any) -> bool:
        return bool(self.value == other)

    @operators.type_operator("none", label="Is Bright")  # type: ignore[untyped-decorator]
    def is_bright(self) -> bool:
        return True


class Variables(BaseVariables):
    VALUE_WORDS: ClassVar[Any] = {"kind": {"chargeback": "Chargeback", "nasty": "<b>"}}

    def __init__(self, row: Any) -> None:
        self.row = row

    @string_rule_variable(label="Kind of line")
    def kind(self) -> Any:
        return self.row["kind"]

    @numeric_rule_variable()
    def open_days(self) -> Any:
        return self.row["open_days"]

    @boolean_rule_variable(label="Order is paid")
    def paid(self) -> Any:
        return self.row["paid"]

    @date_rule_variable(label="Paid on")
    def paid_on(self) -> Any:
        return self.row["paid_on"]

    @date_rule_variable(label="Due")
    def due_on(self) -> Any:
        return self.row["due_on"]

    @money_rule_variable(label="Refund")
    def refund(self) -> Any:
        return self.row["refund"]

    @duration_rule_variable(label="Waiting time")
    def wait(self) -> Any:
        return self.row["wait"]

    @number_rule_variable(label="Share")
    def share(self) -> Any:
        return self.row["share"]

    @text_rule_variable(label="Note")
    def note(self) -> Any:
        return self.row["note"]

    @select_multiple_rule_variable(label="Tags", options=[{"name": "vip", "label": "Good customer"}, "other"])
    def tags(self) -> Any:
        return self.row["tags"]

    @rule_variable(ColourType, label="Colour")  # type: ignore[untyped-decorator]
    def colour(self) -> Any:
        return self.row["colour"]


class Actions(BaseActions):
    VALUE_WORDS: ClassVar[Any] = {"team": {"ops": "Operations"}}

    def __init__(self, row: Any) -> None:
        self.row = row

    @rule_action(label="Tell", params={"team": "text", "due_days": "numeric"})
    def tell(self, team: str, due_days: int) -> None: ...

    @rule_action(params={"cause": "text"})
    def name_the_cause(self, cause: str) -> None: ...


WORDS = Wordbook(Variables, Actions)


def says(variable: str, operator: str, constant: Any) -> str:
    return text_of(condition_phrase(Leaf(0, "", variable, operator, constant), WORDS))


@pytest.mark.parametrize(("kind", "operator"), EVERY)
def test_every_operator_of_every_type_has_words_of_its_own(kind: str, operator: str) -> None:
    assert operator in VERBS, f"{kind}.{operator} has no words in rules/views/verbs.py"


def test_all_types_were_asked_and_no_words_are_left_over() -> None:
    assert {"NumericType", "StringType", "BooleanType", "SelectType", "SelectMultipleType"} <= {k for k, _ in EVERY}
    assert set(VERBS) == {operator for _, operator in EVERY}
    assert len(set(VERBS.values())) == len(VERBS), "two operators must not read the same"


@pytest.mark.parametrize(
    ("variable", "operator", "constant", "expected"),
    [
        ("kind", "equal_to", "chargeback", "Kind of line is “Chargeback”"),
        ("kind", "equal_to", "fee", "Kind of line is “fee”"),
        ("kind", "equal_to", "", "Kind of line is no text"),
        ("kind", "non_empty", "", "Kind of line is not empty"),
        ("kind", "matches_regex", "^a+", "Kind of line matches the pattern “^a+”"),
        ("open_days", "greater_than_or_equal_to", 3, "Open days is at least 3"),
        ("open_days", "less_than", -12345, "Open days is less than −12,345"),
        ("paid", "is_true", True, "Order is paid: yes"),
        ("paid", "is_false", True, "Order is paid: no"),
        ("paid_on", "on_or_after", "2026-11-05", "Paid on is on or after 5 Nov 2026"),
        ("paid_on", "between", ["2026-11-05", date(2027, 1, 1)], "Paid on is from 5 Nov 2026 to 1 Jan 2027"),
        ("paid_on", "after", {"variable": "due_on"}, "Paid on is after Due"),
        ("paid_on", "within_days_of", {"day": {"variable": "due_on"}, "days": 1}, "Paid on is at most 1 day from Due"),
        ("paid_on", "within_days_of", {"day": "2026-11-05", "days": 3}, "Paid on is at most 3 days from 5 Nov 2026"),
        ("paid_on", "is_missing", True, "Paid on is missing"),
        ("refund", "greater_than", {"minor": 123450, "currency": "EUR"}, "Refund is more than EUR\u00a01,234.50"),
        ("refund", "less_than", [-500, "JPY"], "Refund is less than JPY\u00a0−500"),
        ("refund", "has_currency", "USD", "Refund is in USD"),
        ("wait", "greater_than", Decimal("0.5"), "Waiting time is more than 12 hours"),
        ("share", "between", [0.5, 1], "Share is from 0.5 to 1"),
        ("note", "is_one_of", ["a", "b", "c"], "Note is one of “a”, “b” and “c”"),
        ("tags", "contains_all", ["vip", "new"], "Tags has all of “Good customer” and “new”"),
        ("colour", "looks_like", "red", "Colour looks like “red”"),
        ("colour", "is_bright", None, "Colour is bright"),
    ],
)
def test_conditions_read_as_sentences(variable: str, operator: str, constant: Any, expected: str) -> None:
    assert says(variable, operator, constant) == expected


def test_a_long_list_is_cut_with_the_number_left() -> None:
    told = says("note", "is_one_of", [f"n{number:02d}" for number in range(24)])
    assert told.startswith("Note is one of “n00”, “n01”, ")
    assert told.endswith("“n11” and 12 more")
    assert listing(str(number) for number in range(13)).endswith("11 and 1 more")
    assert listing(str(number) for number in range(12)).endswith("10 and 11")
    assert listing([]) == "nothing"


def test_a_long_text_is_cut_with_its_length() -> None:
    assert one_line("x" * 1200) == "x" * 160 + "… (1,200 characters)"
    assert one_line("a\n\n b\tc\u2028d") == "a b c d"


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (None, operators.NumericType, "no value"),
        (True, operators.BooleanType, "yes"),
        (2026, operators.NumericType, "2026"),
        (90.0, operators.NumericType, "90"),
        (0.1, operators.NumericType, "0.1"),
        (Decimal("1.50"), operators.NumericType, "1.50"),
        (1234567.25, operators.NumericType, "1,234,567.25"),
        (2**70, operators.NumericType, "1,180,591,620,717,411,303,424"),
        ("12", operators.NumericType, "“12”"),
        (("a", "b"), operators.SelectType, "“a” and “b”"),
        (date(2026, 11, 5), operators.SelectType, "5 Nov 2026"),
        (datetime(2026, 11, 5, 23, 59, tzinfo=UTC), DateType, "5 Nov 2026"),
        (datetime(2026, 11, 5, 23, 59, tzinfo=UTC), operators.SelectType, "5 Nov 2026, 23:59:00 UTC"),
        ((150, "EUR"), MoneyType, "EUR\u00a01.50"),
        ((None, "EUR"), MoneyType, "no value"),
        ({"minor": 1, "currency": "KWD"}, MoneyType, "KWD\u00a00.001"),
        (timedelta(days=2, hours=6), DurationType, "2 days 6 hours"),
        (timedelta(seconds=-90), DurationType, "−1 minute 30 seconds"),
        (timedelta(microseconds=1500), DurationType, "0.0015 seconds"),
        (timedelta(0), DurationType, "0 days"),
        (timedelta(hours=1), operators.SelectType, "1 hour"),
    ],
)
def test_values_are_written_as_people_write_them(value: Any, kind: type, expected: str) -> None:
    assert value_words(value, kind, {}) == expected


def test_actions_say_what_they_do_with_their_parameters() -> None:
    assert text_of(action_phrase({"name": "tell", "params": {"team": "ops", "due_days": 3}}, WORDS)) == (
        "Tell: team Operations, due days 3"
    )
    caused = {"name": "name_the_cause", "params": {"cause": "captured_again"}}
    assert text_of(action_phrase(caused, WORDS)) == "Name the cause: captured again"
    assert text_of(action_phrase({"name": "tell"}, WORDS)) == "Tell"


def test_the_reconciliation_desk_has_words_for_all_it_can_ask(pytestconfig: pytest.Config) -> None:
    rules = Rules.load(pytestconfig.rootpath / "parameters/rules/reconciliation.yaml", DeskVariables, DeskActions)
    text = str(rules)
    assert "Kind of break is “Order, no payment”" in text
    conditions = [line for line in text.split("\n") if line.startswith(("    when", "            "))]
    assert [line for line in conditions if "_" in line] == []
