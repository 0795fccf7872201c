"""Amazon seller feedback (tab separated): ratings that buyers left of the seller.

The order of day and month follows the marketplace: the file tells, or the account says so. The raters' mail addresses
are never read, and of the seller's answer only whether there is one.

Source: Amazon Selling Partner API, seller feedback report; the English header was seen in a sample, the other languages
are not verified.
"""

from __future__ import annotations

from opsrules.readers.amazon.reports import MARKETPLACE, Options, read_report, with_texts
from opsrules.readers.delivery import Form
from opsrules.readers.header import recognises_columns
from opsrules.readers.layout import Column, Dates, Kind, Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.table import Records
from opsrules.signs import blank
from opsrules.terms import RejectReason

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "Options", "identify", "read"]

NAME = "amazon_feedback"
KIND = "feedback"
CHECKED = "sample: the English header"
NOT_VERIFIED = "rows of a live account; headers in other languages"

LAYOUT = Layout(
    columns=(
        Column("left_on", "Date", Kind.DAY, aliases=("Datum", "Fecha", "Data", "日付"), required=True, filled=True,
               dates=Dates.LOCAL),
        Column("rating", "Rating", Kind.INTEGER, required=True, filled=True,
               aliases=("Bewertung", "Évaluation", "Note", "Valoración", "Calificación", "Valutazione", "Beoordeling",
                        "Ocena", "Betyg", "評価")),
        Column("order_id", "Order ID", required=True,
               aliases=("Bestellnummer", "Numéro de commande", "Numéro de la commande", "Número de pedido",
                        "Identificador de pedido", "Numero ordine", "Bestelnummer", "Numer zamówienia",
                        "Beställningsnummer", "注文番号")),
        Column("comment", "Comments", required=True,
               aliases=("Kommentare", "Commentaires", "Comentarios", "Commenti", "Opmerkingen", "Komentarze",
                        "Kommentarer", "コメント")),
        Column("response", "Your Response",
               aliases=("Ihre Antwort", "Votre réponse", "Tu respuesta", "Su respuesta", "La tua risposta",
                        "Uw reactie", "Twoja odpowiedź", "Ditt svar", "返答")),
    ),
)  # fmt: skip
_KNOWN_BY = ("left_on", "rating", "order_id", "comment", "response")
_WORST, _BEST = 1, 5


def identify(head: Head) -> bool:
    """Whether the file is a report of seller feedback, in any language."""
    return recognises_columns(head, LAYOUT, _KNOWN_BY)


def read(source: Source) -> Read:
    """Read one report into feedback.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    return read_report(source, FORM)


def _shaped(records: Records) -> Parsed:
    parsed = parse(records, LAYOUT.columns)
    rows = with_texts(parsed.rows, marketplace=MARKETPLACE).assign(answered=~blank(parsed.rows["response"]), nothing=0)
    strange = ~rows["rating"].between(_WORST, _BEST).to_numpy(dtype=bool)
    shaped = Parsed(rows, parsed.rejects)
    return shaped.without(strange, RejectReason.VALUE_UNKNOWN, records.titles["rating"], stake="nothing")


FORM = Form(NAME, KIND, LAYOUT, _shaped)
