"""Findings as they stand, kept beside their events: a row a finding, always what its events fold to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select, tuple_

from opsrules.periods import Period
from opsrules.register.changes import Known
from opsrules.register.fold import counting, standing_of
from opsrules.register.instants import day, iso
from opsrules.register.model import Event
from opsrules.register.tables import FACTS, findings
from opsrules.standing import Standing
from opsrules.terms import EventKind, FindingStatus

__all__ = ["cleared_end", "facts_in", "facts_of", "folded", "known_findings", "rows_of", "standing_in", "state_of"]

_RENAMED = {"owner": "named_owner", "due": "named_due"}
"""Facts of a review whose own names stand for what people decided."""

_TOLD = {one: name for name, one in _RENAMED.items()}

_FACTS_TOLD = tuple(_TOLD.get(name, name) for name in FACTS)

_AT_ONCE = 300
"""Keys in one question: three texts each, and old versions of SQLite take 999."""

Row = Mapping[str, Any]


def facts_of(row: Row) -> dict[str, Any]:
    """Facts of a finding as a review names them, from its row; and ``source_sha256``."""
    return {told: row[name] for told, name in zip(_FACTS_TOLD, FACTS, strict=True)}


def facts_in(facts: Mapping[str, Any]) -> tuple[Any, ...]:
    """Columns `FACTS` of the facts of a finding as a review names them, with ``source_sha256``."""
    return tuple([facts[name] for name in _FACTS_TOLD])


def state_of(standing: Standing, end_cleared: str, seq: int, notes_before: int = 0) -> tuple[Any, ...]:
    """Columns `STATE` of a standing.

    Parameters
    ----------
    standing : Standing
    end_cleared : str
        Last day of the period whose review saw that it had gone, "" when it has not.
    seq : int
        Of its last event.
    notes_before : int
        Notes that the standing does not hold, since it was read from a row.
    """
    return (
        standing.status.value,
        standing.is_present,
        standing.is_unchecked,
        standing.owner,
        iso(standing.due),
        standing.reason,
        standing.written_off_minor,
        standing.settled_by,
        iso(standing.settled_day),
        standing.first_period,
        standing.last_period,
        _last_day(standing.last_period),
        iso(standing.first_day),
        iso(standing.cleared_day),
        end_cleared,
        notes_before + len(standing.notes),
        standing.attachments,
        seq,
    )


def standing_in(row: Row) -> Standing:
    """Where a finding stands, from its row; without its notes, which are with the events."""
    return Standing(
        status=FindingStatus(row["status"]),
        is_present=bool(row["is_present"]),
        is_unchecked=bool(row["is_unchecked"]),
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


def folded(events: Iterable[Event]) -> tuple[Any, ...]:
    """Columns `STATE` of a finding, from all its events."""
    told = sorted(events, key=lambda one: one.seq)
    counted = counting(told)
    return state_of(standing_of(told), cleared_end(counted), told[-1].seq)


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
    return {row["finding_id"]: (_known(row), row) for row in connection.execute(chosen).mappings()}


def _known(row: Row) -> Known:
    return Known(
        facts=facts_of(row),
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
        yield from connection.execute(chosen).mappings()


@lru_cache(maxsize=4096)
def _last_day(period: str) -> str:
    return Period.parse(period).last.isoformat() if period else ""
