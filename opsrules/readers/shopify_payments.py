"""Shopify Payments transactions export (Payouts > export transactions, CSV).

The fee is a positive cost. ``VAT``, which only European shops have, is either part of the fee or comes on top of it:
net is amount - fee or amount - fee - VAT, and `fee_minor` holds what was taken off in all. In the oldest layout, which
has no payout id, the payout's date stands for it.

Source: four layouts seen in samples; types of lines from shopify.dev (ShopifyPaymentsTransactionType).
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.processor_lines import day_texts, line_shape, payout_controls
from opsrules.readers.shopify_kinds import KINDS
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "shopify_payments"
KIND = "processor_lines"
PROCESSOR = "shopify_payments"
CHECKED = "samples: one export without the column VAT, one of a European shop with it, both with invented lines"
NOT_VERIFIED = (
    "an export of a live shop; the oldest layout, without a payout id; words of Type for disputes and reserves"
)

LAYOUT = Layout(
    columns=(
        Column("currency", "Currency", Kind.CURRENCY, required=True),
        Column("net_minor", "Net", Kind.AMOUNT, required=True, filled=True),
        Column("gross_minor", "Amount", Kind.AMOUNT, required=True, filled=True),
        Column("fee_minor", "Fee", Kind.AMOUNT, required=True, filled=True),
        Column("vat_minor", "VAT", Kind.AMOUNT),
        Column("occurred", "Transaction Date", Kind.INSTANT, required=True, filled=True),
        Column("source_kind", "Type", Kind.KEY, required=True),
        Column("order_id", "Order", required=True),
        Column("payout_id", "Payout ID"),
        Column("payout_day", "Payout Date", Kind.DAY, required=True),
        Column("payout_status", "Payout Status"),
        Column("available_on", "Available On", Kind.DAY),
        Column("payment_id", "Checkout"),
        Column("method", "Payment Method Name"),
        Column("card_brand", "Card Brand"),
    ),
    marks=("Transaction Date", "Card Brand", "Card Source", "Payout Status", "Payout Date", "Available On"),
    # A spreadsheet on the way may have put the currency's sign before the figures, and grouped them.
    local_styles=SPREADSHEET,
)


class Options(LocalDates):
    """What an account may say about a Shopify Payments export."""


def identify(head: Head) -> bool:
    """Whether the file is an export of Shopify Payments transactions."""
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
    return read_form(source, replace(FORM, layout=checked(Options, source).dated(LAYOUT)))


def _finished(rows: pd.DataFrame, records: Records) -> pd.DataFrame:
    on_top = rows["gross_minor"] - rows["fee_minor"] - rows["vat_minor"] == rows["net_minor"]
    fee = (rows["fee_minor"] + rows["vat_minor"]).where(on_top, rows["fee_minor"])
    payout_id = rows["payout_id"]
    if "payout_id" not in records.titles:
        payout_id = day_texts(rows["payout_day"])
    return rows.assign(fee_minor=fee, payout_id=payout_id)


_SHAPE = line_shape(LAYOUT, PROCESSOR, KINDS, _finished)
FORM = Form(NAME, KIND, LAYOUT, _SHAPE, controls=lambda table, _: payout_controls(table))
