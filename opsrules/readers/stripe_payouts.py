"""Stripe's payouts, exported from the dashboard (CSV).

Amounts are in major units; times are in UTC. ``Destination Name`` and the bank account's digits are not read.

Source: header seen in samples; times to the minute there. Status words: docs.stripe.com, the payout object.
"""

from __future__ import annotations

from dataclasses import replace

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.processor_lines import payout_rows
from opsrules.readers.stripe_columns import PROCESSOR
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "stripe_payouts"
KIND = "payouts"
CHECKED = "sample: the header; Stripe's documentation of the payout object"
NOT_VERIFIED = "rows of a live account"

LAYOUT = Layout(
    columns=(
        Column("currency", "Currency", Kind.CURRENCY, required=True),
        Column("amount_minor", "Amount", Kind.AMOUNT, required=True, filled=True),
        Column(
            "sent_on",
            "Arrival Date (UTC)",
            Kind.DAY,
            aliases=("Arrival date (UTC)", "Arrival Date"),
            required=True,
            filled=True,
        ),
        Column("payout_id", "id", Kind.KEY, required=True),
        Column("status", "Status", Kind.KEY, required=True),
    ),
    marks=("Arrival Date (UTC)", "Source Type", "Destination", "Method", "Balance Transaction", "Statement Descriptor"),
    local_styles=SPREADSHEET,
)


class Options(LocalDates):
    """What an account may say about a payouts export."""


def identify(head: Head) -> bool:
    """Whether the file is a Stripe payouts export."""
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
    return read_form(source, replace(FORM, layout=checked(Options, source).dated(LAYOUT)))


def _shaped(records: Records) -> Parsed:
    parsed = parse(records, LAYOUT.columns, stake="amount_minor")
    rows = payout_rows(parsed.rows, PROCESSOR)
    return Parsed(rows.assign(status=rows["status"].str.strip().str.lower()), parsed.rejects)


FORM = Form(NAME, KIND, LAYOUT, _shaped)
