"""How a file writes its amounts is told by all of them together."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrules.money import NumberStyle, parse_minor
from opsrules.readers.layout import Layout
from opsrules.readers.styles import COMMA, INDIAN, POINT, SPACE, SPREADSHEET, SWISS, style_of

LOCAL = Layout(columns=(), style=POINT, local_styles=(COMMA, SPACE, SWISS, *SPREADSHEET))


def minor(*texts: str) -> list[int | str]:
    amounts = pd.Series(list(texts), dtype="str")
    got, reason = parse_minor(amounts, "EUR", style_of([amounts], LOCAL))
    return [str(why) if why else value for value, why in zip(got.tolist(), reason, strict=True)]


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (("1,234.56", "-0.93"), [123456, -93]),
        (("1.234,56", "0,93"), [123456, 93]),
        (("1 234,56", "-12,00"), [123456, -1200]),
        (("1\u202f234,56", "12,00"), [123456, 1200]),
        (("1'234.56", "7.00"), [123456, 700]),
        (("$21.83", "-$0.93", "($25.99)"), [2183, -93, -2599]),
        (("1.234,56 \u20ac", "0,93 \u20ac"), [123456, 93]),
        (("1,234",), [123400]),
        (("12.50", "12,50"), [1250, "amount_unreadable"]),
    ],
)
def test_the_style_that_reads_most_is_taken(texts: tuple[str, ...], wanted: list[int | str]) -> None:
    assert minor(*texts) == wanted


def grouped(value: Decimal, style: NumberStyle) -> str:
    whole, part = f"{abs(value):,.2f}".split(".")
    return ("-" if value < 0 else "") + whole.replace(",", style.grouping) + style.decimal + part


@given(
    st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1),
    st.sampled_from([POINT, COMMA, SPACE, SWISS]),
)
def test_amounts_come_back_from_every_style(values: list[Decimal], style: NumberStyle) -> None:
    assert minor(*(grouped(value, style) for value in values)) == [int(value * 100) for value in values]


def test_whole_minor_units_are_read_as_they_stand() -> None:
    got, reason = parse_minor(
        pd.Series(["100", "45.0", "-7", "1.5", "x", ""]), pd.Series(["JPY", *["KWD"] * 5]), in_minor=True
    )
    assert got.tolist() == [100, 45, -7, 0, 0, 0]
    assert [str(one) for one in reason] == ["", "", "", "amount_decimals", "amount_unreadable", "amount_missing"]
    assert str(parse_minor(pd.Series(["1"]), "QQQ", in_minor=True)[1][0]) == "currency_unknown"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("12,34,567.89", 123456789),
        ("1,00,000.00", 10000000),
        ("-1,694.07", -169407),
        ("1,234,567.00", 123456700),
        ("12,34,56.78", "amount_unreadable"),
        ("1,00", "amount_unreadable"),
        ("123,45,678.00", "amount_unreadable"),
    ],
)
def test_lakhs_and_crores(text: str, wanted: int | str) -> None:
    got, reason = parse_minor(pd.Series([text], dtype="str"), "INR", INDIAN)
    assert (str(reason[0]) or int(got[0])) == wanted
