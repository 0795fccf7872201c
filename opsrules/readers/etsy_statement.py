"""Etsy's monthly payment account statement (CSV).

``Fees & Taxes`` are negative and ``Net`` = ``Amount`` + ``Fees & Taxes`` on every row. The order stands only in a
row's text, and a deposit's amount only in its title (``$37.35 sent to your bank account``). ``--`` is an empty cell.
Rows have a day and no time.

Source: layout and rows seen in a synthetic sample; words of other languages: knowledge of the trade, not verified.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from opsrules.readers.delivery import Form, mapped, read_form
from opsrules.readers.header import recognises
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.lookup import each_text
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.parsed import Parsed
from opsrules.readers.picked import picked
from opsrules.readers.processor_lines import day_texts, line_shape, local_days
from opsrules.readers.styles import SPREADSHEET
from opsrules.readers.table import Records
from opsrules.signs import blank
from opsrules.terms import LineKind

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "identify", "orders_named", "read"]

NAME = "etsy_statement"
KIND = "processor_lines"
PROCESSOR = "etsy"
CHECKED = "sample: a statement of invented rows"
NOT_VERIFIED = "statements of a live shop; words of other languages"

LAYOUT = Layout(
    columns=(
        Column("currency", "Currency", Kind.CURRENCY, ("W\u00e4hrung", "Devise", "Divisa", "Valuta"), required=True),
        Column("net_minor", "Net", Kind.AMOUNT, ("Netto", "Neto"), required=True, filled=True),
        Column("gross_minor", "Amount", Kind.AMOUNT, ("Betrag", "Montant", "Importe", "Importo"), required=True),
        Column("fee_minor", "Fees & Taxes", Kind.AMOUNT, ("Geb\u00fchren & Steuern",), required=True, negate=True),
        Column(
            "occurred",
            "Date",
            Kind.INSTANT,
            ("Datum", "Fecha", "Data"),
            required=True,
            filled=True,
            dates=Dates.MONTH_FIRST,
        ),
        Column("source_kind", "Type", Kind.KEY, ("Typ", "Tipo"), required=True),
        Column("description", "Title", aliases=("Titel", "Titre", "T\u00edtulo", "Titolo"), required=True),
        Column("info", "Info", required=True),
    ),
    marks=("Type", "Title", "Info", "Fees & Taxes", "Net", "Tax Details"),
    local_styles=SPREADSHEET,
    blanks=("--",),
)

_KINDS = {
    "sale": LineKind.CHARGE,
    "verkauf": LineKind.CHARGE,
    "vente": LineKind.CHARGE,
    "refund": LineKind.REFUND,
    "r\u00fcckerstattung": LineKind.REFUND,
    "remboursement": LineKind.REFUND,
    "fee": LineKind.FEE,
    "geb\u00fchr": LineKind.FEE,
    "frais": LineKind.FEE,
    "tax": LineKind.FEE,  # collected from the buyer with the sale, and passed on
    "steuer": LineKind.FEE,
    "vat": LineKind.FEE,
    "marketing": LineKind.FEE,
    "shipping": LineKind.FEE,
    "case": LineKind.CHARGEBACK,
    "dispute": LineKind.CHARGEBACK,
    "reserve": LineKind.RESERVE,
    "buyer_fee": LineKind.ADJUSTMENT,
    "recoupment": LineKind.TRANSFER,  # a debt paid to Etsy from the seller's card
    "payment": LineKind.TRANSFER,
    "deposit": LineKind.PAYOUT,
    "auszahlung": LineKind.PAYOUT,
}
_ORDER = r"(?:order|bestellung|commande|pedido|ordine|bestelling)\P{Nd}{0,8}"  # of RE2
_SENT = re.compile(r"-?[^\w\s.,-]{0,3}\s?[0-9][0-9.,'\u00a0]*[0-9]|-?[^\w\s.,-]{0,3}[0-9]")


def identify(head: Head) -> bool:
    """Whether the file is a payment account statement of Etsy."""
    return recognises(head, LAYOUT)


def read(source: Source) -> Read:
    """Read one statement into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    """
    return read_form(source, FORM)


def _shaped(records: Records) -> Parsed:
    return _lines(_with_deposits(records))


def _with_deposits(records: Records) -> Records:
    """Put what was sent to the bank, which stands in the title alone, where other rows have their amount."""
    own = mapped(records.column("source_kind"), _KINDS, LineKind.OTHER) == LineKind.PAYOUT
    own &= blank(records.column("net_minor")) & blank(records.column("gross_minor"))
    if not own.any():
        return records
    sent = each_text(records.column("description")[own], _sent)
    net, gross = (records.column(name).mask(own, sent) for name in ("net_minor", "gross_minor"))
    return replace(records, cells=records.cells.assign(net_minor=net, gross_minor=gross))


def _sent(title: str) -> str:
    found = _SENT.search(title)
    amount = found[0].strip() if found else ""
    return amount[1:] if amount.startswith("-") else f"-{amount}" if amount else ""


def _finished(rows: pd.DataFrame, records: Records) -> pd.DataFrame:
    own = rows["kind"] == LineKind.PAYOUT
    title, info = (orders_named(rows[name]) for name in ("description", "info"))
    local = local_days(rows["occurred_at"], records.setting.zone)
    return rows.assign(
        order_id=title.where(title != "", info),
        payout_id=day_texts(local.where(own)),
        payout_day=local.where(own),
    )


def orders_named(texts: pd.Series[str]) -> pd.Series[str]:
    """Number of the order that a text names, "" where it names none."""
    return picked(texts, _ORDER, "[0-9]{6,}")


_lines = line_shape(LAYOUT, PROCESSOR, _KINDS, _finished)
FORM = Form(NAME, KIND, LAYOUT, _shaped)
