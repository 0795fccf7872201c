"""Dates moved all at once are the dates that a look at each gives."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrules.readers import dates
from opsrules.readers.layout import Dates
from opsrules.readers.rearranged import is_iso, rearranged

_TIMES = ["", " 12:30", " 12:30:05", " 12:30:05 +0200", " 23:59:59 -1130"]
_SHAPES = ["{b}/{a}/{y}", "{b}.{a}.{y}", "{b}-{a}-{y}", "{y}/{a}/{b}", "{y}.{a}.{b}"]


@given(
    st.lists(st.tuples(st.integers(1000, 2999), st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=6),
    st.sampled_from(_SHAPES),
    st.sampled_from(_TIMES),
    st.booleans(),
)
def test_moving_signs_gives_what_a_look_at_each_text_gives(
    days: list[tuple[int, int, int]], shape: str, time: str, day_first: bool
) -> None:
    texts = pd.Series([shape.format(y=y, a=f"{a:02}", b=f"{b:02}") + time for y, a, b in days], dtype="str")
    moved = rearranged(texts, day_first)
    assert moved is not None
    slow = dates._rewritten(texts, Dates.DAY_FIRST if day_first else Dates.MONTH_FIRST)
    assert moved.tolist() == slow.tolist()


def test_texts_of_several_lengths_or_of_another_shape_are_left_alone() -> None:
    for texts in (
        ["05/11/2026", "5/11/2026"],
        ["2026-11-05"],
        ["05/11/26"],
        ["05/11/2026 1:30 PM"],
        ["05/1x/2026"],
        [],
    ):
        assert rearranged(pd.Series(texts, dtype="str"), day_first=True) is None


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("2026-11-05", 10, True),
        ("2026-11-05", 15, False),
        ("2026-11-05T01:02:03Z", 15, True),
        ("2026/11/05", 10, False),
        ("26-11-05", 8, False),
        ("", 10, False),
    ],
)
def test_what_begins_as_iso(text: str, width: int, expected: bool) -> None:
    assert is_iso(pd.Series([text, text], dtype="str"), width) is expected
