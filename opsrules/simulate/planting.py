"""Planting faults in a simulated account: who may carry one, and the record of it that becomes the truth."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.simulate.orders import half_even_ratio, to_instant
from opsrules.simulate.trade import Book, contract_fees, local_days, whole
from opsrules.terms import BreakClass, SubjectType

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["FINDING", "NO_FINDING", "TIMING", "Fault", "Kind", "More", "Planted", "Planting", "plant"]

FINDING, NO_FINDING, TIMING = "finding", "no_finding", "timing"

# One order carries one fault, and at most this share of a month's orders carries any.
_MOST = 5


@dataclass(frozen=True)
class Fault:
    """One planted fault, or one trap that must give no finding.

    Attributes
    ----------
    period : int
        Place of its month among the account's.
    name : str
        What was done.
    found : BreakClass or None
        What a review must call it; None when it must give no finding.
    expect : str
        finding, no_finding or timing.
    subject : SubjectType
    amount_minor : int
        Size of the difference at stake.
    order, line, payout, bank : int
        Rows it is about, -1 = none.
    file : str
        File it is about, when it is about a file as a whole.
    also : tuple of BreakClass
        Further classes of the same finding.
    """

    period: int
    name: str
    found: BreakClass | None
    expect: str
    subject: SubjectType
    amount_minor: int = 0
    order: int = -1
    line: int = -1
    payout: int = -1
    bank: int = -1
    file: str = ""
    also: tuple[BreakClass, ...] = ()


@dataclass(frozen=True)
class More:
    """A second fault on the same order, which a review must tell as well."""

    found: BreakClass
    subject: SubjectType
    amount_minor: int
    line: int = -1


@dataclass(frozen=True)
class Planted:
    """What planting one fault came to.

    Attributes
    ----------
    amount_minor : int
        The size at stake.
    line : int
        The processor line it shows on, -1 = none.
    also : tuple of BreakClass
        Further classes of the same finding.
    more : tuple of More
        Further findings about the same order.
    """

    amount_minor: int
    line: int = -1
    also: tuple[BreakClass, ...] = ()
    more: tuple[More, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One kind of fault or trap on orders.

    Attributes
    ----------
    name : str
    found : BreakClass or None
        None for a trap.
    subject : SubjectType
    plant : callable
        Plants it on one order and says what it came to.
    early : bool
        Whether the order must be from the first part of the month, so that what follows falls into the same month.
    not_last : bool
        Whether it reaches into the next month, so that the last month cannot carry it.
    once : bool
        Whether a month carries it once, however many orders it has.
    fits : callable, optional
        Which orders may carry it, besides the common conditions.
    """

    name: str
    found: BreakClass | None
    subject: SubjectType
    plant: Callable[[Planting, int], Planted]
    early: bool = False
    not_last: bool = False
    once: bool = False
    fits: Callable[[Planting], npt.NDArray[np.bool_]] | None = None


