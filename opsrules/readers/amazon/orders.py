"""Amazon's order reports (tab separated): all orders, by date or by last update, and orders to be shipped.

One row for each item. An order's figures are the sums of its items, cancelled ones left out unless the whole order is
cancelled; ``item-price`` is for the quantity. In marketplaces with VAT the tax is part of the price, in others it comes
on top: the file itself tells by its rates. Amazon charges the buyer when it ships, so that an order that is not shipped
yet is ``authorized``. Buyers' names, addresses, phones and mails are never read.

Records = order lines + rejects. An order that has an item that could not be read is left out: its total would be wrong.

Source: Amazon Selling Partner API, order tracking and order report attributes; headers seen in samples.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from opsrules.readers.amazon.marketplaces import marketplace_currencies
from opsrules.readers.amazon.order_tax import is_tax_included
from opsrules.readers.card_columns import card_columns
from opsrules.readers.cells import currencies
from opsrules.readers.content import load
from opsrules.readers.delivery import canonical
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import LocalDates, checked
from opsrules.readers.parsed import parse
from opsrules.readers.rejects import Reject, rejected
from opsrules.readers.styles import COMMA, POINT, SPREADSHEET
from opsrules.readers.table import Records, open_table
from opsrules.schemas import ORDER_LINES, ORDERS

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "Options", "identify", "read"]

NAME = "amazon_orders"
KIND = "orders"
CHECKED = "samples: headers of both reports and a file of invented rows; Amazon's list of the reports' attributes"
NOT_VERIFIED = "files of a live account; columns of single regions"
Options = LocalDates

_PRICES = ("item_price", "shipping_price", "gift_wrap_price")
_TAXES = ("item_tax", "shipping_tax", "gift_wrap_tax")
_DISCOUNTS = ("item_discount", "ship_discount")

LAYOUT = Layout(
    columns=(
        Column("order_id", "amazon-order-id", Kind.KEY, aliases=("order-id",), required=True),
        Column("coin", "currency", required=True),
        Column("item_price", "item-price", Kind.AMOUNT, required=True),
        Column("item_tax", "item-tax", Kind.AMOUNT, required=True),
        Column("shipping_price", "shipping-price", Kind.AMOUNT, required=True),
        Column("shipping_tax", "shipping-tax", Kind.AMOUNT, required=True),
        Column("gift_wrap_price", "gift-wrap-price", Kind.AMOUNT),
        Column("gift_wrap_tax", "gift-wrap-tax", Kind.AMOUNT),
        Column("item_discount", "item-promotion-discount", Kind.AMOUNT),
        Column("ship_discount", "ship-promotion-discount", Kind.AMOUNT),
        Column("quantity", "quantity", Kind.INTEGER, aliases=("quantity-purchased",), required=True),
        Column("placed", "purchase-date", Kind.INSTANT, required=True, filled=True, dates=Dates.LOCAL),
        Column("updated", "last-updated-date", Kind.INSTANT, dates=Dates.LOCAL),
        Column("status", "order-status"),
        Column("item_status", "item-status"),
        Column("channel", "sales-channel"),
        Column("country", "ship-country"),
        Column("title", "product-name", required=True),
        Column("sku", "sku", required=True),
    ),
    marks=("amazon-order-id", "purchase-date", "order-status", "fulfillment-channel", "sales-channel", "item-price"),
    style=POINT,
    local_styles=(COMMA, *SPREADSHEET),
    short_rows=True,
)
_TO_SHIP = ("order-id", "order-item-id", "purchase-date", "payments-date", "quantity-purchased", "ship-service-level")

_CANCELLED = ("cancelled", "canceled")


def identify(head: Head) -> bool:
    """Whether the file is one of the order reports."""
    return recognises(head, LAYOUT) or recognises(head, replace(LAYOUT, marks=_TO_SHIP))


def read(source: Source) -> Read:
    """Read one report into orders and order lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    layout = checked(Options, source).dated(LAYOUT)
    content = load(source, layout)
    records = open_table(content, layout, source)
    coins, lost = _currencies(records)
    kept = records.where(coins.to_numpy() != "")
    parsed = parse(kept, layout.columns, currency=coins[coins != ""].reset_index(drop=True), stake="item_price")
    rejects = records.faults + lost + parsed.rejects
    items = parsed.rows.assign(order_id=parsed.rows["order_id"].str.strip())
    at_fault = records.column("order_id").str.strip()[np.isin(records.lines, [one.line for one in rejects])]
    orders = _orders(items[~items["order_id"].isin(at_fault)])
    tables = {
        "orders": canonical(ORDERS, orders, NAME, source),
        "order_lines": canonical(ORDER_LINES, _order_lines(items), NAME, source),
    }
    told = rejected(sorted(rejects, key=lambda one: one.line), "orders", NAME, source.name)
    return Read(
        reader=NAME,
        kind=KIND,
        tables=tables,
        rejects=told,
        controls=(),
        records=records.count,
        encoding=content.encoding,
        sha256=content.sha256,
        card_columns=card_columns(records.header.names),
        # An order is a row of its own beside its items; the records of the file are the items.
        counted=("order_lines",),
    )


