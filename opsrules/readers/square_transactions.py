"""Square's transactions export (CSV): one row per payment or refund.

``Fees`` are negative and ``Net Total`` = ``Total Collected`` + ``Fees`` on every row. Date, time and zone stand in
three columns, the zone in words (``Eastern Time (US & Canada)``). A refund repeats the sale's ``Transaction ID`` under
a payment id of its own. The file names no currency: the account does. Names of staff and buyers are not read.

Source: headers of 2017 and 2026 seen in samples, rows of 2026 alone; the deposit's columns: knowledge of the trade, not
verified. Names of the zones: Ruby on Rails, ActiveSupport::TimeZone.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import InOneCurrency, LocalDates, checked
from opsrules.readers.processor_lines import line_shape
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.terms import LineKind

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "layout", "read"]

NAME = "square_transactions"
KIND = "processor_lines"
PROCESSOR = "square"
CHECKED = "samples: headers of 2017 and 2026, rows of 2026"
NOT_VERIFIED = "the columns of deposits"

_KINDS = {
    "payment": LineKind.CHARGE,
    "refund": LineKind.REFUND,
    "chargeback": LineKind.CHARGEBACK,
    "dispute": LineKind.CHARGEBACK,
    "chargeback_reversal": LineKind.CHARGEBACK_REVERSAL,
}
_ZONES = {
    "Eastern Time (US & Canada)": "America/New_York",
    "Central Time (US & Canada)": "America/Chicago",
    "Mountain Time (US & Canada)": "America/Denver",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Indiana (East)": "America/Indiana/Indianapolis",
    "Atlantic Time (Canada)": "America/Halifax",
    "Newfoundland": "America/St_Johns",
    "Saskatchewan": "America/Regina",
    "Arizona": "America/Phoenix",
    "Alaska": "America/Juneau",
    "Hawaii": "Pacific/Honolulu",
    "Puerto Rico": "America/Puerto_Rico",
    "London": "Europe/London",
    "Edinburgh": "Europe/London",
    "Dublin": "Europe/Dublin",
    "Paris": "Europe/Paris",
    "Madrid": "Europe/Madrid",
    "Tokyo": "Asia/Tokyo",
    "Osaka": "Asia/Tokyo",
    "Sydney": "Australia/Sydney",
    "Melbourne": "Australia/Melbourne",
    "Canberra": "Australia/Melbourne",
    "Hobart": "Australia/Hobart",
    "Brisbane": "Australia/Brisbane",
    "Adelaide": "Australia/Adelaide",
    "Darwin": "Australia/Darwin",
    "Perth": "Australia/Perth",
}
_TENDERS = {"card": "Card", "cash": "Cash", "gift_card": "Square Gift Card", "other": "Other Tender"}


class Options(InOneCurrency, LocalDates):
    """What an account says about the export."""


def layout(options: Options) -> Layout:
    """Columns of the export."""
    return Layout(
        columns=(
            Column("net_minor", "Net Total", Kind.AMOUNT, required=True, filled=True),
            Column("gross_minor", "Total Collected", Kind.AMOUNT, required=True, filled=True),
            Column("fee_minor", "Fees", Kind.AMOUNT, required=True, negate=True),
            *(Column(f"{tender}_minor", name, Kind.AMOUNT) for tender, name in _TENDERS.items()),
            Column("occurred", "Date", Kind.INSTANT, required=True, filled=True, dates=options.dates),
            Column("time", "Time", required=True),
            Column("zone", "Time Zone", required=True),
            Column("source_kind", "Event Type", Kind.KEY, required=True),
            Column("payment_id", "Transaction ID", Kind.KEY, required=True),
            Column("line_id", "Payment ID", required=True),
            Column("payout_id", "Deposit ID"),
            Column("payout_day", "Deposit Date", Kind.DAY, dates=options.dates),
            Column("card_brand", "Card Brand"),
            Column("description", "Description"),
        ),
        marks=("Gross Sales", "Net Sales", "Total Collected", "Net Total", "Fees", "Event Type", "Payment ID"),
        local_styles=SPREADSHEET,
        currency=options.currency,
    )


LAYOUT = layout(Options(currency="USD"))


def identify(head: Head) -> bool:
    """Whether the file is a Square transactions export."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one export into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong, or say no currency.
    """
    wanted = layout(checked(Options, source))
    shape = line_shape(wanted, PROCESSOR, _KINDS, _finished)
    return read_form(source, Form(NAME, KIND, wanted, lambda records: shape(_timed(records))))


def _timed(records: Records) -> Records:
    """Put date, time and zone into one cell, the zone by its IANA name."""
    zone = records.column("zone").str.strip()
    known = replace(records, cells=records.cells.assign(zone=zone.replace(_ZONES)))
    return known.joined("occurred", "time", "zone")


def _finished(rows: pd.DataFrame, records: Records) -> pd.DataFrame:  # noqa: ARG001 - what every format is asked
    method = pd.Series("", rows.index, dtype="str")
    for tender in _TENDERS:
        method = method.mask((method == "") & (rows[f"{tender}_minor"] != 0), tender)
    return rows.assign(method=method)
