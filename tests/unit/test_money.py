"""Amounts, against decimal.Decimal as an independent reading of the same text."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrules.money import (
    CURRENCIES,
    NumberStyle,
    exponent,
    format_amount,
    format_minor,
    half_even,
    is_currency,
    parse_minor,
    total_minor,
)

GERMAN = NumberStyle(decimal=",", grouping=".")
ENGLISH = NumberStyle(grouping=",")
SWISS = NumberStyle(grouping="'")
FRENCH = NumberStyle(decimal=",", grouping=" ")


def one(text: str | None, currency: str = "EUR", style: NumberStyle | None = None) -> int | str:
    """Minor units of one amount, or the reason why it has none."""
    minor, reason = parse_minor(pd.Series([text], dtype="str"), currency, style)
    assert minor.dtype == np.int64
    if reason[0]:
        assert minor[0] == 0
        return str(reason[0])
    return int(minor[0])


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("0", "EUR", 0),
        ("12.5", "EUR", 1250),
        ("12.50", "EUR", 1250),
        ("12.500", "EUR", 1250),  # zeros beyond the currency's decimals say nothing
        ("-0.01", "EUR", -1),
        ("+3", "EUR", 300),
        ("007", "EUR", 700),
        ("  1.00\t", "EUR", 100),
        ("10", "JPY", 10),
        ("10.00", "JPY", 10),
        ("1.234", "KWD", 1234),
        ("1.2345", "CLF", 12345),
        ("9007199254740.93", "EUR", 900719925474093),
    ],
)
def test_amounts_by_hand(text: str, currency: str, expected: int) -> None:
    assert one(text, currency) == expected


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [
        ("1.234,56", GERMAN, 123456),
        ("1234,56", GERMAN, 123456),
        ("1,234.56", ENGLISH, 123456),
        ("1'234.56", SWISS, 123456),
        ("1 234,56", FRENCH, 123456),
        ("1\u00a0234,56", FRENCH, 123456),
        ("1\u202f234,56", FRENCH, 123456),
        # Another locale's spelling is not guessed.
        ("1.234,56", ENGLISH, "amount_unreadable"),
        ("1,234.56", GERMAN, "amount_unreadable"),
        ("1'234.56", ENGLISH, "amount_unreadable"),
        ("1,234.56", None, "amount_unreadable"),
        ("1.234,56", None, "amount_unreadable"),
        ("12,34.56", ENGLISH, "amount_unreadable"),
        ("1,2345.00", ENGLISH, "amount_unreadable"),
        (",123.00", ENGLISH, "amount_unreadable"),
        ("1.234", GERMAN, 123400),
        ("1,5", ENGLISH, "amount_unreadable"),
    ],
)
def test_a22_the_formats_own_locale_or_nothing(text: str, style: NumberStyle | None, expected: int | str) -> None:
    assert one(text, "EUR", style) == expected


@pytest.mark.parametrize(
    "text", ["12E3", "1e2", "1E-2", "0x10", "1_000", "١٢", "12..5", "1-2", "--1", "1.", ".5", "EUR"]
)
def test_a23_powers_of_ten_and_other_spellings_are_no_amounts(text: str) -> None:
    assert one(text) == "amount_unreadable"


@pytest.mark.parametrize("text", ["NaN", "nan", "inf", "-Infinity", "NA", "null", "None", "n/a", "#N/A"])
def test_a26_not_a_number_is_not_an_amount(text: str) -> None:
    assert one(text) == "amount_unreadable"


@pytest.mark.parametrize("text", [None, "", "   ", "\t"])
def test_a26_a_blank_amount_is_missing_and_not_zero(text: str | None) -> None:
    assert one(text) == "amount_missing"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9" * 400, "amount_range"),
        ("9223372036854775808", "amount_range"),
        ("92233720368547758.08", "amount_range"),
        ("10000000000000.00", "amount_range"),  # 16 digits of minor units
        ("90071992547409.93", "amount_range"),  # a float would read .94
        ("9999999999999.99", 999_999_999_999_999),
        ("0" * 300 + "1", 100),
        ("1." + "0" * 300, 100),
    ],
)
def test_a24_beyond_the_range_is_refused_not_wrapped(text: str, expected: int | str) -> None:
    assert one(text) == expected


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("10.50", "JPY", "amount_decimals"),
        ("1.2345", "KWD", "amount_decimals"),
        ("0.001", "EUR", "amount_decimals"),
        ("1.00", "XXQ", "currency_unknown"),
        ("1.00", "eur", "currency_unknown"),
        ("1.00", "", "currency_unknown"),
    ],
)
def test_a25_decimals_and_currencies_that_do_not_exist(text: str, currency: str, expected: str) -> None:
    assert one(text, currency) == expected


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [
        ("(1.00)", NumberStyle(parentheses=True), -100),
        ("1.00-", NumberStyle(trailing_sign=True), -100),
        ("1.00+", NumberStyle(trailing_sign=True), 100),
        ("−1.00", NumberStyle(typographic_minus=True), -100),
        ("$1.00", NumberStyle(symbols=("$",)), 100),
        ("-$1.00", NumberStyle(symbols=("$",)), -100),
        ("1.00 EUR", NumberStyle(symbols=("EUR",)), 100),
        ("300,", NumberStyle(decimal=",", open_fraction=True), 30000),
        # What a style does not allow is not guessed.
        ("(1.00)", None, "amount_unreadable"),
        ("1.00-", None, "amount_unreadable"),
        ("−1.00", None, "amount_unreadable"),
        ("$1.00", None, "amount_unreadable"),
        ("300.", None, "amount_unreadable"),
        ("(-1.00)", NumberStyle(parentheses=True), "amount_unreadable"),
        ("-1.00-", NumberStyle(trailing_sign=True), "amount_unreadable"),
    ],
)
def test_a28_signs_are_the_formats_own(text: str, style: NumberStyle | None, expected: int | str) -> None:
    assert one(text, "EUR", style) == expected


AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12)
PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


@given(
    st.lists(st.text("0123456789.,-+ eE'()$", max_size=14), min_size=1, max_size=6), st.sampled_from(sorted(CURRENCIES))
)
def test_any_text_is_read_as_decimal_reads_it_or_refused(texts: list[str], currency: str) -> None:
    minor, reason = parse_minor(pd.Series(texts, dtype="str"), currency)
    places = CURRENCIES[currency]
    for text, units, why in zip(texts, minor.tolist(), reason.tolist(), strict=True):
        plain = text.strip(" ")
        if not plain:
            assert why == "amount_missing"
        elif not PLAIN.fullmatch(plain):
            assert why == "amount_unreadable"
        else:
            exact = Decimal(plain).scaleb(places)
            if exact != exact.to_integral_value():
                assert why in ("amount_decimals", "amount_range")
            elif abs(exact) >= 10**15:
                assert why == "amount_range"
            else:
                assert (units, why) == (int(exact), "")


@given(st.lists(st.tuples(AMOUNTS, st.sampled_from(["EUR", "JPY", "KWD", "XXQ"])), min_size=1, max_size=8))
def test_each_row_has_its_own_currency(pairs: list[tuple[Decimal, str]]) -> None:
    texts = pd.Series([f"{amount:f}" for amount, _ in pairs], dtype="str")
    minor, reason = parse_minor(texts, pd.Series([currency for _, currency in pairs], dtype="str"))
    for position, (amount, currency) in enumerate(pairs):
        alone = one(f"{amount:f}", currency)
        assert (str(reason[position]) or int(minor[position])) == alone


@given(
    AMOUNTS,
    st.sampled_from([(GERMAN, "{:,.2f}", ",.", ".,"), (ENGLISH, "{:,.2f}", "", ""), (SWISS, "{:,.2f}", ",", "'")]),
)
def test_grouped_and_plain_spellings_agree(amount: Decimal, spelling: tuple[NumberStyle, str, str, str]) -> None:
    style, pattern, signs, written = spelling
    text = pattern.format(amount).translate(str.maketrans(signs, written))
    assert one(text, "EUR", style) == int(amount * 100)


def test_rows_keep_their_order_and_an_empty_column_is_empty() -> None:
    minor, reason = parse_minor(pd.Series(["1", "x", "3"]), "JPY")
    assert (minor.tolist(), [str(why) for why in reason]) == ([1, 0, 3], ["", "amount_unreadable", ""])
    minor, reason = parse_minor(pd.Series([], dtype="str"), "JPY")
    assert (len(minor), len(reason)) == (0, 0)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=3))
def test_half_even_is_decimals_own(value: Decimal) -> None:
    assert half_even(value) == value.to_integral_value(ROUND_HALF_EVEN)


@given(st.lists(st.integers(-(10**15), 10**15), max_size=50))
def test_sums_are_exact(values: list[int]) -> None:
    assert total_minor(pd.Series(values, dtype="int64")) == sum(values)


def test_a24_a_sum_that_leaves_64_bits_is_refused() -> None:
    with pytest.raises(OverflowError):
        total_minor(pd.Series([2**61, 2**61, 2**61], dtype="int64"))


@pytest.mark.parametrize(
    ("minor", "currency", "figure"),
    [
        (0, "EUR", "0.00"),
        (5, "EUR", "0.05"),
        (-5, "EUR", "−0.05"),
        (123456789, "EUR", "1,234,567.89"),
        (1234, "JPY", "1,234"),
        (-1234, "KWD", "−1.234"),
        (10**18, "EUR", "10,000,000,000,000,000.00"),
    ],
)
def test_figures_as_pages_write_them(minor: int, currency: str, figure: str) -> None:
    assert format_minor(minor, currency) == figure
    assert format_amount(minor, currency) == f"{currency}\u00a0{figure}"


@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(CURRENCIES)))
def test_a_written_figure_reads_back(minor: int, currency: str) -> None:
    style = NumberStyle(grouping=",", typographic_minus=True)
    read = one(format_minor(minor, currency), currency, style)
    assert read == (minor if abs(minor) < 10**15 else "amount_range")


def test_currencies_are_iso_codes_with_their_decimals() -> None:
    assert {exponent(code) for code in ("JPY", "KRW", "CLP")} == {0}
    assert {exponent(code) for code in ("EUR", "USD", "GBP", "CHF")} == {2}
    assert {exponent(code) for code in ("KWD", "BHD", "TND")} == {3}
    assert all(re.fullmatch("[A-Z]{3}", code) for code in CURRENCIES)
    assert not is_currency("eur")
    with pytest.raises(KeyError):
        exponent("XXQ")
