"""Decision tables in lint: rows that decide nothing, rows of which two fire where one may, rows for the rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rule_files import Actions, Variables

from opsrules.rules import Lint, LintKind, Rules

LOGIC = [kind for kind in LintKind if kind is not LintKind.UNTESTED]


def loaded(folder: Path, text: str) -> Rules:
    path = folder / "fees.csv"
    path.write_text(text, encoding="utf-8")
    return Rules.load(path, Variables, Actions)


def logic(lint: Lint) -> list[Any]:
    return [one for one in lint if one.kind in LOGIC]


def table(hit: str, *lines: str) -> str:
    head = "id,since,until,status,if paid greater_than,if paid less_than,if sku equal_to,then set_cause.cause"
    return "\n".join([f"table,fees,hit,{hit}", head, *lines])


def test_a_row_behind_an_earlier_one_never_decides(tmp_path: Path) -> None:
    [found] = logic(loaded(tmp_path, table("first", "a,,,,10,,,x", "b,,,,20,,,y")).lint())
    place = (tmp_path / "fees.csv").as_posix()
    assert not found.is_note
    assert (found.kind, found.rules, found.place, found.pointer) == (
        "shadowed",
        ("fees.b", "fees.a"),
        f"{place}:4",
        "/1",
    )
    assert str(found).splitlines() == [
        f"{place}:4: shadowed: fees.b never decides: wherever it holds, fees.a ({place}:3) fires before it, and the "
        "first row of table fees that fires decides; put it before, or narrow what is ahead of it",
        "    so it is with paid = 22",
    ]


def test_several_rows_together_leave_nothing_to_a_later_one(tmp_path: Path) -> None:
    rows = ("low,,,,,10,,x", "other,,,,,,B,x", "high,,,,9,,,x", "late,,,,,,C,y", "rest,,,,,,,z")
    found = logic(loaded(tmp_path, table("first", *rows)).lint())
    assert [one.rules for one in found] == [
        ("fees.late", "fees.low", "fees.high"),
        ("fees.rest", "fees.low", "fees.high"),
    ]
    # Without a payment the first row raises, and the table decides nothing.
    assert "fires or raises before it" in found[0].what


def test_the_last_row_is_for_the_rest_and_no_flaw(tmp_path: Path) -> None:
    for hit in ("first", "collect"):
        assert logic(loaded(tmp_path, table(hit, "a,,,,10,,,x", "rest,,,,,,,y")).lint()) == []


def test_narrower_rows_come_first_and_are_no_flaw(tmp_path: Path) -> None:
    assert logic(loaded(tmp_path, table("first", "b,,,,20,,,y", "a,,,,10,,,x")).lint()) == []
    # Where each row counts, the narrower one fires beside the wider one.
    [note] = logic(loaded(tmp_path, table("collect", "a,,,,10,,,x", "b,,,,20,,,y")).lint())
    assert (note.kind, note.is_note) == ("shadowed", True)


def test_rows_of_other_days_leave_each_other_alone(tmp_path: Path) -> None:
    rows = "a,,2025-12-31,,10,,,x", "b,2026-01-01,,,20,,,y"
    assert logic(loaded(tmp_path, table("first", *rows)).lint()) == []
    assert logic(loaded(tmp_path, table("unique", *rows)).lint()) == []
    open_ended = table("first", "a,,2026-06-30,,10,,,x", "b,2026-01-01,,,20,,,y")
    assert logic(loaded(tmp_path, open_ended).lint()) == []
    assert [one.rules for one in logic(loaded(tmp_path, open_ended).lint(date(2026, 3, 1)))] == [("fees.b", "fees.a")]


@pytest.mark.parametrize(
    ("status", "other", "count"), [("draft", "active", 0), ("retired", "", 0), ("draft", "draft", 1)]
)
def test_rows_not_in_force_stand_in_no_others_way(tmp_path: Path, status: str, other: str, count: int) -> None:
    rows = f"a,,,{status},10,,,x", f"b,,,{other},20,,,y"
    assert len(logic(loaded(tmp_path, table("first", *rows)).lint())) == count


def test_two_rows_of_a_unique_table_that_fire_together(tmp_path: Path) -> None:
    rows = ("low,,,,,10,,x", "high,,,,20,,,x", "b,,,,,30,B,y")
    found = logic(loaded(tmp_path, table("unique", *rows)).lint())
    assert [(one.kind, one.rules, one.is_note) for one in found] == [
        ("conflict", ("fees.b", "fees.low"), False),
        ("conflict", ("fees.b", "fees.high"), False),
    ]
    assert found[0].proof == ("they both fire on paid = 8, sku = 'B'",)
    assert found[1].proof == ("they both fire on paid = 25, sku = 'B'",)
    assert found[1].what.endswith("both fire for one row of data, and table fees is unique")


def test_what_a_pattern_says_is_left_open(tmp_path: Path) -> None:
    text = "table,fees,hit,unique\nid,if sku matches_regex,then set_cause.cause\na,^A,x\nb,Z$,y\n"
    [found] = logic(loaded(tmp_path, text).lint())
    assert (found.kind, found.is_note) == ("conflict", True)
    assert "may both fire for one row of data" in found.what


def test_rules_beside_a_table_are_compared_with_what_its_rows_decide() -> None:
    def rule(name: str, operator: str, least: int, **keys: Any) -> dict[str, Any]:
        asked = {"name": "paid", "operator": operator, "value": least}
        return {"id": name, "conditions": asked, "actions": [], **keys}

    rows = [
        rule("t.high", "greater_than", 100, table="t", hit="first"),
        rule("t.mid", "greater_than", 10, table="t", hit="first"),
    ]
    # t.mid holds wherever paid is above 20, but decides only up to 100.
    assert logic(Rules([*rows, rule("lone", "greater_than", 20)], Variables, Actions).lint()) == []
    found = logic(Rules([*rows, rule("lone", "greater_than", 200)], Variables, Actions).lint())
    assert [one.rules for one in found] == [("lone", "t.high")]
    stopped = Rules([*rows, rule("lone", "greater_than", 20)], Variables, Actions).lint(stop_on_first_trigger=True)
    assert [one.rules for one in logic(stopped)] == [("lone", "t.high", "t.mid")]


def test_a_row_that_raises_where_the_table_is_settled_spoils_nothing() -> None:
    present = {"name": "sku", "operator": "non_empty", "value": True}
    raising = {"name": "paid", "operator": "greater_than", "value": 0}
    rows = [
        {"id": "t.a", "table": "t", "hit": "first", "conditions": present, "actions": []},
        {"id": "t.b", "table": "t", "hit": "first", "conditions": raising, "actions": []},
        {"id": "lone", "conditions": present, "actions": []},
    ]
    found = logic(Rules(rows, Variables, Actions).lint())
    assert [one.kind for one in found] == ["duplicate"]


def test_untested_rows_of_a_table(tmp_path: Path) -> None:
    text = table("first", "a,,,,10,,,x", "b,,,,5,,,y", "rest,,,,,,,z")
    (tmp_path / "fees.examples.yaml").write_text(
        "- {row: {paid: 11}, decides: a}\n- {row: {paid: 6}, decides: b}\n- {row: {paid: 1}, decides: rest}\n"
    )
    assert loaded(tmp_path, text).lint().findings == ()
    (tmp_path / "fees.examples.yaml").write_text("- {row: {paid: 11}, decides: a}\n")
    told = [(one.rules, one.what) for one in loaded(tmp_path, text).lint()]
    assert told == [
        (("fees.a",), "fees.a: no example leaves it silent"),
        (("fees.b",), "fees.b: no example makes it fire"),
        (("fees.rest",), "fees.rest: no example makes it fire"),
    ]
    alone = loaded(tmp_path, table("collect", "a,,,,,,,x"))
    assert [one.what for one in alone.lint()] == []


def test_an_example_that_an_earlier_row_settles_comes_to_no_condition() -> None:
    def row(name: str, least: int, *examples: tuple[int, bool]) -> dict[str, Any]:
        asked = [{"name": "paid", "operator": "greater_than", "value": least}]
        asked += [{"name": "sku", "operator": "equal_to", "value": "x"}]
        told = [{"row": {"paid": paid, "sku": "x"}, "fires": fires} for paid, fires in examples]
        head = {"id": f"t.{name}", "table": "t", "hit": "first", "conditions": {"all": asked}, "actions": []}
        return head | {"examples": told}

    rules = Rules([row("a", 10, (11, True), (1, False)), row("b", 5, (11, False), (4, True))], Variables, Actions)
    assert [one.what for one in rules.lint()] == ["t.b: no example comes to sku equal_to 'x'"]
