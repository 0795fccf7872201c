"""Notifications of single debits and credits as ISO 20022 camt.054, versions .001.01 to .001.19 or without a namespace.

It has no balances. What it tells comes again in the statement of the day, often with less detail: its rows are marked
``notified``, so that none counts twice.

Source: ISO 20022 message definition report, bank-to-customer cash management, camt.054.001.02 and .08.
"""

from __future__ import annotations

from opsrules.readers import camt
from opsrules.readers.model import Head, Read, Source

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "identify", "read"]

NAME = camt.NOTIFICATION.reader
KIND = "bank_lines"
KNOWN_BY = "the root element BkToCstmrDbtCdtNtfctn"
CHECKED = "samples: versions .02 and .08; the message definition report"
NOT_VERIFIED = "other versions, and those without a namespace"


def identify(head: Head) -> bool:
    """Whether the file holds a debit and credit notification; other messages of the family do not."""
    return camt.holds(camt.NOTIFICATION, head)


def read(source: Source) -> Read:
    """Read one camt.054 file, of one account or many, into bank lines.

    Raises
    ------
    FileRefused
        If it is no well-formed camt.054, declares a document type or holds no notification.
    """
    return camt.read_message(camt.NOTIFICATION, source)
