"""What people wrote of root causes, from their events: what is said later replaces the part that it names.

The body of an event ``root_cause`` has, each only where it is said: ``whys``, ``corrective``, ``preventive`` (lists of
texts), ``cause`` (code), ``owner``, ``due`` (ISO), ``note``; and where it is about a slice ``slice`` with ``id``,
``measure`` and ``where``. A body that was erased says nothing any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from opsrules.register.fold import counting
from opsrules.register.model import Event
from opsrules.terms import EventKind
from opsrules.whys import Said, Sliced, Whys
from opsrules.whys.said import PARTS

__all__ = ["chains_of", "whys_of"]


def whys_of(events: Iterable[Event]) -> Whys | None:
    """Return what the events of one finding or slice say, given in any order; None where they say nothing."""
    found: Whys | None = None
    for event in counting(events):
        if event.kind == EventKind.ROOT_CAUSE and event.body:
            found = _after(found or Whys(), event)
    return found


def chains_of(events: Iterable[Event], period: str) -> dict[str, Whys]:
    """Return what people wrote, by the id of the finding or of the slice.

    Parameters
    ----------
    events : iterable of Event
        Of one account and desk, in any order.
    period : str
        Slices are those of this period; findings live on from one to the next.
    """
    told: defaultdict[str, list[Event]] = defaultdict(list)
    for event in counting(events):
        if event.kind != EventKind.ROOT_CAUSE or not event.body:
            continue
        if event.subject.finding_id:
            told[event.subject.finding_id].append(event)
        elif event.subject.period == period:
            told[str(event.body["slice"]["id"])].append(event)
    found = {name: whys_of(own) for name, own in sorted(told.items())}
    return {name: one for name, one in found.items() if one is not None}


def _after(before: Whys, event: Event) -> Whys:
    body = event.body or {}
    parts: dict[str, Said] = {}
    for name in PARTS:
        if name in body:
            texts = body[name] if isinstance(body[name], list) else [body[name]]
            parts[name] = Said(tuple(map(str, texts)), event.actor, event.at)
    about = _sliced(body["slice"]) if "slice" in body else before.about
    return replace(before, about=about, **parts)


def _sliced(said: Mapping[str, object]) -> Sliced:
    where = said["where"]
    return Sliced(str(said["measure"]), where if isinstance(where, dict) else {})
