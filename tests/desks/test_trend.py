"""Match rates over the periods, on planted series whose limits are worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_review import sample_review

from opsrules import report
from opsrules.desks.reconciliation.trend import TREND, trend_table, with_trend
from opsrules.history import History, Past, Rate
from opsrules.periods import Period
from opsrules.review import METRICS, Review
from opsrules.terms import Desk

COUNT, VALUE = "match_count.orders_charges", "match_value.orders_charges.EUR"


def reviewed(rates: dict[str, Rate], period: str = "2026-10") -> Review:
    plain = dict.fromkeys(METRICS, "")
    rows = [
        plain | {"metric_id": name, "numerator": one.numerator, "denominator": one.denominator, "level": one.level}
        for name, one in rates.items()
    ]
    rows.append(plain | {"metric_id": "oldest_open", "numerator": 3, "denominator": pd.NA})
    metrics = pd.DataFrame(rows, columns=list(METRICS)).astype({"numerator": "Int64", "denominator": "Int64"})
    return replace(sample_review("acme", period, "2026-11-02"), metrics=metrics)


def months(count: int, last: str = "2026-09") -> list[str]:
    found = [Period.parse(last)][:count]
    while len(found) < count:
        found.append(Period.month_before(found[-1].first))
    return [one.text for one in found[::-1]]


def told(done: Sequence[int | None], of: int = 100, level: str = "at_risk", name: str = COUNT) -> pd.DataFrame:
    """The trend of a series of which the last is this period; None is a month without a review."""
    *before, now = [None if one is None else Rate(one, of, level) for one in done]
    past = tuple(
        Past(month, {name: rate}) for month, rate in zip(months(len(before)), before, strict=True) if rate is not None
    )
    assert now is not None
    return trend_table(reviewed({name: now}), History("acme", Desk.RECONCILIATION, "2026-10", past))


def test_ten_points_have_limits_clipped_to_what_a_rate_can_be() -> None:
    # 10, 50, 40, 30 and then 30 six times over: mean 31, moving ranges 40, 10, 10 and nothing, on average 60/9.
    table = told([10, 50, 40, 30, 30, 30, 30, 30, 30, 30])
    assert tuple(table.columns) == TREND
    row = table.iloc[-1]
    assert (row["mean"], row["points"]) == (pytest.approx(0.31), 10)
    assert row["lower"] == pytest.approx(0.31 - 2.66 * 0.6 / 9)
    assert row["upper"] == pytest.approx(0.31 + 2.66 * 0.6 / 9)
    assert table["signals"].iloc[0] == "outside"
    wide = told([10, 90] * 5)
    assert (wide["lower"].iloc[0], wide["upper"].iloc[0]) == (0, 1)


def test_nine_points_are_shown_without_limits_and_the_page_says_why() -> None:
    table = told([10, 50, 40, 30, 30, 30, 30, 30, 99])
    assert table[["mean", "lower", "upper"]].isna().all(axis=None)
    assert set(table["signals"]) == {""}
    rates = {COUNT: Rate(99, 100, "at_risk")}
    past = tuple(Past(month, {COUNT: Rate(50, 100, "at_risk")}) for month in months(8))
    text = report.trend(with_trend(reviewed(rates), History("acme", Desk.RECONCILIATION, "2026-10", past))).text
    assert "The rates are shown without limits: limits take 10 months that can be judged, and there are 9." in text
    assert "Usual range\tno limits" in text


def test_a_fall_is_marked_in_words_and_in_the_table() -> None:
    rates = {COUNT: Rate(900, 1000, "at_risk")}
    past = tuple(Past(month, {COUNT: Rate(990 + at % 3, 1000, "at_risk")}) for at, month in enumerate(months(20)))
    review = with_trend(reviewed(rates), History("acme", Desk.RECONCILIATION, "2026-10", past))
    table = review.tables["trend"]
    assert table["signals"].tolist() == [""] * 20 + ["outside"]
    # The limits are the first twenty's: mean .990965 or so, moving ranges of 1 and 2 in a thousand.
    assert table["lower"].iloc[-1] > 0.98
    text = report.trend(review).text
    assert "One match rate has changed: Orders to charges, rows, outside its usual range." in text
    assert "October 2026\t90.00%outside its usual range" in text.replace("% outside", "%outside")


def test_limits_are_frozen_on_the_first_twenty_points() -> None:
    first = [90 + at % 2 for at in range(20)]
    one, more = told([*first, 91]), told([*first, 91, 10, 99, 10, 99])
    for name in ("mean", "lower", "upper"):
        assert one[name].iloc[0] == more[name].iloc[0]
    assert more["signals"].iloc[-1].split()[0] == "outside"


def test_eight_on_one_side_are_a_run() -> None:
    table = told([90, 92] * 10 + [92] * 8)
    assert "run" in table["signals"].iloc[-1].split()
    assert "run" not in table["signals"].iloc[-2].split() or table["signals"].iloc[-9] == ""


def test_a_month_without_a_review_breaks_the_line_and_is_there() -> None:
    table = told([90, None, 92, 91])
    assert table["period"].tolist() == [*months(3), "2026-10"]
    assert table["value"].isna().tolist() == [False, True, False, False]
    rates = {COUNT: Rate(9, 10, "too_few")}
    few = trend_table(reviewed(rates), History("acme", Desk.RECONCILIATION, "2026-10"))
    assert few[["is_judged", "points"]].to_numpy().tolist() == [[False, 0]]


def test_rates_on_few_rows_give_no_limits() -> None:
    table = told([90, 10] * 8, level="too_few")
    assert table["points"].tolist() == [0] * 16
    assert table["mean"].isna().all()
    assert set(table["signals"]) == {""}


def test_each_currency_has_a_series_of_its_own() -> None:
    rates = {VALUE: Rate(90, 100, "healthy"), VALUE[:-3] + "USD": Rate(10, 100, "healthy")}
    table = trend_table(reviewed(rates), History("acme", Desk.RECONCILIATION, "2026-10"))
    assert table[["measure", "leg", "currency", "value"]].to_numpy().tolist() == [
        ["value", "orders_charges", "EUR", 0.9],
        ["value", "orders_charges", "USD", 0.1],
    ]


def test_a_first_period_has_nothing_to_compare() -> None:
    review = with_trend(reviewed({COUNT: Rate(9, 40, "at_risk")}), History("acme", Desk.RECONCILIATION, "2026-10"))
    assert report.trend(review).text.startswith("This is the first month with a review of this account")


def test_what_was_left_out_is_said() -> None:
    history = History("acme", Desk.RECONCILIATION, "2026-10", (), (("2026-08", "metrics.csv cannot be read"),))
    text = report.trend(with_trend(reviewed({COUNT: Rate(9, 40, "at_risk")}), history)).text
    assert "August 2026 is left out: metrics.csv cannot be read." in text


def test_a_rate_is_100_per_cent_only_when_all_is_matched() -> None:
    past = (Past("2026-09", {COUNT: Rate(99_999, 100_000, "at_risk")}),)
    review = with_trend(reviewed({COUNT: Rate(1, 100_000, "at_risk")}), History("a", Desk.RECONCILIATION, "x", past))
    text = report.trend(review).text
    assert "99.99%" in text
    assert "0.01%" in text
    assert "100.00%" not in text


@given(st.lists(st.none() | st.integers(0, 400), max_size=45), st.integers(0, 400))
def test_whatever_the_rates(before: list[int | None], now: Any) -> None:
    table = told([*before, now], of=400)
    found = [one for one in (*before, now) if one is not None]
    values = [int(one) for one in table["numerator"].dropna()]
    assert values == found
    assert table["period"].is_unique
    assert table["first_day"].is_monotonic_increasing
    if len(found) < 10:
        assert table["mean"].isna().all()
    elif table["mean"].notna().any():
        low, mean, high = (float(table[name].iloc[0]) for name in ("lower", "mean", "upper"))
        assert 0 <= low <= mean <= high <= 1
        outside = table["value"].lt(low - 1e-6) | table["value"].gt(high + 1e-6)
        assert table.loc[outside.fillna(False).astype(bool), "signals"].str.contains("outside").all()
