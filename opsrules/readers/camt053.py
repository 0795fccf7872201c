"""Bank statements as ISO 20022 camt.053, versions .001.01 to .001.19 or without a namespace.

Opening balance + booked entries = closing balance is a control, by currency.

Source: ISO 20022 message definition report, bank-to-customer cash management, camt.053.001.02 and .08.
"""

from __future__ import annotations

from opsrules.readers import camt
from opsrules.readers.model import Head, Read, Source

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "identify", "read"]

NAME = camt.STATEMENT.reader
KIND = "bank_lines"
KNOWN_BY = "the root element BkToCstmrStmt"
CHECKED = (
    "samples: ten statements of versions .02, .03 and .08 and one without a namespace; the message definition report"
)
NOT_VERIFIED = "versions .01, .04 to .07 and above .08"


def identify(head: Head) -> bool:
    """Whether the file holds a bank-to-customer statement; other messages of the family do not."""
    return camt.holds(camt.STATEMENT, head)


def read(source: Source) -> Read:
    """Read one camt.053 file, of one account or many, into bank lines.

    Raises
    ------
    FileRefused
        If it is no well-formed camt.053, declares a document type, holds no statement or a balance that cannot be read.
    """
    return camt.read_message(camt.STATEMENT, source)
