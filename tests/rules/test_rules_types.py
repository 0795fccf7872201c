"""Our types: what each operator answers, the same in plain run_all, and constants refused before any row."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import business_rules
import pandas as pd
import pytest
from business_rules.variables import rule_variable

from opsrules.errors import ParameterError
from opsrules.rules import (
    BaseActions,
    BaseVariables,
    Rules,
    numeric_rule_variable,
    problems_of_rules,
    rule_action,
    select_rule_variable,
    string_rule_variable,
)
from opsrules.rules.regex import RegexRefused
from opsrules.rules.types import (
    CurrenciesDiffer,
    DateType,
    Given,
    ValueMissing,
    date_rule_variable,
    duration_rule_variable,
    money_rule_variable,
    number_rule_variable,
    text_rule_variable,
    variables_in,
    with_values,
)


class Variables(BaseVariables):
    def __init__(self, row: Any) -> None:
        self.row = row

    @date_rule_variable
    def paid_on(self) -> Any:
        return self.row["paid_on"]

    @date_rule_variable(label="Due")
    def due_on(self) -> Any:
        return self.row["due_on"]

    @duration_rule_variable()
    def age(self) -> Any:
        return self.row["age"]

    @money_rule_variable(label="Paid")
    def paid(self) -> Any:
        return self.row["paid"]

    @money_rule_variable(label="Owed")
    def owed(self) -> Any:
        return self.row["owed"]

    @number_rule_variable(label="Rate")
    def rate(self) -> Any:
        return self.row["rate"]

    @number_rule_variable(label="Twice the rate")
    def twice(self) -> Any:
        return self.rate() * 2

    @numeric_rule_variable(label="The library's own number")
    def limit(self) -> Any:
        return self.row["limit"]

    @text_rule_variable(label="Country")
    def country(self) -> Any:
        return self.row["country"]

    @string_rule_variable(label="The library's own text")
    def home(self) -> Any:
        return self.row["home"]

    @select_rule_variable(label="Tags")
    def tags(self) -> Any:
        return self.row["tags"]

    # Declared by the library's own decorator, which knows nothing of the row.
    bare_on = rule_variable(DateType, label="Bare")(lambda self: self.row["paid_on"])


class Actions(BaseActions):
    def __init__(self, row: Any) -> None:
        self.outcomes: list[tuple[str, dict[str, Any]]] = []

    @rule_action()
    def note(self) -> None:
        self.outcomes.append(("note", {}))


ROW = {
    "paid_on": date(2026, 10, 5),
    "due_on": date(2026, 10, 3),
    "age": 5,
    "paid": (1500, "EUR"),
    "owed": (1500, "EUR"),
    "rate": Decimal("2.5"),
    "limit": 5,
    "country": "DE",
    "home": "DE",
    "tags": (),
}


def holds(name: str, operator: str, value: Any, **over: Any) -> bool:
    """What plain run_all says."""
    rules = [{"conditions": {"name": name, "operator": operator, "value": value}, "actions": [{"name": "note"}]}]
    row = ROW | over
    return bool(business_rules.run_all(rules, Variables(row), Actions(row)))


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("before", date(2026, 10, 5), False),
        ("before", "2026-10-06", True),
        ("after", "2026-10-04", True),
        ("after", "2026-10-05", False),
        ("on_or_before", "2026-10-05", True),
        ("on_or_before", "2026-10-04", False),
        ("on_or_after", "2026-10-05", True),
        ("on_or_after", "2026-10-06", False),
        ("equal_to", "2026-10-05", True),
        ("not_equal_to", "2026-10-05", False),
        ("between", ["2026-10-05", "2026-10-06"], True),
        ("between", ["2026-10-06", "2026-10-07"], False),
        ("is_one_of", ["2026-01-01", "2026-10-05"], True),
        ("is_none_of", ["2026-01-01", "2026-10-05"], False),
        ("within_days_of", {"day": "2026-10-03", "days": 2}, True),
        ("within_days_of", {"day": "2026-10-08", "days": 2}, False),
        ("within_days_of", {"day": {"variable": "due_on"}, "days": 1}, False),
        ("after", {"variable": "due_on"}, True),
        ("between", [{"variable": "due_on"}, "2026-10-05"], True),
        ("is_missing", True, False),
        ("is_present", True, True),
    ],
)
@pytest.mark.parametrize(
    "paid_on",
    [
        date(2026, 10, 5),
        datetime(2026, 10, 5, 23, 59, tzinfo=UTC),
        "2026-10-05",
        "2026-10-05T23:59:59+02:00",
        pd.Timestamp("2026-10-05 12:00"),
    ],
)
def test_days(paid_on: Any, operator: str, value: Any, expected: bool) -> None:
    assert holds("paid_on", operator, value, paid_on=paid_on) is expected


@pytest.mark.parametrize("wrong", [20261005, "05.10.2026", "2026-02-30", "20261005", "2026-W41-1", pd.NaT, 1.5])
def test_what_is_no_day_raises(wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"no date|day"):
        holds("paid_on", "is_missing", True, paid_on=wrong)


@pytest.mark.parametrize(
    ("age", "operator", "value", "expected"),
    [
        (timedelta(hours=12), "equal_to", Decimal("0.5"), True),
        (timedelta(hours=12, microseconds=1), "greater_than", Decimal("0.5"), True),
        (pd.Timedelta("12h") + pd.Timedelta(1, "ns"), "greater_than", Decimal("0.5"), True),
        (timedelta(days=-1), "less_than", 0, True),
        (3, "greater_than_or_equal_to", 3, True),
        (3, "less_than_or_equal_to", 2, False),
        (3, "not_equal_to", 4, True),
        (3, "between", [3, 5], True),
        (Decimal("2.999"), "between", [3, 5], False),
        (3, "is_one_of", [1, 3], True),
        ("", "is_missing", True, True),
    ],
)
def test_durations(age: Any, operator: str, value: Any, expected: bool) -> None:
    assert holds("age", operator, value, age=age) is expected


@pytest.mark.parametrize("wrong", [1.5, True, "3", Decimal("NaN"), Decimal("1E+999999"), Decimal("1E-999999")])
def test_what_is_no_duration_raises(wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"no duration|out of range"):
        holds("age", "greater_than", 1, age=wrong)


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("equal_to", {"minor": 1500, "currency": "EUR"}, True),
        ("not_equal_to", {"minor": 1500, "currency": "EUR"}, False),
        ("greater_than", {"minor": 1499, "currency": "EUR"}, True),
        ("greater_than", {"minor": 1500, "currency": "EUR"}, False),
        ("greater_than_or_equal_to", {"variable": "owed"}, True),
        ("less_than", {"minor": 1501, "currency": "EUR"}, True),
        ("less_than_or_equal_to", {"minor": 1499, "currency": "EUR"}, False),
        ("between", [{"minor": 0, "currency": "EUR"}, {"variable": "owed"}], True),
        ("is_one_of", [{"minor": 1, "currency": "EUR"}], False),
        ("has_currency", "EUR", True),
        ("has_currency", "USD", False),
    ],
)
def test_money(operator: str, value: Any, expected: bool) -> None:
    assert holds("paid", operator, value) is expected
    assert holds("paid", operator, value, paid={"minor": 1500, "currency": "EUR"}) is expected


@pytest.mark.parametrize("operator", ["equal_to", "not_equal_to", "less_than", "greater_than_or_equal_to"])
def test_two_currencies_are_an_error_never_false(operator: str) -> None:
    with pytest.raises(CurrenciesDiffer, match="EUR cannot be compared with USD"):
        holds("paid", operator, {"minor": 1500, "currency": "USD"})
    with pytest.raises(CurrenciesDiffer):
        holds("paid", operator, {"variable": "owed"}, owed=(1500, "USD"))


def test_a_wrong_currency_in_a_list_is_an_error_wherever_it_stands() -> None:
    right, wrong = {"minor": 1500, "currency": "EUR"}, {"minor": 1, "currency": "USD"}
    for listed in ([right, wrong], [wrong, right]):
        with pytest.raises(CurrenciesDiffer):
            holds("paid", "is_one_of", listed)
    with pytest.raises(CurrenciesDiffer):
        holds("paid", "between", [{"minor": 9999, "currency": "EUR"}, wrong])


@pytest.mark.parametrize("wrong", [15, (1.5, "EUR"), (True, "EUR"), (15, "Euro"), (15, None), (15,), {"minor": 1}])
def test_what_is_no_money_raises(wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"no money|no currency"):
        holds("paid", "is_present", True, paid=wrong)


@pytest.mark.parametrize(
    ("rate", "operator", "value", "expected"),
    [
        # The library's epsilon, as it has it: not greater by a millionth, still equal by one.
        (10, "greater_than", Decimal("9.999999"), False),
        (10, "equal_to", Decimal("10.000001"), True),
        (10, "not_equal_to", Decimal("10.000001"), False),
        (10, "not_equal_to", Decimal("10.0000011"), True),
        (10, "between", [Decimal("10.000001"), 11], True),
        (10, "between", [Decimal("10.0000011"), 11], False),
        (0.1, "is_one_of", [Decimal("0.1"), 2], True),
        (3, "is_none_of", [1, 2], True),
        (3, "less_than", {"variable": "limit"}, True),
        (6, "greater_than_or_equal_to", {"variable": "limit"}, True),
        (3, "between", [0, {"variable": "limit"}], True),
        (3, "less_than", {"variable": "twice"}, True),
        (None, "is_missing", True, True),
        ("", "is_missing", True, True),
        (0, "is_missing", True, False),
        (0, "is_present", True, True),
    ],
)
def test_numbers(rate: Any, operator: str, value: Any, expected: bool) -> None:
    assert holds("rate", operator, value, rate=rate) is expected


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), "12", pd.NA, 1, None, 10**400])
def test_a_bad_number_raises_what_the_library_raises(value: Any) -> None:
    told = []
    for name, over in (("limit", {"limit": value}), ("rate", {"rate": value})):
        try:
            told.append(str(holds(name, "greater_than", 3, **over)))
        except Exception as error:  # noqa: BLE001 - the comparison of the two is the test
            told.append(type(error).__name__)
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("country", "operator", "value", "expected"),
    [
        ("DE", "is_one_of", ["AT", "DE"], True),
        ("de", "is_one_of", ["AT", "DE"], False),
        ("DE", "not_equal_to", "AT", True),
        ("DE", "equal_to", {"variable": "home"}, True),
        ("AT", "not_equal_to", {"variable": "home"}, True),
        (None, "is_missing", True, True),
        ("", "is_present", True, False),
        (None, "not_equal_to", "DE", True),
        ("München", "matches_regex", r"^\w+$", True),
        ("DE", "starts_with", "D", True),
        ("DE", "non_empty", True, True),
    ],
)
def test_text(country: Any, operator: str, value: Any, expected: bool) -> None:
    assert holds("country", operator, value, country=country) is expected


def test_b25_text_does_not_hang_in_plain_run_all_either() -> None:
    assert holds("country", "matches_regex", "(a+)+$", country="a" * 50_000 + "b") is False
    with pytest.raises(RegexRefused, match="look-around"):
        holds("country", "matches_regex", "(?=a)")


@pytest.mark.parametrize(
    ("name", "operator", "value", "over", "error"),
    [
        ("paid_on", "before", "2026-01-01", {"paid_on": None}, ValueMissing),
        ("paid_on", "before", {"variable": "due_on"}, {"due_on": ""}, ValueMissing),
        ("age", "not_equal_to", 3, {"age": None}, ValueMissing),
        ("paid", "has_currency", "EUR", {"paid": (None, None)}, ValueMissing),
        ("rate", "not_equal_to", 3, {"rate": None}, AssertionError),
        ("rate", "less_than", {"variable": "limit"}, {"limit": None}, AssertionError),
        ("rate", "less_than", {"variable": "absent"}, {}, LookupError),
        ("bare_on", "before", {"variable": "due_on"}, {}, LookupError),
    ],
)
def test_what_cannot_be_told_raises(
    name: str, operator: str, value: Any, over: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        holds(name, operator, value, **over)


def test_a_variable_stays_an_ordinary_method() -> None:
    assert Variables(ROW).twice() == 5
    assert Variables.paid_on.__name__ == "paid_on"
    by_name = {one["name"]: one for one in Variables.get_all_variables()}
    assert (by_name["paid_on"]["label"], by_name["paid_on"]["field_type"]) == ("Paid On", "date")
    assert by_name["due_on"]["label"] == "Due"
    frame = pd.DataFrame({"rate": [1, 2]})
    assert Variables(frame).twice().tolist() == [2, 4]


def test_a_comparison_with_a_variable_is_that_with_its_value() -> None:
    constant = {"day": {"variable": "due_on"}, "days": 1}
    assert variables_in(constant) == ("due_on",)
    assert with_values(constant, {"due_on": date(2026, 10, 3)}) == {"day": date(2026, 10, 3), "days": 1}
    assert variables_in([{"variable": "b"}, 1, {"variable": "a"}, {"variable": "b"}]) == ("b", "a")
    assert with_values(({"variable": "b"}, 1), {"b": None}) == [None, 1]
    assert variables_in({"variable": "a", "more": 1}) == ()


def _broken() -> Any:
    raise KeyError("due_on")


def test_a_pair_of_values_is_asked_without_its_row() -> None:
    between = [{"variable": "low"}, {"variable": "high"}]
    known = DateType("2026-10-05", others=Given({"low": lambda: "2026-10-01", "high": lambda: date(2026, 10, 5)}))
    assert known.between(between) is True
    with pytest.raises(KeyError, match="due_on"):
        DateType("2026-10-05", others=Given({"low": lambda: "2026-10-01", "high": _broken})).between(between)
    # As in a row: what comes first decides which exception it is.
    with pytest.raises(ValueMissing):
        DateType("2026-10-05", others=Given({"low": lambda: None, "high": _broken})).between(between)
    with pytest.raises(LookupError, match="no variable is called high"):
        DateType("2026-10-05", others=Given({"low": lambda: "2026-10-01"})).between(between)


def test_run_all_and_rules_agree() -> None:
    rules = [
        {"conditions": {"name": "paid_on", "operator": "after", "value": {"variable": "due_on"}}, "actions": []},
        {"conditions": {"name": "paid", "operator": "equal_to", "value": {"variable": "owed"}}, "actions": []},
        {"conditions": {"name": "country", "operator": "is_one_of", "value": ["AT", "CH"]}, "actions": []},
    ]
    rows = [ROW, ROW | {"due_on": date(2027, 1, 1)}, ROW | {"country": "AT", "paid": (1, "EUR")}]
    frame = pd.DataFrame(rows, dtype=object)
    fired = Rules(rules, Variables, Actions).run(frame).fired()
    assert list(zip(fired["row"], fired["rule_id"], strict=True)) == [(0, "0"), (0, "1"), (1, "1"), (2, "0"), (2, "2")]


@pytest.mark.parametrize(
    ("name", "operator", "value", "words"),
    [
        ("paid_on", "before", '"2026-02-30"', "must be a day such as 2026-10-31"),
        ("paid_on", "before", '"2026-10-05T12:00"', "must be a day such as 2026-10-31"),
        ("paid_on", "before", "12", "must be a day such as 2026-10-31"),
        ("paid_on", "between", "[2026-10-05, 2026-10-01]", "must have the lower one first"),
        ("paid_on", "between", "[2026-10-05]", "must be a list of two, the lower first"),
        ("paid_on", "within_days_of", "{day: 2026-10-05}", "must be {day: ..., days: ...}"),
        ("paid_on", "within_days_of", "{day: 2026-10-05, days: -1}", "must have a whole number of days"),
        ("paid_on", "before", "{variable: due}", "names no variable: 'due' for paid_on before"),
        ("paid_on", "before", "{variable: due}", "did you mean due_on?"),
        ("paid_on", "before", "{variable: rate}", "names rate, which is number, not date"),
        ("bare_on", "before", "{variable: due_on}", "declare bare_on with date_rule_variable"),
        ("age", "greater_than", '"3"', "must be a number of days"),
        ("age", "greater_than", "true", "must be a number of days"),
        ("paid", "greater_than", "150", "must be money such as {minor: 150, currency: EUR}"),
        ("paid", "greater_than", "{minor: 1.5, currency: EUR}", "must be money such as"),
        ("paid", "greater_than", "{minor: 150, currency: Euro}", "must be money such as"),
        ("paid", "has_currency", "euro", "must be a currency such as EUR"),
        (
            "paid",
            "is_one_of",
            "[{minor: 1, currency: EUR}, {minor: 1, currency: USD}]",
            "must be of one currency",
        ),
        ("rate", "greater_than", "true", "must be a finite number"),
        ("rate", "is_one_of", "[1, many]", "must be a list in which each must be a finite number"),
        ("rate", "is_one_of", "[]", "must be a list"),
        ("rate", "between", "[2, 1]", "must have the lower one first"),
        ("country", "is_one_of", "DE", "must be a list"),
        ("country", "equal_to", "12", "must be text"),
        ("country", "matches_regex", '"(?=a)"', "uses look-around"),
        ("country", "matches_regex", "{variable: home}", "must be a pattern, not a variable"),
        ("home", "matches_regex", '"(a)\\\\1"', "uses a back-reference"),
        ("home", "matches_regex", '"a{1000}{3}"', "regular expression"),
        ("home", "matches_regex", '"(a{100}){100}"', "more than 1000 times"),
        ("home", "equal_to", "{variable: country}", "declare home with a decorator of opsrules.rules.types"),
        ("limit", "equal_to", "{variable: rate}", "declare limit with a decorator of opsrules.rules.types"),
        ("tags", "contains", "{variable: country}", "declare tags with a decorator of opsrules.rules.types"),
    ],
)
def test_a_wrong_constant_is_refused_with_its_line(
    tmp_path: Path, name: str, operator: str, value: str, words: str
) -> None:
    text = f"- conditions:\n    name: {name}\n    operator: {operator}\n    value: {value}\n  actions: []\n"
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    found = [str(one) for one in problems_of_rules(path, Variables, Actions)]
    assert len(found) == 1
    assert found[0].startswith(f"{path.as_posix()}:4: ")
    assert words in found[0]


def test_right_constants_pass(tmp_path: Path) -> None:
    rules = [
        ("paid_on", "between", [{"variable": "due_on"}, "2026-12-31"]),
        ("paid_on", "within_days_of", {"day": {"variable": "due_on"}, "days": 0}),
        ("age", "between", [Decimal("0.5"), 3]),
        ("paid", "is_one_of", [{"minor": 1, "currency": "EUR"}, {"variable": "owed"}]),
        ("rate", "less_than", {"variable": "limit"}),
        ("country", "equal_to", {"variable": "home"}),
        ("country", "is_one_of", [""]),
        ("rate", "is_missing", None),
    ]
    listed = [{"conditions": {"name": n, "operator": o, "value": v}, "actions": []} for n, o, v in rules]
    assert len(Rules(listed, Variables, Actions).rules) == len(rules)
    with pytest.raises(ParameterError, match="/0/conditions/value"):
        Rules(
            [{"conditions": {"name": "rate", "operator": "equal_to", "value": "x"}, "actions": []}], Variables, Actions
        )
