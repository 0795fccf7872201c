"""What is gathered block by block is what joining the blocks gives, whatever their columns hold."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrules.money import NumberStyle, parse_minor
from opsrules.readers.cells import Setting, convert
from opsrules.readers.digits import are_figures, minor_by_digits
from opsrules.readers.gathered import Gathered
from opsrules.readers.in_order import in_order
from opsrules.readers.layout import Column, Kind
from opsrules.readers.reasons import is_clean, no_reasons
from opsrules.signs import beginning, is_filled, one_text, pieces_of, signs_of
from opsrules.terms import RejectReason

TEXTS = st.sampled_from(["", " ", "a", "eur", "charge", "größer", "\u2003x", "\x00", "x" * 300])


def block(texts: list[str], start: int) -> pd.DataFrame:
    size = len(texts)
    at = np.arange(start, start + size)
    days = pd.Series((at * 86_400_000_000).astype("datetime64[us]"))
    return pd.DataFrame(
        {
            "text": pd.Series(texts, dtype="str"),
            "minor": pd.Series(at * 7 - 3, dtype="int64"),
            "flag": pd.Series(at % 2 == 0, dtype="bool"),
            "share": pd.Series(at / 3, dtype="float64"),
            "day": days.where(at % 5 != 0),
            "at": days.dt.tz_localize("UTC").where(at % 7 != 0),
            "count": pd.Series(at, dtype="Int64").where(at % 3 != 0),
        }
    )


@settings(max_examples=60)
@given(st.lists(st.one_of(st.lists(TEXTS, max_size=9), TEXTS.map(lambda text: [text] * 6)), min_size=1, max_size=9))
def test_gathered_is_joined(given_texts: list[list[str]]) -> None:
    starts = np.cumsum([0, *map(len, given_texts)])
    blocks = [block(texts, int(start)) for texts, start in zip(given_texts, starts, strict=False)]
    gathered = Gathered()
    for one in blocks:
        gathered.add(one)
    got = gathered.table()
    pd.testing.assert_frame_equal(got, pd.concat(blocks, ignore_index=True))
    assert isinstance(got.index, pd.RangeIndex)


def test_a_text_that_fills_blocks_is_kept_once() -> None:
    gathered = Gathered()
    for size in (5_000, 9_000, 3_000, 8_000):
        gathered.add(pd.DataFrame({"text": pd.Series(["charge"] * size, dtype="str")}))
    pieces = pieces_of(gathered.table()["text"])
    assert [len(one) for one in pieces] == [5_000, 9_000, 3_000, 8_000]
    assert len({one.buffers()[2].address for one in pieces}) == 2  # the second block was longer than the first


def test_a_block_does_not_change_with_the_table_nor_the_table_with_a_block() -> None:
    first = block(["a", "b"], 0)
    gathered = Gathered()
    gathered.add(first)
    table = gathered.table()
    table.loc[0, "minor"] = 99
    first.loc[1, "minor"] = 77
    assert table["minor"].tolist() == [99, 4]
    assert first["minor"].tolist() == [-3, 77]


def test_results_come_in_the_order_in_which_work_was_given() -> None:
    def slow_at_first(number: int) -> int:
        time.sleep(0.02 if number % 3 == 0 else 0)
        return number * number

    assert list(in_order(slow_at_first, range(20))) == [number * number for number in range(20)]


def test_no_more_is_taken_than_threads_have_work_for() -> None:
    taken = 0

    def numbers() -> Iterator[int]:
        nonlocal taken
        for number in range(50):
            taken += 1
            yield number

    for done, _ in enumerate(in_order(str, numbers()), 1):
        assert taken <= done + 2


def test_the_first_fault_in_order_is_the_one_that_is_raised() -> None:
    second = threading.Event()

    def faulty(number: int) -> int:
        if number == 1:
            second.wait(0.5)  # so that the second of two threads fails before the first
        elif number == 2:
            second.set()
        if number:
            raise ValueError(number)
        return number

    results = in_order(faulty, range(9))
    assert next(results) == 0
    with pytest.raises(ValueError, match="1"):
        next(results)


def test_a_giver_that_fails_is_heard_when_its_turn_comes() -> None:
    def numbers() -> Iterator[int]:
        yield from (1, 2)
        msg = "no more"
        raise OSError(msg)

    got = []
    with pytest.raises(OSError, match="no more"):  # noqa: PT012 - what came before it is the point
        for one in in_order(str, numbers()):
            got.append(one)  # noqa: PERF402
    assert got == ["1", "2"]


@given(st.lists(TEXTS, max_size=6))
def test_one_look_at_the_signs_tells_what_a_look_at_each_text_tells(texts: list[str]) -> None:
    cells = pd.Series(texts, dtype="str")
    assert one_text(cells) == (texts[0] if len(set(texts)) == 1 else None)
    cut = pd.Series(["before", *texts, "behind"], dtype="str").iloc[1:-1]
    assert one_text(cut) == one_text(cells)
    if is_filled(cells):
        assert all(text.strip() for text in texts)
    signs = signs_of(cells)
    if signs is not None:
        widths = {len(text.encode()) for text in texts}
        assert signs.width == (widths.pop() if len(widths) == 1 else 0)


def test_one_text_in_several_pieces_is_one_text() -> None:
    pieces = [pa.array(one, pa.large_string()) for one in (["a", "a"], [], ["a"], ["b"])]
    assert one_text(pa.chunked_array(pieces[:3]).to_pandas()) == "a"
    assert one_text(pa.chunked_array(pieces).to_pandas()) is None
    assert one_text(pd.Series([], dtype="str")) is None


FIGURES = st.one_of(
    st.decimals(-(10**9), 10**9, places=2).map(str),
    st.sampled_from(["1.5", "-.50", ".50", "--1.00", "1-2.00", "-1.0.00", "1..00", "12", "", "-", "1.00-", "+1.00"]),
    st.sampled_from(["1,00", "12345678901234.00", "1234567890123.00", "-1234567890123.99", "١.00", "1.00 ", "x.00"]),
)


@settings(max_examples=300)
@given(st.lists(FIGURES, min_size=1, max_size=4))
def test_amounts_by_digits_are_those_read_one_by_one(texts: list[str]) -> None:
    cells = pd.Series(texts, dtype="str")
    quick = minor_by_digits(cells, ".", 2)
    if quick is not None:
        minor, reason = parse_minor(cells, "EUR", NumberStyle())
        assert quick.tolist() == minor.tolist()
        assert list(reason) == [RejectReason.AMOUNT_MISSING if text == "" else "" for text in texts]
        assert are_figures(cells, ".")


@settings(max_examples=200)
@given(st.lists(st.sampled_from(["", "1.50", "-0.05", "12.34", " ", "1.5"]), min_size=1, max_size=5), st.booleans())
def test_amounts_of_which_some_are_empty_are_those_of_their_shapes(texts: list[str], filled: bool) -> None:
    column, setting = Column("net_minor", "Net", Kind.AMOUNT, filled=filled), Setting(NumberStyle(), "UTC")
    quick = convert(column, "Net", pd.Series(texts, dtype="str"), "EUR", setting)
    slow = convert(column, "Net", pd.Series(texts, dtype="str"), pd.Series(["EUR"] * len(texts), dtype="str"), setting)
    assert quick.values["net_minor"].tolist() == slow.values["net_minor"].tolist()
    assert list(quick.reason) == list(slow.reason)


def test_amounts_of_one_shape_are_read_by_their_digits() -> None:
    cells = pd.Series(["0.05", "-12.50", "1234567890123.99"], dtype="str")
    assert minor_by_digits(cells, ".", 2) is not None
    assert minor_by_digits(cells, ",", 2) is None
    assert minor_by_digits(cells, ".", 3) is None
    assert are_figures(cells, ".")
    assert not are_figures(cells, ",")


def test_reasons_that_are_none_at_all() -> None:
    for size in (0, 1, 4):
        assert is_clean(no_reasons(size))
        assert no_reasons(size).tolist() == [""] * size
    assert not is_clean(np.full(3, "", dtype=object))


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from(["", "--", " --", "\u00a0--", "-1", "\u2014", "\u2013x", "x--", "--x", "ä"]), max_size=5)
)
def test_rows_that_may_begin_with_a_word_are_all_that_do(texts: list[str]) -> None:
    words = ("--", "\u2014")
    rows = beginning(pd.Series(texts, dtype="str"), words).tolist()
    assert rows == sorted(set(rows))
    assert {at for at, text in enumerate(texts) if text.strip().startswith(words)} <= set(rows)
    assert not {at for at in rows if texts[at][:1] in ("", "x")}
