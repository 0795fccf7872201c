"""Small differences that the account's own rule gives up, inside a cap for each and a cap for the period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from opsrules.desks.reconciliation.findings import Judged
from opsrules.desks.reconciliation.model import Ask
from opsrules.parameters import WriteOff
from opsrules.periods import Period
from opsrules.standing import Snapshot, Standing
from opsrules.terms import FindingStatus

__all__ = ["WRITE_OFFS", "with_write_offs", "write_offs"]

WRITE_OFFS = ("finding_id", "class", "currency", "amount_minor", "age_days", "outcome")
"""Columns of the table of write-offs; `amount_minor` is without sign. ``outcome`` is written_off, over_cap (the cap of
the period had no room for it), taken_back (a person took it back, and the rule does not do it again) or refused (the
policy of the register does not let the rule)."""


def write_offs(ask: Ask, judged: Iterable[Judged], snapshot: Snapshot) -> pd.DataFrame:
    """Return what the rule writes off in this period, or did in an earlier review of it, and what it had to leave.

    Smallest first, of equal ones the oldest, then by id, until the period's cap is reached. Nothing without a register,
    which keeps it; nothing that anybody has settled or disputes, or that a later period has seen; nothing twice.
    """
    terms = ask.account.write_off
    rows = list(_rows(ask, terms, judged, snapshot)) if terms and snapshot.rule_refused is not None else []
    table = pd.DataFrame(rows, columns=list(WRITE_OFFS))
    kinds = {name: "int64" if name in ("amount_minor", "age_days") else "str" for name in WRITE_OFFS}
    return table.astype(kinds)


def _rows(
    ask: Ask, terms: WriteOff, judged: Iterable[Judged], snapshot: Snapshot
) -> Iterator[tuple[str, str, str, int, int, str]]:
    here = {name: one for name, one in snapshot.ruled.items() if one.period == ask.period.text}
    # What a person has taken back stays counted: else another difference would take its place.
    left = terms.most_per_period_minor - sum(one.amount_minor for one in here.values())
    found = [one for one in judged if one.fact.item_id in here or _is_meant(ask, terms, one, snapshot)]
    found.sort(key=lambda one: (_size(one, snapshot), -(one.fact.age_days or 0), one.fact.item_id))
    for one in found:
        name, size = one.fact.item_id, _size(one, snapshot)
        known = snapshot.standings.get(name)
        if name in here:
            stands = known is not None and known.status is FindingStatus.WRITTEN_OFF
            outcome = "written_off" if stands and not here[name].is_undone else "taken_back"
        elif snapshot.rule_refused:
            outcome = "refused"
        else:
            outcome = "written_off" if size <= left else "over_cap"
            left -= size if outcome == "written_off" else left  # what is larger comes later, and has no room either
        yield name, str(one.break_class), one.fact.currency, size, one.fact.age_days or 0, outcome


def _size(one: Judged, snapshot: Snapshot) -> int:
    ruled = snapshot.ruled.get(one.fact.item_id)
    return ruled.amount_minor if ruled else abs(one.fact.amount_minor)


def _is_meant(ask: Ask, terms: WriteOff, one: Judged, snapshot: Snapshot) -> bool:
    fact, known = one.fact, snapshot.standings.get(one.fact.item_id)
    if one.settled or fact.item_id in snapshot.ruled or one.break_class not in terms.classes:
        return False
    if fact.currency != ask.account.currency or not 0 < abs(fact.amount_minor) <= terms.most_minor:
        return False
    if fact.age_days is None or fact.age_days < terms.after_days:
        return False
    if known is None:
        return True
    is_past = not known.last_period or Period.parse(known.last_period).last <= ask.period.last
    is_back = fact.item_id in snapshot.gone
    return is_past and (known.status is FindingStatus.OPEN or (is_back and known.status is FindingStatus.CLEARED))


def with_write_offs(ask: Ask, judged: Iterable[Judged], table: pd.DataFrame, snapshot: Snapshot) -> Snapshot:
    """The snapshot as it is once this review is recorded, so that its page and that of a rerun say the same."""
    new = set(table.loc[table["outcome"] == "written_off", "finding_id"]) - snapshot.ruled.keys()
    if not new:
        return snapshot
    standings, amounts = dict(snapshot.standings), dict(snapshot.amounts)
    for one in judged:
        name = one.fact.item_id
        if name in new:
            first = Standing(first_period=ask.period.text, first_day=ask.as_of, due=one.due)
            standings[name] = replace(
                standings.get(name, first),
                status=FindingStatus.WRITTEN_OFF,
                is_present=True,
                last_period=ask.period.text,
                cleared_day=None,
                written_off_minor=abs(one.fact.amount_minor),
                settled_by="rule",
                settled_day=ask.as_of,
            )
            amounts[name] = (one.fact.currency, one.fact.amount_minor)
    return replace(snapshot, standings=standings, amounts=amounts, gone=snapshot.gone - new)
