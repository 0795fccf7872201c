"""B10: CSV cells that a spreadsheet would run are quoted; numbers stay numbers."""

from __future__ import annotations

import csv
import io
import unicodedata
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrules.spreadsheet import guarded_csv

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00")


def cells(table: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(guarded_csv(table), newline="")))


@pytest.mark.parametrize(
    "text",
    ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x00=1", "-", '="a",b'],
)
@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_b10_text_that_could_start_a_formula_is_quoted(text: str, dtype: str) -> None:
    table = pd.DataFrame({"note": pd.Series([text, "plain"], dtype=dtype)})
    _, [risky], [plain] = cells(table)
    assert risky.startswith("'")
    assert risky[1:] == text.replace("\r", " ").replace("\x00", " ")
    assert plain == "plain"


def test_b10_numbers_stay_numbers() -> None:
    table = pd.DataFrame(
        {
            "amount_minor": pd.Series([-1250, 3], dtype="int64"),
            "share": [-0.5, 0.25],
            "nullable": pd.Series([-2, None], dtype="Int64"),
            "day": pd.Series([pd.Timestamp("2026-10-01"), pd.NaT]).astype("datetime64[us]"),
            "good": [True, False],
        }
    )
    assert cells(table)[1:] == [["-1250", "-0.5", "-2", "2026-10-01", "True"], ["3", "0.25", "", "", "False"]]


def test_b10_text_beside_numbers_is_guarded_and_the_numbers_stay() -> None:
    table = pd.DataFrame({"mixed": pd.Series(["=1", -5, Decimal("-0.10"), None], dtype=object), "n": range(4)})
    assert [row[0] for row in cells(table)[1:]] == ["'=1", "-5", "-0.10", ""]


def test_b10_a_whole_number_beside_a_missing_one_stays_whole() -> None:
    table = pd.DataFrame({"mixed": pd.Series([2**53 + 1, None], dtype=object), "n": [1, 2]})
    assert [row[0] for row in cells(table)[1:]] == ["9007199254740993", ""]


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_b10_missing_text_is_an_empty_cell(dtype: str) -> None:
    table = pd.DataFrame({"note": pd.Series(["x", None], dtype=dtype), "n": [1, 2]})
    assert cells(table)[1:] == [["x", "1"], ["", "2"]]


def test_b10_column_names_are_guarded_too() -> None:
    assert cells(pd.DataFrame({"=1+1": [1]}))[0] == ["'=1+1"]


def test_text_inside_a_cell_is_kept() -> None:
    table = pd.DataFrame({"note": ['say "a, b"', "two\nlines", "a=b", "Grüße ✓", "1-2"]})
    assert [row[0] for row in cells(table)[1:]] == table["note"].tolist()


def _moves(sign: str) -> bool:
    """Control signs but line end and tab, and what turns or hides text: told by Unicode's own categories."""
    code = ord(sign)
    hidden = 0x200B <= code <= 0x200F or 0x2028 <= code <= 0x202E or 0x2060 <= code <= 0x2069 or code == 0xFEFF
    return (unicodedata.category(sign) == "Cc" and sign not in "\n\t") or hidden


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=6))
def test_b10_no_cell_starts_a_formula_and_nothing_else_changes(texts: list[str]) -> None:
    table = pd.DataFrame({"note": pd.Series(texts, dtype="str"), "n": range(len(texts))})
    rows = cells(table)[1:]
    assert len(rows) == len(texts)
    for text, row in zip(texts, rows, strict=True):
        assert not row[0].startswith(STARTS)
        kept = row[0][1:] if text.startswith(STARTS) else row[0]
        assert kept == "".join(" " if _moves(sign) else sign for sign in text)


def test_the_table_itself_is_not_changed() -> None:
    table = pd.DataFrame({"note": ["=1"]})
    guarded_csv(table)
    assert table["note"].tolist() == ["=1"]
