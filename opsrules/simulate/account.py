"""One account, simulated from its first order to its last bank line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from opsrules.simulate.bank import bank_lines, statement_end
from opsrules.simulate.faults import order_faults
from opsrules.simulate.orders import catalogue, month
from opsrules.simulate.payout_faults import caused_by_unreadable_rows, hold_back, plant_payouts, planted_at_bank
from opsrules.simulate.payouts import pay_out, with_payout_rows
from opsrules.simulate.planting import FINDING, Fault, Planting, plant
from opsrules.simulate.trade import Book, open_book
from opsrules.simulate.traps import TRAPS
from opsrules.terms import BreakClass, SubjectType

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from opsrules.periods import Period
    from opsrules.simulate.accounts import DemoAccount

__all__ = ["Simulated", "simulate"]


@dataclass(frozen=True)
class Simulated:
    """What happened at one account, faults included, and the faults.

    Attributes
    ----------
    book : Book
        Orders and their lines; its processor lines are superseded by `lines`.
    lines : DataFrame
        Processor lines with the payouts' own rows.
    payouts : DataFrame
    bank : DataFrame
    until : date
        Last day of the bank statements.
    faults : tuple of Fault
    """

    book: Book
    lines: pd.DataFrame
    payouts: pd.DataFrame
    bank: pd.DataFrame
    until: date
    faults: tuple[Fault, ...]


def simulate(account: DemoAccount, index: int, periods: tuple[Period, ...], orders: int, seed: int) -> Simulated:
    """Simulate the account; `index` is its place among the demo accounts. Same arguments, same outcome."""

    def rng(*stage: int) -> np.random.Generator:
        return np.random.default_rng([seed, index, *stage])

    goods = catalogue(account, rng(0))
    numbers = [account.first_number + orders * place for place in range(len(periods))]
    months = [
        month(account, goods, period, rng(1, period.first.year, period.first.month), count=orders, number=number)
        for period, number in zip(periods, numbers, strict=True)
    ]
    planting = Planting(open_book(account, periods, months, rng(2)), rng(3))
    plant(planting, order_faults(account) + TRAPS, orders)
    book = planting.book()

    lines, paid_out = pay_out(book, rng(4))
    lines, paid_out, left_out = hold_back(book, lines, paid_out, planting.faults, rng(7))
    payouts, strays, payout_faults = plant_payouts(book, lines, paid_out, rng(5))
    bank = bank_lines(book, payouts, strays, rng(6))
    until = statement_end(book, payouts)
    lines = with_payout_rows(book, lines, payouts)
    faults = planting.faults + payout_faults + left_out
    faults += caused_by_unreadable_rows(lines, payouts, faults)
    faults += planted_at_bank(book, lines, payouts, bank, until, left_out={fault.line for fault in left_out})
    faults += [_foreign_file(account, place, period) for place, period in enumerate(periods)]
    return Simulated(book, lines, payouts, bank, until, tuple(faults))


def _foreign_file(account: DemoAccount, place: int, period: Period) -> Fault:
    name = f"exports/{account.name}/{period.text}/notes.csv"
    return Fault(place, "file_unrecognised", BreakClass.FILE_UNRECOGNISED, FINDING, SubjectType.FILE, file=name)
