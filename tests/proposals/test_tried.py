"""What a change does to rows, against sets counted one by one."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from reconcile.sides import row, side

from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.proposals.examples import Example, Row, Truth
from opsrules.proposals.tried import moves_of, outcome_of
from opsrules.reconcile import KeyPass, Patterns, Spec, Spelling, Tolerance, WindowPass, reconcile
from opsrules.terms import Leg

LEG = Leg.ORDERS_CHARGES
PASSES: tuple[tuple[Any, ...], ...] = (
    (KeyPass("exact"),),
    (KeyPass("spelled", Spelling.NORMALISED),),
    (KeyPass("exact"), KeyPass("patterned", Patterns(right="^S-([0-9]+)$")), WindowPass("days", {"": (0, 2)})),
    (KeyPass("spelled", Spelling.NORMALISED, tolerance=Tolerance(1)), WindowPass("days", {"": (0, 9)}, confirms=True)),
)


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    made = st.builds(
        row,
        ref=st.sampled_from("abcdefgh"),
        key=st.sampled_from(["", "1", "#1", "2", "S-1", "S-2", "3"]),
        amount_minor=st.integers(1, 4),
        on=st.integers(1, 6).map(lambda day: f"2026-10-{day:02d}"),
        excluded=st.sampled_from(["", "", "", "cash"]),
    )
    return side(draw(st.lists(made, max_size=7)))


def legs(left: pd.DataFrame, right: pd.DataFrame, passes: tuple[Any, ...]) -> dict[Leg, LegResult]:
    matching = reconcile(left, right, Spec("acme", LEG, passes))
    return {LEG: LegResult(matching, matching.left_status, matching.right_status)}


def stands(found: dict[Leg, LegResult]) -> dict[Row, tuple[str, frozenset[Row]]]:
    """Status of every row and the rows of its match, one by one."""
    told = [
        (((LEG, name, at)), one)
        for name in ("left", "right")
        for at, one in enumerate(found[LEG].matching.side(name)[1].to_dict("records"))
    ]
    return {
        key: (one["status"], frozenset(k for k, other in told if one["group"] >= 0 and other["group"] == one["group"]))
        for key, one in told
    }


@given(tables(), tables(), st.sampled_from(PASSES), st.sampled_from(PASSES), st.data())
def test_moves_and_counts_are_those_of_sets(
    left: pd.DataFrame, right: pd.DataFrame, old: tuple[Any, ...], new: tuple[Any, ...], data: st.DataObject
) -> None:
    before, after = legs(left, right, old), legs(left, right, new)
    was, would = stands(before), stands(after)
    moves = moves_of(before, after)
    is_open = {one for one, (status, _) in was.items() if status in ("open", "suggested", "ambiguous")}
    assert moves.matched == {one for one in is_open if would[one][0] == "matched"}
    assert moves.suggested == {one for one in is_open if would[one][0] == "suggested" != was[one][0]}
    assert moves.left_out == set()
    assert moves.parted == {
        one for one, (status, mates) in was.items() if status == "matched" and would[one] != ("matched", mates)
    }
    if old is new:
        assert moves.matched | moves.suggested | moves.parted | moves.ambiguous == frozenset()
    rows = sorted(was)
    apart = frozenset(data.draw(st.lists(st.sampled_from(rows), max_size=3))) if rows else frozenset()
    together: tuple[Example, ...] = ()
    if len(left) and len(right):
        one, two = data.draw(st.integers(0, len(left) - 1)), data.draw(st.integers(0, len(right) - 1))
        together = (Example(LEG, (one,), (two,), "f"),)
    got = outcome_of(moves, Truth(together, apart))
    settled = moves.matched | moves.suggested
    pair = {one for example in together for one in example.rows}
    wrong = moves.parted | (apart & settled) | {one for one in pair & settled if not pair <= would[one][1]}
    agree = {one for one in pair & settled if pair <= would[one][1]} - wrong
    assert (got.agree, got.wrong, got.unsaid) == (len(agree), len(wrong), len(settled - agree - wrong))
    assert got.settled == len(settled)
