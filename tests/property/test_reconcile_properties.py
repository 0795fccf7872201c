"""What must hold of the matcher whatever the tables (RECONCILIATION invariants I1 to I6, I9, I10)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from reconcile.sides import row, side

from opsrules.reconcile import KeyPass, Matching, NearPass, Spec, Tolerance, WindowPass, reconcile

DAYS = {"stripe": (0, 3), "paypal": (1, 5)}


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(
        st.lists(
            st.builds(
                row,
                ref=st.sampled_from("abcdefghij"),
                key=st.sampled_from(["", "1", "2", "3", "4"]),
                amount_minor=st.integers(-3, 6).map(lambda n: n * 100 + 7),
                on=st.integers(1, 9).map(lambda day: f"2026-10-{day:02d}"),
                currency=st.sampled_from(["EUR", "JPY"]),
                tag=st.sampled_from(["", "stripe", "paypal"]),
                excluded=st.sampled_from(["", "", "", "cash"]),
            ),
            max_size=14,
        )
    )
    return side(rows)


def matched(left: pd.DataFrame, right: pd.DataFrame, tolerance: int = 0, scale: int = 1) -> Matching:
    passes = (KeyPass(tolerance=Tolerance(tolerance * scale)), WindowPass(days=DAYS, confirms=True), NearPass(days=DAYS))
    return reconcile(left, right, Spec("acme", "leg", passes))


def content(table: pd.DataFrame, status: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Every row with its place, in an order that knows nothing of the input's order."""
    names = ["ref", "key", "tag", "on", "currency", "amount_minor"]
    told = pd.concat([table[names], status[["status", "rule", "reason", "candidates"]]], axis=1)
    return sorted(map(tuple, told.astype("str").to_numpy().tolist()))


@given(tables(), tables())
def test_every_row_has_one_place_and_sums_conserve(left: pd.DataFrame, right: pd.DataFrame) -> None:
    matching = matched(left, right)
    for name in ("left", "right"):
        table, status = matching.side(name)
        assert len(table) == len(status)
        assert set(status["status"]) <= {"matched", "open", "excluded"}
        bridge = matching.bridge()
        for currency, rows in table.groupby("currency"):
            told = bridge[(bridge["side"] == name) & (bridge["currency"] == currency)]
            assert told["rows"].sum() == len(rows)
            assert told["amount_minor"].sum() == sum(map(int, rows["amount_minor"]))
        assert (status["status"] == "excluded").tolist() == (table["excluded"] != "").tolist()
        is_open = status["status"] == "open"
        assert ((status["pair"] >= 0) == is_open).all()
        assert ((status["reason"] != "") == is_open).all()


@given(tables(), tables(), st.integers(0, 200))
def test_groups_hold_both_sides_of_one_currency_within_tolerance(
    left: pd.DataFrame, right: pd.DataFrame, tolerance: int
) -> None:
    matching = matched(left, right, tolerance)
    for number, group in enumerate(matching.groups.itertuples()):
        sides = [
            table[(status["group"] == number).to_numpy()]
            for table, status in (matching.side("left"), matching.side("right"))
        ]
        assert all(len(rows) for rows in sides)
        assert set(sides[0]["currency"]) == set(sides[1]["currency"]) == {group.currency}
        residual = int(sides[1]["amount_minor"].sum()) - int(sides[0]["amount_minor"].sum())
        assert residual == group.residual_minor
        assert abs(residual) <= tolerance


@given(tables(), tables(), st.randoms(use_true_random=False))
def test_row_order_changes_nothing(left: pd.DataFrame, right: pd.DataFrame, random: Any) -> None:
    def shuffled(table: pd.DataFrame) -> pd.DataFrame:
        order = list(range(len(table)))
        random.shuffle(order)
        return table.iloc[order].reset_index(drop=True)

    first, second = matched(left, right), matched(shuffled(left), shuffled(right))
    for name in ("left", "right"):
        assert content(*first.side(name)) == content(*second.side(name))
    assert sorted(first.open_items["item_id"]) == sorted(second.open_items["item_id"])


@given(tables(), tables())
def test_rerun_gives_the_same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    first, second = matched(left, right), matched(left, right)
    pd.testing.assert_frame_equal(first.left_status, second.left_status)
    pd.testing.assert_frame_equal(first.open_items, second.open_items)


@given(tables(), tables(), st.sampled_from([0, 50]))
def test_a_hundredfold_of_all_amounts_and_tolerances_changes_nothing(
    left: pd.DataFrame, right: pd.DataFrame, tolerance: int
) -> None:
    big = [table.assign(amount_minor=table["amount_minor"] * 100) for table in (left, right)]
    first, second = matched(left, right, tolerance), matched(big[0], big[1], tolerance, 100)
    assert np.array_equal(first.left_status["status"], second.left_status["status"])
    assert np.array_equal(first.right_status["status"], second.right_status["status"])


@given(tables(), tables(), st.integers(0, 300), st.integers(0, 300))
def test_more_tolerance_never_matches_fewer_keys(left: pd.DataFrame, right: pd.DataFrame, one: int, two: int) -> None:
    def keyed(tolerance: int) -> set[str]:
        matching = reconcile(left, right, Spec("acme", "leg", (KeyPass(tolerance=Tolerance(tolerance)),)))
        return set(matching.left.loc[(matching.left_status["status"] == "matched").to_numpy(), "key"])

    small, large = sorted((one, two))
    assert keyed(small) <= keyed(large)
