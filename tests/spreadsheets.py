"""Workbooks for tests: honest ones as a spreadsheet writes them, and others written part by part."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], hidden: str = "", since_1904: bool = False) -> bytes:
    """Sheets of rows; texts stay texts, whatever they look like."""
    book = Workbook()
    book.remove(book.worksheets[0])
    if since_1904:
        book.epoch = CALENDAR_MAC_1904
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        if name == hidden:
            sheet.sheet_state = "hidden"
        for n, row in enumerate(rows, 1):
            for m, value in enumerate(row, 1):
                if value != "":
                    cell = sheet.cell(n, m, value)
                    if isinstance(value, str):
                        cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def error(value: str = "#N/A") -> Any:
    """What `by_hand` writes as an error."""
    return f'<c r="%s" t="e"><v>{value}</v></c>'


def by_hand(cells: str, strings: str = "", more: Mapping[str, bytes] | None = None, doctype: str = "") -> bytes:
    """A workbook with one sheet, whose rows are given as XML, of as few parts as there can be."""
    names = {"worksheet": "worksheets/sheet1.xml", "sharedStrings": "sharedStrings.xml"}
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(names.items(), 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets><sheet name="Data" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "xl/sharedStrings.xml": f"<sst {_MAIN}>{strings}</sst>",
        "xl/worksheets/sheet1.xml": f"{doctype}<worksheet {_MAIN}><dimension ref='A1'/><sheetData>{cells}</sheetData>"
        "</worksheet>",
    }
    return zipped(parts | dict(more or {}))


def zipped(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return out.getvalue()


def cell(place: str, value: str | float) -> str:
    """One cell as XML: a number, or a text that stands in it."""
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def row(number: int, *cells: str) -> str:
    """One row as XML; a cell may leave its place open as ``%s``."""
    placed = (one % f"{chr(65 + at)}{number}" if "%s" in one else one for at, one in enumerate(cells))
    return f'<row r="{number}">{"".join(placed)}</row>'
