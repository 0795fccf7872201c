"""Rule and limit files with the mistakes of RELIABILITY.md, by their ids, as `opsrules rules lint` names them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import shipped_rules
from rule_files import RULES, Actions, Variables
from typer.testing import CliRunner

from opsrules.cli import app
from opsrules.errors import ParameterError
from opsrules.parameters.limits import read_limits
from opsrules.rules import Rules

ROOT = Path(__file__).parents[3]
LIMIT = "description: late orders\nunit: percent\nsource: ours\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with the shipped rules."""
    folder = tmp_path / "parameters/rules"
    folder.mkdir(parents=True)
    text = (ROOT / "parameters/rules/reconciliation.yaml").read_text("utf-8")
    (folder / "reconciliation.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def _linted(workspace: Path, *options: str) -> tuple[int, str]:
    told = CliRunner().invoke(app, ["rules", "lint", "--workspace", str(workspace), *options])
    return told.exit_code, told.stdout


def _edited(workspace: Path, *changes: tuple[str, str]) -> tuple[int, str]:
    path = workspace / "parameters/rules/reconciliation.yaml"
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return _linted(workspace)


@pytest.mark.parametrize(
    ("case", "old", "new", "words"),
    [
        ("C1", "  severity: high", "  severty: high", ("unknown key 'severty'", "did you mean severity?")),
        ("C2", "  owner: finance operations", "  owner: NO", ("NO without quotes is a boolean", "quote it")),
        ("C3", "  status: active", "  status: active\n  status: draft", ("key 'status' twice, first on line 10",)),
        (
            "C5",
            "- id: REC-011",
            "- id: REC-010",
            ("id 'REC-010' is also the id of the rule", "yaml:6"),
        ),
        (
            "C6 variable",
            "name: age_days",
            "name: age_day",
            ("no variable is called 'age_day'", "did you mean age_days?"),
        ),
        ("C6 operator", "operator: less_than,", "operator: less_then,", ("has no operator", "did you mean less_than?")),
        ("C12 id", "- id: REC-011", "- id: rec-010", ("must be an id such as REC-001, got 'rec-010'",)),
        (
            "C12 variable",
            "name: age_days",
            "name: Age_Days",
            ("no variable is called 'Age_Days'", "did you mean age_days?"),
        ),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_code_is_2(
    workspace: Path, case: str, old: str, new: str, words: tuple[str, ...]
) -> None:
    code, told = _edited(workspace, (old, new))
    assert code == 2
    [line] = [one for one in told.splitlines() if words[0] in one]
    assert line.startswith("parameters/rules/reconciliation.yaml:")
    assert all(word in line for word in words)


def test_all_mistakes_are_told_at_once(workspace: Path) -> None:
    code, told = _edited(workspace, ("  severity: high", "  severty: high"), ("name: age_days", "name: age_day"))
    assert code == 2
    assert "severty" in told
    assert "age_day" in told


def test_flaws_of_logic_have_their_line(workspace: Path) -> None:
    code, told = _edited(workspace, ("operator: greater_than_or_equal_to, value: 3}", "operator: less_than, value: 3}"))
    assert code == 2
    # The second rule has the first one's conditions now, and an example of the first no longer holds.
    place = "parameters/rules/reconciliation.yaml:"
    assert f"{place}29: duplicate: REC-011 fires on the same rows as REC-010 ({place}6)" in told


def test_c12_rule_files_that_differ_by_case(workspace: Path) -> None:
    (workspace / "parameters/rules/Reconciliation.yaml").write_text("[]", encoding="utf-8")
    code, told = _linted(workspace)
    assert code == 2
    assert "parameters/rules/Reconciliation.yaml:1: is named after no desk" in told


def _limits(workspace: Path, text: str, name: str = "late_orders.yaml") -> None:
    folder = workspace / "parameters/limits"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_c7_a_limit_without_a_value_at_the_date_names_the_gap(workspace: Path) -> None:
    _limits(workspace, LIMIT + "values:\n  2026-01-01: 4\n  2026-06-01:\n  2026-07-01: 3.5\n")
    assert _linted(workspace, "--on", "2026-07-01")[0] == 0
    code, told = _linted(workspace, "--on", "2026-06-30")
    assert code == 2
    place = "parameters/limits/late_orders.yaml:6"
    gap = "limit late_orders has no value on 2026-06-30: none from 2026-06-01 to the day before 2026-07-01"
    assert f"{place}: limit: {gap}; add 2026-06-30: ... to values" in told
    early = _linted(workspace, "--on", "2025-12-31")[1]
    assert "none from the earliest days to the day before 2026-01-01" in early
    limits, problems = read_limits(workspace)
    assert problems == ()
    assert [limits["late_orders"].at(day) for day in (date(2026, 5, 31), date(2026, 8, 1))] == [4, Decimal("3.5")]
    with pytest.raises(ParameterError, match="no value on 2026-06-15"):
        limits["late_orders"].at(date(2026, 6, 15))


def test_c7_a_gap_between_versions_of_a_rule(workspace: Path) -> None:
    name = '  name: "Order paid, payment not exported yet"'
    code, told = _edited(
        workspace,
        (name, '  name: "Order paid, no payment at the processor"'),
        ("  since: 2026-01-01\n", "  since: 2026-01-01\n  until: 2026-02-28\n"),
        ("  since: 2026-01-01\n  owner", "  since: 2026-03-02\n  owner"),
    )
    assert code == 2
    assert "gap: no version of 'Order paid, no payment at the processor' is in force on 2026-03-01" in told


def test_c8_overlapping_dates_name_both_lines(workspace: Path) -> None:
    _limits(workspace, LIMIT + 'values:\n  2026-01-01: 4\n  "2026-01-01": 5\n')
    code, told = _linted(workspace)
    assert code == 2
    place = "parameters/limits/late_orders.yaml"
    assert f"{place}:6: limit: values has two values from 2026-01-01 on, the other at {place}:5" in told
    _limits(workspace, LIMIT + "values:\n  2026-01-01: 4\n  2026-01-01: 5\n")
    assert "has the key 2026-01-01 twice, first on line 5" in _linted(workspace)[1]


def test_c8_versions_of_a_rule_that_overlap(workspace: Path) -> None:
    name = '  name: "Order paid, payment not exported yet"'
    code, told = _edited(workspace, (name, '  name: "Order paid, no payment at the processor"'))
    assert code == 2
    place = "parameters/rules/reconciliation.yaml"
    assert f"{place}:29: overlap: REC-011 and REC-010 ({place}:6) are versions of" in told


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (LIMIT.replace("unit", "unti") + "values: {2026-01-01: 4}\n", 2, "did you mean unit?"),
        (LIMIT + "values: {2026-01-01: much}\n", 4, "must be a number, got 'much'"),
        (LIMIT + "values: {}\n", 4, "values must not be empty"),
        (LIMIT + "values: {october: 4}\n", 4, "must be a day such as 2026-10-01"),
        (LIMIT, 1, "values is missing; add values: {2026-01-01: 100}"),
        ("late: 4\n", 1, "late must be a limit, got 4"),
        ("- 4\n", 1, "the file must be a limit, got a list"),
    ],
)
def test_mistakes_in_limits_have_their_line(workspace: Path, text: str, line: int, words: str) -> None:
    _limits(workspace, text)
    _, [problem] = read_limits(workspace)
    assert problem.place == f"parameters/limits/late_orders.yaml:{line}"
    assert words in str(problem)
    assert _linted(workspace)[0] == 2


def test_c12_limits_that_differ_by_case(workspace: Path) -> None:
    entry = "description: a\n  unit: b\n  source: c\n  values: {2026-01-01: 4}\n"
    _limits(workspace, f"late:\n  {entry}Late:\n  {entry}", "desk.yaml")
    limits, [problem] = read_limits(workspace)
    assert problem.place == "parameters/limits/desk.yaml:6"
    assert "limit 'Late' differs only by case from 'late' at parameters/limits/desk.yaml:1" in problem.what
    assert sorted(limits) == ["late"]


def test_lint_of_a_workspace_names_its_limits_too(tmp_path: Path) -> None:
    path = tmp_path / "parameters/rules/reconciliation.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(RULES, encoding="utf-8")
    _limits(tmp_path, LIMIT + "values: {2026-02-01: 4}\n")
    rules = Rules.load(path, Variables, Actions)
    assert rules.lint().of("limit") == ()
    [one] = rules.lint(on=date(2026, 1, 31)).of("limit")
    assert one.place == "parameters/limits/late_orders.yaml:1"
    # The example rows never come to is_true of flagged: both begin with A-.
    assert [each.place.rpartition(":")[2] for each in rules.lint().of("untested")] == ["17"]


def test_a_machine_reads_the_same(workspace: Path) -> None:
    code, told = _linted(workspace, "--json")
    found = json.loads(told)
    assert (code, found["rules"], found["problems"], found["unjudged"]) == (0, shipped_rules.EVERY_RULE, [], [])
    assert [(one["kind"], one["pointer"], one["is_note"]) for one in found["findings"]] == [("shadowed", "/19", True)]
    code, told = _linted(workspace, "--stop-on-first-trigger")
    assert code == 2
    assert told.endswith(f"{shipped_rules.EVERY_RULE} rules: 1 problem, no notes\n")


def test_json_files_have_lines_and_pointers(tmp_path: Path) -> None:
    flags = [{"name": "flagged", "operator": one, "value": True} for one in ("is_true", "is_false")]
    path = tmp_path / "plain.json"
    path.write_text(json.dumps([{"conditions": {"all": flags}, "actions": []}], indent=1), encoding="utf-8")
    [one] = Rules.load(path, Variables, Actions).lint().of("unreachable")
    assert (one.place, one.pointer) == (f"{path.as_posix()}:3", "/0/conditions")
    assert [line.partition(": ")[0] for line in one.proof] == [f"{path.as_posix()}:5", f"{path.as_posix()}:10"]
