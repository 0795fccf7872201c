"""Bank and card transactions as QIF: ``!Type:Bank``, ``CCard``, ``Cash``, ``Oth A`` and ``Oth L``.

One row per transaction, of one account or of several behind ``!Account``. The file names no currency, so the account
must; how it writes days and amounts is found by the whole file, or declared. A transaction named Opening Balance is a
reject `NOT_BOOKED`: it moves nothing. Payee and description share one field (``P``): it stands in the counterparty and
in the text. Addresses and categories are not read. Splits must sum to their transaction: a control. Investments are
refused.

Source: Quicken Interchange Format as Intuit described it; ``D``, ``T``, ``P`` seen in a sample, the rest not verified.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from opsrules.errors import FileRefused
from opsrules.money import is_currency
from opsrules.readers.bank_lines import BankRecord, Claim, Fault, Format, deliver, one_text, squeezed
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.qif.records import Record, records_of
from opsrules.readers.qif.spelling import amount_of, day_of, decimal_of, orders_of
from opsrules.readers.streamed import Streamed, streamed
from opsrules.terms import RejectReason

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "Options", "identify", "read"]

NAME = "qif"
KIND = "bank_lines"
KNOWN_BY = "a section header, !Type: or !Account"
CHECKED = "sample: one file, of which only date, amount and payee are used; Intuit's description of the format"
NOT_VERIFIED = "accounts in one file, splits, other types than bank and card in files of others"

_FORMAT = Format(NAME, amount="T", currency="")
_OPENS = re.compile(r"\s*!(?:Type:|Account\b|Option:|Clear:)", re.IGNORECASE)
_ONCE = ("D", "T", "U", "P")  # twice means that the end of a record was lost


class Options(BaseModel):
    """What an account declares about a QIF file.

    Attributes
    ----------
    currency : str
        Currency of its amounts: the file names none.
    account : str
        The bank account's number where the file names no account; only its last four signs are shown.
    date_order : str
        ``mdy``, ``dmy`` or ``ymd``, where the days of the file do not tell.
    decimal : str
        Decimal sign, ``.`` or ``,``; found by content when left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: str = Field(default="", validate_default=True)
    account: str = ""
    date_order: Literal["", "mdy", "dmy", "ymd"] = ""
    decimal: Literal["", ".", ","] = ""

    @field_validator("currency")
    @classmethod
    def _is_a_currency(cls, code: str) -> str:
        if not code:
            raise ValueError("QIF names no currency: name the reader qif in the account's sources and write it there")
        if not is_currency(code):
            msg = f"{code!r} is no ISO 4217 currency; write one such as EUR"
            raise ValueError(msg)
        return code


def identify(head: Head) -> bool:
    """Whether the file begins with a section header of QIF."""
    return _OPENS.match(head.text) is not None


def read(source: Source) -> Read:
    """Read one QIF file into bank lines.

    Raises
    ------
    FileRefused
        If it holds investments or no transactions of an account, or if day and month cannot be told apart.
    ParameterError
        If the options are wrong, or do not name the currency.
    """
    options = checked(Options, source)
    content = streamed(source)
    days: dict[str, int] = {}
    decimal = decimal_of(_amounts(records_of(content), days), options.currency)
    spelled = _Spelled(options, options.date_order or _order(content.name, days), options.decimal or decimal)
    claims: list[Claim] = []
    return deliver(_FORMAT, content, _records(content, spelled, claims), claims)


def _amounts(found: Iterable[Record], days: dict[str, int]) -> Iterator[str]:
    """Give the amounts of all transactions, and note each of their days with the line where it stands first."""
    for one in found:
        days.setdefault(one.get("D"), one.line)
        for letter in ("T", "U", "$"):
            yield from one.all(letter)


def _records(content: Streamed, spelled: _Spelled, claims: list[Claim]) -> Iterator[BankRecord]:
    """Give what is delivered of each transaction, and note what its splits claim."""
    for one in records_of(content):
        record = spelled.record(one)
        yield record
        if claim := spelled.claim(one, record):
            claims.append(claim)


def _order(name: str, days: Mapping[str, int]) -> str:
    orders = orders_of(days)
    if len(orders) == 1:
        return orders[0]
    line = next(line for day, line in days.items() if len(orders_of([day])) != 1 or not orders)
    what = (
        "its days are written in two orders" if not orders else "day and month cannot be told apart in any of its days"
    )
    step = "name the reader qif in the account's sources, with the option date_order: mdy or dmy"
    raise FileRefused(f"{name}:{line}", what, step)


@dataclass(frozen=True)
class _Spelled:
    """How one file is written."""

    options: Options
    order: str
    decimal: str

    def record(self, one: Record) -> BankRecord:
        """What is delivered of a transaction."""
        shown = one.get("T") or one.get("U")
        memos = [*one.all("M"), *one.all("E")]
        return BankRecord(
            line=one.line,
            statement=0,
            account=one.account or self.options.account,
            currency=self.options.currency,
            amount=amount_of(shown, self.decimal) or "",
            shown=shown,
            booked_on=day_of(one.get("D"), self.order),
            counterparty=squeezed(one.get("P")),
            reference=squeezed(one.get("N")),
            text=one_text([one.get("P"), *memos]),
            fault=next(self._faults(one), None),
        )

    def claim(self, one: Record, record: BankRecord) -> Claim | None:
        """Splits = transaction, where each of the splits has its amount."""
        splits = [amount_of(text, self.decimal) or "" for text in one.all("$")]
        if record.fault or not splits or len(splits) != len(one.all("S")):
            return None
        return Claim("splits = transaction", one.line, record.currency, record.amount, tuple(splits))

    def _faults(self, one: Record) -> Iterator[Fault]:
        if damaged := next((letter for letter, text in one.fields if "\x00" in letter + text), None):
            yield Fault(RejectReason.NUL_BYTE, damaged.strip("\x00"))
        if not one.ended:
            yield Fault(RejectReason.ROW_CUT, "^")
        if twice := next((letter for letter in _ONCE if len(one.all(letter)) > 1), None):
            yield Fault(RejectReason.RECORD_UNREADABLE, twice, one.all(twice)[1])
        if one.get("P").casefold() == "opening balance":
            yield Fault(RejectReason.NOT_BOOKED, "P", one.get("P"))
        amounts = [(letter, text) for letter in ("T", "U") if (text := one.get(letter))]
        for letter, text in amounts:
            if amount_of(text, self.decimal) is None:
                yield Fault(RejectReason.AMOUNT_UNREADABLE, letter, text)
        if len({Decimal(amount_of(text, self.decimal) or 0) for _, text in amounts}) > 1:
            yield Fault(RejectReason.AMOUNT_INCONSISTENT, "U", one.get("U"))
        if not one.get("D"):
            yield Fault(RejectReason.TIME_MISSING, "D")
        elif day_of(one.get("D"), self.order) is None:
            yield Fault(RejectReason.TIME_UNREADABLE, "D", one.get("D"))
