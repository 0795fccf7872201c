"""Events in plain words: what happened, who did it and when, for terminals, notebooks and pages."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from opsrules.display.wording import listed, lower_first
from opsrules.money import format_amount
from opsrules.periods import day_words
from opsrules.register.fold import counting
from opsrules.register.model import Event
from opsrules.terms import BreakClass, EventKind, Exclusion, Level, Resolution, Severity
from opsrules.whys import told as where_told

__all__ = ["actor_words", "instant_words", "kind_words", "taken_back", "told", "told_line"]

_Body = Mapping[str, Any]
_EMPTY: _Body = MappingProxyType({})
_ERASED = "(erased)"
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def instant_words(at: datetime) -> str:
    """An instant in UTC, to the minute.

    Examples
    --------
    >>> instant_words(datetime(2026, 11, 5, 9, 4, 59, tzinfo=UTC))
    '5 Nov 2026 09:04 UTC'
    """
    utc = at.astimezone(UTC)
    return f"{utc.day} {calendar.month_abbr[utc.month]} {utc.year} {utc:%H:%M} UTC"


def actor_words(event: Event) -> str:
    """Who did it: a name, that of the run that recorded it, or that it was erased."""
    name = " ".join(event.actor.split()) or _ERASED
    return f"run {event.run} of {name}" if event.run else name


def kind_words(kind: str) -> str:
    """What kind of event it is; a kind of a later version by its own name."""
    return EventKind(kind).words() if kind in set(EventKind) else kind.replace("_", " ").capitalize()


def taken_back(events: Iterable[Event]) -> frozenset[int]:
    """Numbers of the events among these that somebody took back."""
    every = list(events)
    counts = {one.seq for one in counting(every)}
    return frozenset(one.seq for one in every if one.seq not in counts and one.kind != EventKind.UNDONE)


def told(event: Event, currency: str = "") -> str:
    """What happened, without who and when: Given to Finance lead, due 5 Nov 2026: please look.

    Parameters
    ----------
    event : Event
    currency : str
        Of the finding that it is about; amounts of events that name no currency are in it.
    """
    words = kind_words(event.kind)
    if event.body is None:
        return f"{words} {_ERASED}"
    speak = _SAID.get(event.kind, _other)
    said = speak(event.body, str(event.body.get("currency", currency)))
    return f"{words}{said}"


def told_line(event: Event, currency: str = "") -> str:
    """One line: its number, when, who and what.

    Examples
    --------
    >>> from opsrules.register.model import Subject
    >>> about = Subject("northwind", "reconciliation", "2026-10", "f0e1")
    >>> told_line(Event(7, "commented", about, datetime(2026, 11, 5, 9, 4, tzinfo=UTC), "ana", 0, {"note": "Asked."}))
    '7  5 Nov 2026 09:04 UTC  ana: Commented: Asked.'
    """
    return f"{event.seq}  {instant_words(event.at)}  {actor_words(event)}: {told(event, currency)}"


def _text(body: _Body, name: str) -> str:
    return " ".join(str(body.get(name) or "").split())


def _day(text: str) -> str:
    return day_words(date.fromisoformat(text)) if _ISO_DAY.fullmatch(text) else text


def _noted(body: _Body, name: str = "note") -> str:
    """What somebody wrote, after a colon; "" where nothing was."""
    said = _text(body, name)
    return f": {said}" if said else ""


def _recorded(body: _Body, currency: str) -> str:  # noqa: ARG001 - all of them are called alike
    level, day = _text(body, "level"), _text(body, "as_of")
    parts = [Level(level).words().lower() if level in set(Level) else level, f"counted to {_day(day)}" if day else ""]
    said = ", ".join(part for part in parts if part)
    return f": {said}" if said else ""


def _opened(body: _Body, currency: str) -> str:  # noqa: ARG001
    due = _text(body, "due")
    return f", due {_day(due)}" if due else ""


def _unchecked(body: _Body, currency: str) -> str:  # noqa: ARG001
    file, why = _text(body, "file"), _text(body, "why")
    if why:
        words = Exclusion(why).words() if why in set(Exclusion) else why
        return f": its other side could not be looked for ({lower_first(words)})"
    return f": {file} was not among the files" if file else ""


def _cleared(body: _Body, currency: str) -> str:  # noqa: ARG001
    rule, other = _text(body, "rule"), _text(body, "other_side")
    if other:
        return f": the other side stands at {other}" + (f" (rule {rule})" if rule else "")
    return f" ({rule.replace('_', ' ')})" if rule else ""


def _assigned(body: _Body, currency: str) -> str:  # noqa: ARG001
    owner, due = _text(body, "owner"), _text(body, "due")
    return (f" to {owner}" if owner else "") + (f", due {_day(due)}" if due else "") + _noted(body)


def _resolved(body: _Body, currency: str) -> str:  # noqa: ARG001
    reason = _text(body, "reason")
    words = Resolution(reason).words() if reason in set(Resolution) else reason
    return (f" ({lower_first(words)})" if words else "") + _with(body) + _noted(body)


def _with(body: _Body) -> str:
    other = _text(body, "counterpart")
    return f" together with {other}" if other else ""


def _written_off(body: _Body, currency: str) -> str:
    minor = body.get("amount_minor")
    by = " by the account's own rule" if "rule" in body else ""
    amount = f" {format_amount(int(minor), currency)}" if minor is not None else ""
    return amount + by + _with(body) + _noted(body)


def _attached(body: _Body, currency: str) -> str:  # noqa: ARG001
    name, sha256 = _text(body, "name"), _text(body, "sha256")
    return f" {name}" + (f" (SHA-256 {sha256[:12]})" if sha256 else "") + _noted(body)


def _root_cause(body: _Body, currency: str) -> str:  # noqa: ARG001
    about = body.get("slice") or _EMPTY
    of_slice = f" of {about['measure']} where {where_told(about['where'])}" if about else ""
    said = [f"why {at}. {one}" for at, one in enumerate(body.get("whys") or (), start=1)]
    said += [f"cause {body['cause']}"] if "cause" in body else []
    said += [f"{kind}: {one}" for kind in ("corrective", "preventive") for one in body.get(kind) or ()]
    said += [f"seen to by {body['owner']}"] if "owner" in body else []
    said += [f"due {_day(_text(body, 'due'))}"] if "due" in body else []
    flat = " ".join(f"{of_slice}{': ' if said else ''}{'; '.join(said)}".split())
    return (f" {flat}" if about else flat) + _noted(body)


def _undone(body: _Body, currency: str) -> str:  # noqa: ARG001
    return f": event {body.get('seq', '')}" + (f", {note}" if (note := _text(body, "note")) else "")


def _seen(body: _Body, currency: str) -> str:
    changes = body.get("changed") or _EMPTY
    said = [why] if (why := _text(body, "why")) else []
    said += [listed(list(_changes(changes, currency)))] if changes else []
    return f": {'; '.join(said)}" if said else ""


def _changes(changes: Mapping[str, Any], currency: str) -> Iterator[str]:
    before, after = changes.get("currency", (currency, currency))
    for name, (old, new) in sorted(changes.items()):
        if name != "currency" or "amount_minor" not in changes:
            label = name.removesuffix("_minor").replace("_", " ")
            yield f"{label} was {_fact(name, old, str(before))}, is {_fact(name, new, str(after))}"


def _fact(name: str, value: Any, currency: str) -> str:
    if value is None or value == "":
        return "empty"
    if name == "amount_minor":
        return format_amount(int(value), currency)
    terms = {"class": BreakClass, "severity": Severity}.get(name)
    return terms(value).words().lower() if terms and value in set(terms) else " ".join(str(value).split())


def _item(body: _Body, currency: str) -> str:
    """An action, a decision or a risk: its number and what was set."""
    return f" {body.get('id', '')}{_other(body.get('set') or _EMPTY, currency)}"


def _erased(body: _Body, currency: str) -> str:  # noqa: ARG001
    return f": what event {body['seq']} says" if "seq" in body else ": a name"


def _other(body: _Body, currency: str) -> str:  # noqa: ARG001
    """What a kind without words of its own says, name by name."""
    said = [f"{name.replace('_', ' ')} {' '.join(str(value).split())}" for name, value in body.items() if value]
    return f": {', '.join(said)}" if said else ""


_SAID: Mapping[str, Callable[[_Body, str], str]] = MappingProxyType(
    {
        EventKind.RECORDED: _recorded,
        EventKind.NOT_REVIEWED: lambda body, _: _noted(body, "cause"),
        EventKind.OPENED: _opened,
        EventKind.SEEN: _seen,
        EventKind.CLEARED: _cleared,
        EventKind.REOPENED: _seen,
        EventKind.UNCHECKED: _unchecked,
        EventKind.ASSIGNED: _assigned,
        EventKind.COMMENTED: lambda body, _: _noted(body),
        EventKind.ATTACHED: _attached,
        EventKind.ROOT_CAUSE: _root_cause,
        EventKind.RESOLVED: _resolved,
        EventKind.WRITTEN_OFF: _written_off,
        EventKind.DISPUTED: lambda body, _: _noted(body),
        EventKind.REJECTED: lambda body, _: _noted(body),
        EventKind.SIGNED_OFF: lambda body, _: _noted(body),
        EventKind.UNDONE: _undone,
        EventKind.ERASED: _erased,
        EventKind.ACTION: _item,
        EventKind.DECISION: _item,
        EventKind.RISK: _item,
    }
)
