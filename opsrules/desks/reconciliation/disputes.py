"""Chargebacks through their life: taken, charged for, answered, won or lost, taken again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from opsrules.desks.reconciliation.events import with_ids
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.reconcile.references import normalise_reference
from opsrules.terms import BreakClass, ChargebackState, DisputeStatus, LineKind

__all__ = ["Case", "cases_of"]

_MOVES = (LineKind.CHARGEBACK, LineKind.CHARGEBACK_REVERSAL)
# How processors name the fee of a dispute among their fee lines, and its return.
_FEE_WORDS = "chargeback|dispute"
_STATES: dict[str, ChargebackState] = {
    DisputeStatus.UNDER_REVIEW: ChargebackState.REPRESENTED,
    DisputeStatus.WON: ChargebackState.WON,
    DisputeStatus.LOST: ChargebackState.LOST,
    DisputeStatus.ACCEPTED: ChargebackState.LOST,
    DisputeStatus.PREVENTED: ChargebackState.CLOSED,
    DisputeStatus.CLOSED: ChargebackState.CLOSED,
}

_STEPS: dict[str, int] = {DisputeStatus.UNDER_REVIEW: 1, DisputeStatus.NEEDS_RESPONSE: 0}

Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One chargeback: what the processor took and gave back for it, and the dispute where an export tells of it.

    Attributes
    ----------
    lines : tuple of dict
        Its chargebacks and reversals, oldest first.
    fees : tuple of dict
        Fee lines of their own.
    dispute : dict or None
        A row of the canonical ``disputes``.
    due : date or None
        Until when evidence may be sent, by the account's zone.
    """

    lines: tuple[Row, ...]
    fees: tuple[Row, ...]
    dispute: Row | None
    due: date | None

    @property
    def taken(self) -> Row | None:
        """The newest line that took money."""
        return next((row for row in reversed(self.lines) if row["kind"] == LineKind.CHARGEBACK), None)

    @property
    def lead(self) -> Row:
        """The row that tells of it: its newest chargeback, else its reversal, else the dispute."""
        return self.taken or (self.lines[0] if self.lines else self.dispute or {})

    @property
    def standing_minor(self) -> int:
        """What the processor holds of the account's money for it, 0 or minus; without fees."""
        return min(sum(int(row["gross_minor"]) for row in self.lines), 0)

    @property
    def amount_minor(self) -> int:
        """Amount disputed, positive."""
        if self.dispute is not None and not self.lines:
            return int(self.dispute["amount_minor"])
        return abs(int(self.lead["gross_minor"]))

    @property
    def fee_minor(self) -> int:
        """What was charged for it, positive."""
        return sum(fee for fee in self._fees if fee > 0)

    @property
    def fee_returned_minor(self) -> int:
        """What of the fees came back, positive."""
        return -sum(fee for fee in self._fees if fee < 0)

    @property
    def _fees(self) -> list[int]:
        told = [int(row["fee_minor"]) for row in self.lines] + [-int(row["net_minor"]) for row in self.fees]
        return told if any(told) or self.dispute is None else [int(self.dispute["fee_minor"])]

    @property
    def state(self) -> ChargebackState:
        """Where it stands: by the money where it came back, else by the dispute."""
        told = _STATES.get(self.dispute["status"]) if self.dispute else None
        if self.lines and not self.standing_minor:
            kept = told is ChargebackState.REPRESENTED or (told is ChargebackState.LOST and self._decided_last())
            return told if told and kept else ChargebackState.WON
        again = any(row["kind"] == LineKind.CHARGEBACK_REVERSAL for row in self.lines)
        if told is None or (told is ChargebackState.WON and again):
            return ChargebackState.TAKEN_AGAIN if again else ChargebackState.OPENED
        return told

    def _decided_last(self) -> bool:
        closed = self.dispute["closed_at"] if self.dispute else pd.NaT
        return bool(pd.notna(closed) and closed > self.lines[-1]["occurred_at"])


def cases_of(ask: Ask, ready: Prepared) -> list[Case]:
    """Every chargeback up to the as-of day that the processors' lines or their disputes tell of, oldest line first.

    A reversal undoes the earliest chargeback of its payment that has its amount; a chargeback of the same amount after
    that is the same case, taken again. A dispute belongs to the lines of its payment, else of its order.
    """
    known = ~ready.lines["again"] & (ready.lines["day"] <= pd.Timestamp(ask.as_of))
    kinds = ready.lines["kind"]
    lines = with_ids(ask, BreakClass.CHARGEBACK, ready.lines, known & kinds.isin((*_MOVES, LineKind.FEE)))
    lines = lines.sort_values(["occurred_at", "line_id"], kind="stable")
    moves = _by_payment(lines[lines["kind"].isin(_MOVES)])
    named = lines["source_kind"].str.contains(_FEE_WORDS, case=False, regex=True)
    fees = _by_payment(lines[(lines["kind"] == LineKind.FEE) & named])
    disputes = _disputes(ask, ready, moves)
    found: list[Case] = []
    for payment in dict.fromkeys([*moves, *disputes]):
        rounds = _rounds(moves.get(payment, ()))
        told = disputes.get(payment, [])
        for number, one in enumerate(rounds):
            # Fee lines name the payment alone: of several cases of one payment they belong to the first.
            own = tuple(fees.get(payment, ())) if number == 0 else ()
            found.append(_case(ask, tuple(one), own, _taken_from(told, one)))
        found += [_case(ask, (), (), one) for one in told]
    return found


