"""The bytes of one file, read once, and the text in them.

What is hashed is what is read: of a packed file, what is in it, so that a copy sent packed is known as the same. A
file's size and time are looked at before and after, so that an export that is still being written is refused instead
of half read.
"""

from __future__ import annotations

import hashlib
import os
import stat
from codecs import iterdecode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from opsrules.errors import FileRefused
from opsrules.readers import strangers
from opsrules.readers.layout import Layout
from opsrules.readers.model import Head, Source
from opsrules.readers.opening import LARGEST_BYTES, unpacked
from opsrules.readers.sheets import Sheet, is_workbook, kind_of, sheet_for, sheet_heads

__all__ = [
    "HEAD_BYTES",
    "Content",
    "heads",
    "hold_whole",
    "is_damaged_utf8",
    "load",
    "marked",
    "opened",
    "sha256_of",
]

HEAD_BYTES = 64 * 1024
"""How much of a file is looked at to recognise it."""

_BOM = "\ufeff"


@dataclass(frozen=True)
class Content:
    """One file's bytes and text.

    Attributes
    ----------
    name : str
        The file's path relative to the workspace.
    data : bytes
        As they stand on disk, or in what they are packed in.
    text : str
        Decoded, byte order marks removed; of a workbook the table in one of its sheets.
    encoding : str
        utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be or cp1252; xlsx, xlsb or xls for a workbook.
    sha256 : str
        Of `data`.
    sheet : Sheet or None
        Where `text` comes from, in a workbook.
    """

    name: str
    data: bytes
    text: str
    encoding: str
    sha256: str
    sheet: Sheet | None = None


def load(source: Source, layout: Layout | None = None) -> Content:
    """Read one file once.

    Parameters
    ----------
    source : Source
    layout : Layout, optional
        Of the table that is looked for; without one a workbook is refused.

    Raises
    ------
    FileRefused
        If it is missing, empty, above `LARGEST_BYTES`, damaged, changed while it was read, text in no known encoding or
        no text at all.
    """
    with opened(source) as file:
        hold_whole(file, source.name)
        data = file.read()
    if not data:
        raise FileRefused(source.name, "the file is empty", "export it again")
    digest = hashlib.sha256(data).hexdigest()
    if is_workbook(data):
        sheet = sheet_for(data, layout, source.name)
        return Content(source.name, data, sheet.text, kind_of(data, source.name), digest, sheet)
    strangers.refuse_packed(data, source.name)
    strangers.refuse_picture(data, source.name)
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
    strangers.refuse_page(text, source.name)
    return Content(source.name, data, text, encoding, digest)


def heads(source: Source) -> tuple[Head, ...]:
    """Return the first 64 KiB as text, of a workbook those of each sheet; what is no text becomes U+FFFD.

    Raises
    ------
    FileRefused
        If the file cannot be opened, is an archive or workbook that cannot be read, or a web page.
    """
    try:
        with source.path.open("rb") as file, unpacked(file, source) as inner:
            data = inner.read(HEAD_BYTES)
            if is_workbook(data):
                return sheet_heads(data + inner.read(), source.name)
    except OSError as error:
        raise _unreadable(source.name, error) from error
    strangers.refuse_packed(data, source.name)
    encoding = marked(data)
    if not encoding:
        # A character cut by the end of the head is no sign of another encoding.
        cut = data.decode("utf-8", errors="replace").rstrip("\ufffd")
        encoding = "cp1252" if "\ufffd" in cut else "utf-8"
    text = data.decode(encoding, errors="replace").lstrip(_BOM)
    strangers.refuse_page(text, source.name)
    return (Head(source.name, text, encoding),)


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """Open a file, or what is packed in it, to be read once from its beginning to its end.

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
        with source.path.open("rb") as file, unpacked(file, source) as inner:
            yield inner
            read = file.tell() if inner is file else before.st_size
        after = source.path.stat()
    except OSError as error:
        raise _unreadable(name, error) from error
    if _print(before) != _print(after) or read != before.st_size:
        raise FileRefused(name, "the file changed while it was read", "run again when the export is complete")


def hold_whole(file: BinaryIO, name: str) -> None:
    """Refuse a plain file that is too large to be read whole; one that is packed is counted as it is read.

    Raises
    ------
    FileRefused
        If it has over `LARGEST_BYTES`.
    """
    if not file.seekable():
        return
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size > LARGEST_BYTES:
        what = f"the file has {size} bytes, expected at most {LARGEST_BYTES} in one that must be read whole"
        raise FileRefused(name, what, "export shorter periods")


def sha256_of(file: BinaryIO) -> str:
    """Hash of a file from where it stands to its end, as `load` would give it."""
    digest = hashlib.sha256()
    while data := file.read(1 << 20):
        digest.update(data)
    return digest.hexdigest()


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


def is_damaged_utf8(pieces: Iterable[bytes]) -> bool:
    """Whether bytes that are no UTF-8 should have been, rather than be text in another encoding."""
    # Text of a one-byte encoding hardly ever forms UTF-8 sequences: where those prevail, the file is damaged UTF-8,
    # and reading it as cp1252 would spoil every name in it without a word.
    broken = whole = 0
    for text in iterdecode(pieces, "utf-8", errors="replace"):
        lost = text.count("\ufffd")
        broken += lost
        whole += len(text) - len(text.encode("ascii", errors="ignore")) - lost
    return whole >= broken


def _encoding(data: bytes, name: str) -> str:
    if encoding := marked(data):
        return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if is_damaged_utf8([data]):
            raise FileRefused(
                name, f"byte {error.start} is no UTF-8, though the rest of the file is", "export the file again"
            ) from error
        return "cp1252"
    return "utf-8"
