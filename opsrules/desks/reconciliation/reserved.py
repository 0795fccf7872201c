"""Reserves that were not released on time, or with another amount than was held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.events import line_break, with_ids
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.parameters import ReserveTerms
from opsrules.terms import BreakClass, LineKind, ReserveState

__all__ = ["reserve_breaks"]

Row = dict[str, Any]


@dataclass(frozen=True)
class _Pair:
    """A hold and its release, either of which may be missing."""

    hold: Row | None
    release: Row | None


def reserve_breaks(ask: Ask, ready: Prepared) -> Iterator[Break]:
    """Breaks of the reserve lines of each processor and currency; a hold takes (net below 0), a release gives back.

    A release belongs to the hold of its payment, else to the earliest of its amount, else to the one that was due
    nearest to it. Told are, where due or released in the period: holds that were due and not released while the
    exports go on (``amount_minor``: what is held, minus), and releases that came late or of another amount (released
    less held). Without declared terms only holds and releases of one payment are compared.
    """
    known = ~ready.lines["again"] & (ready.lines["day"] <= pd.Timestamp(ask.as_of))
    held = known & (ready.lines["kind"] == LineKind.RESERVE) & (ready.lines["net_minor"] != 0)
    if not held.any():
        return
    read_until = {str(name): rows.max().date() for name, rows in ready.lines[known].groupby("processor")["day"]}
    told = with_ids(ask, BreakClass.RESERVE_MISMATCH, ready.lines, held)
    told = told.sort_values(["occurred_at", "line_id", "source_line"], kind="stable")
    agreed = {(one.processor, one.currency): one for one in ask.account.reserves if one.days is not None}
    for (processor, currency), rows in told.groupby(["processor", "currency"], sort=True):
        reserve = agreed.get((str(processor), str(currency)))
        listed = [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]
        for pair in _pairs(listed, reserve):
            if found := _judged(ask, pair, reserve, read_until[str(processor)]):
                yield found


def _pairs(rows: list[Row], terms: ReserveTerms | None) -> list[_Pair]:
    waiting: list[Row] = []
    pairs: list[_Pair] = []
    for row in rows:
        if row["net_minor"] < 0:
            waiting.append(row)
            continue
        hold = _hold_of(row, waiting, terms)
        if hold is not None:
            waiting.remove(hold)
        pairs.append(_Pair(hold, row))
    return pairs + [_Pair(one, None) for one in waiting]


def _hold_of(release: Row, waiting: list[Row], terms: ReserveTerms | None) -> Row | None:
    own = [one for one in waiting if release["payment_id"] and one["payment_id"] == release["payment_id"]]
    same = [one for one in waiting if one["net_minor"] == -release["net_minor"]]
    if own or same or terms is None:
        return next(iter(own or same), None)
    span = timedelta(days=terms.days or 0)
    near = timedelta(days=max(terms.grace_days, 1) * 2)
    due = [one for one in waiting if abs(one["day"] + span - release["day"]) <= near]
    return min(due, key=lambda one: abs(one["day"] + span - release["day"]), default=None)


def _judged(ask: Ask, pair: _Pair, terms: ReserveTerms | None, read_until: date) -> Break | None:
    hold, release = pair.hold, pair.release
    if release is not None:
        return _of_release(ask, hold, release, terms)
    if hold is None or terms is None:
        return None
    due = _due(ask, hold, terms)
    latest = ask.account.business_of(hold["processor"]).after(due, terms.grace_days)
    if latest > read_until or ask.as_of <= latest or not ask.period.first <= due <= ask.period.last:
        return None
    held = int(hold["net_minor"])
    return line_break(
        ask,
        hold,
        BreakClass.RESERVE_MISMATCH,
        amount_minor=held,
        expected_minor=-held,
        actual_minor=None,
        status=ReserveState.NOT_RELEASED.value,
        due_on=due,
    )


def _of_release(ask: Ask, hold: Row | None, release: Row, terms: ReserveTerms | None) -> Break | None:
    """A release of another amount than its hold; one without a hold may belong to a time before the exports."""
    allowed = terms.tolerance_minor if terms else 0
    day = release["day"].date()
    if hold is None or not ask.period.first <= day <= ask.period.last:
        return None
    due = _due(ask, hold, terms) if terms else None
    business = ask.account.business_of(hold["processor"])
    late = terms is not None and due is not None and day > business.after(due, terms.grace_days)
    apart = int(release["net_minor"] + hold["net_minor"])
    other = abs(apart) > allowed
    if not other and not late:
        return None
    return line_break(
        ask,
        release,
        BreakClass.RESERVE_MISMATCH,
        amount_minor=apart,
        expected_minor=-int(hold["net_minor"]),
        actual_minor=int(release["net_minor"]),
        status=(ReserveState.OTHER_AMOUNT if other else ReserveState.RELEASED_LATE).value,
        due_on=due,
        note=f"{hold['source_file']}:{hold['source_line']}",
        also=(BreakClass.TIMING,) if late else (),
    )


def _due(ask: Ask, hold: Row, terms: ReserveTerms) -> date:
    day: date = hold["day"].date() + timedelta(days=terms.days or 0)
    return ask.account.business_of(hold["processor"]).on_or_after(day)
