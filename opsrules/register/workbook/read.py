"""What people have edited in a workbook, read cell by cell; a cell that cannot be read refuses its row."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from opsrules.errors import FileRefused, UsageError
from opsrules.parameters.nearest import hint
from opsrules.parameters.scalars import shown
from opsrules.register.workbook.layout import EDITED, EXPORTED, FINDING, HIDDEN, ID, SEQ, SHEET, carried, short_id
from opsrules.terms import FindingStatus, Resolution

__all__ = ["Edited", "Edits", "Refusal", "edits"]

_HEADING_WITHIN = 20
_NEEDED = (FINDING, *(one.text for one in (*EDITED, *HIDDEN)))
_EXPORT = "export the findings again"

_Term = TypeVar("_Term", FindingStatus, Resolution)


@dataclass(frozen=True)
class Refusal:
    """A row that is not taken back.

    Attributes
    ----------
    row : int
        Of the sheet, from 1.
    what : str
        What is wrong, and what to do.
    """

    row: int
    what: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.what}"


@dataclass(frozen=True)
class Edited:
    """A row as it came back.

    Attributes
    ----------
    row : int
    finding_id : str
    seq : int
        The finding's last event when it was exported.
    status : FindingStatus or None
        None where it was not changed, as with the next three.
    reason : Resolution or None
    owner : str or None
    due : date or None
    comment : str
        "" for none.
    write_off : Decimal or None
        In the main unit of the finding's currency.
    """

    row: int
    finding_id: str
    seq: int
    status: FindingStatus | None
    reason: Resolution | None
    owner: str | None
    due: date | None
    comment: str
    write_off: Decimal | None

    @property
    def is_changed(self) -> bool:
        """Whether somebody has edited anything."""
        changes = (self.status, self.reason, self.owner, self.due, self.write_off)
        return bool(self.comment) or any(one is not None for one in changes)


@dataclass(frozen=True)
class Edits:
    """What came back in a workbook.

    Attributes
    ----------
    rows : tuple of Edited
        All that can be read, changed or not, in the sheet's order.
    refusals : tuple of Refusal
    """

    rows: tuple[Edited, ...]
    refusals: tuple[Refusal, ...]


class _UnreadableError(Exception):
    """A row that cannot be read, with what and what to do."""


def edits(data: bytes, name: str = "the workbook") -> Edits:
    """Read a workbook that `to_workbook` wrote and people edited.

    Parameters
    ----------
    data : bytes
    name : str
        The file, for messages.

    Raises
    ------
    UsageError
        If it is no such workbook, damaged, or lacks a column.
    """
    table, faults = _table(data, name)
    heading = next((at for at, row in enumerate(table[:_HEADING_WITHIN]) if ID in (_plain(cell) for cell in row)), None)
    if heading is None:
        msg = f"{name}: the sheet {SHEET} has no heading {ID}; {_EXPORT} and edit that workbook"
        raise UsageError(msg)
    columns = _columns(table[heading], name)
    rows, refusals = [], []
    for number, cells in enumerate(table[heading + 1 :], heading + 2):
        if not any(map(_plain, cells)):
            continue
        try:
            rows.append(_row(number, {title: cells[at] for title, at in columns.items()}, faults, columns))
        except _UnreadableError as error:
            refusals.append(Refusal(number, str(error)))
    single, twice = _once(rows)
    return Edits(tuple(single), tuple(sorted((*refusals, *twice), key=lambda one: one.row)))


def _table(data: bytes, name: str) -> tuple[list[list[Any]], Mapping[tuple[int, int], str]]:
    """Cells of the sheet from its first row and column, and what stands in cells that hold no value."""
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415

    from opsrules.readers.workbook import look_at  # noqa: PLC0415

    try:
        book = look_at(data, name, only=(SHEET,))
        if SHEET not in book.sheets:
            msg = f"{name} has no sheet {SHEET}; {_EXPORT} and edit that workbook"
            raise UsageError(msg)
        sheet = load_workbook(io.BytesIO(book.data)).get_sheet_by_name(SHEET)
        return sheet.to_python(skip_empty_area=False), book.faults[SHEET]
    except (FileRefused, CalamineError) as error:
        msg = f"{name} cannot be read as a workbook ({error}); save it as .xlsx"
        raise UsageError(msg) from error


def _columns(heading: Sequence[Any], name: str) -> dict[str, int]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for at, cell in enumerate(heading):
        found[_plain(cell)].append(at)
    if missing := [title for title in _NEEDED if title not in found]:
        near = hint(missing[0], [title for title in found if title])
        msg = f"{name}: the column {missing[0]} is missing ({near}); columns may be moved, not deleted or renamed"
        raise UsageError(msg)
    if twice := [title for title in _NEEDED if len(found[title]) > 1]:
        msg = f"{name}: the column {twice[0]} is there {len(found[twice[0]])} times; keep the one that was exported"
        raise UsageError(msg)
    return {title: found[title][0] for title in _NEEDED}


def _row(
    number: int, cells: Mapping[str, Any], faults: Mapping[tuple[int, int], str], columns: Mapping[str, int]
) -> Edited:
    for title, at in columns.items():
        if (number, at + 1) in faults:
            what = f"{title} holds {shown(faults[number, at + 1])}, which is no value; type it anew"
            raise _UnreadableError(what)
    finding_id, seq, was = _carried(cells)
    status, reason, owner, due = was
    now_due = _day(cells["Due"])
    return Edited(
        row=number,
        finding_id=finding_id,
        seq=seq,
        status=_new_term("Status", cells, status, FindingStatus),
        reason=_new_term("Reason", cells, reason, Resolution),
        owner=_changed("Owner", cells, owner),
        due=_new_due(now_due, due),
        comment=_comment(cells["Comment"]),
        write_off=_amount(cells["Write off"]),
    )


def _carried(cells: Mapping[str, Any]) -> tuple[str, int, tuple[str, str, str, str]]:
    """What the hidden columns say: the finding, its last event, and the edited cells as they were exported."""
    finding_id, seq = _plain(cells[ID]), cells[SEQ]
    if not finding_id:
        what = "it has no finding; rows cannot be added, only those that were exported edited"
        raise _UnreadableError(what)
    was = carried(_plain(cells[EXPORTED]))
    is_whole = isinstance(seq, int | float) and not isinstance(seq, bool) and float(seq).is_integer()
    if was is None or not is_whole:
        what = f"the hidden columns of finding {finding_id} were changed; {_EXPORT}"
        raise _UnreadableError(what)
    if _plain(cells[FINDING]) != short_id(finding_id):
        what = (
            f"it shows finding {shown(_plain(cells[FINDING]))} and belongs to {finding_id}: some columns were sorted "
            f"or pasted without the others; {_EXPORT}"
        )
        raise _UnreadableError(what)
    return finding_id, int(seq), was


def _changed(title: str, cells: Mapping[str, Any], was: str) -> str | None:
    """What a cell of text says now, None when it says what was exported."""
    cell = cells[title]
    if not isinstance(cell, str):
        what = f"{title} must be text, got {shown(_plain(cell))}"
        raise _UnreadableError(what)
    text = cell.strip()
    if text == was.strip():
        return None
    if not text:
        what = f"{title} was emptied, and was {shown(was)}; put it back, or write what it is now"
        raise _UnreadableError(what)
    return text


def _new_term(title: str, cells: Mapping[str, Any], was: str, terms: type[_Term]) -> _Term | None:
    text = _changed(title, cells, was)
    if text is None:
        return None
    known = {one.words().lower(): one for one in terms} | {one.value: one for one in terms}
    found = known.get(text.lower())
    if found is None:
        what = f"{title} is {shown(text)}; expected one of: {'; '.join(one.words() for one in terms)}"
        raise _UnreadableError(what)
    return None if found == known.get(was.lower()) else found


def _day(cell: Any) -> date | None:
    if cell == "":
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        if isinstance(cell, str):
            return date.fromisoformat(cell.strip())
    except ValueError:
        pass
    what = f"Due must be a day, got {shown(_plain(cell))}; type a date, or text such as 2026-12-31"
    raise _UnreadableError(what)


def _new_due(now: date | None, was: str) -> date | None:
    if now is None and was:
        what = f"Due was emptied, and was {was}; put it back, or write another day"
        raise _UnreadableError(what)
    return None if now is None or now.isoformat() == was else now


def _comment(cell: Any) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool | datetime | date) or not isinstance(cell, int | float):
        what = f"Comment must be text, got {shown(_plain(cell))}"
        raise _UnreadableError(what)
    return _plain(cell)


def _amount(cell: Any) -> Decimal | None:
    if cell == "":
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        what = (
            f"Write off must be a number, got the text {shown(_plain(cell))}; type 1234.56 as your spreadsheet writes "
            "numbers, without a currency, so that it stands to the right of its cell"
        )
        raise _UnreadableError(what)
    return Decimal(_plain(cell))


def _plain(cell: Any) -> str:
    """A cell as text; of a number the 15 digits that a spreadsheet keeps."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{Decimal(f'{cell:.15g}'):f}"
    return str(cell).strip()


def _once(rows: Sequence[Edited]) -> tuple[list[Edited], list[Refusal]]:
    """Rows whose finding is in the sheet once, and refusals of the others."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for one in rows:
        places[one.finding_id].append(one.row)
    twice = [
        Refusal(
            one.row, f"finding {one.finding_id} is in rows {' and '.join(map(str, places[one.finding_id]))}; keep one"
        )
        for one in rows
        if len(places[one.finding_id]) > 1
    ]
    return [one for one in rows if len(places[one.finding_id]) == 1], twice
