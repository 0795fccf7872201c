"""The desk that commands about accounts work for, and the accounts that have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsrules.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsrules.parameters import Account

__all__ = ["DESK", "of_desk"]

DESK = "reconciliation"


def of_desk(desk: str, found: Iterable[Account], asked: list[str] | None) -> list[Account]:
    """Return the accounts that have a desk.

    Raises
    ------
    UsageError
        If one that was asked for by name has not.
    """
    accounts = list(found)
    kept = [one for one in accounts if desk in one.desks]
    if asked and len(kept) < len(accounts):
        other = next(one for one in accounts if desk not in one.desks)
        msg = f"{other.file}: account {other.account} has no desk {desk}; add it to desks, or leave the account out"
        raise UsageError(msg)
    return kept
