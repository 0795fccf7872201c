"""Comparison of a number with another variable: the library, asked of each pair, is the truth (oracle)."""

from __future__ import annotations

import decimal
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from business_rules import run_all
from hypothesis import given
from hypothesis import strategies as st

from opsrules.rules import BaseActions, BaseVariables, Rules, number_rule_variable, numeric_rule_variable
from opsrules.rules.rows import rows_of

OTHER = {"variable": "limit"}
CONSTANTS: list[tuple[str, Any]] = [
    *((name, OTHER) for name in ("equal_to", "not_equal_to", "greater_than", "greater_than_or_equal_to")),
    *((name, OTHER) for name in ("less_than", "less_than_or_equal_to")),
    ("between", [OTHER, {"variable": "plain"}]),
    ("between", [-1, OTHER]),
    ("is_one_of", [OTHER, 5, Decimal("0.1")]),
    ("is_none_of", [{"variable": "plain"}, OTHER]),
]


class Variables(BaseVariables):
    def __init__(self, row: Any) -> None:
        self.row = row

    @number_rule_variable()
    def amount(self) -> Any:
        return self.row["amount"]

    @number_rule_variable()
    def limit(self) -> Any:
        return self.row["limit"]

    @numeric_rule_variable()
    def plain(self) -> Any:
        return self.row["plain"]


def steps(number: float) -> Iterator[float]:
    yield from (math.nextafter(number, -math.inf), number, math.nextafter(number, math.inf))


EPSILON = 1e-6
# Differences at which the answer turns, at which arithmetic hands over to the library, and one step off each.
APART = [one for end in (0.0, EPSILON, 9.999998e-7, 1.0000002e-6, 9.999999e-7, 2e-6) for one in steps(end)]
APART += [-one for one in APART]
FROM = [
    0.0,
    -0.0,
    1.0,
    0.1,
    5.0,
    100.01,
    4096.3,
    -7.25,
    1e9,
    2.0**33,
    2.0**53,
    1e22,
    1e300,
    -1e300,
    1.7e308,
    5e-324,
    1e-9,
]
FROM += [1e-9, 2.0**52 * EPSILON, 8.5e9]
FLOATS = st.sampled_from(FROM) | st.floats(allow_nan=False, allow_infinity=False) | st.floats(-10, 10)
DIRTY = st.sampled_from([math.nan, math.inf, -math.inf])
WHOLES = st.sampled_from([0, 1, -1, 5, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)]) | st.integers(-3, 3)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    """Numbers and others at a telling distance, some of them none."""
    left = draw(st.lists(FLOATS | DIRTY if draw(st.booleans()) else FLOATS, min_size=1, max_size=12))
    right = [one + draw(st.sampled_from(APART)) if draw(st.booleans()) else draw(FLOATS | DIRTY) for one in left]
    return left, right


def table(amount: Any, limit: Any, plain: Any) -> pd.DataFrame:
    return pd.DataFrame({"amount": amount, "limit": limit, "plain": plain})


def said(frame: pd.DataFrame, operator: str, constant: Any) -> list[bool | str]:
    """What plain run_all says of each row: whether the rule fires, or what it raises."""
    rule = {"conditions": {"name": "amount", "operator": operator, "value": constant}, "actions": []}
    told: list[bool | str] = []
    for row in rows_of(frame):
        try:
            told.append(bool(run_all([rule], Variables(row), BaseActions())))
        except Exception as error:  # noqa: BLE001 - the oracle tells which it was
            told.append(type(error).__name__)
    return told


def found(frame: pd.DataFrame, operator: str, constant: Any) -> list[bool | str]:
    rule = {"conditions": {"name": "amount", "operator": operator, "value": constant}, "actions": []}
    result = Rules([rule], Variables, BaseActions).run(frame, on_error="collect")
    told: list[bool | str] = list(result.mask("0").tolist())
    for row, error in zip(result.errors["row"], result.errors["error"], strict=True):
        told[row] = error
    return told


@given(pairs(), st.sampled_from(CONSTANTS))
def test_floats_close_to_the_epsilon(drawn: tuple[list[float], list[float]], asked: tuple[str, Any]) -> None:
    frame = table(*drawn, [5.0, *drawn[1][1:]])
    assert found(frame, *asked) == said(frame, *asked)


@given(st.lists(st.tuples(WHOLES, WHOLES, FLOATS), min_size=1, max_size=12), st.sampled_from(CONSTANTS), st.booleans())
def test_whole_numbers_also_beyond_what_floats_hold(
    drawn: list[tuple[int, int, float]], asked: tuple[str, Any], gaps: bool
) -> None:
    amount, limit, plain = (list(part) for part in zip(*drawn, strict=True))
    kind = "Int64" if gaps else "int64"
    limits = pd.Series([None, *limit[1:]] if gaps else limit, dtype=kind)
    frame = table(pd.Series(amount, dtype="int64"), limits, plain)
    assert found(frame, *asked) == said(frame, *asked)


@given(st.lists(st.tuples(FLOATS, WHOLES), min_size=1, max_size=12), st.sampled_from(CONSTANTS))
def test_a_float_with_a_whole_number(drawn: list[tuple[float, int]], asked: tuple[str, Any]) -> None:
    frame = table([one for one, _ in drawn], pd.Series([one for _, one in drawn], dtype="int64"), 1.5)
    near = frame.assign(amount=frame["limit"].astype("float64") + np.resize(APART, len(frame)))
    for one in (frame, near):
        assert found(one, *asked) == said(one, *asked)


@pytest.mark.parametrize("asked", CONSTANTS)
def test_every_distance_from_every_number(asked: tuple[str, Any]) -> None:
    grid = [(base + step, base) for base in FROM for step in APART]
    frame = table([one for one, _ in grid], [one for _, one in grid], 5.0)
    assert found(frame, *asked) == said(frame, *asked)
    turned = frame.rename(columns={"amount": "limit", "limit": "amount"})
    assert found(turned, *asked) == said(turned, *asked)


@pytest.mark.parametrize("prec", [3, 9, 28, 50])
def test_the_decimal_context_counts_as_it_does_for_the_library(prec: int) -> None:
    grid = [(base + step, base) for base in FROM for step in APART]
    frame = table([one for one, _ in grid], [one for _, one in grid], 5.0)
    with decimal.localcontext() as context:
        context.prec = prec
        assert found(frame, "greater_than", OTHER) == said(frame, "greater_than", OTHER)
        assert found(frame, "equal_to", OTHER) == said(frame, "equal_to", OTHER)


def test_the_library_is_asked_of_few_of_many_distinct_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    from opsrules.rules import exact

    asked = []
    ask = exact.ask

    def counted(*given: Any) -> Any:
        asked.append(given)
        return ask(*given)

    monkeypatch.setattr(exact, "ask", counted)
    draw = np.random.default_rng(3)
    frame = table(draw.random(20_000), draw.random(20_000), draw.integers(0, 9, 20_000))
    frame.loc[draw.random(20_000) < 0.1, "limit"] = None
    assert found(frame, "greater_than", OTHER).count("AssertionError") == frame["limit"].isna().sum()
    assert len(asked) < 20
