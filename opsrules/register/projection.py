"""Findings as they stand, kept beside their events: a row a finding, always what its events fold to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, select, tuple_

from opsrules.periods import Period
from opsrules.register.cells import cells_of, line_of
from opsrules.register.changes import Known
from opsrules.register.fold import counting, standing_of
from opsrules.register.instants import day, iso
from opsrules.register.model import Event
from opsrules.register.tables import FACTS, STATE, findings
from opsrules.standing import Standing
from opsrules.terms import EventKind, FindingStatus

__all__ = [
    "cleared_end",
    "facts_line",
    "folded",
    "known_findings",
    "row_of",
    "rows_of",
    "standing_in",
    "state_cells",
    "told_by",
]

_RENAMED = {"named_owner": "owner", "named_due": "due"}
"""Facts whose names in a review stand here for what people decided."""

_TOLD = tuple(_RENAMED.get(name, name) for name in FACTS)
_FACTS_OF = itemgetter(*(name for name in _TOLD if name != "source_sha256"))
_SHA256 = _TOLD.index("source_sha256")
_CLASS, _SEVERITY, _AMOUNT, _CURRENCY, _OWNER = map(
    FACTS.index, ("class", "severity", "amount_minor", "currency", "named_owner")
)
_STATUS, _GIVEN, _SETTLED_BY, _FIRST_DAY = map(STATE.index, ("status", "owner", "settled_by", "first_day"))
_NUMBERS = frozenset({"amount_minor", "source_line", "written_off_minor", "notes", "attachments"})
_YES_NO = frozenset({"is_present", "is_unchecked"})

_AT_ONCE = 300
"""Keys in one question: three texts each, and old versions of SQLite take 999."""

Row = Mapping[str, Any]
"""A finding: account, desk, finding_id, the names of `FACTS` and `STATE`, seq, and both lines as facts and state."""


def facts_line(facts: Mapping[str, Any], source_sha256: str) -> str:
    """Line of the cells `FACTS`, from what a review names them."""
    cells = list(map(str, _FACTS_OF(facts)))
    cells.insert(_SHA256, source_sha256)
    return line_of(cells)


def state_cells(standing: Standing, end_cleared: str, notes_before: int = 0) -> tuple[str, ...]:
    """Cells `STATE` of a standing.

    Parameters
    ----------
    standing : Standing
    end_cleared : str
        Last day of the period whose review saw that it had gone, "" when it has not.
    notes_before : int
        Notes that the standing does not hold, since it was read from a row.
    """
    return (
        standing.status.value,
        str(int(standing.is_present)),
        str(int(standing.is_unchecked)),
        standing.owner,
        iso(standing.due),
        standing.reason,
        str(standing.written_off_minor),
        standing.settled_by,
        iso(standing.settled_day),
        standing.first_period,
        standing.last_period,
        _last_day(standing.last_period),
        iso(standing.first_day),
        iso(standing.cleared_day),
        end_cleared,
        str(notes_before + len(standing.notes)),
        str(standing.attachments),
    )


def row_of(key: Sequence[str], facts: str, state: tuple[str, ...], state_line: str, seq: int) -> tuple[Any, ...]:
    """Row of `findings`, with the cells that are asked for beside the lines that hold them."""
    told = cells_of(facts)
    return (
        *key,
        facts,
        state_line,
        told[_CLASS],
        told[_SEVERITY],
        int(told[_AMOUNT]),
        told[_CURRENCY],
        state[_STATUS],
        state[_GIVEN] or told[_OWNER],
        state[_FIRST_DAY],
        state[_SETTLED_BY],
        seq,
    )


def told_by(row: Any) -> dict[str, Any]:
    """A finding from its row in the database."""
    cells = dict(zip(FACTS, cells_of(row["facts"]), strict=True))
    cells |= zip(STATE, cells_of(row["state"]), strict=True)
    told: dict[str, Any] = {name: _value(name, cell) for name, cell in cells.items()}
    return {name: row[name] for name in ("account", "desk", "finding_id", "facts", "state", "seq")} | told


def _value(name: str, cell: str) -> str | int | bool:
    if name in _NUMBERS:
        return int(cell)
    return cell == "1" if name in _YES_NO else cell


def standing_in(row: Row) -> Standing:
    """Where a finding stands, from its row; without its notes, which are with the events."""
    return Standing(
        status=FindingStatus(row["status"]),
        is_present=row["is_present"],
        is_unchecked=row["is_unchecked"],
        owner=row["owner"],
        due=day(row["due"]),
        reason=row["reason"],
        written_off_minor=row["written_off_minor"],
        settled_by=row["settled_by"],
        settled_day=day(row["settled_day"]),
        first_period=row["first_period"],
        last_period=row["last_period"],
        first_day=day(row["first_day"]),
        cleared_day=day(row["cleared_day"]),
        attachments=row["attachments"],
    )


def folded(events: Iterable[Event]) -> tuple[tuple[str, ...], int]:
    """Cells `STATE` of a finding from all its events, and the number of the last one."""
    told = sorted(events, key=lambda one: one.seq)
    return state_cells(standing_of(told), cleared_end(counting(told))), told[-1].seq


def cleared_end(events: Iterable[Event], before: str = "") -> str:
    """Last day of the period whose review saw that a finding had gone, from events that count; "" while it is there."""
    found = before
    for one in events:
        if one.kind == EventKind.CLEARED:
            found = _last_day(one.subject.period)
        elif one.kind == EventKind.REOPENED:
            found = ""
    return found


def known_findings(connection: Connection, account: str, desk: str) -> dict[str, tuple[Known, Row]]:
    """All findings of an account and desk by id, each as the register knows it and as its row."""
    chosen = select(findings).where(findings.c.account == account, findings.c.desk == desk)
    rows = map(told_by, connection.execute(chosen).mappings())
    return {row["finding_id"]: (_known(row), row) for row in rows}


def _known(row: Row) -> Known:
    return Known(
        facts={told: row[name] for told, name in zip(_TOLD, FACTS, strict=True)},
        standing=standing_in(row),
        last_end=day(row["last_end"]) or Period.parse(row["last_period"]).last,
        cleared_end=day(row["cleared_end"]),
        source_sha256=row["source_sha256"],
    )


def rows_of(connection: Connection, keys: Sequence[tuple[str, str, str]]) -> Iterator[Row]:
    """Rows of findings by account, desk and id, in any order."""
    for start in range(0, len(keys), _AT_ONCE):
        key = tuple_(findings.c.account, findings.c.desk, findings.c.finding_id)
        chosen = select(findings).where(key.in_(keys[start : start + _AT_ONCE]))
        yield from map(told_by, connection.execute(chosen).mappings())


@lru_cache(maxsize=4096)
def _last_day(period: str) -> str:
    return Period.parse(period).last.isoformat() if period else ""
