"""Columns that are made for card data: known by their names, named in the review, never read.

Source: PCI DSS 4.0.1, 3.3.1 (track data, verification codes and PIN blocks may not be kept once a payment is
authorised, masked or not) and 3.5.1 (card numbers may not be kept readable). The names are those of processors' and
shops' exports and their translations, knowledge of the trade.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["card_columns", "is_card_column"]

_CODES = (
    "cvv", "cvv2", "cvc", "cvc2", "cvn", "cvn2", "csc", "cav2", "card verification value", "card verification code",
    "card verification number", "card security code", "security code", "verification value",
    "prufnummer", "kartenprufnummer", "kartenprufziffer", "sicherheitscode", "cryptogramme",
    "code de securite", "codigo de seguridad", "codice di sicurezza", "beveiligingscode", "codigo de seguranca",
)  # fmt: skip
_TRACKS = (
    "track1", "track2", "track3", "track data", "track1 data", "track2 data", "track3 data", "trackdata",
    "track1data", "track2data", "magstripe", "magnetic stripe", "magstripe data", "magnetic stripe data", "swipe data",
    "track2 equivalent data", "emv data", "pin block", "pinblock",
)  # fmt: skip
_NUMBERS = (
    "card number", "cardnumber", "card no", "card num", "cardno", "credit card number", "credit card no",
    "creditcard number", "debit card number", "debit card no", "payment card number", "full card number",
    "bank card number", "cc number", "cc num", "cc no", "ccnumber", "ccnum", "pan", "primary account number",
    "account pan", "shopper pan", "card pan", "fpan", "kartennummer", "kreditkartennummer", "numero de carte",
    "numero de tarjeta", "numero di carta", "numero carta", "kaartnummer", "creditcardnummer", "numero do cartao",
    "kortnummer",
)  # fmt: skip
_NAMES = frozenset((*_CODES, *_TRACKS, *_NUMBERS))

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OTHER = re.compile(r"[^0-9a-z]+")
_LETTERS = str.maketrans({"ü": "u", "é": "e", "è": "e", "ú": "u", "ó": "o", "ã": "a", "ç": "c"})
_TRACK = re.compile(r"\btrack ([123])\b")


def is_card_column(name: str) -> bool:
    """Whether a column of that name is made for card data, however it is spelled.

    Examples
    --------
    >>> [is_card_column(name) for name in ("Card Number", "cardNumber", "CVV2", "Track 1", "card_brand", "CVC result")]
    [True, True, True, True, False, False]
    """
    plain = _OTHER.sub(" ", _CAMEL.sub(" ", name).lower().translate(_LETTERS)).strip()
    return _TRACK.sub(r"track\1", plain) in _NAMES


def card_columns(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that are made for card data, each once."""
    return tuple(dict.fromkeys(name for name in names if is_card_column(name)))
