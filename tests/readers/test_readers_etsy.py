"""What is particular to Etsy's statements."""

from __future__ import annotations

import re

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from opsrules.readers.etsy_statement import orders_named
from opsrules.readers.processor_lines import day_texts

_WORDS = st.sampled_from(
    ["Order", "ordine", "BESTELLUNG", "Listing", "#", " ", "no. ", "\u0663", "381234", "12", "9", "x", "\n"]
)
_ORDER = re.compile(r"(?:order|bestellung|commande|pedido|ordine|bestelling)\D{0,8}([0-9]{6,})", re.IGNORECASE)


@given(st.lists(st.lists(_WORDS, max_size=7).map("".join), max_size=8))
def test_orders_are_those_that_a_look_at_each_text_finds(texts: list[str]) -> None:
    found = [_ORDER.search(text) for text in texts]
    assert orders_named(pd.Series(texts, dtype="str")).tolist() == [one[1] if one else "" for one in found]


@given(st.lists(st.none() | st.dates().filter(lambda day: day.year >= 1000), max_size=8))
def test_days_are_written_as_the_calendar_has_them(days: list[object]) -> None:
    column = pd.Series(
        [pd.NaT if day is None else pd.Timestamp(str(day)).as_unit("us") for day in days], dtype="datetime64[us]"
    )
    assert day_texts(column).tolist() == ["" if day is None else str(day) for day in days]
