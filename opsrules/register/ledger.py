"""The ledger of events: its end, who writes, and events put at its end."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from opsrules.register import bulk, chain, instants
from opsrules.register.model import Draft, Event
from opsrules.register.tables import actors, bodies, events
from opsrules.standing import Head

__all__ = ["Hand", "Line", "append", "append_lines", "end", "hand_of"]


@dataclass(frozen=True)
class Hand:
    """Who writes events, and when.

    Attributes
    ----------
    id : int
        Of the row in `actors`.
    name : str
    name_hash : bytes
    at : int
        Microseconds UTC.
    run : int
        Number of the run that is being recorded; 0 for a person's own act.
    """

    id: int
    name: str
    name_hash: bytes
    at: int
    run: int = 0


class Line(NamedTuple):
    """An event to come, as plain as thousands of them are told in one go.

    Attributes
    ----------
    kind : str
    subject : tuple of str
        Account, desk, period, finding id.
    body : mapping of str to JSON values
    facts_hash : bytes or None
        Hash of the facts that it tells of its finding.
    """

    kind: str
    subject: tuple[str, str, str, str]
    body: Mapping[str, Any]
    facts_hash: bytes | None = None


def end(connection: Connection) -> Head:
    """Return the end of the chain as the transaction sees it."""
    last = connection.execute(select(events.c.seq, events.c.hash).order_by(events.c.seq.desc()).limit(1)).first()
    return Head(last.seq, bytes(last.hash).hex()) if last else Head()


def hand_of(connection: Connection, name: str, run: int = 0) -> Hand:
    """Return the hand of a person, who is entered among the actors when they are new."""
    known = select(actors.c.id, actors.c.name_hash).where(actors.c.name == name).order_by(actors.c.id).limit(1)
    found = connection.execute(known).first()
    if found is not None:
        return Hand(found.id, name, bytes(found.name_hash), instants.now(), run)
    number = connection.execute(select(func.coalesce(func.max(actors.c.id), 0))).scalar_one() + 1
    salt = os.urandom(chain.SALT_BYTES)
    hashed = chain.salted(salt, name)
    bulk.insert(connection, actors, [(number, salt, name, hashed)])
    return Hand(number, name, hashed, instants.now(), run)


def append(connection: Connection, hand: Hand, drafts: Sequence[Draft]) -> tuple[Event, ...]:
    """Put events of people at the end of the chain, and return them as they are now."""
    lines = [
        Line(
            str(one.kind), (one.subject.account, one.subject.desk, one.subject.period, one.subject.finding_id), one.body
        )
        for one in drafts
    ]
    last = append_lines(connection, hand, lines).seq
    at, first = instants.when(hand.at), last - len(drafts) + 1
    return tuple(
        Event(seq, one.kind, one.subject, at, hand.name, hand.run, one.body)
        for seq, one in enumerate(drafts, start=first)
    )


def append_lines(connection: Connection, hand: Hand, lines: Sequence[Line]) -> Head:
    """Put events at the end of the chain, in the transaction that the connection is in; return the new end.

    The connection has to be in a transaction that writes, so that nobody else appends.
    """
    head = end(connection)
    seq, previous = head.seq, bytes.fromhex(head.hash)
    salts = os.urandom(chain.SALT_BYTES * len(lines))
    rows, texts = [], []
    for position, (kind, subject, body, facts_hash) in enumerate(lines):
        seq += 1
        body_hash = None
        if body:
            salt = salts[position * chain.SALT_BYTES : (position + 1) * chain.SALT_BYTES]
            text = chain.written(body)
            body_hash = chain.salted(salt, text)
            texts.append((seq, salt, text))
        hashed = chain.link(
            previous,
            seq,
            kind,
            subject,
            run=hand.run,
            at=hand.at,
            actor_hash=hand.name_hash,
            body_hash=body_hash,
            facts_hash=facts_hash,
        )
        rows.append((seq, kind, *subject, hand.run, hand.at, hand.id, body_hash, facts_hash, previous, hashed))
        previous = hashed
    bulk.insert(connection, bodies, texts)
    bulk.insert(connection, events, rows)
    return Head(seq, previous.hex())
