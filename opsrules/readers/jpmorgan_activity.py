"""J.P. Morgan's financial activity summary: one row per day, presentment currency and settlement currency.

All figures but the conveyed deposits are in the settlement currency, costs negative, and ``Net Financial Activity`` is
the sum of deposits, chargebacks, fees, adjustments, withholding and reserve on every row. A row becomes one line: its
net is that sum, its fee both columns of fees, its gross the rest. Where the gross is more than deposits, the line is of
kind ``other``. What was transferred and the balances are not read.

These are sums of what the deposit detail and fee details reports list. Their processor is ``jpmorgan_activity``, so
that an account which has both chooses one and no sale counts twice.

Source: report sample published by J.P. Morgan Payments, seen; its rows have no chargebacks, adjustments or reserve.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.jpmorgan_columns import ZEROS, outside
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import constant
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.processor_lines import consistent
from opsrules.readers.table import Records
from opsrules.terms import LineKind

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "identify", "read"]

NAME = "jpmorgan_activity"
KIND = "processor_lines"
PROCESSOR = "jpmorgan_activity"
CHECKED = "sample: the report that J.P. Morgan publishes"
NOT_VERIFIED = "rows with chargebacks, adjustments, withholding or reserve"

_NET = "Net Financial Activity"
_FEES = {"interchange": "Interchange & Assessment Fees", "processing": "Processing Fees"}
_MOVED = {
    "chargebacks": "Chargeback/ECPReturns/Debit Adjustments",
    "adjusted": "Other Adjustments",
    "withheld": "Backup With Holding Adjustments",
    "reserved": "Reserve Adjustments",
}

LAYOUT = Layout(
    columns=(
        Column("currency", "Settlement Currency Code", Kind.CURRENCY, required=True),
        Column("net_minor", _NET, Kind.AMOUNT, required=True, filled=True),
        Column("deposits", "Net Settled Deposits in Settlement Currency", Kind.AMOUNT, required=True),
        *(Column(target, name, Kind.AMOUNT, required=True) for target, name in (_FEES | _MOVED).items()),
        Column("occurred", "Reporting Date", Kind.INSTANT, required=True, filled=True, dates=Dates.MONTH_FIRST),
        Column("description", "Presentment Currency Code", required=True),
    ),
    marks=(
        "Reporting Date",
        "Net Conveyed Deposits",
        "Net Settled Deposits",
        _NET,
        "Effective Transfers",
        "Daily Ending Balance",
    ),
    blanks=ZEROS,
)


def identify(head: Head) -> bool:
    """Whether the file is a financial activity summary of J.P. Morgan."""
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
    parsed = parse(records, LAYOUT.columns, stake="net_minor")
    rows = parsed.rows
    moved = rows[list(_MOVED)]
    alone = (moved == 0).all(axis="columns")
    lines = rows.assign(
        processor=constant(PROCESSOR, rows.index),
        kind=pd.Series(np.where(alone, LineKind.CHARGE.value, LineKind.OTHER.value), rows.index, dtype="str"),
        source_kind=constant(_NET, rows.index),
        gross_minor=rows["deposits"] + moved.sum(axis="columns"),
        fee_minor=-rows[list(_FEES)].sum(axis="columns"),
    )
    return consistent(Parsed(lines, parsed.rejects), records.titles["net_minor"])


FORM = Form(NAME, KIND, LAYOUT, _shaped, aside=outside)
