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
from opsrules.readers.amazon.order_tax import tax_readings
from opsrules.readers.amazon.reports import Options, read_report
from opsrules.readers.cells import currencies
from opsrules.readers.delivery import Form, Summed
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import each_text
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.rejects import Reject
from opsrules.readers.styles import COMMA, POINT, SPREADSHEET
from opsrules.readers.table import Records
from opsrules.schemas import ORDERS

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "Options", "identify", "read"]

NAME = "amazon_orders"
KIND = "orders"
CHECKED = "samples: headers of both reports and a file of invented rows; Amazon's list of the reports' attributes"
NOT_VERIFIED = "files of a live account; columns of single regions"

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

_SUMMED = (
    *("subtotal_minor", "shipping_minor", "tax_minor", "discount_minor", "total_minor"),
    *("inside", "on_top"),
)
_CANCELLED = ("cancelled", "canceled")
_STATES = {
    "pending": ("pending",),
    "authorized": ("unshipped", "unfulfillable", "invoiceunconfirmed", "shipping"),
    "paid": ("shipped", "partiallyshipped", "complete"),
}
"""State of the payment to how the state of the order begins."""


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
    return read_report(source, FORM)


def _shaped(records: Records) -> Parsed:
    coins, lost = _currencies(records)
    known = (coins != "").to_numpy(dtype=bool)
    parsed = parse(records.where(known), LAYOUT.columns, coins[known].reset_index(drop=True), stake="item_price")
    items = parsed.rows.assign(order_id=parsed.rows["order_id"].str.strip())
    # The price of one unit, to the nearest minor unit where the quantity does not divide it.
    units = items["quantity"].clip(lower=1)
    price = (2 * items["item_price"] + units) // (2 * units)
    lines = items.assign(price_minor=price, discount_minor=items["item_discount"])
    return Parsed(lines, lost + parsed.rejects)


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


def _sums(records: Records, parsed: Parsed) -> tuple[pd.DataFrame, frozenset[str]]:
    """One row for each order and currency, where its first item stands; and the orders that lack an item."""
    items = parsed.rows
    status = _financial(items["status"])
    voided = status == "voided"
    counted = voided | ~_plain(items["item_status"]).isin(_CANCELLED)
    discount = items[list(_DISCOUNTS)].sum(axis="columns")
    figures = pd.DataFrame(
        {
            "subtotal_minor": items["item_price"],
            "shipping_minor": items["shipping_price"],
            "tax_minor": items[list(_TAXES)].sum(axis="columns"),
            "discount_minor": discount,
            "total_minor": items[list(_PRICES)].sum(axis="columns") - discount,
        }
    ).where(counted, 0)
    first = items.assign(financial_status=status, cancelled_at=items["updated_at"].where(voided))
    own = [name for name in ORDERS.columns if name in first and name not in figures]
    told = [figures, tax_readings(items["item_price"], items["item_tax"])]
    at_fault = np.isin(records.lines, [one.line for one in parsed.rejects])
    lacking = records.column("order_id")[at_fault].str.strip()
    return _added(pd.concat([first[own], *told], axis="columns")), frozenset(lacking)


def _added(parts: pd.DataFrame) -> pd.DataFrame:
    """Rows of one order and currency as one: all else as in the first, and the sums of what can be summed."""
    place, _ = pd.factorize(parts["order_id"])
    coin, coins = pd.factorize(parts["currency"])
    code, kept = pd.factorize(place * len(coins) + coin)
    if len(kept) == len(parts):
        return parts
    summed = parts[list(_SUMMED)].groupby(code).sum()
    first = np.flatnonzero(~pd.Series(code).duplicated().to_numpy())
    return parts.iloc[first].reset_index(drop=True).assign(**{name: summed[name].array for name in _SUMMED})


def _orders(parts: pd.DataFrame, lacking: frozenset[str]) -> pd.DataFrame:
    orders = _added(parts[~parts["order_id"].isin(lacking)].reset_index(drop=True) if lacking else parts)
    if orders["inside"].sum() <= orders["on_top"].sum():
        orders = orders.assign(total_minor=orders["total_minor"] + orders["tax_minor"])
    return orders


def _financial(status: pd.Series[str]) -> pd.Series[str]:
    """State of the payment, from the state of the order; a report without one lists orders that are to be shipped."""
    return each_text(status, _state)


def _state(text: str) -> str:
    status = text.strip().lower()
    if status in _CANCELLED:
        return "voided"
    told = (one for one, starts in _STATES.items() if status.startswith(starts))
    return next(told, status) if status else "authorized"


def _plain(texts: pd.Series[str]) -> pd.Series[str]:
    return each_text(texts, lambda text: text.strip().lower())


FORM = Form(NAME, "order_lines", LAYOUT, _shaped, summed=Summed(KIND, _sums, _orders))
