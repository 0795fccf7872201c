"""WooCommerce's orders, exported from Analytics > Orders (CSV).

The export gives net sales alone: neither tax nor shipping, so that an order's total here is less than what its buyer
paid wherever there were any. A refund is a row of its own with a negative figure: it is refunded and its total is 0.
The labels are in the shop's language, and the file names no currency: the account does. Buyers are not read.

Source: labels of the export in WooCommerce's own source, seen; translations are not verified: an export in a language
that is not known here is read by ``declared_csv``.
"""

from __future__ import annotations

from dataclasses import replace

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import InOneCurrency, LocalDates, checked
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "Options", "identify", "layout", "read"]

NAME = "woocommerce_orders"
KIND = "orders"
CHECKED = "documentation: the labels in WooCommerce's own source"
NOT_VERIFIED = "translated labels; any row of a live shop"

_ORDER = ("Order #", "Bestellung #", "Bestellnr.", "Commande n\u00b0", "Pedido #", "Bestelling #", "Ordine n.")
_NET = ("Net Sales", "N. Revenue", "Net Revenue", "Nettoumsatz", "Ventes nettes", "Ventas netas", "Netto omzet")


class Options(InOneCurrency, LocalDates):
    """What an account says about the export."""


def layout(options: Options) -> Layout:
    """Columns of the export."""
    return Layout(
        columns=(
            Column("net_minor", _NET[0], Kind.AMOUNT, _NET[1:], required=True, filled=True),
            Column(
                "placed",
                "Date",
                Kind.INSTANT,
                ("Datum", "Fecha", "Data"),
                required=True,
                filled=True,
                dates=options.dates,
            ),
            Column("order_id", _ORDER[0], Kind.KEY, _ORDER[1:], required=True),
            Column("financial_status", "Status", Kind.KEY, ("Statut", "\u00c9tat", "Estado", "Stato"), required=True),
            Column("channel", "Attribution", aliases=("Zuordnung", "Atribuci\u00f3n")),
        ),
        marks=("Order #", "Status", "Customer type", "Product(s)", "Items sold", "Coupon(s)"),
        local_styles=SPREADSHEET,
        currency=options.currency,
    )


LAYOUT = layout(Options(currency="EUR"))
_MARKS = (
    LAYOUT.marks,
    ("Bestellung #", "Status", "Kundentyp", "Produkt(e)", "Verkaufte Artikel", "Gutschein(e)"),
    ("Commande n\u00b0", "\u00c9tat", "Type de client", "Produit(s)", "Articles vendus", "Code(s) promo"),
    ("Pedido #", "Estado", "Tipo de cliente", "Producto(s)", "Art\u00edculos vendidos", "Cup\u00f3n(es)"),
)


def identify(head: Head) -> bool:
    """Whether the file is an orders export of WooCommerce Analytics."""
    return any(recognises(head, replace(LAYOUT, marks=marks)) for marks in _MARKS)


def read(source: Source) -> Read:
    """Read one export into orders.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong, or say no currency.
    """
    wanted = layout(checked(Options, source))
    return read_form(source, Form(NAME, KIND, wanted, lambda records: _shaped(records, wanted)))


def _shaped(records: Records, wanted: Layout) -> Parsed:
    parsed = parse(records, wanted.columns, wanted.currency, stake="net_minor")
    rows, net = parsed.rows, parsed.rows["net_minor"]
    shaped = rows.assign(
        total_minor=net.clip(lower=0),
        subtotal_minor=net.clip(lower=0),
        refunded_minor=-net.clip(upper=0),
        financial_status=rows["financial_status"].str.strip().str.lower(),
    )
    return Parsed(shaped, parsed.rejects)
