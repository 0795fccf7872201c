"""What matched and still has to be told: money that came late, stands in another account, or was changed dearly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from opsrules.desks.reconciliation.accounts import bank_account_of, processors_of
from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.conversions import Rates, conversions
from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.due import ages, last_banking_day
from opsrules.desks.reconciliation.events import line_break, with_ids
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.reconcile import item_ids
from opsrules.terms import BreakClass, Leg, LineKind, SubjectType

__all__ = ["arrival_breaks"]


def arrival_breaks(ask: Ask, ready: Prepared, legs: dict[Leg, LegResult], rates: Rates) -> list[Break]:
    """Breaks on matched rows of the period: payouts late or in another bank account, charges elsewhere, dear changes.

    They are of no leg: the rows are matched and counted as such. ``amount_minor`` is all that was moved, for a change
    of currency what it brought less than the known rate gives.
    """
    return [
        *_payouts(ask, ready, legs[Leg.PAYOUTS_BANK]),
        *_charges(ask, ready, legs[Leg.ORDERS_CHARGES]),
        *_changes(ask, ready, rates),
    ]


def _matched(leg: LegResult, left: pd.DataFrame, right: pd.DataFrame) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Each matched left row of the period that `left` has, with the rows of `right` that it is matched with."""
    inside = (leg.left["status"] == "matched").to_numpy()
    groups = leg.left["group"].to_numpy()
    theirs = right.assign(group=leg.matching.right_status["group"].to_numpy())
    theirs = theirs[np.isin(theirs["group"].to_numpy(), groups[inside])]
    by_group = dict(iter(theirs.groupby("group")))
    at = np.flatnonzero(inside)
    for row, group in zip(left.iloc[at].to_dict("records"), groups[at].tolist(), strict=True):
        if group in by_group:
            yield {str(name): value for name, value in row.items()}, by_group[group]


def _payouts(ask: Ask, ready: Prepared, leg: LegResult) -> Iterator[Break]:
    ids = item_ids(ask.account.account, "arrival", "payouts", leg.matching.left)
    for row, found in _matched(leg, ready.payouts.assign(item_id=ids), ready.bank):
        sent = row["day"].date()
        due = last_banking_day(ask.account, row["processor"], sent)
        tail = bank_account_of(ask.account, row["processor"])
        kinds = [
            *([BreakClass.WRONG_ACCOUNT] if tail and (found["bank_account"].str[-4:] != tail).any() else []),
            *([BreakClass.PAYOUT_LATE] if found["day"].max().date() > due else []),
        ]
        if kinds:
            bank = found.sort_values(["day", "source_file", "source_line"]).iloc[-1]
            yield Break(
                item_id=row["item_id"],
                break_class=kinds[0],
                also=tuple(kinds[1:]),
                subject_type=SubjectType.PAYOUT,
                subject_ref=row["payout_id"],
                amount_minor=row["amount_minor"],
                currency=row["currency"],
                payout_ref=row["payout_id"],
                processor=row["processor"],
                day=sent,
                due_on=due,
                **ages(ask, sent),
                expected_minor=row["amount_minor"],
                actual_minor=int(found["amount_minor"].sum()),
                status=str(bank["bank_account"]),
                source_file=str(bank["source_file"]),
                source_line=int(bank["source_line"]),
                note=f"{bank['source_file']}:{bank['source_line']}",
            )


def _charges(ask: Ask, ready: Prepared, leg: LegResult) -> Iterator[Break]:
    """Orders whose charge stands at a processor that is not the one declared for their payment method."""
    if not any(one.methods for one in ask.account.processors):
        return
    expected = {text: processors_of(ask.account, text) for text in ready.orders["payment_method"].unique()}
    ids = item_ids(ask.account.account, "arrival", "orders", leg.matching.left)
    told = ready.orders.assign(item_id=ids)
    lines = ready.lines[["processor", "source_file", "source_line", "line_id", "day"]]
    for row, found in _matched(leg, told, lines):
        wanted = expected[row["payment_method"]]
        strange = found[~found["processor"].isin(list(wanted))]
        if wanted and len(strange):
            line = strange.sort_values(["source_file", "source_line"]).iloc[0]
            day = row["day"].date()
            yield Break(
                item_id=row["item_id"],
                break_class=BreakClass.WRONG_ACCOUNT,
                subject_type=SubjectType.ORDER,
                subject_ref=row["order_id"],
                amount_minor=row["total_minor"],
                currency=row["currency"],
                order_ref=row["order_id"],
                processor=str(line["processor"]),
                day=day,
                **ages(ask, day),
                method=row["payment_method"],
                status=", ".join(sorted(wanted)),
                source_file=str(line["source_file"]),
                source_line=int(line["source_line"]),
                note=f"{line['source_file']}:{line['source_line']}",
            )


def _changes(ask: Ask, ready: Prepared, rates: Rates) -> Iterable[Break]:
    """Conversion lines of the period that brought another amount than the declared rate gives."""
    if not ask.account.fx.rates:
        return
    changes = (ready.lines["kind"] == LineKind.CONVERSION) & ~ready.lines["again"]
    for rows in conversions(with_ids(ask, BreakClass.FX_VARIANCE, ready.lines, changes)):
        known = rates.pair(rows)
        inside = ask.period.first <= rows[0]["day"].date() <= min(ask.period.last, ask.as_of)
        if known is None or known.agrees or not inside:
            continue
        row = next(one for one in rows if one["currency"] == known.currency)
        yield line_break(
            ask,
            row,
            BreakClass.FX_VARIANCE,
            amount_minor=known.apart_minor,
            expected_minor=known.expected_minor,
            actual_minor=known.actual_minor,
        )
