"""The lines of a BAI2 file as records.

A record goes on in lines that begin with 88, anywhere: between two fields, or within the text at its end. ``/`` ends a
line; a comma ends a field, but in the text it is text. A line that begins with no known code is a record lost: it is
kept by itself.

Source: Cash Management Balance Reporting Specifications, version 2 (BAI, now ASC X9).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from opsrules.readers.streamed import Streamed

__all__ = ["Record", "records_of"]

_LINE = re.compile(r"(01|02|03|16|49|88|98|99)(?:,(.*)|/)?")


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


def records_of(content: Streamed) -> Iterator[Record]:
    """Give the records of a file, each when the next one with a known code is there; lost lines come behind it."""
    whole: list[Record] = []
    known: Record | None = None
    for number, written in enumerate(content.lines(), start=1):
        line = written.strip(" \t\x1a")
        found = _LINE.fullmatch(line)
        part = (found[2] or "").removesuffix("/") if found else line
        if found and found[1] == "88" and known is not None:
            known.parts.append(part)
        elif found and found[1] != "88":
            yield from whole
            known = Record(number, found[1], [part])
            whole = [known]
        elif line:
            whole.append(Record(number, "", [part]))
    yield from whole
