"""Amounts read all at once are those that a look at each gives, in every style."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from opsrules.money import NumberStyle, parse_minor, readable
from opsrules.readers import figures
from opsrules.readers.figures import minor_by_figures
from opsrules.readers.shapes import shapes_of
from opsrules.readers.styles import COMMA, INDIAN, POINT, SPACE, SPREADSHEET, SWISS

_STYLES = (NumberStyle(), POINT, COMMA, SPACE, SWISS, INDIAN, *SPREADSHEET)
_AMOUNTS = st.decimals(-(10**9), 10**9, places=2)
_TEXTS = st.one_of(
    _AMOUNTS.map(str),
    _AMOUNTS.map(lambda one: f"{one:,.2f}"),
    _AMOUNTS.map(lambda one: f"{one:,.2f}".translate(str.maketrans(",.", ".,"))),
    _AMOUNTS.map(lambda one: f"({abs(one):,.2f})" if one < 0 else f"$ {one:,.2f}"),
    st.integers(-(10**17), 10**17).map(str),
    st.text("0123456789.,-+ '$()€\u2212\u00a0", max_size=9),
    st.sampled_from(["", " ", "12", "1.5", "1.505", "1.500", "-", "--", "12.", ".5", "1,23", "1,234", "12,34,567.8"]),
)


@settings(max_examples=400)
@given(
    st.lists(st.tuples(_TEXTS, st.sampled_from(["EUR", "JPY", "KWD", "CLF", "", "DM"])), min_size=1, max_size=6),
    st.sampled_from(_STYLES),
    st.booleans(),
    st.booleans(),
)
@example([("1,234.50", "EUR"), ("", "EUR"), ("7", "EUR")], POINT, True, False)
@example([("-0.05", "EUR"), ("0", "EUR"), ("-0", "JPY"), ("(0.50)", "EUR")], SPREADSHEET[0], False, False)
@example([("999999999999999", "JPY"), ("1", "JPY")], NumberStyle(), True, True)
def test_they_are_those_that_are_read_one_by_one(
    rows: list[tuple[str, str]], style: NumberStyle, alike: bool, in_minor: bool
) -> None:
    cells = pd.Series([text for text, _ in rows], dtype="str")
    coins = rows[0][1] if alike else pd.Series([coin for _, coin in rows], dtype="str")
    minor, reason = minor_by_figures(cells, coins, style, in_minor)
    expected = parse_minor(cells, coins, style, in_minor)
    assert minor.tolist() == expected[0].tolist()
    assert reason.tolist() == expected[1].tolist()


@pytest.mark.parametrize(
    ("texts", "style", "expected"),
    [
        (["1,234.50", "", "7", "-0.5"], POINT, [123450, 0, 700, -50]),
        (["1.234,50", "-7"], COMMA, [123450, -700]),
        (["1 234,50", "1\u00a0234,50"], SPACE, [123450, 123450]),
        (["$1,234.50", "($7.00)", "-$7.05"], SPREADSHEET[0], [123450, -700, -705]),
        (["12,34,567.89"], INDIAN, [123456789]),
    ],
)
def test_what_exports_hold_needs_no_look_at_each(
    texts: list[str], style: NumberStyle, expected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(figures, "parse_minor")
    assert minor_by_figures(pd.Series(texts, dtype="str"), "EUR", style)[0].tolist() == expected


@given(st.lists(_TEXTS, min_size=1, max_size=6), st.sampled_from(_STYLES))
def test_a_text_is_an_amount_where_its_shape_is_one(texts: list[str], style: NumberStyle) -> None:
    cells = pd.Series(texts, dtype="str")
    shapes = shapes_of(cells)
    assert shapes is not None
    good = readable(shapes.cells.to_pandas(), style)
    assert good[shapes.codes].tolist() == readable(cells, style).tolist()
    assert shapes.counts[good].sum() == readable(cells, style).sum()
