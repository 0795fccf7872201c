"""Bank statements as a CSV of the bank's own making: American dates, thousands commas, a running balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsrules.simulate.writers.text import Written, cell

if TYPE_CHECKING:
    from opsrules.simulate.writers.statement import Statement

__all__ = ["write"]


def write(statement: Statement) -> Written:
    """Lines of one statement."""
    decimals = statement.account.decimals
    texts = ["Date,Description,Payee,Amount,Balance"]
    starts, balance = {}, statement.opening
    for entry in statement.entries():
        balance += entry.minor
        starts[entry.row] = len(texts) + 1
        year, month, day = entry.day.split("-")
        money = f"{cell(_grouped(entry.minor, decimals))},{cell(_grouped(balance, decimals))}"
        texts.append(f"{month}/{day}/{year},{cell(entry.text)},{cell(entry.counterparty)},{money}")
    return Written(("\n".join(texts) + "\n").encode(), starts)


def _grouped(minor: int, decimals: int) -> str:
    whole, part = divmod(abs(minor), 10**decimals)
    figure = f"{whole:,}" + (f".{part:0{decimals}d}" if decimals else "")
    return ("-" if minor < 0 else "") + figure
