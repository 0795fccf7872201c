"""Columns worked out by their distinct texts are those worked out text by text."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from opsrules.readers.lookup import chosen, each_flag, each_number, or_else
from opsrules.readers.paypal.codes import each_way
from opsrules.signs import blank

TEXTS = st.lists(st.sampled_from(["", " ", "\t", "\u00a0", "a", " a", "b ", "\u00e9", "\x7f", "\x1c"]), max_size=6)


def column(texts: list[str]) -> pd.Series[str]:
    return pd.Series(texts, dtype="str", index=range(5, 5 + len(texts)))


@given(TEXTS)
def test_flags_and_numbers(texts: list[str]) -> None:
    assert each_flag(column(texts), str.isalpha).tolist() == [text.isalpha() for text in texts]
    assert each_number(column(texts), len).tolist() == [len(text) for text in texts]
    assert blank(column(texts)).tolist() == [not text.strip() for text in texts]


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(["", "a", "\u00e9"]), st.sampled_from([" ", "b"])), max_size=6)
)
def test_one_column_or_another(rows: list[tuple[bool, str, str]]) -> None:
    mask = pd.Series([flag for flag, _, _ in rows], dtype=bool)
    then, other = column([one for _, one, _ in rows]), column([one for _, _, one in rows])
    got = chosen(mask, then, other)
    assert got.tolist() == [one if flag else two for flag, one, two in rows]
    assert got.index.tolist() == list(range(len(rows)))
    assert chosen(mask, "x", other).tolist() == ["x" if flag else two for flag, _, two in rows]
    assert chosen(mask, then, "").tolist() == [one if flag else "" for flag, one, _ in rows]
    assert or_else(then, other).tolist() == [one if one.strip() else two for _, one, two in rows]
    assert str(got.dtype) == "str"


@given(st.lists(st.tuples(st.sampled_from(["T1", "T2", ""]), st.integers(-(10**12), 10**12)), max_size=6))
def test_each_text_and_the_way_its_money_goes(rows: list[tuple[str, int]]) -> None:
    texts, gross = column([text for text, _ in rows]), pd.Series([amount for _, amount in rows], dtype="int64")
    got = each_way(texts, gross, lambda text, way: f"{text}{way}")
    assert got.tolist() == [f"{text}{(amount > 0) - (amount < 0)}" for text, amount in rows]
