"""Rule files: a broken rule set is refused whole, every fault with its line (RELIABILITY.md C1, C2, C3, C5, C6)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import business_rules
import pytest
from business_rules import operators
from rule_files import RULES, Actions, Variables

from opsrules.errors import ParameterError, UsageError
from opsrules.rules import Rules, RuleStatus, problems_of_rules
from opsrules.rules.library import check_library
from opsrules.terms import Desk, Severity

Check = Callable[[str], list[str]]


@pytest.fixture
def problems(tmp_path: Path) -> Check:
    """Problems of parameters/rules/reconciliation.yaml with this text, without the file's name."""
    folder = tmp_path / "parameters/rules"
    folder.mkdir(parents=True)

    def check(text: str) -> list[str]:
        (folder / "reconciliation.yaml").write_text(text, encoding="utf-8")
        found = problems_of_rules(folder / "reconciliation.yaml", Variables, Actions)
        assert all(one.place.startswith("parameters/rules/reconciliation.yaml:") for one in found)
        return [str(one).removeprefix("parameters/rules/reconciliation.yaml:") for one in found]

    return check


def test_a_right_file_says_what_is_written(tmp_path: Path, problems: Check) -> None:
    assert problems(RULES) == []
    rules = Rules.load(tmp_path / "parameters/rules/reconciliation.yaml", Variables, Actions)
    first, second = rules.rules
    assert (first.id, first.name, first.desk) == ("REC-001", "Paid too much", Desk.RECONCILIATION)
    assert (first.severity, first.status) == (Severity.HIGH, RuleStatus.ACTIVE)
    assert (first.since, first.until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (first.owner, first.source) == ("Finance operations", "policy 12, section 3")
    assert (first.message, first.false_positives) == ("{sku} paid {paid}", "Deposits.")
    assert first.place == "parameters/rules/reconciliation.yaml:1"
    assert [example.place.rpartition(":")[2] for example in first.examples] == ["22", "25"]
    assert first.conditions["all"][0]["value"] == Decimal("100.50")
    assert (second.status, second.since, second.until) == (RuleStatus.DRAFT, None, None)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        # C1: unknown keys.
        ("  severity: high", "  severty: high", 4, ("unknown key 'severty'", "did you mean severity?")),
        ("  conditions:\n", "  condition:\n", 12, ("unknown key 'condition'", "did you mean conditions?")),
        ("value: A-}", "value: A-, valu: 1}", 16, ("unknown key 'valu'", "did you mean value?")),
        (
            "      fires: true\n      why",
            "      fire: true\n      why",
            23,
            ("unknown key 'fire'", "did you mean fires?"),
        ),
        ("      params: {finding", "      param: {finding", 20, ("unknown key 'param'", "did you mean params?")),
        # C2, C3: the loader's own.
        ("operator: is_true, value: true", "operator: is_true, value: yes", 17, ("quote it",)),
        ("  owner: Finance operations", "  name: twice\n  owner: x", 8, ("key 'name' twice, first on line 2",)),
        # C5: ids.
        ("- id: REC-002", "- id: REC-001", 27, ("'REC-001' is also the id of the rule at", "reconciliation.yaml:1")),
        ("- id: REC-002", "- id: REC-2", 27, ("must be an id such as REC-001, got 'REC-2'",)),
        ("- id: REC-002", "- id: PAY-002", 27, ("must begin with REC, got 'PAY-002'",)),
        # C6: what the classes do not know.
        ("name: kept", "name: kpet", 14, ("no variable is called 'kpet'", "did you mean kept?")),
        ("name: kept", "name: __init__", 14, ("no variable is called '__init__'",)),
        ("operator: greater_than", "operator: greter_than", 14, ("kept is numeric", "did you mean greater_than?")),
        ("operator: greater_than", "operator: __eq__", 14, ("has no operator '__eq__'",)),
        ("operator: starts_with", "operator: less_than", 16, ("sku is string and has no operator 'less_than'",)),
        ("name: raise_finding", "name: raise_findng", 19, ("no action is called", "did you mean raise_finding?")),
        (
            "name: raise_finding\n      params: {finding_class: payout_over}",
            "name: undecorated",
            19,
            ("no action is called",),
        ),
        (
            "finding_class: payout_over",
            "finding_clas: payout_over, finding_class: payout_over",
            20,
            ("takes no 'finding_clas'",),
        ),
        ("{finding_class: payout_over}", "{due_days: 2}", 20, ("action raise_finding needs finding_class",)),
        ("payout_over", "payout_ovr", 20, ("must be one of 2 terms, got 'payout_ovr'", "did you mean payout_over?")),
        # Values that do not fit their operator.
        ("value: 100.50", 'value: "100.50"', 14, ("must be a number for kept greater_than, got '100.50'",)),
        ("value: 100.50", "value: true", 14, ("must be a number",)),
        ("value: 100.50", "value: null", 14, ("must be a number for kept greater_than, got nothing",)),
        ("value: A-}", "value: 5}", 16, ("must be text for sku starts_with, got 5",)),
        ("starts_with, value: A-", 'matches_regex, value: "("', 16, ("must be a regular expression",)),
        (
            "{name: sku, operator: starts_with, value: A-}",
            "{name: all_tags, operator: contains_all, value: abc}",
            16,
            ("must be a list",),
        ),
        # Structure.
        (", value: 100.50}", "}", 14, ("value is missing",)),
        (
            '  conditions: {name: sku, operator: equal_to, value: ""}',
            "  conditions: {}",
            35,
            ("must be a condition", "got nothing"),
        ),
        ("    all:\n", "    any: []\n    all:\n", 12, ("has all beside any", "stand alone")),
        (
            '  conditions: {name: sku, operator: equal_to, value: ""}',
            "  conditions: {all: []}",
            35,
            ("got an empty list",),
        ),
        ('  conditions: {name: sku, operator: equal_to, value: ""}', "  conditions: [a]", 35, ("got a list",)),
        # Words for people.
        (
            "  severity: high",
            "  severity: hihg",
            4,
            ("must be one of critical, high, medium, low", "did you mean high?"),
        ),
        ("  status: active", "  status: actve", 5, ("must be one of draft, active, retired", "did you mean active?")),
        (
            "  desk: reconciliation\n  severity: high",
            "  desk: payments\n  severity: high",
            3,
            ("in the file of desk reconciliation",),
        ),
        ("  until: 2026-12-31", "  until: 2025-12-31", 7, ("until 2025-12-31 is before since 2026-01-01",)),
        ("{sku} paid", "{skuu} paid", 10, ("unknown field 'skuu'", "did you mean sku?")),
        ("{sku} paid", "{sku.__class__} paid", 10, ("by its name alone",)),
        ("{sku} paid", "{sku paid", 10, ("unpaired braces",)),
        ("  source: ours\n", "", 27, ("source is missing",)),
        ("paid: 100.51", "piad: 100.51", 22, ("no variable reads a column 'piad'", "did you mean paid?")),
        ("      fires: true\n      why", '      fires: "yes"\n      why', 23, ("must be true or false, got 'yes'",)),
    ],
)
def test_c1_c2_c3_c5_c6_each_mistake_of_a_rule_file(
    problems: Check, old: str, new: str, line: int, words: tuple[str, ...]
) -> None:
    assert old in RULES
    found = problems(RULES.replace(old, new, 1))
    assert len(found) == 1, found
    assert found[0].startswith(f"{line}: "), found
    for word in words:
        assert word in found[0]


