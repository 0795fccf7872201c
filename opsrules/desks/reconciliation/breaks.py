"""Breaks: two records that disagree, each with its class, amount, age and evidence.

Sign of ``amount_minor``: what the processor or the bank shows less what the shop or the statement says. Minus is money
that the account misses or has lost, plus is money it has and cannot place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.legs import LEG_SIDES
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.reconcile import WAITING
from opsrules.terms import BreakClass, Leg, SubjectType

__all__ = ["Break", "as_frame", "leg_breaks"]

_SUBJECTS = {
    "orders": SubjectType.ORDER,
    "processor_lines": SubjectType.PROCESSOR_LINE,
    "payouts": SubjectType.PAYOUT,
    "bank_lines": SubjectType.BANK_LINE,
}


@dataclass(frozen=True)
class Break:
    """One break, or one fault of the data; what rules look at."""

    item_id: str
    break_class: BreakClass
    subject_type: SubjectType
    subject_ref: str
    amount_minor: int
    currency: str
    leg: str = ""
    order_ref: str = ""
    payout_ref: str = ""
    processor: str = ""
    day: date | None = None
    age_days: int | None = None
    expected_minor: int | None = None
    actual_minor: int | None = None
    rows: int = 1
    candidates: int = 0
    status: str = ""
    method: str = ""
    source_file: str = ""
    source_line: int = 0
    note: str = ""
    caveat: str = ""
    explanation: dict[str, Any] = field(default_factory=dict)


def as_frame(breaks: Iterable[Break]) -> pd.DataFrame:
    """One row per break, in the order given; missing numbers are None."""
    rows = [
        asdict(one) | {"break_class": one.break_class.value, "subject_type": one.subject_type.value} for one in breaks
    ]
    names = list(Break.__dataclass_fields__)
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in names})


def leg_breaks(ask: Ask, ready: Prepared, legs: dict[Leg, LegResult]) -> list[Break]:
    """Every break of the four legs. Each open row belongs to exactly one of them."""
    found: list[Break] = []
    for leg, result in legs.items():
        found += _of_leg(ask, ready, leg, result)
    return found


@dataclass(frozen=True)
class _Held:
    """The open rows of one break: canonical rows of both sides, with their status."""

    left: list[dict[str, Any]]
    right: list[dict[str, Any]]
    reason: str

    @property
    def left_minor(self) -> int:
        return sum(row["side_minor"] for row in self.left)

    @property
    def right_minor(self) -> int:
        return sum(row["side_minor"] for row in self.right)

    @property
    def lead(self) -> dict[str, Any]:
        """The row that the finding is about: the payout of its lines, else the earliest left row where there is one."""
        payouts = [row for row in self.right if row["table"] == "payouts"]
        return min(payouts or self.left or self.right, key=lambda row: (row["day"], row["item_id"]))


def _of_leg(ask: Ask, ready: Prepared, leg: Leg, result: LegResult) -> list[Break]:
    tables = ready.by_name()
    items = _in_scope(result)
    held: dict[int, _Held] = {}
    for side, name in zip(("left", "right"), LEG_SIDES[leg], strict=True):
        mine = items[items["side"] == side]
        rows = tables[name].iloc[mine["position"].to_numpy(dtype=int)].to_dict("records")
        for row, item in zip(rows, mine.to_dict("records"), strict=True):
            row |= {"table": name, "side": side, "side_minor": item["amount_minor"]}
            row |= {key: item[key] for key in ("item_id", "position", "candidates", "ref", "inside")}
            getattr(held.setdefault(item["pair"], _Held([], [], item["reason"])), side).append(row)
    context = _Context(ask, leg, result, ready)
    return [_make(context, _CLASSIFY[leg], one) for one in held.values()]


def _in_scope(result: LegResult) -> pd.DataFrame:
    """The open items of every break with at least one row inside the period's scope; ``inside`` marks those rows.

    A counterpart outside the period still tells what the break is and how large: a payout that arrived short in the
    next month is short, not missing.
    """
    items = result.matching.open_items
    inside = np.zeros(len(items), dtype=bool)
    for side in ("left", "right"):
        mine = (items["side"] == side).to_numpy()
        at = items["position"].to_numpy(dtype=int)[mine]
        inside[mine] = result.side(side)[1]["status"].isin(WAITING).to_numpy()[at]
    items = items.assign(inside=inside)
    return items[items["pair"].isin(items.loc[inside, "pair"].unique())]


@dataclass(frozen=True)
class _Context:
    ask: Ask
    leg: Leg
    result: LegResult
    ready: Prepared


def _make(context: _Context, classify: Callable[[_Context, _Held], BreakClass], held: _Held) -> Break:
    lead = held.lead
    amount = held.right_minor - held.left_minor
    if context.leg is Leg.ORDERS_REFUNDS:
        amount = -amount  # more refunded than booked is money that the account misses
    kind = classify(context, held)
    both = bool(held.left) and bool(held.right)
    if kind in _WHOLE_AMOUNT:
        amount = lead["side_minor"]
    return Break(
        item_id=lead["item_id"],
        break_class=kind,
        subject_type=_SUBJECTS[lead["table"]],
        subject_ref=_subject_ref(lead),
        amount_minor=amount,
        currency=lead["currency"],
        leg=context.leg.value,
        order_ref=_first(held, "order_id"),
        payout_ref=_first(held, "payout_id"),
        processor=_first(held, "processor"),
        day=lead["day"].date(),
        age_days=(context.ask.as_of - lead["day"].date()).days,
        expected_minor=held.left_minor if held.left else None,
        actual_minor=held.right_minor if held.right else None,
        rows=sum(row["inside"] for row in (*held.left, *held.right)),
        candidates=lead["candidates"],
        status=_first(held, "financial_status") or _first(held, "payout_status") or _first(held, "status"),
        method=_first(held, "payment_method") or _first(held, "method"),
        source_file=lead["source_file"],
        source_line=int(lead["source_line"]),
        note=_note(held) if both else "",
        caveat=_caveat(context, held),
        explanation=context.result.matching.explain_row(lead["side"], int(lead["position"])),
    )


def _caveat(context: _Context, held: _Held) -> str:
    """What to think of before acting: rows of the other side that could not be read may be the counterpart."""
    other = LEG_SIDES[context.leg][0 if held.right and not held.left else 1]
    unread = context.ready.unread.get("processor_lines" if other == "payouts" else other, 0)
    if not unread or (held.left and held.right and context.leg is not Leg.LINES_PAYOUTS):
        return ""
    rows = "1 row" if unread == 1 else f"{unread:,} rows"
    return f" But {rows} of that export could not be read and may explain it."


def _first(held: _Held, name: str) -> str:
    return next((str(row[name]) for row in (held.lead, *held.left, *held.right) if row.get(name)), "")


def _subject_ref(row: dict[str, Any]) -> str:
    """How people name the subject: the order's number, the payout's or line's id, the bank line's text."""
    if row["table"] == "orders":
        return str(row["order_id"])
    if row["table"] == "payouts":
        return str(row["payout_id"])
    if row["table"] == "bank_lines":
        # Free text of a bank line may name a person; the evidence is its file and line.
        return str(row["line_id"] or f"{row['booked_on']:%Y-%m-%d}")
    return str(row["line_id"] or row["payment_id"] or row["order_id"])


def _note(held: _Held) -> str:
    """Where the other side of the break stands."""
    return ", ".join(f"{row['source_file']}:{row['source_line']}" for row in held.right[:5])


# Two currencies have no difference, and of a match that nobody confirmed, or of other days, all is at stake.
_WHOLE_AMOUNT = (BreakClass.CURRENCY_DIFFERS, BreakClass.MATCH_SUGGESTED, BreakClass.DAYS_DIFFER)

_SAME_ON_ALL_LEGS = {
    "currency": BreakClass.CURRENCY_DIFFERS,
    "sign": BreakClass.SIGN_DIFFERS,
    "days": BreakClass.DAYS_DIFFER,
    "ambiguous": BreakClass.AMBIGUOUS,
    "suggested": BreakClass.MATCH_SUGGESTED,
}


def _charges(context: _Context, held: _Held) -> BreakClass:
    if held.reason == "extra" and held.right:
        return _extra(context, held)
    if held.reason in _SAME_ON_ALL_LEGS:
        return _SAME_ON_ALL_LEGS[held.reason]
    if held.left and held.right:
        return BreakClass.AMOUNT_DIFFERS
    return BreakClass.PAYMENT_WITHOUT_ORDER if held.right else BreakClass.ORDER_WITHOUT_PAYMENT


def _extra(context: _Context, held: _Held) -> BreakClass:
    """An extra charge of the order's very amount is a second capture; any other is a wrong amount."""
    matching, orders = context.result.matching, context.ready.orders
    counted = (orders["key"] == held.lead["key"]).to_numpy() & (matching.left["excluded"] == "").to_numpy()
    owed = matching.left.loc[counted, "amount_minor"].sum()
    return BreakClass.CHARGED_TWICE if held.right_minor == owed else BreakClass.AMOUNT_DIFFERS


