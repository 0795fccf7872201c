"""One row told: a table like any other, shown as a tree that says the same."""

from __future__ import annotations

import copy
import pickle
import re
from typing import Any

import business_rules
import numpy as np
import pandas as pd
import pytest
from business_rules import engine
from hypothesis import given
from hypothesis import strategies as st
from parsed_html import Parsed

from opsrules.rules import (
    BaseActions,
    BaseVariables,
    Rules,
    Why,
    date_rule_variable,
    money_rule_variable,
    numeric_rule_variable,
)
from opsrules.rules.story import HELD, NOT_HELD, NOT_REACHED, RAISED
from opsrules.rules.views.tree import Branch, Group

COLUMNS = ["row", "rule_id", "condition", "variable", "operator", "constant", "seen", "outcome"]


class Variables(BaseVariables):
    def __init__(self, row: Any) -> None:
        self.row = row

    @numeric_rule_variable(label="Age in days")
    def age(self) -> Any:
        return self.row["age"]

    @numeric_rule_variable()
    def size(self) -> Any:
        return self.row["size"]

    @date_rule_variable(label="Paid on")
    def paid_on(self) -> Any:
        return self.row["paid_on"]

    @date_rule_variable(label="Due")
    def due_on(self) -> Any:
        return self.row["due_on"]

    @money_rule_variable(label="Refund")
    def refund(self) -> Any:
        return self.row["refund"]


class Actions(BaseActions):
    def __init__(self, row: Any) -> None:
        self.row = row


def leaf(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"name": name, "operator": operator, "value": value}


OLD, BIG = leaf("age", "greater_than", 10), leaf("size", "greater_than", 100)
RULES = [
    {"id": "quiet", "name": "Big", "conditions": BIG, "actions": []},
    {
        "id": "loud",
        "name": "Late & old",
        "severity": "critical",
        "conditions": {
            "all": [
                leaf("paid_on", "after", {"variable": "due_on"}),
                {"any": [BIG, OLD, leaf("refund", "less_than", {"minor": 500, "currency": "EUR"})]},
            ]
        },
        "actions": [],
    },
    {"id": "last", "conditions": {"all": [OLD, BIG]}, "actions": []},
]
FRAME = pd.DataFrame(
    {
        "age": [20, 5, 20],
        "size": [1, 500, None],
        "paid_on": ["2026-11-06", "2026-11-01", "2026-11-06"],
        "due_on": ["2026-11-05", "2026-11-05", "2026-11-05"],
        "refund": [(100, "EUR"), (100, "USD"), (100, "EUR")],
    }
)


def result(**how: Any) -> Any:
    return Rules(RULES, Variables, Actions).run(FRAME, on_error="collect", **how)


def test_one_row_is_still_the_table_it_was() -> None:
    why = result().why(0)
    assert isinstance(why, pd.DataFrame)
    assert list(why.columns) == COLUMNS
    pd.testing.assert_frame_equal(pd.DataFrame(why), result().why([0]))
    assert why["row"].tolist() == [0] * 7
    assert why.query("outcome == 'held'")["condition"].tolist() == ["all[0]", "all[1].any[1]", "all[0]"]


def test_several_rows_and_whatever_is_made_of_one_are_plain_tables() -> None:
    assert type(result().why([0])) is pd.DataFrame
    why = result().why(0)
    for made in (why[why["outcome"] == "held"], why.copy(), why.head(2), why[["row"]], why.merge(why, on="row")):
        assert type(made) is pd.DataFrame
    for again in (copy.copy(why), copy.deepcopy(why), pickle.loads(pickle.dumps(why))):
        pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(why))


def test_a_table_changed_in_place_shows_itself_as_a_table() -> None:
    why = result().why(0)
    why["mine"] = 1
    assert "mine" in repr(why)
    assert "mine" in why._repr_html_()
    assert why._repr_mimebundle_() == {}


def test_numbers_of_numpy_name_a_row_and_rows_that_are_not_there_are_refused() -> None:
    assert isinstance(result().why(np.int64(1)), Why)
    for wrong in (3, -1, [0, 3], [-1]):
        with pytest.raises(IndexError, match=r"no row (3|-1); rows are 0 to 2"):
            result().why(wrong)


