"""What an old Excel workbook (.xls, Excel 97 to 2003) holds, looked at before it is parsed.

As `opsrules.readers.workbook` does with new ones: what would need too much is refused, and cells that hold an error, or
a formula that waits to be calculated, are remembered. Calamine parses all sheets of such a file at once, so that the
limits hold for all of them together; it is given a plain copy, formulas being their results in it.

Source: [MS-XLS], 2.3 and 2.4 (records), 2.5.293 (texts), 2.5.10 (errors), 2.5.133 (results of formulas); confidence
high.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from opsrules.errors import FileRefused
from opsrules.readers.compound import boxed, streams
from opsrules.readers.workbook import DAMAGED, SAVE, UNCALCULATED, Workbook, hold_shown, visible_first
from opsrules.readers.workbook_binary import ERRORS

__all__ = ["look_at"]

_BEGIN, _END, _MORE, _PASSWORD, _SHEET, _TEXTS = 0x809, 0x0A, 0x3C, 0x2F, 0x85, 0xFC
_KEPT = (0x42, 0x22, 0x41E, 0xE0)  # code page, first day, number formats and the styles that have them
_FORMULA, _TEXT_RESULT, _NUMBER, _LABEL, _ERROR, _SHARED = 0x06, 0x207, 0x203, 0x204, 0x205, 0xFD
_MANY = (0xBD, 0xBE)  # several cells in one record
_CELLS = frozenset((_FORMULA, _ERROR, _SHARED, *_MANY, 0x201, 0x203, 0x204, 0x27E, 0xD6))
_RICH_LABEL = 0xD6
_LEAST = {_NUMBER: 14, _ERROR: 8, _SHARED: 10, 0x27E: 10}
_BIFF8, _GLOBALS, _CELLS_OF, _WORKSHEET = 0x600, 0x05, 0x10, 0
_MOST_COLUMNS = 256
_WIDE, _PHONETIC, _RICH = 1, 4, 8
_WAITING = 0b11  # flags of a formula that is calculated when the file is opened


def look_at(data: bytes, name: str, only: Collection[str] = ()) -> Workbook:
    """Walk the worksheets of a workbook; see `opsrules.readers.workbook.look_at`.

    Raises
    ------
    FileRefused
        If it is no workbook of Excel 97 to 2003, is protected or damaged, or would need too much memory.
    """
    found = streams(data, name, ("Workbook", "Book", "EncryptedPackage"))
    if "Workbook" not in found:
        what = (
            "a workbook protected by a password"
            if "EncryptedPackage" in found
            else "a workbook of Excel 95 or older"
            if "Book" in found
            else "an old Office file that is no workbook"
        )
        raise FileRefused(name, f"this is {what}", "open it and save it as .xlsx or CSV, without a password")
    stream = found["Workbook"]
    try:
        return _looked(stream, name, only)
    except (struct.error, IndexError) as error:
        raise _damaged(name, "a record is cut") from error


def _looked(stream: bytes, name: str, only: Collection[str]) -> Workbook:
    book = _globals(stream, name)
    faults: dict[str, Mapping[tuple[int, int], str]] = {}
    bodies: dict[str, bytes] = {}
    cells = signs = 0
    for title, place in visible_first(book.sheets, name).items():
        if only and title not in only:
            continue
        walk = _Walk(book.lengths, f"{name} ({title})")
        for number, record in _records(stream, int(place), name):
            walk.take(number, record)
        cells, signs = cells + walk.bottom * walk.right, signs + walk.signs
        hold_shown(cells, 1, signs, f"{name} ({title})")
        faults[title] = walk.faults
        bodies[title] = walk.copy()
    return Workbook(boxed("Workbook", _written(book.kept, bodies)), tuple(faults), faults)


def _written(kept: bytes, bodies: Mapping[str, bytes]) -> bytes:
    """A plain stream of what is known about the whole workbook, and of sheets."""
    names = {title: title.encode("utf-16-le") for title in bodies}
    at = len(kept) + sum(12 + len(raw) for raw in names.values()) + 4
    table = b""
    for title, raw in names.items():
        table += _record(_SHEET, struct.pack("<IBBBB", at, 0, _WORKSHEET, len(raw) // 2, _WIDE) + raw)
        at += len(bodies[title])
    return b"".join((kept, table, _record(_END), *bodies.values()))


def _record(number: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(data)) + data


def _records(stream: bytes, at: int, name: str) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of the records between a beginning and its end; what is nested in it is left out."""
    depth = 0
    while True:
        number, size = struct.unpack_from("<HH", stream, at)
        if at + 4 + size > len(stream):
            raise _damaged(name, "a record is cut")
        record = stream[at + 4 : at + 4 + size]
        at += 4 + size
        if number == _BEGIN:
            depth += 1
            if depth == 1 and struct.unpack_from("<H", record)[0] != _BIFF8:
                raise FileRefused(name, "this is a workbook of Excel 95 or older", SAVE)
        elif depth == 0:
            raise _damaged(name, "a sheet does not begin where it should")
        elif number == _END:
            depth -= 1
            if depth == 0:
                return
        elif depth == 1:
            yield number, record


