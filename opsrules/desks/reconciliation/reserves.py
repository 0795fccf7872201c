"""Reserves: what processors hold back and release, rolled forward, and how long they have held it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd

from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.desks.reconciliation.steps import STEPS, parts_of
from opsrules.errors import ControlTotalsError
from opsrules.parameters import ReserveTerms
from opsrules.terms import LineKind

__all__ = ["RESERVES", "RESERVE_LOTS", "assert_rolled", "reserve_tables"]

RESERVES: tuple[str, ...] = (
    *("processor", "currency", "basis", "since"),
    *("opening_minor", "held_minor", "released_minor", "closing_minor"),
    *("earlier_minor", "days", "due_minor", "next_due"),
)
"""Columns of the reserves: opening + held - released = closing, in minor units above zero for what is held.

``basis`` says where the opening comes from: declared (in the account file), earlier_lines (lines before the period in
the exports) or first_line (nothing is known before the first line), and ``since`` from which day on lines count.
``earlier_minor`` was released up to the period's end of what the exports do not show being held. ``due_minor`` is what
is held longer than the declared days, ``next_due`` the next day on which some of the rest falls due.
"""

RESERVE_LOTS: tuple[str, ...] = ("processor", "currency", "held_on", "amount_minor", "age_days", "due_on")
"""Columns of what is still held at the period's end, by the day it was held; the oldest is released first."""

_RESERVE = [name for name, _ in STEPS].index("reserve")


@dataclass
class _Held:
    """What is held, by day, the oldest first."""

    lots: deque[tuple[date, int]] = field(default_factory=deque)
    earlier: int = 0

    def move(self, day: date, amount: int) -> None:
        """Hold an amount above zero, release one below it."""
        if amount > 0:
            before = self.lots.pop()[1] if self.lots and self.lots[-1][0] == day else 0
            self.lots.append((day, before + amount))
            return
        left = -amount
        while left and self.lots:
            oldest, held = self.lots.popleft()
            taken = min(held, left)
            left -= taken
            if held > taken:
                self.lots.appendleft((oldest, held - taken))
        self.earlier += left


