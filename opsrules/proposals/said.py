"""What people said of an account's findings: settled as belonging together, as a loss, as no fault, or refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsrules.terms import Desk, EventKind, FindingStatus

if TYPE_CHECKING:
    from opsrules.register import Register
    from opsrules.register.model import Event

__all__ = ["Said", "said_of"]


@dataclass(frozen=True)
class Said:
    """What was said last of one finding, and counts.

    Attributes
    ----------
    finding_id : str
    status : FindingStatus
        Resolved or written off; open for what a second person did not accept.
    reason : str
        `opsrules.terms.Resolution` of a resolution, else "".
    counterpart : str
        What it belongs together with: a finding id, or ``file:line``; "" where nobody said.
    """

    finding_id: str
    status: FindingStatus
    reason: str = ""
    counterpart: str = ""


def said_of(register: Register, account: str) -> tuple[Said, ...]:
    """Return what people said of the findings of an account's reconciliation, by finding id."""
    from opsrules.register.fold import counting  # noqa: PLC0415 - loads SQLAlchemy

    told: dict[str, list[Event]] = {}
    undone: list[Event] = []
    for event in register.events(account, Desk.RECONCILIATION):
        if event.kind in _TELLING:
            told.setdefault(event.subject.finding_id, []).append(event)
        elif event.kind == EventKind.UNDONE:
            undone.append(event)
    found = []
    for finding_id in sorted(told):
        mine = [one for one in undone if one.subject.finding_id == finding_id]
        if (one := _last(finding_id, counting([*told[finding_id], *mine]))) is not None:
            found.append(one)
    return tuple(found)


_TELLING = (EventKind.RESOLVED, EventKind.WRITTEN_OFF, EventKind.REJECTED, EventKind.REOPENED)


def _last(finding_id: str, events: Iterable[Event]) -> Said | None:
    """What the last of these says; one that a review opened again because it grew says nothing any more."""
    said: Said | None = None
    for event in events:
        body = event.body or {}
        if event.kind == EventKind.REJECTED:
            said = Said(finding_id, FindingStatus.OPEN)
        elif event.kind == EventKind.REOPENED:
            said = None
        else:
            status = FindingStatus.RESOLVED if event.kind == EventKind.RESOLVED else FindingStatus.WRITTEN_OFF
            said = Said(finding_id, status, str(body.get("reason") or ""), str(body.get("counterpart") or ""))
    return said
