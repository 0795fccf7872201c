"""What a binary Excel workbook (.xlsb) holds, looked at before it is parsed, as `opsrules.readers.workbook` does.

Its parts are records: a number, a length and so many bytes. Cells that hold an error are remembered; whether a formula
was ever calculated is not to be seen in them.

Source: [MS-XLSB], 2.1.4 (records), 2.4 (BrtBundleSh, BrtRowHdr, BrtCell...), 2.5.97.2 (errors); confidence high.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Collection, Iterator, Mapping

from opsrules.errors import FileRefused
from opsrules.readers.opening import archive
from opsrules.readers.workbook import (
    DAMAGED,
    MOST_COLUMNS,
    MOST_ROWS,
    SAVE,
    Workbook,
    hold_inside,
    hold_shown,
    relations,
    visible_first,
)

__all__ = ["ERRORS", "is_binary", "look_at"]

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""What a cell shows for the number of an error, in both binary formats."""

_BOOK, _RELATIONS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
_FRAME = ("[Content_Types].xml", "_rels/.rels", _BOOK, _RELATIONS)
_ROW, _ERROR, _SHARED, _FORMULA_ERROR, _TEXT, _SHEET, _TEXTS = 0, 3, 7, 11, 19, 156, 159
_BEGIN, _END, _BEGIN_CELLS, _END_CELLS, _ROOM = 129, 130, 145, 146, 148
_CELLS = range(1, 12)


def is_binary(data: bytes, name: str) -> bool:
    """Whether a zip archive is such a workbook.

    Raises
    ------
    FileRefused
        If the archive is damaged or beyond a limit.
    """
    with archive(io.BytesIO(data), name) as packed:
        return _BOOK in packed.NameToInfo


def look_at(data: bytes, name: str, only: Collection[str] = ()) -> Workbook:
    """Walk the worksheets of a workbook; see `opsrules.readers.workbook.look_at`.

    Raises
    ------
    FileRefused
        If it is damaged, or would need too much memory.
    """
    with archive(io.BytesIO(data), name) as packed:
        targets = relations(packed, _RELATIONS, name)
        present = {kind: where for kind, where in reversed(targets.values()) if where in packed.NameToInfo}
        strings, styles = present.get("sharedStrings", ""), present.get("styles", "")
        kept = tuple(one for one in dict.fromkeys((*_FRAME, strings, styles)) if one in packed.NameToInfo)
        every = visible_first(_sheets(packed, targets, name), name)
        if set(every.values()) & set(kept):
            raise FileRefused(name, f"{DAMAGED}: a sheet is in it twice", SAVE)
        sheets = {title: part for title, part in every.items() if not only or title in only}
        hold_inside(packed, (*kept, *sheets.values()), name)
        lengths = _lengths(packed.read(strings), name) if strings else []
        copy = io.BytesIO()
        faults: dict[str, Mapping[tuple[int, int], str]] = {}
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as plain:
            for part in kept:
                plain.writestr(part, packed.read(part))
            for title, part in sheets.items():
                faults[title], cells = _walked(packed.read(part), lengths, f"{name} ({title})")
                plain.writestr(part, cells)
    return Workbook(copy.getvalue(), tuple(sheets), faults)


def _records(data: bytes, name: str) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each record of a part."""
    at = 0
    try:
        while at < len(data):
            number, at = data[at], at + 1
            if number & 0x80:
                number, at = (number & 0x7F) | (data[at] & 0x7F) << 7, at + 1
            size = shift = 0
            while True:
                byte, at = data[at], at + 1
                size |= (byte & 0x7F) << shift
                shift += 7
                if not byte & 0x80 or shift == 28:
                    break
            if at + size > len(data):
                raise _damaged(name, "a record is cut")
            yield number, data[at : at + size]
            at += size
    except IndexError as error:
        raise _damaged(name, "a record is cut") from error


def _sheets(
    packed: zipfile.ZipFile, targets: Mapping[str, tuple[str, str]], name: str
) -> Iterator[tuple[bool, str, str]]:
    """Whether it is hidden, the name and the part of each worksheet."""
    for number, record in _records(packed.read(_BOOK), name):
        if number == _SHEET:
            hidden = int.from_bytes(record[:4], "little") != 0
            relation, at = _wide(record, 8, name)
            title, _ = _wide(record, at, name)
            kind, part = targets.get(relation, ("", ""))
            if kind == "worksheet" and part in packed.NameToInfo:
                yield hidden, title, part


def _wide(record: bytes, at: int, name: str) -> tuple[str, int]:
    """Text with its length before it, and where it ends."""
    size = int.from_bytes(record[at : at + 4], "little")
    end = at + 4 + 2 * size
    if end > len(record):
        raise _damaged(name, "a name is cut")
    return record[at + 4 : end].decode("utf-16-le", "replace"), end


def _lengths(data: bytes, name: str) -> list[int]:
    """Signs of each shared text."""
    lengths: list[int] = []
    for number, record in _records(data, name):
        if number == _TEXT:
            lengths.append(int.from_bytes(record[1:5], "little"))
            if 5 + 2 * lengths[-1] > len(record):
                raise _damaged(name, "a text is cut")
        elif number == _TEXTS and int.from_bytes(record[4:8], "little") > len(data):
            raise _damaged(name, "it claims more texts than it holds")
    return lengths


def _walked(data: bytes, lengths: list[int], name: str) -> tuple[Mapping[tuple[int, int], str], bytes]:
    """Cells that hold an error, and the sheet with its cells alone, its size being within limits."""
    kept: list[bytes] = []
    faults: dict[tuple[int, int], str] = {}
    row = bottom = right = signs = column = 0
    for number, record in _records(data, name):
        if number == _ROW:
            following = _first(record, name) + 1
            if following <= row or following > MOST_ROWS:
                raise _damaged(name, f"row {following} stands after row {row}")
            row, column = following, 0
            kept.append(_record(number, record))
        elif number in _CELLS:
            place = _first(record, name) + 1
            if not row or place <= column or place > MOST_COLUMNS or len(record) < 8:
                raise _damaged(name, f"a cell of row {row} is out of order")
            column = place
            kept.append(_record(number, record))
            bottom, right = row, max(right, column)
            if number in (_ERROR, _FORMULA_ERROR):
                faults[row, column] = ERRORS.get(record[8] if len(record) > 8 else -1, "#ERROR")
            elif number == _SHARED:
                at = int.from_bytes(record[8:12], "little")
                if len(record) < 12 or at >= len(lengths):
                    raise _damaged(name, "a cell shows a text that is not there")
                signs += lengths[at]
    hold_shown(bottom, right, signs, name)
    room = struct.pack("<IIII", 0, max(bottom, 1) - 1, 0, max(right, 1) - 1)
    around = (_record(_BEGIN), _record(_ROOM, room), _record(_BEGIN_CELLS))
    return faults, b"".join((*around, *kept, _record(_END_CELLS), _record(_END)))


def _record(number: int, data: bytes = b"") -> bytes:
    out = bytearray((number,) if number < 0x80 else (number & 0x7F | 0x80, number >> 7))
    size = len(data)
    while size >= 0x80:
        out.append(size & 0x7F | 0x80)
        size >>= 7
    out.append(size)
    return bytes(out) + data


def _first(record: bytes, name: str) -> int:
    try:
        first: int = struct.unpack_from("<I", record)[0]
    except struct.error as error:
        raise _damaged(name, "a record is too short") from error
    return first


def _damaged(name: str, what: str) -> FileRefused:
    return FileRefused(name, f"{DAMAGED}: {what}", SAVE)
