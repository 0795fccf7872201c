"""Shopify's orders export: one row per order line, the order's own columns on its first row, newest order first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opsrules.simulate.orders import PRODUCTS
from opsrules.simulate.writers.text import Written, amounts, cell, garbled, stamps

if TYPE_CHECKING:
    import pandas as pd

    from opsrules.simulate.accounts import DemoAccount

__all__ = ["HEADER", "write"]

HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
    "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,"
    "Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,"
    "Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,"
    "Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,"
    "Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,"
    "Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,"
    "Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,"
    "Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,"
    "Payment Terms Name,Next Payment Due At,Payment References"
)

_FIRST = ("Ada", "Bo", "Cy", "Dara", "Emil", "Freya", "Gus", "Hana", "Ines", "Joris", "Kaya", "Lior", "Mina", "Zoë")
_LAST = ("Example", "Placeholder", "Sample", "Testfield", "Mockwell", "Dummond", "Fauxley", "Specimen", "Müsterli")
# A note that runs over two lines: the next order then starts a line later than a reader that counts rows believes.
_NOTE = '"Please leave it\nwith the neighbours, thank you"'
_FULFILLED_AFTER = 26 * 3600
_FIRST_ID = 6_100_000_000_000

# The order's own columns are empty on its further rows: 14 before the line's columns, 26 from there to the vendor.
_BEFORE = "," * 15
_AFTER = f"{',' * 27}Example Makers{',' * 9}"


def write(account: DemoAccount, orders: pd.DataFrame, order_lines: pd.DataFrame) -> Written:
    """One month's export.

    Parameters
    ----------
    account : DemoAccount
    orders : DataFrame
        The month's exported orders.
    order_lines : DataFrame
        Lines of all the account's orders; ``first_line`` and ``line_count`` of an order point into it.
    """
    orders = orders.sort_values("placed", ascending=False, kind="stable")
    items = _items(account, order_lines)
    after_item = f"{_AFTER}{amounts([0], account.decimals)[0]}{',' * 19}"
    texts = [HEADER]
    starts, line = {}, 2
    ends = (orders["first_line"] + orders["line_count"]).tolist()
    for key, row, begin, end in zip(orders.index, _rows(account, orders), orders["first_line"], ends, strict=True):
        before, after, name, email, note = row
        starts[int(key)] = line
        texts.append(f"{before},{items[begin]},{after}")
        texts += [f"{name},{email}{_BEFORE}{item}{after_item}" for item in items[begin + 1 : end]]
        line += end - begin + note
    return Written(("\n".join(texts) + "\n").encode(), starts)


def _items(account: DemoAccount, order_lines: pd.DataFrame) -> list[str]:
    """The eight columns of each order line."""
    names = [cell(name) for name in PRODUCTS]
    prices = amounts(order_lines["price"].tolist(), account.decimals)
    return [
        f"{quantity},{names[product]},{price},,SKU-{product:03d},true,true,fulfilled"
        for quantity, product, price in zip(
            order_lines["quantity"].tolist(), order_lines["product"].tolist(), prices, strict=True
        )
    ]


def _rows(account: DemoAccount, orders: pd.DataFrame) -> list[tuple[str, str, str, str, int]]:
    """Of each order: text before and after its first line's columns, name, e-mail, and how many lines its note adds."""
    money = _money(account, orders)
    refs = orders["ref"].tolist()
    emails = [f"buyer{buyer % 99991}@example.com" for buyer in orders["buyer"]]
    notes = orders["note"].astype("int64").tolist()
    before, after = _before(account, orders, money, emails), _after(account, orders, money)
    return list(zip(before, after, refs, emails, notes, strict=True))


def _money(account: DemoAccount, orders: pd.DataFrame) -> dict[str, list[str]]:
    """Text of every amount of the orders, the unreadable ones included."""
    names = ("subtotal", "shipping", "tax", "total", "discount", "refunded", "outstanding")
    money = {name: amounts(orders[name].tolist(), account.decimals) for name in names}
    for place in np.flatnonzero(orders["garbled"]).tolist():
        money["total"][place] = garbled(int(orders["total"].iloc[place]))
    return money


def _before(account: DemoAccount, orders: pd.DataFrame, money: dict[str, list[str]], emails: list[str]) -> list[str]:
    """Columns 1 to 16 of each order."""
    paid = orders["paid"].to_numpy()
    fulfilled = stamps(np.where(paid > 0, paid + _FULFILLED_AFTER, 0), account.zone)
    columns = (
        orders["ref"].tolist(),
        emails,
        orders["status"].tolist(),
        stamps(paid, account.zone),
        ["fulfilled" if at else "unfulfilled" for at in fulfilled],
        fulfilled,
        ["no"] * len(orders),
        orders["currency"].tolist(),
        *(money[name] for name in ("subtotal", "shipping", "tax", "total")),
        np.where(orders["discount"] > 0, "WELCOME10", "").tolist(),
        money["discount"],
        ["Standard"] * len(orders),
        stamps(orders["placed"].to_numpy(), account.zone),
    )
    return [",".join(row) for row in zip(*columns, strict=True)]


def _after(account: DemoAccount, orders: pd.DataFrame, money: dict[str, list[str]]) -> list[str]:
    """Columns 25 to 79 of each order."""
    zero = amounts([0], account.decimals)[0]
    tax_name = f"{'VAT' if account.tax_included else 'Sales tax'} {account.tax_bps / 100:g}%"
    return [
        f"{address},{address},{_NOTE if note else ''},,{cancelled},{method},,{refunded},Example Makers,{outstanding},"
        f",,,{_FIRST_ID + number},,Low,{channel},{zero},{tax_name},{tax}{',' * 17}"
        for address, note, cancelled, method, refunded, outstanding, number, channel, tax in zip(
            [_address(account.country, buyer) for buyer in orders["buyer"].tolist()],
            orders["note"].tolist(),
            stamps(orders["cancelled"].to_numpy(), account.zone),
            orders["method"].tolist(),
            money["refunded"],
            money["outstanding"],
            orders["number"].tolist(),
            orders["channel"].tolist(),
            money["tax"],
            strict=True,
        )
    ]


def _address(country: str, buyer: int) -> str:
    """Ten columns; the postcode has the apostrophe that keeps a spreadsheet from eating its first zero."""
    person = f"{_FIRST[buyer % len(_FIRST)]} {_LAST[buyer // len(_FIRST) % len(_LAST)]}"
    street = f"{buyer % 89 + 1} Example Street"
    return f"{person},{street},{street},,,Exampleville,'0{buyer % 8999 + 1000},,{country},"
