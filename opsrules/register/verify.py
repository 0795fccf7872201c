"""The whole register held against itself: the chain, what it was taken over, and what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from opsrules.register.ledger import end
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
    problems: tuple[tuple[int, str], ...] = ()


def verify(connection: Connection, heads: tuple[Head, ...]) -> Verification:
    head = end(connection)
    return Verification(head.seq, head)
