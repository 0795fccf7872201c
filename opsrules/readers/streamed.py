"""The text of a file that a reader goes through piece by piece, as often as it needs to, and never holds as a whole.

The file is looked at once to know its encoding and its hash; whatever is wrong with it as a whole is said then, in the
words of `opsrules.readers.content.load`.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from opsrules.errors import FileRefused
from opsrules.readers import strangers
from opsrules.readers.content import HEAD_BYTES, hold_whole, is_damaged_utf8, load, marked, opened
from opsrules.readers.header import plain_lines
from opsrules.readers.model import Source
from opsrules.readers.sheets import is_workbook
from opsrules.readers.texts import Undecided, chunks

__all__ = ["Streamed", "streamed"]

_PIECE = 1 << 18
_BOM = "\ufeff"
_BLANKS = "\x00\r\n\t "


@dataclass(frozen=True)
class Streamed:
    """One file whose text is known to be readable.

    Attributes
    ----------
    source : Source
    encoding : str
        utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be or cp1252.
    sha256 : str
        Of its bytes.
    """

    source: Source
    encoding: str
    sha256: str

    @property
    def name(self) -> str:
        """The file's path relative to the workspace."""
        return self.source.name

    def pieces(self, encoding: str = "") -> Iterator[str]:
        """Give the text from its beginning, with plain line ends and without byte order marks, in pieces of any length.

        Parameters
        ----------
        encoding : str, optional
            What the file itself says that it is written in, where its bytes leave that open.

        Raises
        ------
        FileRefused
            If the bytes are no longer those that were looked at.
        UnicodeDecodeError
            If they are no text in `encoding`.
        """
        decode = codecs.getincrementaldecoder(encoding or self.encoding)().decode
        digest, held, first = hashlib.sha256(), "", True
        with opened(self.source) as file:
            for data, last in chunks(file, file.read(_PIECE), _PIECE):
                digest.update(data)
                text = held + decode(data, last)
                held = "\r" if text.endswith("\r") and not last else ""
                text = plain_lines(text[: len(text) - len(held)])
                yield text.lstrip(_BOM) if first else text
                first = False
        if digest.hexdigest() != self.sha256:
            raise _changed(self.name)

    def lines(self) -> Iterator[str]:
        """Give the lines one by one without their ends; the last is "" where the file ends with a line end."""
        open_: list[str] = []
        for piece in self.pieces():
            start, *lines = piece.split("\n")
            open_.append(start)
            if lines:
                yield "".join(open_)
                open_ = [lines.pop()]
                yield from lines
        yield "".join(open_)


def streamed(source: Source) -> Streamed:
    """Look at one file.

    Raises
    ------
    FileRefused
        As `opsrules.readers.content.load`, which holds a file as a whole.
    """
    with contextlib.suppress(UnicodeDecodeError, Undecided):
        try:
            return _looked_at(source)
        except UnicodeDecodeError:
            if _is_one_byte(source):
                return _looked_at(source, "cp1252")
    load(source)
    raise _changed(source.name)


def _looked_at(source: Source, encoding: str = "") -> Streamed:
    digest, start, filled = hashlib.sha256(), "", False
    with opened(source) as file:
        hold_whole(file, source.name)
        head = file.read(HEAD_BYTES)
        if is_workbook(head):
            raise Undecided
        strangers.refuse_packed(head, source.name)
        strangers.refuse_picture(head, source.name)
        encoding = encoding or marked(head) or "utf-8"
        decode = codecs.getincrementaldecoder(encoding)().decode
        for data, last in chunks(file, head, _PIECE):
            digest.update(data)
            text = decode(data, last)
            if not start:
                text = text.lstrip(_BOM)
                start = text[:HEAD_BYTES]
            filled = filled or bool(text.strip(_BLANKS))
    if not filled:
        raise Undecided
    strangers.refuse_page(start, source.name)
    return Streamed(source, encoding, digest.hexdigest())


def _is_one_byte(source: Source) -> bool:
    """Whether bytes that are no UTF-8 are text in a one-byte encoding, by the rule of `load`."""
    with opened(source) as file:
        head = file.read(HEAD_BYTES)
        return not marked(head) and not is_damaged_utf8(data for data, _ in chunks(file, head, _PIECE))


def _changed(name: str) -> FileRefused:
    return FileRefused(name, "the file changed while it was read", "run again when the export is complete")
