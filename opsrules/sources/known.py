"""Why a reader took a file: by what in it, and where."""

from __future__ import annotations

import shlex

from opsrules.inputs import FileRead
from opsrules.readers import reader_named
from opsrules.readers.content import heads
from opsrules.readers.header import find_header, plain_lines
from opsrules.readers.layout import Layout
from opsrules.readers.model import Reader, Source

__all__ = ["NAMED", "header_names", "known_by", "known_next", "known_words"]

NAMED = "named in the account file"


def known_by(source: Source, reader: str) -> str:
    """Tell by what in a file its reader knew it, with the line of its header where it has one.

    Raises
    ------
    FileRefused
        If the file cannot be opened.
    """
    chosen = reader_named(reader)
    names = header_names(chosen)
    starts = heads(source) if names else ()
    start = next((one for one in starts if chosen.identify(one)), None)
    found = find_header(plain_lines(start.text), names, ",;\t|") if start else None
    if found is None:
        return known_words(chosen)
    return f"header in line {found.line}, {found.hits} known columns"


def known_next(one: FileRead) -> str:
    """Next step for a file that nobody recognises; "" for others."""
    return "" if one.reader else f"opsrules sources suggest {shlex.quote(one.name)}"


def known_words(reader: Reader) -> str:
    """Tell by what a reader knows its format, whatever the file."""
    told: str = getattr(reader, "KNOWN_BY", "")
    return told or "header"


def header_names(reader: Reader) -> frozenset[str]:
    """Column names, in every language, that give a table's header away; none where a reader itself says by what."""
    layout = getattr(reader, "LAYOUT", None)
    if not isinstance(layout, Layout) or hasattr(reader, "KNOWN_BY"):
        return frozenset()
    return frozenset((*layout.marks, *(name for column in layout.columns for name in column.names)))
