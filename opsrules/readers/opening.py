"""What a file is packed in: gzip streams and zip archives are opened as they are read, and never beyond a limit.

Nothing is written to disk. Bytes are counted as they are inflated, so that a bomb is refused while it is still small;
what a header claims is believed only when it leads to a refusal.
"""

from __future__ import annotations

import gzip
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from stat import S_ISLNK
from typing import IO, BinaryIO, cast

from opsrules.errors import FileRefused
from opsrules.readers.model import Source

__all__ = ["LARGEST_BYTES", "archive", "expanded", "is_archive", "size_of", "unpacked"]

LARGEST_BYTES = 1 << 30
"""Files above 1 GiB that are packed, or only make sense as a whole, are refused: they would not fit an account's
memory."""

_FREE_BYTES = 1 << 24  # what anything packed may hold, however small it is itself
_MOST_TIMES = 200  # exports shrink to a fifth, sheets of a workbook to a fiftieth of their size
_MOST_ENTRIES = 5_000
_BUFFER = 1 << 16

_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
_ENTRY = b"PK\x01\x02"
_BROKEN = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, struct.error, NotImplementedError)
_AGAIN = "ask for the file again, or unpack it and send what is in it"
# Entries of what is one document to its user, not an archive of files: Office and OpenDocument, Numbers.
_DOCUMENTS = ("[Content_Types].xml", "META-INF/manifest.xml", "Index/Document.iwa")
# What systems put beside a client's files when they pack a folder.
_CLUTTER = re.compile(r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")
_OUTSIDE = re.compile(r"[\x00-\x1f\x7f\\]|^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)")


def expanded(source: Source) -> tuple[Source, ...]:
    """Return the files that one file stands for: those in a zip archive, each named ``archive.zip/member``, or itself.

    Raises
    ------
    FileRefused
        If an archive is damaged, encrypted or too large, holds no file, or names one that would lead out of it.
    """
    if source.member:
        return (source,)
    try:
        with source.path.open("rb") as file:
            if not is_archive(file, source.name):
                return (source,)
            with archive(file, source.name) as opened:
                members = [one.filename for one in _files(opened)]
    except OSError:
        return (source,)  # whoever reads it says why it cannot be read
    if not members:
        raise FileRefused(source.name, "the archive holds no file", "pack it again, with the exports in it")
    return tuple(replace(source, name=f"{source.name}/{one}", member=one) for one in members)


@contextmanager
def unpacked(file: BinaryIO, source: Source) -> Iterator[BinaryIO]:
    """Give the bytes in a gzip file or in one member of a zip archive as they are read; any other file as it is.

    Raises
    ------
    FileRefused
        If it is damaged, inflates beyond `LARGEST_BYTES` or too far for its size, or holds what is packed again.
    """
    if _start(file, 2) == _GZIP:
        with gzip.GzipFile(fileobj=file) as inner:
            yield _counted(cast("IO[bytes]", inner), file.tell, source.name)
    elif is_archive(file, source.name):
        with archive(file, source.name) as opened:
            member = _member(opened, source)
            with opened.open(member) as inside:
                yield _counted(inside, lambda: member.compress_size, source.name)
    else:
        file.seek(0)
        yield file


def size_of(source: Source) -> int:
    """Bytes that a file holds, as far as it says without being read; 0 when it cannot be opened."""
    try:
        with source.path.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            if _start(file, 2) == _GZIP:
                file.seek(max(0, size - 4))
                return max(size, int.from_bytes(file.read(4), "little"))
            if not is_archive(file, source.name):
                return size
            with archive(file, source.name) as opened:
                return _member(opened, source).file_size
    except (OSError, FileRefused):
        return 0  # whoever reads it says why it cannot be read


def is_archive(file: BinaryIO, name: str) -> bool:
    """Whether a file is a zip archive of files, and no workbook or other document, which are zip archives inside."""
    if _start(file, 4) not in _ZIP:
        return False
    with archive(file, name) as opened:
        return not any(name in opened.NameToInfo for name in _DOCUMENTS)


@contextmanager
def archive(file: BinaryIO, name: str) -> Iterator[zipfile.ZipFile]:
    """Open a zip archive whose size, number of entries and names are within limits, before anything is inflated.

    Raises
    ------
    FileRefused
        If it is none, is damaged or encrypted, is packed in a way that cannot be counted, or is beyond a limit.
    """
    if _entries(file) > _MOST_ENTRIES:
        raise FileRefused(name, f"the archive has over {_MOST_ENTRIES} entries", "pack fewer files, or unpack it")
    try:
        with zipfile.ZipFile(file) as opened:
            for one in opened.infolist():
                _hold_entry(one, name)
            if len(opened.NameToInfo) < len(opened.infolist()):
                raise FileRefused(name, "the archive holds two files of one name", _AGAIN)
            _hold_size(sum(one.file_size for one in opened.infolist()), file.seek(0, io.SEEK_END), name)
            yield opened
    except _BROKEN as error:
        raise FileRefused(name, "the archive is damaged, or packed in a way that is not known", _AGAIN) from error


def _entries(file: BinaryIO) -> int:
    """Count what may be entries without holding a list of them, at most one more than are allowed."""
    file.seek(0)
    found, kept = 0, b""
    while found <= _MOST_ENTRIES and (data := file.read(1 << 20)):
        found += (kept + data).count(_ENTRY)
        kept = data[-len(_ENTRY) + 1 :]
    return found


def _hold_entry(one: zipfile.ZipInfo, name: str) -> None:
    shown = f"the file {one.filename[:100]!r} in it"
    if _OUTSIDE.search(one.orig_filename) or S_ISLNK(one.external_attr >> 16):
        raise FileRefused(name, f"{shown} would lead out of the archive", "ask where this archive comes from")
    if one.header_offset < 0:
        raise FileRefused(name, f"the archive is damaged: {shown} would begin before it", _AGAIN)
    if one.flag_bits & 1:
        raise FileRefused(name, f"{shown} is protected by a password", "unpack it and send what is in it")
    if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileRefused(name, f"{shown} is packed in a way that is not known", "pack it again as a plain zip")


def _files(opened: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [one for one in opened.infolist() if not one.is_dir() and not _CLUTTER.search(one.filename)]


def _member(opened: zipfile.ZipFile, source: Source) -> zipfile.ZipInfo:
    """The file that is meant: by its name, or the only one."""
    named = [one for one in _files(opened) if source.member in ("", one.filename)]
    if len(named) != 1:
        what = f"the archive holds {len(named)} files" + (f" called {source.member!r}" if source.member else "")
        raise FileRefused(source.name, f"{what}, expected one", "name one of them as member, or unpack the archive")
    return named[0]


def _start(file: BinaryIO, size: int) -> bytes:
    file.seek(0)
    start = file.read(size)
    file.seek(0)
    return start


def _counted(inner: IO[bytes], packed: Callable[[], int], name: str) -> BinaryIO:
    file = io.BufferedReader(_Counted(inner, packed, name), _BUFFER)
    if file.peek(2).startswith(_GZIP):
        raise FileRefused(name, "what is packed in this file is packed again", "unpack it once and send that")
    return file


class _Counted(io.RawIOBase):
    """Bytes inflated only as they are asked for, refused once they are too many."""

    def __init__(self, inner: IO[bytes], packed: Callable[[], int], name: str) -> None:
        self._inner, self._packed, self._name, self._size = inner, packed, name, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._inner.read(len(buffer))
        except _BROKEN as error:
            what = f"what is packed in this file is damaged or cut off after {self._size} bytes"
            raise FileRefused(self._name, what, _AGAIN) from error
        self._size += len(data)
        _hold_size(self._size, self._packed(), self._name)
        buffer[: len(data)] = data
        return len(data)


def _hold_size(size: int, packed: int, name: str) -> None:
    if size > LARGEST_BYTES:
        what = f"unpacked it has over {LARGEST_BYTES} bytes, expected at most that in a packed file"
        raise FileRefused(name, what, "send shorter periods, or unpack it")
    if size > _FREE_BYTES and size > _MOST_TIMES * packed:
        what = f"it unpacks to over {_MOST_TIMES} times its size, as no export does"
        raise FileRefused(name, what, "ask where this file comes from; if it is an export, unpack it")
