"""Columns of the CSV files that PayPal's website offers, in the languages of its accounts.

Dates, amounts and names follow the account's language. A fee is written as a negative figure, and net is gross + fee.

Names were seen: English in samples; the Spanish statement in a sample's header; German, Italian, Dutch and the French
activity in programs that read such files. Portuguese, the Spanish activity, and the French, Dutch and Portuguese
statements are knowledge of the trade, not verified.
"""

from __future__ import annotations

from opsrules.readers.header import find_header, plain_lines
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.model import Head
from opsrules.readers.styles import COMMA, POINT, SPACE, SPREADSHEET, SWISS

__all__ = ["IMPACT", "KIND_OF_LINE", "STATUS", "WORDING", "found", "layout"]

_CURRENCY = Column(
    "currency", "Currency", Kind.CURRENCY, ("Währung", "Devise", "Divisa", "Moneda", "Valuta", "Moeda"), required=True
)
_NET = Column(
    "net_minor",
    "Net",
    Kind.AMOUNT,
    ("Netto", "Neto", "Líquido", "Valor líquido", "Montant net"),
    required=True,
    filled=True,
)
_GROSS = Column(
    "gross_minor",
    "Gross",
    Kind.AMOUNT,
    ("Brutto", "Avant commission", "Brut", "Montant brut", "Bruto", "Lordo", "Valor bruto"),
    required=True,
    filled=True,
)
_FEE = Column(
    "fee_minor",
    "Fee",
    Kind.AMOUNT,
    ("Gebühr", "Entgelt", "Commission", "Frais", "Comisión", "Tarifa", "Tariffa", "Commissione", "Kosten", "Taxa"),
    required=True,
    negate=True,
)
_DATE = Column(
    "occurred", "Date", Kind.INSTANT, ("Datum", "Fecha", "Data"), required=True, filled=True, dates=Dates.LOCAL
)
_DAY = Column("occurred_day", "Date", Kind.DAY, ("Datum", "Fecha", "Data"), dates=Dates.LOCAL)
_TIME = Column("time", "Time", aliases=("Uhrzeit", "Zeit", "Heure", "Hora", "Orario", "Ora", "Tijd"), required=True)
_ZONE = Column(
    "zone",
    "TimeZone",
    aliases=(
        *("Time Zone", "Zeitzone", "Fuseau horaire", "Zona horaria", "Fuso orario", "Tijdzone", "Fuso horário"),
        *("Zona de horario", "Fuso horario"),
    ),
    required=True,
)
_TRANSACTION = Column(
    "line_id",
    "Transaction ID",
    aliases=(
        *("Transaktionscode", "Numéro de transaction", "Nº de transaction", "Id. de transacción", "ID de transacción"),
        *("Codice transazione", "Transactiereferentie", "Transactie-ID", "Transactiecode", "ID da transação"),
        *("Código da transação", "Número da transação", "Identificador da transação"),
    ),
    required=True,
)
_RELATED = Column(
    "related",
    "Reference Txn ID",
    aliases=(
        *("Zugehöriger Transaktionscode", "Txn-Referenzkennung", "Numéro de la transaction de référence"),
        *("Nº de transaction de référence", "Id. de referencia de trans.", "Id. de transacción de referencia"),
        *("Codice transazione di riferimento", "ID transazione di riferimento", "Referentie-ID transactie"),
        *("ID da transação de referência", "Código da transação de referência"),
    ),
)
_INVOICE = Column(
    "order_id",
    "Invoice Number",
    aliases=(
        *("Invoice ID", "Rechnungsnummer", "Numéro de facture", "Nº de facture", "N° de facture", "Id. de factura"),
        *("Número de factura", "N° ordine commerciante", "Numero fattura", "Codice fattura", "Factuurnummer"),
        *("Factuur-ID", "Número da fatura", "ID da fatura"),
    ),
)
_CUSTOM = Column(
    "custom",
    "Custom Number",
    aliases=(
        # The German one is PayPal's own slip: customs, not custom.
        *("Zollnummer", "Individuelle Nummer", "Numéro client", "Nº de client", "Número personalizado"),
        *("Numero personalizzato", "Aangepast nummer"),
    ),
)
_SUBJECT = Column("description", "Subject", aliases=("Betreff", "Objet", "Asunto", "Oggetto", "Onderwerp", "Assunto"))
_BALANCE = Column("balance", "Balance", aliases=("Guthaben", "Solde", "Saldo"))

KIND_OF_LINE = Column("source_kind", "Type", Kind.KEY, ("Typ", "Tipo"), required=True)
STATUS = Column("status", "Status", aliases=("État", "Etat", "Statut", "Estado", "Stato", "Situação"))
IMPACT = Column(
    "impact",
    "Balance Impact",
    aliases=(
        *("Auswirkung auf Guthaben", "Impact sur le solde", "Efecto en el saldo", "Impacto en el saldo"),
        *("Impatto sul saldo", "Effect op saldo", "Impacto no saldo"),
    ),
)
WORDING = Column(
    "source_kind",
    "Description",
    Kind.KEY,
    ("Beschreibung", "Descripción", "Descrizione", "Omschrijving", "Beschrijving", "Descrição"),
    required=True,
)

_SHARED = (
    *(_CURRENCY, _NET, _GROSS, _FEE, _DATE, _DAY, _TIME, _ZONE, _TRANSACTION, _RELATED, _INVOICE, _CUSTOM),
    *(_SUBJECT, _BALANCE),
)
_KNOWN_BY = (_CURRENCY, _NET, _GROSS, _FEE, _DATE, _TIME, _ZONE, _TRANSACTION)


def layout(*own: Column) -> Layout:
    """Return the columns that both files have, and those of one of them."""
    return Layout(columns=(*_SHARED, *own), style=POINT, local_styles=(COMMA, SPACE, SWISS, *SPREADSHEET))


def found(head: Head, *own: Column) -> bool | None:
    """Whether a PayPal file's header has one of these columns; None when it is none of PayPal's.

    A file is PayPal's with all but one of the columns by which it is known, in any language.
    """
    names = frozenset(name for column in (*_KNOWN_BY, *own) for name in column.names)
    header = find_header(plain_lines(head.text), names, ",;\t|")
    if header is None:
        return None
    there = {name.casefold() for name in header.names}
    known = sum(any(name.casefold() in there for name in column.names) for column in _KNOWN_BY)
    if known < len(_KNOWN_BY) - 1:
        return None
    return any(name.casefold() in there for column in own for name in column.names)
