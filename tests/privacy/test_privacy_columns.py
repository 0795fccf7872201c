"""Whole columns and tables are masked as their texts are one by one, at the price of a search."""

from __future__ import annotations

import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secrets_planted import CARDS, IBANS, in_groups

from opsrules.privacy import masked
from opsrules.privacy.columns import SHOWN, Found, mask_column, shown, shown_table
from opsrules.terms import Secret

CARD, IBAN = "4242 4242 4242 4242", "DE89 3704 0044 0532 0130 00"
PARTS = [
    *(number for numbers in CARDS.values() for number in numbers),
    *(in_groups(number, 4, "-") for numbers in CARDS.values() for number in numbers),
    *(in_groups(number, 1, " ") for numbers in CARDS.values() for number in numbers),
    *IBANS,
    *(in_groups(number).lower() for number in IBANS),
    *(
        "jo@example.com",
        "+49 171 2345678",
        "Tel. 1234567",
        "Telefono nr.: (5) 123456",
        "0171/2345678",
        "0049 171 234567",
    ),
    *("(555) 123-4567", "06 12 34 56 78", "555-123-4567", "rufnummer 123456", "tél: 123456"),
    *(" ", "x", "é", "|", "12", "4", "\n", "\0", "****4242", "2026-10-05"),
]
TEXTS = st.lists(st.one_of(st.lists(st.sampled_from(PARTS), max_size=5).map("".join), st.text(max_size=30)), max_size=6)


@given(TEXTS, st.sampled_from([tuple(Secret), SHOWN, (Secret.CARD,)]))
def test_b14_column_is_masked_as_its_texts_are(texts: list[str], kinds: tuple[Secret, ...]) -> None:
    column = pd.Series(texts, index=[f"row {n}" for n in range(len(texts))], dtype="str", name="note")
    got = mask_column(column, kinds).texts
    assert got.tolist() == [masked(text, kinds) for text in texts]
    assert (got.dtype, got.name, got.index.tolist()) == (column.dtype, "note", column.index.tolist())


@pytest.mark.parametrize("part", PARTS)
def test_b14_search_of_a_column_misses_no_secret(part: str) -> None:
    assert mask_column(pd.Series([part], dtype="str")).texts.tolist() == [masked(part)]


def test_b14_secrets_are_counted_by_kind_with_the_first() -> None:
    column = pd.Series(["", CARD, f"{IBAN} {CARD} {CARD}", CARD, "jo@example.com"], dtype="str")
    found = mask_column(column).found
    assert found == {Secret.CARD: Found(4, 1), Secret.IBAN: Found(1, 2), Secret.EMAIL: Found(1, 4)}


def test_column_without_secrets_is_the_same_object() -> None:
    column = pd.Series(["order 1001", "", "1234567890123"], dtype="str")
    masking = mask_column(column)
    assert masking.texts is column
    assert not masking.found


def test_b14_table_is_shown_without_secrets_whatever_its_columns_are() -> None:
    table = pd.DataFrame(
        {
            "id": pd.Series([CARD, "1"], dtype="str"),
            "own": pd.Series([CARD, "2"], dtype="str"),
            "kind": pd.Categorical([CARD, "x"]),
            "any": pd.Series([CARD, 4242424242424242], dtype=object),
            "minor": [4242424242424242, 1],
        }
    )
    got = shown_table(table, exact=("own",))
    assert got["id"].tolist() == ["****4242", "1"]
    assert got["own"].tolist() == [CARD, "2"]
    assert got["kind"].tolist() == ["****4242", "x"]
    assert got["any"].tolist() == ["****4242", 4242424242424242]
    assert got["minor"].tolist() == [4242424242424242, 1]
    assert shown_table(got, exact=("own",)) is got


def test_b14_nested_values_are_shown_without_secrets() -> None:
    assert shown({"a": [CARD, 1, None], CARD: ("x", {"b": IBAN})}) == {
        "a": ["****4242", 1, None],
        "****4242": ("x", {"b": "DE****3000"}),
    }


def test_b14_search_costs_little() -> None:
    words = "the parcel of order {} came late on 2026-10-{:02d}, please check the invoice and refund {}.00"
    column = pd.Series([words.format(n, 1 + n % 28, n % 97) for n in range(200_000)], dtype="str")
    start = time.process_time()
    assert mask_column(column).texts is column
    assert time.process_time() - start < 1  # a fifth of this on a quiet machine
