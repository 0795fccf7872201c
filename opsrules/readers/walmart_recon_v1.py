"""Walmart Marketplace's reconciliation report, version 1: one row per amount of an order, and one for the payment.

The row ``PaymentSummary`` is the payout: its ``Total Payable``, taken from the account. The report covers one payment,
so that all its rows belong to it; its period names it. An amount whose type is a commission or a fee is a fee.

Source: developer.walmart.com/us-marketplace/docs/recon-report-json, read for names and the payment's row; the CSV
itself, and other words for amount types, not verified.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from opsrules.readers.delivery import Form, Part, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import constant, each_flag
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.parsed import Parsed
from opsrules.readers.processor_lines import day_texts, line_shape, local_days, payout_controls
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.readers.walmart_recon import KINDS, PROCESSOR
from opsrules.terms import LineKind, RejectReason

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "identify", "read"]

NAME = "walmart_recon_v1"
KIND = "processor_lines"
_FEE = re.compile(r"commission|\bfee", re.IGNORECASE)
CHECKED = "documentation: Walmart's description of the report as JSON"
NOT_VERIFIED = "the CSV itself; other words for types of amounts"

LAYOUT = Layout(
    columns=(
        Column("currency", "Currency", Kind.CURRENCY, required=True),
        Column("net_minor", "Amount", Kind.AMOUNT, required=True),
        Column("payable_minor", "Total Payable", Kind.AMOUNT, required=True),
        Column(
            "occurred",
            "Transaction Posted Timestamp",
            Kind.INSTANT,
            required=True,
            filled=True,
            dates=Dates.MONTH_FIRST,
        ),
        Column("from_day", "Period Start Date", Kind.DAY, dates=Dates.MONTH_FIRST),
        Column("to_day", "Period End Date", Kind.DAY, dates=Dates.MONTH_FIRST),
        Column("source_kind", "Transaction Type", Kind.KEY, required=True),
        Column("line_id", "Transaction Key"),
        Column("order_id", "Customer Order #"),
        Column("payment_id", "Purchase Order #"),
        Column("amount_type", "Amount Type"),
        Column("description", "Transaction Description"),
    ),
    marks=(
        "Period Start Date",
        "Period End Date",
        "Total Payable",
        "Transaction Posted Timestamp",
        "Transaction Type",
        "Amount Type",
    ),
    local_styles=SPREADSHEET,
)


def identify(head: Head) -> bool:
    """Whether the file is a reconciliation report of Walmart, version 1."""
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
    # The payment's row alone may leave its amount blank.
    blank = records.lines[(records.column("net_minor").str.strip() == "").to_numpy(dtype=bool)]
    missing = parsed.rows["source_line"].isin(blank) & (parsed.rows["kind"] != LineKind.PAYOUT)
    title = records.titles["net_minor"]
    bad = missing.to_numpy(dtype=bool)
    return parsed.without(bad, RejectReason.AMOUNT_MISSING, title, stake="net_minor")


def _finished(rows: pd.DataFrame, records: Records) -> pd.DataFrame:  # noqa: ARG001 - what every format is asked
    own = rows["kind"] == LineKind.PAYOUT
    fee = pd.Series(each_flag(rows["amount_type"], lambda text: bool(_FEE.search(text))), rows.index) & ~own
    net = rows["net_minor"].mask(own, -rows["payable_minor"])
    period = (day_texts(rows["from_day"]) + "/" + day_texts(rows["to_day"])).where(own, "")
    return rows.assign(
        kind=rows["kind"].mask(fee, LineKind.FEE.value),
        net_minor=net,
        payout_id=period,
        payout_day=pd.Series(pd.NaT, rows.index, dtype="datetime64[us]"),
    )


def _payments(records: Records, parsed: Parsed) -> pd.DataFrame:
    """Period and day of each payment."""
    own = parsed.rows[parsed.rows["kind"] == LineKind.PAYOUT]
    return pd.DataFrame({"period": own["payout_id"], "day": local_days(own["occurred_at"], records.setting.zone)})


def _paid_together(part: Part) -> Part:
    """The same file with all rows in its one payment; where it has several, nothing tells whose they are."""
    payments = pd.concat(part.notes)
    if payments["period"].nunique() != 1:
        return part
    lines = part.tables[KIND]
    paid = pd.Series(payments["day"].iloc[0], lines.index, dtype="datetime64[us]")
    lines = lines.assign(payout_id=constant(payments["period"].iloc[0], lines.index), payout_day=paid)
    return replace(part, tables={KIND: lines})


_lines = line_shape(LAYOUT, PROCESSOR, KINDS, _finished)
FORM = Form(
    NAME,
    KIND,
    LAYOUT,
    _shaped,
    noted=_payments,
    whole=_paid_together,
    controls=lambda table, _: payout_controls(table),
)
