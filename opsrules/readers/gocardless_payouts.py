"""GoCardless's payouts, exported from the dashboard (CSV): one row per payout.

Amounts are read in major units unless the account says that they are minor ones, as the API writes them: nothing in
the file tells. What was taken as fees is not part of the amount and is not read.

Source: support.gocardless.com, "Payout reports", names of the columns; rows and the unit not verified.
"""

from __future__ import annotations

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.gocardless_columns import PROCESSOR, Options
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.processor_lines import payout_rows
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "layout", "read"]

NAME = "gocardless_payouts"
KIND = "payouts"
CHECKED = "documentation: the columns of GoCardless' payout reports"
NOT_VERIFIED = "any row, and the unit of the amounts, which the account may say"


def layout(options: Options) -> Layout:
    """Columns of the export."""
    return Layout(
        columns=(
            Column("currency", "currency", Kind.CURRENCY, required=True),
            Column("amount_minor", "amount", Kind.AMOUNT, required=True, filled=True, minor=options.minor),
            Column("sent_on", "arrival_date", Kind.DAY, required=True, filled=True, dates=Dates.DAY_FIRST),
            Column("payout_id", "id", Kind.KEY, required=True),
            Column("status", "status", Kind.KEY, required=True),
        ),
        marks=(
            "arrival_date",
            "transaction_fee_debit",
            "transaction_fee_credit",
            "app_fee_debit",
            "app_fee_credit",
            "total_payment_amount",
            "reference",
        ),
        local_styles=SPREADSHEET,
    )


LAYOUT = layout(Options())


def identify(head: Head) -> bool:
    """Whether the file is a payouts export of GoCardless."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one export into payouts.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    wanted = layout(checked(Options, source))
    return read_form(source, Form(NAME, KIND, wanted, lambda records: _shaped(records, wanted)))


def _shaped(records: Records, wanted: Layout) -> Parsed:
    parsed = parse(records, wanted.columns, stake="amount_minor")
    rows = payout_rows(parsed.rows, PROCESSOR)
    return Parsed(rows.assign(status=rows["status"].str.strip().str.lower()), parsed.rejects)
