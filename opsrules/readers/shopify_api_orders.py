"""Shopify's API orders: the order and its lines, out of one object.

What was refunded is the sum of the successful refund transactions inside the order; an answer that leaves out
``refunds`` does not say. Customers, addresses, notes and mails are never read.

Source: shopify.dev/docs/api, admin-rest Order (seen in samples) and admin-graphql Order (as documented, not verified).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from opsrules.readers.json_objects import Shape
from opsrules.readers.json_records import children, value_at
from opsrules.readers.json_text import Obj
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.parsed import Parsed
from opsrules.readers.shopify_api_money import live, numbered

__all__ = ["ORDER_SHAPES"]


def _amount(target: str, name: str, graph: str = "", required: bool = False) -> Column:
    aliases = (f"{graph}.shopMoney.amount",) if graph else ()
    return Column(target, name, Kind.AMOUNT, aliases, required=required, filled=required)


_ORDER = (
    Column("order_id", "name", Kind.KEY, required=True),
    Column("currency", "currency", Kind.CURRENCY, ("currencyCode",), required=True),
    _amount("total_minor", "total_price", "totalPriceSet", required=True),
    Column("placed", "created_at", Kind.INSTANT, ("createdAt",), required=True, filled=True),
    Column("financial_status", "financial_status", aliases=("displayFinancialStatus",), required=True),
    _amount("refunded_minor", "refunded", "totalRefundedSet"),
    _amount("subtotal_minor", "subtotal_price", "subtotalPriceSet"),
    Column(
        "shipping_minor",
        "total_shipping_price_set.shop_money.amount",
        Kind.AMOUNT,
        ("totalShippingPriceSet.shopMoney.amount",),
    ),
    _amount("tax_minor", "total_tax", "totalTaxSet"),
    _amount("discount_minor", "total_discounts", "totalDiscountsSet"),
    _amount("outstanding_minor", "total_outstanding", "totalOutstandingSet"),
    Column("cancelled", "cancelled_at", Kind.INSTANT, ("cancelledAt",)),
    Column("payment_method", "gateways", aliases=("gateway",)),
    Column("channel", "source_name", aliases=("sourceName",)),
    Column("country", "shipping_address.country_code", aliases=("shippingAddress.countryCodeV2",)),
    Column("shop_id", "id"),
    Column("test", "test"),
)
_LINE = (
    Column("order_id", "..name", Kind.KEY, required=True),
    Column("currency", "..currency", Kind.CURRENCY, ("..currencyCode",), required=True),
    Column("price_minor", "price", Kind.AMOUNT, ("originalUnitPriceSet.shopMoney.amount",), True, filled=True),
    Column("quantity", "quantity", Kind.INTEGER, required=True, filled=True),
    Column("discount_minor", "total_discount", Kind.AMOUNT, ("totalDiscountSet.shopMoney.amount",)),
    Column("title", "name", aliases=("title",)),
    Column("sku", "sku"),
    Column("test", "..test"),
)


def _with_sums(one: Obj) -> tuple[Obj]:
    """Return the order with what its lists say in one figure: the sum refunded, and the ways it was paid."""
    names = value_at(one, ("payment_gateway_names",)) or value_at(one, ("paymentGatewayNames",)) or []
    gateways = " + ".join(name for name in names if isinstance(name, str)) if isinstance(names, list) else ""
    told: dict[str, object] = {"gateways": gateways}
    if "refunds" in one:
        told["refunded"] = _refunded(one)
    return (Obj({**one, **told}, one.line),)


def _refunded(one: Obj) -> str:
    """Sum of the refunds that went through; a text that is no amount where one of theirs is none."""
    total = Decimal(0)
    for refund in children(one, "refunds"):
        for paid in _paid_back(refund):
            try:
                total += Decimal(paid)
            except InvalidOperation:
                return paid or "?"
    return str(total)


def _paid_back(refund: Obj) -> Iterator[str]:
    for one in children(refund, "transactions"):
        if one.get("kind") == "refund" and one.get("status") == "success":
            yield str(one.get("amount"))


def _lines_in(one: Obj) -> list[Obj]:
    nodes = [node for path in ("line_items", "lineItems.nodes") for node in children(one, path)]
    edges = [Obj({**edge["node"], "": one}, edge.line) for edge in children(one, "lineItems.edges") if edge.get("node")]
    return nodes + edges


def _order(parsed: Parsed) -> Parsed:
    parsed = live(parsed, "total_minor")
    rows = parsed.rows
    status = rows["financial_status"].str.strip().str.lower()
    return Parsed(rows.assign(financial_status=status, shop_id=numbered(rows["shop_id"])), parsed.rejects)


def _line(parsed: Parsed) -> Parsed:
    return live(parsed, "price_minor")


_PART = Shape("order_lines", Layout(_LINE), _line, "price_minor", spread=_lines_in)
_REST = ("financial_status", "order_number", "total_price", "total_tax", "processed_at")
_GRAPH = ("displayFinancialStatus", "totalPriceSet", "createdAt", "name")

ORDER_SHAPES = tuple(
    Shape("orders", Layout(_ORDER, marks), _order, "total_minor", spread=_with_sums, parts=(_PART,))
    for marks in (_REST, _GRAPH)
)
"""An order as REST and as GraphQL answer it; its lines are records of their own."""
