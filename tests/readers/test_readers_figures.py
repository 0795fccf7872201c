"""Amounts read all at once are those that a look at each gives, in every style."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from opsrules.money import CURRENCIES, NumberStyle, parse_minor
from opsrules.readers.figures import minor_by_figures
from opsrules.readers.styles import COMMA, INDIAN, POINT, SPACE, SPREADSHEET, SWISS
from opsrules.terms import RejectReason

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
    st.lists(_TEXTS, min_size=1, max_size=4), st.sampled_from(_STYLES), st.sampled_from(["EUR", "JPY", "KWD", "CLF"])
)
@example(["1,234.50", "", "7"], POINT, "EUR")
@example(["-0.05", "0", "-0"], NumberStyle(), "EUR")
@example(["999999999999999", "1"], NumberStyle(), "JPY")
def test_they_are_those_that_are_read_one_by_one(texts: list[str], style: NumberStyle, currency: str) -> None:
    cells = pd.Series(texts, dtype="str")
    found = minor_by_figures(cells, style, CURRENCIES[currency])
    if found is not None:
        minor, reason = parse_minor(cells, currency, style)
        assert found[0].tolist() == minor.tolist()
        assert found[1].tolist() == (reason == RejectReason.AMOUNT_MISSING).tolist()
        assert set(reason) <= {"", RejectReason.AMOUNT_MISSING}


@pytest.mark.parametrize(
    ("texts", "style"),
    [
        (["1,234.50", "", "7", "-0.5"], POINT),
        (["1.234,50", "-7"], COMMA),
        (["1 234,50", "1\u00a0234,50"], SPACE),
        (["$1,234.50", "($7.00)"], SPREADSHEET[0]),
        (["12,34,567.89"], INDIAN),
    ],
)
def test_what_exports_hold_is_read_so(texts: list[str], style: NumberStyle) -> None:
    assert minor_by_figures(pd.Series(texts, dtype="str"), style, 2) is not None


@pytest.mark.parametrize("text", ["1.505", "x", "1,23", "1.234,50", "12345678901234.00", "-", "1-", "1..0", "."])
def test_what_a_look_at_each_must_tell_is_left_to_it(text: str) -> None:
    assert minor_by_figures(pd.Series(["1.00", text], dtype="str"), POINT, 2) is None
