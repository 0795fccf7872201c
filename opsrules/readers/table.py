"""Tables of text, read by their layout: any delimiter, any line end, and every record accounted for.

`open_table` cuts a file into records and sets those aside whose shape is wrong; `opsrules.readers.parsed.parse` reads
the cells of the rest and sets those aside in which one is wrong. Nothing is dropped: records = rows + rejects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.errors import FileRefused
from opsrules.money import NumberStyle
from opsrules.readers.cells import Setting
from opsrules.readers.content import Content
from opsrules.readers.cut import is_whole
from opsrules.readers.dates import dates_of, order_told
from opsrules.readers.fast import fast
from opsrules.readers.header import Header, locate, plain_lines
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import chosen
from opsrules.readers.model import Source
from opsrules.readers.reasons import is_clean, no_reasons
from opsrules.readers.rejects import Reject
from opsrules.readers.sheets import LINE_END, Sheet
from opsrules.readers.styles import style_of
from opsrules.readers.walk import Body, Raw, walk
from opsrules.signs import beginning
from opsrules.terms import RejectReason

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["SMALL", "Around", "Cut", "Opening", "Parting", "Records", "all_table", "open_table"]

SMALL = 1 << 16
"""Signs up to which a file is walked at once: starting Arrow takes longer."""

Around = tuple[tuple[int, str], ...]
"""Lines around the records of a table, such as headers and footers of sections: number and text of each."""

Parting = Callable[[str, int], tuple[str, Around]]
"""Parts text whose first line has that number into a table, in which the lines around it are blank, and those lines."""

Cut = Callable[[Body], Raw]
"""Cuts text into records."""


def all_table(text: str, first_line: int) -> tuple[str, Around]:  # noqa: ARG001 - what most formats say
    """Return the text as it is: nothing stands around the table."""
    return text, ()


@dataclass(frozen=True)
class Records:
    """The records of one file, as text.

    Attributes
    ----------
    cells : DataFrame of str
        One row per record of the right shape; columns are the targets that the file has.
    lines : ndarray of int64
        Line where each of them starts.
    titles : dict of str to str
        Target to the column's name in the file.
    faults : tuple of Reject
        The records of a wrong shape.
    setting : Setting
        What the cells are to be read with.
    header : Header
    text : str
        The whole file, or the block, with plain line ends.
    width : int
        Cells of a whole row.
    around : tuple of (int, str)
        Lines around the records.
    is_part : bool
        Whether these are the records of a block; what only a whole file can tell is then `Undecided`.
    first_line : int
        Line in which `text` starts.
    notes : tuple
        What was noted of each block, in file order.
    told : DataFrame, optional
        What the blocks above this one told (see `opsrules.readers.delivery.Form`); None in the first, or a whole file.
    """

    cells: pd.DataFrame
    lines: npt.NDArray[np.int64]
    titles: dict[str, str]
    faults: tuple[Reject, ...]
    setting: Setting
    header: Header
    text: str
    width: int
    around: Around = ()
    is_part: bool = False
    first_line: int = 1
    notes: tuple[Any, ...] = ()
    told: pd.DataFrame | None = None

    @property
    def count(self) -> int:
        """Records in the file."""
        return len(self.lines) + len(self.faults)

    def where(self, mask: npt.NDArray[np.bool_]) -> Records:
        """Return the same file with only these of its well-shaped records."""
        if mask.all():
            return self
        return replace(self, cells=self.cells.loc[mask].reset_index(drop=True), lines=self.lines[mask])

    def joined(self, target: str, *more: str) -> Records:
        """Return the same file with the text of further columns behind that of one: a date, its time and its zone."""
        text = self.column(target).str.strip()
        for other in more:
            text = (text + " " + self.column(other).str.strip()).str.strip()
        return replace(self, cells=self.cells.assign(**{target: text}))

    def without_lines(self, lines: frozenset[int]) -> Records:
        """Return the same file without the records that start in these lines."""
        if not lines:
            return self
        faults = tuple(fault for fault in self.faults if fault.line not in lines)
        return replace(self.where(~np.isin(self.lines, list(lines))), faults=faults)

    def column(self, target: str) -> pd.Series[str]:
        """Text of one column; blank when the file does not have it."""
        if target in self.cells:
            return self.cells[target]
        return pd.Series([""] * len(self.cells), dtype="str")


def open_table(content: Content, layout: Layout, source: Source, parting: Parting = all_table) -> Records:
    """Cut a file into records.

    Raises
    ------
    FileRefused
        If it has no header row of this layout, lacks a column or has one twice, if a quote swallows rows, or if all its
        rows are longer than the header and the cells beyond are filled.
    """
    text, around = parting(plain_lines(content.text), 1)
    opening = Opening.of(text, layout, source)
    records = opening.records(text[opening.header.end :], opening.header.line + 1, text, _cut)
    records = replace(records, around=around)
    return records if content.sheet is None else _of_sheet(records, opening.positions, content.sheet)


def _of_sheet(records: Records, positions: dict[str, int], sheet: Sheet) -> Records:
    """The same records with the line ends in their cells; those with a cell that cannot be trusted are set aside."""
    cells = records.cells
    if LINE_END in sheet.text:
        cells = cells.apply(lambda texts: texts.str.replace(LINE_END, "\n", regex=False))
    titles = {target: " ".join(title.split()) for target, title in records.titles.items()}
    used = {at: titles[target] for target, at in positions.items()}
    bad: dict[int, Reject] = {}
    for (line, at), (reason, text) in sorted(sheet.faults.items()):
        if at in used:
            bad.setdefault(line, Reject(line, reason, used[at], text))
    moved = tuple(bad[line] for line in records.lines.tolist() if line in bad)
    whole = replace(records, cells=cells, titles=titles, faults=records.faults + moved)
    return whole.where(~np.isin(records.lines, list(bad)))


@dataclass(frozen=True)
class Opening:
    """A table whose header row is known.

    Attributes
    ----------
    layout : Layout
    source : Source
    header : Header
    positions : dict of str to int
        Target to the position of its column.
    order : Dates or None
        Order of day and month that another part of the file tells.
    """

    layout: Layout
    source: Source
    header: Header
    positions: dict[str, int]
    order: Dates | None = None

    @classmethod
    def of(cls, text: str, layout: Layout, source: Source) -> Opening:
        """Find the header row at the beginning of a file; raises `FileRefused` as `open_table` does."""
        return cls(layout, source, *locate(text, layout, source.name))

    def records(self, below: str, first_line: int, text: str, cut: Cut) -> Records:
        """Cut what stands below the header, or a part of it that starts in `first_line`, into records."""
        header, layout, positions = self.header, self.layout, self.positions
        wanted = tuple(sorted(set(positions.values())))
        body = Body(below, first_line, header.delimiter, wanted, len(header.names), self.source.name)
        body, raw = self._cut(body, cut)
        width = _width(raw, body, header)
        shape = _Shape(layout, positions, body, raw, width)
        reason = shape.faults()
        cells = pd.DataFrame({target: _filled(raw.cells[at], layout).array for target, at in positions.items()})
        setting = self._setting(_rows(cells, _good(reason)))
        if len(reason) and not reason[-1] and (fault := shape.end_fault(cells, setting.style)):
            reason = reason.copy()
            reason[-1] = fault
        good = _good(reason)
        return Records(
            _rows(cells, good),
            raw.lines[good],
            {target: header.names[at] for target, at in positions.items()},
            tuple(Reject(int(raw.lines[at]), reason[at]) for at in np.flatnonzero(~good)),
            setting,
            header,
            text,
            width,
        )

    def _cut(self, body: Body, cut: Cut) -> tuple[Body, Raw]:
        """Cut text, torn records in it mended; where every line has a cell for every column, none is torn."""
        tears = self.layout.tears
        if tears is not None:
            raw = fast(body) if len(body.text) > SMALL and '"' not in body.text else None
            if raw is not None:
                return body, raw
            body = replace(body, text=tears.mended(body.text, self.header.names, body.delimiter))
        return body, cut(body)

    def _setting(self, whole: pd.DataFrame) -> Setting:
        """How this file writes its amounts and dates."""
        columns = [one for one in self.layout.columns if one.target in self.positions]
        amounts = (whole[one.target] for one in columns if one.kind is Kind.AMOUNT and not one.minor)
        return Setting(style_of(amounts, self.layout), self.source.zone, self._dates(whole))

    def _dates(self, whole: pd.DataFrame) -> Dates:
        """How its columns with `Dates.LOCAL` write their dates."""
        if self.layout.dates is not Dates.LOCAL:
            return self.layout.dates
        place = f"{self.source.name}:{self.header.line}"
        local = [whole[one.target] for one in self.local()]
        if self.order is None:
            return dates_of(local, place)
        if order_told(local, place) not in (self.order, Dates.LOCAL, Dates.ISO):
            raise FileRefused(place, "other dates of the file are in another order", "read it as a whole")
        return self.order

    def local(self) -> tuple[Column, ...]:
        """Columns of which the file must tell whether their dates are day first."""
        there = (one for one in self.layout.columns if one.target in self.positions)
        dated = (one for one in there if one.kind in (Kind.DAY, Kind.INSTANT) and not one.date_format)
        return tuple(one for one in dated if one.dates is Dates.LOCAL)

    def told(self, below: str, first_line: int, cut: Cut) -> Dates:
        """Order of day and month that a part of the table tells; see `opsrules.readers.dates.order_told`."""
        local = self.local()
        if self.layout.dates is not Dates.LOCAL or not local:
            return Dates.ISO
        layout = replace(self.layout, columns=local, dates=Dates.ISO)
        dated = replace(self, layout=layout, positions={one.target: self.positions[one.target] for one in local})
        cells = dated.records(below, first_line, below, cut).cells
        return order_told([cells[target] for target in cells], self.source.name)


def _cut(body: Body) -> Raw:
    """Cut text into records, at once where it is plain."""
    return (fast(body) if len(body.text) > SMALL else None) or walk(body)


def _good(reason: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    return np.ones(len(reason), dtype=bool) if is_clean(reason) else reason == ""


def _rows(cells: pd.DataFrame, good: npt.NDArray[np.bool_]) -> pd.DataFrame:
    return cells if good.all() else cells.loc[good].reset_index(drop=True)


def _filled(texts: pd.Series[str], layout: Layout) -> pd.Series[str]:
    """Cells of one column, those that only say that they hold nothing being blank."""
    if not layout.blanks:
        return texts
    at = beginning(texts, layout.blanks)
    cells = pa.array(texts.iloc[at], type=pa.large_string(), from_pandas=True)
    said = pc.is_in(pc.utf8_trim_whitespace(cells), pa.array(layout.blanks, pa.large_string()))
    if not pc.any(said).as_py():
        return texts
    blank = np.zeros(len(texts), dtype=bool)
    blank[at] = said.to_numpy(zero_copy_only=False)
    return chosen(blank, "", texts)


@dataclass(frozen=True)
class _Shape:
    layout: Layout
    positions: dict[str, int]
    body: Body
    raw: Raw
    width: int

    def faults(self) -> npt.NDArray[np.object_]:
        """Why each record's shape is wrong, "" where it is right."""
        raw = self.raw
        if raw.widths.size and (raw.widths == self.width).all() and not raw.nul.any():
            return no_reasons(len(raw.lines))
        reason = np.full(len(self.raw.lines), "", dtype=object)
        reason[self.raw.widths > self.width] = RejectReason.ROW_TOO_LONG
        reason[self.raw.widths < self._least()] = RejectReason.ROW_TOO_SHORT
        if self._open() and len(reason) and self.raw.widths[-1] < self.width:
            reason[-1] = RejectReason.ROW_CUT
        reason[self.raw.widths < 0] = RejectReason.RECORD_UNREADABLE
        reason[self.raw.nul] = RejectReason.NUL_BYTE
        return reason

    def end_fault(self, records: pd.DataFrame, style: NumberStyle) -> str:
        """Why the last record, of the right width, may be cut; "" when it cannot be."""
        last = next((target for target, at in self.positions.items() if at == self.width - 1), None)
        if not self._open() or last is None:
            return ""
        cells = records.iloc[-1]
        coins = [one.target for one in self.layout.columns if one.kind is Kind.CURRENCY and one.target in cells]
        currency = str(cells[coins[0]]) if coins else self.layout.currency
        quoted = self.body.text.endswith('"')
        whole = is_whole(self.layout.named()[last], cells[last], quoted, style, currency.strip().upper())
        return "" if whole else RejectReason.ROW_CUT

    def _open(self) -> bool:
        return bool(self.body.text) and not self.body.text.endswith("\n")

    def _least(self) -> int:
        if not self.layout.short_rows:
            return self.width
        never_left_out = (Kind.AMOUNT, Kind.KEY, Kind.CURRENCY, Kind.INTEGER)
        kept = (one.target for one in self.layout.columns if one.kind in never_left_out)
        return 1 + max((self.positions[target] for target in kept if target in self.positions), default=self.width - 1)


def _width(raw: Raw, body: Body, header: Header) -> int:
    """Cells that a whole row has: the header's, or more when all rows end in the same number of blank cells."""
    known = raw.widths >= 0
    if not body.text.endswith("\n") and len(known) > 1:
        known[-1] = False  # it may have been cut
    widths = raw.widths[known]
    if not widths.size or widths.min() <= body.width:
        return body.width
    if raw.spare[known].any() or (widths != widths[0]).any():
        raise FileRefused(
            f"{body.name}:{header.line}",
            f"all rows have more cells than the header, which has {body.width}",
            "export the file again; a sign that parts cells may stand inside one without quotes",
        )
    return int(widths[0])
