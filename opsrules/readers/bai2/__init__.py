"""Bank reports as BAI2: files, groups, accounts and transactions, with trailers that count and sum them.

One row per transaction (16), booked on its group's as-of day. Amounts are whole minor units without a sign, in the
currency of the account (03), else of its group (02), else USD. The type code gives the sign: 1xx to 3xx and 920 to 959
are credits, 4xx to 6xx and 960 to 999 debits. BAI gives no meaning to 7xx and 8xx, and codes below 100 or from 900 to
919 are states: such a transaction is a reject `VALUE_UNKNOWN`, unless the account's options say what its bank means by
the code. 890 tells something without money and is a reject `NOT_BOOKED`, as is all in a group that is a test or a
deletion; a correction is read like an update. Interim groups are marked ``intraday``.

Source: Cash Management Balance Reporting Specifications, version 2 (BAI, now ASC X9); ranges of type codes: Oracle JD
Edwards EnterpriseOne, "09/BA - BAI2 Transaction Types". Deletions, corrections, tests and interim groups are not seen
in samples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from pydantic import BaseModel, ConfigDict, model_validator

from opsrules.errors import FileRefused
from opsrules.money import CURRENCIES
from opsrules.readers.bai2.blocks import Block, blocks_of
from opsrules.readers.bai2.controls import currency_of, trailer_controls
from opsrules.readers.bai2.fields import Account, Group, Header, Transaction
from opsrules.readers.bai2.records import Record, records_of
from opsrules.readers.bank_lines import BankRecord, Claim, Fault, Format, cover, deliver
from opsrules.readers.model import Cover, Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.streamed import Streamed, streamed
from opsrules.terms import RejectReason

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "Options", "identify", "read"]

NAME = "bai2"
KIND = "bank_lines"
KNOWN_BY = "records 01 and 02"
CHECKED = "samples: reports of seven banks and tools; the published ranges of type codes"
NOT_VERIFIED = "deletions, corrections, tests and interim groups; a bank's own type codes, which the account declares"

_FORMAT = Format(NAME, amount="16 amount", currency="03 currency")
_OPENS = re.compile(r"\s*01,[^,\r\n]*,[^,\r\n]*,[0-9]{6},[^\r\n]*[\r\n]+(?:88,[^\r\n]*[\r\n]+)*02,")
_FIGURE = re.compile(r"([+-]?)([0-9]+)")
_UNSIGNED = re.compile(r"\+?[0-9]+")
_CODE = re.compile(r"[0-9]{3}")
_CREDITS, _DEBITS = (range(100, 400), range(920, 960)), (range(400, 700), range(960, 1000))
_NO_MONEY = "890"
_NOT_MEANT = ("2", "4")  # a deletion, a test
_INTERIM = ("1", "3")
_OPENING, _CLOSING = "010", "015"


class Options(BaseModel):
    """What an account may declare about its bank's own type codes.

    Attributes
    ----------
    credit_codes, debit_codes : tuple of str
        Type codes of three digits whose transactions are credits or debits, whatever BAI says of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    credit_codes: tuple[str, ...] = ()
    debit_codes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _are_codes(self) -> Options:
        if wrong := [one for one in (*self.credit_codes, *self.debit_codes) if not _CODE.fullmatch(one)]:
            msg = f"{wrong[0]!r} is no type code; write three digits such as '721'"
            raise ValueError(msg)
        if both := sorted({*self.credit_codes} & {*self.debit_codes}):
            msg = f"{both[0]!r} stands in credit_codes and in debit_codes; it can be one alone"
            raise ValueError(msg)
        return self

    def sign(self, code: str) -> str:
        """``+`` for a credit, ``-`` for a debit, "" when the code says neither."""
        if not _CODE.fullmatch(code):
            return ""
        if code in self.credit_codes or code in self.debit_codes:
            return "+" if code in self.credit_codes else "-"
        if any(int(code) in codes for codes in _CREDITS):
            return "+"
        return "-" if any(int(code) in codes for codes in _DEBITS) else ""


def identify(head: Head) -> bool:
    """Whether the file begins with a BAI2 file header (01) and a group (02)."""
    return _OPENS.match(head.text) is not None


def read(source: Source) -> Read:
    """Read one BAI2 file, of one account or many, into bank lines.

    Raises
    ------
    FileRefused
        If it is of another version, cut off, has a record where none may stand, or a balance or trailer that cannot be
        read.
    ParameterError
        If the options are wrong.
    """
    options = checked(Options, source)
    content = streamed(source)
    around = blocks_of(content)
    parts = list(_parts(content.name, around))
    claims = (claim for number, part in enumerate(parts) for claim in part.claims(number))
    covers = (one for part in parts for one in part.covers())
    read = deliver(_FORMAT, content, _records(content, parts, options), claims, covers)
    return replace(read, controls=(*read.controls, *trailer_controls(content.name, around)))


