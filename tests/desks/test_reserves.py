"""Reserves rolled forward, on lines whose answers are worked out by hand, and whatever the lines."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from desk_lines import account, line, reconciled, table
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from opsrules.desks.reconciliation.reserves import RESERVE_LOTS, RESERVES, assert_rolled, reserve_tables
from opsrules.errors import ControlTotalsError

TERMS = {"processor": "stripe", "currency": "EUR"}


def rolled(*lines: dict[str, Any], as_of: str = "2026-11-10", **terms: Any) -> tuple[dict[str, Any], list[list[Any]]]:
    """The one row of the reserves, and of each lot the day, amount and age."""
    of = account(reserves=[TERMS | terms]) if terms else account()
    none = table("bank_lines", [], "bank.csv")
    found = reconciled(table("processor_lines", list(lines), "pay.csv"), none, of=of, as_of=as_of)
    tables = reserve_tables(found.ask, found.ready, found.bridge)
    assert tuple(tables["reserves"].columns) == RESERVES
    assert tuple(tables["reserve_lots"].columns) == RESERVE_LOTS
    (row,) = ({str(key): value for key, value in one.items()} for one in tables["reserves"].to_dict("records"))
    lots = tables["reserve_lots"]
    days = lots["held_on"].dt.strftime("%m-%d")
    return row, [list(one) for one in zip(days, lots["amount_minor"], lots["age_days"], strict=True)]


def hold(amount: int, day: str, **more: Any) -> dict[str, Any]:
    """Held back when above zero, released when below."""
    return line("reserve", -amount, day=day, **more)


def figures(row: dict[str, Any]) -> list[int]:
    return [row[f"{name}_minor"] for name in ("opening", "held", "released", "closing")]


def test_opening_from_lines_before_the_period() -> None:
    row, lots = rolled(hold(500, "2026-09-10"), hold(300, "2026-10-04"), hold(-450, "2026-10-20"))
    assert figures(row) == [500, 300, 450, 350]
    assert (row["basis"], row["since"]) == ("earlier_lines", pd.Timestamp(2026, 9, 10))
    # The oldest goes first: 50 of September are left on 31 October, 51 days after.
    assert lots == [["09-10", 50, 51], ["10-04", 300, 27]]


def test_without_lines_before_and_without_a_word_the_opening_is_not_known() -> None:
    row, _ = rolled(hold(300, "2026-10-04"), hold(100, "2026-10-06"))
    assert figures(row) == [0, 400, 0, 400]
    assert (row["basis"], row["since"]) == ("first_line", pd.Timestamp(2026, 10, 4))


def test_a_release_of_what_nobody_saw_being_held_is_told() -> None:
    row, lots = rolled(hold(-700, "2026-10-02"), hold(300, "2026-10-04"))
    assert figures(row) == [0, 300, 700, -400]
    assert row["earlier_minor"] == 700
    assert lots == [["10-04", 300, 27]]


@pytest.mark.parametrize(
    ("opening_on", "opening"),
    [
        (date(2026, 9, 1), 1_500),  # 1,000 and the 500 held on 10 September
        (date(2026, 10, 1), 1_000),
        (date(2026, 10, 10), 700),  # 1,000 on the 10th, of which 300 came on the 4th
        (date(2026, 11, 1), 850),  # 1,000 at the end: less 300, plus the 150 released
    ],
)
def test_a_declared_opening_is_counted_to_the_day_the_period_begins(opening_on: date, opening: int) -> None:
    lines = (hold(500, "2026-09-10"), hold(300, "2026-10-04"), hold(-150, "2026-10-20"))
    row, lots = rolled(*lines, opening_minor=1_000, opening_on=opening_on)
    assert figures(row) == [opening, 300, 150, opening + 150]
    assert (row["basis"], row["since"]) == ("declared", pd.Timestamp(opening_on))
    assert sum(amount for _, amount, _ in lots) == opening + 150


def test_an_opening_declared_for_a_later_period_says_nothing_of_this_one() -> None:
    row, _ = rolled(hold(300, "2026-10-04"), opening_minor=9_000, opening_on=date(2026, 12, 1))
    assert (row["basis"], row["closing_minor"]) == ("first_line", 300)


def test_what_is_held_beyond_the_declared_days_is_due() -> None:
    # Held on 10 September for 30 days: due on 10 October; what was held on 4 October is due on 3 November.
    lines = (hold(500, "2026-09-10"), hold(300, "2026-10-04"), hold(-450, "2026-10-20"))
    row, _ = rolled(*lines, days=30)
    assert (row["due_minor"], row["next_due"]) == (50, pd.Timestamp(2026, 11, 3))
    exact, _ = rolled(hold(500, "2026-10-01"), days=30)
    assert exact["due_minor"] == 500  # due on the very last day


def test_a_reserve_is_seen_from_the_as_of_day_within_the_period() -> None:
    row, lots = rolled(hold(500, "2026-10-01"), hold(200, "2026-10-20"), as_of="2026-10-10")
    assert figures(row) == [0, 500, 0, 500]
    assert lots == [["10-01", 500, 9]]


def test_the_reserve_that_is_set_anew_at_one_instant_was_held_before() -> None:
    # Amazon takes the reserve back and holds a new one in the same settlement.
    row, lots = rolled(hold(400, "2026-10-01"), hold(650, "2026-10-15"), hold(-400, "2026-10-15"))
    assert figures(row) == [0, 1_050, 400, 650]
    assert lots == [["10-15", 650, 16]]


def test_no_reserve_no_row_and_terms_alone_make_none() -> None:
    found = reconciled(
        table("processor_lines", [line("charge", 100)], "pay.csv"),
        table("bank_lines", [], "bank.csv"),
        of=account(reserves=[TERMS | {"days": 30}]),
    )
    tables = reserve_tables(found.ask, found.ready, found.bridge)
    assert len(tables["reserves"]) == len(tables["reserve_lots"]) == 0


def test_a_roll_forward_that_does_not_come_out_is_refused() -> None:
    lines = table("processor_lines", [hold(300, "2026-10-04")], "pay.csv")
    found = reconciled(lines, table("bank_lines", [], "bank.csv"))
    good = reserve_tables(found.ask, found.ready, found.bridge)["reserves"]
    with pytest.raises(ControlTotalsError, match="reserve of stripe, EUR"):
        assert_rolled(good.assign(closing_minor=299), found.bridge)
    with pytest.raises(ControlTotalsError, match="'Reserve'"):
        assert_rolled(good.assign(held_minor=299, closing_minor=299), found.bridge)


def test_terms_are_checked() -> None:
    with pytest.raises(ValidationError, match="must name stripe in EUR once"):
        account(reserves=[TERMS, TERMS | {"days": 90}])
    with pytest.raises(ValidationError, match="must name the day of its opening_minor"):
        account(reserves=[TERMS | {"opening_minor": 5}])


moves = st.lists(
    st.tuples(
        st.integers(-900, 900).filter(bool),
        st.sampled_from(["2026-08-30", "2026-09-20", "2026-10-02", "2026-10-02", "2026-10-25", "2026-11-02"]),
        st.sampled_from(["EUR", "USD"]),
        st.sampled_from(["stripe", "paypal"]),
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(moves, st.integers(0, 2_000), st.none() | st.integers(0, 120), st.randoms(use_true_random=False))
def test_whatever_is_held_and_released(some: Any, opening: int, days: int | None, chance: Any) -> None:
    of = account(reserves=[TERMS | {"days": days, "opening_minor": opening, "opening_on": date(2026, 9, 1)}])
    lines = [hold(amount, day, currency=coin, processor=name) for amount, day, coin, name in some]
    every = table("processor_lines", lines, "pay.csv")
    none = table("bank_lines", [], "bank.csv")
    found = reconciled(every, none, of=of)
    tables = reserve_tables(found.ask, found.ready, found.bridge)
    for row in tables["reserves"].to_dict("records"):
        mine = [(a, d) for a, d, coin, name in some if (name, coin) == (row["processor"], row["currency"])]
        declared = row["basis"] == "declared"
        before = sum(a for a, d in mine if d < "2026-10-01" and (not declared or d >= "2026-09-01"))
        inside = [a for a, d in mine if "2026-10-01" <= d <= "2026-10-31"]
        wanted = before + (opening if declared else 0)
        assert row["opening_minor"] == wanted
        assert row["held_minor"] == sum(a for a in inside if a > 0)
        assert row["closing_minor"] == wanted + sum(inside)
        lots = tables["reserve_lots"]
        lots = lots[(lots["processor"] == row["processor"]) & (lots["currency"] == row["currency"])]
        assert (lots["amount_minor"] > 0).all()
        assert lots["held_on"].is_monotonic_increasing
        assert lots["amount_minor"].sum() == row["closing_minor"] + row["earlier_minor"]
        if declared and days is not None:
            late = lots[lots["held_on"] + pd.Timedelta(days=days) <= pd.Timestamp(2026, 10, 31)]
            assert row["due_minor"] == late["amount_minor"].sum()
    mixed = every.sample(frac=1, random_state=chance.randint(0, 99)).reset_index(drop=True)
    other = reconciled(mixed, none, of=of)
    again = reserve_tables(other.ask, other.ready, other.bridge)
    for name, one in tables.items():
        pd.testing.assert_frame_equal(one, again[name])
