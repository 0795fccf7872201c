"""A register of one account and desk in memory: what the pure parts say, kept as a database would keep it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from register_events import day_after, event, findings, read

from opsrules.inputs import FileRead
from opsrules.periods import Period
from opsrules.register.changes import Difference, Known, differences, source_hashes
from opsrules.register.fold import after, standing_of
from opsrules.register.model import Event
from opsrules.terms import EventKind, FindingStatus


class Book:
    """Reviews and acts, one after the other."""

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self.events: list[Event] = []
        self.log: list[tuple[str, str]] = []
        self.told: tuple[Difference, ...] = ()
        self.run = 0

    def review(
        self, period: str, rows: Iterable[Mapping[str, Any]], inputs: Iterable[FileRead] | None = None
    ) -> list[tuple[str, str]]:
        """Kinds and ids of what a review adds."""
        files = [read()] if inputs is None else list(inputs)
        self.told = differences(findings(rows), self.known, Period.parse(period), files, day_after(period))
        self.run += 1
        self._append(EventKind.RECORDED, {}, "", period, self.run)
        for one in self.told:
            self._take(one, period, files)
        out = [(str(one.kind), one.finding_id) for one in self.told]
        self.log += out
        return out

    def act(self, finding_id: str, kind: str, actor: str = "ana", **body: Any) -> int:
        """What a person does to a finding; the number of its event."""
        before = self.known[finding_id]
        told = self._append(kind, body, finding_id, before.standing.last_period, 0, actor)
        self.known[finding_id] = replace(before, standing=after(before.standing, told))
        return told.seq

    def sign(self, period: str, actor: str, **body: Any) -> int:
        """Sign a review off; the number of the event."""
        return self._append(EventKind.SIGNED_OFF, body, "", period, 0, actor).seq

    def undo(self, seq: int) -> None:
        """Take an act back."""
        subject = self.events[seq - 1].subject
        self._append(EventKind.UNDONE, {"seq": seq}, subject.finding_id, subject.period, 0)
        if subject.finding_id:
            own = [one for one in self.events if one.subject.finding_id == subject.finding_id]
            before = self.known[subject.finding_id]
            self.known[subject.finding_id] = replace(before, standing=standing_of(own))

    def status(self, finding_id: str) -> FindingStatus:
        """Where a finding stands."""
        return self.known[finding_id].standing.status

    def open(self) -> set[str]:
        """Findings that somebody still has to work on."""
        return {name for name, known in self.known.items() if known.standing.status.is_open}

    def _append(
        self, kind: str, body: Mapping[str, Any], finding_id: str, period: str, run: int, actor: str = "ana"
    ) -> Event:
        told = event(len(self.events) + 1, kind, body, finding=finding_id, period=period, run=run, actor=actor)
        self.events.append(told)
        return told

    def _take(self, one: Difference, period: str, files: list[FileRead]) -> None:
        before = self.known.get(one.finding_id)
        told = self._append(one.kind, one.body, one.finding_id, period, self.run)
        standing = after(before.standing if before else None, told)
        end = Period.parse(period).last
        if one.facts is not None:
            sha256 = source_hashes(files).get(one.facts["source_file"], "")
            self.known[one.finding_id] = Known(one.facts, standing, end, None, sha256)
        else:
            assert before is not None
            cleared = end if one.kind == EventKind.CLEARED else before.cleared_end
            self.known[one.finding_id] = replace(before, standing=standing, cleared_end=cleared)
