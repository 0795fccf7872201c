"""Exports that went through a spreadsheet: every table format, every kind of cell, and workbooks made to hurt."""

from __future__ import annotations

import re
import zipfile
from contextlib import suppress
from datetime import date, datetime, time
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from bounded import read_bounded
from hypothesis import given
from hypothesis import strategies as st
from spreadsheets import by_hand, cell, error, row, workbook
from table_cases import CASES, DECLARED, Case, clean, reasons, unguarded, values, whole, written

from opsrules.errors import FileRefused
from opsrules.readers import Read, Source, identify, read, sheets
from opsrules.readers.layout import Kind
from opsrules.readers.sheets import sheet_for

each = pytest.mark.parametrize("case", [unguarded(case) for case in CASES], ids=str)
PAYMENTS = CASES[1]
HEADER = PAYMENTS.rows[0]
AMOUNT, PAYOUT = HEADER.index("Amount"), HEADER.index("Payout ID")


def asked(folder: Path, data: bytes, case: Case = PAYMENTS) -> Read:
    return whole(case.quickly(folder, data))


def lines_of(case: Case) -> dict[int, int]:
    """Line in the text to row of the sheet, for each record of the fixture."""
    sizes = [written([one], case.delimiter).count("\n") for one in case.rows]
    return {before + 1: n for n, before in enumerate(accumulate(sizes, initial=0), 1)}


def in_sheet(case: Case, below: int = 0) -> dict[str, list[dict[str, Any]]]:
    """Values of the clean fixture, with the rows in which its records stand in a sheet."""
    rows = lines_of(case)
    found = values(clean(case), lines=True)
    return {
        kind: [{**one, "source_line": rows[one["source_line"]] + below} for one in table]
        for kind, table in found.items()
    }


@each
def test_a_sheet_of_texts_is_the_export(case: Case, tmp_path: Path) -> None:
    got = asked(tmp_path, workbook({"Sheet1": case.rows}), case)
    assert values(got, lines=True) == in_sheet(case)
    assert got.encoding == "xlsx"
    assert identify(tmp_path / "export.csv") == (None if case.reader in DECLARED else case.reader)


@each
def test_the_table_may_stand_in_any_sheet_below_and_beside_other_things(case: Case, tmp_path: Path) -> None:
    moved = [["Report of", "October"], [], *(["", "", *one] for one in case.rows)]
    data = workbook({"About": [["Totals"], ["x", 5.5]], "Data": moved, "Empty": []})
    got = asked(tmp_path, data, case)
    assert values(got, lines=True) == in_sheet(case, below=2)
    assert identify(tmp_path / "export.csv") == (None if case.reader in DECLARED else case.reader)


def typed(case: Case) -> list[list[Any]]:
    """The fixture as a spreadsheet keeps it that was let to guess: numbers are numbers, days are days."""
    kinds = {case.position(one): one for one in case.layout.columns if case.position(one) >= 0}
    head, *rows = case.rows
    return [list(head), *([_typed(case, kinds.get(at), text) for at, text in enumerate(texts)] for texts in rows)]


def _typed(case: Case, column: Any, text: str) -> Any:
    if column is None or not text:
        return text
    if column.kind is Kind.AMOUNT:
        comma = case.layout.style.decimal == ","
        figure = text.replace(".", "").replace(",", ".") if comma else text.replace(",", "")
        with suppress(ValueError):  # what is no figure stays text
            return float(figure.replace("$", "").replace("(", "-").rstrip(")"))
    if column.kind in (Kind.TEXT, Kind.KEY, Kind.INTEGER) and re.fullmatch("[1-9][0-9]{0,14}", text):
        return int(text)
    if column.kind in (Kind.DAY, Kind.INSTANT):
        for form in filter(None, (column.date_format, "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%b %d, %Y")):
            with suppress(ValueError):
                return datetime.strptime(text, form)  # noqa: DTZ007 - a spreadsheet knows no zones
    return text


@each
@pytest.mark.parametrize("since_1904", [False, True])
def test_a34_a_spreadsheet_that_guessed_types_is_still_the_export(case: Case, since_1904: bool, tmp_path: Path) -> None:
    rows = typed(case)
    if case.columns(Kind.AMOUNT):
        assert float in {type(one) for texts in rows[1:] for one in texts}
    got = asked(tmp_path, workbook({"Sheet1": rows}, since_1904=since_1904), case)
    assert values(got, lines=True) == in_sheet(case)


at = datetime.fromisoformat


