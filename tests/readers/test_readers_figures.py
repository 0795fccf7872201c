"""Amounts read all at once are those that a look at each gives, in every style."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from opsrules.money import CURRENCIES, NumberStyle, parse_minor, readable
from opsrules.readers.cells import Setting, convert
from opsrules.readers.coins import Coins
from opsrules.readers.figures import are_written, minor_by_figures
from opsrules.readers.layout import Column, Kind
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


_COINS = st.sampled_from(["EUR", "JPY", "KWD", "CLF"])


@settings(max_examples=400)
@given(st.lists(st.tuples(_TEXTS, _COINS), min_size=1, max_size=4), st.sampled_from(_STYLES))
@example([("1,234.50", "EUR"), ("", "EUR"), ("7", "EUR")], POINT)
@example([("-0.05", "EUR"), ("0", "JPY"), ("-0", "EUR")], NumberStyle())
@example([("999999999999999", "JPY"), ("1", "EUR")], NumberStyle())
@example([("1,234.5", "EUR"), ("1,23", "EUR"), ("1.234,567", "KWD"), (",123", "EUR")], POINT)
def test_they_are_those_that_are_read_one_by_one(rows: list[tuple[str, str]], style: NumberStyle) -> None:
    cells, coins = (pd.Series(column, dtype="str") for column in zip(*rows, strict=True))
    found = minor_by_figures(cells, style, coins.map(CURRENCIES).to_numpy(dtype="int64"))
    assert found is not None
    minor, reason = parse_minor(cells, coins, style)
    read = ~found.unread
    assert found.minor[read].tolist() == minor[read].tolist()
    assert found.blank[read].tolist() == (reason[read] == RejectReason.AMOUNT_MISSING).tolist()
    assert set(reason[read]) <= {"", RejectReason.AMOUNT_MISSING}
    assert not found.minor[found.unread].any()


@settings(max_examples=400)
@given(st.lists(_TEXTS, min_size=1, max_size=3), st.sampled_from(_STYLES))
@example(["1,234.50", "", "7"], POINT)
@example(["1,234", "-12.5", "1,2345"], POINT)
def test_whether_all_are_in_a_style_is_what_a_look_at_each_says(texts: list[str], style: NumberStyle) -> None:
    cells = pd.Series(texts, dtype="str")
    said = are_written(cells, style)
    filled = cells[cells.str.strip() != ""]
    assert said is None or said == readable(filled, style).all()


@settings(max_examples=200)
@given(st.lists(st.tuples(_TEXTS, _COINS | st.sampled_from(["", "QQQ"])), max_size=5), st.booleans())
def test_a_column_in_several_currencies_is_read_as_one_by_one(rows: list[tuple[str, str]], in_minor: bool) -> None:
    cells = pd.Series([text for text, _ in rows], dtype="str")
    coins = pd.Series([coin for _, coin in rows], dtype="str")
    column = Column("amount", "Amount", Kind.AMOUNT, filled=True, minor=in_minor)
    got = convert(column, "Amount", cells, Coins.of(coins), Setting(POINT, "UTC"))
    minor, reason = parse_minor(cells, coins, POINT, in_minor)
    assert got.values["amount"].tolist() == minor.tolist()
    assert got.reason.tolist() == reason.tolist()


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
    found = minor_by_figures(pd.Series(texts, dtype="str"), style, 2)
    assert found is not None
    assert not found.unread.any()


@pytest.mark.parametrize("text", ["1.505", "x", "1,23", "1.234,50", "12345678901234.00", "-", "1-", "1..0", "."])
def test_what_a_look_at_each_must_tell_is_left_to_it(text: str) -> None:
    found = minor_by_figures(pd.Series(["1.00", text, "2"], dtype="str"), POINT, 2)
    assert found is not None
    assert found.unread.tolist() == [False, True, False]
    assert found.minor.tolist() == [100, 0, 200]