class Planting:
    """An account's book while faults are being planted in it.

    Attributes
    ----------
    orders, order_lines, lines : DataFrame
        Copies of the book's, changed by the faults.
    faults : list of Fault
    rng : Generator
    """

    def __init__(self, book: Book, rng: np.random.Generator) -> None:
        self._book = book
        self.account = book.account
        self.periods = book.periods
        self.rng = rng
        self.orders = book.orders.copy()
        self.order_lines = book.order_lines.copy()
        self.lines = book.lines.copy()
        self.faults: list[Fault] = []
        self._added: list[dict[Hashable, Any]] = []
        self._dropped: list[int] = []
        charges = self.lines[self.lines["kind"] == "charge"]
        self._charge_of: dict[int, int] = dict(zip(charges["order"].tolist(), charges.index.tolist(), strict=True))
        # Only orders that were paid through the processor and on which nothing else happened carry faults.
        self._free = ((self.orders["fate"] == "processor") & (self.orders["refunded"] == 0)).to_numpy(copy=True)
        self._period = self.orders["period"].to_numpy()
        self._days = local_days(self.orders["placed"].to_numpy(), self.account.zone)

    def candidates(self, period: int, kind: Kind) -> npt.NDArray[np.int64]:
        """Orders of the month that may still carry a fault of this kind."""
        free = self._free & (self._period == period)
        if kind.early:
            free &= self._days < np.datetime64(self.periods[period].first, "D") + 17
        if kind.fits is not None:
            free &= kind.fits(self)
        return np.flatnonzero(free)

    def take(self, order: int) -> None:
        """Keep the order from carrying another fault."""
        self._free[order] = False

    def days_after(self, order: int) -> npt.NDArray[np.int64]:
        """How many days after this order each order was placed; below 0 for earlier ones."""
        return np.asarray((self._days - self._days[order]).astype(np.int64))

    def is_free(self, order: int) -> bool:
        """Whether the order carries no fault yet."""
        return bool(self._free[order])

    def charge(self, order: int) -> int:
        """Row in `lines` of the order's charge."""
        return self._charge_of[order]

    def set_charge(self, order: int, gross: int) -> int:
        """Change what the processor charged for the order, its fee following the contract; returns the row."""
        line = self.charge(order)
        self.set_line(line, gross=gross, fee=self._fee(order, gross))
        return line

    def set_line(self, line: int, **values: int | str | bool) -> None:
        """Change columns of a processor line."""
        for column, value in values.items():
            self.lines.loc[line, column] = value

    def set_order(self, order: int, **values: int | str | bool) -> None:
        """Change columns of an order."""
        for column, value in values.items():
            self.orders.loc[order, column] = value

    def drop_charge(self, order: int) -> None:
        """Make the processor know nothing of the order."""
        self._dropped.append(self.charge(order))

    def without_charge(self) -> npt.NDArray[np.bool_]:
        """Which orders have the total of one whose charge is gone: money without a reference would fit both."""
        totals = self.orders["total"]
        return totals.isin(totals.loc[self.lines.loc[self._dropped, "order"]]).to_numpy(dtype=np.bool_)

    def add_line(self, order: int, kind: str, gross: int, occurred: int, fee: int | None = None) -> int:
        """Add a processor line for the order; returns its row. A charge without a given fee pays by contract."""
        row = len(self.lines) + len(self._added)
        if fee is None:
            fee = self._fee(order, gross) if kind == "charge" else 0
        payment = order if kind != "charge" else len(self.orders) + len(self._added)
        base = self.lines.loc[self.charge(order)]
        self._added.append(
            base.to_dict() | {"kind": kind, "occurred": occurred, "gross": gross, "fee": fee, "payment": payment}
        )
        return row

    def later(self, order: int, least: int, most: int) -> int:
        """Instant in office hours, `least` to `most` days after the order."""
        day = self._days[order] + self.rng.integers(least, most + 1)
        seconds = self.rng.integers(9 * 3600, 17 * 3600)
        return int(to_instant(np.array([day]), np.array([seconds]), self.account.zone)[0])

    def total(self, order: int) -> int:
        """Total of the order."""
        return whole(self.orders, "total", order)

    def part(self, order: int) -> int:
        """Some part of the order's total, smaller than it unless it is 1."""
        return max(self.total(order) * int(self.rng.integers(15, 45)) // 100, 1)

    def at_rate(self, order: int, bps: int) -> int:
        """The order's total in the account's currency, at so many ten-thousandths of the agreed rate, half-even."""
        factor = self.account.foreign_rate_bps * bps
        return int(half_even_ratio(np.array([self.total(order) * factor]), 10_000 * 10_000)[0])

    def refund_in_shop(self, order: int, amount: int) -> None:
        """Make the shop show a refund."""
        self.set_order(
            order, refunded=amount, status="refunded" if amount == self.total(order) else "partially_refunded"
        )

    def book(self) -> Book:
        """Return the book with everything that was planted."""
        lines = self.lines
        if self._added:
            added = pd.DataFrame(self._added).astype(lines.dtypes.to_dict())
            added.index = pd.RangeIndex(len(lines), len(lines) + len(added))
            lines = pd.concat([lines, added])
        return Book(self.account, self.periods, self.orders, self.order_lines, lines.drop(index=self._dropped))

    def _fee(self, order: int, gross: int) -> int:
        brand = np.array([self.orders.at[order, "brand"]], dtype=object)
        return int(contract_fees(self.account, np.array([gross]), brand)[0])


def plant(planting: Planting, kinds: tuple[Kind, ...], orders: int) -> None:
    """Plant every kind in every month.

    Twice a month from 400 orders on, and once more for every 10,000 up to twenty; once below 400. Below 200 only as
    many kinds, in the order given, as a fifth of the orders can carry.
    """
    count = min((2 if orders >= 400 else 1) + orders // 10_000, 20)
    for period in range(len(planting.periods)):
        left = orders // _MOST
        for kind in kinds:
            if kind.not_last and period == len(planting.periods) - 1:
                continue
            wanted = min(1 if kind.once else count, left)
            candidates = planting.candidates(period, kind)
            for order in planting.rng.permutation(candidates)[:wanted].tolist():
                if not planting.is_free(order):  # the twin of one before it
                    continue
                planting.take(order)
                planted = kind.plant(planting, order)
                expect = NO_FINDING if kind.found is None else FINDING
                first = Fault(
                    *(period, kind.name, kind.found, expect, kind.subject, planted.amount_minor, order, planted.line),
                    also=planted.also,
                )
                planting.faults.append(first)
                for one in planted.more:
                    told = (one.found, expect, one.subject, one.amount_minor, order, one.line)
                    planting.faults.append(Fault(period, kind.name, *told))
                left -= 1
