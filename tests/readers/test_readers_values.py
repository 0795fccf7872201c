"""The catalogue's cases of single cells (A22-A31), for every table format alike.

Each puts several copies of the fixture's last record below it, with one other cell each.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from table_cases import CASES, DECLARED, Case, clean, reasons, unguarded, written

from opsrules.readers.layout import Column, Kind
from opsrules.readers.model import Read

# Columns that come out sign for sign under the same name.
IDS = {"order_id", "shop_id", "sku", "title", "line_id", "payout_id", "payment_id", "reference", "text", "country"}


def ids(case: Case) -> list[Column]:
    return [one for one in case.columns(Kind.TEXT, Kind.KEY) if one.target in IDS]


BARE = [unguarded(case) for case in CASES]
each = pytest.mark.parametrize("case", BARE, ids=str)
WITH_AMOUNTS = [one for one in BARE if one.columns(Kind.AMOUNT)]
ONE_STYLE = [one for one in WITH_AMOUNTS if not one.layout.local_styles]
each_of_one_style = pytest.mark.parametrize("case", ONE_STYLE, ids=str)
each_with_currency = pytest.mark.parametrize("case", [one for one in BARE if one.columns(Kind.CURRENCY)], ids=str)
each_with_clock = pytest.mark.parametrize(
    "case",
    # Where the time stands in a column of its own, a cell of the date's cannot hold both.
    [one for one in BARE if one.columns(Kind.INSTANT) and not one.parted and "time" not in one.layout.named()],
    ids=str,
)
each_with_ids = pytest.mark.parametrize("case", [one for one in BARE if ids(one)], ids=str)


def read_copies(case: Case, folder: Path, edits: Sequence[dict[Column, str]]) -> tuple[Read, int]:
    """Read the fixture and a copy of its last record for each edit; also the line of the first copy."""
    rows = case.rows
    copies = []
    for edit in edits:
        copy = list(rows[-1])
        for column, value in edit.items():
            copy[case.position(column)] = value
        copies.append(copy)
    text = written([*rows, *copies], case.delimiter)
    got = case.read(folder, text)
    first = text.count("\n") - len(copies) + 1
    for name, table in clean(case).tables.items():
        now = got.tables[name]
        pd.testing.assert_frame_equal(now[now["source_line"] < first].reset_index(drop=True), table)
    return got, first


def faults(case: Case, folder: Path, column: Column, cells: Sequence[str]) -> dict[str, str]:
    """Reason for which a record with that cell is rejected, by cell; "" for one that is not."""
    got, first = read_copies(case, folder, [{column: value} for value in cells])
    found = dict(reasons(got))
    return {value: found.get(first + n, "") for n, value in enumerate(cells)}


def row_of(got: Read, line: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for table in got.tables.values():
        for one in table[table["source_line"] == line].to_dict("records"):
            row |= {str(key): value for key, value in one.items()}
    return row


def localised(case: Case, amount: str) -> str:
    return amount.replace(".", ",") if case.fixture == "debit_credit" else amount


@each_of_one_style
def test_a22_groups_and_decimal_signs(case: Case, tmp_path: Path) -> None:
    spellings = ["1.234,56", "1,234.56", "1'234.56", "1 234.56", "1.2.3", "12,34,56.78"]
    own = {"signed": "1,234.56", "debit_credit": "1.234,56"}.get(case.fixture, "")
    for column in case.columns(Kind.AMOUNT)[:2]:
        found = faults(case, tmp_path, column, [one for one in spellings if one != own])
        assert set(found.values()) == {"amount_unreadable"}
    if own:
        column = case.columns(Kind.AMOUNT)[0]
        got, first = read_copies(case, tmp_path, [{column: own}])
        assert abs(row_of(got, first)["amount_minor"]) == 123456


@each_of_one_style
def test_a22_one_other_decimal_sign_in_a_file_changes_no_other_row(case: Case, tmp_path: Path) -> None:
    other = {",": ".", ".": ","}[case.layout.style.decimal]
    found = faults(case, tmp_path, case.columns(Kind.AMOUNT)[0], [f"12{other}5", f"7{other}123456"])
    assert set(found.values()) == {"amount_unreadable"}


@each_with_ids
def test_a23_a_number_with_e_is_text_as_an_id_and_no_amount(case: Case, tmp_path: Path) -> None:
    got, first = read_copies(case, tmp_path, [dict.fromkeys(ids(case), "12E3")])
    assert {row_of(got, first)[one.target] for one in ids(case)} == {"12E3"}
    for column in case.columns(Kind.AMOUNT):
        assert faults(case, tmp_path, column, ["12E3"]) == {"12E3": "amount_unreadable"}


@each
def test_a24_beyond_64_bits(case: Case, tmp_path: Path) -> None:
    cells = [localised(case, one) for one in ("9223372036854775808", "90000000000000000.00", "9" * 400)]
    for column in case.columns(Kind.AMOUNT):
        assert set(faults(case, tmp_path, column, cells).values()) == {"amount_range"}
        assert set(faults(case, tmp_path, column, ["1e400", "inf"]).values()) == {"amount_unreadable"}


@each_with_currency
def test_a25_decimals_of_the_currency(case: Case, tmp_path: Path) -> None:
    coin, amount = case.columns(Kind.CURRENCY)[0], case.columns(Kind.AMOUNT)[0]
    cells = [("JPY", "10.50"), ("KWD", "1.2345"), ("XXQ", "10.00"), ("euro", "10.00"), ("", "10.00")]
    got, first = read_copies(case, tmp_path, [{coin: code, amount: localised(case, value)} for code, value in cells])
    assert reasons(got) == [
        (first, "amount_decimals"),
        (first + 1, "amount_decimals"),
        (first + 2, "currency_unknown"),
        (first + 3, "currency_unknown"),
        (first + 4, "currency_missing"),
    ]
    assert got.rejects["amount_minor"].tolist() == [0] * 5
    assert got.rejects["currency"].tolist() == ["JPY", "KWD", "", "", ""]


@pytest.mark.parametrize(
    ("code", "good", "minor", "bad"), [("JPY", "1,204", 1204, "10.50"), ("KWD", "-1.234", -1234, "1.2345")]
)
def test_a25_decimals_of_a_declared_currency(code: str, good: str, minor: int, bad: str, tmp_path: Path) -> None:
    case = next(one for one in BARE if one.fixture == "signed")
    assert not case.columns(Kind.CURRENCY)
    rows = case.rows[:3]
    for row, amount in zip(rows[1:], (good, bad), strict=True):
        row[case.position(case.columns(Kind.AMOUNT)[0])] = amount
    got = case.read(tmp_path, written(rows), currency=code)
    assert (got.table["amount_minor"].tolist(), got.table["currency"].tolist()) == ([minor], [code])
    assert reasons(got) == [(3, "amount_decimals")]
    assert (got.rejects["amount_minor"].tolist(), got.rejects["currency"].tolist()) == ([0], [code])


@each_with_ids
def test_a26_words_that_look_missing(case: Case, tmp_path: Path) -> None:
    words = ["NA", "null", "NaN", "inf", "None", "#N/A", "nan", "<NA>"]
    got, first = read_copies(case, tmp_path, [dict.fromkeys(ids(case), word) for word in words])
    for n, word in enumerate(words):
        assert {row_of(got, first + n)[one.target] for one in ids(case)} == {word}
    for column in case.columns(Kind.AMOUNT)[:1]:
        assert set(faults(case, tmp_path, column, words).values()) == {"amount_unreadable"}


@each_with_ids
def test_a27_ids_keep_every_sign(case: Case, tmp_path: Path) -> None:
    cells = ["007", "12345678901234567890123", "1234567890 123456789", "0x1F", "1_000", "-0", "1.50", " padded "]
    got, first = read_copies(case, tmp_path, [dict.fromkeys(ids(case), value) for value in cells])
    for n, value in enumerate(cells):
        assert {row_of(got, first + n)[one.target] for one in ids(case)} == {value}


@each_of_one_style
def test_a28_signs_that_a_format_does_not_use(case: Case, tmp_path: Path) -> None:
    column = case.columns(Kind.AMOUNT)[0]
    cells = [localised(case, one) for one in ("(1.00)", "1.00-", "1.00 EUR", "+-1.00", "1.", ".5", "--", "0x10")]
    assert set(faults(case, tmp_path, column, cells).values()) == {"amount_unreadable"}
    minus, dollar = localised(case, "−1.00"), "$1.00"
    # A bank's page may use the typographic minus; Shopify's $ is read, and then the line does not add up.
    expected = {
        minus: "" if case.reader in DECLARED else "amount_unreadable",
        dollar: "amount_inconsistent" if case.reader == "shopify_payments" else "amount_unreadable",
    }
    assert faults(case, tmp_path, column, [minus, dollar]) == expected


@each
def test_a29_days_that_do_not_exist(case: Case, tmp_path: Path) -> None:
    days = ["2026-02-30", "2026-13-01", "2026-00-10", "0000-01-01", "20261001", "soon"]
    if case.fixture == "signed":
        days = ["02/30/2026", "13/01/2026", "00/10/2026", "01/01/0000", "10012026", "2026-10-01"]
    elif case.fixture == "debit_credit":
        days = ["30.02.2026", "01.13.2026", "10.00.2026", "01.01.0000", "01102026", "10/01/2026"]
    for column in case.columns(Kind.INSTANT, Kind.DAY):
        cells = [f"{day} 10:00:00 +0100" if column.kind is Kind.INSTANT else day for day in days]
        assert set(faults(case, tmp_path, column, cells).values()) == {"time_unreadable"}


@each_with_clock
def test_a31_local_times_that_the_clocks_skip_or_repeat(case: Case, tmp_path: Path) -> None:
    rows = [[cell.replace("created_utc", "created") for cell in row] for row in case.rows]
    at = case.position(case.columns(Kind.INSTANT)[0])
    copies = [list(rows[-1]) for _ in range(3)]
    cells = ("2026-03-29 02:30:00", "2026-10-25 02:30:00", "2026-10-25 02:30:00 +0100")
    for copy, text in zip(copies, cells, strict=True):
        copy[at] = text
    text = written([*rows, *copies], case.delimiter)
    first = text.count("\n") - 2
    got = case.read(tmp_path, text)
    name = f"{case.columns(Kind.INSTANT)[0].target}_at"
    shown = [row_of(got, first + n) for n in (1, 2)]
    times = [one[name].isoformat() for one in shown]
    column = case.columns(Kind.INSTANT)[0]
    if case.rows[0][case.position(column)] in column.utc and column.utc != ("created_utc",):  # every hour is once
        assert not reasons(got)
        assert [times[0], shown[0]["flags"]] == ["2026-10-25T02:30:00+00:00", ""]
    else:  # the first of the two hours, in summer time, unless the cell says which
        assert reasons(got) == [(first, "time_in_gap")]
        assert times == ["2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00"]
        there = [table.set_index("source_line")["flags"] for table in got.tables.values()]
        flags = [{found[line] for found in there if line in found.index} - {""} for line in (first + 1, first + 2)]
        assert flags == [{"fold"}, set()]
