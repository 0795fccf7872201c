"""The ledger of events: its end, who writes, and events put at its end."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from opsrules.register import bulk, chain, instants
from opsrules.register.model import Draft, Event
from opsrules.register.tables import actors, bodies, events
from opsrules.standing import Head

__all__ = ["Hand", "append", "end", "hand_of"]


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


def append(
    connection: Connection, hand: Hand, drafts: Sequence[Draft], facts: Sequence[bytes | None] | None = None
) -> tuple[tuple[Event, ...], Head]:
    """Put events at the end of the chain, in the transaction that the connection is in.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes, so that nobody else appends.
    hand : Hand
    drafts : sequence of Draft
    facts : sequence of bytes or None, optional
        Hash of the facts that each of them tells of its finding.

    Returns
    -------
    tuple of Event, Head
        The events as they are now, and the chain's new end.
    """
    head = end(connection)
    seq, previous = head.seq, bytes.fromhex(head.hash)
    salts = os.urandom(chain.SALT_BYTES * len(drafts))
    at, when = hand.at, instants.when(hand.at)
    told, rows, texts = [], [], []
    for position, draft in enumerate(drafts):
        seq += 1
        body_hash = None
        if draft.body:
            salt = salts[position * chain.SALT_BYTES : (position + 1) * chain.SALT_BYTES]
            text = chain.written(draft.body)
            body_hash = chain.salted(salt, text)
            texts.append((seq, salt, text))
        facts_hash = facts[position] if facts else None
        subject = (draft.subject.account, draft.subject.desk, draft.subject.period, draft.subject.finding_id)
        hashed = chain.link(
            previous,
            seq,
            draft.kind,
            subject,
            run=hand.run,
            at=at,
            actor_hash=hand.name_hash,
            body_hash=body_hash,
            facts_hash=facts_hash,
        )
        rows.append((seq, str(draft.kind), *subject, hand.run, at, hand.id, body_hash, facts_hash, previous, hashed))
        told.append(Event(seq, draft.kind, draft.subject, when, hand.name, hand.run, draft.body))
        previous = hashed
    bulk.insert(connection, bodies, texts)
    bulk.insert(connection, events, rows)
    return tuple(told), Head(seq, previous.hex())
