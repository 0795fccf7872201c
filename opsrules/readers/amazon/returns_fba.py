"""Amazon FBA customer returns (tab separated): items that came back to Amazon's warehouses.

The report states no money. What buyers wrote may name them and is not read.

Source: Amazon Selling Partner API, FBA returns report; header seen in a sample, no rows.
"""

from __future__ import annotations

from opsrules.readers.amazon.reports import MARKETPLACE, Options, read_report, with_texts
from opsrules.readers.cells import absent
from opsrules.readers.delivery import Form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.table import Records

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "Options", "identify", "read"]

NAME = "amazon_returns_fba"
KIND = "returns"
CHECKED = "sample: the header; Amazon's list of the report's attributes"
NOT_VERIFIED = "rows of a live account"

LAYOUT = Layout(
    columns=(
        Column("order_id", "order-id", Kind.KEY, required=True),
        Column("returned", "return-date", Kind.INSTANT, required=True, filled=True, dates=Dates.LOCAL),
        Column("quantity", "quantity", Kind.INTEGER, required=True, filled=True),
        Column("sku", "sku", required=True),
        Column("reason", "reason", required=True),
        Column("resolution", "detailed-disposition", required=True),
        Column("title", "product-name"),
        Column("status", "status"),
        Column("return_id", "license-plate-number"),
    ),
    marks=("return-date", "order-id", "sku", "fulfillment-center-id", "detailed-disposition", "reason"),
    short_rows=True,
)
_REQUESTED = Column("requested", "", Kind.INSTANT)  # which the report does not state


def identify(head: Head) -> bool:
    """Whether the file is a report of FBA returns."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one report into returns.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    return read_report(source, FORM)


def _shaped(records: Records) -> Parsed:
    parsed = parse(records, LAYOUT.columns)
    rows = parsed.rows.assign(claim=False, refunded_minor=0, **absent(_REQUESTED, len(parsed.rows)))
    told = with_texts(rows, marketplace=MARKETPLACE, fulfilment="marketplace", currency="")
    return Parsed(told, parsed.rejects)


FORM = Form(NAME, KIND, LAYOUT, _shaped)
