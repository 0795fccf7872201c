"""Records whose cells have been read, and the rejects among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.readers.cells import absent, convert
from opsrules.readers.layout import Column, Kind
from opsrules.readers.lookup import constant
from opsrules.readers.reasons import is_clean
from opsrules.readers.rejects import Reject
from opsrules.readers.table import Records
from opsrules.signs import one_text
from opsrules.terms import RejectReason

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Parsed", "Stake", "parse"]

Stake = str | Callable[[pd.DataFrame], "pd.Series[int]"]
"""What a reject is worth: a parsed column, or how it is worked out from the parsed columns; "" for nothing."""

_NO_CURRENCY = (RejectReason.CURRENCY_UNKNOWN, RejectReason.CURRENCY_MISSING)


@dataclass(frozen=True)
class Parsed:
    """Records whose cells have been read.

    Attributes
    ----------
    rows : DataFrame
        The parsed columns, with ``currency``, ``source_line`` and ``flags``.
    rejects : tuple of Reject
    """

    rows: pd.DataFrame
    rejects: tuple[Reject, ...]

    def without(
        self,
        bad: npt.NDArray[np.bool_],
        reason: RejectReason,
        column: str,
        *,
        stake: Stake,
        value: str | Callable[[pd.DataFrame], list[str]] = "",
    ) -> Parsed:
        """Move rows that break a rule of the format to the rejects.

        Parameters
        ----------
        bad : ndarray of bool
        reason : RejectReason
        column : str
            The source's own name of the column at fault.
        stake : str or callable
            What a row is worth.
        value : str or callable
            Parsed column of text that shows what is wrong, or how it is told from the rows; "" for none.
        """
        if not bad.any():
            return self
        moved = self.rows.loc[bad]
        shown = value(moved) if callable(value) else moved[value].tolist() if value else [""] * len(moved)
        facts = zip(moved["source_line"].tolist(), shown, moved["currency"].tolist(), _worth(moved, stake), strict=True)
        rejects = tuple(Reject(line, reason, column, text, currency, minor) for line, text, currency, minor in facts)
        return Parsed(self.rows.loc[~bad].reset_index(drop=True), self.rejects + rejects)


def parse(
    records: Records, columns: Sequence[Column], currency: pd.Series[str] | str = "", stake: Stake = ""
) -> Parsed:
    """Read the cells of these columns; a record with a bad cell becomes a reject naming the first one.

    Parameters
    ----------
    records : Records
    columns : sequence of Column
        In the order in which faults are looked for; a currency comes before the amounts in it.
    currency : Series of str, or str
        Currency of each row, or of all, when none of the columns gives it.
    stake : str or callable
        Target of the amount that a reject is worth, or how it is worked out from the rows; "" when the records carry
        none.
    """
    size = len(records.lines)
    values: dict[str, pd.Series] = {}
    first = np.full(size, -1, dtype=np.int64)
    reason = np.full(size, "", dtype=object)
    fold = np.zeros(size, dtype=bool)
    coins = currency if isinstance(currency, str) else _one_or_each(currency)
    for number, column in enumerate(columns):
        title = records.titles.get(column.target)
        if title is None:
            values |= absent(column, size)
            continue
        cells = convert(column, title, records.cells[column.target], coins, records.setting)
        values |= cells.values
        if column.kind is Kind.CURRENCY:
            coins = _one_or_each(cells.values[column.target])
        if cells.fold is not None:
            fold |= cells.fold
        if is_clean(cells.reason):
            continue
        fresh = (cells.reason != "") & (first < 0)
        first[fresh], reason[fresh] = number, cells.reason[fresh]
    values.setdefault("currency", constant(coins, size) if isinstance(coins, str) else coins)
    values["source_line"] = pd.Series(records.lines)
    values["flags"] = pd.Series(np.where(fold, "fold", ""), dtype="str") if fold.any() else constant("", size)
    rows = pd.DataFrame({name: column.array for name, column in values.items()})
    bad = first >= 0
    if not bad.any():
        return Parsed(rows, ())
    rejects = _rejects(records, [columns[at] for at in first[bad]], rows.loc[bad], reason[bad], stake)
    return Parsed(rows.loc[~bad].reset_index(drop=True), rejects)


def _one_or_each(coins: pd.Series[str]) -> pd.Series[str] | str:
    """Return the one currency of all rows where there is one, which is quicker to read amounts with."""
    only = one_text(coins)
    return coins if only is None else only


def _rejects(
    records: Records, columns: Sequence[Column], rows: pd.DataFrame, reasons: npt.NDArray[np.object_], stake: Stake
) -> tuple[Reject, ...]:
    texts = {column.target: records.cells[column.target].to_numpy(dtype=object) for column in set(columns)}
    minor = _worth(rows, stake)
    facts = zip(
        rows.index, rows["source_line"].tolist(), rows["currency"].tolist(), minor, columns, reasons, strict=True
    )
    return tuple(
        Reject(
            line,
            reason,
            records.titles[column.target],
            texts[column.target][at],
            "" if reason in _NO_CURRENCY else coin,
            0 if reason in _NO_CURRENCY else amount,
        )
        for at, line, coin, amount, column, reason in facts
    )


def _worth(rows: pd.DataFrame, stake: Stake) -> list[int]:
    if callable(stake):
        return stake(rows).tolist()
    return rows[stake].tolist() if stake else [0] * len(rows)
