"""The stories of a review's findings: the break as it is told, and the rows of its files that it stands on."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.carried import Carried
from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.due import ages
from opsrules.desks.reconciliation.legs import LEG_SIDES
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.privacy.columns import shown
from opsrules.schemas import TABLES
from opsrules.story import Story, StoryRow
from opsrules.terms import BreakClass, Leg, SubjectType

__all__ = ["Library", "break_of", "fact_of", "joined", "kept"]

_UNTOLD = ("item_id", "age_days", "age_business_days", "rows", "candidates", "caveat", "explanation")
"""What is about the review and not about the item."""

_KEPT: dict[str, list[str]] = {
    table: [
        name
        for name, kind in TABLES[table].columns.items()
        if not (kind.metadata or {}).get("prose") and (table, name) != ("bank_lines", "reference")
    ]
    for table in ("orders", "processor_lines", "payouts", "bank_lines")
}
"""Columns that a story keeps: free text may name persons, and so may what a buyer writes as reference."""

_TOKEN = re.compile(r"(?=[A-Z_]*\d)[A-Z0-9_]{5,}")
"""A word of a bank line that may be an id: no name of a person has a digit in it."""


def fact_of(one: Break) -> dict[str, Any]:
    """A break as JSON values, without what is empty and what is about the review alone."""
    told = {field.name: getattr(one, field.name) for field in fields(one) if field.name not in _UNTOLD}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in told.items()
        if value not in (None, "", ())
    }


def break_of(ask: Ask, finding_id: str, story: Story, **now: Any) -> Break:
    """The break of a story again, aged to the as-of day; `now` says what has changed since."""
    known = {one.name for one in fields(Break)}
    fact = {name: value for name, value in story.fact.items() if name in known}
    day = date.fromisoformat(fact["day"]) if fact.get("day") else None
    kinds = {
        "break_class": BreakClass(fact["break_class"]),
        "subject_type": SubjectType(fact["subject_type"]),
        "also": tuple(BreakClass(kind) for kind in fact.get("also", ())),
    }
    due_on = date.fromisoformat(fact["due_on"]) if fact.get("due_on") else None
    told: dict[str, Any] = {"item_id": finding_id, **ages(ask, day), **fact, **kinds, "day": day, "due_on": due_on}
    return Break(**(told | now))


@dataclass(frozen=True)
class _Place:
    """A row of a leg's side, and its amount there."""

    side: str
    position: int
    amount_minor: int