def sheet_text(rows: list[list[Any]], **more: Any) -> list[str]:
    case = CASES[1]
    return sheet_for(workbook({"S": rows}, **more), case.layout, "book").text.splitlines()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (100.0, "100"),
        (0.1 + 0.2, "0.3"),
        (19.99 * 3, "59.97"),
        (1.1, "1.1"),
        (-0.0, "0"),
        (1e-7, "0.0000001"),
        (123456789012345.0, "123456789012345"),
        (-1234.5, "-1234.5"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2026, 10, 5), "2026-10-05"),
        (at("2026-10-05T09:08:07"), "2026-10-05 09:08:07"),
        (time(9, 8), "09:08:00"),
        ("007", "007"),
        ("12E3", "12E3"),
        (" a,b ", '" a,b "'),
        ('say "x"', '"say ""x"""'),
    ],
)
def test_a34_what_each_cell_says(value: Any, text: str) -> None:
    for since_1904 in (False, True):
        assert sheet_text([["Word", "Cell"], ["x", value]], since_1904=since_1904)[1] == f"x,{text}"


def test_a34_midnight_in_a_column_of_times_keeps_its_time() -> None:
    lines = sheet_text([["a", "b"], [at("2026-10-05"), date(2026, 10, 5)], [at("2026-10-06T01:00:00"), "x"]])
    assert lines[1:] == ["2026-10-05 00:00:00,2026-10-05", "2026-10-06 01:00:00,x"]


def test_a34_line_ends_in_cells_do_not_move_the_rows(tmp_path: Path) -> None:
    rows = PAYMENTS.rows
    told = HEADER.index("Payment Method Name")
    rows[0][told] = "Payment\nMethod Name"
    rows[1][told] = "one\r\ntwo" + "\nmore" * 60
    got = asked(tmp_path, workbook({"S": rows}))
    assert got.table["source_line"].tolist() == list(range(2, len(rows) + 1))
    assert got.table["method"].iloc[0] == "one\ntwo" + "\nmore" * 60


def _with_xml(xml: str, column: int = AMOUNT, number: int = 2) -> bytes:
    """The fixture with one other cell, as XML."""
    rows = []
    for n, texts in enumerate(PAYMENTS.rows, 1):
        own = [cell("%s", re.sub("[&<]", "", text)) if text else "" for text in texts]
        if n == number:
            own[column] = xml
        rows.append(row(n, *own))
    return by_hand("".join(rows))


@pytest.mark.parametrize(
    ("xml", "shown"),
    [
        (error(), "#N/A"),
        (error("#REF!"), "#REF!"),
        ('<c r="%s" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c r="%s"><f>A1*2</f></c>', "formula without a value"),
        ('<c r="%s"><f>A1*2</f><v></v></c>', "formula without a value"),
        ('<c r="%s"><f>A1*2</f><v/></c>', "formula without a value"),
        ('<c r="%s" t="str"><f>A1</f></c>', "formula without a value"),
    ],
)
@pytest.mark.parametrize("column", [AMOUNT, PAYOUT, HEADER.index("Type")])
def test_a34_a_cell_without_a_value_rejects_its_row(xml: str, shown: str, column: int, tmp_path: Path) -> None:
    got = asked(tmp_path, _with_xml(xml, column, 4))
    assert reasons(got) == [(4, "cell_error")]
    assert got.rejects[["column", "value"]].to_numpy().tolist() == [[HEADER[column], shown]]
    assert got.records == clean(PAYMENTS).records


def test_a34_a_formula_with_its_value_is_that_value(tmp_path: Path) -> None:
    got = asked(tmp_path, _with_xml('<c r="%s"><f>A1*2</f><v>84</v></c>'))
    assert values(got) == values(clean(PAYMENTS))
    blank = '<c r="%s" t="str"><f>A1&amp;""</f><v></v></c>'
    assert not len(asked(tmp_path, _with_xml(blank, HEADER.index("Card Brand"))).rejects)


def test_a34_errors_in_columns_that_nobody_reads_do_no_harm(tmp_path: Path) -> None:
    rows = [[*one, "Memo" if not n else ""] for n, one in enumerate(PAYMENTS.rows)]
    xml = "".join(
        row(n, *(cell("%s", text) if text else "" for text in one[:-1]), error() if n == 3 else "")
        for n, one in enumerate(rows, 1)
    )
    assert values(asked(tmp_path, by_hand(xml))) == values(clean(PAYMENTS))


def test_a34_a_row_of_errors_alone_is_a_record(tmp_path: Path) -> None:
    rows = "".join(
        row(n, *(cell("%s", text) if text else "" for text in one)) for n, one in enumerate(PAYMENTS.rows, 1)
    )
    last = len(PAYMENTS.rows) + 1
    got = asked(tmp_path, by_hand(rows + row(last, *([""] * AMOUNT), error())))
    assert reasons(got) == [(last, "cell_error")]


