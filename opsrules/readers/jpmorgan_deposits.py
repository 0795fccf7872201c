"""J.P. Morgan's deposit detail report (ACT-10): one row per transaction of a submission.

Amounts are signed and before fees, which the fee details report bills. A rejected transaction (``REJ``) moved no money:
it is set aside as not booked. Card and account numbers are not read.

Source: report sample published by J.P. Morgan Payments, seen. Action codes other than DP and RF are not verified.
"""

from __future__ import annotations

import pandas as pd

from opsrules.readers.delivery import Form, mapped, read_form
from opsrules.readers.header import recognises
from opsrules.readers.jpmorgan_columns import BRANDS, PROCESSOR, ZEROS, outside
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.parsed import Parsed
from opsrules.readers.processor_lines import line_shape
from opsrules.readers.table import Records
from opsrules.terms import LineKind, RejectReason

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "identify", "read"]

NAME = "jpmorgan_deposits"
KIND = "processor_lines"
CHECKED = "sample: the report that J.P. Morgan publishes"
NOT_VERIFIED = "action codes other than DP and RF"

LAYOUT = Layout(
    columns=(
        Column("currency", "Presentment Currency Code", Kind.CURRENCY, required=True),
        Column("gross_minor", "Amount", Kind.AMOUNT, required=True),
        Column("occurred", "Submission Date", Kind.INSTANT, required=True, filled=True, dates=Dates.MONTH_FIRST),
        Column("source_kind", "Merchant Action Code", Kind.KEY, required=True),
        Column("state", "Transaction Type Code", required=True),
        Column("order_id", "Merchant Order Number", required=True),
        Column("submission", "Submission Identifier", required=True),
        Column("number", "Record Number", required=True),
        Column("method", "Payment Method Code", required=True),
        Column("country", "Consumer Bank Country Code"),
    ),
    marks=(
        "Submission Identifier",
        "Merchant Order Number",
        "Merchant Action Code",
        "Interchange Qualification Code",
        "Total Interchange Amount",
        "Submission Date",
    ),
    blanks=ZEROS,
)

_KINDS = {
    "dp": LineKind.CHARGE,  # deposit
    "ac": LineKind.CHARGE,  # authorised and captured
    "rf": LineKind.REFUND,
}


def identify(head: Head) -> bool:
    """Whether the file is a deposit detail report of J.P. Morgan."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one report into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    """
    return read_form(source, FORM)


def _shaped(records: Records) -> Parsed:
    parsed = _lines(records)
    rejected = (parsed.rows["state"].str.strip() == "REJ").to_numpy(dtype=bool)
    title = records.titles["state"]
    parsed = parsed.without(rejected, RejectReason.NOT_BOOKED, title, stake="gross_minor", value="state")
    blank = records.lines[(records.column("gross_minor").str.strip() == "").to_numpy(dtype=bool)]
    missing = parsed.rows["source_line"].isin(blank).to_numpy(dtype=bool)
    title = records.titles["gross_minor"]
    return parsed.without(missing, RejectReason.AMOUNT_MISSING, title, stake="gross_minor")


def _finished(rows: pd.DataFrame, records: Records) -> pd.DataFrame:  # noqa: ARG001 - what every format is asked
    line = rows["submission"].str.strip() + "-" + rows["number"].str.strip()
    return rows.assign(line_id=line, card_brand=mapped(rows["method"], BRANDS, ""))


_lines = line_shape(LAYOUT, PROCESSOR, _KINDS, _finished)
FORM = Form(NAME, KIND, LAYOUT, _shaped, aside=outside)
