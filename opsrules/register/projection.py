"""Findings as they stand, kept beside their events: a row a finding, always what its events fold to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

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
    "Kept",
    "cleared_end",
    "facts_line",
    "folded",
    "known_findings",
    "row_of",
    "rows_of",
    "standing_in",
    "state_cells",
    "state_in",
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
_FACT_NUMBERS = (_AMOUNT, FACTS.index("source_line"))
_STATE_NUMBERS = frozenset({"written_off_minor", "notes", "attachments"})
_YES_NO = frozenset({"is_present", "is_unchecked"})

_AT_ONCE = 300
"""Keys in one question: three texts each, and old versions of SQLite take 999."""

Row = Mapping[str, Any]
"""A finding: account, desk, finding_id, the names of `FACTS` and `STATE`, seq, and both lines as facts and state."""


class Kept(NamedTuple):
    """A finding as the register knows it, and the lines of its cells."""

    known: Known
    facts: str
    state: str


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
    told: dict[str, Any] = {name: row[name] for name in ("account", "desk", "finding_id", "facts", "state", "seq")}
    told |= zip(FACTS, _facts_in(row["facts"]), strict=True)
    return told | dict(state_in(row["state"]))


def _facts_in(line: str) -> list[Any]:
    cells: list[Any] = list(cells_of(line))
    for at in _FACT_NUMBERS:
        cells[at] = int(cells[at])
    return cells


# Thousands of findings have the same state, above all those that came with one review.
@lru_cache(maxsize=10_000)
def state_in(line: str) -> Row:
    """Cells `STATE` by their names, from their line."""
    return {name: _value(name, cell) for name, cell in zip(STATE, cells_of(line), strict=True)}


def _value(name: str, cell: str) -> str | int | bool:
    if name in _STATE_NUMBERS:
        return int(cell)
    return cell == "1" if name in _YES_NO else cell


def standing_in(state: Row) -> Standing:
    """Where a finding stands, from its cells `STATE`; without its notes, which are with the events."""
    return Standing(
        status=FindingStatus(state["status"]),
        is_present=state["is_present"],
        is_unchecked=state["is_unchecked"],
        owner=state["owner"],
        due=day(state["due"]),
        reason=state["reason"],
        written_off_minor=state["written_off_minor"],
        settled_by=state["settled_by"],
        settled_day=day(state["settled_day"]),
        first_period=state["first_period"],
        last_period=state["last_period"],
        first_day=day(state["first_day"]),
        cleared_day=day(state["cleared_day"]),
        attachments=state["attachments"],
    )


@lru_cache(maxsize=10_000)
def _standing_of(line: str) -> Standing:
    return standing_in(state_in(line))


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


def known_findings(connection: Connection, account: str, desk: str) -> dict[str, Kept]:
    """All findings of an account and desk by id."""
    chosen = select(findings.c.finding_id, findings.c.facts, findings.c.state)
    here = chosen.where(findings.c.account == account, findings.c.desk == desk)
    return {
        finding_id: Kept(_known(facts, state), facts, state) for finding_id, facts, state in connection.execute(here)
    }


def _known(facts: str, state: str) -> Known:
    told = dict(zip(_TOLD, _facts_in(facts), strict=True))
    cells = state_in(state)
    return Known(
        facts=told,
        standing=_standing_of(state),
        last_end=day(cells["last_end"]) or Period.parse(cells["last_period"]).last,
        cleared_end=day(cells["cleared_end"]),
        source_sha256=told["source_sha256"],
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
