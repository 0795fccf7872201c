"""Exports saved as .xls or .xlsb: the same rows as from an .xlsx, the same limits, and the kind told by content."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import date, datetime, time
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from bounded import read_bounded
from hypothesis import given
from hypothesis import strategies as st
from spreadsheets import workbook, zipped
from spreadsheets_binary import Error, Formula, Span, compound, old_stream, part, record, xls, xlsb, xlsb_parts
from table_cases import CASES, DECLARED, Case, clean, reasons, unguarded, values, whole, written

from opsrules.errors import FileRefused
from opsrules.readers import Read, Source, identify, read
from opsrules.readers.layout import Kind
from opsrules.readers.sheets import sheet_for, sheet_heads

Write = Callable[..., bytes]
PAYMENTS = CASES[1]
HEADER = PAYMENTS.rows[0]
AMOUNT, PAYOUT = HEADER.index("Amount"), HEADER.index("Payout ID")
both = pytest.mark.parametrize("write", [xls, xlsb], ids=["xls", "xlsb"])
at = datetime.fromisoformat


def asked(folder: Path, data: bytes, case: Case = PAYMENTS) -> Read:
    return whole(case.quickly(folder, data))


def in_sheet(case: Case, below: int = 0) -> dict[str, list[dict[str, Any]]]:
    """Values of the clean fixture, with the rows in which its records stand in a sheet."""
    sizes = [written([one], case.delimiter).count("\n") for one in case.rows]
    rows = {before + 1: n for n, before in enumerate(accumulate(sizes, initial=0), 1)}
    return {
        kind: [{**one, "source_line": rows[one["source_line"]] + below} for one in table]
        for kind, table in values(clean(case), lines=True).items()
    }


@both
@pytest.mark.parametrize("case", [unguarded(case) for case in CASES], ids=str)
def test_a_sheet_of_texts_is_the_export_whatever_the_file_is_called(write: Write, case: Case, tmp_path: Path) -> None:
    got = asked(tmp_path, write({"Sheet1": case.rows}), case)
    assert values(got, lines=True) == in_sheet(case)
    assert got.encoding == write.__name__
    assert identify(tmp_path / "export.csv") == (None if case.reader in DECLARED else case.reader)


@both
def test_the_table_may_stand_in_any_sheet_below_and_beside_other_things(write: Write, tmp_path: Path) -> None:
    moved = [["Report of", "October"], [], *(["", "", *one] for one in PAYMENTS.rows)]
    data = write({"About": [["Totals"], ["x", 5.5]], "Data": moved, "Empty": []}, hidden="About")
    assert values(asked(tmp_path, data), lines=True) == in_sheet(PAYMENTS, below=2)
    assert [one.text.split(",")[0] for one in sheet_heads(data, "book")] == ["Report of", "Totals"]


@both
@pytest.mark.parametrize("since_1904", [False, True])
def test_a34_numbers_and_days_as_such_are_the_export(write: Write, since_1904: bool, tmp_path: Path) -> None:
    kinds = {PAYMENTS.position(one): one.kind for one in PAYMENTS.layout.columns if PAYMENTS.position(one) >= 0}

    def typed(place: int, text: str) -> Any:
        if text and kinds.get(place) is Kind.AMOUNT:
            return float(text)
        return at(text).date() if text and kinds.get(place) is Kind.DAY else text

    head, *rows = PAYMENTS.rows
    data = write({"S": [head, *([typed(n, one) for n, one in enumerate(row)] for row in rows)]}, since_1904=since_1904)
    assert values(asked(tmp_path, data), lines=True) == in_sheet(PAYMENTS)


@both
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (100.0, "100"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (-1234.5, "-1234.5"),
        (123456789012345.0, "123456789012345"),
        (True, "TRUE"),
        (date(2026, 10, 5), "2026-10-05"),
        (at("2026-10-05T09:08:07"), "2026-10-05 09:08:07"),
        (time(9, 8), "09:08:00"),
        ("007", "007"),
        ("é\u20ac\u4e2d\U0001f600", "é\u20ac\u4e2d\U0001f600"),
        ("x" * 30_000, "x" * 30_000),
        (Formula(2.5), "2.5"),
        (Formula("abc"), "abc"),
    ],
)
def test_a34_what_each_cell_says(write: Write, value: Any, text: str) -> None:
    for since_1904 in (False, True):
        data = write({"S": [["Word", "Cell"], ["x", value]]}, since_1904=since_1904)
        assert sheet_for(data, PAYMENTS.layout, "book").text.splitlines()[1] == f"x,{text}"


def _with(value: Any, column: int = AMOUNT, number: int = 4) -> dict[str, list[list[Any]]]:
    rows: list[list[Any]] = [list(one) for one in PAYMENTS.rows]
    rows[number - 1][column] = value
    return {"S": rows}


@both
@pytest.mark.parametrize("column", [AMOUNT, PAYOUT, HEADER.index("Type")])
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Error(0x2A), "#N/A"),
        (Error(0x17), "#REF!"),
        (Error(0x07, of_formula=True), "#DIV/0!"),
    ],
)
def test_a34_an_error_rejects_its_row(write: Write, value: Error, shown: str, column: int, tmp_path: Path) -> None:
    got = asked(tmp_path, write(_with(value, column)))
    assert reasons(got) == [(4, "cell_error")]
    assert got.rejects[["column", "value"]].to_numpy().tolist() == [[HEADER[column], shown]]
    assert got.records == clean(PAYMENTS).records


@both
def test_a34_an_error_without_a_name_is_refused(write: Write, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="damaged"):
        asked(tmp_path, write(_with(Error(0x99))))


def test_a34_a_formula_that_waits_to_be_calculated_rejects_its_row(tmp_path: Path) -> None:
    got = asked(tmp_path, xls(_with(Formula(None))))
    assert (reasons(got), got.rejects["value"].tolist()) == ([(4, "cell_error")], ["formula without a value"])


@both
def test_a24_a_span_of_time_beyond_all_years_is_refused(write: Write, tmp_path: Path) -> None:
    assert "6:00:00" in sheet_for(write({"S": [HEADER, [Span(0.25)]]}), PAYMENTS.layout, "book").text
    with pytest.raises(FileRefused, match="damaged"):
        asked(tmp_path, write({"S": [HEADER, [Span(1e300)]]}))


@both
def test_a34_an_id_that_a_spreadsheet_has_rounded_is_rejected(write: Write, tmp_path: Path) -> None:
    got = asked(tmp_path, write(_with(1234567890123456.0, PAYOUT)))
    assert (reasons(got), got.rejects["value"].tolist()) == ([(4, "digits_lost")], ["1234567890123456"])


@both
def test_two_sheets_with_the_same_table_are_refused_as_one_would_be_dropped(write: Write, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="the sheets 'Sep' and 'Oct' hold the same kind of table"):
        asked(tmp_path, write({"Sep": PAYMENTS.rows, "Oct": PAYMENTS.rows}))


@both
def test_a_workbook_of_another_format_is_refused_with_the_place(write: Write, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(write({"S": [["a", "b"], ["1", "2"]]}))
    assert identify(path) is None
    with pytest.raises(FileRefused, match="none of the first 40 lines is a header row"):
        read(path, "shopify_payments")
    with pytest.raises(FileRefused, match="Excel workbook, and this format is no table"):
        read(path, "mt940")
    path.write_bytes(write({"S": []}))
    with pytest.raises(FileRefused, match="no sheet of the workbook holds anything"):
        read(path, "shopify_payments")


def _number(y: int, x: int) -> bytes:
    return record(0x203, struct.pack("<HHHd", y, x, 0, 1.0))


def _cell(y: int, x: int, number: int = 5, data: bytes = bytes(8)) -> bytes:
    return part(0, struct.pack("<II", y, 0) + bytes(9)) + part(number, struct.pack("<II", x, 0) + data)


PLAIN = {"S": [HEADER]}
STREAM = old_stream(PLAIN)
DAMAGED = {
    "xls: row out of order": xls(PLAIN, more=_number(9, 0) + _number(8, 0)),
    "xls: cell twice": xls(PLAIN, more=_number(9, 0) * 2),
    "xls: column 257": xls(PLAIN, more=_number(9, 256)),
    "xls: text that is not there": xls(PLAIN, more=record(0xFD, struct.pack("<HHHI", 9, 0, 0, 999))),
    "xls: cells cut": xls(PLAIN, more=record(0xBD, struct.pack("<HHHIH", 9, 0, 0, 0, 5))),
    "xls: record cut": xls(PLAIN, more=record(0x203, b"\1")),
    "xls: texts only claimed": xls(PLAIN, claimed=1 << 31),
    "xls: texts missing": xls(PLAIN, claimed=len(HEADER) + 1),
    "xls: cut": compound({"Workbook": STREAM[: len(STREAM) - 200]}),
    "xls: box cut": xls(PLAIN)[:1000],
    "xls: ring": xls(PLAIN).replace(struct.pack("<II", 2, 3), struct.pack("<II", 1, 1), 1),
    "xlsb: row out of order": xlsb(PLAIN, more=_cell(9, 0) + _cell(8, 0)),
    "xlsb: column 16385": xlsb(PLAIN, more=_cell(9, 1 << 14)),
    "xlsb: row 1048577": xlsb(PLAIN, more=_cell(1 << 20, 0)),
    "xlsb: cell before a row": zipped(
        xlsb_parts(PLAIN) | {"xl/worksheets/sheet1.bin": part(129) + part(145) + part(5, bytes(16))}
    ),
    "xlsb: text that is not there": xlsb(PLAIN, more=_cell(9, 0, 7, struct.pack("<I", 999))),
    "xlsb: record cut": xlsb(PLAIN, more=part(5, b"\1")),
    "xlsb: texts only claimed": xlsb(PLAIN, claimed=1 << 31),
    "xlsb: part cut": zipped({one: data[:-1] for one, data in xlsb_parts(PLAIN).items() if "xml" not in one}),
}


@pytest.mark.parametrize("told", DAMAGED)
def test_b22_a_damaged_workbook_is_refused(told: str, tmp_path: Path) -> None:
    path = tmp_path / "spoilt"
    path.write_bytes(DAMAGED[told])
    for ask in (identify, read):
        with pytest.raises(FileRefused, match="damaged"):
            ask(path)


def test_b22_a_sheet_that_stands_in_a_workbook_twice_is_refused(tmp_path: Path) -> None:
    parts = xlsb_parts(PLAIN)
    twice = zipped(parts | {"xl/workbook.bin": parts["xl/workbook.bin"].replace(part(144), _again(parts) + part(144))})
    sheet = record(0x85, STREAM[STREAM.index(b"\x85\0") + 4 :][: 8 + 2])
    old = compound({"Workbook": STREAM.replace(sheet, sheet * 2)})
    for data in (twice, old):
        with pytest.raises(FileRefused, match="a sheet is in it twice"):
            asked(tmp_path, data)


def _again(parts: dict[str, bytes]) -> bytes:
    book = parts["xl/workbook.bin"]
    return book[book.index(part(143)) + len(part(143)) : book.index(part(144))]


def test_b22_a_lone_cell_makes_room_for_itself_only(tmp_path: Path) -> None:
    small = tmp_path / "small.xlsx"
    small.write_bytes(workbook({"S": PAYMENTS.rows}))
    far = xls({name: [HEADER] for name in "ABC"}, more=_number(65_535, 255))
    for data in (far, xlsb(PLAIN, more=_cell((1 << 20) - 1, (1 << 14) - 1))):
        path = tmp_path / "bomb"
        path.write_bytes(data)
        got = read_bounded(path, small, "shopify_payments")
        assert all("too many cells to make room for" in one for one in got.refused)
        assert got.megabytes < 100


def test_b22_one_long_text_shown_by_many_cells_is_refused(tmp_path: Path) -> None:
    small = tmp_path / "small.xlsx"
    small.write_bytes(workbook({"S": PAYMENTS.rows}))
    rows = [HEADER, *([["y" * 30_000]] * 20_000)]
    for data in (xls({"S": rows}), xlsb({"S": rows})):
        path = tmp_path / "bomb"
        path.write_bytes(data)
        got = read_bounded(path, small, "shopify_payments")
        assert all("signs of text" in one for one in got.refused)
        assert got.megabytes < 150


@both
def test_a_sheet_of_many_rows_is_read_within_bounds(write: Write, tmp_path: Path) -> None:
    first = PAYMENTS.rows[1]
    rows = [
        [f"{n}.25" if one == "84.00" else f"#{n}" if one == "#1001" else one for one in first] for n in range(5_000)
    ]
    path = tmp_path / "large"
    path.write_bytes(write({"S": [HEADER, *rows]}))
    assert identify(path) == "shopify_payments"
    got = read(path)
    assert (got.records, len(got.table) + len(got.rejects)) == (5_000, 5_000)


SPOILT = {xls: xls(_with(Error(0x2A))), xlsb: zipped(xlsb_parts(_with(Error(0x2A))), method=0)}


@both
@given(data=st.data())
def test_a38_damaged_workbooks_are_refused_or_keep_every_row(
    write: Write, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    spoilt = bytearray(SPOILT[write])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(spoilt) - 1))
        spoilt[place : place + data.draw(st.sampled_from([1, 1, 1, 0, 4]))] = data.draw(
            st.sampled_from([b"\0", b"\xff", b"\1", b"\x85", b"", b"\xff\xff\xff\xff"])
        )
    path = tmp_path_factory.getbasetemp() / f"spoilt_{write.__name__}"
    path.write_bytes(bytes(spoilt[: data.draw(st.integers(600, len(spoilt))) if data.draw(st.booleans()) else None]))
    try:
        identify(path)
        got = read(Source(path, "spoilt", "Europe/Berlin"), "shopify_payments")
    except FileRefused:
        return
    assert got.records == len(got.table) + len(got.rejects)
