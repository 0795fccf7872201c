"""TikTok Shop's income statement (sheet "Order details", or CSV): one row per settled order, refund or adjustment.

``Total settlement amount`` is what is paid, ``Total fees`` negative; gross is what lies between, adjustments included,
so that no row need add up from columns that come and go by month and country. Dates are days without a time, in the
zone that the file's name states, such as ``(UTC-7)``, unless the account says another. ``/`` is an empty cell.

Source: 12 of about 50 columns seen in a sample, with synthetic rows; other spellings of the header, note rows above it,
and words of types other than Order and Refund: knowledge of the trade, not verified.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from opsrules.errors import FileRefused
from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import Zoned, checked
from opsrules.readers.processor_lines import line_shape
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.terms import LineKind

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "tiktok_income"
KIND = "processor_lines"
PROCESSOR = "tiktok_shop"
CHECKED = "sample: 12 columns with invented rows"
NOT_VERIFIED = "real sheets of about 50 columns, other spellings of the header, types other than orders and refunds"

Options = Zoned

_IDS = ("Order/adjustment ID", "Order\\adjustment ID", "Order ID/Adjustment ID", "Order / adjustment ID")
_SETTLED = ("Order settled time", "Order settled time(UTC)", "Order settled date", "Statement date")
_NET = ("Total settlement amount", "Settlement amount", "Total Settlement Amount(Local)")

LAYOUT = Layout(
    columns=(
        Column("currency", "Currency", Kind.CURRENCY, required=True),
        Column("net_minor", _NET[0], Kind.AMOUNT, _NET[1:], required=True, filled=True),
        Column("fee_minor", "Total fees", Kind.AMOUNT, ("Total Fees",), required=True, negate=True),
        Column(
            "occurred",
            _SETTLED[0],
            Kind.INSTANT,
            _SETTLED[1:],
            required=True,
            filled=True,
            utc=("Order settled time(UTC)",),
            dates=Dates.MONTH_FIRST,
        ),
        Column("source_kind", "Type", Kind.KEY, ("Transaction type",), required=True),
        Column("line_id", _IDS[0], Kind.KEY, _IDS[1:], required=True),
        Column("related", "Related order ID", aliases=("Related Order ID",)),
        Column("payout_id", "Statement ID", aliases=("Payment ID",)),
        Column("description", "Adjustment reason", aliases=("Remark", "Notes")),
    ),
    marks=(_IDS[0], _SETTLED[0], _NET[0], "Total revenue", "Total fees"),
    local_styles=SPREADSHEET,
    blanks=("/", "--", "-"),
)

_KINDS = {
    "order": LineKind.CHARGE,
    "refund": LineKind.REFUND,
    "order_refund": LineKind.REFUND,
    "chargeback": LineKind.CHARGEBACK,
    "logistics_reimbursement": LineKind.ADJUSTMENT,
    "platform_reimbursement": LineKind.ADJUSTMENT,
    "platform_penalty": LineKind.ADJUSTMENT,
    "platform_commission_adjustment": LineKind.ADJUSTMENT,
    "deductions_incurred_by_seller": LineKind.ADJUSTMENT,
    "rebate": LineKind.ADJUSTMENT,
    "gmv_payment_for_ads": LineKind.FEE,
    "gmv_payment_for_tiktok_ads": LineKind.FEE,
    "reserve": LineKind.RESERVE,
    "withdrawal": LineKind.PAYOUT,
    "payout": LineKind.PAYOUT,
}
_NAMED_ZONE = re.compile(r"\((?:UTC|GMT)\s*(?:([+-])\s*(\d{1,2})(?::?(\d{2}))?)?\)", re.IGNORECASE)


def identify(head: Head) -> bool:
    """Whether the file is a TikTok Shop income statement."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one statement into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole, or its name states a zone of less than whole hours.
    ParameterError
        If the options are wrong.
    """
    zone = checked(Options, source).zone or _zone_of(source.path.name, source.name) or source.zone
    return read_form(replace(source, zone=zone), FORM)


def _zone_of(name: str, place: str) -> str:
    """IANA zone that a file name such as ``income (UTC-7).xlsx`` states; "" where it states none."""
    found = _NAMED_ZONE.search(name)
    if not found:
        return ""
    sign, hours, minutes = found.groups()
    if not sign or int(hours) == 0:
        return "UTC"
    if (minutes and int(minutes)) or int(hours) > 12:
        raise FileRefused(place, f"the zone {found[0]} in its name is not read", "write the zone in its options")
    return f"Etc/GMT{'-' if sign == '+' else '+'}{int(hours)}"  # these count westwards


def _finished(rows: pd.DataFrame, records: Records) -> pd.DataFrame:  # noqa: ARG001 - what every format is asked
    own = rows["kind"].isin([LineKind.CHARGE, LineKind.REFUND])
    related = rows["related"].where((rows["related"].str.strip() != "") | ~own, rows["line_id"])
    return rows.assign(order_id=related)


FORM = Form(NAME, KIND, LAYOUT, line_shape(LAYOUT, PROCESSOR, _KINDS, _finished))
