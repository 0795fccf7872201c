"""J.P. Morgan's deposit summary report (FIN-10): one row per funds transfer, payment method and charge category.

These are sums of what the deposit detail and fee details reports list, and they name no day: each row is given the last
day of the period that the second line states. Their processor is ``jpmorgan_summary``, so that an account which has
both chooses one and no sale counts twice.

Source: report sample published by J.P. Morgan Payments, seen. Categories other than SALE, REF, PFEE and IA: knowledge
of the trade, not verified.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from opsrules.errors import FileRefused
from opsrules.readers.delivery import Form, mapped, read_form
from opsrules.readers.header import recognises
from opsrules.readers.jpmorgan_columns import BRANDS, ZEROS, outside
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.lookup import constant
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.processor_lines import line_shape
from opsrules.readers.table import Records
from opsrules.readers.times import parse_instants
from opsrules.terms import LineKind

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "identify", "read"]

NAME = "jpmorgan_summary"
KIND = "processor_lines"
PROCESSOR = "jpmorgan_summary"
CHECKED = "sample: the report that J.P. Morgan publishes"
NOT_VERIFIED = "categories other than SALE, REF, PFEE and IA"

LAYOUT = Layout(
    columns=(
        Column("currency", "Presentment Currency Code", Kind.CURRENCY, required=True),
        Column("gross_minor", "Amount", Kind.AMOUNT, required=True),
        Column("source_kind", "Charge Category Code", Kind.KEY, required=True),
        Column("payout_id", "Fund Transfer Instruction Number", required=True),
        Column("method", "Payment Method Code", required=True),
        Column("description", "Settled Conveyed Code"),
    ),
    marks=(
        "Record Type",
        "Entity Identifier",
        "Charge Category Code",
        "Settled Conveyed Code",
        "Fund Transfer Instruction Number",
        "Foreign Exchange Rate",
    ),
    blanks=ZEROS,
)

_KINDS = {
    "sale": LineKind.CHARGE,
    "ref": LineKind.REFUND,
    "pfee": LineKind.FEE,
    "ia": LineKind.FEE,
    "icp": LineKind.FEE,
    "cb": LineKind.CHARGEBACK,
    "rep": LineKind.CHARGEBACK_REVERSAL,
    "resv": LineKind.RESERVE,
    "oadj": LineKind.ADJUSTMENT,
}
_PERIOD = re.compile(r"[,=](\d{4}-\d{2}-\d{2}),(?:ToDate=)?(\d{4}-\d{2}-\d{2})\b")


def identify(head: Head) -> bool:
    """Whether the file is a deposit summary report of J.P. Morgan."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one report into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole, or states no period.
    """

    def dated(rows: pd.DataFrame, records: Records) -> pd.DataFrame:
        day = parse_instants(pd.Series([_last_day(records, source.name)], dtype="str"), source.zone, source.zone)
        one = pd.Series(day.at).dt.tz_localize("UTC").repeat(len(rows)).set_axis(rows.index)
        zone = constant(day.zone.iloc[0], rows.index)
        return rows.assign(occurred_at=one, occurred_zone=zone, card_brand=mapped(rows["method"], BRANDS, ""))

    return read_form(source, replace(FORM, shape=line_shape(LAYOUT, PROCESSOR, _KINDS, dated)))


def _last_day(records: Records, name: str) -> str:
    """Midnight of the last day of the period that the lines above the header state."""
    found = _PERIOD.search("\n".join(records.header.above.split("\n")[:2]))
    if not found:
        what = "its first two lines state no period, expected two days such as 2026-10-01,2026-10-31"
        raise FileRefused(f"{name}:2", what, "export the report again, with the lines above its header")
    return f"{found[2]} 00:00:00"


FORM = Form(NAME, KIND, LAYOUT, line_shape(LAYOUT, PROCESSOR, _KINDS), aside=outside)
