"""Words of the date range report's type column, by language.

English was seen in samples; the others in public programs that read such files, none of them in a file of a client: not
verified. A word that is not here is `LineKind.OTHER`.
"""

from __future__ import annotations

from opsrules.terms import LineKind

__all__ = ["TYPES"]

_WORDS: dict[LineKind, str] = {
    LineKind.CHARGE: "order; bestellung; commande; pedido; ordine; bestelling; beställning; zamówienie; sipariş; 注文",
    LineKind.REFUND: (
        "refund; erstattung; remboursement; reembolso; rimborso; terugbetaling; återbetalning; återbäring; "
        "zwrot kosztów; zwrot; iade; para iadesi; 返金"
    ),
    LineKind.CHARGEBACK: (
        "chargeback refund; a-to-z guarantee claim; a-to-z guarantee refund; erstattung durch rückbuchung; "
        "a-bis-z-garantieantrag; remboursement suite à une contestation; a-z-garantie"
    ),
    LineKind.FEE: (
        "service fee; servicegebühr; frais de service; tarifa de prestación de servicio; commissione di servizio; "
        "servicekosten; serviceavgift; opłata za usługę; 注文外料金; "
        "fba inventory fee; versand durch amazon lagergebühr; frais de stock expédié par amazon; "
        "tarifas de inventario de logística de amazon; costo di stoccaggio logistica di amazon; fba 在庫関連の手数料; "
        "fba customer return fee; fba transaction fees; transaktionsgebühren für versand durch amazon; "
        "frais de transaction expédié par amazon; commissioni per le transazioni di logistica di amazon; "
        "deal fee; lightning deal fee; blitzangebotsgebühr; tarif de la vente flash; tarifa de oferta flash; "
        "tariffa dell'offerta lampo; 数量限定タイムセール手数料; coupon redemption fee; fee adjustment; "
        "shipping services; "
        "delivery services; amazon fees; subscription fee; vine enrolment fee; agl selling services charge"
    ),
    LineKind.ADJUSTMENT: (
        "adjustment; anpassung; ajustement; ajuste; modifica; aggiustamento; aanpassing; justering; korekta; 調整; "
        "liquidations; liquidations adjustments; safe-t reimbursement; order_retrocharge; refund_retrocharge; "
        "bestellung_wiedereinzug; erstattung_wiedereinzug; fba inventory reimbursement"
    ),
    LineKind.TRANSFER: "debt; schulden; dette; deuda; debito; schuld; skuld; dług",
    LineKind.PAYOUT: (
        "transfer; übertrag; transférer; transfert; transferir; transferencia; trasferimento; overboeking; "
        "överföring; przelew; transferência; 振込み"
    ),
    LineKind.RESERVE: "current reserve amount; previous reserve amount balance; account level reserve",
}


def _plain(word: str) -> str:
    return "_".join(word.replace("-", " ").replace("_", " ").casefold().split())


TYPES = {_plain(word): kind for kind, words in _WORDS.items() for word in words.split(";")}
"""Word, in lower case with ``_`` between its parts, to kind."""