def _refunds(_: _Context, held: _Held) -> BreakClass:
    if held.reason in _SAME_ON_ALL_LEGS:
        return _SAME_ON_ALL_LEGS[held.reason]
    if held.reason == "extra" or (held.left and held.right):
        return BreakClass.REFUND_DIFFERS
    return BreakClass.REFUND_NOT_BOOKED if held.right else BreakClass.REFUND_NOT_PAID


def _lines(_: _Context, held: _Held) -> BreakClass:
    if held.reason in _SAME_ON_ALL_LEGS and held.reason != "currency":
        return _SAME_ON_ALL_LEGS[held.reason]
    if held.reason == "missing" and held.left:
        return BreakClass.NOT_PAID_OUT
    return BreakClass.PAYOUT_SUM_DIFFERS


def _bank(context: _Context, held: _Held) -> BreakClass:
    if held.reason in _SAME_ON_ALL_LEGS:
        return _SAME_ON_ALL_LEGS[held.reason]
    if held.left and held.right:
        return BreakClass.PAYOUT_SHORT if held.right_minor < held.left_minor else BreakClass.PAYOUT_OVER
    if held.right:
        return BreakClass.BANK_WITHOUT_PAYOUT
    return BreakClass.PAYOUT_IN_TRANSIT if _may_still_come(context, held.lead) else BreakClass.PAYOUT_MISSING