def _case(ask: Ask, lines: tuple[Row, ...], fees: tuple[Row, ...], dispute: Row | None) -> Case:
    due = dispute["due_at"] if dispute else pd.NaT
    return Case(lines, fees, dispute, None if pd.isna(due) else due.tz_convert(ask.account.zone).date())


# Without a currency: a dispute is told in the buyer's, its lines in the one that is paid out.
_Payment = tuple[str, str]


def _payment(row: Row) -> _Payment:
    return row["processor"], row["payment_id"] or row["key"]


def _by_payment(lines: pd.DataFrame) -> dict[_Payment, list[Row]]:
    found: dict[_Payment, list[Row]] = defaultdict(list)
    for row in lines.to_dict("records"):
        named = {str(name): value for name, value in row.items()}
        found[_payment(named)].append(named)
    return dict(found)


def _rounds(lines: Iterable[Row]) -> list[list[Row]]:
    """The lines of one payment, case by case."""
    rounds: list[list[Row]] = []

    def standing(one: list[Row]) -> int:
        return sum(int(row["gross_minor"]) for row in one)

    for row in lines:
        minor = int(row["gross_minor"])
        if row["kind"] == LineKind.CHARGEBACK:
            fits = [one for one in rounds if not standing(one) and int(one[0]["gross_minor"]) == minor]
        else:
            fits = [one for one in rounds if standing(one) == -minor] or [one for one in rounds if standing(one) < 0]
        if fits:
            fits[0].append(row)
        else:
            rounds.append([row])
    return rounds


def _disputes(ask: Ask, ready: Prepared, moves: dict[_Payment, list[Row]]) -> dict[_Payment, list[Row]]:
    """The disputes by payment, each once in its furthest state, however many exports tell of it."""
    told = ready.disputes
    if told.empty:
        return {}
    opened = told["opened_at"].dt.tz_convert(ask.account.zone).dt.tz_localize(None)
    spelled = normalise_reference(told["order_id"])
    # Shops' own exports name an order by their number for it, lines by what the buyer sees.
    numbered = ready.orders[ready.orders["shop_id"] != ""].drop_duplicates("shop_id").set_index("shop_id")["key"]
    told = told.assign(key=told["order_id"].map(numbered).fillna(spelled), rank=told["status"].map(_rank))
    told = told[(opened.isna() | (opened.dt.normalize() <= pd.Timestamp(ask.as_of))).to_numpy()]
    told = told.sort_values(["rank", "source_file", "source_line"], ascending=[False, False, True], kind="stable")
    told = told.drop_duplicates(["source", "processor", "dispute_id"])
    by_order = {(row["processor"], row["key"]): at for at, rows in moves.items() for row in rows}
    merged: dict[tuple[_Payment, int, int], list[Row]] = defaultdict(list)
    seen: dict[tuple[str, _Payment, int], int] = defaultdict(int)
    for each in told.sort_values(["opened_at", "dispute_id"], kind="stable").to_dict("records"):
        row = {str(name): value for name, value in each.items()}
        payment = _payment(row)
        if payment not in moves and row["key"]:
            payment = by_order.get((row["processor"], row["key"]), payment)
        # Two exports of one processor may each give the dispute an id of their own.
        source = (row["source"], payment, int(row["amount_minor"]))
        merged[payment, int(row["amount_minor"]), seen[source]].append(row)
        seen[source] += 1
    found: dict[_Payment, list[Row]] = defaultdict(list)
    for (payment, _, _), rows in merged.items():
        found[payment].append(_furthest(rows))
    return dict(found)


def _rank(status: str) -> int:
    """How far a dispute is: 2 for decided, -1 where nobody can say."""
    return _STEPS.get(status, 2 if status in _STATES else -1)


def _furthest(rows: Sequence[Row]) -> Row:
    """The row that tells most of one dispute, with the deadline of any."""
    best = max(rows, key=lambda row: row["rank"])
    due = next((row["due_at"] for row in rows if pd.notna(row["due_at"])), pd.NaT)
    return best | {"due_at": best["due_at"] if pd.notna(best["due_at"]) else due}


def _taken_from(told: list[Row], lines: list[Row]) -> Row | None:
    """The dispute of a case's lines, which no other case gets: that of their amount, else the earliest."""
    if not told:
        return None
    amounts = {abs(int(row["gross_minor"])) for row in lines}
    chosen = next((one for one in told if int(one["amount_minor"]) in amounts), told[0])
    told.remove(chosen)
    return chosen
