"""Where the header row of a table is, and what stands between its cells."""

from __future__ import annotations

import csv
import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from opsrules.errors import FileRefused
from opsrules.readers.card_columns import is_card_column
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Head

__all__ = [
    "Header",
    "find_header",
    "locate",
    "plain_lines",
    "recognises",
    "recognises_columns",
    "refuse_missing",
]

_LINES = 40  # the longest preamble known is 12 lines, but a summary may stand before the header too
_WINDOW = 64 * 1024  # signs in which the header row must end
_MOST_COLUMNS = 2_000
# Exports of one platform write the same name with either sign, by language and year.
_PLAIN_SIGNS = str.maketrans("\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u00a0", '\'\'"""-- ', "\ufeff\u200b")


@dataclass(frozen=True)
class Header:
    """The header row of one file.

    Attributes
    ----------
    line : int
        1-based line it stands in.
    end : int
        Offset in the text of the line after it.
    delimiter : str
        Sign between cells.
    names : tuple of str
        Column names as they stand there, without blanks around them.
    hits : int
        How many wanted names it holds.
    above : str
        The lines before it.
    """

    line: int
    end: int
    delimiter: str
    names: tuple[str, ...]
    hits: int
    above: str = ""


def plain_lines(text: str) -> str:
    r"""Text with every line end, CR LF or CR, as ``\n``; the number of lines stays the same."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _plain(name: str) -> str:
    return " ".join(name.translate(_PLAIN_SIGNS).split()).casefold()


def find_header(text: str, names: frozenset[str], delimiters: str) -> Header | None:
    """Line among the first 40 that holds most of the names; the first of equals, None when none holds any."""
    best: Header | None = None
    wanted = {_plain(name) for name in names}
    start = 0
    for number in range(1, _LINES + 1):
        stop = text.find("\n", start, _WINDOW)
        if stop < 0:
            if len(text) > _WINDOW:
                break
            stop = len(text)
        for delimiter in delimiters:
            cells = _split(text[start:stop], delimiter)
            hits = len(wanted.intersection(_plain(cell) for cell in cells))
            if hits > (best.hits if best else 0):
                names_there = tuple(cell.strip() for cell in cells)
                best = Header(number, min(stop + 1, len(text)), delimiter, names_there, hits, text[:start])
        start = stop + 1
        if start >= len(text):
            break
    return best


def _split(line: str, delimiter: str) -> list[str]:
    if delimiter not in line:
        return [line]
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def recognises(head: Head, layout: Layout) -> bool:
    """Whether the first lines hold a header of this layout: all its marks but one."""
    found = find_header(plain_lines(head.text), frozenset(layout.marks), layout.delimiters)
    return found is not None and found.hits >= len(layout.marks) - 1


def recognises_columns(head: Head, layout: Layout, targets: Sequence[str]) -> bool:
    """Whether the first lines hold a header with these columns but one, each by any of its names, in any language."""
    names = [{_plain(one) for one in layout.named()[target].names} for target in targets]
    found = find_header(plain_lines(head.text), frozenset().union(*names), layout.delimiters)
    if found is None:
        return False
    present = {_plain(one) for one in found.names}
    return sum(not known.isdisjoint(present) for known in names) >= len(targets) - 1


def locate(text: str, layout: Layout, name: str) -> tuple[Header, dict[str, int]]:
    """Header row and, for each target that the file has, the position of its column.

    Raises
    ------
    FileRefused
        If no line looks like the header, a required column is missing, or a used one stands there twice or is made
        for card data.
    """
    names = frozenset(name for column in layout.columns for name in column.names)
    required = [column for column in layout.columns if column.required]
    header = find_header(text, names, layout.delimiters)
    if header is None or header.hits < max(2, len(required) // 2):
        if text.lstrip()[:1] in ("{", "["):
            raise FileRefused(name, "this is JSON, expected a table", "send the CSV, or name the reader of that JSON")
        listed = ", ".join(column.source for column in required)
        raise FileRefused(
            name,
            f"none of the first {_LINES} lines is a header row with the columns {listed}",
            "check that this is the right export, or name another reader",
        )
    if len(header.names) > _MOST_COLUMNS:
        what = f"the header row has {len(header.names)} columns, expected at most {_MOST_COLUMNS}"
        raise FileRefused(f"{name}:{header.line}", what, "check that this is the right export")
    return header, _positions(header, layout, name)


def _positions(header: Header, layout: Layout, name: str) -> dict[str, int]:
    place = f"{name}:{header.line}"
    present = [_plain(one) for one in header.names]
    times = Counter(present)
    known = {_plain(one) for column in layout.columns for one in column.names}
    strangers = {plain: one for plain, one in zip(present, header.names, strict=True) if plain not in known and plain}
    found: dict[str, int] = {}
    for column in layout.columns:
        title = next((_plain(one) for one in column.names if times[_plain(one)]), None)
        if title is None:
            refuse_missing(column, strangers, place)
        elif is_card_column(header.names[present.index(title)]):
            what = f"the column {column.source!r} is made for card data, which is never read"
            raise FileRefused(place, what, "declare another column, or none, in the account file")
        elif times[title] > 1:
            what = f"the column {header.names[present.index(title)]!r} stands {times[title]} times in the header"
            raise FileRefused(place, what, "export the file again, or remove the column that does not belong there")
        else:
            found[column.target] = present.index(title)
    return found


def refuse_missing(column: Column, strangers: dict[str, str], place: str) -> None:
    """Refuse a file that lacks a required column, or an optional amount that only changed its name.

    Parameters
    ----------
    column : Column
    strangers : dict of str to str
        Names in the file that no column has, by their plain spelling.
    place : str

    Raises
    ------
    FileRefused
        Naming the nearest of the strangers.
    """
    # An optional amount that is missing counts as 0: one that only changed its name must not.
    if not column.required and column.kind is not Kind.AMOUNT:
        return
    near = difflib.get_close_matches(_plain(column.source), strangers, n=1, cutoff=0.5 if column.required else 0.85)
    if not column.required and not near:
        return
    listed = " or ".join(repr(one) for one in column.names)
    nearest = f"; the nearest name there is {strangers[near[0]]!r}" if near else ""
    raise FileRefused(place, f"the column {listed} is missing{nearest}", "export the file again with that column")
