"""What lint claims of random rules is what run_all does with every value there is: never wrong, nothing missed."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from business_rules import run_all
from dirty_rows import FiredActions, numbered
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrules.rules import (
    BaseVariables,
    Rules,
    boolean_rule_variable,
    date_rule_variable,
    money_rule_variable,
    number_rule_variable,
    numeric_rule_variable,
    select_multiple_rule_variable,
    select_rule_variable,
    string_rule_variable,
    text_rule_variable,
)
from opsrules.rules.lint import Lint, LintFinding, LintKind

TYPES: dict[str, Any] = {
    "amount": numeric_rule_variable,
    "size": number_rule_variable,
    "least": number_rule_variable,
    "flag": boolean_rule_variable,
    "sent": date_rule_variable,
    "due": date_rule_variable,
    "paid": money_rule_variable,
    "name": string_rule_variable,
    "word": text_rule_variable,
    "tags": select_rule_variable,
    "all_tags": select_multiple_rule_variable,
}


class Values(BaseVariables):
    def __init__(self, row: Any) -> None:
        self.row = row


for _name, _decorate in TYPES.items():
    setattr(Values, _name, _decorate(_name)(lambda self, _name=_name: self.row[_name]))

# ---- every value that conditions can tell apart, and more

EXAMPLES = 400 if settings.get_current_profile_name() == "long" else 15

STEP = Decimal("0.0000005")
NUMBERS: list[Any] = [-5, Decimal("0.5"), 7, *(near + count * STEP for near in (0, 1) for count in range(-4, 7))]
NUMBERS += [None, "wrong", Decimal("NaN")]
DAYS = [*(date(2026, 10, day) for day in range(1, 13)), None, "wrong"]
TEXTS = ["".join(signs) for length in range(5) for signs in itertools.product("abz", repeat=length)]
MONEY = [*itertools.product(range(-1, 4), ("EUR", "USD", "GBP")), None, "wrong"]
TAGS = [list(some) for count in range(4) for some in itertools.combinations(("a", "b", 1), count)]
DOMAINS: dict[str, list[Any]] = {
    "amount": NUMBERS,
    "size": NUMBERS,
    "least": NUMBERS,
    "flag": [True, False, "wrong"],
    "sent": DAYS,
    "due": DAYS,
    "paid": MONEY,
    "name": [*TEXTS, "A", "aB", "AB", 5],
    "word": [*TEXTS, "A", "aB", "AB", 5],
    "tags": [*TAGS, ["A"], ["c"], None],
    "all_tags": [*TAGS, *([*tags, "c"] for tags in TAGS), ["A"], None],
}

COMPARED = ["equal_to", "greater_than", "greater_than_or_equal_to", "less_than", "less_than_or_equal_to"]
PRESENCE: list[tuple[str, Any]] = [("is_missing", True), ("is_present", True)]


def _pairs(operators: list[str], constants: list[Any]) -> list[tuple[str, Any]]:
    return list(itertools.product(operators, constants))


_NUMBERS = _pairs(COMPARED, [0, 1, Decimal("1.000001"), Decimal("1.000002")])
_MORE_NUMBERS = [
    *_NUMBERS,
    ("between", [0, 1]),
    ("is_one_of", [0, Decimal("1.000001")]),
    ("not_equal_to", 1),
    *PRESENCE,
]
_OTHER: list[tuple[str, Any]] = _pairs([*COMPARED, "not_equal_to"], [{"variable": "least"}])
_DAYS = _pairs(
    ["before", "after", "on_or_before", "on_or_after", "equal_to", "not_equal_to"], ["2026-10-05", "2026-10-06"]
)
_DAYS += [("between", ["2026-10-05", "2026-10-07"]), ("within_days_of", {"day": "2026-10-05", "days": 2}), *PRESENCE]
_DAYS += [("is_one_of", ["2026-10-05", "2026-10-08"])]
_PARTS = _pairs(["starts_with", "ends_with", "contains"], ["a", "b", ""])
_TEXTS = [*_PARTS, *_pairs(["equal_to"], ["a", "ab", ""]), ("non_empty", True)]
_FOLDED: list[tuple[str, Any]] = _pairs(["equal_to_case_insensitive"], ["a", "Ab", ""])
_MONEY = _pairs(COMPARED, [{"minor": 1, "currency": "EUR"}, {"minor": 2, "currency": "USD"}])
_MONEY += [("has_currency", "EUR"), ("has_currency", "USD"), *PRESENCE]
_COLLECTIONS = "contains_all is_contained_by shares_at_least_one_element_with shares_exactly_one_element_with".split()
_COLLECTIONS += ["shares_no_elements_with"]
QUESTIONS: dict[str, list[tuple[str, Any]]] = {
    "amount": _NUMBERS,
    "size": _MORE_NUMBERS,
    "size with least": [*_OTHER, *PRESENCE, ("greater_than", 0), ("between", [{"variable": "least"}] * 2)],
    "flag": [("is_true", True), ("is_false", True)],
    "sent": _DAYS,
    "sent with due": [
        *_pairs(["before", "after", "on_or_before", "equal_to"], [{"variable": "due"}]),
        ("within_days_of", {"day": {"variable": "due"}, "days": 2}),
        ("within_days_of", {"day": {"variable": "due"}, "days": 0}),
        *PRESENCE,
    ],
    "paid": _MONEY,
    "name": _TEXTS,
    "name in any case": [*_TEXTS, *_FOLDED, ("matches_regex", "^a"), ("matches_regex", "b")],
    "word": [*_TEXTS, *PRESENCE, ("is_one_of", ["a", "ab"]), ("not_equal_to", "b"), ("is_none_of", ["b", "a"])],
    "tags": _pairs(["contains", "does_not_contain"], ["a", "A", "b", 1, True]),
    "all_tags": [
        *_pairs([*_COLLECTIONS, "shares_no_elements_with"], [["a"], ["A", "b"], ["a", 1]]),
        ("contains_all", []),
    ],
}
FAMILIES = [
    ["amount", "flag"],
    ["size", "flag"],
    ["size with least"],
    ["sent", "flag"],
    ["sent with due"],
    ["paid", "flag"],
]
FAMILIES += [["name"], ["name in any case"], ["word"], ["tags", "flag"], ["all_tags", "flag"]]
OPEN = ["name in any case"]
"""Where lint may miss something: regular expressions, and case together with parts of a text."""


def _conditions(family: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    leaves = [
        {"name": about.split()[0], "operator": operator, "value": value}
        for about in family
        for operator, value in QUESTIONS[about]
    ]
    return st.recursive(
        st.sampled_from(leaves),
        lambda kids: st.builds(
            lambda group, items: {group: items}, st.sampled_from(["all", "any"]), st.lists(kids, min_size=1, max_size=3)
        ),
        max_leaves=4,
    )


Outcome = bool | None
"""Whether it fires; None where it raises."""


def _rows(family: list[str]) -> list[dict[str, Any]]:
    names = list(
        dict.fromkeys(name for about in family for name in about.replace(" with ", " ").split()[:2] if name in TYPES)
    )
    return [dict(zip(names, row, strict=True)) for row in itertools.product(*(DOMAINS[name] for name in names))]


def _fires(rules: list[dict[str, Any]], row: dict[str, Any], *, stop: bool = False) -> Outcome:
    try:
        return bool(run_all(rules, Values(row), FiredActions(row), stop_on_first_trigger=stop))
    except Exception:  # noqa: BLE001 - whatever the library raises
        return None


def _outcomes(tree: dict[str, Any], rows: list[dict[str, Any]]) -> list[Outcome]:
    rules = [{"conditions": tree, "actions": []}]
    return [_fires(rules, row) for row in rows]


def _last_fires(rules: list[dict[str, Any]], row: dict[str, Any], *, stop: bool) -> bool:
    actions = FiredActions(row)
    with contextlib.suppress(Exception):  # rules before the one that raises may have fired
        run_all(rules, Values(row), actions, stop_on_first_trigger=stop)
    return len(rules) - 1 in [params["number"] for _, params in actions.outcomes]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: "-".join(family).replace(" ", "_"))
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_lint_claims_what_run_all_does(family: list[str], data: st.DataObject) -> None:
    trees = data.draw(st.lists(_conditions(family), min_size=1, max_size=3))
    rows = _rows(family)
    plain = numbered(trees)
    rules = Rules(plain, Values, FiredActions)
    outcomes = [_outcomes(tree, rows) for tree in trees]
    fired = [{place for place, one in enumerate(each) if one} for each in outcomes]
    complete = family != OPEN

    lint = rules.lint()
    assert not lint.unjudged
    for number, (tree, each) in enumerate(zip(trees, outcomes, strict=True)):
        _check_reach(lint, number, each, complete=complete)
        _check_parts(lint, number, tree, each, rows, complete=complete)
        _check_others(lint, number, fired, plain, rows, complete=complete)
    _check_stopped(rules.lint(stop_on_first_trigger=True), plain, fired, rows, complete=complete)


def _of(lint: Lint, number: int, *kinds: LintKind) -> list[LintFinding]:
    return [one for one in lint if one.rules[0] == str(number) and one.kind in kinds]


def _check_reach(lint: Lint, number: int, each: list[Outcome], *, complete: bool) -> None:
    root = f"/{number}/conditions"
    claimed = [one for one in _of(lint, number, LintKind.UNREACHABLE) if one.pointer == root]
    always = [one for one in _of(lint, number, LintKind.ALWAYS) if one.pointer == root]
    assert not claimed or True not in each
    assert not always or False not in each
    if complete:
        assert bool(claimed) == (True not in each)
        assert bool(always) == (False not in each and True in each)


def _at(tree: dict[str, Any], pointer: str) -> Any:
    found: Any = tree
    for part in pointer.split("/")[3:]:
        found = found[int(part)] if part.isdecimal() else found[part]
    return found


def _without(tree: dict[str, Any], gone: set[str], at: str) -> dict[str, Any]:
    for group in ("all", "any"):
        if group in tree:
            kids = [(f"{at}/{group}/{place}", kid) for place, kid in enumerate(tree[group])]
            return {group: [_without(kid, gone, place) for place, kid in kids if place not in gone]}
    return tree


def _inner(tree: dict[str, Any], at: str) -> Iterator[str]:
    for group in ("all", "any"):
        for place, kid in enumerate(tree.get(group, ())):
            if len(tree[group]) > 1:
                yield f"{at}/{group}/{place}"
            yield from _inner(kid, f"{at}/{group}/{place}")


def _check_parts(
    lint: Lint, number: int, tree: dict[str, Any], each: list[Outcome], rows: list[dict[str, Any]], *, complete: bool
) -> None:
    root = f"/{number}/conditions"
    parts = [one for one in lint if one.rules == (str(number),) and one.pointer.startswith(f"{root}/")]
    parts = [one for one in parts if one.kind is not LintKind.UNTESTED]
    needless = {one.pointer for one in parts if "beside" in one.what}
    if needless:
        assert _outcomes(_without(tree, needless, root), rows) == each, "what is needless may go, all at once"
    for one in parts:
        if one.pointer not in needless:
            alone = _outcomes(_at(tree, one.pointer), rows)
            assert (one.kind is LintKind.CONTRADICTORY) not in alone
    if complete and True in each and False in each and not parts:
        for pointer in _inner(tree, root):
            assert _outcomes(_without(tree, {pointer}, root), rows) != each, f"{pointer} is needless"


def _check_others(
    lint: Lint, number: int, fired: list[set[int]], plain: list[dict[str, Any]], rows: list[Any], *, complete: bool
) -> None:
    for one in _of(lint, number, LintKind.DUPLICATE):
        assert fired[int(one.rules[1])] == fired[number]
    for one in _of(lint, number, LintKind.SHADOWED):
        assert fired[int(one.rules[1])] >= fired[number]
    for one in _of(lint, number, LintKind.UNREACHABLE):
        if len(one.rules) > 1:
            assert not any(_last_fires(plain[: number + 1], row, stop=False) for row in rows)
    if complete and fired[number]:
        equal = any(other == fired[number] for other in fired[:number])
        wider = any(other > fired[number] for other in fired[:number])
        assert bool(_of(lint, number, LintKind.DUPLICATE)) == equal
        assert bool(_of(lint, number, LintKind.SHADOWED)) == (wider and not equal)


def _check_stopped(
    lint: Lint, plain: list[dict[str, Any]], fired: list[set[int]], rows: list[Any], *, complete: bool
) -> None:
    for number in range(len(plain)):
        claimed = _of(lint, number, LintKind.SHADOWED, LintKind.DUPLICATE, LintKind.UNREACHABLE)
        if claimed:
            assert not any(_last_fires(plain[: number + 1], row, stop=True) for row in rows)
        elif complete and fired[number]:
            assert not fired[number] <= set[int]().union(*fired[:number])


# ---- decision tables


def _in_sequence(trees: list[dict[str, Any]], rows_of_table: int, row: dict[str, Any]) -> set[int]:
    """Which trees fire one after the other; of the first ones, which are a table, the first that fires decides."""
    fired = set[int]()
    for number, tree in enumerate(trees):
        if number < rows_of_table and fired:
            continue
        told = _fires([{"conditions": tree, "actions": []}], row)
        if told is None:
            break
        fired |= {number} if told else set()
    return fired


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: "-".join(family).replace(" ", "_"))
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_lint_of_a_table_of_which_the_first_row_decides(family: list[str], data: st.DataObject) -> None:
    trees = data.draw(st.lists(_conditions(family), min_size=2, max_size=4))
    rows_of_table = data.draw(st.integers(2, len(trees)))
    rows, plain = _rows(family), numbered(trees)
    plain[:rows_of_table] = [one | {"table": "t", "hit": "first"} for one in plain[:rows_of_table]]
    sequences = [_in_sequence(trees, rows_of_table, row) for row in rows]
    held = [{place for place, one in enumerate(_outcomes(tree, rows)) if one} for tree in trees]
    fired = [{place for place, one in enumerate(sequences) if number in one} for number in range(len(trees))]

    lint = Rules(plain, Values, FiredActions).lint()
    for number in range(len(trees)):
        claimed = _of(lint, number, LintKind.SHADOWED, LintKind.DUPLICATE)
        if number < rows_of_table:
            assert all(not one.is_note and one.kind is LintKind.SHADOWED for one in claimed)
            assert not (claimed and fired[number])
            behind = held[number] <= set[int]().union(*held[:number])
            assert claimed or not behind or not held[number] or family == OPEN
        else:
            assert all(fired[int(one.rules[1])] >= fired[number] for one in claimed)
        for one in _of(lint, number, LintKind.UNREACHABLE):
            assert not fired[number], one


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: "-".join(family).replace(" ", "_"))
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_lint_of_a_unique_table(family: list[str], data: st.DataObject) -> None:
    trees = data.draw(st.lists(_conditions(family), min_size=2, max_size=3))
    rows = _rows(family)
    held = [{place for place, one in enumerate(_outcomes(tree, rows)) if one} for tree in trees]
    lint = Rules([one | {"table": "t", "hit": "unique"} for one in numbered(trees)], Values, FiredActions).lint()
    found = {tuple(map(int, one.rules)): one for one in lint.of(LintKind.CONFLICT)}
    for later, first in itertools.combinations(reversed(range(len(trees))), 2):
        told = found.get((later, first))
        # What holds is named; where that cannot be, lint only says that it may be.
        assert not told or told.is_note or held[later] & held[first]
        assert told or not held[later] & held[first]
