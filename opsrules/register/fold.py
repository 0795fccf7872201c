"""Where one finding stands, from its events in order of their numbers.

What the bodies say that are read here; every key may be missing, and a body that was erased says what its kind says:

========================= ==============================================================================
opened                    ``day`` (as-of day of the review), ``due``, ``story``
seen                      ``changed`` ({column: [old, new]}), ``story``; empty when only the period is a later one
cleared                   ``day``, ``rule``, ``other_side`` (file:line), ``story``
reopened                  ``why``, ``changed``, ``story``
unchecked                 ``file``, or ``why`` by the name of what kept it from being looked for
assigned                  ``owner``, ``due``, ``note``
commented                 ``note``
attached                  ``name``, ``sha256``, ``note``
resolved                  ``reason``, ``note``, ``counterpart`` (finding id or ``file:line``)
written_off               ``amount_minor`` (without sign), ``currency``, ``note``, ``counterpart``; of the account's own
                          rule ``rule`` and ``day`` too
disputed, rejected        ``note``
root_cause                ``note``; what else it says, `opsrules.register.chains` reads
undone                    ``seq`` of the event that counts no longer
========================= ==============================================================================

A ``story`` is what `opsrules.story` keeps of the rows behind a finding. Days are ISO texts. An undone event whose own
body is erased would bring back what it undid, so it must not be erased.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from opsrules.register.model import Event
from opsrules.standing import Note, Standing
from opsrules.terms import EventKind, FindingStatus

__all__ = ["after", "counting", "standing_of"]

_Body = Mapping[str, Any]

_NEW = Standing()


def counting(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events that count, in order of their numbers: neither undone ones nor what undid them."""
    ordered = sorted(events, key=lambda one: one.seq)
    undone = {
        (one.body or {}).get("seq")
        for one in ordered
        if one.kind == EventKind.UNDONE and (one.body or {}).get("seq", one.seq) < one.seq
    }
    return tuple(one for one in ordered if one.kind != EventKind.UNDONE and one.seq not in undone)


def standing_of(events: Iterable[Event]) -> Standing:
    """Return where a finding stands after all its events, given in any order."""
    standing: Standing | None = None
    for event in counting(events):
        standing = after(standing, event)
    return standing or _NEW


def after(standing: Standing | None, event: Event) -> Standing:
    """Return where a finding stands after one more event.

    Parameters
    ----------
    standing : Standing or None
        Before the event; None before the first.
    event : Event
        With a higher number than any before it. A kind that is not known here changes nothing.

    Raises
    ------
    ValueError
        For what undoes another event: after that, fold all of them by `standing_of`.
    """
    if event.kind == EventKind.UNDONE:
        msg = f"event {event.seq} undoes another; fold all events of the finding from the start"
        raise ValueError(msg)
    change = _CHANGES.get(event.kind)
    before = standing or _NEW
    return before if change is None else change(before, event, event.body or {})


def _with(standing: Standing, **changes: Any) -> Standing:
    """Like ``dataclasses.replace``, which is five times slower: a night folds millions."""
    changed = object.__new__(Standing)
    vars(changed).update(vars(standing))
    vars(changed).update(changes)
    return changed


def _opened(standing: Standing, event: Event, body: _Body) -> Standing:
    period = event.subject.period
    return _with(
        standing,
        due=_day(body, "due"),
        first_period=period,
        last_period=period,
        first_day=_day(body, "day"),
    )


def _seen(standing: Standing, event: Event, _body: _Body) -> Standing:
    return _with(standing, is_unchecked=False, last_period=event.subject.period)


def _cleared(standing: Standing, _event: Event, body: _Body) -> Standing:
    status = FindingStatus.CLEARED if standing.status.is_open else standing.status
    return _with(standing, status=status, is_present=False, is_unchecked=False, cleared_day=_day(body, "day"))


def _reopened(standing: Standing, event: Event, _body: _Body) -> Standing:
    present = _with(standing, is_present=True, is_unchecked=False, cleared_day=None, last_period=event.subject.period)
    return _unsettled(present)


def _unchecked(standing: Standing, _event: Event, _body: _Body) -> Standing:
    return _with(standing, is_unchecked=True)


def _assigned(standing: Standing, event: Event, body: _Body) -> Standing:
    given = _with(standing, owner=body.get("owner") or standing.owner, due=_day(body, "due") or standing.due)
    return _noted(given, event, body)


def _noted(standing: Standing, event: Event, body: _Body) -> Standing:
    text = body.get("note") or ""
    # That somebody said something stays when what it was is erased.
    if not text and event.kind != EventKind.COMMENTED:
        return standing
    return _with(standing, notes=(*standing.notes, Note(event.actor, event.at, text)))


def _attached(standing: Standing, event: Event, body: _Body) -> Standing:
    return _noted(_with(standing, attachments=standing.attachments + 1), event, body)


def _resolved(standing: Standing, event: Event, body: _Body) -> Standing:
    settled = _with(
        standing,
        status=FindingStatus.RESOLVED,
        reason=body.get("reason") or "",
        written_off_minor=0,
        settled_by=event.actor,
        settled_day=event.at.date(),
    )
    return _noted(settled, event, body)


def _written_off(standing: Standing, event: Event, body: _Body) -> Standing:
    settled = _with(
        standing,
        status=FindingStatus.WRITTEN_OFF,
        reason="",
        written_off_minor=body.get("amount_minor") or 0,
        settled_by=event.actor,
        settled_day=_day(body, "day") or event.at.date(),
    )
    return _noted(settled, event, body)


def _disputed(standing: Standing, event: Event, body: _Body) -> Standing:
    status = FindingStatus.DISPUTED if standing.status.is_open else standing.status
    return _noted(_with(standing, status=status), event, body)


def _rejected(standing: Standing, event: Event, body: _Body) -> Standing:
    is_settled = standing.status in (FindingStatus.RESOLVED, FindingStatus.WRITTEN_OFF)
    return _noted(_unsettled(standing) if is_settled else standing, event, body)


def _unsettled(standing: Standing) -> Standing:
    """Open again, or cleared when the reviews no longer find it: nothing is left to do then."""
    status = FindingStatus.OPEN if standing.is_present else FindingStatus.CLEARED
    return _with(standing, status=status, reason="", written_off_minor=0, settled_by="", settled_day=None)


def _day(body: _Body, key: str) -> date | None:
    text = body.get(key)
    return date.fromisoformat(text) if text else None


_CHANGES: Mapping[str, Callable[[Standing, Event, _Body], Standing]] = {
    EventKind.OPENED: _opened,
    EventKind.SEEN: _seen,
    EventKind.CLEARED: _cleared,
    EventKind.REOPENED: _reopened,
    EventKind.UNCHECKED: _unchecked,
    EventKind.ASSIGNED: _assigned,
    EventKind.COMMENTED: _noted,
    EventKind.ATTACHED: _attached,
    EventKind.ROOT_CAUSE: _noted,
    EventKind.RESOLVED: _resolved,
    EventKind.WRITTEN_OFF: _written_off,
    EventKind.DISPUTED: _disputed,
    EventKind.REJECTED: _rejected,
}
