"""What J.P. Morgan's (Paymentech's) reports share: the lines around their tables, spellings of nothing, brands.

Two lines stand above the header and one below the last row; they name the entity and the period. A zero may be written
``0E-8`` or ``0.00E+00``; other figures with an exponent are not read.

Source: report samples published by J.P. Morgan Payments, seen.
"""

from __future__ import annotations

from opsrules.readers.table import Records

__all__ = ["BRANDS", "PROCESSOR", "ZEROS", "outside"]

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


def outside(opened: Records) -> frozenset[int]:
    """Lines that are no records of the table: those that name the entity and the period."""
    lines = enumerate(opened.text.split("\n"), opened.first_line)
    return frozenset(number for number, line in lines if line.lstrip('"\ufeff').startswith(_STARTS))
