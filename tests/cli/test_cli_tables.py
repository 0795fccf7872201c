"""Decision tables in a workspace: beside the desk's rules, checked, listed, tested and run with them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import shipped_rules
from calling import Opsrules

from opsrules import open_review
from opsrules.desks.reconciliation import Actions, Variables
from opsrules.errors import ReviewError
from opsrules.rules import Rules

TABLE = """\
table,causes,hit,{hit},owner,finance operations,severity,low,source,a policy of tests,message,{{subject}} is told.
id,name,if age_days greater_than,if age_days greater_than_or_equal_to,\
then raise_finding.due_days,then raise_finding.owner
old,Old,20,,9,long waits
any,Any age,,0,9,waits
"""
EXAMPLES = """\
- {row: {age_days: 21}, decides: old}
- {row: {age_days: 20}, decides: any, why: not yet old}
- {row: {age_days: -1}, decides: [], why: of tomorrow}
"""


@pytest.fixture
def rules_folder(own_workspace: Path) -> Path:
    folder = own_workspace / "parameters" / "rules"
    (folder / "reconciliation.causes.csv").write_text(TABLE.format(hit="first"))
    (folder / "reconciliation.causes.examples.yaml").write_text(EXAMPLES)
    return folder


def test_a_table_is_checked_listed_and_tested_with_the_desks_rules(opsrules: Opsrules, rules_folder: Path) -> None:
    lone = opsrules("rules", "list", "--json")
    listed = {rule["id"]: rule for rule in json.loads(lone.out)}
    assert listed["causes.old"]["place"] == "parameters/rules/reconciliation.causes.csv:3"
    assert listed["causes.any"]["desk"] == "reconciliation"
    assert listed["causes.any"]["owner"] == "finance operations"
    assert next(iter(listed)) == "REC-010"
    assert opsrules("check").code == 0
    assert listed["causes.any"]["hit_policy"] == "first"
    counts, end = opsrules("rules", "test").out.splitlines()
    # The rules and their examples, and three examples for each of two rows.
    assert counts.startswith(f"{shipped_rules.EVERY_RULE + 2} rules, {shipped_rules.EXAMPLES + 6} examples, ")
    assert end == "all hold: every example, and both evaluators agree on every row"
    linted = opsrules("rules", "lint")
    assert (linted.code, "causes" in linted.out) == (0, False), linted.out


def test_examples_of_a_table_are_judged_within_it(opsrules: Opsrules, rules_folder: Path) -> None:
    (rules_folder / "reconciliation.causes.csv").write_text(TABLE.format(hit="collect"))
    said = opsrules("rules", "test")
    # With collect, row any fires for 21 days as well.
    assert said.code == 2
    assert (
        "  parameters/rules/reconciliation.causes.examples.yaml:1: causes.any: expected that it does not fire, but it "
        "fires: ✓ held: Age in days is at least 0 (saw 21)\n"
    ) in said.out
    (rules_folder / "reconciliation.causes.examples.yaml").unlink()
    said = opsrules("rules", "test")
    assert "reconciliation.causes.csv:3: causes.old: has no example that makes it fire" in said.out


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("csv", "age_days greater_than,", "age_day greater_than,", "causes.csv:2: column 'if age_day greater_than'"),
        ("csv", "severity,low", "severity,lo", "causes.csv:1: column 'severity' must be a known term"),
        ("csv", "severity,low,", "", "causes.csv:3: row causes.old has no severity"),
        ("csv", "{subject}", "{subjct}", "quotes the unknown field 'subjct'"),
        ("csv", "table,causes", "table,reasons", "is named after table 'causes' and holds 'reasons'"),
        ("csv", "severity,low", "severity,low,desk,payments", "row causes.old is of desk 'payments'"),
        (
            "csv",
            "owner,finance operations",
            "ower,finance operations",
            "the unknown key 'ower'; did you mean owner",
        ),
        ("csv", ",{subject} is told.", "", "has no value after 'message'"),
        ("examples.yaml", "decides: old", "decides: odl", "examples.yaml:1: [0].decides must name rows of the table"),
        ("examples.yaml", "age_days: 20", "age_dais: 20", "examples.yaml:2: [1].row: no variable reads a column"),
        ("examples.yaml", "why", "wyh", "examples.yaml:2: unknown key 'wyh'"),
        (
            "examples.yaml",
            "decides: old",
            "decides: [old, any]",
            "must name one row at most, as the table's hit policy",
        ),
    ],
)
def test_mistakes_of_a_table_are_told_by_check(
    opsrules: Opsrules, rules_folder: Path, name: str, old: str, new: str, words: str
) -> None:
    path = rules_folder / f"reconciliation.causes.{name}"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    said = opsrules("check")
    assert said.code == 2
    assert words in said.err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("apeals.fees.csv", "is named after no desk"),
        ("reconciliation.csv", "would be passed over; name it reconciliation.TABLE.csv"),
        ("reconciliation.causes.old.csv", "would be passed over; name it reconciliation.causes.csv"),
        ("reconciliation.fees.examples.yaml", "belongs to no table; write reconciliation.fees.csv"),
    ],
)
def test_no_file_beside_the_rules_is_passed_over(opsrules: Opsrules, rules_folder: Path, name: str, words: str) -> None:
    shutil.copy(rules_folder / "reconciliation.causes.csv", rules_folder / name)
    said = opsrules("check")
    assert said.code == 2
    assert f"parameters/rules/{name}:1: {words}" in said.err


def test_rows_that_decide_nothing_are_found_before_any_row_of_data(opsrules: Opsrules, rules_folder: Path) -> None:
    path = rules_folder / "reconciliation.causes.csv"
    path.write_text(path.read_text().replace("old,Old,20,,", "old,Old,-1,,"))
    said = opsrules("rules", "lint")
    assert said.code == 2
    place = "parameters/rules/reconciliation.causes.csv"
    words = f"{place}:4: shadowed: causes.any never decides: wherever it holds, causes.old ({place}:3) fires before it"
    assert words in said.out
    path.write_text(TABLE.format(hit="unique"))
    said = opsrules("rules", "lint")
    assert said.code == 2
    assert f"{place}:4: conflict: causes.any and causes.old ({place}:3) both fire for one row of data" in said.out


def test_one_id_in_two_files_is_told_with_both(opsrules: Opsrules, rules_folder: Path) -> None:
    shutil.copy(rules_folder / "reconciliation.causes.csv", rules_folder / "reconciliation.other.csv")
    said = opsrules("check")
    assert "is named after table 'other' and holds 'causes'" in said.err


def test_the_desk_runs_its_tables(rules_folder: Path) -> None:
    root = rules_folder.parents[1]

    def fired() -> set[str]:
        review = open_review("reconciliation", "demo-northwind", "2026-10", root, as_of="2026-11-22")
        return {rule for told in review.explanations.values() for rule in told["rules_fired"]}

    found = fired()
    hashed = Rules.load(rules_folder / "reconciliation.yaml", Variables, Actions).sha256
    assert "causes.old" in found
    (rules_folder / "reconciliation.causes.csv").write_text(TABLE.format(hit="unique"))
    with pytest.raises(ReviewError, match=r"table causes is unique, and causes.old and causes.any both fire on"):
        fired()
    assert Rules.load(rules_folder / "reconciliation.yaml", Variables, Actions).sha256 != hashed
    for path in rules_folder.glob("reconciliation.causes.*"):
        path.unlink()
    assert "causes.old" not in fired()
