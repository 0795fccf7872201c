"""The whole register held against itself: the chain, what it was taken over, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from opsrules.register.checked import Problem, Problems
from opsrules.register.checked_chain import Walk, check_bodies_alone
from opsrules.register.checked_findings import check_findings
from opsrules.register.checked_items import check_items
from opsrules.register.checked_runs import check_runs
from opsrules.standing import Head

__all__ = ["Verification", "verify"]


@dataclass(frozen=True)
class Verification:
    """What was found.

    Attributes
    ----------
    events : int
        How many there are.
    head : Head
        The chain's end.
    problems : tuple of (int, str)
        Number of the first event that something is wrong with, and what; by number. Empty when all is well.
    """

    events: int
    head: Head
    problems: tuple[Problem, ...] = ()


def verify(connection: Connection, heads: Iterable[Head]) -> Verification:
    """Hold every event against the chain, and what stands beside the events against them; nothing is written.

    Found is also what somebody did who removed the database's own guards first: a changed, exchanged, put in or removed
    event, the first ones too; what it says, and by whom, changed, or erased without an event that says so; findings,
    runs, metrics, sign-offs, actions, decisions and risks that are not what the events tell.

    Parameters
    ----------
    connection : Connection
    heads : iterable of Head
        That reports name: only they find a tail that was cut off with all that told of it, or a chain that somebody
        made anew as a whole.
    """
    problems = Problems()
    walk = Walk(connection, problems, frozenset(head.seq for head in heads))
    walk.go()
    check_bodies_alone(connection, problems)
    check_runs(connection, problems, walk)
    check_findings(connection, problems, walk)
    check_items(connection, problems, walk)
    for head in heads:
        _check_head(head, walk, problems)
    return Verification(walk.events, walk.head, problems.told())


def _check_head(head: Head, walk: Walk, problems: Problems) -> None:
    if head.seq > walk.head.seq:
        what = f"the chain ends at event {walk.head.seq}, and a report names event {head.seq}: its end was cut off"
        problems.add(walk.head.seq + 1, what)
    elif walk.hash_at(head.seq) != head.hash:
        problems.add(head.seq, "a report names another hash for this event: the chain is another one")
