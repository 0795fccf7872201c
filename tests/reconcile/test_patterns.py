"""Keys compared by what patterns take out of them: the small language, its matches, and what explanations say."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reconcile.sides import row, side

from opsrules.captures import LONGEST, capture_fault, captured
from opsrules.reconcile import KeyPass, Patterns, Spec, Spelling, reconcile

PIECES = st.sampled_from(["SHOP", "-", "[0-9]", "[0-9]+", "[A-Z]{2}", "0*", "A?", "/[0-9]{1,3}", "[0-9A-Z-]+", "[.]"])


@st.composite
def patterns(draw: st.DrawFn) -> str:
    before, inside, behind = ("".join(draw(st.lists(PIECES, min_size=least, max_size=3))) for least in (0, 1, 0))
    return f"^{before}({inside}){behind}$"


@given(patterns(), st.lists(st.text("SHOPA01.-/Ä\n", max_size=12), max_size=6))
def test_what_is_taken_is_what_pythons_own_expressions_take(pattern: str, texts: list[str]) -> None:
    assert capture_fault(pattern) is None
    expected = [(found[1] if (found := re.fullmatch(pattern.strip("^$"), text)) else "") for text in texts]
    assert captured(pa.array(texts, pa.large_string()), pattern).to_pylist() == expected


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("SHOP-([0-9]+)", "begin with ^"),
        ("^SHOP-[0-9]+$", "one group"),
        ("^(.*)$", "one group"),
        ("^(([0-9]+)+)$", "one group"),
        ("^([0-9]+)+$", "one group"),
        ("^([0-9]+)([A-Z])$", "one group"),
        ("^(A|B)$", "one group"),
        ("^([^0-9]+)$", "one group"),
        (r"^(\d+)$", "one group"),
        ("^shop-([0-9]+)$", "capitals"),
        ("^([9-0])$", "cannot be read"),
        ("^([0-9]{3,1})$", "cannot be read"),
        ("^" + "A" * LONGEST + "(1)$", f"at most {LONGEST} signs"),
    ],
)
def test_b25_what_could_be_slow_or_fit_everything_is_no_pattern(pattern: str, told: str) -> None:
    assert told in (capture_fault(pattern) or "")
    with pytest.raises(ValueError, match="right pattern"):
        Patterns(right=pattern)


def test_signs_that_are_left_out_are_separators() -> None:
    with pytest.raises(ValueError, match="got 0A"):
        Patterns(without="-0A")


def test_rows_match_by_what_is_taken_out_of_their_keys() -> None:
    left = side([row("o1", "#1001", 500), row("o2", "#1002", 700), row("o3", "#1003", 900)])
    right = side([row("c1", "shop-01001-a", 500), row("c2", "SHOP-1002-A", 701), row("c3", "1003", 900)])
    passes = (KeyPass("patterned", Patterns(right="^SHOP-0*([1-9][0-9]*)-A$")),)
    got = reconcile(left, right, Spec("acme", "leg", passes))
    assert got.left_status["status"].tolist() == ["matched", "open", "open"]
    assert got.left_status["reason"].tolist() == ["", "differs", "missing"]  # what does not fit takes no part
    told = got.explain_row("left", 0)["conditions"]
    assert {"what": "key", "wanted": "1001", "seen": "1001", "holds": True} in told


def test_what_has_one_key_by_an_earlier_pattern_and_differs_is_one_break() -> None:
    left = side([row("o1", "#1001", 500), row("o2", "#1002", 700)])
    right = side([row("c1", "SHOP-1001", 400), row("c2", "SHOP-1002", 700), row("c3", "SHOP-1002", 700)])
    passes = (KeyPass("patterned", Patterns(right="^SHOP-([0-9]+)$")), KeyPass("last", Spelling.NORMALISED))
    got = reconcile(left, right, Spec("acme", "leg", passes))
    assert got.left_status["reason"].tolist() == ["differs", ""]
    assert got.right_status["reason"].tolist() == ["differs", "", "extra"]


def test_signs_are_left_out_of_both_sides() -> None:
    left, right = side([row("o", "302-1234567-8901234")]), side([row("c", "302 1234567/8901234")])
    got = reconcile(left, right, Spec("acme", "leg", (KeyPass("patterned", Patterns(without="-/")),)))
    assert got.left_status["status"].tolist() == ["matched"]


@given(st.lists(st.sampled_from(["1", "#1", "A-1", "a-1", "A1", "01", ""]), max_size=8), st.data())
def test_a_pattern_that_takes_all_is_the_normal_spelling(keys: list[str], data: st.DataObject) -> None:
    other = data.draw(st.permutations(keys))
    left = side([row(f"l{at}", key) for at, key in enumerate(keys)])
    right = side([row(f"r{at}", key) for at, key in enumerate(other)])
    ways = (Spelling.NORMALISED, Patterns(), Patterns("^([A-Z0-9-]+)$", "^([A-Z0-9-]+)$"))
    found = [reconcile(left, right, Spec("a", "leg", (KeyPass("k", way),))).left_status for way in ways]
    assert all(one.equals(found[0]) for one in found)