@dataclass(frozen=True)
class Library:
    """All rows of a review, to make stories of.

    Attributes
    ----------
    ask : Ask
    ready : Prepared
        Carried rows included.
    legs : mapping of Leg to LegResult
    carried : Carried
    read : mapping of str to str
        SHA-256 of each file by its name.
    """

    ask: Ask
    ready: Prepared
    legs: Mapping[Leg, LegResult]
    carried: Carried
    read: Mapping[str, str]
    _rows: dict[tuple[str, int], dict[str, str | int | bool]] = field(default_factory=dict)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by the names of the canonical tables."""
        return self.ready.by_name()

    @cached_property
    def _pairs(self) -> dict[tuple[str, str], list[tuple[str, _Place]]]:
        """By leg and id of an open item: the rows of its break with their ids, its own first."""
        found: dict[tuple[str, str], list[tuple[str, _Place]]] = {}
        for leg, result in self.legs.items():
            items = result.matching.open_items
            columns = (items[name].tolist() for name in ("item_id", "side", "position", "amount_minor", "pair"))
            together: dict[int, list[tuple[str, _Place]]] = {}
            for item_id, side, position, amount, pair in zip(*columns, strict=True):
                together.setdefault(pair, []).append((item_id, _Place(side, position, amount)))
            for rows in together.values():
                for own in rows:
                    found[leg.value, own[0]] = [own, *(one for one in rows if one != own)]
        return found

    def ids_beside(self, one: Break) -> list[str]:
        """Ids of the other rows of a leg's break."""
        return [item_id for item_id, _ in self._pairs.get((one.leg, one.item_id), [])[1:]]

    def of_break(self, one: Break, item_id: str = "") -> tuple[StoryRow, ...]:
        """Rows of a leg's break; `item_id` is the id that its leg has for it, where that is another one."""
        places = self._pairs.get((one.leg, item_id or one.item_id), [])
        return tuple(self.row(Leg(one.leg), place.side, place.position, place.amount_minor) for _, place in places)

    def row(self, leg: Leg, side: str, position: int, amount_minor: int) -> StoryRow:
        """One row of a leg's side."""
        table = LEG_SIDES[leg][0 if side == "left" else 1]
        return self.told(table, side, position, amount_minor)

    def told(self, table: str, side: str, position: int, amount_minor: int) -> StoryRow:
        """One row of a table."""
        if (known := self.carried.row(table, position)) is not None:
            return replace(known, side=side, amount_minor=int(amount_minor))
        values = self._values(table, position)
        ref = str(self.tables[table]["ref"].iat[position])
        return StoryRow(table, side, ref, int(amount_minor), self.read.get(str(values["source_file"]), ""), values)

    def _values(self, table: str, position: int) -> dict[str, str | int | bool]:
        if (table, position) not in self._rows:
            # All open rows of a table are asked for sooner or later, and one by one they cost far more.
            asked = [one for one in self._open[table] if (table, one) not in self._rows]
            at = asked if position in asked else [*asked, position]
            wanted = ["counterparty", "reference", "text"] if table == "bank_lines" else []
            told = _KEPT[table]
            for one, row in zip(at, self.tables[table].iloc[at][[*told, *wanted]].to_dict("records"), strict=True):
                values = {name: plain for name in told if (plain := _plain(row[name])) not in (None, "", 0, False)}
                if wanted and (words := self._telling(row)):
                    values["text"] = words
                self._rows[table, one] = values
        return self._rows[table, position]

    @cached_property
    def _open(self) -> dict[str, list[int]]:
        """Positions of the rows of each table that are open in any leg."""
        found: dict[str, set[int]] = {name: set() for name in self.tables}
        for leg, result in self.legs.items():
            for name, at in zip(LEG_SIDES[leg], result.matching.waiting.values(), strict=True):
                found[name].update(at.tolist())
        return {name: sorted(at) for name, at in found.items()}

    def _telling(self, row: Mapping[Hashable, Any]) -> str:
        """Of a bank line's text what tells a payout: the declared descriptor in it, and words that may be ids."""
        text = f"{row['counterparty']} {row['reference']} {row['text']}"
        rules = self.ask.account.payouts
        found = [one.descriptor for one in rules if one.descriptor.casefold() in text.casefold()][:1]
        return " ".join([*found, *(word for word in _TOKEN.findall(text.upper()) if word not in found)])


def _plain(value: Any) -> str | int | bool | None:
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if value is None or value is pd.NaT or value is pd.NA or value != value:  # noqa: PLR0124 - NaN
        return None
    return value if isinstance(value, str) else bool(value) if isinstance(value, bool) else _number(value)


def _number(value: Any) -> int | bool:
    plain = value.item() if hasattr(value, "item") else value
    return plain if isinstance(plain, bool) else int(plain)


def joined(rows: Iterable[StoryRow]) -> tuple[StoryRow, ...]:
    """Rows in their order, none twice."""
    return tuple({(one.table, one.side, one.origin): one for one in rows}.values())


def kept(story: Story) -> str:
    """A story as it may be kept: one with a card number, a bank account number or an address in it keeps no rows.

    Masked by half, they would find nothing again.
    """
    texts = [*story.fact.values(), *(value for row in story.rows for value in (row.ref, *row.values.values()))]
    told = "\x1f".join(text for text in texts if isinstance(text, str))
    if shown(told) == told:
        return story.written()
    return Story({name: shown(value) for name, value in story.fact.items()}).written()
