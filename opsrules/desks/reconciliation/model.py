"""What the reconciliation desk is asked and what it is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from opsrules.inputs import FileRead
from opsrules.parameters import Account
from opsrules.periods import Period
from opsrules.readers.model import Control, Cover, Masked
from opsrules.schemas import DISPUTES, empty

__all__ = ["Ask", "Exports"]


@dataclass(frozen=True)
class Ask:
    """Which account, which days, seen from which day."""

    account: Account
    period: Period
    as_of: date


@dataclass(frozen=True)
class Exports:
    """All that was read for one account, file after file.

    Attributes
    ----------
    kinds : frozenset of str
        Canonical tables that some file was read for, even if it had no rows.
    orders, order_lines, lines, bank : DataFrame
        Canonical tables (`opsrules.schemas`), files in order of name.
    rejects : DataFrame
    controls : tuple of Control
    files : tuple of FileRead
        Every file that the account's sources name, also those nobody recognised (reader "").
    twice : tuple of (str, str)
        A file with the same bytes as an earlier one, and that one; the second was not read.
    masked : tuple of (str, Masked)
        File, and what was masked in its free text.
    card_columns : tuple of (str, str)
        File, and a column of it that is made for card data and was not read.
    covers : tuple of Cover
        Days of the bank accounts that statements say they cover.
    disputes : DataFrame
        Canonical table; each dispute as often as an export tells of it.
    """

    kinds: frozenset[str]
    orders: pd.DataFrame
    order_lines: pd.DataFrame
    lines: pd.DataFrame
    bank: pd.DataFrame
    rejects: pd.DataFrame
    controls: tuple[Control, ...]
    files: tuple[FileRead, ...]
    twice: tuple[tuple[str, str], ...]
    masked: tuple[tuple[str, Masked], ...] = ()
    card_columns: tuple[tuple[str, str], ...] = ()
    covers: tuple[Cover, ...] = ()
    disputes: pd.DataFrame = field(default_factory=lambda: empty(DISPUTES))
