"""Every cascade gives what plain loops over the rows give."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from reconcile.examples import MANY
from reconcile.oracle import SIDES, answers
from reconcile.sides import row, side

from opsrules.reconcile import (
    KeyPass,
    Matching,
    NearPass,
    Patterns,
    Spec,
    Spelling,
    SumPass,
    Tolerance,
    WindowPass,
    reconcile,
)

TAGS = ("", "stripe")
tolerances = st.builds(Tolerance, st.sampled_from([0, 0, 1, 100, 5_000]), st.sampled_from(["", "EUR"]))
spans = st.tuples(st.integers(-3, 2), st.integers(0, 4)).map(lambda two: (min(two), max(two)))
windows = st.dictionaries(st.sampled_from(TAGS), spans)
spellings = (
    *Spelling,
    Patterns(right="^S-([0-9A-Z]+)$"),
    Patterns("^0*([1-9])$", "^[S-]*0*([1-9])$"),
    Patterns(without="-"),
)
keyed = st.builds(
    KeyPass,
    rule=st.just("key"),
    spelling=st.sampled_from(spellings),
    many=st.booleans(),
    tolerance=tolerances,
    days=st.none() | spans,
)
keyless = st.one_of(
    st.builds(WindowPass, rule=st.just("window"), days=windows, tolerance=tolerances, confirms=st.booleans()),
    st.builds(SumPass, rule=st.just("sum"), two_on=st.sampled_from(SIDES), days=windows),
    st.builds(NearPass, rule=st.just("near"), days=windows, most_apart=st.integers(1, 4)),
)
passes = st.lists(keyed | keyless, max_size=6).map(tuple)


@st.composite
def rows(draw: st.DrawFn) -> pd.DataFrame:
    drawn = draw(
        st.lists(
            st.builds(
                row,
                ref=st.sampled_from("abcd"),
                key=st.sampled_from(
                    ["", "1", "1", "#1", "1\u00a0", "2", "a", "A", "#", "ü", "S-1", "s-01", "S-A", "-"]
                ),
                amount_minor=st.sampled_from([100, 100, 200, 300, 101, 1_000, 10_000, -100, 0, 400]),
                on=st.integers(1, 4).map(lambda day: f"2026-10-{day:02d}"),
                currency=st.sampled_from(["EUR", "EUR", "JPY"]),
                tag=st.sampled_from(TAGS),
                excluded=st.sampled_from(["", "", "", "", "cash"]),
            ),
            max_size=8,
        )
    )
    return side(drawn)


def found(matching: Matching) -> list[tuple[str, int, str, str, Any]]:
    """As the oracle tells it."""
    places = [
        (name, position, one)
        for name in SIDES
        for position, one in enumerate(
            matching.side(name)[1].astype({"status": "str", "reason": "str"}).to_dict("records")
        )
    ]
    together: dict[tuple[int, int], set[tuple[str, int]]] = {}
    for name, position, one in places:
        together.setdefault(_where(one), set()).add((name, position))
    return [
        (
            name,
            position,
            one["status"],
            one["reason"],
            frozenset(together[_where(one)] if one["status"] != "excluded" else ()),
        )
        for name, position, one in places
    ]


def _where(one: dict[Any, Any]) -> tuple[int, int]:
    """Group of a row, else its break."""
    return one["group"], -1 if one["group"] >= 0 else one["pair"]


@MANY
@given(rows(), rows(), passes)
def test_the_cascade_gives_what_plain_loops_give(left: pd.DataFrame, right: pd.DataFrame, spec: Any) -> None:
    named = tuple(_named(one, at) for at, one in enumerate(spec))
    asked = Spec("acme", "leg", named)
    assert found(reconcile(left, right, asked)) == answers(left, right, asked)


def _named(one: Any, at: int) -> Any:
    return type(one)(**{**one.__dict__, "rule": f"{one.rule}_{at}"})
