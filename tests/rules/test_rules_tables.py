"""Decision tables: the rules they become, what their hit policy decides, and their mistakes by line and column."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import business_rules
import pandas as pd
import pytest
from business_rules.fields import FIELD_NUMERIC, FIELD_TEXT
from hypothesis import given
from hypothesis import strategies as st

from opsrules.errors import ParameterError
from opsrules.rules import (
    BaseActions,
    BaseVariables,
    HitPolicy,
    Result,
    Rules,
    boolean_rule_variable,
    numeric_rule_variable,
    problems_of_rules,
    rule_action,
    select_multiple_rule_variable,
    string_rule_variable,
)
from opsrules.rules.types import date_rule_variable, money_rule_variable, text_rule_variable


class Variables(BaseVariables):
    def __init__(self, row: Any) -> None:
        self.row = row

    @numeric_rule_variable(label="Items")
    def items(self) -> Any:
        return self.row["items"]

    @string_rule_variable(label="SKU")
    def sku(self) -> Any:
        return self.row["sku"]

    @boolean_rule_variable(label="Gift")
    def gift(self) -> Any:
        return self.row["gift"]

    @text_rule_variable(label="Country")
    def country(self) -> Any:
        return self.row["country"]

    @date_rule_variable(label="Sent on")
    def sent_on(self) -> Any:
        return self.row["sent_on"]

    @date_rule_variable(label="Due on")
    def due_on(self) -> Any:
        return self.row["due_on"]

    @money_rule_variable(label="Paid")
    def paid(self) -> Any:
        return self.row["paid"]

    @select_multiple_rule_variable(label="Tags")
    def tags(self) -> Any:
        return self.row["tags"]


class Actions(BaseActions):
    PARAM_VALUES: ClassVar[dict[str, frozenset[str]]] = {"cause": frozenset({"late", "small", "other"})}

    def __init__(self, row: Any) -> None:
        self.outcomes: list[tuple[str, dict[str, Any]]] = []

    @rule_action(params={"cause": FIELD_TEXT, "weight": FIELD_NUMERIC})
    def set_cause(self, cause: str, weight: int = 1) -> None:
        self.outcomes.append(("set_cause", {"cause": cause, "weight": weight}))

    @rule_action()
    def hold(self) -> None:
        self.outcomes.append(("hold", {}))


CSV = """\
table,causes,hit,{hit}
id,name,if items greater_than,if country is_one_of,then set_cause.cause,then set_cause.weight,then hold
many,Many items,3,AT | DE,late,2,
home,,,DE,small,,yes
rest,Everything else,,,other,,
"""

YAML = """\
table: causes
hit: {hit}
rows:
  - id: many
    name: Many items
    if:
      items greater_than: 3
      country is_one_of: [AT, DE]
    then:
      set_cause: {{cause: late, weight: 2}}
  - id: home
    if:
      country is_one_of: [DE]
    then:
      set_cause: {{cause: small}}
      hold: {{}}
  - id: rest
    name: Everything else
    then:
      set_cause: {{cause: other}}
