"""Checkout.com's settlement breakdown: one row per movement of a payout, the payout's own row included.

Gross and net in the holding currency are signed; what lies between is the fee, tax and scheme costs included. Times
have no zone: they are in the settlement time zone of the entity, which the account states unless it is its own.

Source: header seen; checkout.com/docs/funds-management/retrieve-financial-reports, settlement breakdown report and
breakdown types. Rows not verified.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import Zoned, checked
from opsrules.readers.processor_lines import line_shape, payout_controls
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.terms import LineKind

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "checkout_settlement"
KIND = "processor_lines"
PROCESSOR = "checkout"
CHECKED = "documentation: Checkout.com's report and its breakdown types; its header"
NOT_VERIFIED = "rows of a live account"

Options = Zoned

LAYOUT = Layout(
    columns=(
        Column("currency", "Holding Currency", Kind.CURRENCY, required=True),
        Column("net_minor", "Net In Holding Currency", Kind.AMOUNT, required=True, filled=True),
        Column("gross_minor", "Gross In Holding Currency", Kind.AMOUNT, required=True),
        Column("occurred", "Processed On", Kind.INSTANT, required=True, filled=True, dates=Dates.DAY_FIRST),
        Column("available_on", "Available On", Kind.DAY, dates=Dates.DAY_FIRST),
        Column("source_kind", "Type", Kind.KEY, ("Breakdown Type",), required=True),
        Column("payment_id", "Payment ID", required=True),
        Column("order_id", "Reference", required=True),
        Column("payout_id", "Payout ID", required=True),
        Column("method", "Payment Method"),
    ),
    marks=(
        "Net In Holding Currency",
        "Gross In Holding Currency",
        "Holding Currency",
        "Payout ID",
        "Processed On",
        "Processing Currency",
    ),
    local_styles=SPREADSHEET,
)

_KINDS = {
    "charge": LineKind.CHARGE,
    "capture": LineKind.CHARGE,
    "payment": LineKind.CHARGE,
    "refund": LineKind.REFUND,
    "refund_reversal": LineKind.REFUND_FAILURE,
    "refund_declined": LineKind.REFUND_FAILURE,
    "chargeback": LineKind.CHARGEBACK,
    "second_chargeback": LineKind.CHARGEBACK,
    "chargeback_reversal": LineKind.CHARGEBACK_REVERSAL,
    "representment": LineKind.CHARGEBACK_REVERSAL,
    "void": LineKind.FEE,
    "authorization": LineKind.FEE,
    "verification": LineKind.FEE,
    "account_updater": LineKind.FEE,
    "network_token": LineKind.FEE,
    "network_token_provisioning": LineKind.FEE,
    "network_token_update": LineKind.FEE,
    "rolling_reserve": LineKind.RESERVE,
    "security_deposit_reservation": LineKind.RESERVE,
    "security_deposit_release": LineKind.RESERVE,
    "operational_funding_reservation": LineKind.RESERVE,
    "operational_funding_release": LineKind.RESERVE,
    "cover_negative_position": LineKind.ADJUSTMENT,
    "invoice_settlement": LineKind.ADJUSTMENT,
    "adjustment": LineKind.ADJUSTMENT,
    "transfer": LineKind.TRANSFER,
    "top_up": LineKind.TRANSFER,
    "merchant_payout": LineKind.PAYOUT,
    "payout": LineKind.PAYOUT,
}


def identify(head: Head) -> bool:
    """Whether the file is a settlement breakdown of Checkout.com."""
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
    zone = checked(Options, source).zone or source.zone
    return read_form(replace(source, zone=zone), FORM)


def _finished(rows: pd.DataFrame, records: Records) -> pd.DataFrame:  # noqa: ARG001 - what every format is asked
    return rows.assign(payout_day=rows["available_on"].where(rows["kind"] == LineKind.PAYOUT))


_SHAPE = line_shape(LAYOUT, PROCESSOR, _KINDS, _finished)
FORM = Form(NAME, KIND, LAYOUT, _SHAPE, controls=lambda table, _: payout_controls(table))
