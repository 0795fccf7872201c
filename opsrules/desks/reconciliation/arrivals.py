"""What matched and still has to be told: money that came late, stands in another account, or was changed dearly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from opsrules.desks.reconciliation.accounts import bank_account_of, processors_of
from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.conversions import Rates, conversions
from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.due import ages, last_banking_day
from opsrules.desks.reconciliation.events import item_id, line_break, with_ids
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.prepare import Prepared
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


def _pairs(leg: LegResult) -> pd.DataFrame:
    """Positions ``left`` and ``right`` of the rows that are matched with one another, for left rows of the period."""
    inside = (leg.left["status"] == "matched").to_numpy()
    left = pd.DataFrame({"group": leg.left["group"].to_numpy(), "left": np.arange(len(inside))})[inside]
    group = leg.matching.right_status["group"].to_numpy()
    right = pd.DataFrame({"group": group, "right": np.arange(len(group))})[group >= 0]
    return left.merge(right, on="group")


def _payouts(ask: Ask, ready: Prepared, leg: LegResult) -> Iterator[Break]:
    pairs = _pairs(leg)
    sent = ready.payouts[["processor", "day"]].iloc[pairs["left"].to_numpy()]
    booked = ready.bank[["bank_account", "day"]].iloc[pairs["right"].to_numpy()]
    named = list(zip(sent["processor"], sent["day"], strict=True))
    dues = {pair: pd.Timestamp(last_banking_day(ask.account, pair[0], pair[1].date())) for pair in set(named)}
    tails = {processor: bank_account_of(ask.account, processor) for processor in sent["processor"].unique()}
    tail = sent["processor"].map(tails).to_numpy()
    pairs["late"] = booked["day"].to_numpy() > np.array([dues[pair] for pair in named], dtype="datetime64[us]")
    pairs["elsewhere"] = (tail != "") & (booked["bank_account"].str[-4:].to_numpy() != tail)
    told = pairs[pairs["late"] | pairs["elsewhere"]]
    for at, found in told.groupby("left"):
        elsewhere = bool(found["elsewhere"].any())
        kinds = [BreakClass.WRONG_ACCOUNT] * elsewhere + [BreakClass.PAYOUT_LATE] * bool(found["late"].any())
        row = ready.payouts.iloc[int(str(at))]
        bank = ready.bank.iloc[found["right"].to_numpy()].sort_values(["day", "source_file", "source_line"]).iloc[-1]
        day = row["day"].date()
        yield Break(
            item_id=item_id(ask, "arrival", str(row["ref"])),
            break_class=kinds[0],
            also=tuple(kinds[1:]),
            subject_type=SubjectType.PAYOUT,
            subject_ref=row["payout_id"],
            amount_minor=int(row["amount_minor"]),
            currency=row["currency"],
            payout_ref=row["payout_id"],
            processor=row["processor"],
            day=day,
            due_on=last_banking_day(ask.account, row["processor"], day),
            **ages(ask, day),
            expected_minor=int(row["amount_minor"]),
            status=str(bank["bank_account"]),
            source_file=str(bank["source_file"]),
            source_line=int(bank["source_line"]),
            note=f"{bank['source_file']}:{bank['source_line']}",
        )


def _charges(ask: Ask, ready: Prepared, leg: LegResult) -> Iterator[Break]:
    """Orders whose charge stands at a processor that is not the one declared for their payment method."""
    if not any(one.methods for one in ask.account.processors):
        return
    pairs = _pairs(leg)
    methods = ready.orders["payment_method"].to_numpy()[pairs["left"].to_numpy()]
    taken_by = ready.lines["processor"].to_numpy()[pairs["right"].to_numpy()]
    wanted = {text: processors_of(ask.account, text) for text in pd.unique(methods)}
    named = list(zip(methods, taken_by, strict=True))
    wrong = {pair: bool(wanted[pair[0]]) and pair[1] not in wanted[pair[0]] for pair in set(named)}
    told = pairs[np.array([wrong[pair] for pair in named], dtype=bool)]
    for at, found in told.groupby("left"):
        row = ready.orders.iloc[int(str(at))]
        line = ready.lines.iloc[found["right"].to_numpy()].sort_values(["source_file", "source_line"]).iloc[0]
        day = row["day"].date()
        yield Break(
            item_id=item_id(ask, "arrival", str(row["ref"])),
            break_class=BreakClass.WRONG_ACCOUNT,
            subject_type=SubjectType.ORDER,
            subject_ref=row["order_id"],
            amount_minor=int(row["total_minor"]),
            currency=row["currency"],
            order_ref=row["order_id"],
            processor=str(line["processor"]),
            day=day,
            **ages(ask, day),
            method=row["payment_method"],
            status=", ".join(sorted(wanted[row["payment_method"]])),
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
