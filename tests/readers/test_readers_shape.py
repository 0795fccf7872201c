"""The catalogue's cases of a table's shape (A1-A13, A17-A21), for every table format alike."""

from __future__ import annotations

import re
from itertools import cycle
from pathlib import Path

import pandas as pd
import pytest
from table_cases import (
    CASES,
    DECLARED,
    Case,
    clean,
    edited,
    last_line,
    other_rows,
    reasons,
    unguarded,
    values,
    with_cell,
    written,
)

from opsrules import readers
from opsrules.errors import FileRefused
from opsrules.readers import Read
from opsrules.readers.layout import Kind

each = pytest.mark.parametrize("case", CASES, ids=str)


@each
def test_a1_one_byte_encodings(case: Case, tmp_path: Path) -> None:
    text = with_cell(unguarded(case), 1, case.told, "käppi für 5 £")
    for encoding in ("cp1252", "latin-1"):
        got = unguarded(case).read(tmp_path, text.encode(encoding))
        assert values(got, lines=True) == values(unguarded(case).read(tmp_path, text), lines=True)
        firsts = [rows[0] for rows in values(got).values()]
        assert "käppi für 5 £" in [row.get(case.told.target) for row in firsts]
        assert got.encoding == "cp1252"


@each
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a2_utf_16(case: Case, encoding: str, tmp_path: Path) -> None:
    got = case.read(tmp_path, case.text.encode(encoding))
    assert values(got, lines=True) == values(case.read(tmp_path, case.text), lines=True)
    assert got.encoding == encoding


@each
@pytest.mark.parametrize("times", [1, 2])
def test_a3_byte_order_mark(case: Case, times: int, tmp_path: Path) -> None:
    got = case.read(tmp_path, b"\xef\xbb\xbf" * times + case.text.encode())
    assert values(got, lines=True) == values(case.read(tmp_path, case.text), lines=True)


@each
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a4_other_delimiters_with_decimal_commas(case: Case, delimiter: str, tmp_path: Path) -> None:
    case = unguarded(case)
    rows = case.rows
    swap = str.maketrans(".,", ",.")
    for column in case.columns(Kind.AMOUNT):
        at = case.position(column)
        for row in rows[1:]:
            row[at] = row[at].translate(swap)
    before = clean(case)
    options = {}
    if case.reader in DECLARED:
        options = (
            {"decimal": ",", "grouping": "."} if case.fixture != "debit_credit" else {"decimal": ".", "grouping": ","}
        )
    assert values(case.read(tmp_path, written(rows, delimiter), **options)) == values(before)
    assert len(before.table)


@each
@pytest.mark.parametrize("lines", [1, 5, 12])
def test_a5_lines_before_the_header(case: Case, lines: int, tmp_path: Path) -> None:
    before = case.read(tmp_path, case.text)
    after = case.read(tmp_path, 'Export for: demo shop, "all channels"\n' * lines + case.text)
    assert values(after) == values(before)
    assert (after.table["source_line"] - before.table["source_line"] == lines).all()


@each
def test_a8_mixed_line_ends(case: Case, tmp_path: Path) -> None:
    ends = cycle(["\r", "\n", "\r\n"])
    mixed = "".join(line + next(ends) for line in case.text.replace("\r\n", "\n").rstrip("\n").split("\n"))
    assert values(case.read(tmp_path, mixed), lines=True) == values(case.read(tmp_path, case.text), lines=True)


@each
def test_a9_line_end_in_quotes(case: Case, tmp_path: Path) -> None:
    column = case.told
    rows = case.rows
    rows[1][case.position(column)] = "first line\nsecond line"
    before = clean(case)
    got = case.read(tmp_path, written(rows, case.delimiter))
    name = "order_lines" if column.target == "title" and "order_lines" in got.tables else got.kind
    table, old = got.tables[name], before.tables[name]
    assert table[column.target].iloc[0] == "first line\nsecond line"
    assert table["source_line"].tolist() == [2, *(old["source_line"].iloc[1:] + 1)]


