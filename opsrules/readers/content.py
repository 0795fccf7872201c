"""The bytes of one file, read once, and the text in them.

What is hashed is what is read; a file's size and time are looked at before and after, so that an export that is still
being written is refused instead of half read.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from opsrules.errors import FileRefused
from opsrules.readers.model import Head, Source

__all__ = ["HEAD_BYTES", "LARGEST_BYTES", "Content", "head", "load", "marked", "opened"]

HEAD_BYTES = 64 * 1024
"""How much of a file is looked at to recognise it."""

LARGEST_BYTES = 1 << 30
"""Files above 1 GiB that only make sense as a whole are refused: they would not fit the memory of an account."""

_ZIPPED = {b"PK\x03\x04": "a zip archive or Excel workbook", b"\x1f\x8b": "a gzip archive", b"%PDF": "a PDF page"}
_BOM = "\ufeff"


@dataclass(frozen=True)
class Content:
    """One file's bytes and text.

    Attributes
    ----------
    name : str
        The file's path relative to the workspace.
    data : bytes
        As they stand on disk.
    text : str
        Decoded, byte order marks removed.
    encoding : str
        utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be or cp1252.
    sha256 : str
        Of `data`.
    """

    name: str
    data: bytes
    text: str
    encoding: str
    sha256: str


def load(source: Source) -> Content:
    """Read one file once.

    Raises
    ------
    FileRefused
        If it is missing, empty, above `LARGEST_BYTES`, packed, changed while it was read, or text in no known encoding.
    """
    with opened(source) as file:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST_BYTES:
            what = f"the file has {size} bytes, expected at most {LARGEST_BYTES} in one that must be read whole"
            raise FileRefused(source.name, what, "export shorter periods")
        data = file.read(LARGEST_BYTES)
    if not data:
        raise FileRefused(source.name, "the file is empty", "export it again")
    for magic, what in _ZIPPED.items():
        if data.startswith(magic):
            raise FileRefused(source.name, f"this is {what}", "unpack or save it as the plain export")
    encoding = _encoding(data, source.name)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused(
            source.name,
            f"byte {error.start} is no text in {encoding}",
            "export the file again, as UTF-8 if there is a choice",
        ) from error
    text = text.lstrip(_BOM)
    if not text.strip("\x00\r\n\t "):
        raise FileRefused(source.name, "the file holds nothing but blanks", "export it again")
    return Content(source.name, data, text, encoding, hashlib.sha256(data).hexdigest())


def head(path: Path) -> Head:
    """Return the first 64 KiB as text; bytes that are no text become U+FFFD instead of an error.

    Raises
    ------
    FileRefused
        If the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            data = file.read(HEAD_BYTES)
    except OSError as error:
        raise _unreadable(path.name, error) from error
    encoding = marked(data)
    if not encoding:
        # A character cut by the end of the head is no sign of another encoding.
        cut = data.decode("utf-8", errors="replace").rstrip("\ufffd")
        encoding = "cp1252" if "\ufffd" in cut else "utf-8"
    return Head(path.name, data.decode(encoding, errors="replace").lstrip(_BOM), encoding)


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """Open a file to be read once, from its beginning to its end.

    Raises
    ------
    FileRefused
        If it cannot be read, or when it is left after it changed: then nothing that was read counts.
    """
    name = source.name
    try:
        before = source.path.stat()
        if not stat.S_ISREG(before.st_mode):
            raise FileRefused(name, "this is no regular file", "name a file")
        with source.path.open("rb") as file:
            yield file
            read = file.tell()
        after = source.path.stat()
    except OSError as error:
        raise _unreadable(name, error) from error
    if _print(before) != _print(after) or read != before.st_size:
        raise FileRefused(name, "the file changed while it was read", "run again when the export is complete")


def _print(found: os.stat_result) -> tuple[int, int, int, int]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _unreadable(name: str, error: OSError) -> FileRefused:
    return FileRefused(name, f"the file cannot be read: {error.strerror}", "check that it exists and may be read")


def marked(data: bytes) -> str:
    """Encoding that a byte order mark or the pattern of zero bytes gives away; "" for none."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = data[:2048]
    half = len(sample) // 2
    if half >= 8:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        if odd > 0.8 * half and even < 0.05 * half:
            return "utf-16-le"
        if even > 0.8 * half and odd < 0.05 * half:
            return "utf-16-be"
    return ""


def _encoding(data: bytes, name: str) -> str:
    if encoding := marked(data):
        return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        # Text of a one-byte encoding hardly ever forms UTF-8 sequences: where those prevail, the file is damaged UTF-8,
        # and reading it as cp1252 would spoil every name in it without a word.
        text = data.decode("utf-8", errors="replace")
        broken = text.count("\ufffd")
        whole = len(text) - len(text.encode("ascii", errors="ignore")) - broken
        if whole >= broken:
            raise FileRefused(
                name, f"byte {error.start} is no UTF-8, though the rest of the file is", "export the file again"
            ) from error
        return "cp1252"
    return "utf-8"
