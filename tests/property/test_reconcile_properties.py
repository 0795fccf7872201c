"""What must hold of the matcher whatever the tables (RECONCILIATION invariants I1 to I6, I8 to I10, I13, I15)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from reconcile.examples import MANY
from reconcile.sides import row, side

from opsrules.reconcile import (
    COLUMNS,
    STATUSES,
    WAITING,
    KeyPass,
    Matching,
    NearPass,
    Spec,
    Spelling,
    SumPass,
    Tolerance,
    WindowPass,
    reconcile,
)

DAYS = {"stripe": (0, 3), "paypal": (1, 5)}


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(
        st.lists(
            st.builds(
                row,
                ref=st.sampled_from("abcdefghij"),
                key=st.sampled_from(["", "1", "#1", "2", "3", "4"]),
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
    return reconcile(left, right, Spec("acme", "leg", cascade(tolerance * scale)))


def cascade(tolerance: int) -> tuple[Any, ...]:
    return (
        KeyPass("exact", many=False),
        KeyPass("spelled", Spelling.NORMALISED, many=False),
        KeyPass("sums", Spelling.NORMALISED),
        KeyPass("tolerance", Spelling.NORMALISED, tolerance=Tolerance(tolerance)),
        WindowPass(days={"stripe": DAYS["stripe"]}, confirms=True),
        WindowPass("suggest", days=DAYS),
        SumPass(days=DAYS),
        SumPass("sum_on_right", two_on="right", days=DAYS),
        NearPass(days=DAYS),
    )


def content(table: pd.DataFrame, status: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Every row with its place, in an order that knows nothing of the input's order."""
    names = ["ref", "key", "tag", "on", "currency", "amount_minor"]
    told = pd.concat([table[names], status[["status", "rule", "reason", "candidates"]]], axis=1)
    return sorted(map(tuple, told.astype("str").to_numpy().tolist()))


@MANY
@given(tables(), tables())
def test_every_row_has_one_place_and_sums_conserve(left: pd.DataFrame, right: pd.DataFrame) -> None:
    matching = matched(left, right)
    for name in ("left", "right"):
        table, status = matching.side(name)
        assert len(table) == len(status)
        assert set(status["status"]) <= set(STATUSES)
        bridge = matching.bridge()
        for currency, rows in table.groupby("currency"):
            told = bridge[(bridge["side"] == name) & (bridge["currency"] == currency)]
            assert told["rows"].sum() == len(rows)
            assert told["amount_minor"].sum() == sum(map(int, rows["amount_minor"]))
        assert (status["status"] == "excluded").tolist() == (table["excluded"] != "").tolist()
        is_open = status["status"].isin(WAITING)
        assert ((status["pair"] >= 0) == is_open).all()
        assert ((status["reason"] != "") == is_open).all()


@MANY
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


@MANY
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


@MANY
@given(tables(), tables())
def test_rerun_gives_the_same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    first, second = matched(left, right), matched(left, right)
    pd.testing.assert_frame_equal(first.left_status, second.left_status)
    pd.testing.assert_frame_equal(first.open_items, second.open_items)


@MANY
@given(tables(), tables(), st.sampled_from([0, 50]))
def test_a_hundredfold_of_all_amounts_and_tolerances_changes_nothing(
    left: pd.DataFrame, right: pd.DataFrame, tolerance: int
) -> None:
    big = [table.assign(amount_minor=table["amount_minor"] * 100) for table in (left, right)]
    first, second = matched(left, right, tolerance), matched(big[0], big[1], tolerance, 100)
    assert np.array_equal(first.left_status["status"], second.left_status["status"])
    assert np.array_equal(first.right_status["status"], second.right_status["status"])


@MANY
@given(tables(), tables(), st.integers(0, 300), st.integers(0, 300))
def test_more_tolerance_never_matches_fewer_keys(left: pd.DataFrame, right: pd.DataFrame, one: int, two: int) -> None:
    def keyed(tolerance: int) -> set[str]:
        matching = reconcile(left, right, Spec("acme", "leg", (KeyPass(tolerance=Tolerance(tolerance)),)))
        return set(matching.left.loc[(matching.left_status["status"] == "matched").to_numpy(), "key"])

    small, large = sorted((one, two))
    assert keyed(small) <= keyed(large)


@MANY
@given(tables(), tables(), tables(), tables())
def test_accounts_alone_give_what_they_give_together(
    left: pd.DataFrame, right: pd.DataFrame, more_left: pd.DataFrame, more_right: pd.DataFrame
) -> None:
    """Two accounts have no key and no tag in common."""

    def other(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(
            key=table["key"].where(table["key"] == "", "B" + table["key"]),
            tag="other " + table["tag"],
            ref="b" + table["ref"],
        )

    days = DAYS | {f"other {name}": span for name, span in DAYS.items()}
    spec = Spec("acme", "leg", (KeyPass(), WindowPass(days=days), SumPass(days=days), NearPass(days=days)))
    alone = [reconcile(left, right, spec), reconcile(other(more_left), other(more_right), spec)]
    both = reconcile(
        pd.concat([left, other(more_left)], ignore_index=True),
        pd.concat([right, other(more_right)], ignore_index=True),
        spec,
    )
    for name in ("left", "right"):
        assert content(*both.side(name)) == sorted(content(*alone[0].side(name)) + content(*alone[1].side(name)))


@MANY
@given(tables(), tables(), st.permutations(COLUMNS))
def test_column_order_changes_nothing(left: pd.DataFrame, right: pd.DataFrame, order: list[str]) -> None:
    first, second = matched(left, right), matched(left[order], right[order])
    for name in ("left", "right"):
        pd.testing.assert_frame_equal(first.side(name)[1], second.side(name)[1])


@MANY
@given(tables(), tables(), st.integers(0, 200))
def test_nothing_without_a_key_is_confirmed_unless_its_pass_may(
    left: pd.DataFrame, right: pd.DataFrame, tolerance: int
) -> None:
    matching = matched(left, right, tolerance)
    confirms = {one.rule for one in matching.spec.passes if isinstance(one, KeyPass) or getattr(one, "confirms", False)}
    groups = matching.groups.astype({"rule": "str", "state": "str"})
    assert set(groups.loc[groups["state"] == "confirmed", "rule"]) <= confirms
    assert not set(groups.loc[groups["state"] == "suggested", "rule"]) & confirms


@MANY
@given(tables(), tables(), st.integers(0, 200))
def test_every_condition_of_every_match_holds_again(left: pd.DataFrame, right: pd.DataFrame, tolerance: int) -> None:
    matching = matched(left, right, tolerance)
    for name in ("left", "right"):
        table, status = matching.side(name)
        for position in range(len(table)):
            told = matching.explain_row(name, position)
            assert told["status"] == status["status"].iloc[position]
            if told["status"] in ("matched", "suggested"):
                assert told["conditions"]
                assert all(one["holds"] for one in told["conditions"]), told
            elif told["reason"] in ("differs", "sign", "exponent", "days", "currency") and told["conditions"]:
                assert (
                    not all(one["holds"] for one in told["conditions"] if one["what"] != "rows")
                    or told["rule"] == "days_only"
                )
            if told["status"] == "ambiguous":
                assert len(told["candidates"]) == status["candidates"].iloc[position]
