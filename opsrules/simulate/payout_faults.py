"""The faults on payouts and at the bank, and the payouts that only look late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.simulate.planting import FINDING, NO_FINDING, TIMING, Fault
from opsrules.simulate.trade import local_days, whole
from opsrules.terms import BreakClass, SubjectType

if TYPE_CHECKING:
    from datetime import date

    from opsrules.simulate.trade import Book

__all__ = ["caused_by_unreadable_rows", "hold_back", "plant_payouts", "planted_at_bank"]

# Days of the month in which each fault is sent, wherever payouts allow: far enough apart that no credit lies within a
# few days of two payouts that lack one. A missing payout was sent more than ten days before the month ended.
_SHORT_UNTIL = 8
_MISSING_FROM, _MISSING_BEFORE_END = 11, 11
_STRAY_DAY = 25
_FEWEST_ORDERS = 100
# A late payout is booked so many business days after it was sent, within its month.
_LATE_UNTIL, _LATE_BY = 16, 8


def plant_payouts(
    book: Book, lines: pd.DataFrame, payouts: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame, list[Fault]]:
    """Plant one of each payout fault in each month that has payouts enough.

    Returns
    -------
    payouts : DataFrame
        With what the faults changed.
    strays : DataFrame
        Credits behind which there is no payout, for `opsrules.simulate.bank.bank_lines`.
    faults : list of Fault
    """
    payouts = payouts.copy()
    unreadable = set(lines.loc[lines["garbled"], "payout"].tolist())
    faults: list[Fault] = []
    strays = []
    for place, period in enumerate(book.periods):
        month = payouts[(payouts["period"] == place) & (payouts["booked"] <= pd.Timestamp(period.last))]
        free = [row for row in month.index.tolist() if row not in unreadable]
        day = (month["sent"] - pd.Timestamp(period.first)).dt.days + 1
        if missing := _one(rng, free, day.between(_MISSING_FROM, period.days - _MISSING_BEFORE_END), False):
            free.remove(missing[0])
            payouts.loc[missing, "arrives"] = False
            faults.append(_missing(payouts, place, missing[0]))
        if short := _one(rng, free, day <= _SHORT_UNTIL, True):
            free.remove(short[0])
            faults.append(_shorten(payouts, place, short[0]))
        if differs := _one(rng, free, day <= period.days, False):
            faults.append(_missum(payouts, place, differs[0]))
        # These two show only where the bank names the payout: by amount and days alone it would be another's.
        named = month["named"] & month.index.isin(free) & ~month.index.isin(differs)
        if charged := _one(rng, free, named & day.between(_SHORT_UNTIL + 1, period.days - 7), False):
            free.remove(charged[0])
            faults.append(_charge(book, payouts, place, charged[0]))
        if late := _one(
            rng, free, named & day.between(_SHORT_UNTIL + 1, _LATE_UNTIL) & ~month.index.isin(charged), False
        ):
            faults.append(_delay(payouts, place, late[0]))
        if len(month):
            strays.append(_stray(book, place, int(month["row_minor"].median()), rng))
    return payouts, _stray_frame(book, strays), faults


def hold_back(
    book: Book, lines: pd.DataFrame, payouts: pd.DataFrame, faults: list[Fault], rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame, list[Fault]]:
    """Leave one charge a month out of its payout, which is sent without it; it must be due within the month."""
    lines, payouts = lines.copy(), payouts.copy()
    touched = {fault.order for fault in faults}
    found = []
    for place, period in enumerate(book.periods):
        days = local_days(lines["occurred"].to_numpy(), book.account.zone)
        early = (days >= np.datetime64(period.first, "D") + 9) & (days < np.datetime64(period.first, "D") + 12)
        free = lines["kind"].eq("charge") & ~lines["order"].isin(touched) & (lines["payout"] >= 0) & early
        # Its payout must go on without it.
        rest = lines["payout"].map(payouts["row_minor"]) - lines["net"]
        if (book.orders["period"] == place).sum() < _FEWEST_ORDERS:
            continue  # where every fault counts, those on orders come first
        if rows := _one(rng, lines.index[free].tolist(), rest > 0, False):
            row = rows[0]
            payout, net = whole(lines, "payout", row), whole(lines, "net", row)
            for column in ("lines_minor", "row_minor", "bank_minor"):
                payouts.loc[payout, column] = whole(payouts, column, payout) - net
            lines.loc[row, "payout"] = -1
            order, found_as = whole(lines, "order", row), BreakClass.NOT_PAID_OUT
            found.append(Fault(place, "left_out", found_as, FINDING, SubjectType.PROCESSOR_LINE, net, order, row))
    return lines, payouts, found


def _one(rng: np.random.Generator, free: list[int], fits: pd.Series[bool], otherwise_first: bool) -> list[int]:
    """One of the free payouts that fit, in a list; the first free one when none fits and that will do."""
    good = [row for row in free if fits[row]]
    if good:
        return [good[int(rng.integers(len(good)))]]
    return free[:1] if otherwise_first else []


def _missing(payouts: pd.DataFrame, place: int, row: int) -> Fault:
    amount = whole(payouts, "row_minor", row)
    found = BreakClass.PAYOUT_MISSING
    return Fault(place, "payout_missing", found, FINDING, SubjectType.PAYOUT, amount, payout=row)


def _shorten(payouts: pd.DataFrame, place: int, row: int) -> Fault:
    """Let the bank credit two percent less than was sent."""
    difference = max(whole(payouts, "row_minor", row) // 50, 1)
    payouts.loc[row, "bank_minor"] = whole(payouts, "bank_minor", row) - difference
    return Fault(place, "payout_short", BreakClass.PAYOUT_SHORT, FINDING, SubjectType.PAYOUT, difference, payout=row)


def _charge(book: Book, payouts: pd.DataFrame, place: int, row: int) -> Fault:
    """Let a bank on the way keep its charge."""
    charge = book.account.bank_charge_minor
    payouts.loc[row, "bank_minor"] = whole(payouts, "bank_minor", row) - charge
    found, also = BreakClass.BANK_CHARGE, (BreakClass.PAYOUT_SHORT,)
    return Fault(place, "bank_charge", found, FINDING, SubjectType.PAYOUT, charge, payout=row, also=also)


def _delay(payouts: pd.DataFrame, place: int, row: int) -> Fault:
    """Let the bank book a payout days after it should; nothing is lost by it."""
    sent = payouts["sent"].loc[row].to_datetime64().astype("datetime64[D]")
    payouts.loc[row, "booked"] = pd.Timestamp(np.busday_offset(sent, _LATE_BY))
    amount = whole(payouts, "row_minor", row)
    return Fault(place, "payout_late", None, NO_FINDING, SubjectType.PAYOUT, amount, payout=row)


def _missum(payouts: pd.DataFrame, place: int, row: int) -> Fault:
    """Send and announce three percent less than the payout's lines come to."""
    difference = max(whole(payouts, "lines_minor", row) * 3 // 100, 1)
    for column in ("row_minor", "bank_minor"):
        payouts.loc[row, column] = whole(payouts, column, row) - difference
    found = BreakClass.PAYOUT_SUM_DIFFERS
    return Fault(place, "payout_sum_differs", found, FINDING, SubjectType.PAYOUT, difference, payout=row)


def _stray(book: Book, place: int, typical: int, rng: np.random.Generator) -> tuple[np.datetime64, int]:
    day = np.datetime64(book.periods[place].first.replace(day=_STRAY_DAY), "D")
    return np.busday_offset(day, 0, roll="forward"), typical * int(rng.integers(40, 80)) // 100 + 1


def _stray_frame(book: Book, strays: list[tuple[np.datetime64, int]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "booked": np.array([day for day, _ in strays], dtype="datetime64[s]"),
            "minor": np.array([minor for _, minor in strays], dtype=np.int64),
            "counterparty": book.account.descriptor,
            "text": f"{book.account.descriptor} PAYOUT",
            "names": "",
            "payout": -1,
            "stray": True,
        }
    )


def caused_by_unreadable_rows(lines: pd.DataFrame, payouts: pd.DataFrame, faults: list[Fault]) -> list[Fault]:
    """What unreadable rows cause elsewhere, under the same fault's name.

    An order whose row cannot be read leaves its payment without an order; a processor line leaves its order without a
    payment and its payout's sum wrong.
    """
    caused = []
    for fault in faults:
        if fault.found is not BreakClass.ROWS_REJECTED:
            continue
        if fault.line < 0:
            charge = int(lines.index[(lines["order"] == fault.order) & (lines["kind"] == "charge")][0])
            subject = SubjectType.PROCESSOR_LINE
            caused.append(replace(fault, found=BreakClass.PAYMENT_WITHOUT_ORDER, subject=subject, line=charge))
            continue
        found = BreakClass.ORDER_WITHOUT_PAYMENT
        caused.append(replace(fault, found=found, subject=SubjectType.ORDER, line=-1))
        payout = whole(lines, "payout", fault.line)
        if payout >= 0 and payouts["declared"].loc[payout]:
            found, net = BreakClass.PAYOUT_SUM_DIFFERS, whole(lines, "net", fault.line)
            caused.append(Fault(fault.period, fault.name, found, FINDING, SubjectType.PAYOUT, net, payout=payout))
    return caused


def planted_at_bank(
    book: Book, lines: pd.DataFrame, payouts: pd.DataFrame, bank: pd.DataFrame, until: date, *, left_out: set[int]
) -> list[Fault]:
    """Faults and traps that show only once the statements exist: stray credits, late payouts, money still to come.

    `left_out` are lines that were planted as left out of their payout.
    """
    strays = [
        Fault(
            whole(bank, "period", row),
            "bank_without_payout",
            BreakClass.BANK_WITHOUT_PAYOUT,
            FINDING,
            SubjectType.BANK_LINE,
            whole(bank, "minor", row),
            bank=row,
        )
        for row in bank.index[bank["stray"]].tolist()
    ]
    waiting = [
        Fault(
            whole(lines, "period", row),
            "not_paid_out",
            BreakClass.NOT_PAID_OUT,
            TIMING,
            SubjectType.PROCESSOR_LINE,
            abs(whole(lines, "net", row)),
            whole(lines, "order", row),
            row,
        )
        for row in lines.index[lines["payout"] < 0].tolist()
        if row not in left_out
    ]
    return strays + _late(book, payouts, until) + waiting


def _late(book: Book, payouts: pd.DataFrame, until: date) -> list[Fault]:
    """Payouts booked only after their month: traps when a later statement shows them, else on their way."""
    faults = []
    for place, period in enumerate(book.periods):
        after = payouts["arrives"] & (payouts["period"] == place) & (payouts["booked"] > pd.Timestamp(period.last))
        for row in payouts.index[after].tolist():
            amount = whole(payouts, "row_minor", row)
            if payouts["booked"].loc[row] <= pd.Timestamp(until):
                name, found, expect = "payout_next_period", None, NO_FINDING
            else:
                name, found, expect = "payout_in_transit", BreakClass.PAYOUT_IN_TRANSIT, TIMING
            faults.append(Fault(place, name, found, expect, SubjectType.PAYOUT, amount, payout=row))
    return faults
