"""Events as they are read back, with what they say and who did them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, select

from opsrules.register.instants import when
from opsrules.register.model import Event, Subject
from opsrules.register.tables import actors, bodies, events

__all__ = ["PAGE", "event_of", "events_of_findings", "events_of_review", "events_where", "page_of_events"]

PAGE = 10_000
"""Events in one page."""

_COLUMNS = ("seq", "kind", "account", "desk", "period", "finding_id", "run", "at", "body_hash")

_AT_ONCE = 900
"""Ids in one question: old versions of SQLite take 999."""


def _told() -> Select[Any]:
    from_all = events.outerjoin(bodies, bodies.c.seq == events.c.seq).outerjoin(actors, actors.c.id == events.c.actor)
    columns = (*(events.c[name] for name in _COLUMNS), actors.c.name, bodies.c.body)
    return select(*columns).select_from(from_all).order_by(events.c.seq)


def event_of(row: Any) -> Event:
    """An event from a row of its columns, its actor's name and its body."""
    seq, kind, account, desk, period, finding_id, run, at, body_hash, name, body = row
    said = {} if body_hash is None else None if body is None else json.loads(body)
    return Event(seq, kind, Subject(account, desk, period, finding_id), when(at), name or "", run, said)


def events_where(connection: Connection, *conditions: Any) -> Iterator[Event]:
    """Events for which all conditions on `opsrules.register.tables.events` hold, in order of their numbers."""
    for row in connection.execute(_told().where(*conditions)):
        yield event_of(row)


def events_of_review(connection: Connection, account: str, desk: str) -> list[Event]:
    """Events of an account and desk that are about no finding, in order of their numbers."""
    own = (events.c.account == account, events.c.desk == desk, events.c.finding_id == "")
    return list(events_where(connection, *own))


def page_of_events(connection: Connection, after: int, *conditions: Any) -> list[Event]:
    """The first `PAGE` events with a number above `after` for which all conditions hold, in order of their numbers."""
    chosen = _told().where(events.c.seq > after, *conditions).limit(PAGE)
    return [event_of(row) for row in connection.execute(chosen)]


def events_of_findings(
    connection: Connection, keys: list[tuple[str, str, str]]
) -> dict[tuple[str, str, str], list[Event]]:
    """Events of findings by account, desk and id, each in order of their numbers."""
    found: dict[tuple[str, str, str], list[Event]] = {key: [] for key in keys}
    groups: dict[tuple[str, str], list[str]] = {}
    for account, desk, finding_id in keys:
        groups.setdefault((account, desk), []).append(finding_id)
    for (account, desk), ids in groups.items():
        for start in range(0, len(ids), _AT_ONCE):
            among = events.c.finding_id.in_(ids[start : start + _AT_ONCE])
            for event in events_where(connection, events.c.account == account, events.c.desk == desk, among):
                found[account, desk, event.subject.finding_id].append(event)
    return found
