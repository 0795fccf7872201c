"""What the readers of bank statements share: from records as the bank wrote them to rows, rejects and controls."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.errors import FileRefused
from opsrules.money import exponent, is_currency, parse_minor
from opsrules.privacy import truncated
from opsrules.readers.gathered import Gathered
from opsrules.readers.model import Control, Cover, Read
from opsrules.readers.rejects import Reject, rejected
from opsrules.readers.streamed import Streamed
from opsrules.schemas import BANK_LINES
from opsrules.terms import RejectReason

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["BankRecord", "Claim", "Fault", "Format", "cover", "deliver", "masked", "one_text", "squeezed"]

_AT_A_TIME = 1 << 13  # records that are held as such at once
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record cannot be used, with the source's own name of the field and what stands there."""

    reason: RejectReason
    column: str
    value: str = ""


@dataclass(frozen=True)
class Format:
    """A format's name and what it calls its amount and its currency."""

    reader: str
    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class BankRecord:
    """One line of a statement, its amount still text.

    Attributes
    ----------
    line : int
        1-based line of the file where the record starts.
    statement : int
        Number of the statement in the file, from 0: ties the record to its statement's balances.
    account : str
        Account number as the file gives it; only its last four signs are kept.
    currency, amount : str
        The amount as plain decimal text, signed: credits without a sign or with ``+``, debits with ``-``.
    shown : str
        The amount as the file writes it, for rejects.
    booked_on, value_on : date or None
    line_id, counterparty, reference, text : str
    flags : str
        ``intraday`` or ``notified`` when the bank says the line again in its statement; else "".
    fault : Fault or None
        What the reader found wrong with it; the amount and the currency are judged in `deliver`.
    """

    line: int
    statement: int
    account: str
    currency: str
    amount: str
    shown: str
    booked_on: date | None = None
    value_on: date | None = None
    line_id: str = ""
    counterparty: str = ""
    reference: str = ""
    text: str = ""
    flags: str = ""
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A sum that the file states: `parts`, and the rows of `statement` when one is named, make `total`.

    Attributes
    ----------
    name : str
        As the control is called.
    line : int
        Line of the total.
    currency, total : str
    parts : tuple of str
        Plain decimal texts, signed.
    statement : int or None
        Statement whose rows in `currency` belong to the sum.
    """

    name: str
    line: int
    currency: str
    total: str
    parts: tuple[str, ...]
    statement: int | None = None


def masked(account: str) -> str:
    """Account number with nothing but its last four signs; "" when there is none.

    Banks write the currency behind the number (``NL91ABNA0417164300EUR``); it is no part of it.

    Examples
    --------
    >>> masked("NL91 ABNA 0417 1643 00 EUR"), masked("9100"), masked(" ")
    ('****4300', '****9100', '')
    """
    plain = _BLANKS.sub("", account)
    if len(plain) > 7 and plain[-4].isdigit() and is_currency(plain[-3:]):
        plain = plain[:-3]
    return truncated(plain) if plain else ""


def squeezed(text: str) -> str:
    r"""Text with every run of blanks and line ends made one blank.

    Examples
    --------
    >>> squeezed("  Invoice\n  17 ")
    'Invoice 17'
    """
    return _BLANKS.sub(" ", text).strip()


def one_text(texts: Iterable[str], sign: str = " ") -> str:
    """Texts that are not blank, squeezed, each once, in their order.

    Examples
    --------
    >>> one_text(["Payout", " ", "po_1", "Payout"])
    'Payout po_1'
    """
    return sign.join(dict.fromkeys(plain for text in texts if (plain := squeezed(text))))


def cover(account: str, first: date | None, last: date | None) -> tuple[Cover, ...]:
    """Days of one account that a statement covers: the last alone where it does not say the first.

    Nothing where it does not say the last, or says a first after it.
    """
    if last is None or (first is not None and first > last):
        return ()
    return (Cover(masked(account), first or last, last),)


def deliver(
    file_format: Format,
    content: Streamed,
    records: Iterable[BankRecord],
    claims: Iterable[Claim] = (),
    covers: Iterable[Cover] = (),
) -> Read:
    """Rows, rejects and controls of one file: records = rows + rejects.

    Parameters
    ----------
    file_format : Format
    content : Streamed
    records : iterable of BankRecord
        In file order; it is gone through once.
    claims : iterable of Claim
        Each becomes a control over the rows that were read; it is gone through when all records are.
    covers : iterable of Cover

    Raises
    ------
    FileRefused
        If a balance of a statement cannot be read: nothing could then be held against the bank's own figure.
    """
    table, bad, count = Gathered(), list[Reject](), 0
    sums: defaultdict[tuple[int, str], int] = defaultdict(int)
    left = iter(records)
    while (some := list(islice(left, _AT_A_TIME))) or not count:
        minor, faults = _judged(file_format, some)
        kept = [number for number, fault in enumerate(faults) if fault is None]
        rows = [some[number] for number in kept]
        table.add(_table(file_format, content.name, rows, minor[kept] if kept else np.zeros(0, np.int64)))
        bad += [
            _reject(some[number], fault, int(minor[number])) for number, fault in enumerate(faults) if fault is not None
        ]
        for number in kept:
            sums[some[number].statement, some[number].currency] += int(minor[number])
        count += len(some)
        if not some:
            break
    return Read(
        reader=file_format.reader,
        kind="bank_lines",
        tables={"bank_lines": table.table()},
        rejects=rejected(bad, "bank_lines", file_format.reader, content.name),
        controls=tuple(_controls(content.name, claims, sums)),
        records=count,
        encoding=content.encoding,
        sha256=content.sha256,
        covers=tuple(dict.fromkeys(covers)),
    )


def _judged(file_format: Format, records: Sequence[BankRecord]) -> tuple[npt.NDArray[np.int64], list[Fault | None]]:
    """Amounts of records, and what is wrong with each."""
    minor, reasons = parse_minor(
        pd.Series([record.amount for record in records], dtype="str"),
        pd.Series([record.currency for record in records], dtype="str"),
    )
    return minor, [_fault(file_format, record, reason) for record, reason in zip(records, reasons, strict=True)]


def _fault(file_format: Format, record: BankRecord, reason: RejectReason | str) -> Fault | None:
    if record.fault is not None:
        return record.fault
    if not record.currency:
        return Fault(RejectReason.CURRENCY_MISSING, file_format.currency)
    if reason == RejectReason.CURRENCY_UNKNOWN:
        return Fault(RejectReason.CURRENCY_UNKNOWN, file_format.currency, record.currency)
    return Fault(RejectReason(reason), file_format.amount, record.shown) if reason else None


def _reject(record: BankRecord, fault: Fault, minor: int) -> Reject:
    currency = record.currency if is_currency(record.currency) else ""
    return Reject(record.line, fault.reason, fault.column, fault.value, currency, minor)


def _days(days: list[date | None]) -> Any:
    # Through numpy, not pandas: any year that a date can have must stay a day, not become an error.
    return np.array(days, dtype="datetime64[D]").astype("datetime64[us]")


def _table(file_format: Format, name: str, rows: list[BankRecord], minor: Any) -> pd.DataFrame:
    columns: dict[str, Any] = {
        "source": [file_format.reader] * len(rows),
        "bank_account": [masked(row.account) for row in rows],
        "line_id": [row.line_id for row in rows],
        "booked_on": _days([row.booked_on for row in rows]),
        "value_on": _days([row.value_on for row in rows]),
        "currency": [row.currency for row in rows],
        "amount_minor": minor,
        "counterparty": [row.counterparty for row in rows],
        "reference": [row.reference for row in rows],
        "text": [row.text for row in rows],
        "source_file": [name] * len(rows),
        "source_line": np.array([row.line for row in rows], dtype=np.int64),
        "flags": [row.flags for row in rows],
    }
    return pd.DataFrame(
        {
            column: pd.Series(columns[column], dtype="str" if isinstance(columns[column], list) else None)
            for column in BANK_LINES.columns
        }
    )


def _controls(name: str, claims: Iterable[Claim], sums: Mapping[tuple[int, str], int]) -> Iterator[Control]:
    """Each sum that the file states; `sums` are those of the rows, by statement and currency."""
    for _, figures in groupby(_figures(claims), key=itemgetter(0)):
        (_, claim, total, fault), *parts = figures
        if claim.statement is not None and (fault or any(reason for *_, reason in parts)):
            raise _unreadable(name, claim)
        # An entry whose own amount cannot be read is a reject already; a part that cannot be read makes the sum fail.
        if not fault:
            actual = sum(part for _, _, part, _ in parts)
            if claim.statement is not None:
                actual += sums.get((claim.statement, claim.currency), 0)
            yield Control(claim.name, f"{name}:{claim.line}", claim.currency, total, actual)


def _figures(claims: Iterable[Claim]) -> Iterator[tuple[int, Claim, int, RejectReason | str]]:
    """Give the total and the parts of each claim, with the claim's number: minor units, and what is wrong with them."""
    left = ((*one, text) for one in enumerate(claims) for text in (one[1].total, *one[1].parts))
    while some := list(islice(left, _AT_A_TIME)):
        read, reasons = parse_minor(
            pd.Series([text for _, _, text in some], dtype="str"),
            pd.Series([claim.currency for _, claim, _ in some], dtype="str"),
        )
        for (number, claim, _), minor, reason in zip(some, read, reasons, strict=True):
            yield number, claim, int(minor), reason


def _unreadable(name: str, claim: Claim) -> FileRefused:
    places = f"{exponent(claim.currency)} decimals" if is_currency(claim.currency) else "a known currency"
    return FileRefused(
        f"{name}:{claim.line}",
        f"an opening or closing balance cannot be read, expected an amount with {places}",
        "download the statement again",
    )
