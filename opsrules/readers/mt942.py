"""Intraday reports as SWIFT MT942: one row per statement line (``:61:``).

They have no balances. Where the bank gives the sum of the debits (``:90D:``) and of the credits (``:90C:``), each is a
control. What a report tells comes again in the statement of the day: its rows are marked ``intraday``, so that none
counts twice.

Source: SWIFT Standards, category 9, MT 942 Interim Transaction Report; whether ``:90C:`` counts a reversed debit among
the credits is not verified.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from opsrules.errors import FileRefused
from opsrules.readers.bank_lines import BankRecord, Claim, Format, deliver
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.mt940_lines import AGAIN, AMOUNT, SIGNS, Field, frames_of, plain, records_of
from opsrules.readers.streamed import streamed

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "identify", "read"]

NAME = "mt942"
KIND = "bank_lines"
KNOWN_BY = "a floor limit, :34F:, and no opening balance"
CHECKED = "samples: two reports; SWIFT's field rules"
NOT_VERIFIED = "whether :90C: counts a reversed debit among the credits"

_FORMAT = Format(NAME, amount=AMOUNT, currency=":34F: currency")
_FLOOR = re.compile(r"(?:^|[\r\n]):34F:[A-Z]{3}[CD]?[0-9]")
_OPENS = re.compile(r"(?:^|[\r\n]):60[FM]:")
_CURRENCY = re.compile(r"([A-Z]{3})[CD]?[0-9].*")
_SUM = re.compile(r"[0-9]{1,5}([A-Z]{3})([0-9]+(?:,[0-9]*)?)")


def identify(head: Head) -> bool:
    """Whether the file holds a floor limit (``:34F:``) and no opening balance, which makes a statement (MT940)."""
    return _FLOOR.search(head.text) is not None and _OPENS.search(head.text) is None


def read(source: Source) -> Read:
    """Read one MT942 file, of one report or many, into bank lines.

    Raises
    ------
    FileRefused
        If a report is a statement (MT940), or no one currency is known for it.
    """
    content = streamed(source)
    reports = frames_of(content)
    currencies = [_currency(content.name, fields) for fields in reports]
    amounts: list[list[str]] = [[] for _ in reports]
    records = _noted(records_of(content, reports, currencies, flags="intraday"), amounts)
    claims = (claim for fields, noted in zip(reports, amounts, strict=True) for claim in _claims(fields, noted))
    return deliver(_FORMAT, content, records, claims)


def _noted(records: Iterable[BankRecord], amounts: Sequence[list[str]]) -> Iterator[BankRecord]:
    """Give the records on, and note the amounts of each report."""
    for record in records:
        amounts[record.statement].append(record.amount)
        yield record


def _currency(name: str, fields: Sequence[Field]) -> str:
    """The one currency of a report, from its floor limits."""
    place = f"{name}:{fields[0].line}"
    if any(field.tag in ("60F", "60M") for field in fields):
        raise FileRefused(place, "this is a statement (MT940), expected an intraday report (MT942)", AGAIN)
    found = {read[1] for field in fields if field.tag == "34F" and (read := _CURRENCY.fullmatch(field.text))}
    if len(found) != 1:
        what = f"expected floor limits (:34F:) in one currency, got {', '.join(sorted(found)) or 'none'}"
        raise FileRefused(place, what, f"the file may be cut off: {AGAIN}")
    return found.pop()


def _claims(fields: Sequence[Field], amounts: Sequence[str]) -> Iterator[Claim]:
    """Lines of one sign = the sum that the bank gives for them."""
    for field in fields:
        found = _SUM.fullmatch(field.text) if field.tag in ("90C", "90D") else None
        if found:
            sign = SIGNS[field.tag[-1]]
            parts = tuple(one for one in amounts if one.startswith(sign))
            yield Claim(f"lines = :{field.tag}:", field.line, found[1], sign + plain(found[2]), parts)
