"""The lines of a BAI2 file as records, and the records as they stand inside each other.

A record goes on in lines that begin with 88, anywhere: between two fields, or within the text at its end. ``/`` ends a
line; a comma ends a field, but in the text it is text. A line that begins with no known code is a record lost: it is
kept by itself.

Source: Cash Management Balance Reporting Specifications, version 2 (BAI, now ASC X9).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from opsrules.errors import FileRefused
from opsrules.readers.bank_lines import each_line
from opsrules.readers.content import Content

__all__ = ["Block", "Record", "blocks_of"]

_LINE_END = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"(01|02|03|16|49|88|98|99)(?:,(.*)|/)?")
_INSIDE = {"": "01", "01": "02", "02": "03", "03": "16"}
_END = {"01": "99", "02": "98", "03": "49"}
_NAMES = {
    "01": "file header (01)", "02": "group (02)", "03": "account (03)", "16": "transaction (16)",
    "49": "account trailer (49)", "98": "group trailer (98)", "99": "file trailer (99)",
}  # fmt: skip
_AGAIN = "download the file again"


@dataclass(frozen=True, slots=True)
class Record:
    """One record with the lines that continue it.

    Attributes
    ----------
    line : int
        1-based line where it starts.
    code : str
        "" for a line that begins with no known code.
    parts : list of str
        What stands behind the code in each of its lines, without the ``/`` at the end.
    """

    line: int
    code: str
    parts: list[str] = field(default_factory=list)

    @property
    def has_zero_byte(self) -> bool:
        """Whether one of its lines is damaged."""
        return any("\x00" in part for part in self.parts)


@dataclass(slots=True)
class Block:
    """A file, a group, an account or a transaction, with what stands inside it.

    Attributes
    ----------
    head : Record
    inside : list of Block
    lost : list of Record
        Lines inside it that begin with no known code.
    trailer : Record
    """

    head: Record
    inside: list[Block] = field(default_factory=list)
    lost: list[Record] = field(default_factory=list)
    trailer: Record = field(default_factory=lambda: Record(0, ""))

    @property
    def lines(self) -> int:
        """Lines of the whole block."""
        own = len(self.head.parts) + len(self.trailer.parts) + len(self.lost)
        return own + sum(inner.lines for inner in self.inside)

    def all_lost(self) -> Iterator[Record]:
        """Lines with no known code, its own and those of what is inside it."""
        yield from self.lost
        for inner in self.inside:
            yield from inner.all_lost()


def blocks_of(content: Content) -> Block:
    """What a file holds, as a block around its one or more files (01 to 99).

    Raises
    ------
    FileRefused
        If a record stands where it may not, a trailer is missing, or there are zero bytes outside of transactions.
    """
    around = Block(Record(0, ""))
    open_ = [around]
    for record in _records(content.text):
        inner, code = open_[-1], open_[-1].head.code
        if not record.code:
            inner.lost.append(record)
        elif record.code == _INSIDE.get(code):
            inner.inside.append(Block(record))
            if record.code in _END:
                open_.append(inner.inside[-1])
        elif record.code == _END.get(code):
            open_.pop().trailer = record
        else:
            raise _misplaced(content.name, record, code)
        if record.code not in ("", "16") and record.has_zero_byte:
            raise FileRefused(f"{content.name}:{record.line}", "zero bytes outside of a transaction", _AGAIN)
    if len(open_) > 1 or not around.inside:
        missing = _NAMES[_END.get(open_[-1].head.code, "01")]
        line = content.text.count("\n") + 1
        raise FileRefused(f"{content.name}:{line}", f"expected {missing}, got the end: the file is cut off", _AGAIN)
    return around


def _records(text: str) -> list[Record]:
    records: list[Record] = []
    known: Record | None = None
    for number, written in enumerate(each_line(text, _LINE_END), start=1):
        line = written.strip(" \t\x1a")
        found = _LINE.fullmatch(line)
        part = (found[2] or "").removesuffix("/") if found else line
        if found and found[1] == "88" and known is not None:
            known.parts.append(part)
        elif found and found[1] != "88":
            known = Record(number, found[1], [part])
            records.append(known)
        elif line:
            records.append(Record(number, "", [part]))
    return records


def _misplaced(name: str, record: Record, code: str) -> FileRefused:
    expected = " or ".join(_NAMES[one] for one in (_INSIDE.get(code), _END.get(code)) if one)
    return FileRefused(f"{name}:{record.line}", f"expected {expected}, got {_NAMES[record.code]}", _AGAIN)
