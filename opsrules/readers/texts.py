"""The text of a large file, read piece by piece."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from opsrules.readers.content import is_damaged_utf8, marked, opened
from opsrules.readers.header import plain_lines
from opsrules.readers.model import Source
from opsrules.readers.sheets import is_workbook

__all__ = ["Texts", "Undecided", "chunks"]

_BOM = "\ufeff"


class Undecided(Exception):  # noqa: N818 - no fault of anyone
    """The file has to be read as a whole."""


@dataclass
class Texts:
    """One file's text, with plain line ends, in pieces of any length.

    Attributes
    ----------
    source : Source
    piece : int
        Bytes read at a time.
    encoding, sha256 : str
        Known when the last piece is read.
    """

    source: Source
    piece: int
    encoding: str = field(default="", init=False)
    sha256: str = field(default="", init=False)

    def __iter__(self) -> Iterator[str]:
        """Give the pieces in file order.

        Raises
        ------
        Undecided
            If the file is a workbook, or no text in the encoding that its first signs beyond ASCII tell.
        FileRefused
            If it changed while it was read.
        """
        digest = hashlib.sha256()
        with opened(self.source) as file:
            start = file.read(self.piece)
            if is_workbook(start):
                raise Undecided
            self.encoding = marked(start) or "utf-8"
            decoded = self._decoded()
            held = ""
            for number, (data, last) in enumerate(chunks(file, start, self.piece)):
                digest.update(data)
                text = held + decoded(data, last)
                if not number:
                    text = text.lstrip(_BOM)
                held = "\r" if text.endswith("\r") and not last else ""
                yield plain_lines(text[: len(text) - len(held)])
        self.sha256 = digest.hexdigest()

    def _decoded(self) -> Callable[[bytes, bool], str]:
        """Way from one piece of bytes after the other to text."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        is_ascii = self.encoding == "utf-8"

        def decoded(data: bytes, last: bool) -> str:
            nonlocal decoder, is_ascii
            begun = decoder.getstate()[0]
            try:
                try:
                    text = decoder.decode(data, last)
                except UnicodeDecodeError:
                    if not is_ascii or self._is_damaged():
                        raise
                    self.encoding = "cp1252"  # in which all that was given reads the same
                    decoder = codecs.getincrementaldecoder(self.encoding)()
                    text = decoder.decode(begun + data, last)
            except UnicodeDecodeError as error:
                raise Undecided from error
            is_ascii = is_ascii and text.isascii()
            return text

        return decoded

    def _is_damaged(self) -> bool:
        with opened(self.source) as file:
            return is_damaged_utf8(data for data, _ in chunks(file, file.read(self.piece), self.piece))


def chunks(file: BinaryIO, start: bytes, piece: int) -> Iterator[tuple[bytes, bool]]:
    """Give the bytes of a file that begins with `start`, and whether they are the last."""
    data = start
    while data:
        following = file.read(piece)
        yield data, not following
        data = following
