"""The chain walked from its first event to its last."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from opsrules.register import bulk, chain
from opsrules.register.checked import Problems
from opsrules.register.fold import after
from opsrules.register.instants import when
from opsrules.register.model import Event, Subject
from opsrules.register.projection import cleared_end
from opsrules.register.tables import actors, bodies, events
from opsrules.standing import Head, Standing
from opsrules.terms import EventKind

__all__ = ["Walk", "check_bodies_alone"]

Key = tuple[str, str, str]
"""Account, desk and id of a finding."""

Folded = tuple[Standing | None, str, int, bytes | None]
"""Where a finding stands, the end of the period that saw it gone, its last event, the hash of its facts."""

_EVENTS = (
    "SELECT e.seq, e.kind, e.account, e.desk, e.period, e.finding_id, e.run, e.at, e.actor, e.body_hash, e.facts_hash, "
    "e.previous, e.hash, b.salt, b.body FROM events e LEFT JOIN bodies b ON b.seq = e.seq ORDER BY e.seq"
)

_STORY = '"story":'

_MEMORY = 100_000
_MOST = 200


class Walk:
    """One walk along the chain, and what it met on its way.

    Attributes
    ----------
    events : int
        How many events there are.
    head : Head
        The last one.
    findings : dict of Key to Folded
        Findings by what their events tell; those in `unfolded` need all of their events at once.
    unfolded : set of Key
    alone : list of Event
        Events that are about no finding.
    last_of_run : dict of int to (int, bytes)
        Number and hash of the last event of each run.
    """

    def __init__(self, connection: Connection, problems: Problems, marked: Collection[int]) -> None:
        self._connection, self._problems = connection, problems
        self._marked = marked
        self._hashes: dict[int, str] = {0: Head().hash}
        self._actors = {row.id: row for row in connection.execute(select(actors))}
        self._names = {number: (row.name or "", bytes(row.name_hash)) for number, row in self._actors.items()}
        self._first_by: dict[int, int] = {}
        self._erasing: list[Event] = []
        self._blank: list[tuple[int, int]] = []
        self._memory: dict[tuple[int, str, str, str | None], tuple[Standing | None, str, Standing | None]] = {}
        self.events = 0
        self.head = Head()
        self.findings: dict[Key, Folded] = {}
        self.unfolded: set[Key] = set()
        self.alone: list[Event] = []
        self.last_of_run: dict[int, tuple[int, bytes]] = {}

    def hash_at(self, seq: int) -> str:
        """Hash of one of the marked events, "" where there is none."""
        return self._hashes.get(seq, "")

    def go(self) -> None:
        """Walk; afterwards hold what was erased against the events that say so."""
        seq, previous = 0, chain.FIRST
        for row in bulk.rows(self._connection, _EVENTS):
            self._hold_place(row[0], row[11], seq, previous)
            self._hold_event(row)
            seq, previous = row[0], row[12]
            self.events += 1
            if seq in self._marked:
                self._hashes[seq] = previous.hex()
        self.head = Head(seq, previous.hex())
        self._hold_erasures()

    def _hold_place(self, seq: int, named: bytes, before: int, previous: bytes) -> None:
        if seq != before + 1:
            missing = f"event {seq - 1} is" if seq == before + 2 else f"events {before + 1} to {seq - 1} are"
            self._problems.add(before + 1, f"{missing} missing")
        elif named != previous:
            self._problems.add(seq, "it does not follow the event before it: one of the two was changed or exchanged")

    def _hold_event(self, row: tuple[Any, ...]) -> None:
        (
            seq,
            kind,
            account,
            desk,
            period,
            finding_id,
            run,
            at,
            actor,
            body_hash,
            facts_hash,
            previous,
            own,
            salt,
            body,
        ) = row
        name, name_hash = self._names.get(actor, ("", b""))
        self._first_by.setdefault(actor, seq)
        expected = chain.link(
            previous,
            seq,
            kind,
            (account, desk, period, finding_id),
            run=run,
            at=at,
            actor_hash=name_hash,
            body_hash=body_hash,
            facts_hash=facts_hash,
        )
        if is_changed := expected != own:
            self._problems.add(seq, "it was changed: its hash is not that of what it is")
        if body is None or salt is None:
            if body_hash is not None:
                self._blank.append((seq, run))
        elif chain.salted(salt, body) != body_hash:
            self._problems.add(seq, "what it says was changed")
            body = None
        if run and not is_changed:
            self.last_of_run[run] = (seq, own)
        if not finding_id:
            self.alone.append(_event(row, name, body))
            return
        if kind == EventKind.ERASED:
            self._erasing.append(_event(row, name, body))
        key = (account, desk, finding_id)
        known = self.findings.get(key, _UNKNOWN)
        if kind == EventKind.UNDONE:
            self.unfolded.add(key)
            self.findings[key] = (known[0], known[1], seq, known[3])
        elif run:
            standing, gone = self._told_by_run(known, row, body)
            self.findings[key] = (standing, gone, seq, facts_hash or known[3])
        else:
            self.findings[key] = (after(known[0], _event(row, name, body)), known[1], seq, known[3])

    def _told_by_run(self, known: Folded, row: tuple[Any, ...], body: str | None) -> tuple[Standing | None, str]:
        """Fold one event of a run; thousands of findings have the same events."""
        standing, gone = known[0], known[1]
        if body is not None and _STORY in body:  # told of this finding alone: no other has such an event
            event = _event(row, "", body)
            return after(standing, event), cleared_end((event,), gone)
        asked = (id(standing), row[1], row[4], gone if body is None else f"{gone} {body}")
        found = self._memory.get(asked)
        if found is None:
            event = _event(row, "", body)
            if len(self._memory) > _MEMORY:
                self._memory.clear()
            # The one before is kept with it, so that no other ever gets its place in memory, which stands for it.
            found = self._memory[asked] = (after(standing, event), cleared_end((event,), gone), standing)
        return found[0], found[1]

    def _said_erased(self) -> tuple[set[int], set[int]]:
        """Numbers of the events whose bodies, and of the actors whose names, events say to be erased."""
        said = [event.body or {} for event in (*self.alone, *self._erasing) if event.kind == EventKind.ERASED]
        return {one["seq"] for one in said if "seq" in one}, {id_ for one in said for id_ in one.get("actors", ())}

    def _hold_erasures(self) -> None:
        erased, nameless = self._said_erased()
        for seq, run in self._blank:
            if run or seq not in erased:
                self._problems.add(seq, "what it says was erased, and no event says so")
        for number, row in self._actors.items():
            first = self._first_by.get(number, self.head.seq)
            if row.name is None or row.salt is None:
                if number not in nameless:
                    self._problems.add(first, "the name of who did it was erased, and no event says so")
            elif chain.salted(row.salt, row.name) != row.name_hash:
                self._problems.add(first, f"the name of who did it was changed, to {row.name!r}")


_UNKNOWN: Folded = (None, "", 0, None)


def _event(row: tuple[Any, ...], name: str, body: str | None) -> Event:
    seq, kind, account, desk, period, finding_id, run, at, _, body_hash, *_ = row
    said = {} if body_hash is None else None if body is None else json.loads(body)
    return Event(seq, kind, Subject(account, desk, period, finding_id), when(at), name, run, said)


def check_bodies_alone(connection: Connection, problems: Problems) -> None:
    """Hold that nothing is said for an event that says nothing, or that is not there."""
    strange = select(bodies.c.seq).outerjoin_from(bodies, events, events.c.seq == bodies.c.seq)
    for seq in connection.execute(strange.where(events.c.body_hash.is_(None)).limit(_MOST)).scalars():
        problems.add(seq, "something is said for it that it does not say")
