"""Bank statements as SWIFT MT940 with free text in ``:86:``, one statement a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsrules.simulate.writers.text import Written, amounts

if TYPE_CHECKING:
    from datetime import date

    from opsrules.simulate.writers.statement import Statement

__all__ = ["write"]

# A line of a SWIFT message holds 65 signs; banks cut there, in the middle of a word.
_WIDTH = 65


def write(statement: Statement) -> Written:
    """One statement, whose lines say each booking day twice: as value date and as entry date."""
    texts = [
        f":20:DEMO{statement.last:%y%m%d}",
        f":25:{statement.account.bank_account}",
        f":28C:{statement.last.month:05d}/001",
        f":60F:{_balance(statement, statement.opening, statement.first)}",
    ]
    starts = {}
    for number, entry in enumerate(statement.entries(), start=1):
        starts[entry.row] = len(texts) + 1
        day = entry.day.replace("-", "")
        mark, size = _signed(statement, entry.minor)
        texts.append(f":61:{day[2:]}{day[4:]}{mark}{size}NTRFNONREF//D{day}{number:05d}")
        words = ":86:" + (entry.text if entry.counterparty in entry.text else f"{entry.counterparty} {entry.text}")
        texts += [words[place : place + _WIDTH] for place in range(0, len(words), _WIDTH)]
    texts += [f":62F:{_balance(statement, statement.closing, statement.last)}", "-"]
    return Written(("\r\n".join(texts) + "\r\n").encode("ascii"), starts)


def _balance(statement: Statement, minor: int, day: date) -> str:
    mark, size = _signed(statement, minor)
    return f"{mark}{day:%y%m%d}{statement.account.currency}{size}"


def _signed(statement: Statement, minor: int) -> tuple[str, str]:
    """Mark and amount; the amount always has its comma, also without decimals."""
    size = amounts([abs(minor)], statement.account.decimals)[0].replace(".", ",")
    return "D" if minor < 0 else "C", size if "," in size else f"{size},"