@pytest.mark.parametrize("number", [1234567890123456, 12345678901234567890, 1e15, -1e15])
def test_a34_an_id_that_a_spreadsheet_has_rounded_is_rejected(number: float, tmp_path: Path) -> None:
    got = asked(tmp_path, _with_xml(cell("%s", number), PAYOUT, 3))
    assert reasons(got) == [(3, "digits_lost")]
    assert got.rejects["value"].tolist() == [str(int(float(number)))]
    kept = asked(tmp_path, _with_xml(cell("%s", 123456789012345), PAYOUT, 3))
    assert kept.table["payout_id"].iloc[1] == "123456789012345"


def test_a_wrong_dimension_hides_no_rows(tmp_path: Path) -> None:
    data = _with_xml("", HEADER.index("Card Brand"))
    assert b"<dimension ref='A1'/>" in zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert len(asked(tmp_path, data).table) == len(clean(PAYMENTS).table)


def test_two_sheets_with_the_same_table_are_refused_as_one_would_be_dropped(tmp_path: Path) -> None:
    rows = PAYMENTS.rows
    with pytest.raises(FileRefused, match="the sheets 'Sep' and 'Oct' hold the same kind of table"):
        asked(tmp_path, workbook({"Sep": rows, "Oct": rows}))
    assert len(asked(tmp_path, workbook({"Sep": rows[:1], "Oct": rows})).table) == len(rows) - 1


def test_a_hidden_sheet_is_read_where_it_holds_the_table(tmp_path: Path) -> None:
    data = workbook({"Data": PAYMENTS.rows, "Seen": [["x"]]}, hidden="Data")
    assert values(asked(tmp_path, data)) == values(clean(PAYMENTS))


def test_a_workbook_of_another_format_is_refused_with_the_place(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    path.write_bytes(workbook({"S": [["a", "b"], ["1", "2"]]}))
    assert identify(path) is None
    with pytest.raises(FileRefused, match="none of the first 40 lines is a header row"):
        read(path, "shopify_payments")
    with pytest.raises(FileRefused, match="Excel workbook, and this format is no table"):
        read(path, "mt940")
    path.write_bytes(workbook({"S": []}))
    with pytest.raises(FileRefused, match="no sheet of the workbook holds anything"):
        read(path, "shopify_payments")


def test_a20_a_renamed_column_is_refused_with_its_row(tmp_path: Path) -> None:
    rows = [["Report"], *PAYMENTS.rows]
    rows[1][AMOUNT] = "Amounts"
    with pytest.raises(FileRefused, match=r"export\.csv:2: the column 'Amount' is missing; the nearest name there is"):
        asked(tmp_path, workbook({"S": rows}))


HEAD = row(1, *(cell("%s", one) for one in HEADER))
DISORDER = [
    row(2, cell("A2", 1)) + row(1, cell("A1", 1)),
    row(1, cell("A1", 1), cell("A1", 2)),
    row(1, cell("B1", 1), cell("A1", 2)),
    row(1, cell("A2", 1)),
    row(1, cell("XFE1", 1)),
    row(1_048_577, cell("A1048577", 1)),
    row(1, '<c r="?"><v>1</v></c>'),
    row(1, '<c r="A1" t="s"><v>7</v></c>'),
    row(1, '<c r="A1" t="e"><v>#ODD!</v></c>'),
    "<row r='x'></row>",
    "<row><c>",
]


@pytest.mark.parametrize("cells", DISORDER)
def test_b22_a_damaged_sheet_is_refused(cells: str, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="damaged"):
        asked(tmp_path, by_hand(cells))


def test_b22_a_document_type_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    with pytest.raises(FileRefused, match="declares a document type"):
        asked(tmp_path, by_hand(row(1, cell("A1", "&b;")), doctype=bomb))


def test_b22_texts_that_are_only_claimed_take_no_room(tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(by_hand(HEAD))) as honest:
        strings = honest.read("xl/sharedStrings.xml").replace(b"<sst ", b'<sst uniqueCount="99999999999" ')
    path = _attack(tmp_path, by_hand(HEAD, more={"xl/sharedStrings.xml": strings}))
    got = read_bounded(path, _small(tmp_path), "shopify_payments")
    assert all("claims more texts than it holds" in one for one in got.refused)
    assert got.megabytes < 50


def test_b22_a_sheet_that_stands_in_a_workbook_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(by_hand(HEAD))) as honest:
        book = honest.read("xl/workbook.xml")
    sheet = book[book.index(b"<sheet ") : book.index(b"</sheets>")]
    for again in (sheet, sheet.replace(b"Data", b"More")):
        twice = book.replace(b"</sheets>", again + b"</sheets>")
        with pytest.raises(FileRefused, match="a sheet is in it twice"):
            asked(tmp_path, by_hand(HEAD, more={"xl/workbook.xml": twice}))