@dataclass(frozen=True)
class _Book:
    """What holds for all sheets: signs of each shared text, the sheets, and the records that are kept of it."""

    lengths: list[int]
    sheets: list[tuple[bool, str, str]]
    kept: bytes


def _globals(stream: bytes, name: str) -> _Book:
    parts: list[bytes] = []
    kept = [_record(_BEGIN, struct.pack("<HHIII", _BIFF8, _GLOBALS, 0, 0, 0))]
    sheets: list[tuple[bool, str, str]] = []
    last = 0
    for number, record in _records(stream, 0, name):
        if number == _PASSWORD:
            raise FileRefused(name, "this is a workbook protected by a password", "save it without one")
        if number == _SHEET and record[5] == _WORKSHEET:
            place, state = struct.unpack_from("<IB", record)
            wide = bool(record[7] & _WIDE)
            raw = record[8 : 8 + record[6] * (1 + wide)]
            sheets.append((state & 3 != 0, raw.decode("utf-16-le" if wide else "latin-1", "replace"), str(place)))
        if number == _TEXTS or (number == _MORE and last == _TEXTS):
            parts.append(record)
            kept.append(_record(number, record))
        elif number in _KEPT:
            kept.append(_record(number, record))
        if number != _MORE:
            last = number
    return _Book(_Texts(parts).lengths(name) if parts else [], sheets, b"".join(kept))


