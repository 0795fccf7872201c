"""J.P. Morgan's fee details report: one row per fee of a transaction.

Fees are negative amounts in the settlement currency; the funds transfer they are taken from is the payout. Card numbers
are not read.

Source: report sample published by J.P. Morgan Payments, seen.
"""

from __future__ import annotations

import pandas as pd

from opsrules.readers.delivery import Form, mapped, read_form
from opsrules.readers.header import recognises
from opsrules.readers.jpmorgan_columns import BRANDS, PROCESSOR, ZEROS, outside
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import constant
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.processor_lines import line_shape
from opsrules.readers.table import Records
from opsrules.terms import LineKind

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "identify", "read"]

NAME = "jpmorgan_fees"
KIND = "processor_lines"
CHECKED = "sample: the report that J.P. Morgan publishes"
NOT_VERIFIED = "reports of a live account"

LAYOUT = Layout(
    columns=(
        Column("currency", "Settlement Currency Code", Kind.CURRENCY, required=True),
        Column("gross_minor", "Settled Total Fee Amount", Kind.AMOUNT, required=True),
        Column("occurred", "Activity Timestamp", Kind.INSTANT, required=True, filled=True, dates=Dates.MONTH_FIRST),
        Column("payout_day", "Funds Transfer Effective Timestamp", Kind.DAY, dates=Dates.MONTH_FIRST),
        Column("source_kind", "Charge Category Text", Kind.KEY, required=True),
        Column("description", "Fee Text", required=True),
        Column("order_id", "Merchant Order Number", required=True),
        Column("payout_id", "Fund Transfer Instruction Number", required=True),
        Column("method", "Payment Method Code"),
        Column("country", "Country of Issuance"),
    ),
    marks=(
        "Charge Category Text",
        "Fee Text",
        "Settled Total Fee Amount",
        "Presentment Total Fee Amount",
        "Unit Fee Amount",
        "Fund Transfer Instruction Number",
    ),
    blanks=ZEROS,
)


def identify(head: Head) -> bool:
    """Whether the file is a fee details report of J.P. Morgan."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one report into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    """
    return read_form(source, FORM)


def _finished(rows: pd.DataFrame, records: Records) -> pd.DataFrame:  # noqa: ARG001 - what every format is asked
    """All rows are fees, whatever their category is called."""
    return rows.assign(kind=constant(LineKind.FEE, rows.index), card_brand=mapped(rows["method"], BRANDS, ""))


FORM = Form(NAME, KIND, LAYOUT, line_shape(LAYOUT, PROCESSOR, {}, _finished), aside=outside)
