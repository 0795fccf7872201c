"""What stands in the records of a BAI2 file: fields, taken one after another across the lines of a record."""

from __future__ import annotations

import re
from dataclasses import dataclass

from opsrules.readers.bai2.records import Record
from opsrules.readers.bank_lines import squeezed

__all__ = ["FIGURE", "Account", "Group", "Header", "Trailer", "Transaction", "whole"]

FIGURE = re.compile(r"[+-]?0*[0-9]{1,15}")
"""Figures as long as an amount may be: thousands of them sum inside int64."""

_RECORD_SIGNS = 80  # length of a line where the file header gives none
_LENGTH = re.compile(r"0*[1-9][0-9]{0,3}")
_COUNT = re.compile(r"[0-9]{1,3}")
_CODE_SIGNS = 3  # each line begins with its code and a comma
_FUNDS = {"": 0, "Z": 0, "0": 0, "1": 0, "2": 0, "S": 3}  # fields behind a funds type, where their number is fixed


def whole(figure: str) -> int:
    """Figure as a number; 0 for what cannot be read, so that a sum with it fails."""
    return int(figure) if FIGURE.fullmatch(figure) else 0


class _Fields:
    def __init__(self, record: Record) -> None:
        self._left = list(record.parts)

    def __bool__(self) -> bool:
        return bool(self._left)

    def take(self) -> str:
        """The next field, "" when there is none."""
        if not self._left:
            return ""
        taken, comma, rest = self._left[0].partition(",")
        self._left[:1] = [rest] if comma else []
        return taken.strip()

    def some(self, count: int) -> list[str]:
        return [self.take() for _ in range(count)]

    def funds(self) -> str | None:
        """Value day of a funds type with all that belongs to it, "" where it has none; None for no known type."""
        kind = self.take().upper()
        if kind == "V":
            return self.some(2)[0]
        if kind == "D":
            buckets = self.take()
            if not _COUNT.fullmatch(buckets):
                return None
            self.some(2 * int(buckets))
            return ""
        if kind not in _FUNDS:
            return None
        self.some(_FUNDS[kind])
        return ""

    def text(self, longest: int) -> str:
        """All that is left; a line as long as a line may be was cut, mostly within a word: no blank follows it."""
        lines = (one if len(one) + _CODE_SIGNS >= longest else f"{one} " for one in self._left)
        return squeezed("".join(lines))


@dataclass(frozen=True)
class Header:
    """File header (01): its version, and how many signs a line may have."""

    version: str
    longest: int

    @classmethod
    def of(cls, record: Record) -> Header:
        """Read a file header."""
        *_, length, _, version = _Fields(record).some(8)
        return cls(version, int(length) if _LENGTH.fullmatch(length) else _RECORD_SIGNS)


@dataclass(frozen=True)
class Group:
    """Group (02): accounts of one bank as of one day.

    Attributes
    ----------
    status : str
        1 update, 2 deletion, 3 correction, 4 test.
    as_of : str
        YYMMDD.
    currency : str
    modifier : str
        1 and 3 interim, 2 and 4 final.
    """

    status: str
    as_of: str
    currency: str
    modifier: str

    @classmethod
    def of(cls, record: Record) -> Group:
        """Read a group."""
        _, _, status, as_of, _, currency, modifier = _Fields(record).some(7)
        return cls(status, as_of, currency.upper(), modifier)


@dataclass(frozen=True)
class Account:
    """Account (03).

    Attributes
    ----------
    number, currency : str
        The currency "" where it is that of the group.
    sums : tuple of (str, str)
        Type code and amount of each balance and total, in order; an amount may be "".
    """

    number: str
    currency: str
    sums: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, record: Record) -> Account:
        """Read an account; behind a funds type that nobody knows, the rest is not read."""
        fields = _Fields(record)
        number, currency = fields.some(2)
        sums = []
        while fields:
            code, amount, _ = fields.some(3)
            sums.append((code, amount))
            if fields.funds() is None:
                break
        return cls(number, currency.upper(), tuple(sums))


@dataclass(frozen=True)
class Transaction:
    """Transaction (16).

    Attributes
    ----------
    code : str
        Type code.
    amount : str
        Whole minor units, unsigned.
    value_on : str or None
        YYMMDD, "" for none; None when the funds type is none that is known, so that no field behind it can be told.
    bank_reference, customer_reference, text : str
    """

    code: str
    amount: str
    value_on: str | None
    bank_reference: str = ""
    customer_reference: str = ""
    text: str = ""

    @classmethod
    def of(cls, record: Record, longest: int) -> Transaction:
        """Read a transaction, in a file whose lines have up to `longest` signs."""
        fields = _Fields(record)
        code, amount = fields.some(2)
        value_on = fields.funds()
        if value_on is None:
            return cls(code, amount, None)
        bank, customer = fields.some(2)
        return cls(code, amount, value_on, bank, customer, fields.text(longest))


@dataclass(frozen=True)
class Trailer:
    """Trailer (49, 98, 99): control total, number of what is inside (98, 99 alone), number of lines; "" for none."""

    total: str
    inside: str
    lines: str

    @classmethod
    def of(cls, record: Record) -> Trailer:
        """Read a trailer."""
        fields = _Fields(record)
        total = fields.take()
        return cls(total, "" if record.code == "49" else fields.take(), fields.take())
