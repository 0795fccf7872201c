"""Keys are numbered as pandas numbers their texts, whatever the hash does."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrules.reconcile import Spelling, keys, references
from opsrules.reconcile.references import normalise_reference, respelled

texts = st.lists(
    st.one_of(
        st.sampled_from(["", "1", "#1", "1\u00a0", " 1", "a", "A", "ß", "x" * 8, "x" * 9, "x" * 17]),
        st.text(max_size=20),
    ),
    max_size=30,
)


def same_as_pandas(numbers: npt.NDArray[np.int64], values: list[str]) -> bool:
    """Whether two rows have one number exactly where they have one text."""
    told = pd.factorize(pd.Series(values, dtype="str"))[0]
    return pd.factorize(numbers)[0].tolist() == told.tolist()


def keys_of(left: list[str], right: list[str]) -> keys.Keys:
    rows = len(left) + len(right)
    return keys.Keys(pd.Series(left, dtype="str"), pd.Series(right, dtype="str"), np.ones(rows, dtype=bool))


def filled(values: list[str]) -> list[bool]:
    return [value != "" for value in values]


def some(values: list[str]) -> list[str]:
    return [value for value in values if value]


@given(texts, texts)
def test_equal_texts_and_no_others_have_one_number(left: list[str], right: list[str]) -> None:
    found, every = keys_of(left, right), np.arange(len(left) + len(right))
    assert same_as_pandas(found.numbers(Spelling.EXACT, every)[0][filled(left + right)], some(left + right))
    spelled = normalise_reference(pd.Series(left + right, dtype="str")).tolist()
    assert same_as_pandas(found.numbers(Spelling.NORMALISED, every)[0][filled(spelled)], some(spelled))
    assert found.filled(Spelling.NORMALISED).tolist() == [text != "" for text in spelled]


@given(texts, texts, st.sampled_from(Spelling))
def test_pairs_are_the_texts_that_stand_once_on_either_side(
    left: list[str], right: list[str], spelling: Spelling
) -> None:
    pairs = keys_of(left, right).pairs(spelling)
    assert pairs is not None
    if spelling is Spelling.NORMALISED:
        left, right = (normalise_reference(pd.Series(one, dtype="str")).tolist() for one in (left, right))
    told = [
        (at, len(left) + right.index(text))
        for at, text in enumerate(left)
        if text and left.count(text) == 1 and right.count(text) == 1
    ]
    assert list(zip(*(one.tolist() for one in pairs), strict=True)) == told


def test_the_same_text_has_one_number_among_texts_of_one_size_and_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_AT_ONCE", 4)
    for size in range(1, 40):
        left = [f"{at:0{size}d}" for at in range(8)]
        right = [*(one + "x" * (at % 2) for at, one in enumerate(left)), *left]
        numbers, _ = keys_of(left, right).numbers(Spelling.EXACT, np.arange(len(left) + len(right)))
        assert same_as_pandas(numbers, left + right)


@given(texts)
def test_what_may_not_change_does_not(values: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(references, "_AT_ONCE", 4)
        at, new = respelled(pa.array(values, type=pa.large_string()))
    spelled = list(values)
    for place, text in zip(at.tolist(), new.to_pylist(), strict=True):
        spelled[place] = text
    assert spelled == normalise_reference(pd.Series(values, dtype="str")).tolist()


@given(texts)
def test_one_spelling_stays_as_it_is(values: list[str]) -> None:
    once = normalise_reference(pd.Series(values, dtype="str"))
    assert normalise_reference(once).tolist() == once.tolist()


@pytest.mark.parametrize("bits", [0, 1])
def test_texts_that_share_a_hash_are_still_told_apart(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def few(sizes: npt.NDArray[np.int64], _: object) -> npt.NDArray[np.uint64]:
        return (sizes & bits).astype(np.uint64) << np.uint64(63)

    monkeypatch.setattr(keys, "hashed", few)
    left, right = ["a", "b", "cc", "a", "x" * 20 + "a"], ["b", "dd", "", "cc", "x" * 20 + "b"]
    found = keys_of(left, right)
    assert found.pairs(Spelling.EXACT) is None
    numbers, _ = found.numbers(Spelling.EXACT, np.arange(len(left) + len(right)))
    assert same_as_pandas(numbers[filled(left + right)], some(left + right))


def test_words_of_any_length_are_spread() -> None:
    values = [f"{'x' * size}{number}" for size in range(20) for number in range(500)]
    found = keys.Texts.of(pa.array(values, type=pa.large_string()))
    top = keys.hashed(found.sizes, found.words(slice(None))) >> np.uint64(24)
    assert len(set(top.tolist())) == len(set(values))
