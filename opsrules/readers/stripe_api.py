"""Stripe's API objects as JSON: balance transactions, charges, refunds, disputes, invoices, subscriptions, payouts.

Lists as the API answers them, pages one after the other, one object a line, or one object
of each kind under ``resources``. Amounts are whole minor units, times are seconds since 1970, currencies in lower case.
A balance transaction does not name its payout; the payout's own line does. Names and addresses are never read.

Source: docs.stripe.com/api; one object of each kind seen in samples.
"""

from __future__ import annotations

from opsrules.readers.json_objects import Format, read_objects, recognised
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.stripe_columns import PROCESSOR, Options
from opsrules.readers.stripe_objects import shapes

__all__ = ["CHECKED", "KIND", "KNOWN_BY", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "stripe_api"
KIND = "processor_lines"
KNOWN_BY = "the objects' names"
CHECKED = "samples: one object of each kind from Stripe's own fixtures; Stripe's API reference"
NOT_VERIFIED = "lists of a live account; older versions of the API"


def _format(options: Options) -> Format:
    return Format(NAME, shapes(options), naming="object", wrappers=("list", "search_result"))


_ANY = _format(Options())


def identify(head: Head) -> bool:
    """Whether the file holds objects of Stripe's API."""
    return recognised(head, _ANY)


def read(source: Source) -> Read:
    """Read one file into the tables of its objects.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    return read_objects(source, _format(checked(Options, source)))