@each
def test_a10_a_stray_quote_anywhere_in_a_row_swallows_nothing(case: Case, tmp_path: Path) -> None:
    case = unguarded(case)
    rows = [row for row in case.rows if row[2] or case.reader != "shopify_orders"]  # no second row of the order
    text = written(rows, case.delimiter)
    before = case.read(tmp_path, text)
    start = text.index("\n") + 1
    end = text.index("\n", start)
    starts_of_cells = [at + 1 for at in range(start, end) if text[at] == case.delimiter]
    places: set[str] = set()
    for at in {start, end, *starts_of_cells[::3], *range(start, end, 11)}:
        got, error = _read_or_refused(case, tmp_path, text[:at] + '"' + text[at:])
        if error:
            places.add(error.place)
        if got:
            assert got.records == before.records
            assert other_rows(before, got, 2)
    assert places == {"exports/demo/export.csv:2"}


def _read_or_refused(case: Case, folder: Path, text: str) -> tuple[Read | None, FileRefused | None]:
    try:
        return case.quickly(folder, text), None
    except FileRefused as error:
        return None, error


@each
def test_a10_a_record_over_50_lines_is_refused(case: Case, tmp_path: Path) -> None:
    rows = case.rows
    column = case.position(case.columns(Kind.TEXT, Kind.KEY)[0])
    rows[1][column] = "word\n" * 49 + "end"
    assert case.read(tmp_path, written(rows, case.delimiter)).records == len(rows) - 1
    rows[1][column] = "word\n" * 50 + "end"
    with pytest.raises(FileRefused, match=r"export\.csv:2: a quote opened in this line"):
        case.read(tmp_path, written(rows, case.delimiter))


@each
def test_a11_one_row_too_long(case: Case, tmp_path: Path) -> None:
    case = unguarded(case)
    before = clean(case)
    for extra in ("", "surplus"):
        got = case.read(tmp_path, edited(case, lambda rows, extra=extra: rows[-1].append(extra)))  # type: ignore[misc]
        line = last_line(before)
        assert reasons(got) == [(line, "row_too_long")]
        assert other_rows(before, got, line)


@each
def test_a12_all_rows_one_longer(case: Case, tmp_path: Path) -> None:
    case = unguarded(case)
    before = clean(case)
    trailing = written([case.rows[0], *([*row, ""] for row in case.rows[1:])], case.delimiter)
    assert values(case.read(tmp_path, trailing), lines=True) == values(before, lines=True)
    both = written([[*row, ""] for row in case.rows], case.delimiter)
    assert values(case.read(tmp_path, both), lines=True) == values(before, lines=True)
    for position in (0, 99):
        shifted = edited(case, lambda rows, at=position: [row.insert(at, "7") for row in rows[1:]])  # type: ignore[misc]
        with pytest.raises(FileRefused, match="all rows have more cells than the header"):
            case.read(tmp_path, shifted)


@each
def test_a13_one_row_too_short(case: Case, tmp_path: Path) -> None:
    case = unguarded(case)
    before = clean(case)
    # A record whose first two cells are blank would be a blank line without the others.
    at = next(number for number, row in enumerate(case.rows) if number and any(row[:2]))
    for left in (2, len(case.rows[0]) - 1):
        got = case.read(tmp_path, edited(case, lambda rows, left=left: rows[at].__delitem__(slice(left, None))))  # type: ignore[misc]
        if case.layout.short_rows and left > 2:  # its rows may end early: only an unused cell is gone
            assert values(got, lines=True) == values(before, lines=True)
        else:
            assert reasons(got)[0] == (at + 1, "row_too_short")


def test_a14_a_million_columns_are_refused_at_once(tmp_path: Path) -> None:
    case = CASES[0]
    for header in (",".join(map(str, range(1_000_000))), ",".join(case.rows[0]) + "," * 1_000_000):
        with pytest.raises(FileRefused, match="header"):
            case.quickly(tmp_path, f"{header}\n#1,paid\n")


