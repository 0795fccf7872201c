"""B17: bank account numbers, e-mail addresses and phone numbers in text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secrets_planted import IBANS, check_digits, in_groups

from opsrules.privacy import masked
from opsrules.privacy.ibans import LENGTHS, is_iban
from opsrules.terms import Secret

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize("number", IBANS)
@pytest.mark.parametrize("between", ["", " ", "-", "\N{NO-BREAK SPACE}"])
def test_b17_account_number_is_masked_in_any_case_and_grouping(number: str, between: str) -> None:
    for written in (in_groups(number, 4, between), in_groups(number, 4, between).lower()):
        left = f"to {number[:2]}****{written[-4:] if not between else number[-4:]}, thanks"
        assert masked(f"to {written}, thanks").upper() == left.upper()


@given(st.sampled_from(sorted(LENGTHS)), st.data())
def test_b17_check_digits_and_length_decide(country: str, data: st.DataObject) -> None:
    size = LENGTHS[country] - 4
    rest = data.draw(st.text(SIGNS, min_size=size, max_size=size))
    right = check_digits(country, rest)
    assert is_iban(country + right + rest)
    other = data.draw(st.integers(2, 98).map(lambda number: f"{number:02d}").filter(lambda digits: digits != right))
    assert not is_iban(country + other + rest)
    assert not is_iban(country + right + rest + "0")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("IBANDE89370400440532013000EUR", "IBANDE****3000EUR"),
        ("IBAN: DE89 3704 0044 0532 0130 00 EUR and more", "IBAN: DE****3000 EUR and more"),
        ("DE89 370400440 532013000", "DE****3000"),
        ("de89370400440532013000/GB29NWBK60161331926819", "DE****3000/GB****6819"),
    ],
)
def test_b17_account_number_among_other_signs(text: str, left: str) -> None:
    assert masked(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "DE88370400440532013000",  # check digits
        "DE8937040044053201300",  # too short
        "DE893704004405320130001",  # longer
        "ZZ89370400440532013000",  # no country
        "order no12 of 3 items that came late",
        "SKU-LT20-2026-BLUE-XXL-0001",
    ],
)
def test_b17_other_texts_are_no_account_numbers(text: str) -> None:
    assert masked(text, (Secret.IBAN,)) == text


@pytest.mark.parametrize(
    "written",
    [
        *("jo@example.com", "Jo.Doe+shop@mail.example.co.uk", "jörg@müller.example", "a_b-c%d@sub.example.museum"),
        *("+49 171 2345678", "+491712345678", "+1 (555) 123-4567", "+44 20 7946 0958", "+1.555.123.4567"),
        *("0049 171 2345678", "Tel. 1234567", "phone: 555 1234567", "Telefon: 030-1234567", "tél 01 23 45 67 89"),
        *("(555) 123-4567", "555-123-4567", "0171/2345678", "0171 2345678", "06 12 34 56 78", "020 7946 0958"),
    ],
)
def test_b17_addresses_and_phone_numbers_are_masked(written: str) -> None:
    got = masked(f"write {written} now")
    assert got in ("write ****@**** now", "write **** now")


@pytest.mark.parametrize(
    "text",
    [
        *("@handle", "price @ 3.50", "a@b", "x@", "EREF+12345678901", "+1.234.567,89", "+12 345 678.90", "+3 pieces"),
        *("order 0012345678901", "1234567890", "20261005-1234", "2026-10-05", "05-10-2026 1234567", "12-12345-12345"),
        *("hotel 1234567", "ref 01041 00001", "0.123456789", "tracking 123-456-78901"),
    ],
)
def test_b17_other_texts_hold_no_contact(text: str) -> None:
    assert masked(text) == text


def test_b17_what_is_needed_stays() -> None:
    text = "mail jo@example.com, phone +49 171 2345678"
    assert masked(text, (Secret.CARD, Secret.IBAN, Secret.PHONE)) == "mail jo@example.com, ****"