def _currencies(records: Records) -> tuple[pd.Series[str], tuple[Reject, ...]]:
    """Currency of each item, "" where there is none: orders that are pending or cancelled may leave it blank."""
    own = records.column("coin").str.strip()
    codes, reason = currencies(own.where(own != "", marketplace_currencies(records.column("channel"))))
    bad = reason != ""
    lost = tuple(
        Reject(int(line), why, records.titles["coin"], text)
        for line, why, text in zip(records.lines[bad], reason[bad], own[bad], strict=True)
    )
    return codes.mask(bad, ""), lost


def _orders(items: pd.DataFrame) -> pd.DataFrame:
    """One row for each order and currency, where its first item stands."""
    by = ["order_id", "currency"]
    status = _financial(items["status"].str.strip().str.lower())
    voided = status == "voided"
    counted = voided | ~items["item_status"].str.strip().str.lower().isin(_CANCELLED)
    figures = pd.DataFrame(
        {
            "subtotal_minor": items["item_price"],
            "shipping_minor": items["shipping_price"],
            "tax_minor": items[list(_TAXES)].sum(axis="columns"),
            "discount_minor": items[list(_DISCOUNTS)].sum(axis="columns"),
            "total_minor": items[list(_PRICES)].sum(axis="columns") - items[list(_DISCOUNTS)].sum(axis="columns"),
        }
    )
    if not is_tax_included(items["item_price"], items["item_tax"]):
        figures["total_minor"] += figures["tax_minor"]
    summed = figures.where(counted, 0).groupby([items[name] for name in by], sort=False).sum()
    first = items.assign(financial_status=status, cancelled_at=items["updated_at"].where(voided))
    orders = first.drop_duplicates(by).set_index(by).join(summed).reset_index()
    return orders.assign(refunded_minor=0, outstanding_minor=0).sort_values("source_line", ignore_index=True)


def _financial(status: pd.Series[str]) -> pd.Series[str]:
    """State of the payment, from the state of the order; a report without one lists orders that are to be shipped."""
    told = np.select(
        [
            status.isin(_CANCELLED),
            status.str.startswith("pending"),
            status.str.startswith(("unshipped", "unfulfillable", "invoiceunconfirmed", "shipping")) | (status == ""),
            status.str.startswith(("shipped", "partiallyshipped", "complete")),
        ],
        ["voided", "pending", "authorized", "paid"],
        status,
    )
    return pd.Series(told, index=status.index, dtype="str")


def _order_lines(items: pd.DataFrame) -> pd.DataFrame:
    """Order lines: the price of one unit, to the nearest minor unit where the quantity does not divide it."""
    units = items["quantity"].clip(lower=1)
    price = (2 * items["item_price"] + units) // (2 * units)
    return items.assign(price_minor=price, discount_minor=items["item_discount"])
