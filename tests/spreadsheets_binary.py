"""Workbooks of the two binary kinds, written record by record as [MS-XLS] and [MS-XLSB] say."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from spreadsheets import zipped

Rows = Sequence[Sequence[Any]]

_PLAIN, _DAY, _INSTANT, _TIME, _SPAN = range(5)
_FORMATS = (0, 14, 22, 21, 46)  # built-in number formats of these styles
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Error:
    """A cell that shows an error, by its number."""

    number: int
    of_formula: bool = False


@dataclass(frozen=True)
class Span:
    """A span of time, in days."""

    days: float


@dataclass(frozen=True)
class Formula:
    """A formula with its result; None when it waits to be calculated."""

    result: float | str | None


def _number(value: Any, since_1904: bool) -> tuple[float, int]:
    """Value and style of a number, day or time."""
    start = datetime.fromisoformat("1904-01-01" if since_1904 else "1899-12-30")
    if isinstance(value, datetime):
        return (value - start).total_seconds() / 86400, _INSTANT
    if isinstance(value, date):
        return float((value - start.date()).days), _DAY
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400, _TIME
    return (value.days, _SPAN) if isinstance(value, Span) else (float(value), _PLAIN)


def _cells(rows: Rows) -> Iterator[tuple[int, int, Any]]:
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if not (isinstance(value, str) and value == ""):
                yield y, x, value


# .xls


def record(number: int, data: bytes = b"") -> bytes:
    """One record of an old workbook, going on in others where it is long."""
    first, rest = data[:8224], data[8224:]
    out = struct.pack("<HH", number, len(first)) + first
    while rest:
        out += struct.pack("<HH", 0x3C, len(rest[:8224])) + rest[:8224]
        rest = rest[8224:]
    return out


def _old_cell(y: int, x: int, value: Any, texts: dict[str, int], since_1904: bool) -> bytes:
    place = struct.pack("<HH", y, x)
    if isinstance(value, Error):
        if value.of_formula:
            return record(0x06, place + struct.pack("<HBBBBHHHI", 0, 2, 0, value.number, 0, 0, 0xFFFF, 0, 0) + b"\0\0")
        return record(0x205, place + struct.pack("<HBB", 0, value.number, 1))
    if isinstance(value, Formula):
        if value.result is None:
            return record(0x06, place + struct.pack("<HBBBBHHHI", 0, 3, 0, 0, 0, 0, 0xFFFF, 3, 0) + b"\0\0")
        if isinstance(value.result, str):
            head = record(0x06, place + struct.pack("<HBBBBHHHI", 0, 0, 0, 0, 0, 0, 0xFFFF, 0, 0) + b"\0\0")
            return head + record(0x207, struct.pack("<HB", len(value.result), 1) + value.result.encode("utf-16-le"))
        return record(0x06, place + struct.pack("<HdHI", 0, value.result, 0, 0) + b"\0\0")
    if isinstance(value, str):
        at = texts.setdefault(value, len(texts))
        return record(0xFD, place + struct.pack("<HI", 0, at))
    if isinstance(value, bool):
        return record(0x205, place + struct.pack("<HBB", 0, value, 0))
    figure, style = _number(value, since_1904)
    return record(0x203, place + struct.pack("<Hd", style, figure))


def _texts(texts: Mapping[str, int], claimed: int | None) -> bytes:
    """The record of shared texts; one that would cross the end of a record goes on in the next with its width."""
    parts = [bytearray(struct.pack("<II", len(texts), len(texts) if claimed is None else claimed))]
    for text in texts:
        if len(parts[-1]) + 3 > 8224:
            parts.append(bytearray())
        parts[-1] += struct.pack("<HB", len(text.encode("utf-16-le")) // 2, 1)
        left = text.encode("utf-16-le")
        while left:
            room = (8224 - len(parts[-1])) // 2 * 2
            parts[-1] += left[:room]
            left = left[room:]
            if left:
                parts.append(bytearray(b"\1"))
    out = b""
    for n, part in enumerate(parts):
        out += struct.pack("<HH", 0x3C if n else 0xFC, len(part)) + part
    return out


def old_stream(
    sheets: Mapping[str, Rows],
    since_1904: bool = False,
    hidden: str = "",
    more: bytes = b"",
    claimed: int | None = None,
    version: int = 0x600,
) -> bytes:
    """The stream ``Workbook``; `more` are records put at the end of each sheet, `claimed` how many texts it claims."""
    texts: dict[str, int] = {}
    begin = struct.pack("<HHHII", 5, 0, 0, 0, 0)
    bodies = []
    for rows in sheets.values():
        cells = b"".join(_old_cell(y, x, value, texts, since_1904) for y, x, value in _cells(rows))
        height, width = len(rows), max((len(row) for row in rows), default=0)
        size = record(0x200, struct.pack("<IIHHH", 0, height, 0, width, 0))
        opening = record(0x809, struct.pack("<HH", version, 0x10) + begin[4:] + b"\0\0")
        bodies.append(opening + size + cells + more + record(0x0A))
    head = record(0x809, struct.pack("<HH", version, 5) + begin[4:] + b"\0\0") + record(0x42, struct.pack("<H", 1200))
    head += record(0x22, struct.pack("<H", since_1904))
    head += b"".join(record(0xE0, struct.pack("<HH", 0, form) + bytes(16)) for form in _FORMATS)
    names = [(name, name.encode("utf-16-le")) for name in sheets]
    table = sum(len(record(0x85, bytes(8) + raw)) for _, raw in names)
    shared = _texts(texts, claimed)
    at = len(head) + table + len(shared) + 4
    for (name, raw), body in zip(names, bodies, strict=True):
        head += record(0x85, struct.pack("<IBBBB", at, name == hidden, 0, len(raw) // 2, 1) + raw)
        at += len(body)
    return head + shared + record(0x0A) + b"".join(bodies)


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE compound file whose streams stand one after another; none is small enough for the small sectors."""
    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    chains: list[int] = []
    body = b""
    starts = {}
    for name, data in padded.items():
        starts[name] = len(chains)
        count = -(-len(data) // 512)
        chains += [*range(len(chains) + 1, len(chains) + count), 0xFFFFFFFE]
        body += data.ljust(count * 512, b"\0")
    entries = [("Root Entry", 5, 0xFFFFFFFE, 0), *((name, 2, starts[name], len(data)) for name, data in padded.items())]
    listed = b""
    for n, (name, kind, start, size) in enumerate(entries):
        raw = (name + "\0").encode("utf-16-le")
        right = n + 1 if 0 < n < len(entries) - 1 else 0xFFFFFFFF
        child = 1 if n == 0 and len(entries) > 1 else 0xFFFFFFFF
        listed += raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, right, child)
        listed += bytes(36) + struct.pack("<IQ", start, size)
    count = -(-len(listed) // 512)
    directory = len(chains)
    chains += [*range(directory + 1, directory + count), 0xFFFFFFFE]
    body += listed.ljust(count * 512, b"\0")
    tables = 1
    while len(chains) + tables > 128 * tables:
        tables += 1
    first = len(chains)
    chains += [0xFFFFFFFD] * tables
    body += b"".join(struct.pack("<I", one) for one in chains).ljust(512 * tables, b"\xff")
    more = b""
    ids = [*range(first, first + tables)]
    if tables > 109:
        raise ValueError(tables)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIIII", tables, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)[:32]
    head += b"".join(struct.pack("<I", one) for one in ids).ljust(436, b"\xff")
    return head + body + more


def xls(sheets: Mapping[str, Rows], **more: Any) -> bytes:
    """An old workbook."""
    return compound({"Workbook": old_stream(sheets, **more)})


# .xlsb


def part(number: int, data: bytes = b"") -> bytes:
    """One record of a binary workbook."""
    out = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
    size = len(data)
    while size >= 0x80:
        out += bytes([size & 0x7F | 0x80])
        size >>= 7
    return out + bytes([size]) + data


def _wide(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def _binary_cell(x: int, value: Any, texts: dict[str, int], since_1904: bool) -> bytes:
    def put(number: int, data: bytes, style: int = 0) -> bytes:
        return part(number, struct.pack("<II", x, style) + data)

    if isinstance(value, Error):
        return put(11 if value.of_formula else 3, bytes([value.number]) + (bytes(10) if value.of_formula else b""))
    if isinstance(value, Formula):
        result = value.result
        return (
            put(8, _wide(result) + bytes(10))
            if isinstance(result, str)
            else put(9, struct.pack("<d", result) + bytes(10))
        )
    if isinstance(value, str):
        return put(7, struct.pack("<I", texts.setdefault(value, len(texts))))
    if isinstance(value, bool):
        return put(4, bytes([value]))
    figure, style = _number(value, since_1904)
    return put(5, struct.pack("<d", figure), style)


def xlsb_parts(
    sheets: Mapping[str, Rows],
    since_1904: bool = False,
    hidden: str = "",
    more: bytes = b"",
    claimed: int | None = None,
) -> dict[str, bytes]:
    """Parts of a binary workbook; `more` are records put behind the rows of each sheet."""
    texts: dict[str, int] = {}
    parts: dict[str, bytes] = {}
    relations = shown = b""
    for n, (name, rows) in enumerate(sheets.items(), 1):
        body = b""
        for y, row in enumerate(rows):
            cells = [(x, value) for _, x, value in _cells([row])]
            if cells:
                body += part(0, struct.pack("<II", y, 0) + bytes(9))
                body += b"".join(_binary_cell(x, value, texts, since_1904) for x, value in cells)
        width = max((len(row) for row in rows), default=1)
        size = part(148, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, max(width - 1, 0)))
        parts[f"xl/worksheets/sheet{n}.bin"] = part(129) + size + part(145) + body + more + part(146) + part(130)
        relations += f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.bin"/>'.encode()
        shown += part(156, struct.pack("<II", name == hidden, n) + _wide(f"rId{n}") + _wide(name))
    count = len(texts) if claimed is None else claimed
    strings = part(159, struct.pack("<II", count, count))
    strings += b"".join(part(19, b"\0" + _wide(text)) for text in texts) + part(160)
    styles = part(278) + part(617, struct.pack("<I", len(_FORMATS)))
    styles += b"".join(part(47, struct.pack("<HH", 0, form) + bytes(12)) for form in _FORMATS) + part(618) + part(279)
    for kind, target in (("sharedStrings", "sharedStrings.bin"), ("styles", "styles.bin")):
        relations += f'<Relationship Id="{kind}" Type="{_OFFICE}/{kind}" Target="{target}"/>'.encode()
    book = part(131) + part(153, struct.pack("<II", since_1904, 0) + _wide(""))
    book += part(143) + shown + part(144) + part(132)
    types = f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="bin" ContentType="application/x"/></Types>'
    root = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.bin"/></Relationships>'
    )
    frame = f'<Relationships xmlns="{_PACKAGE}/relationships">'.encode() + relations + b"</Relationships>"
    return {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": root.encode(),
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": frame,
        "xl/styles.bin": styles,
        "xl/sharedStrings.bin": strings,
    } | parts


def xlsb(sheets: Mapping[str, Rows], **more: Any) -> bytes:
    """A binary workbook."""
    return zipped(xlsb_parts(sheets, **more))
