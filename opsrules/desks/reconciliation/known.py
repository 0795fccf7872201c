"""What the register knows of findings, laid over what the rules say of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from opsrules.desks.reconciliation.findings import Judged
from opsrules.standing import Snapshot

__all__ = ["with_standing"]


def with_standing(judged: Iterable[Judged], snapshot: Snapshot) -> list[Judged]:
    """The same findings with the owner somebody gave them, the day first named or set, and whether they are settled.

    What the register does not know, or leaves open, stays as the rules have it.
    """
    return [_with(one, snapshot) for one in judged]


def _with(one: Judged, snapshot: Snapshot) -> Judged:
    known = snapshot.standings.get(one.fact.item_id)
    if known is None:
        return one
    settled = snapshot.settles(one.fact.item_id, one.fact.currency, one.fact.amount_minor)
    return replace(one, owner=known.owner or one.owner, due=known.due or one.due, settled=settled)
