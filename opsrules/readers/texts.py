"""The text of a large file, read piece by piece."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from opsrules.readers.content import marked, opened
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
            If the file is a workbook, or in an encoding that only all of it tells.
        FileRefused
            If it changed while it was read.
        """
        digest = hashlib.sha256()
        with opened(self.source) as file:
            start = file.read(self.piece)
            if is_workbook(start):
                raise Undecided
            self.encoding = marked(start) or "utf-8"
            decode = codecs.getincrementaldecoder(self.encoding)().decode
            held = ""
            for number, (data, last) in enumerate(chunks(file, start, self.piece)):
                digest.update(data)
                try:
                    text = held + decode(data, last)
                except UnicodeDecodeError as error:
                    raise Undecided from error
                if not number:
                    text = text.lstrip(_BOM)
                held = "\r" if text.endswith("\r") and not last else ""
                yield plain_lines(text[: len(text) - len(held)])
        self.sha256 = digest.hexdigest()


def chunks(file: BinaryIO, start: bytes, piece: int) -> Iterator[tuple[bytes, bool]]:
    """Give the bytes of a file that begins with `start`, and whether they are the last."""
    data = start
    while data:
        following = file.read(piece)
        yield data, not following
        data = following
