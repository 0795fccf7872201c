"""Each kind of flaw planted in rules is found at its place, and nothing is found in rules without one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from business_rules.fields import FIELD_TEXT

from opsrules.desks.reconciliation.vocabulary import Actions as DeskActions
from opsrules.desks.reconciliation.vocabulary import Variables as DeskVariables
from opsrules.rules import (
    BaseActions,
    BaseVariables,
    Lint,
    LintKind,
    Rules,
    boolean_rule_variable,
    date_rule_variable,
    duration_rule_variable,
    number_rule_variable,
    numeric_rule_variable,
    rule_action,
    string_rule_variable,
)

Tree = dict[str, Any]


class Variables(BaseVariables):
    EXAMPLE_ROW: ClassVar[Tree] = {"amount": 0, "size": 0, "flag": False, "name": "", "sent": None, "late": None}

    def __init__(self, row: Any) -> None:
        self.row = row

    @numeric_rule_variable()
    def amount(self) -> Any:
        return self.row["amount"]

    @number_rule_variable()
    def size(self) -> Any:
        return self.row["size"]

    @boolean_rule_variable()
    def flag(self) -> Any:
        return self.row["flag"]

    @string_rule_variable()
    def name(self) -> Any:
        return self.row["name"]

    @date_rule_variable()
    def sent(self) -> Any:
        return self.row["sent"]

    @duration_rule_variable()
    def late(self) -> Any:
        return self.row["late"]


class Actions(BaseActions):
    def __init__(self, row: Any) -> None:
        self.row = row

    @rule_action(params={"cause": FIELD_TEXT})
    def set_cause(self, cause: str) -> None: ...


def leaf(text: str) -> Tree:
    """A condition from "amount greater_than 100"."""
    name, operator, *value = text.split(maxsplit=2)
    constant: Any = value[0] if value else True
    if name in ("amount", "size", "late") and value:
        constant = Decimal(constant)
    return {"name": name, "operator": operator, "value": constant}


def every(*kids: str | Tree) -> Tree:
    return {"all": [leaf(kid) if isinstance(kid, str) else kid for kid in kids]}


def some(*kids: str | Tree) -> Tree:
    return {"any": [leaf(kid) if isinstance(kid, str) else kid for kid in kids]}


def rule(conditions: Tree, cause: str = "x", **more: Any) -> Tree:
    return {"conditions": conditions, "actions": [{"name": "set_cause", "params": {"cause": cause}}], **more}


def lint(*rules: Tree, **how: Any) -> Lint:
    return Rules(rules, Variables, Actions).lint(**how)


def kinds(found: Lint) -> list[tuple[str, str]]:
    """Kind and pointer of each finding but those about examples, which most rules here do without."""
    return [(str(one.kind), one.pointer) for one in found if one.kind is not LintKind.UNTESTED]


AMOUNT = {"variable": "amount"}


@pytest.mark.parametrize(
    "tree",
    [
        every("amount greater_than 100", "amount less_than 100.000001"),  # the library's epsilon
        every("amount greater_than 1e300", "amount less_than 0"),
        every("amount greater_than 9.999999", "amount equal_to 9.999999"),
        every("flag is_true", "flag is_false"),
        every("name equal_to A", "name equal_to B"),
        every("name equal_to ABC", "name starts_with B"),
        every("name starts_with AB", "name starts_with AC"),
        every("name starts_with AB", some("name equal_to Ab", "name ends_with C"), "name equal_to AB"),
        every("sent before 2026-10-02", "sent after 2026-09-30", "sent not_equal_to 2026-10-01"),
        every("late greater_than 0.5", "late less_than_or_equal_to 0.5"),
        every("size is_missing", "size greater_than 0"),
        every(some("amount less_than 1", "amount greater_than 5"), "amount greater_than 2", "amount less_than 4"),
        every({"name": "size", "operator": "is_none_of", "value": [1]}, "size equal_to 1"),
        every(
            *({"name": "size", "operator": one, "value": {"variable": "amount"}} for one in ("less_than", "equal_to"))
        ),
        every({"name": "size", "operator": "greater_than", "value": {"variable": "size"}}),
    ],
)
def test_a_rule_that_never_fires_is_found(tree: Tree) -> None:
    assert kinds(lint(rule(tree))) == [("unreachable", "/0/conditions")]


@pytest.mark.parametrize(
    "tree",
    [
        every("amount greater_than 100", "amount less_than 100.00001"),
        every("amount greater_than_or_equal_to 10.0000005", "amount less_than_or_equal_to 10"),
        every("amount greater_than 1e999", "amount less_than 1e-999"),  # beyond what lint compares
        every("name contains A", "name equal_to_case_insensitive a"),
        every("name starts_with A", "name ends_with AB"),
        every("sent after 2026-09-30", "sent before 2026-10-02"),
        every("name matches_regex ^A", "name starts_with B"),  # what patterns say is left open
        every("size is_present", "size greater_than 0"),  # the first keeps the second from raising
        every("late greater_than 0.5", "late less_than 0.500001"),
        some("size is_missing", "size less_than 1"),
    ],
)
def test_a_right_rule_has_no_flaw_in_its_logic(tree: Tree) -> None:
    assert kinds(lint(rule(tree))) == []


def test_the_proof_names_the_conditions_that_exclude_each_other_and_no_other() -> None:
    tree = every("flag is_true", "amount greater_than 100", "name equal_to A", some("amount less_than 100.000001"))
    [one] = lint(rule(tree, id="A")).of(LintKind.UNREACHABLE)
    assert one.proof == (
        "/0/conditions/all/1: amount greater_than 100",
        "/0/conditions/all/3/any/0: amount less_than 100.000001",
    )
    assert "0.000001" in one.next_step
    assert str(one).startswith("/0/conditions: unreachable: A: the rule never fires")


def test_a_rule_behind_one_that_raises_never_fires() -> None:
    found = lint(rule(every("size greater_than 5")), rule(every("size is_missing")))
    [one] = found.of("unreachable")
    assert (one.rules, one.pointer) == (("1", "0"), "/1")
    assert "raises before it" in one.what
    assert one.proof == ("so it is with size is missing",)
    assert kinds(lint(rule(every("size is_missing")), rule(every("size greater_than 5")))) == []


def test_what_always_holds_is_found() -> None:
    assert kinds(lint(rule(some("amount less_than 5", "amount greater_than_or_equal_to 5")))) == [
        ("always", "/0/conditions")
    ]
    inner = some("amount less_than_or_equal_to 5", "amount greater_than 4")
    assert kinds(lint(rule(every("flag is_true", inner)))) == [("always", "/0/conditions/all/1")]
    assert kinds(lint(rule(every("flag is_true", {"name": "name", "operator": "contains", "value": ""})))) == [
        ("always", "/0/conditions/all/1")
    ]


def test_a_branch_that_never_holds_is_found_in_a_rule_that_fires() -> None:
    dead = every("amount greater_than 5", "amount less_than 3")
    found = lint(rule(every("flag is_true", some(dead, "name equal_to A"))))
    assert kinds(found) == [("contradictory", "/0/conditions/all/1/any/0")]
    assert [line.partition(": ")[2] for line in found.findings[-1].proof] == [
        "amount greater_than 5",
        "amount less_than 3",
    ]
    beside = every("amount greater_than 10", some("amount less_than 5", "flag is_true"))
    assert kinds(lint(rule(beside))) == [("contradictory", "/0/conditions/all/1/any/0")]


@pytest.mark.parametrize(
    ("tree", "pointer"),
    [
        (every("amount greater_than 5", "amount greater_than 10"), "all/0"),
        (every("amount greater_than 5", "flag is_true", "amount greater_than 5.0"), "all/2"),
        (some("amount greater_than 5", "amount greater_than 10"), "any/1"),
        (every("name equal_to AB", "name contains B"), "all/1"),
        (every("amount greater_than 5", some("amount greater_than 3", "flag is_true")), "all/1"),
    ],
)
def test_a_condition_that_changes_nothing_is_found(tree: Tree, pointer: str) -> None:
    assert kinds(lint(rule(tree))) == [("redundant", f"/0/conditions/{pointer}")]


def test_duplicates_are_found_whatever_their_order_and_spelling() -> None:
    first = every("amount greater_than 5", some("name equal_to A", "name equal_to B"))
    second = every(some("name equal_to B", "name equal_to A"), "amount greater_than 5.00")
    found = lint(rule(first, id="A"), rule(every("flag is_true")), rule(second, "y", id="B"))
    [one] = found.of("duplicate")
    assert (one.rules, one.pointer) == (("B", "A"), "/2")
    assert one.what == "B fires on the same rows as A (/0) and does something else"
    assert one.proof == ("both fire on amount = 7, name = 'A'",)


def test_a_shadowed_rule_is_a_problem_where_it_adds_nothing_or_the_run_stops() -> None:
    wide, narrow = every("amount greater_than 5"), every("amount greater_than 10", "flag is_true")
    [same] = lint(rule(wide), rule(narrow)).problems[2:]
    assert (same.kind, same.rules, same.pointer) == (LintKind.SHADOWED, ("1", "0"), "/1")
    assert same.proof == ("both fire on amount = 12, flag = True", "only 0 fires on amount = 12, flag = False")
    graver = lint(rule(wide, severity="low"), rule(narrow, severity="high")).of("shadowed")
    other = lint(rule(wide), rule(narrow, "y")).of("shadowed")
    assert [one.is_note for one in (*graver, *other)] == [True, True]
    [stopped] = lint(rule(wide), rule(narrow, "y"), stop_on_first_trigger=True).of("shadowed")
    assert not stopped.is_note
    assert kinds(lint(rule(narrow), rule(wide), stop_on_first_trigger=True)) == []


def test_several_rules_shadow_one_together_where_the_run_stops() -> None:
    rules = [rule(every("amount less_than 5"), id="low"), rule(every("name equal_to A"), id="aside")]
    rules += [rule(every("amount greater_than 4"), id="high")]
    rules += [rule(every("amount greater_than 1", "name equal_to B"), id="late")]
    assert kinds(lint(*rules)) == []
    [one] = lint(*rules, stop_on_first_trigger=True).of("shadowed")
    assert one.rules == ("late", "low", "high")


def test_rules_in_force_on_different_days_are_not_compared() -> None:
    tree = every("amount greater_than 5")
    old, new = rule(tree, until="2026-06-30"), rule(tree, since="2026-07-01")
    assert kinds(lint(old, new)) == []
    assert kinds(lint(old, rule(tree, since="2026-06-30"))) == [("duplicate", "/1")]
    assert kinds(lint(old, rule(tree, since="2026-06-30"), on=None)) == [("duplicate", "/1")]
    assert kinds(lint(old, rule(tree, since="2026-06-30"), on=date(2026, 7, 1))) == []
    assert kinds(lint(rule(tree), rule(tree, status="retired"), rule(tree, status="draft"))) == []


ROWS = [{"row": {"amount": 11, "flag": True}, "fires": True}, {"row": {"amount": 9}, "fires": False}]
UNTRIED = ("/0/conditions/all/1/any/1", "no example comes to name equal_to 'A'")


@pytest.mark.parametrize(
    ("examples", "found"),
    [
        ([], [("/0", "no example tests it")]),
        (ROWS[:1], [("/0", "no example leaves it silent")]),
        (ROWS[1:], [("/0", "no example makes it fire")]),
        (ROWS, [UNTRIED]),
        ([*ROWS, {"row": {"amount": 11, "name": "A"}, "fires": True}], []),
        # A row that raises comes to the condition that raises, and to none behind it.
        ([ROWS[0], {"row": {"amount": 11, "flag": 1}, "fires": False}], [UNTRIED]),
    ],
)
def test_what_no_example_tries_is_found(examples: list[Any], found: list[tuple[str, str]]) -> None:
    tree = every("amount greater_than 10", some("flag is_true", "name equal_to A"))
    told = lint(rule(tree, id="R", examples=examples)).of("untested")
    assert [(one.pointer, one.what) for one in told] == [(place, f"R: {what}") for place, what in found]


def test_versions_that_overlap_or_leave_a_gap_are_found() -> None:
    def version(rule_id: str, since: str | None, until: str | None, above: int, name: str = "Too much") -> Tree:
        return rule(every(f"amount greater_than {above}"), rule_id, id=rule_id, name=name, since=since, until=until)

    first = version("A", None, "2026-03-31", 1)
    gap = lint(first, version("B", "2026-04-03", None, 2, "too  MUCH")).of("gap")
    assert [(one.rules, one.pointer) for one in gap] == [(("B", "A"), "/1")]
    assert "from 2026-04-01 to 2026-04-02, between A (/0) and B" in gap[0].what
    [overlap] = lint(version("B", "2026-03-31", None, 2), first).of("overlap")
    assert overlap.rules == ("B", "A")
    assert "overlap: both in force from 2026-03-31 to 2026-03-31" in overlap.what
    assert kinds(lint(first, version("B", "2026-04-01", None, 2))) == []
    assert kinds(lint(first, version("B", "2026-05-01", None, 2, "Another"))) == []


def test_a_subset_keeps_the_places_of_its_rules() -> None:
    dead = every("flag is_true", "flag is_false")
    rules = Rules([rule(dead, until="2026-01-01"), rule(dead)], Variables, Actions).active(date(2026, 6, 1))
    assert kinds(rules.lint()) == [("unreachable", "/1/conditions")]


def test_a_rule_with_too_many_combinations_is_named_and_nothing_is_claimed_of_it() -> None:
    branch = [every(f"amount equal_to {10 * n}", f"size equal_to {n}", f"name equal_to {n}") for n in range(1, 40)]
    branch += [every(f"late equal_to {n}", f"name contains {n}") for n in range(40, 60)]
    found = lint(rule(every(some(*branch), some(*branch[::-1])), id="wide"))
    assert found.unjudged == ("wide",)
    assert kinds(found) == []
    assert "too many combinations" in str(found)


def test_an_empty_rule_set_has_no_flaw() -> None:
    assert str(lint()) == "nothing found"
    assert len(lint()) == 0


def test_the_shipped_rules_have_nothing_to_mend() -> None:
    path = Path(__file__).parents[3] / "parameters/rules/reconciliation.yaml"
    found = Rules.load(path, DeskVariables, DeskActions).lint()
    assert found.problems == ()
    # A payout on its way for more than two weeks is meant to be named twice, the second time graver.
    assert [one.rules for one in found] == [("REC-067", "REC-064")]
