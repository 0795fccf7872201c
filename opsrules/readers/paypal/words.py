"""PayPal's words for kinds of transactions and their states, in the languages of its accounts.

The list of kinds is not closed and differs by country, so a kind is told by the word it turns on, not by the whole
phrase; one that turns on none of these is `LineKind.OTHER`.

Source: English, German, Italian, Dutch and some Spanish and French phrases were seen in samples and in programs that
read such files; the rest, Portuguese above all, is knowledge of the trade, not verified.
"""

from __future__ import annotations

import re

import pandas as pd

from opsrules.readers.paypal.codes import each_way, turned
from opsrules.terms import LineKind

__all__ = ["AUTHORISATION", "COMPLETED", "MEMO", "NOT_COMPLETED", "kinds"]

AUTHORISATION = "authorisation"
"""No kind of line: it moves no money."""

_BANK = "bank"

# The first that is found tells: a hold for an authorisation is a hold, a fee for a chargeback is a fee.
_TURNS_ON: tuple[tuple[str, str], ...] = (
    (
        LineKind.CONVERSION,
        r"currency conversion|währungsumrechnung|conversion de devise|conversi[oó]n de (?:divisa|moneda)"
        r"|conversione di valuta|valuta-?omrekening|convers[ãa]o de moeda",
    ),
    (
        LineKind.RESERVE,
        r"\bholds?\b|\brelease|reserve|einbehaltung|einbehalt|freigabe|rücklage|sicherheitseinbehalt"
        r"|blocage|déblocage|mise en attente|réserve|retenci[oó]n|reserva\b|bloqueo|liberaci[oó]n"
        r"|\bblocco|sblocco|riserva|trattenut|blokkering|vrijgave|inhouding|reservering|retenç[ãa]o|bloqueio|liberaç[ãa]o",
    ),
    (
        LineKind.FEE,
        r"\bfees?\b|gebühr|entgelt|\bfrais\b|\bcommission\b|comisi[oó]n\b|\btarifas?\b|\btariff[ae]\b|\bcommission[ei]\b"
        r"|\bkosten\b|\btaxas?\b",
    ),
    (
        LineKind.CHARGEBACK_REVERSAL,
        r"chargeback (?:reversal|cancel|reimbursement)|(?:reversal|reimbursement|cancell?ation) of chargeback"
        r"|storno chargeback|annulation de (?:la )?rétrofacturation",
    ),
    (
        LineKind.CHARGEBACK,
        r"charge-?back|payment reversal|kreditkartenrückbuchung|zahlungsrückbuchung|rückbuchung von zahlung"
        r"|rückbuchung einer zahlung|rétrofacturation|contracargo|reversi[oó]n de pago|anulaci[oó]n de pago"
        r"|storno (?:di|del) pagamento|terugboeking|estorno de pagamento",
    ),
    (
        LineKind.REFUND,
        r"refund|rückzahlung|rückerstattung|erstattung|remboursement|reembolso|devoluci[oó]n|rimborso|terugbetaling"
        r"|teruggave",
    ),
    (LineKind.TRANSFER, r"\bcard\b.*(?:deposit|withdrawal)|kreditkarte|\bdebit card\b|con carta\b|par carte\b"),
    (
        AUTHORISATION,
        r"authori[sz]ation|autorisierung|autorisation|autorizaci[oó]n|autorizzazione|autorisatie|autorizaç[ãa]o",
    ),
    (
        LineKind.PAYOUT,
        r"withdrawal|transfer to bank|abbuchung|auszahlung|\bretrait|\bretirada|\bretiro|prelievo|\bopname|\bsaque"
        r"|virement vers (?:le |un |votre )?compte bancaire",
    ),
    (
        LineKind.TRANSFER,
        r"deposit|gutschrift|versement|\bingreso|dep[oó]sito|versamento|storting|aanvulling|approvisionnement",
    ),
    (_BANK, r"transfer|überweisung|virement|bonifico|trasferimento|overboeking|overschrijving|transferência"),
    (LineKind.ADJUSTMENT, r"adjustment|anpassung|korrektur|ajustement|ajuste|rettifica|correctie|aanpassing"),
    (
        LineKind.CHARGE,
        r"payment|checkout|purchase|donation|\bsale\b|zahlung|kauf|spende|paiement|achat|\bdon\b|\bpagos?\b|compra"
        r"|donaci[oó]n|pagament|acquisto|donazione|betaling|aankoop|donatie|doação",
    ),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _TURNS_ON)

COMPLETED = frozenset(
    "completed complete abgeschlossen terminé effectué effectuée completado completada completato completata completo "
    "voltooid concluído concluída concluido".split()
)

NOT_COMPLETED = frozenset(
    (
        *(
            "pending",
            "denied",
            "reversed",
            "active",
            "expired",
            "removed",
            "unverified",
            "voided",
            "processing",
            "held",
        ),
        *("created", "canceled", "cancelled", "uncleared", "unclaimed", "returned", "failed", "placed", "refunded"),
        *("partially refunded", "declined", "blocked", "temporary hold", "cleared", "paid", "unpaid", "on hold"),
        *("ausstehend", "offen", "abgelehnt", "storniert", "rückgängig gemacht", "zurückgebucht", "abgelaufen"),
        *("entfernt", "aktiv", "nicht bestätigt", "in bearbeitung", "erstellt", "teilweise zurückgezahlt"),
        *("zurückgezahlt", "verfallen", "nicht eingelöst", "gesendet"),
        *("en attente", "refusé", "refusée", "annulé", "annulée", "expiré", "expirée", "actif", "supprimé", "créé"),
        *("en cours", "en cours de traitement", "remboursé", "remboursé en partie", "non réclamé"),
        *("pendiente", "denegado", "rechazado", "rechazada", "revertido", "anulado", "anulada", "cancelado", "vencido"),
        *("caducado", "activo", "eliminado", "procesando", "en proceso", "creado", "reembolsado", "retenido"),
        *("in sospeso", "in attesa", "negato", "rifiutato", "stornato", "annullato", "annullata", "scaduto", "attivo"),
        *("rimosso", "in elaborazione", "creato", "rimborsato", "non verificato"),
        *("in behandeling", "geweigerd", "geannuleerd", "teruggedraaid", "verlopen", "actief", "verwijderd"),
        *("aangemaakt", "terugbetaald", "openstaand", "wordt verwerkt"),
        *("pendente", "negado", "recusado", "revertido", "cancelada", "expirado", "ativo", "removido", "criado"),
        *("em processamento", "não verificado", "em andamento"),
    )
)
"""States other than completed; the row moved no money, or may not have."""

MEMO = frozenset(("memo", "mémo", "nota", "notiz", "promemoria", "memorando"))
"""What a row that only tells of another says of its effect on the balance."""


def kinds(phrases: pd.Series[str], gross: pd.Series[int]) -> pd.Series[str]:
    """Kind of each line, by its phrase and its direction; `AUTHORISATION` for those that move no money."""
    return each_way(phrases, gross, _told)


def _told(phrase: str, way: int) -> str:
    kind = _kind(phrase)
    if kind == _BANK:
        return LineKind.PAYOUT if way < 0 else LineKind.TRANSFER
    return turned(kind, way)


def _kind(phrase: str) -> str:
    plain = " ".join(phrase.casefold().split())
    return next((str(kind) for kind, pattern in _PATTERNS if pattern.search(plain)), LineKind.OTHER.value)