"""


class Loose(Actions):
    """Takes any cause."""

    PARAM_VALUES: ClassVar[dict[str, Any]] = {}


ROWS = [(5, "AT"), (5, "DE"), (1, "DE"), (1, None)]
FRAME = pd.DataFrame(ROWS, columns=["items", "country"])

Loaded = Callable[[str, str], Rules]


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    def load(text: str, suffix: str = ".csv") -> Rules:
        path = tmp_path / f"causes{suffix}"
        path.write_text(text, encoding="utf-8")
        return Rules.load(path, Variables, Actions)

    return load


def plain(table: Rules, row: dict[str, Any], *, stop: bool = False) -> list[tuple[str, dict[str, Any]]]:
    """What plain run_all does on one row."""
    actions = Actions(row)
    business_rules.run_all([dict(rule) for rule in table.plain], Variables(row), actions, stop_on_first_trigger=stop)
    return actions.outcomes


@pytest.mark.parametrize(("text", "suffix"), [(CSV, ".csv"), (YAML, ".yaml")])
def test_a_table_becomes_business_rules(loaded: Loaded, text: str, suffix: str) -> None:
    table = loaded(text.format(hit="first"), suffix)
    assert {(rule.table, rule.hit_policy) for rule in table.rules} == {("causes", HitPolicy.FIRST)}
    assert [rule.id for rule in table.rules] == ["causes.many", "causes.home", "causes.rest"]
    first, second, third = table.plain
    head = {"id": "causes.many", "table": "causes", "hit": "first", "name": "Many items"}
    assert first == head | {
        "conditions": {
            "all": [
                {"name": "items", "operator": "greater_than", "value": 3},
                {"name": "country", "operator": "is_one_of", "value": ["AT", "DE"]},
            ]
        },
        "actions": [{"name": "set_cause", "params": {"cause": "late", "weight": 2}}],
    }
    assert second["actions"] == [{"name": "set_cause", "params": {"cause": "small"}}, {"name": "hold"}]
    assert third["conditions"] == {
        "all": [
            {
                "any": [
                    {"name": "items", "operator": "greater_than_or_equal_to", "value": 0},
                    {"name": "items", "operator": "less_than", "value": 0},
                ]
            }
        ]
    }
    assert [rule.place.rpartition(":")[2] for rule in table.rules] == (
        ["3", "4", "5"] if suffix == ".csv" else ["4", "11", "17"]
    )


def fired(result: Result) -> list[tuple[int, str]]:
    told = result.fired()
    return list(zip(told["row"].tolist(), told["rule_id"].str.removeprefix("causes."), strict=True))


def noted(result: Result, row: int) -> list[tuple[str, dict[str, Any]]]:
    """What the actions did on one row."""
    done = result.apply()
    ours = done[done["row"] == row]
    return list(zip(ours["action"], ours["params"], strict=True))


def test_collect_is_run_all(loaded: Loaded) -> None:
    table = loaded(CSV.format(hit="collect"), ".csv")
    result = table.run(FRAME)
    assert fired(result) == [
        (0, "many"),
        (0, "rest"),
        (1, "many"),
        (1, "home"),
        (1, "rest"),
        (2, "home"),
        (2, "rest"),
        (3, "rest"),
    ]
    assert result.conflicts().empty
    for row, (items, country) in enumerate(ROWS):
        assert noted(result, row) == plain(table, {"items": items, "country": country})


@pytest.mark.parametrize("again", [False, True])
def test_first_is_run_all_that_stops_on_that_table(loaded: Loaded, again: bool) -> None:
    table = loaded(CSV.format(hit="first"), ".csv")
    if again:  # the same from the rules that it becomes
        table = Rules(json.loads(json.dumps(table.plain, default=str)), Variables, Actions)
    result = table.run(FRAME)
    assert fired(result) == [(0, "many"), (1, "many"), (2, "home"), (3, "rest")]
    assert result.counts.to_dict() == {"causes.many": 2, "causes.home": 1, "causes.rest": 1}
    for row, (items, country) in enumerate(ROWS):
        assert noted(result, row) == plain(table, {"items": items, "country": country}, stop=True)
    why = result.why(2)
    assert list(zip(why["rule_id"], why["outcome"], strict=True)) == [
        ("causes.many", "not held"),
        ("causes.many", "not reached"),
        ("causes.home", "held"),
        ("causes.rest", "not reached"),
        ("causes.rest", "not reached"),
    ]


def test_what_stands_behind_the_first_cannot_raise(loaded: Loaded) -> None:
    text = "table,t,hit,{hit}\nid,if sku equal_to,if items greater_than,then hold\na,x,,yes\nb,,1,yes\n"
    frame = pd.DataFrame({"sku": ["x", "y", "y"], "items": [None, None, 5]})
    first = loaded(text.format(hit="first"), ".csv").run(frame, on_error="collect")
    assert first.errors["row"].tolist() == [1]
    assert first.fired().to_dict("list") == {"row": [0, 2], "rule_id": ["t.a", "t.b"]}
    unique = loaded(text.format(hit="unique"), ".csv").run(frame, on_error="collect")
    assert unique.errors["row"].tolist() == [0, 1]
    # Nobody knows whether row 0 is decided once.
    assert unique.apply()["row"].tolist() == [2]


def test_a_breach_of_unique_is_reported_with_an_example(loaded: Loaded) -> None:
    result = loaded(CSV.format(hit="unique"), ".csv").run(FRAME)
    at, of = {"items": 5, "country": "AT"}, {"items": 5, "country": "DE"}
    told = result.conflicts()
    assert told.to_dict("records") == [
        {"table": "causes", "first": f"causes.{a}", "second": f"causes.{b}", "rows": n, "example_row": r, "example": e}
        for a, b, n, r, e in [
            ("many", "home", 1, 1, of),
            ("many", "rest", 2, 0, at),
            ("home", "rest", 2, 1, of),
        ]
    ]
    # What held is told; nothing is chosen among it.
    assert result.counts.to_dict() == {"causes.many": 2, "causes.home": 2, "causes.rest": 4}
    assert result.apply()["row"].unique().tolist() == [3]


def test_without_a_breach_there_is_no_conflict(loaded: Loaded) -> None:
    text = "table;n;hit;unique\nid;if items less_than;if items greater_than;then hold\na;3;;yes\nb;;3;yes\n"
    result = loaded(text, ".csv").run(FRAME)
    told = result.conflicts()
    assert told.empty
    assert list(told.columns) == ["table", "first", "second", "rows", "example_row", "example"]
    assert list(result.fired()["rule_id"]) == ["n.b", "n.b", "n.a", "n.a"]
    assert list(result.apply()["row"]) == [0, 1, 2, 3]


def test_a_unique_table_is_not_stopped_at_its_first_rule(loaded: Loaded) -> None:
    with pytest.raises(ValueError, match="table causes is unique: run without stop_on_first_trigger"):
        loaded(CSV.format(hit="unique"), ".csv").run(FRAME, stop_on_first_trigger=True)


def test_tables_and_rules_in_one_run_are_told_apart(loaded: Loaded) -> None:
    table = loaded(CSV.format(hit="first"), ".csv")
    other = loaded("table,other,hit,first\nid,if items greater_than,then hold\nbig,4,yes\nmore,3,yes\n", ".csv")
    lone = {"id": "lone", "conditions": {"name": "items", "operator": "greater_than", "value": 0}, "actions": []}
    result = Rules([*other.plain, lone, *table.plain], Variables, Actions).run(FRAME)
    assert fired(result) == [
        (0, "other.big"),
        (0, "lone"),
        (0, "many"),
        (1, "other.big"),
        (1, "lone"),
        (1, "many"),
        (2, "lone"),
        (2, "home"),
        (3, "lone"),
        (3, "rest"),
    ]


@given(
    st.lists(st.sampled_from("first unique collect".split()), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from([None, 0, 2, 4])), min_size=1, max_size=8),
    st.lists(st.sampled_from([None, 1, 3, 5]), min_size=1, max_size=6),
)
def test_policies_do_what_they_say(policies: list[str], cells: list[tuple[int, Any]], items: list[Any]) -> None:
    """Row by row, with run_all for each rule; None raises, as a value and as a constant of `sku`, which no row has."""
    rules = []
    for number, (place, least) in enumerate(cells):
        hit = policies[place % len(policies)]
        asked = {"name": "items", "operator": "greater_than", "value": least}
        if least is None:
            asked = {"name": "sku", "operator": "non_empty", "value": True}
        head = {"id": str(number), "table": f"t{place % len(policies)}", "hit": hit}
        rules.append(head | {"conditions": asked, "actions": [{"name": "set_cause", "params": {"cause": str(number)}}]})
    frame = pd.DataFrame({"items": pd.Series(items, dtype=object)})
    result = Rules(rules, Variables, Loose).run(frame, on_error="collect")
    done = result.apply()
    for row, value in enumerate(items):
        held, settled, failed = [], set(), None
        for rule in rules:
            if failed is not None or rule["table"] in settled:
                continue
            try:
                if business_rules.run_all([rule], Variables({"items": value}), Loose({})):
                    held.append(rule)
                    settled |= {rule["table"]} if rule["hit"] == "first" else set()
            except Exception:  # noqa: BLE001 - whatever it is, the row ends there
                failed = rule
        assert [one["id"] for one in held] == result.fired().query("row == @row")["rule_id"].tolist()
        assert result.errors.query("row == @row")["rule_id"].tolist() == ([failed["id"]] if failed else [])
        crowd = Counter(one["table"] for one in held if one["hit"] == "unique")
        idle = {table for table, count in crowd.items() if count > 1}
        if failed is not None and failed["hit"] == "unique":
            idle.add(failed["table"])
        assert done.loc[done["row"] == row, "rule_id"].tolist() == [
            one["id"] for one in held if one["table"] not in idle
        ]
    assert set(result.conflicts()["table"]) <= {f"t{n}" for n, hit in enumerate(policies) if hit == "unique"}


@pytest.mark.parametrize(
    ("heading", "cell", "operator", "value"),
    [
        ("if items greater_than", "-1.50", "greater_than", Decimal("-1.50")),
        ("if items", "less_than 3", "less_than", 3),
        ("if sku contains", "a b", "contains", "a b"),
        ("if sku", "non_empty", "non_empty", True),
        ("if gift is_true", "yes", "is_true", True),
        ("if country is_missing", "yes", "is_missing", True),
        ("if country is_one_of", "DE", "is_one_of", ["DE"]),
        ("if country equal_to", "12", "equal_to", "12"),
        ("if sent_on before", "2026-10-31", "before", date(2026, 10, 31)),
        ("if sent_on between", "2026-10-01 | 2026-10-31", "between", [date(2026, 10, 1), date(2026, 10, 31)]),
        ("if sent_on after variable", "due_on", "after", {"variable": "due_on"}),
        ("if sent_on within_days_of", "5 of 2026-10-31", "within_days_of", {"day": date(2026, 10, 31), "days": 5}),
        (
            "if sent_on within_days_of variable",
            "5 of due_on",
            "within_days_of",
            {"day": {"variable": "due_on"}, "days": 5},
        ),
        ("if paid greater_than", "-1.50 EUR", "greater_than", {"minor": -150, "currency": "EUR"}),
        ("if paid greater_than", "150 JPY", "greater_than", {"minor": 150, "currency": "JPY"}),
        ("if paid has_currency", "EUR", "has_currency", "EUR"),
        ("if tags contains_all", "a|b", "contains_all", ["a", "b"]),
    ],
)
def test_cells_mean_what_their_column_says(loaded: Loaded, heading: str, cell: str, operator: str, value: Any) -> None:
    table = loaded(f"table\tt\thit\tfirst\nid\t{heading}\tthen hold\n1\t{cell}\tyes\n", ".csv")
    name = heading.split()[1]
    assert table.plain[0]["conditions"] == {"all": [{"name": name, "operator": operator, "value": value}]}
    assert table.plain[0]["id"] == "t.1"


@pytest.mark.parametrize(
    "column", ["sku non_empty", "gift is_true", "tags contains_all", "country equal_to", "items equal_to"]
)
def test_a_row_without_conditions_always_fires(loaded: Loaded, column: str) -> None:
    table = loaded(f"table,t,hit,collect\nid,if {column},then hold\nrest,,yes\n", ".csv")
    for row in ({"sku": None, "gift": False, "tags": (), "country": None, "items": -3},):
        assert plain(table, row) == [("hold", {})]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "does not start as a decision table"),
        ("id,if items equal_to\n", 1, "write table,NAME,hit,first"),
        ("table,t,hit,frist\nid,if items equal_to,then hold\n", 1, "did you mean first?"),
        ("table,t,hit,first\nname,if items equal_to,then hold\nx,1,yes\n", 2, "has no column id"),
        ("table,t,hit,first\nid,then hold\nx,yes\n", 2, "has no condition column"),
        ("table,t,hit,first\nid,if items equal_to\nx,1\n", 2, "has no action column"),
        ("table,t,hit,first\nid,if items equal_to,then hold\n", 1, "has no rows"),
        ("table,t,hit,first\nid,if item equal_to,then hold,if items equal_to\n", 2, "did you mean items?"),
        ("table,t,hit,first\nid,if items eqal_to,then hold,if sku contains\n", 2, "did you mean equal_to?"),
        ("table,t,hit,first\nid,if items equal_to,if items equal_to,then hold\n", 2, "stands twice"),
        ("table,t,hit,first\nid,if items equal_to,then holt,then hold\n", 2, "did you mean hold?"),
        ("table,t,hit,first\nid,if items equal_to,then set_cause.cuase,then hold\n", 2, "did you mean cause?"),
        ("table,t,hit,first\nid,nmae,if items equal_to,then hold\n", 2, "did you mean name?"),
        (
            "table,t,hit,first\nid,if items equal_to,then hold\nx,many,yes\n",
            3,
            "column 'if items equal_to' must be a number, got 'many'",
        ),
        ("table,t,hit,first\nid,if items equal_to,then hold\n\nx,1,no\n", 4, "column 'then hold' must be yes or empty"),
        ("table,t,hit,first\nid,if items equal_to,then hold\nx,1,\n", 3, "row x decides nothing"),
        ("table,t,hit,first\nid,if items equal_to,then hold\n,1,yes\n", 3, "row has no id"),
        ("table,t,hit,first\nid,if items equal_to,then hold\na b,1,yes\n", 3, "column 'id' must be letters"),
        ("table,t,hit,first\nid,if items equal_to,then hold\nx,1,yes\nx,2,yes\n", 4, "has the id of the row at"),
        (
            "table,t,hit,first\nid,if items equal_to,then hold\nx,1,yes\nX,2,yes\n",
            4,
            "differs only by case from x, the id",
        ),
        ("table,t,hit,first\nid,if items equal_to,then hold\nx,1,yes,more\n", 3, "column 4, which has no heading"),
        ("table,t,hit,first\nid,if sku matches_regex,then hold\nx,(?=a),yes\n", 3, "uses look-around"),
        ("table,t,hit,first\nid,if sent_on after variable,then hold\nx,due,yes\n", 3, "did you mean due_on?"),
        ("table,t,hit,first\nid,if paid less_than,then hold\nx,1.505 EUR,yes\n", 3, "must be money such as"),
        ("table,t,hit,first\nid,if gift is_true,then hold\nx,no,yes\n", 3, "must be yes or empty"),
        ("table,t,hit,first\nid,if items,then hold\nx,above 3,yes\n", 3, "has no operator 'above'"),
        (
            "table,t,hit,first\nid,if items equal_to,then set_cause.cause\nx,1,latte\n",
            3,
            "column 'then set_cause.cause'",
        ),
        ("table,t,hit,first\nid,if items equal_to,then set_cause.weight\nx,1,2\n", 3, "action set_cause needs cause"),
        (
            "table,t,hit,first\nid,if items equal_to,then set_cause.cause,then set_cause.weight\nx,1,late,two\n",
            3,
            "column 'then set_cause.weight' must be a number, got 'two'",
        ),
        ("table,t,hit,first\nid,severity,if items equal_to,then hold\nx,hihg,1,yes\n", 3, "did you mean high?"),
        (
            "table,t,hit,first\nid,since,if items equal_to,then hold\nx,2026-02-30,1,yes\n",
            3,
            "column 'since' must be a day",
        ),
        ('table,t,hit,first\nid,if items equal_to,then hold\n"x,1,yes\n', 3, "is no CSV"),
    ],
)
def test_c1_c5_c6_c12_mistakes_of_a_csv_table_by_line_and_column(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    found = [str(one) for one in problems_of_rules(path, Variables, Actions)]
    assert len(found) == 1, found
    assert found[0].startswith(f"{path.as_posix()}:{line}: ")
    assert words in found[0]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("table: causes", "tabel: causes", 1, "unknown key 'tabel'"),
        ("hit: first", "hit: once", 2, "hit must be first, unique, collect"),
        ("items greater_than: 3", "items greater_than: many", 7, "column 'items greater_than' must be a number"),
        ("items greater_than: 3", "itms greater_than: 3", 7, "did you mean items?"),
        ("items greater_than: 3", "items: 3", 7, "must have VARIABLE OPERATOR as its keys"),
        ("cause: late", "cause: latte", 10, "column 'set_cause.cause' must be a known term"),
        ("weight: 2", "wieght: 2", 10, "did you mean weight?"),
        ("id: home", "id: many", 11, "has the id of the row at"),
        ("hold: {}", "hodl: {}", 11, "did you mean hold?"),
        ("    name: Everything else", "    nmae: Everything else", 18, "did you mean name?"),
        ("    name: Many items", "    name: Many items\n    name: Twice", 6, "key 'name' twice, first on line 5"),
        ("    name: Many items", "    name: NO", 5, "NO without quotes is a boolean"),
    ],
)
def test_c1_c2_c3_c5_c6_mistakes_of_a_yaml_table_by_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    text = YAML.format(hit="first")
    assert old in text
    path = tmp_path / "table.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [str(one) for one in problems_of_rules(path, Variables, Actions)]
    assert any(one.startswith(f"{path.as_posix()}:{line}: ") and words in one for one in found), found


def test_tables_may_be_named_beside_a_rule_file(tmp_path: Path) -> None:
    (tmp_path / "causes.csv").write_text(CSV.format(hit="first"))
    lone = {"id": "lone", "conditions": {"name": "items", "operator": "greater_than", "value": 0}, "actions": []}
    (tmp_path / "rules.json").write_text(json.dumps([lone]))
    path, table = tmp_path / "rules.json", tmp_path / "causes.csv"
    assert [rule.id for rule in Rules.load(path, Variables, Actions).rules] == ["lone"]
    both = Rules.load(path, Variables, Actions, tables=[table])
    assert [rule.id for rule in both.rules] == ["lone", "causes.many", "causes.home", "causes.rest"]
    assert [rule.place.rpartition("/")[2] for rule in both.rules[:2]] == ["rules.json:1", "causes.csv:3"]
    with pytest.raises(ParameterError, match=r"causes\.csv:3: id 'causes\.many' is also the id of the rule at"):
        Rules.load(path, Variables, Actions, tables=[table, table])


def test_every_mistake_is_told_at_once_and_raised(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("table,t,hit,first\nid,if items equal_to,then hold\nx,a,yes\ny,b,no\n", encoding="utf-8")
    with pytest.raises(ParameterError) as raised:
        Rules.load(path, Variables, Actions)
    assert [problem.place.rpartition(":")[2] for problem in raised.value.problems] == ["3", "4", "4"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"table,t,hit,first\nid\xff\n", ":2: is not UTF-8"),
        ("a.xlsx", b"", "is no rule file"),
        ("a.yaml", b"a: x\n", "must be a list of rules"),
        ("a.yaml", b"table: t\nhit: first\n", "rows must be a list"),
    ],
)
def test_a_file_that_is_no_table_is_one_problem(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    found = [str(one) for one in problems_of_rules(tmp_path / name, Variables, Actions)]
    assert len(found) == 1
    assert words in found[0]
    assert "cannot be read" in str(problems_of_rules(tmp_path / "absent.csv", Variables, Actions)[0])
