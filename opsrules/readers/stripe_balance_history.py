"""Stripe's balance history, exported from the dashboard (CSV).

Times are in UTC and without seconds. A dispute is an ``adjustment`` that only its description tells apart. Lines name
their payout in ``Transfer``, a column that not every export has; a payout's own row has its id in ``Source``.

Source: the columns of the dashboard's export; types of lines from Stripe's API reference.
"""

from __future__ import annotations

import pandas as pd

from opsrules.readers import stripe_columns
from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.processor_lines import line_shape
from opsrules.readers.stripe_columns import PROCESSOR, TYPES, order_column, with_disputes
from opsrules.readers.table import Records
from opsrules.terms import LineKind

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "layout", "read"]

NAME = "stripe_balance_history"
KIND = "processor_lines"
CHECKED = "documentation: the columns as Stripe's dashboard names them; no sample was at hand"
NOT_VERIFIED = "any real file; exports without the column Transfer"

_CREATED = "Created (UTC)"


class Options(stripe_columns.Options, LocalDates):
    """What an account may say about a balance history."""


def layout(options: Options) -> Layout:
    """Columns of the export, with the one that the account says names the order."""
    return Layout(
        columns=(
            Column("currency", "Currency", Kind.CURRENCY, required=True),
            Column("net_minor", "Net", Kind.AMOUNT, required=True, filled=True),
            Column("gross_minor", "Amount", Kind.AMOUNT, required=True, filled=True),
            Column("fee_minor", "Fee", Kind.AMOUNT, required=True, filled=True),
            Column("occurred", _CREATED, Kind.INSTANT, required=True, filled=True, utc=(_CREATED,)),
            Column("line_id", "id", Kind.KEY, required=True),
            Column("source_kind", "Type", Kind.KEY, required=True),
            Column("payment_id", "Source", required=True),
            order_column(options, "{} (metadata)"),
            Column("payout_id", "Transfer"),
            Column("payout_day", "Transfer Date (UTC)", Kind.DAY),
            Column("available_on", "Available On (UTC)", Kind.DAY, required=True),
            Column("description", "Description"),
        ),
        marks=("Type", "Source", "Amount", "Fee", "Net", "Created (UTC)", "Available On (UTC)"),
    )


LAYOUT = layout(Options())


def identify(head: Head) -> bool:
    """Whether the file is a Stripe balance history."""
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
    options = checked(Options, source)
    wanted = options.dated(layout(options))
    return read_form(source, Form(NAME, KIND, wanted, line_shape(wanted, PROCESSOR, TYPES, _finished)))


def _finished(rows: pd.DataFrame, records: Records) -> pd.DataFrame:  # noqa: ARG001 - what every format is asked
    own = rows["kind"] == LineKind.PAYOUT
    return rows.assign(
        kind=with_disputes(rows["kind"], rows),
        payout_id=rows["payout_id"].where(~own, rows["payment_id"]),
        payout_day=rows["payout_day"].where(~own | rows["payout_day"].notna(), rows["available_on"]),
        payment_id=rows["payment_id"].where(~own, ""),
    )