def _may_still_come(context: _Context, payout: dict[str, Any]) -> bool:
    """Whether the bank statements end before the last day on which the payout should have been booked."""
    days = {rule.processor: rule.days[1] for rule in context.ask.account.payouts}
    latest = payout["day"] + pd.Timedelta(days=days.get(payout["processor"], 5))
    covered = _covered_until(context, payout)
    return covered is None or bool(covered < latest) or pd.Timestamp(context.ask.as_of) <= latest


def _covered_until(context: _Context, payout: dict[str, Any]) -> pd.Timestamp | None:
    """Last day that the bank exports cover, on the accounts into which this processor pays.

    A statement may say that it covers more days than those of its lines.
    """
    bank, side = context.ready.bank, context.result.matching.right
    theirs = bank[((side["tag"] == payout["processor"]) & (bank["currency"] == payout["currency"])).to_numpy()]
    lines = bank[bank["bank_account"].isin(theirs["bank_account"].unique())] if len(theirs) else bank
    accounts = set(theirs["bank_account"])
    told = [pd.Timestamp(one.last) for one in context.ready.covers if not accounts or one.bank_account in accounts]
    return max([*lines["booked_on"].drop_duplicates(), *told], default=None)


_CLASSIFY: dict[Leg, Callable[[_Context, _Held], BreakClass]] = {
    Leg.ORDERS_CHARGES: _charges,
    Leg.ORDERS_REFUNDS: _refunds,
    Leg.LINES_PAYOUTS: _lines,
    Leg.PAYOUTS_BANK: _bank,
}