def reserve_tables(ask: Ask, ready: Prepared, bridge: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables reserves (`RESERVES`) and reserve_lots (`RESERVE_LOTS`), by processor and currency.

    They are seen from the end of the period: ages and what is due are counted to it, or to the as-of day where that is
    earlier.

    Parameters
    ----------
    bridge : DataFrame
        What `sales_to_bank` gives.

    Raises
    ------
    ControlTotalsError
        If a currency's reserves did not move by what the bridge has for them.
    """
    lines = _moves(ask, ready)
    terms = {(one.processor, one.currency): one for one in ask.account.reserves}
    keys = sorted({*zip(lines["processor"], lines["currency"], strict=True), *terms})
    rolled, lots = [], []
    for processor, currency in keys:
        mine = lines[(lines["processor"] == processor) & (lines["currency"] == currency)]
        row, held = _roll(ask, mine, terms.get((processor, currency)))
        if mine.empty and not row["opening_minor"]:  # terms of a reserve that nobody holds
            continue
        key = {"processor": processor, "currency": currency}
        rolled.append(key | row)
        lots += [key | lot for lot in held]
    texts = dict.fromkeys(("processor", "currency"), "str")
    days = {"days": "Int64"} | dict.fromkeys(("since", "next_due"), "datetime64[us]")
    sums = {name: "int64" for name in RESERVES if name.endswith("_minor")}
    table = pd.DataFrame(rolled, columns=list(RESERVES)).astype(texts | {"basis": "str"} | days | sums)
    assert_rolled(table, bridge)
    kinds = texts | dict.fromkeys(("held_on", "due_on"), "datetime64[us]")
    kinds |= dict.fromkeys(("amount_minor", "age_days"), "int64")
    return {"reserves": table, "reserve_lots": pd.DataFrame(lots, columns=list(RESERVE_LOTS)).astype(kinds)}


def assert_rolled(table: pd.DataFrame, bridge: pd.DataFrame) -> None:
    """Hold that opening + held - released = closing, and that the period's moves are those of the bridge.

    Raises
    ------
    ControlTotalsError
        Naming the processor or the currency.
    """
    for row in table.to_dict("records"):
        rolled = row["opening_minor"] + row["held_minor"] - row["released_minor"]
        if rolled != row["closing_minor"]:
            msg = (
                f"reserve of {row['processor']}, {row['currency']}: {rolled} by its steps, {row['closing_minor']} held"
            )
            raise ControlTotalsError(msg)
    moved = (table["released_minor"] - table["held_minor"]).groupby(table["currency"]).sum()
    step = dict(STEPS)["reserve"]
    told = bridge[bridge["step"] == step].groupby("currency")["amount_minor"].sum()
    for currency in sorted({*moved.index, *told.index}):
        one, other = int(moved.get(currency, 0)), int(told.get(currency, 0))
        if one != other:
            msg = f"bridge, {currency}: {step!r} is {other}, the reserves moved by {one}"
            raise ControlTotalsError(msg)


def _last(ask: Ask) -> date:
    return min(ask.period.last, ask.as_of)


def _moves(ask: Ask, ready: Prepared) -> pd.DataFrame:
    """Lines of reserves up to the period's end in order of time, with ``held``: above zero when held, below released.

    At one instant releases come first: a reserve that is taken back and set anew was held before.
    """
    lines = ready.lines[~ready.lines["again"] & (ready.lines["kind"] == LineKind.RESERVE)]
    lines = lines[lines["day"] <= pd.Timestamp(_last(ask))]
    parts = parts_of(lines)
    moves: pd.DataFrame = lines.assign(held=-parts.amount)[parts.step == _RESERVE]
    return moves.sort_values(["occurred_at", "held"], kind="stable")


def _roll(
    ask: Ask, lines: pd.DataFrame, terms: ReserveTerms | None
) -> tuple[dict[str, object], list[dict[str, object]]]:
    first, last = ask.period.first, _last(ask)
    moves = [(day.date(), int(amount)) for day, amount in zip(lines["day"], lines["held"], strict=True)]
    inside = [amount for day, amount in moves if day >= first]
    start = _start(moves, terms, first, last)
    held = _Held()
    held.move(start.day, start.amount)
    counted = [(day, amount) for day, amount in moves if day >= start.day]
    for day, amount in counted:
        held.move(day, amount)
    opening = start.amount + sum(amount for day, amount in counted if day < first)
    days = terms.days if terms else None
    late = [day for day, _ in held.lots if days is not None and day + timedelta(days=days) <= last]
    coming = [day + timedelta(days=days) for day, _ in held.lots if days is not None and day not in late]
    row: dict[str, object] = {
        "basis": start.basis,
        "since": pd.Timestamp(start.since),
        "opening_minor": opening,
        "held_minor": sum(amount for amount in inside if amount > 0),
        "released_minor": -sum(amount for amount in inside if amount < 0),
        "closing_minor": sum(amount for _, amount in held.lots) - held.earlier,
        "earlier_minor": held.earlier,
        "days": pd.NA if days is None else days,
        "due_minor": sum(amount for day, amount in held.lots if day in late),
        "next_due": pd.Timestamp(min(coming)) if coming else pd.NaT,
    }
    return row, [_lot(day, amount, last, days) for day, amount in held.lots]


@dataclass(frozen=True)
class _Start:
    """What was held when ``day`` began; lines count from it on."""

    basis: str
    since: date
    day: date
    amount: int


def _start(moves: list[tuple[date, int]], terms: ReserveTerms | None, first: date, last: date) -> _Start:
    opened = terms.opening_on if terms else None
    if terms and opened and opened <= last + timedelta(days=1):
        # A day within the period is counted back to where the period begins.
        back = sum(amount for day, amount in moves if first <= day < opened)
        return _Start("declared", opened, min(opened, first), terms.opening_minor - back)
    earliest = min((day for day, _ in moves), default=first)
    return _Start("earlier_lines" if earliest < first else "first_line", earliest, earliest, 0)


def _lot(day: date, amount: int, last: date, days: int | None) -> dict[str, object]:
    due = pd.NaT if days is None else pd.Timestamp(day + timedelta(days=days))
    return {"held_on": pd.Timestamp(day), "amount_minor": amount, "age_days": (last - day).days, "due_on": due}
