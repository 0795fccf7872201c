"""The streams in an OLE compound file, the box in which old Office documents and protected new ones come.

Source: [MS-CFB], 2.2 (header), 2.3 to 2.6 (sectors, chains, directory); confidence high.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from opsrules.errors import FileRefused

__all__ = ["boxed", "is_compound", "streams"]

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY, _END = 128, 0xFFFFFFFA  # numbers from there on are no sectors
_IN_HEADER = 109  # sectors of the table of chains that the header itself names
_STREAM, _ROOT = 2, 5
_SECTOR, _SMALLEST = 512, 4096  # of a box that is written here, and its smallest stream
_LAST, _TABLE, _NONE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_MOST_STREAMS = 10_000


def is_compound(data: bytes) -> bool:
    """Whether bytes are a compound file."""
    return data.startswith(_MAGIC)


def streams(data: bytes, name: str, wanted: tuple[str, ...]) -> Mapping[str, bytes]:
    """Bytes of those of the wanted streams that there are; every chain is followed once, so that none goes in a ring.

    Raises
    ------
    FileRefused
        If the file is damaged.
    """
    try:
        return _Box.of(data).streams(wanted)
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        what = "the file is damaged: the box around the workbook is broken"
        raise FileRefused(name, what, "open it in a spreadsheet and save it as .xlsx or CSV") from error


def boxed(title: str, stream: bytes) -> bytes:
    """A compound file with one stream."""
    body = stream.ljust(max(_SMALLEST, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    count = len(body) // _SECTOR
    chains = [*range(1, count), _LAST, _LAST]  # those of the stream, then the directory's
    each = _SECTOR // 4
    tables = more = 0
    while tables * each < len(chains) + tables + more:
        tables += 1
        more = max(0, -(-(tables - _IN_HEADER) // (each - 1)))
    first = len(chains)
    chains += [_TABLE] * tables + [_TABLE - 1] * more
    named = [*range(first, first + tables)]
    beyond = [named[at : at + each - 1] for at in range(_IN_HEADER, tables, each - 1)]
    links = [*range(first + tables + 1, first + tables + more), _LAST]
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        *(_MAGIC, 0x3E, 3, 0xFFFE, 9, 6, 0, tables, count, 0, _SMALLEST, _LAST, 0),
        *(first + tables if more else _LAST, more),
    )
    named_there = _numbers(named[:_IN_HEADER], _IN_HEADER)
    entries = _entry("Root Entry", _ROOT, 1, _LAST, 0) + _entry(title, _STREAM, _NONE, 0, len(body))
    directory = entries.ljust(_SECTOR, b"\0")
    further = b"".join(
        _numbers(part, each - 1) + _numbers([link], 1) for part, link in zip(beyond, links, strict=False)
    )
    return head + named_there + body + directory + _numbers(chains, tables * each) + further


def _numbers(numbers: list[int], room: int) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers).ljust(4 * room, b"\xff")


def _entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
    raw = f"{title}\0".encode("utf-16-le")
    return struct.pack("<64sHBBIII36xIQ", raw, len(raw), kind, 1, _NONE, _NONE, child, start, size)


@dataclass(frozen=True)
class _Box:
    data: bytes
    size: int
    small: int
    cutoff: int
    table: tuple[int, ...]
    directory: bytes
    small_table: tuple[int, ...]

    @classmethod
    def of(cls, data: bytes) -> _Box:
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or small_shift != 6:
            raise ValueError(shift)
        size = 1 << shift
        first, cutoff, small_first = struct.unpack_from("<I4xII", data, 48)
        sectors = [*struct.unpack_from(f"<{_IN_HEADER}I", data, 76)]
        following = struct.unpack_from("<I", data, 68)[0]
        seen: set[int] = set()
        while following < _END:
            if following in seen:
                raise ValueError(following)
            seen.add(following)
            more = struct.unpack(f"<{size // 4}I", _sector(data, following, size))
            sectors += more[:-1]
            following = more[-1]
        table: list[int] = []
        for one in sectors:
            if one < _END:
                table += struct.unpack(f"<{size // 4}I", _sector(data, one, size))
        chain = tuple(table)
        directory = _joined(data, first, size, chain)
        small = _joined(data, small_first, size, chain) if small_first < _END else b""
        return cls(data, size, 64, cutoff, chain, directory, struct.unpack(f"<{len(small) // 4}I", small))

    def streams(self, wanted: tuple[str, ...]) -> dict[str, bytes]:
        entries = [self.directory[at : at + _ENTRY] for at in range(0, len(self.directory), _ENTRY)][:_MOST_STREAMS]
        found: dict[str, bytes] = {}
        if not entries or entries[0][66] != _ROOT:
            raise ValueError(entries)
        inner: bytes | None = None
        for one in entries:
            title = one[: max(0, struct.unpack_from("<H", one, 64)[0] - 2)].decode("utf-16-le", "replace")
            if one[66] != _STREAM or title not in wanted or title in found:
                continue
            first, size = struct.unpack_from("<II", one, 116)
            if size < self.cutoff:
                if inner is None:
                    inner = _joined(self.data, struct.unpack_from("<I", entries[0], 116)[0], self.size, self.table)
                whole = _joined(inner, first, self.small, self.small_table, first=0)
            else:
                whole = _joined(self.data, first, self.size, self.table)
            if len(whole) < size:
                raise ValueError(size)
            found[title] = whole[:size]
        return found


def _sector(data: bytes, number: int, size: int, first: int = 1) -> bytes:
    """One sector; the `first` of the file stands after its header, which takes the room of one."""
    start = (number + first) * size
    part = data[start : start + size]
    if not part:
        raise IndexError(number)
    return part.ljust(size, b"\0")


def _joined(data: bytes, number: int, size: int, table: tuple[int, ...], first: int = 1) -> bytes:
    """Sectors of a chain, put together."""
    parts: list[bytes] = []
    while number < _END:
        if len(parts) > len(table):
            raise ValueError(number)
        parts.append(_sector(data, number, size, first))
        number = table[number]
    return b"".join(parts)
