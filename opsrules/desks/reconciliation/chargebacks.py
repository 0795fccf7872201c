"""Chargebacks as findings and as a table: a won one is no loss, an open one shows its deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pandas as pd

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.disputes import Case
from opsrules.desks.reconciliation.due import ages
from opsrules.desks.reconciliation.events import item_id, line_break
from opsrules.desks.reconciliation.model import Ask
from opsrules.terms import BreakClass, ChargebackState, SubjectType

__all__ = ["chargeback_breaks", "chargebacks_table"]

# Business days that a processor may take from a decision to the money; ours.
_MONEY_FOLLOWS = 10
_ASKED = (ChargebackState.OPENED, ChargebackState.TAKEN_AGAIN)


def chargeback_breaks(ask: Ask, cases: list[Case]) -> Iterator[Break]:
    """One break for each chargeback of the period whose money is not back, and each dispute that asks for an answer.

    ``status`` is its `ChargebackState`, ``due_on`` the deadline for evidence while one is asked for, else the day by
    which money that was won should be back.
    """
    for case in cases:
        taken = case.taken
        if taken is not None and case.standing_minor:
            if ask.period.first <= taken["day"].date() <= ask.period.last:
                yield _with_money(ask, case, taken)
        elif not case.lines and case.state in _ASKED and _of_period(ask, case):
            yield _without_money(ask, case)


def _with_money(ask: Ask, case: Case, taken: dict[str, Any]) -> Break:
    state, due = case.state, _due(ask, case)
    waits = state is ChargebackState.WON and due is not None and ask.as_of <= due
    return line_break(
        ask,
        taken,
        BreakClass.CHARGEBACK,
        amount_minor=int(taken["net_minor"]),
        actual_minor=int(taken["net_minor"]),
        status=state.value,
        due_on=due,
        note=_note(case),
        also=(BreakClass.TIMING,) if waits else (),
    )


def _without_money(ask: Ask, case: Case) -> Break:
    dispute = case.lead
    opened = _day(ask, dispute["opened_at"])
    return Break(
        item_id=item_id(ask, BreakClass.CHARGEBACK, "dispute", dispute["processor"], dispute["dispute_id"]),
        break_class=BreakClass.CHARGEBACK,
        subject_type=SubjectType.CASE,
        subject_ref=dispute["dispute_id"],
        amount_minor=-case.amount_minor,
        currency=dispute["currency"],
        order_ref=dispute["order_id"],
        processor=dispute["processor"],
        day=opened,
        **ages(ask, opened),
        due_on=case.due,
        status=case.state.value,
        source_file=dispute["source_file"],
        source_line=int(dispute["source_line"]),
        note=_note(case),
    )


def _of_period(ask: Ask, case: Case) -> bool:
    """Whether the dispute was opened up to the period's end and may still be answered in it or after it."""
    opened = _day(ask, case.dispute["opened_at"]) if case.dispute else None
    latest = case.due or opened
    return (opened is None or opened <= ask.period.last) and (latest is None or latest >= ask.period.first)


def _due(ask: Ask, case: Case) -> date | None:
    if case.state in _ASKED:
        return case.due
    closed = _day(ask, case.dispute["closed_at"]) if case.dispute else None
    if case.state is ChargebackState.WON and closed is not None:
        return ask.account.business.after(closed, _MONEY_FOLLOWS)
    return None


def _day(ask: Ask, instant: Any) -> date | None:
    if pd.isna(instant):
        return None
    local: datetime = instant.tz_convert(ask.account.zone)
    return local.date()


def _note(case: Case) -> str:
    """Where the dispute stands among the files."""
    return f"{case.dispute['source_file']}:{case.dispute['source_line']}" if case.dispute else ""


_COLUMNS = {
    **dict.fromkeys(("dispute_id", "order_ref", "processor", "currency"), "str"),
    **dict.fromkeys(("amount_minor", "standing_minor", "fee_minor", "fee_returned_minor"), "int64"),
    "state": "str",
    **dict.fromkeys(("opened_on", "deadline"), "datetime64[us]"),
    "days_left": "Int64",
    "source_file": "str",
    "source_line": "int64",
}


def chargebacks_table(ask: Ask, cases: list[Case]) -> pd.DataFrame:
    """Every chargeback that moved in the period or is not decided: open ones first, by deadline, then by day.

    Columns: dispute_id (the payment's id, else the line's, where no dispute was exported), order_ref, processor,
    currency, amount_minor (disputed, positive), standing_minor (what is taken now, 0 or minus, without fees), fee_minor
    and fee_returned_minor (positive), state (`ChargebackState`), opened_on, deadline, days_left (business days to the
    deadline, missing where no answer is asked for), source_file, source_line.
    """
    rows = [_row(ask, case) for case in cases if _is_shown(ask, case)]
    rows.sort(key=lambda row: (row["state"] not in _ASKED, row["deadline"] or date.max, row["opened_on"] or date.max))
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def _is_shown(ask: Ask, case: Case) -> bool:
    days = [row["day"].date() for row in case.lines]
    if not days:
        return _of_period(ask, case)
    decided = case.state in (ChargebackState.WON, ChargebackState.LOST, ChargebackState.CLOSED)
    return days[0] <= ask.period.last and (not decided or days[-1] >= ask.period.first)


def _row(ask: Ask, case: Case) -> dict[str, Any]:
    lead = case.lead
    opened = case.lines[0]["day"].date() if case.lines else _day(ask, lead["opened_at"])
    deadline = case.due if case.state in _ASKED else None
    return {
        "dispute_id": case.dispute["dispute_id"] if case.dispute else lead["payment_id"] or lead["line_id"],
        "order_ref": lead["order_id"],
        "processor": lead["processor"],
        "currency": lead["currency"],
        "amount_minor": case.amount_minor,
        "standing_minor": case.standing_minor,
        "fee_minor": case.fee_minor,
        "fee_returned_minor": case.fee_returned_minor,
        "state": case.state.value,
        "opened_on": opened,
        "deadline": deadline,
        "days_left": None if deadline is None else ask.account.business.between(ask.as_of, deadline),
        "source_file": lead["source_file"],
        "source_line": int(lead["source_line"]),
    }
