"""Cut a well-formed table into cells with Arrow, whose result is the same as that of `opsrules.readers.walk`.

Arrow counts records, not lines, and is silent about some faults: so bytes are looked at first. Whatever is not plainly
well formed - a quote in the middle of a cell, a NUL - is left to the slower walk, and so are the few rows of another
width, such as a footer, that stand among many of one.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from opsrules.readers.walk import LONGEST_FIELD, LONGEST_RECORD, Body, Raw, is_blank, walk
from opsrules.signs import is_filled

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]
    _Bytes = npt.NDArray[np.uint8]

__all__ = ["fast", "well_quoted"]

_QUOTE, _LINE_END = ord('"'), ord("\n")
_PIECE = 1 << 24  # so that a block of a large file is cut in one piece
_FEW = 16  # one row in so many may have another width


@dataclass(frozen=True)
class _Spans:
    """Where the records that are not empty start and end, in bytes, and in which line."""

    starts: _Ints
    ends: _Ints
    lines: _Ints
    over_lines: bool

    def where(self, mask: npt.NDArray[np.bool_]) -> _Spans:
        """Those of some records alone."""
        return _Spans(self.starts[mask], self.ends[mask], self.lines[mask], self.over_lines)


def fast(body: Body) -> Raw | None:
    """Cut text into records, or return None where only `opsrules.readers.walk.walk` can tell what they are."""
    data, delimiter = body.text.encode(), ord(body.delimiter)
    signs = np.frombuffer(data, dtype=np.uint8)
    is_end = signs == _LINE_END
    # Mostly line ends are no table, and each would take forty times its size.
    if b"\0" in data or not data or 2 * np.count_nonzero(is_end) > len(data):
        return None
    quotes = _quotes(data, signs)
    if not _closed(signs, quotes, delimiter):
        return None
    spans = _spans(np.flatnonzero(is_end), len(data), quotes, body.first_line)
    if spans is None or not spans.starts.size:
        return None
    cells = len(_cut(data[spans.starts[0] : spans.ends[0]], body.delimiter))
    return _alike(data, body, cells, spans) or _with_odd(data, body, _widths(signs, quotes, delimiter, spans), spans)


def _alike(data: bytes, body: Body, cells: int, spans: _Spans) -> Raw | None:
    """Cut rows that all have so many cells; None where they have not."""
    table = _arrow(data, body, cells, spans) if cells >= body.width else None
    if table is None:
        return None
    size = table.num_rows
    spare = np.zeros(size, dtype=bool)
    for extra in range(body.width, cells):
        spare |= pc.not_equal(table.column(str(extra)), "").to_numpy()
    frame = pd.DataFrame({at: table.column(str(at)).to_pandas().array for at in body.wanted})
    raw = Raw(frame, spans.lines, np.full(size, cells, dtype=np.int64), np.zeros(size, dtype=bool), spare)
    return _without_blanks(raw, data, spans, body.delimiter)


def _with_odd(data: bytes, body: Body, widths: _Ints, spans: _Spans) -> Raw | None:
    """Cut rows of which a few have another width than most; None where they are more."""
    usual = int(np.bincount(widths).argmax())
    odd = widths != usual
    if _FEW * np.count_nonzero(odd) > len(odd):
        return None
    few, many = spans.where(odd), spans.where(~odd)
    # Each row with its line end, which the last one may lack.
    pieces = [data[start : end + 1] for start, end in zip(few.starts, few.ends, strict=True)]
    behind = np.append(0, few.ends + 1)
    until = np.append(few.starts, len(data))
    left = b"".join(data[start:end] for start, end in zip(behind, until, strict=True))
    moved = np.cumsum(np.append(0, few.ends + 1 - few.starts))[np.searchsorted(few.starts, many.starts)]
    raw = _alike(left, body, usual, replace(many, starts=many.starts - moved, ends=many.ends - moved))
    if raw is None:
        return None
    own = walk(replace(body, text=b"".join(pieces).decode(), first_line=0))
    firsts = np.cumsum([0, *(piece.count(b"\n") for piece in pieces)])
    lines = few.lines[np.searchsorted(firsts, own.lines)]
    order = np.argsort(np.append(raw.lines, lines))
    cells = pd.concat([raw.cells, own.cells], ignore_index=True).take(order).reset_index(drop=True)
    return Raw(
        cells,
        np.append(raw.lines, lines)[order],
        np.append(raw.widths, own.widths)[order],
        np.append(raw.nul, own.nul)[order],
        np.append(raw.spare, own.spare)[order],
    )


def _widths(signs: _Bytes, quotes: _Ints, delimiter: int, spans: _Spans) -> _Ints:
    """Cells of each record."""
    between = np.flatnonzero(signs == delimiter)
    if quotes.size:
        between = between[np.searchsorted(quotes, between) % 2 == 0]
    return np.searchsorted(between, spans.ends) - np.searchsorted(between, spans.starts) + 1


def well_quoted(text: str, delimiter: str) -> bool:
    """Whether every quote opens a cell, closes one, or is one of a pair inside one."""
    data = text.encode()
    signs = np.frombuffer(data, dtype=np.uint8)
    return _closed(signs, _quotes(data, signs), ord(delimiter))


def _quotes(data: bytes, signs: _Bytes) -> _Ints:
    return np.flatnonzero(signs == _QUOTE) if b'"' in data else np.zeros(0, dtype=np.int64)


def _closed(signs: _Bytes, quotes: _Ints, delimiter: int) -> bool:
    if not quotes.size:
        return True
    if quotes.size % 2:
        return False
    opens, closes = quotes[0::2], quotes[1::2]
    border = np.zeros(256, dtype=bool)
    border[[delimiter, _LINE_END, _QUOTE]] = True
    before = signs[np.maximum(opens - 1, 0)]
    after = signs[np.minimum(closes + 1, signs.size - 1)]
    return bool(np.all(border[before] | (opens == 0)) and np.all(border[after] | (closes == signs.size - 1)))


def _spans(newlines: _Ints, size: int, quotes: _Ints, first_line: int) -> _Spans | None:
    outside = np.searchsorted(quotes, newlines) % 2 == 0
    ends = newlines[outside]
    lines = np.append(0, np.flatnonzero(outside) + 1) + first_line
    starts = np.append(0, ends + 1)
    ends = np.append(ends, size)
    spanned = np.diff(np.append(lines, first_line + newlines.size + 1))
    if spanned.max() > LONGEST_RECORD or (ends - starts).max() > LONGEST_FIELD:
        return None
    kept = ends > starts
    return _Spans(starts[kept], ends[kept], lines[kept].astype(np.int64), bool(not outside.all()))


def _arrow(data: bytes, body: Body, cells: int, spans: _Spans) -> pa.Table | None:
    names = [str(at) for at in range(cells)]
    kept = [names[at] for at in (*body.wanted, *range(body.width, cells))]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=_PIECE),
            parse_options=arrow_csv.ParseOptions(delimiter=body.delimiter, newlines_in_values=spans.over_lines),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=kept,
                column_types=dict.fromkeys(kept, pa.large_string()),
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:  # rows of different width, above all
        return None
    return table if table.num_rows == spans.starts.size else None


def _cut(record: bytes, delimiter: str) -> list[str]:
    lines = io.StringIO(record.decode(), newline="\n")
    return next(csv.reader(lines, delimiter=delimiter, strict=True), [])


def _without_blanks(raw: Raw, data: bytes, spans: _Spans, delimiter: str) -> Raw:
    """Leave out rows of nothing but delimiters, as spreadsheets write them."""
    empty = np.ones(len(raw.cells), dtype=bool)
    for at in raw.cells:
        if not empty.any() or is_filled(raw.cells[at]):
            return raw
        empty[empty] = (raw.cells[at][empty].str.strip() == "").to_numpy(dtype=bool)
    kept = np.ones(len(raw.cells), dtype=bool)
    for row in np.flatnonzero(empty):
        cells = _cut(data[spans.starts[row] : spans.ends[row]], delimiter)
        kept[row] = not is_blank(cells, delimited_end=bool(spans.ends[row] == len(data)))
    if kept.all():
        return raw
    left = raw.cells.loc[kept].reset_index(drop=True)
    return Raw(left, raw.lines[kept], raw.widths[kept], raw.nul[kept], raw.spare[kept])
