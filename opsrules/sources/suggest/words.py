"""Names that columns have in the languages of banks and platforms, by what stands in them.

Source: headers of banks' and platforms' exports and their translations; knowledge of the trade, and values decide.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

__all__ = ["CREDIT_MARKS", "DEBIT_MARKS", "FIGURES", "PERSONAL", "Role", "balance_named", "named_like", "plain"]


class Role(StrEnum):
    """What a column is for."""

    DATE = "date"
    VALUE_DATE = "value_date"
    AMOUNT = "amount"
    DEBIT = "debit"
    CREDIT = "credit"
    MARK = "mark"
    CURRENCY = "currency"
    BALANCE = "balance"
    GROSS = "gross"
    FEE = "fee"
    NET = "net"
    ORDER = "order_id"
    PAYMENT = "payment_id"
    PAYOUT = "payout_id"
    KIND = "kind"
    METHOD = "method"
    ID = "id"
    ACCOUNT = "account"
    COUNTERPARTY = "counterparty"
    REFERENCE = "reference"
    TEXT = "text"
    PERSON = "person"
    OTHER = "other"


_NAMES: dict[Role, str] = {
    Role.VALUE_DATE: (
        "value date|valuta|valutadatum|wertstellung|wertstellungstag|wert|date valeur|date de valeur|fecha valor|"
        "fecha de valor|data valuta|data wartosci|rentedatum|val date|valeur"
    ),
    Role.DATE: (
        "date|datum|booking date|buchung|buchungstag|buchungsdatum|posting date|posted|post date|"
        "transaction date|date operation|date de l operation|date d operation|date comptable|fecha|"
        "fecha operacion|fecha de operacion|fecha contable|data|data operazione|data contabile|boekdatum|"
        "transactiedatum|data operacji|data ksiegowania|bokforingsdag|transaktionsdatum|dato|bogforingsdato|"
        "kirjauspaiva|data lancamento|data mov|created|created at|completed date|started date|time|zeit|when|"
        "timestamp|date created"
    ),
    Role.DEBIT: (
        "debit|debits|debit amount|soll|belastung|ausgang|withdrawal|withdrawals|paid out|money out|debito|cargo|"
        "cargos|debe|dare|uscite|af|afschrijving|obciazenia|obciazenie|debet|sortie|depense|ausgaben|outflow|"
        "lastschrift|saida"
    ),
    Role.CREDIT: (
        "credit|credits|credit amount|haben|gutschrift|eingang|deposit|deposits|paid in|money in|credito|abono|"
        "abonos|haber|avere|entrate|bij|bijschrijving|uznania|uznanie|kredit|entree|recette|einnahmen|inflow|"
        "entrada"
    ),
    Role.MARK: (
        "d c|dc|debit credit|cr dr|dr cr|soll haben|s h|sh|af bij|type debit credit|sens|sens operation|signe|"
        "signo|segno|kennzeichen|credit debit indicator|indicator|debit credit indicator"
    ),
    Role.BALANCE: (
        "balance|saldo|solde|running balance|kontostand|saldo nach buchung|saldo despues|stand|saldo po operacji|"
        "balance after|account balance|solde apres operation|saldo contabile|saldo disponible|available balance"
    ),
    Role.FEE: (
        "fee|fees|cost|costs|commission|gebuhr|gebuhren|entgelt|frais|comision|commissione|kosten|prowizja|"
        "processing fee|transaction fee|fee amount|charges|taxa"
    ),
    Role.NET: ("net|net amount|netto|nettobetrag|montant net|neto|importe neto|importo netto|amount net|payout amount"),
    Role.GROSS: (
        "gross|gross amount|brutto|bruttobetrag|montant brut|bruto|importe bruto|lordo|amount gross|sale amount"
    ),
    Role.AMOUNT: (
        "amount|betrag|umsatz|montant|importe|importo|bedrag|kwota|valor|belopp|belob|summe|wert|value|sum|"
        "transaction amount|buchungsbetrag|betrag in eur|amount eur|amount usd|amount gbp|total|summa|maara|"
        "monto|cantidad|transaktionsbetrag|amount in account currency"
    ),
    Role.CURRENCY: (
        "currency|wahrung|waehrung|devise|moneda|divisa|valuta|munt|waluta|moeda|coin|currency code|ccy|valuutta|"
        "devise du compte|transaction currency"
    ),
    Role.ORDER: (
        "order|order id|order no|order number|order reference|bestellung|bestellnummer|commande|"
        "numero de commande|pedido|numero de pedido|ordine|bestelling|bestelnummer|zamowienie|merchant order id|"
        "shop order"
    ),
    Role.PAYMENT: ("payment id|charge id|payment reference|zahlungs id|payment|transaktions id|psp reference"),
    Role.PAYOUT: (
        "payout id|payout|settlement id|batch id|transfer id|auszahlung|auszahlungs id|payout reference|deposit id"
    ),
    Role.KIND: (
        "type|transaction type|kind|category|what|art|typ|transaktionsart|buchungstext|operation|tipo|"
        "tipo de operacion|soort|rodzaj|event|event type|description type|record type"
    ),
    Role.METHOD: (
        "method|payment method|zahlungsart|zahlungsmethode|mode de paiement|forma de pago|card|brand|card brand|"
        "card type|betaalwijze"
    ),
    Role.ID: (
        "id|transaction id|operation number|operation id|entry id|txn|txn id|transaction no|transaction number|"
        "buchungsnummer|umsatz id|numero operation|numero de operacion|volgnummer|unique id|transaktionsnummer|"
        "line id"
    ),
    Role.ACCOUNT: (
        "account|account number|iban|konto|kontonummer|auftragskonto|compte|numero de compte|cuenta|"
        "numero de cuenta|conto|rekening|rekeningnummer|rachunek|iban auftragskonto|account no|conta|konto iban|"
        "iban konto"
    ),
    Role.COUNTERPARTY: (
        "counterparty|partner name|payee|name|beneficiary|auftraggeber|empfanger|zahlungspflichtiger|"
        "begunstigter zahlungspflichtiger|auftraggeber empfanger|name zahlungsbeteiligter|tiers|beneficiaire|"
        "contrepartie|beneficiario|ordenante|naam|tegenpartij|naam tegenpartij|kontrahent|nadawca odbiorca|"
        "merchant|merchant name|beguenstigter|controparte|vendor|other party"
    ),
    Role.REFERENCE: (
        "reference|referenz|ref|kundenreferenz|kundenreferenz end to end|end to end reference|end to end id|"
        "referencia|riferimento|referentie|kenmerk|customer reference|bank reference|reference number|"
        "mandatsreferenz"
    ),
    Role.TEXT: (
        "text|description|label|narrative|memo|details|detail|transaction details|verwendungszweck|vorgang|"
        "buchungsdetails|libelle|concepto|descripcion|causale|descrizione|omschrijving|mededelingen|opis|tytul|"
        "descricao|beskrivning|tekst|particulars|remittance|remittance information|information|communication|"
        "note|notes|transaction"
    ),
    Role.PERSON: (
        "email|e mail|mail|phone|telephone|telefon|address|adresse|direccion|indirizzo|street|city|zip|postcode|"
        "first name|last name|surname|customer|customer name|buyer|buyer name|kunde|client|recipient|cardholder"
    ),
}
"""A name may stand for several: the values decide, and among those that fit the first."""

_KNOWN: dict[str, tuple[Role, ...]] = {}
for _role, _names in _NAMES.items():
    for _name in _names.split("|"):
        _KNOWN[_name] = (*_KNOWN.get(_name, ()), _role)
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "đ": "d"})
_OTHER = re.compile(r"[^0-9a-z]+")
_SHORTEST = 3

FIGURES = (Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.BALANCE, Role.GROSS, Role.FEE, Role.NET)
"""Roles whose values are amounts."""

PERSONAL = (Role.PERSON, Role.COUNTERPARTY, Role.TEXT, Role.REFERENCE, Role.ACCOUNT, Role.ID, Role.OTHER)
"""Roles whose values may name a person or an account: a sample shows their shape alone."""

DEBIT_MARKS = frozenset(
    "d dr dt db s soll debit dbit debet debito debe dare af belastung out - cargo obciazenie lastschrift".split()
)
CREDIT_MARKS = frozenset(
    "c cr ct h haben credit crdt kredit credito haber avere bij gutschrift in + abono uznanie eingang".split()
)
"""Words that say which way an amount goes, in small letters without accents."""

_BALANCES: dict[str, tuple[str, ...]] = {
    "opening": (
        *("anfangssaldo", "alter saldo", "opening balance", "balance at start", "beginning balance"),
        *("starting balance", "previous balance", "saldo inicial", "saldo anterior", "solde initial", "ancien solde"),
        *("saldo iniziale", "beginsaldo", "saldo poczatkowe", "kontostand am anfang", "balance brought forward"),
    ),
    "closing": (
        *("endsaldo", "neuer saldo", "schlusssaldo", "closing balance", "balance at end", "ending balance"),
        *("saldo final", "solde final", "nouveau solde", "saldo finale", "eindsaldo", "saldo koncowe"),
        *("balance carried forward", "kontostand am ende"),
    ),
}
"""Beginnings of lines that state a balance."""


def plain(name: str) -> str:
    """Name in small letters, without accents and signs.

    Examples
    --------
    >>> plain("Date opération (€)"), plain("Auftraggeber/Empfänger"), plain("Kwota_PLN")
    ('date operation', 'auftraggeber empfanger', 'kwota pln')
    """
    bare = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return _OTHER.sub(" ", "".join(sign for sign in bare if not unicodedata.combining(sign))).strip()


def named_like(name: str) -> tuple[tuple[Role, ...], int]:
    """Roles that a column's name may stand for, and how surely: 3 the whole name, 2 its beginning or end, 0 none.

    Examples
    --------
    >>> [str(roles[0]) for roles, _ in map(named_like, ("Betrag", "Wertstellung", "Fecha valor", "Amount (EUR)"))]
    ['amount', 'value_date', 'value_date', 'amount']
    >>> named_like("Colour")
    ((), 0)
    """
    words = plain(name)
    if words in _KNOWN:
        return _KNOWN[words], 3
    parts = words.split()
    for size in range(len(parts) - 1, 0, -1):
        for some in (" ".join(parts[:size]), " ".join(parts[-size:])):
            if len(some) >= _SHORTEST and some in _KNOWN:
                return _KNOWN[some], 2
    return (), 0


def balance_named(cell: str) -> str:
    """``opening`` or ``closing`` for the first cell of a line that states such a balance, "" for others.

    Examples
    --------
    >>> balance_named("Endsaldo 31.10.2026"), balance_named("Previous balance"), balance_named("12.10.2026")
    ('closing', 'opening', '')
    """
    told = plain(cell)
    return next((kind for kind, starts in _BALANCES.items() if told.startswith(starts)), "")
