"""PayPal's settlement report (STL): every transaction that moved money, day by day.

Totals of sections and of the report become controls.

Source: PayPal, Settlement Report Specification 9.0.5 (developer.paypal.com/reports/settlement); seen in samples.
"""

from __future__ import annotations

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.parsed import Parsed
from opsrules.readers.paypal import PROCESSOR
from opsrules.readers.paypal.envelope import counts, parting, totals
from opsrules.readers.paypal.records import COLUMNS, Options, lines, read_records
from opsrules.readers.table import Records

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "paypal_stl"
KIND = "processor_lines"
CHECKED = "samples: five reports, their footers cut down; PayPal's Settlement Report Specification 9.0.5"
NOT_VERIFIED = "how amounts in currencies without decimals are written; many event codes"

LAYOUT = Layout(
    columns=COLUMNS,
    marks=(
        "Transaction Event Code",
        "Transaction Completion Date",
        "Transaction Debit or Credit",
        "Gross Transaction Amount",
        "Gross Transaction Currency",
        "Fee Debit or Credit",
    ),
)

_OF_DETAIL = "Transactional Status"  # the transaction detail report has all columns of this one, and this beside them


def identify(head: Head) -> bool:
    """Whether the file is a settlement report."""
    return recognises(head, LAYOUT) and _OF_DETAIL not in head.text


def read(source: Source) -> Read:
    """Read one report into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    options = checked(Options, source)

    def shape(records: Records) -> Parsed:
        return lines(read_records(records, COLUMNS, options))

    form = Form(
        NAME,
        KIND,
        LAYOUT,
        shape,
        parting=parting,
        controls=lambda table, opened: (
            *totals(table, opened, source.name, options.scale),
            *counts((table,), opened, source.name),
        ),
    )
    return read_form(source, form)