def test_c6_all_mistakes_come_at_once_in_order(problems: Check) -> None:
    broken = RULES.replace("name: kept", "name: kpet").replace("severity: high", "severity: hihg")
    broken = broken.replace("equal_to", "equals").replace("{cause:", "{couse:").replace("id: REC-002", "id: REC-001")
    assert [one.split(":")[0] for one in problems(broken)] == ["4", "14", "27", "35", "38", "38"]


def test_c6_an_unknown_operator_is_told_beside_an_unknown_variable(problems: Check) -> None:
    leaf = "{name: kept, operator: greater_than, value: 100.50}"
    assert leaf in RULES
    told = problems(RULES.replace(leaf, "{name: kpet, operator: greter_than, value: 100.50}"))
    assert [one.split(":")[0] for one in told] == ["14", "14"]
    assert told[0].endswith("no variable has an operator 'greter_than'; did you mean greater_than?")
    assert told[1].endswith("no variable is called 'kpet'; did you mean kept?")
    # An operator of some type may be right once the variable is.
    assert len(problems(RULES.replace(leaf, "{name: kpet, operator: starts_with, value: 100.50}"))) == 1
    told = problems(RULES.replace(leaf, "{operator: greter_than, value: 100.50}"))
    assert len(told) == 2
    assert "name is missing" in told[0]
    assert "no variable has an operator 'greter_than'" in told[1]


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"nowhere\.yaml:1: does not exist"):
        Rules.load(tmp_path / "nowhere.yaml", Variables, Actions)


