"""Taking back and erasing: both are further events, and what happened stays told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from opsrules.errors import ActRefused, UsageError
from opsrules.register.acts import Rights, hold_second_person, refold
from opsrules.register.fold import counting, standing_of
from opsrules.register.items import refold_items
from opsrules.register.ledger import append, hand_of
from opsrules.register.model import Draft, Event, Subject
from opsrules.register.policy import allow
from opsrules.register.projection import Row, rows_of
from opsrules.register.reading import events_of_findings, events_where
from opsrules.register.tables import actors, bodies, events, sign_offs
from opsrules.terms import Act, EventKind, FindingStatus

__all__ = ["erase_actor", "erase_body", "orphaned", "undo"]

_SETTLED = (FindingStatus.RESOLVED, FindingStatus.WRITTEN_OFF)
_FOR_GOOD = (EventKind.UNDONE, EventKind.ERASED)


def undo(connection: Connection, rights: Rights, seq: int, note: str) -> tuple[Event, ...]:
    """Take an event of a person back: it counts no longer.

    Raises
    ------
    ActRefused
        If the actor may not, the event is a review's, or was taken back already; if it would settle a finding again
        that somebody else has rejected.
    UsageError
        If there is no such event.
    """
    allow(rights.policy, rights.actor, Act.UNDO)
    event = _event(connection, seq)
    _hold_undoable(connection, event)
    if event.subject.finding_id:
        _hold_settled_by_two(connection, rights, event)
    body: dict[str, Any] = {"seq": seq} | ({"note": note} if note else {})
    draft = Draft(EventKind.UNDONE, event.subject, body)
    written = append(connection, hand_of(connection, rights.actor), [draft])
    if event.kind == EventKind.SIGNED_OFF:
        connection.execute(update(sign_offs).where(sign_offs.c.seq == seq).values(is_undone=True))
    refold_items(connection, event)
    if event.subject.finding_id:
        refold(connection, [_key(event)])
    return written


def erase_body(connection: Connection, rights: Rights, seq: int) -> tuple[Event, ...]:
    """Erase what an event of a person says; that it happened stays, and the chain still verifies.

    Raises
    ------
    ActRefused
        If the actor may not, or the event is a review's or takes something back or erases it, or says nothing (more).
    UsageError
        If there is no such event.
    """
    allow(rights.policy, rights.actor, Act.ERASE)
    event = _event(connection, seq)
    if event.run or event.kind in _FOR_GOOD:
        whose = "a review's" if event.run else "one that takes back or erases"
        msg = f"event {seq} is {whose}, and only what people wrote is erased; nothing was erased"
        raise ActRefused(msg)
    if not event.body:
        msg = f"event {seq} says nothing{' any more' if event.body is None else ''}; nothing was erased"
        raise ActRefused(msg)
    draft = Draft(EventKind.ERASED, event.subject, {"seq": seq})
    written = append(connection, hand_of(connection, rights.actor), [draft])
    connection.execute(update(bodies).where(bodies.c.seq == seq).values(salt=None, body=None))
    refold_items(connection, event)
    if event.subject.finding_id:
        refold(connection, [_key(event)])
    return written


def erase_actor(connection: Connection, rights: Rights, name: str) -> tuple[Event, ...]:
    """Erase a person's name wherever it says who did something; what they wrote is erased event by event.

    Raises
    ------
    ActRefused
        If the actor may not.
    UsageError
        If nobody of that name has done anything.
    """
    allow(rights.policy, rights.actor, Act.ERASE)
    ids = list(connection.execute(select(actors.c.id).where(actors.c.name == name).order_by(actors.c.id)).scalars())
    if not ids:
        msg = f"nobody named {name!r} has done anything in the register; `opsrules register history` names who has"
        raise UsageError(msg)
    draft = Draft(EventKind.ERASED, Subject("", ""), {"actors": ids})
    written = append(connection, hand_of(connection, rights.actor), [draft])
    connection.execute(update(actors).where(actors.c.id.in_(ids)).values(salt=None, name=None))
    connection.execute(update(sign_offs).where(sign_offs.c.actor == name).values(actor=""))
    columns = (events.c.account, events.c.desk, events.c.finding_id)
    theirs = (events.c.actor.in_(ids), events.c.run == 0, events.c.finding_id != "")
    refold(connection, [tuple(row) for row in connection.execute(select(*columns).distinct().where(*theirs))])
    return written


def orphaned(connection: Connection, seq: int) -> str:
    """SHA-256 of the attachment that only this event has; "" when there is none, or another event has it too."""
    attached = [
        (one.seq, str((one.body or {}).get("sha256", "")))
        for one in events_where(connection, events.c.kind == EventKind.ATTACHED.value)
    ]
    own = next((sha256 for number, sha256 in attached if number == seq), "")
    return "" if own in {sha256 for number, sha256 in attached if number != seq} else own


def _event(connection: Connection, seq: int) -> Event:
    found = next(events_where(connection, events.c.seq == seq), None)
    if found is None:
        msg = f"no event {seq} in the register; `opsrules register history` shows their numbers"
        raise UsageError(msg)
    return found


def _key(event: Event) -> tuple[str, str, str]:
    return event.subject.account, event.subject.desk, event.subject.finding_id


def _hold_undoable(connection: Connection, event: Event) -> None:
    seq = event.seq
    if event.run:
        msg = f"event {seq} is a review's, and only what people did is taken back; run the review again instead"
        raise ActRefused(msg)
    if event.kind in _FOR_GOOD:
        step = "do again what was taken back" if event.kind == EventKind.UNDONE else "what was erased is gone"
        msg = f"event {seq} cannot be taken back; {step}"
        raise ActRefused(msg)
    about = (events.c.account == event.subject.account, events.c.desk == event.subject.desk)
    same = (*about, events.c.finding_id == event.subject.finding_id, events.c.seq > seq)
    for later in events_where(connection, *same, events.c.kind == EventKind.UNDONE.value):
        if (later.body or {}).get("seq") == seq:
            msg = f"event {seq} was taken back by event {later.seq} already; nothing was done"
            raise ActRefused(msg)


def _hold_settled_by_two(connection: Connection, rights: Rights, event: Event) -> None:
    """Hold that nobody settles by taking back what they may not settle themselves."""
    key = _key(event)
    told = events_of_findings(connection, [key])[key]
    before = standing_of(told)
    after = standing_of(one for one in counting(told) if one.seq != event.seq)
    if before.status in _SETTLED or after.status not in _SETTLED:
        return
    if event.kind == EventKind.REJECTED and after.settled_by == rights.actor != event.actor:
        msg = (
            f"event {event.seq} by {event.actor} rejected what {rights.actor} had settled; "
            f"ask {event.actor}, or settle finding {key[2]} again"
        )
        raise ActRefused(msg)
    act = Act.RESOLVE if after.status is FindingStatus.RESOLVED else Act.WRITE_OFF
    row: Mapping[str, Any] = next(iter(_rows(connection, key)))
    hold_second_person(connection, rights, act, row)


def _rows(connection: Connection, key: tuple[str, str, str]) -> list[Row]:
    return list(rows_of(connection, [key]))
