"""Signals first: the rules as data, seasons, and that noise is not explained."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrules.errors import UsageError
from opsrules.rootcause import explain_change
from opsrules.rootcause.rule_sets import NELSON, WESTERN_ELECTRIC, WHEELER, RuleSet
from opsrules.rootcause.signals import broken_rules, judge, without_season
from opsrules.xmr import Limits, Signal, signals

# One sigma is 1, on either side.
STEADY = Limits(mean=10.0, lower=7.0, upper=13.0, range_upper=3.7, points=20)
WORDS = {
    Signal.OUTSIDE: "beyond a limit",
    Signal.NEAR_LIMIT: "three of four nearer a limit than the mean",
    Signal.RUN: "eight in a row on one side of the mean",
}


@given(st.lists(st.one_of(st.none(), st.floats(5, 15)), min_size=1, max_size=20))
def test_wheelers_rules_as_data_are_those_of_the_chart(values: list[float | None]) -> None:
    found = signals(values, STEADY)[-1]
    assert set(broken_rules(values, STEADY, WHEELER)) == {WORDS[one] for one in found}


@pytest.mark.parametrize(
    ("rules", "values", "words"),
    [
        (WHEELER, [13.1], ["beyond a limit"]),
        (WHEELER, [13.0], []),
        (WESTERN_ELECTRIC, [12.1, 10, 12.1], ["two of three beyond two sigma"]),
        (WESTERN_ELECTRIC, [12.1, 12.1, 10], []),  # the newest has no part in it
        (WESTERN_ELECTRIC, [12.1, 10, 7.9], []),  # on two sides
        (WESTERN_ELECTRIC, [8.9, 8.9, 10, 8.9, 8.9], ["four of five beyond one sigma"]),
        (WESTERN_ELECTRIC, [10.1] * 8, ["eight in a row on one side of the mean"]),
        (NELSON, [10.1] * 8, []),
        (NELSON, [10.1] * 9, ["nine in a row on one side of the mean"]),
        (NELSON, [9, 9.3, 9.6, 10.2, 10.4, 10.9], ["six in a row rising or falling"]),
        (NELSON, [9, 9.3, 9.3, 10.2, 10.4, 10.9], []),
        (NELSON, [9.5, 10.5] * 7, ["fourteen in a row up and down in turn"]),
        (NELSON, [9.5, 10.5] * 6 + [9.5], []),
        (NELSON, [9.5, 9.6, 10.5] * 5, ["fifteen in a row within one sigma"]),
        (NELSON, [8.5, 11.5, 11.6, 8.4] * 2, ["eight in a row outside one sigma"]),
        (NELSON, [None, *[10.1] * 8], []),
    ],
)
def test_each_rule(rules: RuleSet, values: list[float | None], words: list[str]) -> None:
    assert list(broken_rules(values, STEADY, rules)) == words


def test_limits_are_of_the_earlier_figures_alone() -> None:
    judged = judge([10, 11] * 6, 40)
    assert judged.limits is not None
    assert judged.limits.mean == 10.5
    assert judged.is_signal


def test_too_few_figures_are_not_judged() -> None:
    judged = judge([10, 11, float("nan"), None] * 3, 40)
    assert (judged.is_signal, judged.reason) == (False, "6 earlier figures: at least 10 are needed to know noise")


DAYS = [date(2026, 6, 1) + timedelta(days=at) for at in range(57)]  # the last is a Monday


def weekly(draw: np.random.Generator, days: list[date]) -> list[float]:
    return [(300.0 if day.weekday() < 5 else 50.0) + draw.normal(0, 5) for day in days]


def test_a_weekend_is_no_signal_once_the_season_is_known() -> None:
    values = weekly(np.random.default_rng(5), DAYS[:-2])  # ends on a Saturday
    assert not judge(values[:-1], values[-1], days=DAYS[:-2]).is_signal
    monday_like = judge(values[:-1], 300.0, days=DAYS[:-2])  # a Saturday as busy as a Monday
    assert monday_like.is_signal


def test_a_holiday_is_like_other_holidays() -> None:
    holidays = {DAYS[at] for at in (3, 17, 24, 31, 56)}
    values = weekly(np.random.default_rng(6), DAYS)
    values = [20.0 if day in holidays else value for day, value in zip(DAYS, values, strict=True)]
    assert not judge(values[:-1], values[-1], days=DAYS, holidays=holidays).is_signal
    assert judge(values[:-1], values[-1], days=DAYS, holidays=holidays - {DAYS[56]}).is_signal


def test_a_kind_of_day_that_is_not_known_is_not_judged() -> None:
    values = weekly(np.random.default_rng(7), DAYS)
    judged = judge(values[:-1], values[-1], days=DAYS, holidays={DAYS[-1]})
    assert "too few to know its season" in judged.reason
    # Three Wednesdays are too few to say what is usual of one.
    assert without_season([1.0, 2.0, 3.0, 9.0], [DAYS[at] for at in (2, 9, 16, 23)], set()) == [None] * 4
    with pytest.raises(UsageError, match="expected 57, got 56"):
        judge(values[:-1], values[-1], days=DAYS[1:])


def frame(factor: float) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([list("abcde"), list("xyz"), range(4)], names=["one", "two", "three"])
    rows = pd.DataFrame(index=index).reset_index().assign(expected=10.0)
    return rows.assign(actual=rows["expected"].where(rows["one"] != "c", 10 * factor))


def test_only_a_signal_is_explained() -> None:
    history = [600.0, 610.0, 595.0] * 5
    asked: dict[str, Any] = {"actual": "actual", "expected": "expected"}
    there = explain_change(frame(0.3), ["one", "two", "three"], history, **asked)  # 516 in all
    assert there.localisation is not None
    assert [one.where for one in there.localisation.slices] == [{"one": "c"}]
    assert there.words == "A signal: beyond a limit."
    none = explain_change(frame(1.0), ["one", "two", "three"], history, **asked)
    assert none.localisation is None
    assert "nothing to explain" in none.words
    unknown = explain_change(frame(0.3), ["one", "two", "three"], history[:5], **asked)
    assert unknown.localisation is None
    assert "5 earlier figures" in unknown.words


def test_ratios_are_judged_as_ratios() -> None:
    rows = (
        frame(0.3).assign(total=10, expected_total=10).rename(columns={"actual": "good", "expected": "expected_good"})
    )
    asked: dict[str, Any] = {name: name for name in ("good", "total", "expected_good", "expected_total")}
    found = explain_change(rows, ["one", "two"], [0.99, 1.0, 0.98] * 5, kind="ratio", **asked)
    assert found.judged.value == pytest.approx((48 + 12 * 0.3) / 60)
    assert found.judged.limits is not None
    assert found.judged.limits.upper == 1
    assert found.localisation is not None


def test_what_cannot_be_searched_is_refused_without_a_signal_too() -> None:
    with pytest.raises(UsageError, match="no column 'four'"):
        explain_change(frame(1.0), ["four"], [600.0] * 15, actual="actual", expected="expected")
