"""Intraday reports of an account as ISO 20022 camt.052, versions .001.01 to .001.19 or without a namespace.

What it tells comes again in the statement of the day: its rows are marked ``intraday``, so that none counts twice.

Source: ISO 20022 message definition report, bank-to-customer cash management, camt.052.001.06 and .08.
"""

from __future__ import annotations

from opsrules.readers import camt
from opsrules.readers.model import Head, Read, Source

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "identify", "read"]

NAME = camt.REPORT.reader
KIND = "bank_lines"
KNOWN_BY = "the root element BkToCstmrAcctRpt"
CHECKED = "samples: versions .06 and .08; the message definition report"
NOT_VERIFIED = "other versions, and those without a namespace"


def identify(head: Head) -> bool:
    """Whether the file holds an intraday report; other messages of the family do not."""
    return camt.holds(camt.REPORT, head)


def read(source: Source) -> Read:
    """Read one camt.052 file, of one account or many, into bank lines.

    Raises
    ------
    FileRefused
        If it is no well-formed camt.052, declares a document type, holds no report or a balance that cannot be read.
    """
    return camt.read_message(camt.REPORT, source)