def _small(folder: Path) -> Path:
    path = folder / "small.xlsx"
    path.write_bytes(workbook({"S": PAYMENTS.rows}))
    return path


def _attack(folder: Path, data: bytes) -> Path:
    path = folder / "bomb.xlsx"
    path.write_bytes(data)
    return path


def test_b22_a_lone_cell_makes_room_for_itself_only(tmp_path: Path) -> None:
    lone = row(1_048_576, cell("XFD1048576", 1))
    without_places = f"<row r='2'>{'<c><v>1</v></c>' * 16_384}</row>" + row(1_048_576, cell("A1048576", 1))
    for cells in (HEAD + lone, lone, HEAD + without_places):
        got = read_bounded(_attack(tmp_path, by_hand(cells)), _small(tmp_path), "shopify_payments")
        assert any("too many cells to make room for" in one for one in got.refused)
        assert got.refused[1]
        assert got.megabytes < 100


def test_b22_a_workbook_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(BytesIO(by_hand("%"))) as honest, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in honest.namelist():
            begin, _, end = honest.read(name).partition(b"%")
            with packed.open(name, "w") as file:
                file.write(begin)
                for _ in range(419 if end else 0):
                    file.write(b"<row></row>" * (1_000_000 // 11))
                file.write(end)
    assert path.stat().st_size < 2 << 20
    got = read_bounded(path, _small(tmp_path), "shopify_payments")
    assert all("over 200 times its size" in one for one in got.refused)
    assert got.megabytes < 50


def test_b22_one_long_text_shown_by_many_cells_is_refused(tmp_path: Path) -> None:
    cells = HEAD + "".join(row(n, f'<c r="A{n}" t="s"><v>0</v></c>') for n in range(2, 20_000))
    data = by_hand(cells, strings=f"<si><t>{'y' * 60_000}</t></si>")
    got = read_bounded(_attack(tmp_path, data), _small(tmp_path), "shopify_payments")
    assert "signs of text" in got.refused[1]
    assert got.megabytes < 150


def test_a_sheet_of_many_rows_is_read_within_bounds(tmp_path: Path) -> None:
    first = [cell("%s", one) if one else "" for one in PAYMENTS.rows[1]]
    cells = HEAD + "".join(
        row(n, *(one.replace("84.00", f"{n}.25") for one in first)).replace("#1001", f"#{n}") for n in range(2, 20_002)
    )
    path = tmp_path / "large.xlsx"
    path.write_bytes(by_hand(cells))
    assert identify(path) == "shopify_payments"
    got = read(path)
    assert got.records == 20_000
    assert got.records == len(got.table) + len(got.rejects)


@given(data=st.data())
def test_a38_damaged_workbooks_are_refused_or_keep_every_row(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with zipfile.ZipFile(BytesIO(_with_xml(error()))) as honest:
        parts = {name: bytearray(honest.read(name)) for name in honest.namelist()}
    part = parts[data.draw(st.sampled_from(sorted(parts)))]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(part) - 1))
        part[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.sampled_from([b"", b"<", b">", b'"', b"9", b"A", b"\xff", b"</row>", b"e", b"s", b"\0", b"&#0;"])
        )
    folder = tmp_path_factory.getbasetemp()
    path = folder / "spoilt.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, bytes(content))
    try:
        identify(path)
        got = read(Source(path, "spoilt", "Europe/Berlin"), "shopify_payments")
    except FileRefused:
        return
    assert got.records == len(got.table) + len(got.rejects)


def test_only_the_first_rows_are_looked_at_to_recognise_a_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opsrules.readers import workbook as module

    monkeypatch.setattr(module, "_START_BYTES", 6_000)
    seen: list[int] = []
    walked = module._walked

    def noted(xml: bytes, lengths: list[int], name: str) -> Any:
        seen.append(len(xml))
        return walked(xml, lengths, name)

    monkeypatch.setattr(module, "_walked", noted)
    path = tmp_path / "export.xlsx"
    path.write_bytes(workbook({"S": PAYMENTS.rows * 30}))
    assert identify(path) == "shopify_payments"
    assert seen
    assert max(seen) < 6_100
    assert sheets.LINE_END not in read(path, "shopify_payments").table.to_csv()
