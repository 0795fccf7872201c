"""Sign-offs, actions, decisions and risks held against the events that tell of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from opsrules.register.checked import Problems
from opsrules.register.checked_chain import Walk
from opsrules.register.fold import counting
from opsrules.register.items import ACTIONS, DECISIONS, RISKS, Items, folded_item
from opsrules.register.model import Event, Subject
from opsrules.register.tables import sign_offs
from opsrules.terms import EventKind

__all__ = ["check_items"]


def check_items(connection: Connection, problems: Problems, walk: Walk) -> None:
    """Hold that each of them is as its events tell."""
    by_account: defaultdict[Subject, list[Event]] = defaultdict(list)
    for event in walk.alone:
        by_account[Subject(event.subject.account, event.subject.desk)].append(event)
    rows = {tuple(row) for row in connection.execute(select(sign_offs))}
    told = {row for own in by_account.values() for row in _signed(own)}
    _compare("sign-off", {row[0]: row for row in rows}, {row[0]: row for row in told}, problems)
    for items in (ACTIONS, DECISIONS, RISKS):
        # An item that nothing tells of any more keeps its row for its number alone.
        found = {row[0]: tuple(row) for row in connection.execute(select(items.table).where(items.table.c.seq > 0))}
        expected = {row[0]: row for subject, own in by_account.items() for row in _items(items, subject, own)}
        _compare(items.kind.value, found, expected, problems)


def _signed(told: Iterable[Event]) -> list[tuple[Any, ...]]:
    own = list(told)
    count = {event.seq for event in counting(own)}
    return [
        (
            event.seq,
            event.subject.account,
            event.subject.desk,
            event.subject.period,
            event.actor,
            (event.body or {}).get("run_id", ""),
            event.seq not in count,
        )
        for event in own
        if event.kind == EventKind.SIGNED_OFF
    ]


def _items(items: Items, subject: Subject, told: list[Event]) -> list[tuple[Any, ...]]:
    numbers = {event.body["id"] for event in told if event.kind == items.kind and event.body}
    rows = [folded_item(items, number, subject, told) for number in sorted(numbers)]
    return [row for row in rows if row[-1]]


def _compare(
    what: str, found: dict[int, tuple[Any, ...]], expected: dict[int, tuple[Any, ...]], problems: Problems
) -> None:
    for key in sorted(found.keys() | expected.keys()):
        if found.get(key) != expected.get(key):
            row = expected.get(key) or found[key]
            seq = key if what == "sign-off" else row[-1]
            how = "is missing" if key not in found else "is not as its events tell"
            problems.add(seq, f"{what} {key} {how}")