def test_the_tree_by_hand() -> None:
    assert str(result().why(0)) == (
        "Row 0: 1 of 3 rules fired.\n"
        "\n"
        "Fired\n"
        "  ✓ fired: loud  Late & old  (◆ Critical)\n"
        "    ✓ held: All of these hold:\n"
        "      ✓ held: Paid on is after Due (5 Nov 2026) (saw 6 Nov 2026)\n"
        "      ✓ held: AND At least one of these holds:\n"
        "        ✕ not held: Size is more than 100 (saw 1)\n"
        "        ✓ held: OR Age in days is more than 10 (saw 20)\n"
        "        ○ not reached: OR Refund is less than EUR\u00a05.00\n"
        "\n"
        "Did not fire: 2 rules\n"
        "  ✕ did not fire: quiet  Big\n"
        "    ✕ not held: Size is more than 100 (saw 1)\n"
        "  ✕ did not fire: last\n"
        "    ✕ not held: All of these hold:\n"
        "      ✓ held: Age in days is more than 10 (saw 20)\n"
        "      ✕ not held: AND Size is more than 100 (saw 1)"
    )


def test_a_row_that_could_not_be_judged_says_so_and_why() -> None:
    text = str(result().why(2))
    assert text.startswith("Row 2: none of 3 rules fired. quiet could not judge it, and nobody knows")
    assert "    ▲ error: Size is more than 100 (saw no value)\n    because Size: " in text
    assert "(AssertionError)" in text
    assert "Not reached, since an earlier rule could not judge it: 2 rules\n  ○ not reached: loud" in text


def test_a_row_left_at_the_first_rule_that_fired_says_so() -> None:
    text = str(result(stop_on_first_trigger=True).why(1))
    assert "Fired\n  ✓ fired: quiet  Big" in text
    assert "Not reached, since an earlier rule fired and settled it: 2 rules" in text


def test_html_puts_what_fired_first_and_nests_groups() -> None:
    html = result().why(0)._repr_html_()
    assert html.index("loud") < html.index("quiet") < html.index(">last<")
    assert Parsed(html).odd == []
    assert re.search(r"At least one of these holds:</span><ul class=\"tree\"><li>", html)


def test_an_empty_rule_set_is_told_too() -> None:
    none = Rules([], Variables, Actions).run(FRAME)
    assert str(none.why(0)) == "Row 0: there are no rules."
    assert str(none).startswith("0 rules over 3 rows: nothing to judge.")


# ---- against the library

LEAVES = st.sampled_from([OLD, BIG, leaf("age", "less_than", 10), leaf("size", "less_than", 100)])
TREES = st.recursive(
    LEAVES,
    lambda kids: st.builds(
        lambda group, parts: {group: parts}, st.sampled_from(["all", "any"]), st.lists(kids, min_size=1, max_size=3)
    ),
    max_leaves=8,
)
VALUES = st.sampled_from([None, 5, 10, 20, 500])


def _oracle(node: dict[str, Any], row: dict[str, Any]) -> str:
    try:
        held = engine.check_conditions_recursively(node, Variables(row))
    except AssertionError:
        return RAISED
    return HELD if held else NOT_HELD


def _check(branch: Branch, node: dict[str, Any], row: dict[str, Any], reached: bool) -> None:
    """Hold every part of a tree against the library, asked for that part alone."""
    while (kids := node.get("all") or node.get("any")) and len(kids) == 1:
        [node] = kids
    assert branch.outcome == (_oracle(node, row) if reached else NOT_REACHED)
    if not isinstance(branch, Group):
        return
    assert branch.is_all == ("all" in node)
    for kid, part in zip(branch.kids, node["all"] if branch.is_all else node["any"], strict=True):
        _check(kid, part, row, reached)
        reached = reached and _oracle(part, row) == (HELD if branch.is_all else NOT_HELD)


@given(tree=TREES, age=VALUES, size=VALUES)
def test_outcomes_of_conditions_and_groups_are_the_librarys(tree: dict[str, Any], age: Any, size: Any) -> None:
    frame = pd.DataFrame({"age": [age], "size": [size]}, dtype=object)
    done = Rules([{"conditions": tree, "actions": []}], Variables, Actions).run(frame, on_error="collect")
    why: Any = done.why(0)
    assert why._told is not None
    _check(why._told.rules[0].conditions, tree, {"age": age, "size": size}, reached=True)
    marks = re.findall(r'class="oc \w+"><i aria-hidden="true">(.)</i> ([a-z ]+)</span>', why._repr_html_())
    lines = re.findall(
        r'</i> ([a-z ]+)</span> (?:<span class="joint">\w+</span> )?<span class="says">', why._repr_html_()
    )
    assert lines == why["outcome"].tolist()
    shapes = {"✓": {HELD, "fired"}, "✕": {NOT_HELD, "did not fire"}, "○": {NOT_REACHED}, "▲": {RAISED, "not judged"}}
    assert all(word in shapes[shape] for shape, word in marks)


def test_the_oracle_is_the_real_library() -> None:
    assert business_rules.run_all([{"conditions": OLD, "actions": []}], Variables({"age": 20}), Actions({}))