@dataclass
class _Texts:
    """The shared texts, whose record goes on in others; a text that is cut there begins anew with its width."""

    parts: list[bytes]
    _part: int = 0
    _at: int = 8

    def lengths(self, name: str) -> list[int]:
        """Signs of each."""
        count = struct.unpack_from("<I", self.parts[0], 4)[0]
        if count > sum(map(len, self.parts)):
            raise _damaged(name, "it claims more texts than it holds")
        return [self._text() for _ in range(count)]

    def _text(self) -> int:
        size, flags = struct.unpack("<HB", self._take(3))
        runs = struct.unpack("<H", self._take(2))[0] if flags & _RICH else 0
        more = struct.unpack("<I", self._take(4))[0] if flags & _PHONETIC else 0
        left = size
        width = 1 + (flags & _WIDE)
        while left:
            if self._at == len(self.parts[self._part]):
                self._part, self._at = self._part + 1, 1
                width = 1 + (self.parts[self._part][0] & _WIDE)
            here = min(left, (len(self.parts[self._part]) - self._at) // width)
            if not here:
                raise IndexError(left)
            self._at += here * width
            left -= here
        self._take(4 * runs + more)
        return int(size)

    def _take(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            if self._at >= len(self.parts[self._part]):
                self._part, self._at = self._part + 1, 0
            part = self.parts[self._part][self._at : self._at + size - len(found)]
            found, self._at = found + part, self._at + len(part)
        return found


@dataclass
class _Walk:
    """Where the walk through a sheet stands."""

    lengths: list[int]
    name: str
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    bottom: int = 0
    right: int = 0
    signs: int = 0
    _place: tuple[int, int] = (-1, -1)
    _kept: list[bytes] = field(default_factory=list)
    _waiting: bytes = b""

    def copy(self) -> bytes:
        """The sheet with its cells alone."""
        opening = _record(_BEGIN, struct.pack("<HHIII", _BIFF8, _CELLS_OF, 0, 0, 0))
        return b"".join((opening, *self._kept, _record(_END)))

    def take(self, number: int, record: bytes) -> None:
        """Judge one record."""
        if number == _TEXT_RESULT and self._waiting:
            self._keep(_LABEL, self._waiting + record)
            self._waiting = b""
        if number not in _CELLS:
            return
        row, column = struct.unpack_from("<HH", record)
        if number in _MANY:
            last = struct.unpack_from("<H", record, len(record) - 2)[0]
            each = 6 if number == _MANY[0] else 2
            if len(record) != 6 + each * (last - column + 1):
                raise _damaged(self.name, f"the cells of row {row + 1} are cut")
        else:
            last = column
        if last >= _MOST_COLUMNS:
            raise _damaged(self.name, f"there is a cell in row {row + 1}, column {last + 1}")
        if (row, column) <= self._place:
            raise _damaged(self.name, f"a cell of row {row + 1} is out of order")
        self._place = row, last
        self.bottom, self.right = row + 1, max(self.right, last + 1)
        if number == _FORMULA:
            self._calculated(record)
        else:
            self._keep(number, record)
        if fault := self._fault(number, record):
            self.faults[row + 1, column + 1] = fault

    def _fault(self, number: int, record: bytes) -> str:
        """Why a cell holds no value; "" where it does. The text that it shows is counted."""
        if number == _SHARED:
            at = struct.unpack_from("<I", record, 6)[0]
            if at >= len(self.lengths):
                raise _damaged(self.name, "a cell shows a text that is not there")
            self.signs += self.lengths[at]
        if number == _ERROR and record[7]:
            return ERRORS.get(record[6], "#ERROR")
        return _result(record) if number == _FORMULA else ""

    def _keep(self, number: int, record: bytes) -> None:
        if number in (_LABEL, _RICH_LABEL):
            size, flags = struct.unpack_from("<HB", record, 6)
            if len(record) < 9 + size * (1 + (flags & _WIDE)):
                raise _damaged(self.name, "a text is cut")
        elif len(record) < _LEAST.get(number, 0):
            raise _damaged(self.name, "a cell is cut")
        self._kept.append(_record(number, record))

    def _calculated(self, record: bytes) -> None:
        """Keep the result of a formula in its place; a text stands in a record of its own, behind it."""
        place, result = record[:6], record[6:14]
        self._waiting = b""
        if result[6:] != b"\xff\xff":
            self._keep(_NUMBER, place + result)
        elif result[0] == 0:
            self._waiting = place
        elif result[0] in (1, 2):
            self._keep(_ERROR, place + bytes((result[2], result[0] == 2)))


def _result(record: bytes) -> str:
    """What is wrong with the result of a formula; "" for nothing."""
    kind, error, numberless, flags = record[6], record[8], record[12:14] == b"\xff\xff", record[14]
    if numberless and kind == 2:
        return ERRORS.get(error, "#ERROR")
    return UNCALCULATED if numberless and kind == 3 and flags & _WAITING else ""


def _damaged(name: str, what: str) -> FileRefused:
    return FileRefused(name, f"{DAMAGED}: {what}", SAVE)
