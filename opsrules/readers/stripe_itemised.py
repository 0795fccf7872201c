"""Stripe's itemised reports: payout reconciliation, balance change from activity, ending balance.

Whoever asks for the report chooses its columns and their order. ``*_utc`` columns are in UTC; the same columns without
it are in the zone the report was run in. A fee is a positive cost; a row that is itself a fee is a negative gross.

Source: docs.stripe.com/reports/report-types/payout-reconciliation.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from opsrules.readers import stripe_columns
from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import LocalDates, Zoned, checked
from opsrules.readers.processor_lines import line_shape
from opsrules.readers.stripe_columns import CATEGORIES, PROCESSOR, order_column
from opsrules.readers.table import Records
from opsrules.terms import LineKind

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "layout", "read"]

NAME = "stripe_itemised"
KIND = "processor_lines"
CHECKED = "sample: a payout reconciliation of seven lines; Stripe's list of the reports' columns"
NOT_VERIFIED = "reports with decimal commas; ending balance and balance change reports of a live account"


class Options(stripe_columns.Options, Zoned, LocalDates):
    """What an account may say about an itemised report; its zone is the one in which it was run."""


def layout(options: Options) -> Layout:
    """Columns of the report, with the one that the account says names the order."""
    return Layout(
        columns=(
            Column("currency", "currency", Kind.CURRENCY, required=True),
            Column("net_minor", "net", Kind.AMOUNT, required=True, filled=True),
            Column("gross_minor", "gross", Kind.AMOUNT, required=True, filled=True),
            Column("fee_minor", "fee", Kind.AMOUNT, required=True, filled=True),
            Column(
                "occurred",
                "created_utc",
                Kind.INSTANT,
                aliases=("created",),
                required=True,
                filled=True,
                utc=("created_utc",),
            ),
            Column("line_id", "balance_transaction_id", Kind.KEY, required=True),
            Column("source_kind", "reporting_category", Kind.KEY, required=True),
            order_column(options, "payment_metadata[{}]"),
            Column("charge_id", "charge_id"),
            Column("payment_intent_id", "payment_intent_id"),
            Column("source_id", "source_id"),
            Column("payout_id", "automatic_payout_id"),
            Column(
                "payout_day",
                "automatic_payout_effective_at_utc",
                Kind.DAY,
                aliases=("automatic_payout_effective_at",),
            ),
            Column("available_on", "available_on_utc", Kind.DAY, aliases=("available_on",)),
            Column("method", "payment_method_type"),
            Column("card_brand", "card_brand"),
            Column("country", "card_country"),
            Column("description", "description"),
        ),
        marks=("balance_transaction_id", "reporting_category", "currency", "gross", "fee", "net"),
    )


LAYOUT = layout(Options())


def identify(head: Head) -> bool:
    """Whether the file is an itemised Stripe report."""
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
    options = checked(Options, source)
    wanted = options.dated(layout(options))
    form = Form(NAME, KIND, wanted, line_shape(wanted, PROCESSOR, CATEGORIES, _finished))
    return read_form(replace(source, zone=options.zone or source.zone), form)


def _finished(rows: pd.DataFrame, records: Records) -> pd.DataFrame:  # noqa: ARG001 - what every format is asked
    rows = rows.assign(payment_id=rows["charge_id"].where(rows["charge_id"] != "", rows["payment_intent_id"]))
    own = rows["kind"] == LineKind.PAYOUT
    if not own.any():
        return rows
    return rows.assign(
        # A payout that Stripe did not make by itself is linked to no line, but its own row names it.
        payout_id=rows["payout_id"].where(~own | (rows["payout_id"] != ""), rows["source_id"]),
        payout_day=rows["payout_day"].where(~own | rows["payout_day"].notna(), rows["available_on"]),
    )
