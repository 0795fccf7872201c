"""Names and words of eBay's transaction report, by language.

The English names of ebay.com were seen in a sample. Those of ebay.co.uk and ebay.de were seen in several public
programs that read such files; French, Italian and Spanish are knowledge of the trade, found in no file: not verified.
"""

from __future__ import annotations

from opsrules.terms import LineKind

__all__ = ["FEES", "NAMES", "TYPES"]

NAMES: dict[str, tuple[str, ...]] = {
    "occurred": (
        *("Transaction creation date", "Transaction date", "Datum der Transaktionserstellung"),
        *("Date de création de la transaction", "Data di creazione della transazione"),
        "Fecha de creación de la transacción",
    ),
    "source_kind": ("Type", "Typ", "Tipo"),
    "order_id": ("Order number", "Bestellnummer", "Numéro de commande", "Numero ordine", "Número de pedido"),
    "net": ("Net amount", "Betrag abzügl. Kosten", "Montant net", "Importo netto", "Importe neto"),
    "currency": (
        *("Payout currency", "Auszahlungswährung", "Währung der Auszahlung", "Devise du versement"),
        *("Devise de versement", "Valuta del pagamento", "Valuta pagamento", "Divisa del pago", "Moneda del pago"),
    ),
    "payout_day": ("Payout date", "Auszahlungsdatum", "Date du versement", "Data del pagamento", "Fecha del pago"),
    "payout_id": (
        *("Payout ID", "Auszahlung Nr.", "Auszahlungsnr.", "Numéro de versement", "N° de versement"),
        *("ID pagamento", "Numero pagamento", "Identificador del pago", "Nº de pago"),
    ),
    "payout_status": (
        *("Payout status", "Auszahlungsstatus", "Statut du versement", "Stato del pagamento", "Estado del pago"),
    ),
    "item_id": (*("Item ID", "Artikelnummer", "Numéro d'objet", "Numero oggetto", "ID oggetto", "Número de artículo"),),
    "line_id": (
        *("Transaction ID", "Transaktionsnummer", "Numéro de transaction", "ID transazione"),
        "Identificador de transacción",
    ),
    "item_title": (*("Item title", "Angebotstitel", "Titre de l'objet", "Titolo dell'oggetto", "Título del artículo"),),
    "gross": (
        *("Gross transaction amount", "Transaktionsbetrag (inkl. Kosten)", "Montant brut de la transaction"),
        *("Importo lordo transazione", "Importo lordo della transazione", "Importe bruto de la transacción"),
    ),
    "gross_currency": (
        *("Transaction currency", "Transaktionswährung", "Devise de la transaction", "Valuta della transazione"),
        "Divisa de la transacción",
    ),
    "rate": ("Exchange rate", "Wechselkurs", "Taux de change", "Tasso di cambio", "Tipo de cambio"),
    "collected_tax": (
        *("eBay collected tax", "Von eBay eingezogene Steuern", "Von eBay eingezogene Steuer"),
        *("Taxe collectée par eBay", "Imposte riscosse da eBay", "Impuestos recaudados por eBay"),
    ),
    "reference_id": ("Reference ID", "Referenznummer", "Numéro de référence", "ID riferimento", "Número de referencia"),
    "description": ("Description", "Beschreibung", "Descrizione", "Descripción"),
}
"""Name of each parsed column, that of ebay.com first."""

FEES: dict[str, tuple[str, ...]] = {
    "fixed_fee": (
        *("Final Value Fee - fixed", "Fixer Anteil der Verkaufsprovision", "Commission finale - part fixe"),
        *("Commissione sul valore finale - fissa", "Comisión por venta final - fija"),
    ),
    "variable_fee": (
        *("Final Value Fee - variable", "Variabler Anteil der Verkaufsprovision", "Commission finale - part variable"),
        *("Commissione sul valore finale - variabile", "Comisión por venta final - variable"),
    ),
    "regulatory_fee": (
        *("Regulatory operating fee", "Regulatorische Betriebskosten", "Betriebskostenpauschale"),
        *("Frais d'exploitation réglementaires", "Commissione per adeguamento normativo"),
        "Tarifa de gestión de normativas",
    ),
    "not_as_described_fee": (
        *('Very high "item not as described" fee', "Very high 'item not as described' fee"),
        'Gebühr für sehr hohe Quote an "nicht wie beschriebenen Artikeln"',
    ),
    "below_standard_fee": ("Below standard performance fee", "Gebühr für unterdurchschnittlichen Servicestatus"),
    "international_fee": (
        *("International fee", "Internationale Gebühr", "Frais internationaux", "Commissione internazionale"),
        "Tarifa internacional",
    ),
    "charity": ("Charity donation", "Spende", "Don caritatif", "Donazione", "Donación"),
    "deposit_fee": ("Deposit processing fee",),
}
"""Columns of what eBay takes off a sale and gives back on a refund; they come and go by site and year."""

_WORDS: dict[LineKind, str] = {
    LineKind.CHARGE: "order; bestellung; commande; ordine; pedido",
    LineKind.REFUND: "refund; rückerstattung; remboursement; rimborso; reembolso",
    LineKind.CHARGEBACK: (
        "claim; payment dispute; fall; käuferschutzfall; zahlungsanfechtung; zahlungskonflikt; réclamation; "
        "contestation de paiement; litige de paiement; reclamo; contestazione del pagamento; reclamación; "
        "disputa de pago"
    ),
    LineKind.RESERVE: "hold; einbehaltung; einbehalt; blocage; suspension; trattenuta; blocco; retención",
    LineKind.FEE: (
        "other fee; andere gebühr; autres frais; altra commissione; altre commissioni; otra tarifa; otras tarifas; "
        "shipping label; postage label; versandetikett; bordereau d'expédition; etichetta di spedizione; "
        "etiqueta de envío"
    ),
    LineKind.ADJUSTMENT: "adjustment; credit; anpassung; gutschrift; ajustement; rettifica; ajuste; crédit; credito",
    LineKind.TRANSFER: "transfer; charge; übertragung; überweisung; belastung; transfert; trasferimento; transferencia",
    LineKind.PAYOUT: "payout; auszahlung; versement; pagamento; pago",
}


def _plain(word: str) -> str:
    return "_".join(word.split()).casefold()


TYPES = {_plain(word): kind for kind, words in _WORDS.items() for word in words.split(";")}
"""Word of the type column, in lower case with ``_`` between its parts, to kind; others are `LineKind.OTHER`."""
