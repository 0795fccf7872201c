"""Breaks: two records that disagree, each with its class, amount, age and evidence.

Sign of ``amount_minor``: what the processor or the bank shows less what the shop or the statement says. Minus is money
that the account misses or has lost, plus is money it has and cannot place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from opsrules.desks.reconciliation.classes import Context, Held, classes_of, due_on
from opsrules.desks.reconciliation.conversions import Rates
from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.due import ages
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
    """One break, or one fault of the data; what rules look at.

    ``break_class`` is the one that decides what has to be done; ``also`` has every further class that applies to the
    same rows. ``due_on`` is the day by which the other side, the answer or the money has to be there.
    """

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
    age_business_days: int | None = None
    due_on: date | None = None
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
    also: tuple[BreakClass, ...] = ()


def as_frame(breaks: Iterable[Break]) -> pd.DataFrame:
    """One row per break, in the order given; missing numbers are None."""
    rows = [
        asdict(one)
        | {
            "break_class": one.break_class.value,
            "subject_type": one.subject_type.value,
            "also": " ".join(kind.value for kind in one.also),
        }
        for one in breaks
    ]
    names = list(Break.__dataclass_fields__)
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in names})


def leg_breaks(ask: Ask, ready: Prepared, legs: dict[Leg, LegResult], rates: Rates) -> list[Break]:
    """Every break of the four legs. Each open row belongs to exactly one of them."""
    found: list[Break] = []
    for leg, result in legs.items():
        found += _of_leg(Context(ask, leg, result, ready, rates))
    return found


def _of_leg(context: Context) -> list[Break]:
    tables = context.ready.by_name()
    items = _in_scope(context.result)
    held: dict[int, Held] = {}
    for side, name in zip(("left", "right"), LEG_SIDES[context.leg], strict=True):
        mine = items[items["side"] == side]
        rows = tables[name].iloc[mine["position"].to_numpy(dtype=int)].to_dict("records")
        for row, item in zip(rows, mine.to_dict("records"), strict=True):
            row |= {"table": name, "side": side, "side_minor": item["amount_minor"]}
            row |= {key: item[key] for key in ("item_id", "position", "candidates", "ref", "inside")}
            getattr(held.setdefault(item["pair"], Held([], [], item["reason"])), side).append(row)
    return [_make(context, one) for one in held.values()]


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


def _make(context: Context, held: Held) -> Break:
    lead = held.lead
    kind, *also = classes_of(context, held)
    both = bool(held.left) and bool(held.right)
    money = _money(context, held, kind)
    day = lead["day"].date()
    return Break(
        item_id=lead["item_id"],
        break_class=kind,
        subject_type=_SUBJECTS[lead["table"]],
        subject_ref=_subject_ref(lead),
        amount_minor=money.amount_minor,
        currency=money.currency,
        leg=context.leg.value,
        order_ref=_first(held, "order_id"),
        payout_ref=_first(held, "payout_id"),
        processor=_first(held, "processor"),
        day=day,
        **ages(context.ask, day),
        due_on=due_on(context, held),
        expected_minor=money.expected_minor,
        actual_minor=money.actual_minor,
        rows=sum(row["inside"] for row in (*held.left, *held.right)),
        candidates=lead["candidates"],
        status=_first(held, "financial_status") or _first(held, "payout_status") or _first(held, "status"),
        method=_first(held, "payment_method") or _first(held, "method"),
        source_file=lead["source_file"],
        source_line=int(lead["source_line"]),
        note=_note(held) if both else "",
        caveat=_caveat(context, held),
        explanation=context.result.matching.explain_row(lead["side"], int(lead["position"])),
        also=tuple(also),
    )


@dataclass(frozen=True)
class _Money:
    amount_minor: int
    currency: str
    expected_minor: int | None
    actual_minor: int | None


def _money(context: Context, held: Held, kind: BreakClass) -> _Money:
    """What is at stake, and what either side says: in one currency where a rate is known."""
    sign = -1 if context.leg is Leg.ORDERS_REFUNDS else 1  # more refunded than booked is money that the account misses
    if kind is BreakClass.FX_VARIANCE and (known := context.changed(held)):
        return _Money(sign * known.apart_minor, known.currency, known.expected_minor, known.actual_minor)
    expected = held.left_minor if held.left else None
    actual = held.right_minor if held.right else None
    whole = kind in _WHOLE_AMOUNT
    amount = held.lead["side_minor"] if whole else sign * (held.right_minor - held.left_minor)
    return _Money(amount, held.lead["currency"], expected, actual)


def _caveat(context: Context, held: Held) -> str:
    """What to think of before acting: rows of the other side that could not be read may be the counterpart."""
    other = LEG_SIDES[context.leg][0 if held.right and not held.left else 1]
    unread = context.ready.unread.get("processor_lines" if other == "payouts" else other, 0)
    if not unread or (held.left and held.right and context.leg is not Leg.LINES_PAYOUTS):
        return ""
    rows = "1 row" if unread == 1 else f"{unread:,} rows"
    return f" But {rows} of that export could not be read and may explain it."


def _first(held: Held, name: str) -> str:
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


def _note(held: Held) -> str:
    """Where the other side of the break stands."""
    return ", ".join(f"{row['source_file']}:{row['source_line']}" for row in held.right[:5])


# Two currencies have no difference, and of a match that nobody confirmed, or of other days, all is at stake.
_WHOLE_AMOUNT = (BreakClass.CURRENCY_DIFFERS, BreakClass.MATCH_SUGGESTED, BreakClass.DAYS_DIFFER)
