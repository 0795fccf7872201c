"""GoCardless's payout breakdown, transactions (CSV): one row per payment, refund or other item of one or more payouts.

``gross_amount`` and ``net_amount`` have their signs: what is taken back from a payout is negative. The fee is what is
missing between them, whatever the columns of fees say, so that surcharges and taxes are in it. The payout itself has no
row. Names and mails of customers are not read.

Source: support.gocardless.com, "Payout breakdown reports - Transactions", names and order of the columns; public code
that reads such a file; rows not verified.
"""

from __future__ import annotations

import pandas as pd

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.gocardless_columns import PROCESSOR, OrderOptions, order_column
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.processor_lines import line_shape
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.terms import LineKind

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "layout", "read"]

NAME = "gocardless_transactions"
KIND = "processor_lines"
CHECKED = "documentation: the columns of GoCardless' payout breakdown"
NOT_VERIFIED = "any row: the words for types and states, and the unit of the amounts, which the account may say"

Options = OrderOptions

_KINDS = {
    "payment": LineKind.CHARGE,
    "payments": LineKind.CHARGE,
    "refund": LineKind.REFUND,
    "refunds": LineKind.REFUND,
    "chargeback": LineKind.CHARGEBACK,
}


def layout(options: OrderOptions) -> Layout:
    """Columns of the export, with the one that the account says names the order."""
    return Layout(
        columns=(
            Column("currency", "currency", Kind.CURRENCY, required=True),
            Column("net_minor", "net_amount", Kind.AMOUNT, required=True, filled=True, minor=options.minor),
            Column("gross_minor", "gross_amount", Kind.AMOUNT, required=True, filled=True, minor=options.minor),
            Column("occurred", "resources.created_at", Kind.INSTANT, required=True, filled=True, dates=Dates.DAY_FIRST),
            Column("payout_day", "payouts.arrival_date", Kind.DAY, required=True, dates=Dates.DAY_FIRST),
            Column("source_kind", "resources.type", Kind.KEY, required=True),
            Column("state", "resources.status"),
            Column("payout_id", "payouts.id", Kind.KEY, required=True),
            Column("payment_id", "payments.id", required=True),
            Column("line_id", "refunds.id"),
            Column("description", "resources.description"),
            order_column(options, "payments.metadata."),
        ),
        marks=(
            "gross_amount",
            "gocardless_fees",
            "app_fees",
            "net_amount",
            "resources.type",
            "payouts.id",
            "payouts.arrival_date",
        ),
        local_styles=SPREADSHEET,
    )


LAYOUT = layout(Options())


def identify(head: Head) -> bool:
    """Whether the file is a payout breakdown of GoCardless by transactions."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one export into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    wanted = layout(checked(Options, source))
    return read_form(source, Form(NAME, KIND, wanted, line_shape(wanted, PROCESSOR, _KINDS, _finished)))


def _finished(rows: pd.DataFrame, records: Records) -> pd.DataFrame:  # noqa: ARG001 - what every format is asked
    """A payment that its customer's bank took back is a chargeback."""
    back = (rows["kind"] == LineKind.CHARGE) & (rows["gross_minor"] < 0)
    charged = back & (rows["state"].str.strip().str.lower() == "charged_back")
    return rows.assign(kind=rows["kind"].mask(charged, LineKind.CHARGEBACK.value))
