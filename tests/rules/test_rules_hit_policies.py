"""Everything that tells of rules honours the hit policy of their tables: counts, reasons, views, tests, trials."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import business_rules
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from parsed_html import Parsed
from rule_files import Actions, Variables

from opsrules.rules import (
    FALLS_IN,
    FALLS_OUT,
    Result,
    Rules,
    boundary_rows,
    example_coverage,
    run_examples,
)
from opsrules.rules.both import by_run_all


def row(name: str, *asked: tuple[str, str, Any], hit: str = "first", **keys: Any) -> dict[str, Any]:
    """A row of table fees, as a rule."""
    conditions = {"all": [{"name": of, "operator": operator, "value": value} for of, operator, value in asked]}
    return {"id": f"fees.{name}", "table": "fees", "hit": hit, "conditions": conditions, "actions": [], **keys}


def always(hit: str) -> dict[str, Any]:
    """A row that is written without conditions."""
    return row("rest", ("sku", "contains", ""), hit=hit, always=True)


def table(hit: str, least: Any = 100) -> Rules:
    """Large payments, those of SKU x, and the rest."""
    large = row("large", ("paid", "greater_than", least), hit=hit)
    return Rules([large, row("x", ("sku", "equal_to", "x"), hit=hit), always(hit)], Variables, Actions)


FRAME = pd.DataFrame({"paid": [500.0, 500.0, 20.0, 20.0, None], "sku": ["x", "y", "x", "y", "x"]})


def ran(hit: str, least: Any = 100) -> Result:
    return table(hit, least).run(FRAME, on_error="collect")


COUNTS = ["rule_id", "fired", "not_fired", "not_judged", "not_reached", "share_not_judged"]


def test_rows_settled_by_an_earlier_row_of_the_table_are_not_reached() -> None:
    # The last row of data ends at fees.large in either table.
    assert ran("first").verdicts[COUNTS].to_numpy().tolist() == [
        ["fees.large", 2, 2, 1, 0, 0.2],
        ["fees.x", 1, 1, 0, 3, 0],
        ["fees.rest", 1, 0, 0, 4, 0],
    ]
    assert ran("collect").verdicts[COUNTS].to_numpy().tolist() == [
        ["fees.large", 2, 2, 1, 0, 0.2],
        ["fees.x", 2, 2, 0, 1, 0],
        ["fees.rest", 4, 0, 0, 1, 0],
    ]
    names = ["rule_id", "condition", "held", "not_held", "not_reached", "error"]
    # A row without conditions has none to count.
    assert ran("first").coverage[names].to_numpy().tolist() == [
        ["fees.large", "all[0]", 2, 2, 0, 1],
        ["fees.x", "all[0]", 1, 1, 3, 0],
    ]


@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from([None, 0, 2, 4])), min_size=1, max_size=6),
    st.lists(st.sampled_from([None, 1, 3, 5]), min_size=1, max_size=5),
    st.booleans(),
)
def test_what_is_reached_is_what_run_all_is_asked(cells: list[tuple[int, Any]], paid: list[Any], stop: bool) -> None:
    """Row by row and rule by rule by run_all; tables f0 and f1 are first, f2 is collect; None raises."""
    rules: list[dict[str, Any]] = []
    for number, (place, least) in enumerate(cells):
        asked = {"name": "paid", "operator": "greater_than", "value": least or 0}
        if least is None:
            asked = {"name": "tags", "operator": "contains", "value": "a"}
        head = {"id": str(number), "table": f"f{place}", "hit": "collect" if place == 2 else "first"}
        rules.append(head | {"conditions": asked, "actions": []})
    frame = pd.DataFrame({"paid": pd.Series(paid, dtype=object)})
    result = Rules(rules, Variables, Actions).run(frame, stop, on_error="collect")
    reached = [0] * len(rules)
    for place, value in enumerate(paid):
        settled, ended = set[str](), False
        for number, rule in enumerate(rules):
            is_asked = not ended and rule["table"] not in settled
            reached[number] += is_asked
            outcomes = result.why([place], str(number))["outcome"].tolist()
            assert ("not reached" not in outcomes) is is_asked
            if not is_asked:
                continue
            try:
                fired = business_rules.run_all([rule], Variables({"paid": value}), Actions({}))
            except Exception:  # noqa: BLE001 - whatever it is, the row ends there
                ended = True
                continue
            ended = fired and stop
            settled |= {rule["table"]} if fired and rule["hit"] == "first" else set()
    assert (len(paid) - result.verdicts["not_reached"]).tolist() == reached
    assert (len(paid) - result.coverage["not_reached"]).tolist() == reached
    for hits, came in zip(result._hits, reached, strict=True):
        assert hits.rows - hits.failed_before - hits.settled == came


# ---- views


def test_a_rule_of_a_table_shows_its_table_and_what_the_policy_means() -> None:
    text = str(table("first"))
    assert "fees.x\n    table   Row of table fees, of which the first that fires decides\n" in text
    assert "fees.rest\n" in text
    assert "    when    In every other case\n" in text
    assert "of which one at most may fire" in str(table("unique"))
    assert "of which each that fires counts" in str(table("collect"))
    assert "    when    In every case\n" in str(table("collect"))
    html = table("first")._repr_html_()
    assert html.count("Row of table fees, of which the first that fires decides") == 3
    assert Parsed(html).odd == []


def test_names_of_tables_are_escaped() -> None:
    rules = Rules([row("x", ("sku", "equal_to", "x")) | {"table": "<b>fees"}], Variables, Actions)
    assert "<b>fees" not in rules._repr_html_()
    assert "&lt;b&gt;fees" in rules._repr_html_()


def test_a_row_tells_which_earlier_row_of_the_table_settled_it() -> None:
    told = str(ran("first").why(2))
    assert "Fired\n  ✓ fired: fees.x\n    ✓ held: SKU is “x” (saw “x”)\n" in told
    assert told.endswith(
        "Not reached, since fees.x, an earlier row of table fees, fired: 1 rule\n  ○ not reached: fees.rest"
    )
    assert "✓ fired: fees.rest\n    ✓ held: In every other case" in str(ran("first").why(3))
    only = str(ran("first").why(4, "fees.rest"))
    assert "Not reached, since an earlier rule could not judge it: 1 rule" in only
    assert "since fees.x, an earlier row of table fees, fired" in ran("first").why(2)._repr_html_()  # type: ignore[operator]


def test_hits_tell_rows_that_were_settled() -> None:
    assert "hits    1 of 5 rows (20%)\n            1 not judged (20%), stopped by an earlier rule's error\n" in str(
        ran("first")
    )
    assert "2 settled by an earlier rule that fired" in str(ran("first"))
    assert "settled" not in str(ran("collect"))


def test_breaches_of_unique_are_told_with_the_result() -> None:
    words = "In unique table fees several rows fire for 3 rows, where none of them decides."
    assert words in str(ran("unique"))
    assert words in ran("unique")._repr_html_()
    assert "unique" not in str(ran("collect"))


def test_counts_are_never_shown_without_the_share_that_could_not_be_judged() -> None:
    counts = ran("first").counts
    assert repr(counts).endswith("\n1 of 5 rows (20%) could not be judged by every rule")
    assert counts.to_dict() == {"fees.large": 2, "fees.x": 1, "fees.rest": 1}
    assert counts["fees.x"] == 1
    assert counts.equals(pd.Series({"fees.large": 2, "fees.x": 1, "fees.rest": 1}))
    assert type(counts + 1) is pd.Series
    assert "judged" not in repr(counts.head(1))
    assert type(table("first").run(FRAME.head(4)).counts) is pd.Series


# ---- examples


def example(fires: bool, **values: Any) -> dict[str, Any]:
    return {"row": values, "fires": fires}


BOTH = {"examples": [example(True, paid=101), example(False, paid=1)]}


def test_examples_are_judged_behind_the_rows_before_them() -> None:
    large = row("large", ("paid", "greater_than", 100)) | {
        "examples": [example(True, paid=101), example(False, paid=1)]
    }
    rest = always("first") | {"examples": [example(True, paid=1), example(False, paid=101)]}
    assert run_examples(Rules([large, rest], Variables, Actions)) == []
    wrong = rest | {"examples": [example(True, paid=101), example(False, paid=1)]}
    told = [one.what for one in run_examples(Rules([large, wrong], Variables, Actions))]
    assert told == [
        "expected that it fires, but it does not fire: fees.large, an earlier row of table fees, fires"
        "; what fires on it: fees.large",
        "expected that it does not fire, but it fires: ✓ held: SKU contains no text (saw no text)",
    ]


def test_no_example_can_leave_a_row_silent_that_always_fires() -> None:
    rest = always("collect") | {"examples": [example(True, paid=1)]}
    assert run_examples(Rules([rest], Variables, Actions)) == []
    behind = [row("large", ("paid", "greater_than", 100)), always("first") | {"examples": [example(True, paid=1)]}]
    found = [(one.rule_id, one.what) for one in run_examples(Rules(behind, Variables, Actions))]
    assert ("fees.rest", "has no example that leaves it silent") in found


def test_rows_of_other_days_or_retired_settle_no_example() -> None:
    late = row("late", ("paid", "greater_than", 1), since="2026-01-01")
    late |= {"examples": [example(True, paid=5), example(False, paid=0)]}
    for keys in ({"until": "2025-12-31"}, {"status": "retired"}, {"status": "draft"}):
        early = row("early", ("paid", "greater_than", 1), **keys)
        early |= {"examples": [example(True, paid=5), example(False, paid=0)]}
        assert run_examples(Rules([early, late], Variables, Actions)) == [], keys
    early = row("early", ("paid", "greater_than", 1), until="2026-01-01")
    early |= {"examples": [example(True, paid=5), example(False, paid=0)]}
    assert [one.rule_id for one in run_examples(Rules([early, late], Variables, Actions))] == ["fees.late"]


def test_coverage_by_examples_counts_those_that_come_to_the_row() -> None:
    large = row("large", ("paid", "greater_than", 100)) | {
        "examples": [example(True, paid=101), example(False, paid=1)]
    }
    small = row("small", ("paid", "greater_than", 10)) | {
        "examples": [example(True, paid=11), example(False, paid=1), example(False, paid=101)]
    }
    covered = example_coverage(Rules([large, small, always("first")], Variables, Actions))
    assert covered[["rule_id", "held", "not_held", "not_reached"]].to_numpy().tolist() == [
        ["fees.large", 1, 1, 0],
        ["fees.small", 1, 1, 1],
    ]


def test_run_all_stops_a_table_at_the_first_row_that_fires_and_goes_on_behind_it() -> None:
    lone = {"id": "lone", "conditions": {"name": "paid", "operator": "greater_than", "value": 0}, "actions": []}
    large, rest = row("large", ("paid", "greater_than", 100)), always("first")
    apart = Rules([large, lone, rest], Variables, Actions)
    for paid, fired in ((500, ("fees.large", "lone")), (5, ("lone", "fees.rest")), (0, ("fees.rest",))):
        assert by_run_all(apart.rules, Variables, {"paid": paid, "sku": ""}).fired == fired


# ---- boundary rows


def test_rows_around_thresholds_are_judged_behind_the_rows_before() -> None:
    large = row("large", ("paid", "greater_than", 100)) | {
        "examples": [example(True, paid=101), example(False, paid=1)]
    }
    small = row("small", ("paid", "greater_than", 10)) | {"examples": [example(True, paid=11), example(False, paid=1)]}
    made = boundary_rows(Rules([large, small, always("first")], Variables, Actions))
    assert set(made["rule_id"]) == {"fees.large", "fees.small"}
    assert not made["disagreement"].any()
    mine = made[made["rule_id"] == "fees.small"]
    for one in mine.to_dict("records"):
        if isinstance(one["value"], int | float | Decimal):
            assert one["holds"] is (Decimal(one["value"]) - 10 > Decimal("1e-6"))
            assert one["fires"] is (one["holds"] and not one["value"] > 100)
    assert set(mine["fires"]) == {True, False, None}  # None: without a payment the table cannot judge the row


# ---- near misses, backtest


def test_a_row_that_is_settled_is_no_near_miss() -> None:
    rules = Rules(
        [row("x", ("sku", "equal_to", "x")), row("large", ("paid", "greater_than", 100))],
        Variables,
        Actions,
    )
    frame = pd.DataFrame({"paid": [99, 99, 50], "sku": ["x", "y", "y"]})
    assert rules.near_misses(frame, "fees.large", 5)["row"].tolist() == [1]
    assert rules.run(frame.assign(paid=102)).mask("fees.large").tolist() == [False, True, True]


MONEY = FRAME.iloc[:4].assign(amount_minor=[100, 200, 300, 400], currency="EUR")


def test_a_row_that_falls_to_an_earlier_row_falls_out_of_a_later_one() -> None:
    tested = table("first").backtest(table("first", 10), MONEY)
    counts = tested.counts.set_index("rule_id")[["before", "after", "falls_in", "falls_out"]]
    assert counts.to_numpy().tolist() == [[2, 4, 2, 0], [1, 0, 0, 1], [1, 0, 0, 1]]
    assert tested.moved("fees.x", FALLS_OUT).tolist() == [2]
    assert tested.changes.to_numpy().tolist() == [
        ["fees.large", FALLS_IN, "EUR", 2, 700],
        ["fees.x", FALLS_OUT, "EUR", 1, 300],
        ["fees.rest", FALLS_OUT, "EUR", 1, 400],
    ]
    told = tested.first("fees.x", FALLS_OUT)[["row", "version", "rule_id", "variable", "outcome"]]
    assert told.to_numpy().tolist() == [
        [2, "before", "fees.x", "sku", "held"],
        [2, "after", "fees.large", "paid", "held"],
    ]


def test_another_policy_moves_rows_too() -> None:
    tested = table("first").backtest(table("collect"), MONEY)
    assert tested.moved("fees.x", FALLS_IN).tolist() == [0]
    assert tested.moved("fees.rest", FALLS_IN).tolist() == [0, 1, 2]
    told = tested.first("fees.rest", FALLS_IN, most=2)
    assert told["rule_id"].tolist() == ["fees.large", "fees.rest"] * 2


# ---- rules kept apart


def test_a_policy_without_a_table_and_a_table_without_a_policy_mean_nothing() -> None:
    plain = [row(name, ("paid", "greater_than", 0)) for name in "ab"]
    for key in ("table", "hit"):
        bare: list[Mapping[str, Any]] = [{name: value for name, value in one.items() if name != key} for one in plain]
        rules = Rules(bare, Variables, Actions)
        assert {(one.table, one.hit_policy, one.always) for one in rules.rules} == {("", None, False)}
        assert rules.run(FRAME.iloc[:4]).counts.tolist() == [4, 4]


def test_a_certificate_stands_for_tables_as_well() -> None:
    for hit in ("first", "unique", "collect"):
        assert ran(hit).certify().questions > 0
