"""Localisation by example: what comes out, what is refused, and how it is told."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from opsrules.errors import UsageError
from opsrules.rootcause import Localisation, Slice, localise

COUNTRIES, METHODS, WEEKS = ("AT", "DE", "FR", "IT", "PL"), ("card", "invoice", "wallet"), ("w1", "w2", "w3", "w4")


def table(**columns: Any) -> pd.DataFrame:
    """60 rows, one a country, method and week, each as expected."""
    index = pd.MultiIndex.from_product([COUNTRIES, METHODS, WEEKS], names=["country", "method", "week"])
    frame = pd.DataFrame(index=index).reset_index()
    amount = 100.0 + np.arange(len(frame))
    return frame.assign(actual=amount, expected=amount).assign(**columns)


def cut(frame: pd.DataFrame, factor: float, **where: Any) -> pd.DataFrame:
    inside = np.logical_and.reduce([frame[name] == value for name, value in where.items()])
    return frame.assign(actual=np.where(inside, frame["actual"] * factor, frame["actual"]))


def located(frame: pd.DataFrame, **over: Any) -> Localisation:
    return localise(frame, ["country", "method", "week"], "actual", "expected", **over)


def test_a_slice_has_its_effect_share_rows_and_confidence() -> None:
    found = located(cut(table(), 0.5, country="DE", method="card"))
    # Rows 12 to 15: 112 + 113 + 114 + 115 = 454, half of it lost.
    assert found.slices == (Slice({"country": "DE", "method": "card"}, -227.0, 1.0, 4, found.slices[0].confidence),)
    assert found.slices[0].confidence > 0.99
    assert (found.change, found.unexplained, found.reason) == (-227.0, 0.0, "")


def test_causes_that_offset_each_other_are_both_found() -> None:
    frame = cut(cut(table(), 0.5, country="DE", method="card"), 1.5, country="FR", method="wallet")
    found = located(frame)
    assert {tuple(one.where.items()): one.effect for one in found.slices} == {
        (("country", "DE"), ("method", "card")): -227.0,
        (("country", "FR"), ("method", "wallet")): 267.0,  # rows 32 to 35: 534
    }
    assert found.change == 40.0
    assert [one.share for one in found.slices] == [one.effect / 40 for one in found.slices]


def test_the_direction_of_the_total_is_not_that_of_the_cause() -> None:
    frame = cut(table(), 0.2, country="DE", method="card")
    frame["actual"] *= 1.08
    found = located(frame)
    assert found.change > 0
    assert [one.where for one in found.slices] == [{"country": "DE", "method": "card"}]
    assert found.slices[0].effect < 0


def test_share_is_unknown_where_nothing_changed_in_sum() -> None:
    frame = table(expected=100.0, actual=100.0)
    found = located(cut(cut(frame, 0.5, country="DE", method="card"), 1.5, country="FR", method="wallet"))
    assert len(found.slices) == 2
    assert all(math.isnan(one.share) for one in found.slices)


def test_a_missing_value_is_a_value_of_its_own() -> None:
    frame = cut(table(), 0.4, country="DE")
    for missing in (None, np.nan, pd.NA):
        told = frame.assign(country=frame["country"].astype(object).where(frame["country"] != "DE", missing))
        assert [one.where for one in located(told).slices] == [{"country": None}]
    assert "country missing" in repr(located(told))


@pytest.mark.parametrize("turn", [str, COUNTRIES.index, lambda name: COUNTRIES.index(name) / 2])
def test_values_of_any_type(turn: Any) -> None:
    frame = cut(table(), 0.4, country="DE")
    told = frame.assign(country=frame["country"].map(turn))
    assert [one.where for one in located(told).slices] == [{"country": turn("DE")}]
    category = told.assign(country=told["country"].astype("category"))
    assert [one.where for one in located(category).slices] == [{"country": turn("DE")}]


@pytest.mark.parametrize("kind", ["int64", "float32", "Int64", "Float64", "object"])
def test_measures_of_any_number(kind: Any) -> None:
    frame = table()
    inside = frame["country"] == "DE"
    frame = frame.assign(actual=frame["actual"].where(~inside, 10))
    told = frame.assign(
        actual=frame["actual"].astype(kind), expected=frame["expected"].map(lambda one: Decimal(int(one)))
    )
    assert [one.where for one in located(told).slices] == [{"country": "DE"}]


def test_rows_of_one_combination_are_added_up() -> None:
    frame = cut(table(), 0.5, country="DE", method="card")
    halves = pd.concat([frame.assign(actual=frame["actual"] / 2, expected=frame["expected"] / 2)] * 2)
    found = located(halves)
    assert [(one.where, one.rows) for one in found.slices] == [({"country": "DE", "method": "card"}, 8)]
    assert found.slices[0].effect == pytest.approx(-227.0)


def test_a_ratio_falls_in_one_slice() -> None:
    rows = table()[["country", "method", "week"]].assign(total=1000, good=900, expected_total=1000, expected_good=900)
    rows.loc[(rows["country"] == "DE") & (rows["method"] == "card"), "good"] = 600
    found = localise(
        rows,
        ["country", "method", "week"],
        good="good",
        total="total",
        expected_good="expected_good",
        expected_total="expected_total",
    )
    assert [one.where for one in found.slices] == [{"country": "DE", "method": "card"}]
    assert found.slices[0].effect == pytest.approx(-4 * 300 / 60_000)
    assert found.actual == pytest.approx(0.88)
    assert found.expected == 0.9
    assert "−2.00 points" in repr(found)


def test_counts_of_a_small_expectation_are_no_wonder() -> None:
    frame = table(actual=2, expected=2.0)
    frame.loc[7, "actual"] = 8  # Poisson of mean 2: 1 in 900, among 60 leaves and 280 slices
    assert located(frame, kind="count").slices == ()
    frame.loc[7, "actual"] = 40
    assert [one.rows for one in located(frame, kind="count").slices] == [1]


def test_one_dimension_is_enough() -> None:
    frame = pd.DataFrame({"sku": list("abcdefghij"), "actual": [10.0] * 9 + [1], "expected": 10.0})
    assert [one.where for one in localise(frame, ["sku"], "actual", "expected").slices] == [{"sku": "j"}]


def test_a_dimension_of_one_value_is_never_a_condition() -> None:
    frame = cut(table(shop="only"), 0.5, country="DE")
    found = localise(frame, ["shop", "country", "week"], "actual", "expected")
    assert [(one.where, one.equivalents) for one in found.slices] == [({"country": "DE"}, ())]
    assert localise(frame, ["shop"], "actual", "expected").slices == ()


def test_a_wide_table_is_searched_in_parts() -> None:
    """Eight dimensions have more slices than one cube can hold; the longest cause has five conditions."""
    draw = np.random.default_rng(3)
    rows = 40_000
    codes = {f"d{at}": draw.integers(0, size, rows) for at, size in enumerate((10, 20, 5, 8, 12, 6, 30, 4))}
    frame = pd.DataFrame(codes).assign(expected=100.0, actual=draw.normal(100, 3, rows))
    frame.loc[(frame["d2"] == 3) & (frame["d4"] == 7), "actual"] *= 0.5
    inside = np.logical_and.reduce([frame[f"d{at}"] == 1 for at in (0, 2, 3, 5, 7)])
    assert inside.sum() >= 3
    frame.loc[inside, "actual"] *= 2
    found = localise(frame, list(codes), "actual", "expected")
    assert {"d2": 3, "d4": 7} in [one.where for one in found.slices]
    assert any({f"d{at}": 1 for at in (0, 2, 3, 5, 7)} in (one.where, *one.equivalents) for one in found.slices)


def test_a_dimension_of_many_values_is_folded() -> None:
    draw = np.random.default_rng(4)
    rows = 60_000
    frame = pd.DataFrame({"sku": draw.integers(0, 20_000, rows), "place": draw.integers(0, 2_000, rows)})
    frame = frame.assign(expected=100.0, actual=draw.normal(100, 3, rows))
    frame.loc[frame["sku"] == 77, "actual"] *= 0.4
    frame.loc[frame["place"] == 5, "actual"] *= 1.5
    found = localise(frame, ["sku", "place"], "actual", "expected")
    assert sorted(map(str, (one.where for one in found.slices))) == ["{'place': 5}", "{'sku': 77}"]


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (table().iloc[:0], "no rows"),
        (table(actual=0, expected=0), "nothing happened"),
        (table(expected=0), "everything is new"),
        (table(), "as expected"),
        (table(actual=table()["expected"] * 0.7), "no slice stands out"),
        (table().iloc[:1].assign(actual=5), "no slice stands out"),
    ],
)
def test_nothing_is_made_up(frame: pd.DataFrame, reason: str) -> None:
    found = located(frame)
    assert found.slices == ()
    assert reason in found.reason
    assert found.reason in repr(found)
    assert found.unexplained == found.change
    assert found.to_frame().empty


def test_ratios_of_nothing() -> None:
    rows = table()[["country", "method", "week"]].assign(good=0, total=0, expected_good=0, expected_total=0)
    asked: dict[str, Any] = {name: name for name in ("good", "total", "expected_good", "expected_total")}
    assert "no total" in localise(rows, ["country"], **asked).reason
    assert "no total was expected" in localise(rows.assign(total=5), ["country"], **asked).reason


def test_totals_below_zero_and_of_zero() -> None:
    frame = cut(table(), 3.0, country="DE", method="card")
    frame = frame.assign(actual=-frame["actual"], expected=-frame["expected"])
    assert [one.where for one in located(frame).slices] == [{"country": "DE", "method": "card"}]
    frame = cut(table(), -1.0, country="DE")  # amounts that turned into refunds
    assert [one.where for one in located(frame).slices] == [{"country": "DE"}]


NAMED = {"actual": "actual", "expected": "expected"}


@pytest.mark.parametrize(
    ("frame", "dimensions", "asked", "words"),
    [
        (table(), ["county"], NAMED, r"no column 'county' \(a dimension\); did you mean 'country'"),
        (table(), "country", NAMED, "must be a list of columns"),
        (table(), [], NAMED, "dimensions is empty"),
        (table(), ["week", "week"], NAMED, "names column 'week' twice"),
        (table(), ["week"], NAMED | {"expected": "forecast"}, r"no column 'forecast' \(expected\)"),
        (table(), ["week"], {"actual": "actual"}, "needs the columns actual, expected, got actual"),
        (
            table(),
            ["week"],
            {"good": "actual"},
            "needs the columns good, total, expected_good, expected_total, got good",
        ),
        (table(), ["week"], NAMED | {"kind": "money"}, "kind must be 'amount', 'count' or 'ratio', got 'money'"),
        (table(expected=np.nan), ["week"], NAMED, r"'expected' \(expected\) has no value in 60 of 60 rows"),
        (table(actual=[None] + [1] * 59), ["week"], NAMED, r"'actual' \(actual\) has no value in 1 of 60 rows"),
        (table(actual=[math.inf] + [1] * 59), ["week"], NAMED, "'actual' .* infinite value in 1 of 60"),
        (table(actual="x"), ["week"], NAMED, r"column 'actual' \(actual\) must hold numbers"),
        (table(actual=pd.Timestamp("2026-01-01")), ["week"], NAMED, "'actual' .* must hold numbers, got datetime"),
        (table(week=[[1]] * 60), ["week"], NAMED, "column 'week' .* cannot be compared"),
        (pd.concat([table(), table()[["week"]]], axis=1), ["week"], NAMED, "column 'week' .* stands 2 times"),
        (pd.concat([table(), table()[["actual"]]], axis=1), ["week"], NAMED, "column 'actual' .* stands 2 times"),
        (table(actual=-1), ["week"], NAMED | {"kind": "count"}, "'actual' .* has 60 values below 0"),
        ([1, 2], ["week"], NAMED, "must be a pandas DataFrame, got list"),
    ],
)
def test_what_cannot_be_searched_is_refused(frame: Any, dimensions: Any, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        localise(frame, dimensions, **asked)


def test_more_good_than_in_all_is_refused() -> None:
    rows = table(good=5, total=4, expected_good=1, expected_total=2)
    asked: dict[str, Any] = {name: name for name in ("good", "total", "expected_good", "expected_total")}
    with pytest.raises(UsageError, match=r"column 'good' \(good\) is more than column 'total' \(total\) in 60 rows"):
        localise(rows, ["week"], **asked)


def test_the_table_of_slices() -> None:
    frame = cut(cut(table(), 0.5, country="DE", method="card"), 1.5, country="FR")
    told = located(frame).to_frame()
    columns = ["country", "method", "week", "effect", "share", "rows", "confidence", "equivalents"]
    assert list(told.columns) == ["conditions", *columns]
    assert sorted(told["conditions"]) == ["country = DE, method = card", "country = FR"]
    assert told["rows"].sum() == 16


def test_words_claim_no_cause_and_clients_text_is_escaped() -> None:
    frame = cut(table(), 0.5, country="DE")
    frame["country"] = frame["country"].replace("DE", "<script>alert(1)</script>")
    found = located(frame)
    html, text = found._repr_html_(), repr(found)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    for told in (html, text):
        assert "concentrated in" in told
        assert "caused" not in told
    assert "Concentrated in" in html
