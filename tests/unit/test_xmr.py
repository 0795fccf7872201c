"""XmR limits and signals: published and hand-worked vectors, and what must hold of any figures."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from opsrules.xmr import FEWEST, Limits, Signal, limits_of, signals

figures = st.lists(st.integers(-1_000, 1_000), min_size=2, max_size=30)
STEADY = Limits(mean=10.0, lower=4.0, upper=16.0, range_upper=7.4, points=20)


def test_worked_vector() -> None:
    # Mean 130/4; moving ranges 40, 10, 10, so 20 on average: 32.5 +- 53.2, and 3.268 x 20.
    found = limits_of([10, 50, 40, 30])
    assert found is not None
    assert (found.mean, found.lower, found.upper, found.range_upper) == pytest.approx((32.5, -20.7, 85.7, 65.36))
    assert (found.points, found.enough) == (4, False)


def test_no_range_is_taken_across_a_period_without_a_value() -> None:
    found = limits_of([10, None, 50, 40, 30])
    assert found is not None
    assert (found.mean, found.upper) == pytest.approx((32.5, 32.5 + 2.66 * 10))
    assert limits_of([10, None, 30]) is None
    assert limits_of([10]) is None


def test_limits_of_a_rate_stay_within_what_a_rate_can_be() -> None:
    found = limits_of([0.9, 1.0, 0.8, 0.99], least=0, most=1)
    assert found is not None
    assert found.upper == 1
    assert 0 <= found.lower < found.mean


def test_enough_points() -> None:
    found = limits_of(list(range(FEWEST)))
    assert found is not None
    assert found.enough


@pytest.mark.parametrize(
    ("values", "last"),
    [
        ([16.1], {Signal.OUTSIDE}),
        ([16.0], set()),  # on the limit is within it
        ([3.9], {Signal.OUTSIDE}),
        ([11.0] * 7, set()),
        ([11.0] * 8, {Signal.RUN}),
        ([9.0] * 9, {Signal.RUN}),
        ([11.0] * 7 + [10.0], set()),  # on the mean is on no side
        ([11.0] * 4 + [None] + [11.0] * 4, set()),
        ([13.1, 13.1, 10.0, 13.1], {Signal.NEAR_LIMIT}),
        ([13.1, 13.1, 13.1, 10.0], set()),  # the last point itself is near nothing
        ([13.0, 13.1, 10.0, 13.1], set()),  # half way is not nearer
        ([13.1, 6.9, 13.1, 13.1], {Signal.NEAR_LIMIT}),
        ([13.1, 6.9, 6.9, 13.1], set()),  # not the same limit
        ([13.1, 13.1, None, 13.1], set()),
    ],
)
def test_signals_of_the_last_point(values: list[float | None], last: set[Signal]) -> None:
    assert signals(values, STEADY)[-1] == last


def test_a_limit_that_is_cut_makes_no_point_near_it() -> None:
    # By nature the upper limit is 1.02 and half way to it is 1.0025: 100% three times is no sign of anything.
    limits = Limits(mean=0.985, lower=0.95, upper=1.0, range_upper=0.035 / 2.660 * 3.268, points=20)
    assert signals([1.0, 0.98, 1.0, 1.0], limits)[-1] == frozenset()
    assert signals([0.96, 0.98, 0.96, 0.96], limits)[-1] == {Signal.NEAR_LIMIT}


def test_a_period_without_a_value_has_no_signal() -> None:
    assert signals([None, 99.0], STEADY) == (frozenset(), frozenset({Signal.OUTSIDE}))


@given(figures, st.integers(-500, 500), st.integers(1, 9))
def test_another_unit_changes_no_signal(values: list[int], shift: int, factor: int) -> None:
    first, second = limits_of(values), limits_of([value * factor + shift for value in values])
    assert first is not None
    assert second is not None
    assert second.mean == pytest.approx(first.mean * factor + shift, abs=1e-6)
    assert second.upper - second.mean == pytest.approx((first.upper - first.mean) * factor, abs=1e-6)
    assert first.upper - first.mean == pytest.approx(first.mean - first.lower)


@given(figures, figures)
def test_later_values_change_no_earlier_signal(values: list[int], more: list[int]) -> None:
    limits = limits_of(values)
    assert limits is not None
    assert signals([*values, *more], limits)[: len(values)] == signals(values, limits)


@given(figures)
def test_mirrored_figures_have_the_same_signals(values: list[int]) -> None:
    first, second = limits_of(values), limits_of([-value for value in values])
    assert first is not None
    assert second is not None
    assume(all(abs(abs(value - first.mean) * 2 - abs(first.upper - first.mean)) > 1e-6 for value in values))
    assert signals(values, first) == signals([-value for value in values], second)
