"""All files of one simulated account: what the shop, the processor and the bank would have let one download."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from opsrules.simulate.writers import bank_csv, camt053, mt940, shopify_orders, shopify_payments, stripe_itemised
from opsrules.simulate.writers.statement import Statement
from opsrules.terms import SubjectType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from opsrules.simulate.account import Simulated
    from opsrules.simulate.writers.text import Written

__all__ = ["Export", "exports"]

# A file that no reader knows, as lies in many a client's folder.
_NOTES = "day,who,what\n{day},shop,Stock count moved to the last Friday\n{day},finance,New card terminal ordered\n"
_OPENING_IN_PRICES = 3000


@dataclass(frozen=True)
class Export:
    """One file.

    Attributes
    ----------
    name : str
        Relative to the workspace.
    content : bytes
    subject : SubjectType
        What its rows are.
    lines : mapping of int to int
        Row of the simulated table to the line on which it stands.
    """

    name: str
    content: bytes
    subject: SubjectType
    lines: Mapping[int, int] = field(default_factory=dict)


def exports(simulated: Simulated) -> Iterator[Export]:
    """Every export: three and a foreign file a month, and the bank statement that runs on into the next month."""
    account = simulated.book.account
    opening = _OPENING_IN_PRICES * account.price_minor
    for place, period in enumerate(simulated.book.periods):
        yield from _month(simulated, place)
        yield _statement(simulated, place, opening, period.first, period.last)
        opening += int(simulated.bank.loc[simulated.bank["period"] == place, "minor"].sum())
    first = simulated.book.periods[-1].last + timedelta(days=1)
    yield _statement(simulated, len(simulated.book.periods), opening, first, simulated.until)


def _month(simulated: Simulated, place: int) -> Iterator[Export]:
    book = simulated.book
    account, period = book.account, book.periods[place]
    folder = f"exports/{account.name}/{period.text}"
    orders = book.orders[(book.orders["period"] == place) & book.orders["exported"]]
    written = shopify_orders.write(account, orders, book.order_lines)
    yield _export(f"{folder}/shopify_orders.csv", written, SubjectType.ORDER)
    lines = simulated.lines[simulated.lines["period"] == place]
    writer = shopify_payments if account.processor == "shopify_payments" else stripe_itemised
    written = writer.write(account, lines, simulated.payouts)
    yield _export(f"{folder}/{account.processor_file}", written, SubjectType.PROCESSOR_LINE)
    yield Export(f"{folder}/notes.csv", _NOTES.format(day=period.first).encode(), SubjectType.FILE)


def _statement(simulated: Simulated, place: int, opening: int, first: date, last: date) -> Export:
    account = simulated.book.account
    bank = simulated.bank[simulated.bank["period"] == place]
    writer = {"camt053": camt053, "mt940": mt940, "bank_csv": bank_csv}[account.bank]
    written = writer.write(Statement(account, bank, opening, first, last))
    return _export(f"exports/{account.name}/{first:%Y-%m}/{account.bank_file}", written, SubjectType.BANK_LINE)


def _export(name: str, written: Written, subject: SubjectType) -> Export:
    return Export(name, written.content, subject, written.lines)
