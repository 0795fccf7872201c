"""Walmart Marketplace's legacy reconciliation report: one wide row per sale, refund or adjustment.

``Payable to Partner from Sale`` is the net; the commission lies between gross and net, a cost where the net is paid and
given back where it is taken, whichever sign the file writes. The report names no currency; Walmart.com pays in USD.
Where it ships to is not read.

Source: header seen in a sample; rows not verified. developer.walmart.com/us-marketplace/docs/recon-report-legacy.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import InOneCurrency, checked
from opsrules.readers.processor_lines import line_shape
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.terms import LineKind

__all__ = [
    "CHECKED",
    "KIND",
    "KINDS",
    "LAYOUT",
    "NAME",
    "NOT_VERIFIED",
    "PROCESSOR",
    "Options",
    "identify",
    "layout",
    "read",
]

NAME = "walmart_recon"
KIND = "processor_lines"
PROCESSOR = "walmart"
CHECKED = "sample: the header of 67 columns"
NOT_VERIFIED = "rows of a live account"

KINDS = {
    "sale": LineKind.CHARGE,
    "sales": LineKind.CHARGE,
    "order": LineKind.CHARGE,
    "refund": LineKind.REFUND,
    "refunded": LineKind.REFUND,
    "return": LineKind.REFUND,
    "adjustment": LineKind.ADJUSTMENT,
    "adjmnt": LineKind.ADJUSTMENT,
    "dispute_settlement": LineKind.ADJUSTMENT,
    "service_fee": LineKind.FEE,
    "fee": LineKind.FEE,
    "deposit": LineKind.RESERVE,
    "reserve": LineKind.RESERVE,
    "paymentsummary": LineKind.PAYOUT,
    "payment_summary": LineKind.PAYOUT,
}
"""Transaction types of both reports; others are `LineKind.OTHER`. Source: knowledge of the trade, not verified."""


class Options(InOneCurrency):
    """What an account may say about the report."""

    currency: str = "USD"


def layout(options: Options) -> Layout:
    """Columns of the report."""
    return Layout(
        columns=(
            Column("net_minor", "Payable to Partner from Sale", Kind.AMOUNT, required=True, filled=True),
            Column("commission_minor", "Commission from Sale", Kind.AMOUNT, required=True),
            Column(
                "occurred",
                "Transaction Date Time",
                Kind.INSTANT,
                aliases=("Transaction Date",),
                required=True,
                filled=True,
                dates=Dates.MONTH_FIRST,
            ),
            Column("source_kind", "Transaction Type", Kind.KEY, required=True),
            Column("order_id", "Walmart.com Order #", required=True),
            Column("payment_id", "Walmart.com PO #", required=True),
            Column("description", "Adjustment Description"),
        ),
        marks=(
            "Walmart.com Order #",
            "Walmart.com PO #",
            "Partner Order #",
            "Payable to Partner from Sale",
            "Commission from Sale",
            "Gross Sales Revenue",
        ),
        local_styles=SPREADSHEET,
        currency=options.currency,
    )


LAYOUT = layout(Options())


def identify(head: Head) -> bool:
    """Whether the file is a legacy reconciliation report of Walmart."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one report into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    wanted = layout(checked(Options, source))
    return read_form(source, Form(NAME, KIND, wanted, line_shape(wanted, PROCESSOR, KINDS, _finished)))


def _finished(rows: pd.DataFrame, records: Records) -> pd.DataFrame:  # noqa: ARG001 - what every format is asked
    return rows.assign(fee_minor=rows["commission_minor"].abs() * np.sign(rows["net_minor"]).astype("int64"))
