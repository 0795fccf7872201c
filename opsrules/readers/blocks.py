"""Tables larger than memory should hold at once: cut into blocks of whole records, each read as if it were the file.

What only the whole file can tell - its encoding, how it writes amounts and dates, how wide its rows are - every block
must tell alike. Where one says otherwise, or where quotes do not tell which line ends end a record, the file has to be
read whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from opsrules.errors import FileRefused
from opsrules.readers.cells import Setting
from opsrules.readers.fast import fast, well_quoted
from opsrules.readers.layout import Dates, Layout, Tears
from opsrules.readers.model import Source
from opsrules.readers.opening import size_of
from opsrules.readers.table import SMALL, Around, Opening, Parting, Records, all_table
from opsrules.readers.texts import Texts, Undecided
from opsrules.readers.walk import Body, Raw, walk

__all__ = ["BLOCK_BYTES", "Block", "Blocks", "Manner", "Undecided", "alike"]

BLOCK_BYTES = 2 << 20
"""Bytes read at a time at the most: larger blocks take more memory and hardly less time."""

_PARTS = 64  # a smaller file is read in smaller blocks, down to the half: what is in work must not outweigh it

_MOST_BLOCKS_A_RECORD = 2

Manner = tuple[Setting, int]
"""How a block writes amounts and dates, and how wide its rows are."""


@dataclass(frozen=True)
class Block:
    """A part of a file that holds whole records.

    Attributes
    ----------
    opening : Opening
    text : str
        With plain line ends.
    first_line : int
        Line in which it starts.
    around : tuple of (int, str)
        Lines around the records.
    """

    opening: Opening
    text: str
    first_line: int
    around: Around = ()

    def records(self) -> Records:
        """Cut it into records.

        Raises
        ------
        Undecided
            If the file has to be read as a whole.
        """
        try:
            records = self.opening.records(self.text, self.first_line, self.text, _cut)
        except FileRefused as error:
            raise Undecided from error
        return replace(records, around=self.around, is_part=True, first_line=self.first_line)

    def order(self) -> Dates:
        """Order of day and month that its dates tell; see `opsrules.readers.dates.order_told`."""
        try:
            return self.opening.told(self.text, self.first_line, _cut)
        except FileRefused as error:
            raise Undecided from error


def _cut(body: Body) -> Raw:
    raw = fast(body) if len(body.text) > SMALL else None
    if raw is None and '"' in body.text and not well_quoted(body.text, body.delimiter):
        raise Undecided
    return raw or walk(body)


def alike(first: Manner | None, now: Records) -> Manner | None:
    """Return how the first block with records writes, against which the next ones are held.

    Raises
    ------
    Undecided
        If this block tells another way of writing amounts and dates, or rows of another width.
    """
    if now.cells.empty:  # nothing is written there
        return first
    manner = (now.setting, now.width)
    if first not in (None, manner):
        raise Undecided
    return manner


@dataclass
class Blocks:
    """One file, block by block.

    Attributes
    ----------
    source : Source
    layout : Layout
    parting : callable
    encoding, sha256 : str
        Known when the last block is read.
    """

    source: Source
    layout: Layout
    parting: Parting = all_table
    encoding: str = field(default="", init=False)
    sha256: str = field(default="", init=False)

    def __iter__(self) -> Iterator[Block]:
        """Give the blocks in file order.

        Raises
        ------
        Undecided
            If the file has to be read as a whole; what was given before does not count.
        FileRefused
            If it changed while it was read.
        """
        blocks = self._blocks()
        held: list[Block] = []
        order = Dates.LOCAL
        for block in blocks:
            held.append(block)
            order = block.order()
            if order is not Dates.LOCAL:
                break
        if held and order is Dates.LOCAL:
            raise Undecided
        told = None if order is Dates.ISO else order
        for block in chain(_emptied(held), blocks):
            yield replace(block, opening=replace(block.opening, order=told))

    def _blocks(self) -> Iterator[Block]:
        opening: Opening | None = None
        line = 1
        at_once = min(BLOCK_BYTES, max(BLOCK_BYTES // 2, size_of(self.source) // _PARTS))
        texts = Texts(self.source, at_once)
        for piece in _whole_records(iter(texts), self.layout.tears):
            below, around = self.parting(piece, line)
            if opening is None:
                opening = _opening(below, self.layout, self.source)
                below, line = below[opening.header.end :], opening.header.line + 1
            yield Block(opening, below, line, around)
            line += below.count("\n")
        self.encoding, self.sha256 = texts.encoding, texts.sha256


def _emptied(held: list[Block]) -> Iterator[Block]:
    while held:
        yield held.pop(0)


def _whole_records(texts: Iterator[str], tears: Tears | None) -> Iterator[str]:
    rest: list[str] = []
    for text in texts:
        piece = "".join((*rest, text))
        end = _last_end(piece, tears)
        if not end:
            rest = [piece]
            if len(piece) > _MOST_BLOCKS_A_RECORD * BLOCK_BYTES:
                raise Undecided
            continue
        yield piece[:end]
        rest = [piece[end:]]
    if any(rest):
        yield "".join(rest)


def _last_end(text: str, tears: Tears | None) -> int:
    """Offset behind the last line end outside quotes, and before the beginning of a record; 0 when there is none."""
    at = text.rfind("\n")
    is_quoted = '"' in text
    is_inside = is_quoted and bool(text.count('"', 0, at + 1) % 2)
    while at >= 0 and (is_inside or not (tears is None or tears.begins(text, at + 1))):
        earlier = text.rfind("\n", 0, at)
        if is_quoted:
            is_inside ^= bool(text.count('"', earlier + 1, at + 1) % 2)
        at = earlier
    return at + 1


def _opening(text: str, layout: Layout, source: Source) -> Opening:
    try:
        return Opening.of(text, layout, source)
    except FileRefused as error:
        raise Undecided from error
