"""Lines of a bank's CSV that state a balance instead of a transaction, and the control that they make."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from opsrules.errors import FileRefused
from opsrules.money import parse_minor, total_minor
from opsrules.readers.bank_csv_options import Options
from opsrules.readers.header import Header
from opsrules.readers.model import Control
from opsrules.readers.table import Records

__all__ = ["Balance", "balance_control", "balance_rows", "balances_above"]


@dataclass(frozen=True)
class Balance:
    """One balance that the file states.

    Attributes
    ----------
    line : int
        Where it stands, before, among or after the transactions.
    closing : bool
        Whether it is the balance at the end.
    amount : str
        The last filled cell of the line.
    """

    line: int
    closing: bool
    amount: str


def balance_rows(records: Records, options: Options) -> tuple[Balance, ...]:
    """Balances below the header that the account says are there, known by the beginning of a line's first cell."""
    if records.is_part:
        return _stated(records.text, records.first_line, records.header, options)
    return _stated(records.text[records.header.end :], records.header.line + 1, records.header, options)


def balances_above(header: Header, options: Options) -> tuple[Balance, ...]:
    """Balances that stand above the header."""
    return _stated(header.above, 1, header, options)


def _stated(text: str, first_line: int, header: Header, options: Options) -> tuple[Balance, ...]:
    said = ((options.balances.opening, False), (options.balances.closing, True))
    found = [
        Balance(number, closing, next(cell for cell in reversed(cells) if cell))
        for words, closing in said
        if words
        for number, line in _lines_with(words, text, first_line)
        if (cells := _cells(line, header.delimiter)) and cells[0].startswith(words)
    ]
    return tuple(sorted(found, key=lambda one: one.line))


def _lines_with(words: str, text: str, first_line: int) -> Iterator[tuple[int, str]]:
    """Give the number of each line in which these words stand, and the line."""
    number, start = first_line, 0
    while (at := text.find(words, start)) >= 0:
        number += text.count("\n", start, at)
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        yield number, text[text.rfind("\n", 0, at) + 1 : end]
        number, start = number + 1, end + 1


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]


def balance_control(
    balances: tuple[Balance, ...], lines: pd.DataFrame, options: Options, file: str
) -> tuple[Control, ...]:
    """Opening balance and lines against the closing balance, where the file states one of each.

    Raises
    ------
    FileRefused
        If a balance cannot be read.
    """
    opening = [one for one in balances if not one.closing]
    closing = [one for one in balances if one.closing]
    used = set(lines["currency"].unique()) or {options.currency}
    if len(opening) != 1 or len(closing) != 1 or len(used) != 1:
        return ()
    currency = used.pop()
    start, end = (_minor(one, currency, options, file) for one in (opening[0], closing[0]))
    name = "opening balance + lines = closing balance"
    return (Control(name, f"{file}:{closing[0].line}", currency, end, start + total_minor(lines["amount_minor"])),)


def _minor(balance: Balance, currency: str, options: Options, file: str) -> int:
    minor, reason = parse_minor(pd.Series([balance.amount], dtype="str"), currency, options.style)
    if reason[0]:
        raise FileRefused(
            f"{file}:{balance.line}",
            f"the balance {balance.amount!r} is no amount",
            "check the account's options decimal, grouping and balances",
        )
    return -int(minor[0]) if options.sign == "inverse" else int(minor[0])
