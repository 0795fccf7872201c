"""Bank statements as SWIFT MT940: one row per statement line (``:61:``).

Opening balance + lines = closing balance is a control of each statement.

Source: SWIFT Standards, category 9, MT 940 Customer Statement Message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from opsrules.errors import FileRefused
from opsrules.readers.bank_lines import Claim, Format, cover, deliver
from opsrules.readers.model import Cover, Head, Read, Source
from opsrules.readers.mt940_lines import (
    AGAIN,
    AMOUNT,
    SIGNS,
    Field,
    account_of,
    day_of,
    frames_of,
    plain,
    records_of,
)
from opsrules.readers.streamed import streamed

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "identify", "read"]

NAME = "mt940"
KIND = "bank_lines"
KNOWN_BY = "an opening balance, :60F: or :60M:"
CHECKED = "samples: statements of eleven banks and tools, and a file of returned direct debits; SWIFT's field rules"
NOT_VERIFIED = "what banks write in :86: in other ways than subfields, words between slashes or plain text"

_FORMAT = Format(NAME, amount=AMOUNT, currency=":60F: currency")
_OPENS = re.compile(r"(?:^|[\r\n]):60[FM]:[CD]\d{6}")
_BALANCE = re.compile(r"([CD])\d{6}([A-Z]{3})?(\d+(?:,\d*)?)\s*")


def identify(head: Head) -> bool:
    """Whether the file holds an opening balance as MT940 writes it; intraday reports (MT942) have none."""
    return _OPENS.search(head.text) is not None


def read(source: Source) -> Read:
    """Read one MT940 file, of one statement or many, into bank lines.

    Raises
    ------
    FileRefused
        If a statement lacks a balance (it is cut off, or an intraday report), has a balance that cannot be read, or no
        currency is known.
    """
    content = streamed(source)
    claims: list[Claim] = []
    covers: list[Cover] = []
    statements = frames_of(content)
    for number, fields in enumerate(statements):
        claims.append(_claim(content.name, number, fields))
        closed = next(day_of(field.text[1:7]) for field in fields if field.tag in ("62F", "62M"))
        covers += cover(account_of(fields), None, closed)
    records = records_of(content, statements, [claim.currency for claim in claims])
    return deliver(_FORMAT, content, records, claims, covers)


def _claim(name: str, number: int, fields: Sequence[Field]) -> Claim:
    """Opening + entries = closing; gives the statement its currency too."""
    opening, closing = (_balance(name, fields, tag) for tag in ("60", "62"))
    known = {code for _, _, code in (opening, closing) if code}
    if len(known) != 1:
        what = "the balances name two currencies" if known else "neither balance names a currency"
        raise FileRefused(f"{name}:{closing[0]}", what, "ask the bank for a statement with its currency")
    return Claim("opening + entries = closing", closing[0], known.pop(), closing[1], (opening[1],), number)


def _balance(name: str, fields: Sequence[Field], tag: str) -> tuple[int, str, str]:
    """Line, signed amount and currency of the one balance of that tag."""
    found = [field for field in fields if field.tag in (f"{tag}F", f"{tag}M")]
    place = f"{name}:{found[-1].line if found else fields[0].line}"
    if not found and any(field.tag in ("34F", "13D", "90C", "90D") for field in fields):
        raise FileRefused(
            place, "this is an intraday report (MT942), expected a statement (MT940)", "name its reader mt942"
        )
    if len(found) != 1:
        what = f"expected one balance :{tag}F: or :{tag}M: in the statement, got {len(found)}"
        raise FileRefused(place, what, f"the file may be cut off: {AGAIN}")
    read_balance = _BALANCE.fullmatch(found[0].text)
    if not read_balance:
        raise FileRefused(place, f"the balance :{found[0].tag}: cannot be read", AGAIN)
    mark, currency, figure = read_balance.groups()
    return found[0].line, SIGNS[mark] + plain(figure), currency or ""