def _records(content: Streamed, parts: Sequence[_Part], options: Options) -> Iterator[BankRecord]:
    number = -1
    for record in records_of(content):
        if not record.code:
            yield _lost(record)
        elif record.code == "16":
            yield parts[number].record(number, record, options)
        number += record.code == "03"


def _lost(record: Record) -> BankRecord:
    fault = Fault(RejectReason.RECORD_UNREADABLE, "", record.parts[0].replace("\x00", ""))
    return BankRecord(record.line, -1, "", "", "", "", fault=fault)


@dataclass(frozen=True)
class _Part:
    """One account of one group: what its transactions need to be read."""

    block: Block
    group: Group
    longest: int

    @cached_property
    def account(self) -> Account:
        return Account.of(self.block.head)

    @cached_property
    def currency(self) -> str:
        return currency_of(self.account, self.group)

    @property
    def _is_interim(self) -> bool:
        return self.group.modifier in _INTERIM

    def covers(self) -> tuple[Cover, ...]:
        """The group's as-of day, when all of it is told."""
        told = not self._is_interim and self.group.status not in _NOT_MEANT
        return cover(self.account.number, None, _day(self.group.as_of)) if told else ()

    def record(self, number: int, record: Record, options: Options) -> BankRecord:
        one = Transaction.of(record, self.longest)
        sign = options.sign(one.code)
        return BankRecord(
            line=record.line,
            statement=number,
            account=self.account.number,
            currency=self.currency,
            amount=_decimal(one.amount, self.currency, sign),
            shown=one.amount,
            booked_on=_day(self.group.as_of),
            value_on=_day(one.value_on or ""),
            line_id=one.bank_reference,
            reference=one.customer_reference,
            text=one.text,
            flags="intraday" if self._is_interim else "",
            fault=next(self._faults(record, one, sign), None),
        )

    def _faults(self, record: Record, one: Transaction, sign: str) -> Iterator[Fault]:
        if record.has_zero_byte:
            yield Fault(RejectReason.NUL_BYTE, "16")
        if one.value_on is None:
            yield Fault(RejectReason.RECORD_UNREADABLE, "16 funds type")
        if self.group.status in _NOT_MEANT:
            yield Fault(RejectReason.NOT_BOOKED, "02 status", self.group.status)
        if not sign:
            reason = RejectReason.NOT_BOOKED if one.code == _NO_MONEY else RejectReason.VALUE_UNKNOWN
            yield Fault(reason, "16 type code", one.code)
        if one.amount and not _UNSIGNED.fullmatch(one.amount):
            yield Fault(RejectReason.AMOUNT_UNREADABLE, _FORMAT.amount, one.amount)
        if not self.group.as_of:
            yield Fault(RejectReason.TIME_MISSING, "02 as-of date")
        for name, text in (("02 as-of date", self.group.as_of), ("16 value date", one.value_on)):
            if text and _day(text) is None:
                yield Fault(RejectReason.TIME_UNREADABLE, name, text)

    def claims(self, number: int) -> Iterator[Claim]:
        """Opening + entries = closing, where the account gives one of each."""
        opening, closing = (
            [amount for code, amount in self.account.sums if code == wanted and amount]
            for wanted in (_OPENING, _CLOSING)
        )
        if len(opening) == len(closing) == 1:
            start, end = (_decimal(one, self.currency) for one in (opening[0], closing[0]))
            line = self.block.head.line
            yield Claim("opening + entries = closing", line, self.currency, end, (start,), number)


def _parts(name: str, around: Block) -> Iterator[_Part]:
    for file in around.inside:
        header = Header.of(file.head)
        if header.version not in ("2", ""):
            what = f"expected BAI version 2, got version {header.version[:20]!r}"
            raise FileRefused(f"{name}:{file.head.line}", what, "ask the bank for BAI2")
        for group in file.inside:
            for block in group.inside:
                yield _Part(block, Group.of(group.head), header.longest)


def _decimal(figure: str, currency: str, sign: str = "") -> str:
    """Minor units as decimal text with the sign in front; "" for what is no whole number."""
    found = _FIGURE.fullmatch(figure)
    if not found:
        return ""
    places = CURRENCIES.get(currency, 0)
    digits = found[2].rjust(places + 1, "0")
    return (sign or found[1]) + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def _day(text: str) -> date | None:
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:])) if re.fullmatch(r"[0-9]{6}", text) else None
    except ValueError:
        return None