def test_a_file_that_is_no_list_is_a_problem(problems: Check) -> None:
    assert problems("rules: []\n") == ["1: must be a list of rules, got a mapping; write - id: ... for each rule"]


PLAIN: list[dict[str, Any]] = [
    {
        "conditions": {"all": [{"name": "paid", "operator": "greater_than", "value": 5, "note": "ours"}]},
        "actions": [{"name": "undecorated"}],
        "status": "enabled",
        "weight": 3,
    }
]


def test_a_plain_business_rules_file_is_taken_as_run_all_takes_it(tmp_path: Path) -> None:
    path = tmp_path / "plain.json"
    path.write_text(json.dumps(PLAIN, indent="\t"), encoding="utf-8")
    rule = Rules.load(path, Variables, Actions).rules[0]
    assert (rule.id, rule.status, rule.severity) == ("0", RuleStatus.ACTIVE, None)


def test_a_fault_in_json_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "plain.json"
    path.write_text(json.dumps(PLAIN, indent=1).replace("greater_than", "greater"), encoding="utf-8")
    with pytest.raises(ParameterError, match=r"plain.json:7: .*did you mean greater_than"):
        Rules.load(path, Variables, Actions)


def test_a_fault_in_a_list_has_its_json_pointer() -> None:
    broken = [*PLAIN, {"conditions": {"any": [{"name": "piad", "operator": "greater_than", "value": 5}]}}]
    with pytest.raises(ParameterError) as caught:
        Rules(broken, Variables, Actions)
    assert [one.place for one in caught.value.problems] == ["/1/conditions/any/0/name", "/1"]
    assert "actions is missing" in str(caught.value.problems[1])


def test_c5_an_id_may_not_equal_the_position_of_a_rule_without_one() -> None:
    with pytest.raises(ParameterError, match="also the id of the rule at /0"):
        Rules([PLAIN[0], PLAIN[0] | {"id": "0"}], Variables, Actions)


def test_later_changes_of_the_callers_list_change_nothing() -> None:
    mine = json.loads(json.dumps(PLAIN))
    rules = Rules(mine, Variables, Actions)
    mine[0]["conditions"]["all"].clear()
    assert rules.rules[0].conditions == PLAIN[0]["conditions"]


def test_rules_in_force_on_a_day(tmp_path: Path, problems: Check) -> None:
    assert problems(RULES) == []
    rules = Rules.load(tmp_path / "parameters/rules/reconciliation.yaml", Variables, Actions)

    def ids(day: date) -> list[str]:
        return [rule.id for rule in rules.active(day).rules]

    assert ids(date(2025, 12, 31)) == []
    assert ids(date(2026, 1, 1)) == ["REC-001"]  # REC-002 is a draft
    assert ids(date(2026, 12, 31)) == ["REC-001"]
    assert ids(date(2027, 1, 1)) == []
    assert len(rules.active(date(2026, 6, 1)).plain) == 1


def fork(**over: Any) -> tuple[ModuleType, ModuleType]:
    module, types = ModuleType("business_rules"), ModuleType("business_rules.operators")
    module.__dict__["__version__"] = over.pop("version", business_rules.__version__)
    types.__dict__.update({name: value for name, value in vars(operators).items() if name.endswith("Type")} | over)
    return module, types


def test_the_library_we_know_passes() -> None:
    check_library(business_rules, operators)
    check_library(*fork())


class WiderEpsilon(operators.NumericType):  # type: ignore[misc]
    EPSILON = Decimal("0.01")


class MoreOperators(operators.StringType):  # type: ignore[misc]
    @operators.type_operator("text")  # type: ignore[untyped-decorator]
    def not_equal_to(self, other: str) -> bool:
        return bool(self.value != other)


@pytest.mark.parametrize(
    "over", [{"version": "1.4.8"}, {"NumericType": WiderEpsilon}, {"StringType": MoreOperators}, {"SelectType": None}]
)
def test_another_library_of_that_name_is_refused(over: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"business_rules .*from business-rules.* is not business-rules 1\.1\.1"):
        check_library(*fork(**over))
