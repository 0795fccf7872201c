"""Actions, decisions and risks: what a review of the business leaves to be done, remembered and watched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Table, func, select

from opsrules.errors import UsageError
from opsrules.register import bulk
from opsrules.register.acts import Rights
from opsrules.register.fold import counting
from opsrules.register.ledger import append, hand_of
from opsrules.register.model import Draft, Event, Subject
from opsrules.register.policy import allow
from opsrules.register.reading import events_where
from opsrules.register.tables import actions, decisions, events, risks
from opsrules.terms import Act, EventKind, Severity

__all__ = ["ACTIONS", "DECISIONS", "RISKS", "STATUSES", "Items", "change", "folded_item", "items_table", "refold_items"]

STATUSES = ("open", "doing", "blocked", "done", "dropped")
"""Where an action stands."""

_BANDS = ((4, Severity.LOW), (9, Severity.MEDIUM), (16, Severity.HIGH), (25, Severity.CRITICAL))
"""Largest likelihood times impact of each band: 1 to 4, 5 to 9, 10 to 16, 20 to 25."""


@dataclass(frozen=True)
class Items:
    """One of the three registers.

    Attributes
    ----------
    table : Table
    kind : EventKind
    act : Act
    needed : tuple of str
        What a new one has to say.
    """

    table: Table
    kind: EventKind
    act: Act
    needed: tuple[str, ...]

    @property
    def own(self) -> tuple[str, ...]:
        """Columns that people set."""
        return tuple(column.name for column in self.table.columns)[4:-1]


ACTIONS = Items(actions, EventKind.ACTION, Act.ACTION, ("text", "owner"))
DECISIONS = Items(decisions, EventKind.DECISION, Act.DECISION, ("decision",))
RISKS = Items(risks, EventKind.RISK, Act.RISK, ("cause", "event", "effect", "likelihood", "impact"))

_NUMBERS = frozenset({"carried", "supersedes", "likelihood", "impact"})


def change(
    connection: Connection,
    rights: Rights,
    items: Items,
    number: int,
    *,
    subject: Subject,
    today: date,
    said: Mapping[str, Any],
) -> tuple[Event, ...]:
    """Enter an item, or change one.

    Parameters
    ----------
    connection : Connection
    rights : Rights
    items : Items
    number : int
        Of the item; 0 enters a new one.
    subject : Subject
        Whom a new one is about.
    today : date
        The day on which a new one came up.
    said : mapping of str to (str or int)
        What is set; what it does not name stays.

    Raises
    ------
    ActRefused
        If the actor may not.
    UsageError
        If there is no such item, a new one lacks what it needs, or a value is none of its field.
    """
    allow(rights.policy, rights.actor, items.act)
    table = items.table
    if number:
        row = connection.execute(select(table).where(table.c.id == number)).mappings().first()
        if row is None:
            msg = f"no {items.kind.value} {number} in the register; leave the number out to enter a new one"
            raise UsageError(msg)
        subject = Subject(row["account"], row["desk"])
        said = {name: one for name, one in said.items() if row[name] != one}
        if not said:
            return ()
    else:
        number = int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1
        if missing := [name for name in items.needed if not said.get(name)]:
            msg = f"a new {items.kind.value} needs {', '.join(missing)}"
            raise UsageError(msg)
        said = {"day": today.isoformat(), **said}
    _hold_values(items, said)
    draft = Draft(items.kind, subject, {"id": number, "set": dict(said)})
    written = append(connection, hand_of(connection, rights.actor), [draft])
    refold_items(connection, written[0])
    return written


def refold_items(connection: Connection, changed: Event) -> None:
    """Have the row of an item say what its events fold to, after one that tells of it came or went."""
    items = next((one for one in (ACTIONS, DECISIONS, RISKS) if one.kind == changed.kind), None)
    if items is None or not changed.body:
        return
    number = changed.body["id"]
    about = (events.c.account == changed.subject.account, events.c.desk == changed.subject.desk)
    told = list(events_where(connection, *about, events.c.finding_id == ""))
    bulk.upsert(connection, items.table, [folded_item(items, number, changed.subject, told)])


def folded_item(items: Items, number: int, subject: Subject, told: Iterable[Event]) -> tuple[Any, ...]:
    """Row of an item, from all events of its account and desk that tell of no finding.

    An item all of whose events were taken back stays, empty, so that its number is never given to another.
    """
    row: dict[str, Any] = {name: 0 if name in _NUMBERS else "" for name in ("day", *items.own)}
    if "status" in row:
        row["status"] = STATUSES[0]
    seq = 0
    for event in counting(told):
        if event.kind != items.kind or not event.body or event.body.get("id") != number:
            continue
        said = event.body["set"]
        if "carried" in row and row["due"] and said.get("due", "") > row["due"]:
            row["carried"] += 1
        row |= said
        seq = event.seq
    return (number, subject.account, subject.desk, *(row[name] for name in ("day", *items.own)), seq)


def items_table(connection: Connection, items: Items, as_of: date) -> pd.DataFrame:
    """Return a row an item, in order of their numbers.

    Actions have `age_days` and `carried`, how often their day was put off; risks have their `band`.
    """
    found = connection.execute(select(items.table).where(items.table.c.seq > 0).order_by(items.table.c.id))
    table = pd.DataFrame(list(found), columns=[column.name for column in items.table.columns])
    if items is ACTIONS:
        days = [as_of.toordinal() - date.fromisoformat(text).toordinal() for text in table["raised"]]
        return table.assign(age_days=pd.Series(days, index=table.index, dtype="int64"))
    if items is RISKS:
        bands = [_band(one) for one in table["likelihood"] * table["impact"]]
        return table.assign(band=pd.Series(bands, index=table.index, dtype="str"))
    return table


def _band(product: int) -> str:
    return next(band.value for most, band in _BANDS if product <= most)


def _hold_values(items: Items, said: Mapping[str, Any]) -> None:
    if unknown := sorted(said.keys() - {"day", *items.own} | ({"carried"} & said.keys())):
        msg = f"{items.kind.value}: {', '.join(unknown)} is not set by people; it has {', '.join(items.own)}"
        raise UsageError(msg)
    if said.get("status", STATUSES[0]) not in STATUSES:
        msg = f"action: status {said['status']!r} is none; one of {', '.join(STATUSES)}"
        raise UsageError(msg)
    for name in ("likelihood", "impact"):
        if not 1 <= said.get(name, 1) <= 5:
            msg = f"risk: {name} {said[name]} is out of reach; 1 to 5"
            raise UsageError(msg)
