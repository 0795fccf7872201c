"""What J.P. Morgan's (Paymentech's) reports share: the lines around their tables, spellings of nothing, brands.

Two lines stand above the header and one below the last row; they name the entity and the period. A zero may be written
``0E-8`` or ``0.00E+00``; other figures with an exponent are not read.

Source: report samples published by J.P. Morgan Payments, seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from opsrules.readers.table import Records

__all__ = ["BRANDS", "PROCESSOR", "ZEROS", "lines_with", "outside"]

PROCESSOR = "jpmorgan"

ZEROS = ("0E-8", "0.00E+00", "0E+00")
"""Zeros with an exponent; as blanks they are read as 0."""

BRANDS = {
    "vi": "visa",
    "cz": "visa",
    "mc": "mastercard",
    "mt": "maestro",
    "di": "discover",
    "ax": "american_express",
    "jc": "jcb",
}
"""Payment method codes to brands; others, such as debit networks, are none.

Source: codes seen in samples; ``CZ`` by the issuer range beside it.
"""

_STARTS = ("BEGIN,", "END,", "EntityId=", "EntityIdentifier=", "ProcessingEntityId=")
_BEFORE = '"\ufeff'


def outside(opened: Records) -> frozenset[int]:
    """Lines that are no records of the table: those that name the entity and the period."""
    return lines_with(opened.text, _STARTS, opened.first_line)


def lines_with(text: str, starts: tuple[str, ...], first_line: int) -> frozenset[int]:
    """Numbers of the lines that begin with one of these texts, in quotes or without; `text` begins in `first_line`."""
    at = sorted(one for start in starts for one in _line_starts(text, start))
    found: list[int] = []
    before, number = 0, first_line
    for one in at:
        number += text.count("\n", before, one)
        before = one
        found.append(number)
    return frozenset(found)


def _line_starts(text: str, start: str) -> Iterator[int]:
    """Give the offsets where lines have that text at their beginning: nearly none, so that most are never cut out."""
    at = text.find(start)
    while at >= 0:
        first = at
        while first and text[first - 1] in _BEFORE:
            first -= 1
        if not first or text[first - 1] == "\n":
            yield at
        at = text.find(start, at + len(start))
