"""B14, B15: card numbers in text are found however they are written, and other numbers are left alone."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secrets_planted import CARDS, in_groups, issued, luhn

from opsrules.privacy import mask, masked, truncated
from opsrules.privacy.cards import brand_of
from opsrules.terms import Secret

NUMBERS = [(brand, number) for brand, numbers in CARDS.items() for number in numbers]
WAYS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "spaced": in_groups,
    "dashed": lambda number: in_groups(number, between="-"),
    "dotted": lambda number: in_groups(number, between="."),
    "long dashes": lambda number: in_groups(number, between=" \N{EN DASH} "),
    "narrow blanks": lambda number: in_groups(number, between="\N{NARROW NO-BREAK SPACE}"),
    "hidden signs": lambda number: in_groups(number, between="\N{ZERO WIDTH SPACE}"),
    "as on the card": lambda number: f"{number[:4]} {number[4:10]} {number[10:]}",
    "halves": lambda number: f"{number[:8]} {number[8:]}",
    "each digit": lambda number: in_groups(number, 1),
    "pairs": lambda number: in_groups(number, 2),
}


@pytest.mark.parametrize(("brand", "number"), NUMBERS)
@pytest.mark.parametrize("way", WAYS)
def test_b14_card_number_of_every_brand_is_masked_however_it_is_written(brand: str, number: str, way: str) -> None:
    assert brand_of(number) == brand
    text = f"paid with {WAYS[way](number)}, thanks"
    assert masked(text) == f"paid with ****{number[-4:]}, thanks"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("4242424242424242", "****4242"),
        ("**4242424242424242**", "******4242**"),
        ("#4242-4242-4242-4242", "#****4242"),
        ("KARTE4242424242424242EUR", "KARTE****4242EUR"),
        ("4242 4242 4242 4242 12/27 123", "****4242 12/27 123"),
        ("ref 12345 4242 4242 4242 4242", "ref 12345 ****4242"),
        ("5555 5555 5555 4444 4242 4242 4242 4242", "****4444 ****4242"),
        ("4242424242424242,378282246310005", "****4242,****0005"),
        ("4242424242424242.0", "****4242.0"),
        (";4242424242424242=2712101", ";****4242=2712101"),
        ("4242\n4242\n4242\n4242", "****4242"),
    ],
)
def test_b14_card_number_among_other_signs(text: str, left: str) -> None:
    assert masked(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424243",  # check digit
        "9999999999999995",  # right check digit, no brand
        "424242424242424",  # length
        "42424242424242424242",  # 20 digits whose first 16 are a card
        "94001118992233975623",  # parcel, 20 digits
        "1Z999AA10123456784",
        "00340434161094042557",
        "2026-10-05 12:30:45.123456 +02:00",
        "05.10.2026 05.10.2026 05.10.2026",
        "EUR 1,234,567.89 less 12 345 678.90",
        "+1.234.567,89",
        "4.123456789012345",
        "order 1001 of 2026-10-05, 3 items, total 4012.00",
        "114-1234567-1234567",
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "ch_3MmlLrLkdIwHu7ix0snN0B15",
        "****4242 **** 4242",
        "XXXX XXXX XXXX 4242",
    ],
)
def test_b15_other_numbers_are_left_alone(text: str) -> None:
    assert masked(text) == text


@given(st.text("0123456789", min_size=12, max_size=21))
def test_b15_digits_are_a_card_number_only_by_length_range_and_check_digit(number: str) -> None:
    is_card = 13 <= len(number) <= 19 and issued(number) and luhn(number)
    assert masked(f"id {number}.") == (f"id ****{number[-4:]}." if is_card else f"id {number}.")


@given(st.sampled_from([prefix for numbers in CARDS.values() for prefix in (one[:4] for one in numbers)]), st.data())
def test_b14_any_number_in_a_range_with_its_check_digit_is_masked(prefix: str, data: st.DataObject) -> None:
    size = data.draw(st.sampled_from([one for one in range(13, 20) if issued(prefix + "0" * (one - 4))]))
    body = prefix + data.draw(st.text("0123456789", min_size=size - 5, max_size=size - 5))
    number = next(body + digit for digit in "0123456789" if luhn(body + digit))
    assert masked(in_groups(number)) == truncated(number)


def test_b15_few_of_many_ids_pass_the_strict_test() -> None:
    dice = random.Random(20261122)
    ids = [str(dice.randrange(10**15, 10**16)) for _ in range(5000)]
    strict = sum(masked(one) != one for one in ids)
    assert sum(map(luhn, ids)) > 400
    assert strict == sum(luhn(one) and issued(one) for one in ids) < 200


PIECES = st.sampled_from(
    [number for _, number in NUMBERS] + ["4242", "****4242", " ", "-", "5", "12", "x", ".", "+49 "]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_b14_masking_twice_is_masking_once(text: str) -> None:
    once, found = mask(text)
    assert masked(once) == once
    assert bool(found) == (once != text)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_b14_one_truncation_everywhere(text: str) -> None:
    once, found = mask(text, (Secret.CARD,))
    assert len(re.findall(r"\*{4}[0-9]{4}", once)) >= found.get(Secret.CARD, 0)
    assert not any(luhn(run) and issued(run) for run in re.findall(r"[0-9]+", once) if 13 <= len(run) <= 19)


def test_b14_long_text_takes_linear_time() -> None:
    text = "4242 " * 30_000 + "1" * 100_000 + "-1" * 30_000
    assert masked(text).count("****4242") == 7_500