@each
def test_a16_a_field_of_16_mb_is_refused_or_rejected(case: Case, tmp_path: Path) -> None:
    column = case.columns(Kind.TEXT, Kind.KEY)[0]
    got = case.quickly(tmp_path, with_cell(case, len(case.rows) - 1, column, "x" * (1 << 24)))
    assert [reason for _, reason in reasons(got)] == ["record_unreadable"]


@each
def test_a17_empty(case: Case, tmp_path: Path) -> None:
    for nothing in ("", "\n\n", "\ufeff", " \r\n"):
        with pytest.raises(FileRefused, match=r"empty|nothing but blanks"):
            case.read(tmp_path, nothing)


@each
def test_a18_header_only(case: Case, tmp_path: Path) -> None:
    for end in ("\n", "", "\r\n\r\n"):
        got = case.read(tmp_path, written(case.rows[:1], case.delimiter).rstrip("\n") + end)
        assert (got.records, len(got.table), len(got.rejects)) == (0, 0, 0)
        assert list(got.table.columns)


@each
def test_a19_duplicate_column(case: Case, tmp_path: Path) -> None:
    for column in case.layout.columns:
        at = case.position(column)
        if at >= 0:
            twice = edited(case, lambda rows, at=at: [row.append(row[at]) for row in rows])  # type: ignore[misc]
            with pytest.raises(FileRefused, match=re.escape(f"{case.rows[0][at]!r} stands 2 times")):
                case.read(tmp_path, twice)


@each
def test_a19_a_duplicate_of_a_column_that_nobody_reads_is_fine(case: Case, tmp_path: Path) -> None:
    case = unguarded(case)
    text = written([[*row, *["Memo" if n == 0 else "x"] * 2] for n, row in enumerate(case.rows)], case.delimiter)
    before = clean(case)
    assert values(case.read(tmp_path, text), lines=True) == values(before, lines=True)


@each
def test_a20_renamed_column_is_refused_with_the_nearest_name(case: Case, tmp_path: Path) -> None:
    for column in case.layout.columns:
        at = case.position(column)
        title = case.rows[0][at]
        if column.required or (column.kind is Kind.AMOUNT and at >= 0 and len(title) > 6):
            other = f"{title[:-1]}_{title[-1]}"
            path = tmp_path / "renamed.csv"
            path.write_text(edited(case, lambda rows, at=at, other=other: rows[0].__setitem__(at, other)))  # type: ignore[misc]
            source = readers.Source(path, "renamed.csv", options=case.options)
            with pytest.raises(
                FileRefused
            ) as caught:  # recognised all the same, but for the declared columns of a bank
                readers.read(source, case.reader if case.reader in DECLARED else None)
            assert caught.value.place == "renamed.csv:1"
            assert repr(title) in caught.value.what
            assert repr(other) in caught.value.what


@each
def test_a20_unknown_columns_in_any_order_are_fine(case: Case, tmp_path: Path) -> None:
    case = unguarded(case)
    rows = [[*reversed(row), "Memo" if n == 0 else "x"] for n, row in enumerate(case.rows)]
    before = clean(case)
    assert values(case.read(tmp_path, written(rows, case.delimiter))) == values(before)


@each
def test_a21_nul(case: Case, tmp_path: Path) -> None:
    case = unguarded(case)
    before = clean(case)
    last = last_line(before)
    got = case.read(tmp_path, edited(case, lambda rows: rows[-1].__setitem__(1, rows[-1][1][:2] + "\0")))
    assert reasons(got) == [(last, "nul_byte")]
    assert other_rows(before, got, last)


@each
def test_a21_nul_block(case: Case, tmp_path: Path) -> None:
    case = unguarded(case)
    text = written(case.rows, case.delimiter)
    before = clean(case)
    start = text.index("\n") + 1
    end = text.index("\n", start)
    got, error = _read_or_refused(case, tmp_path, text[: start + 5] + "\0" * (end - start - 10) + text[end - 5 :])
    if error or got is None:  # the block took one quote of two
        assert '"' in text[start:end]
        return
    assert reasons(got)[0] == (2, "nul_byte")
    kept = pd.concat([table["source_line"] for table in got.tables.values()])
    assert 2 not in set(kept)
    assert got.records == before.records
