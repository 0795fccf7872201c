"""What every bank format writes: some days of an account, between two balances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsrules.simulate.writers.text import days

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import pandas as pd

    from opsrules.simulate.accounts import DemoAccount

__all__ = ["Entry", "Statement"]


@dataclass(frozen=True)
class Entry:
    """One line of a statement: its row in the bank table, ISO day, signed amount and words; `names` may be ""."""

    row: int
    day: str
    minor: int
    counterparty: str
    text: str
    names: str


@dataclass(frozen=True)
class Statement:
    """The lines booked from `first` to `last`.

    Attributes
    ----------
    account : DemoAccount
    bank : DataFrame
        As `opsrules.simulate.bank.bank_lines` makes it.
    opening : int
        Balance before them.
    first, last : date
    """

    account: DemoAccount
    bank: pd.DataFrame
    opening: int
    first: date
    last: date

    @property
    def closing(self) -> int:
        """Balance after them."""
        return self.opening + int(self.bank["minor"].sum())

    def entries(self) -> Iterator[Entry]:
        """Yield the lines in order; `names` is the payout that the bank names."""
        booked = days(self.bank["booked"].to_numpy())
        texts = (self.bank[name].tolist() for name in ("minor", "counterparty", "text", "names"))
        return (Entry(*values) for values in zip(self.bank.index.tolist(), booked, *texts, strict=True))
