"""PayPal's transaction event codes (T-codes): what each says a line is.

The two digits after T are the group; a few codes differ from the rest of their group. A code says nothing of the
direction: a payment that the account sent has the code of one that it received.

Source: PayPal, transaction event code reference (developer.paypal.com/reports/reference/t-codes); T0003, T0006, T0200,
T0400, T1107, T1108, T1202, T1302 and T9900 were seen in samples, the others were not.
"""

from __future__ import annotations

import pandas as pd

from opsrules.terms import LineKind

__all__ = ["AUTHORISATIONS", "kinds", "turned"]

AUTHORISATIONS = r"T13|T9900$"
"""Beginnings of codes that move no money: authorisations, and what is told of them later."""

_GROUPS = {
    "00": LineKind.CHARGE,
    "01": LineKind.FEE,
    "02": LineKind.CONVERSION,
    "03": LineKind.TRANSFER,  # from the account's own bank
    "04": LineKind.PAYOUT,
    "05": LineKind.TRANSFER,  # spent with PayPal's debit card
    "06": LineKind.TRANSFER,  # to a card
    "07": LineKind.TRANSFER,  # from a card
    "08": LineKind.ADJUSTMENT,
    "09": LineKind.ADJUSTMENT,
    "10": LineKind.TRANSFER,
    "11": LineKind.ADJUSTMENT,
    "12": LineKind.ADJUSTMENT,
    "14": LineKind.ADJUSTMENT,
    "15": LineKind.RESERVE,
    "16": LineKind.TRANSFER,
    "17": LineKind.TRANSFER,
    "18": LineKind.TRANSFER,
    "19": LineKind.ADJUSTMENT,
    "20": LineKind.TRANSFER,
    "21": LineKind.RESERVE,
    "22": LineKind.TRANSFER,
}

_CODES = {
    "T0113": LineKind.FEE,
    "T1101": LineKind.PAYOUT,  # a withdrawal that came back
    "T1102": LineKind.TRANSFER,
    "T1104": LineKind.TRANSFER,
    "T1105": LineKind.RESERVE,
    "T1106": LineKind.CHARGEBACK,  # PayPal takes a payment back
    "T1107": LineKind.REFUND,
    "T1108": LineKind.FEE,
    "T1109": LineKind.FEE,
    "T1110": LineKind.RESERVE,
    "T1111": LineKind.RESERVE,
    "T1113": LineKind.REFUND,
    "T1114": LineKind.TRANSFER,  # of payments that the account sent
    "T1115": LineKind.TRANSFER,
    "T1116": LineKind.RESERVE,
    "T1201": LineKind.CHARGEBACK,
    "T1202": LineKind.CHARGEBACK_REVERSAL,
    "T1205": LineKind.CHARGEBACK_REVERSAL,
    "T1207": LineKind.CHARGEBACK,
    "T1208": LineKind.CHARGEBACK_REVERSAL,
}

_TURNED = {
    (LineKind.CHARGE, False): LineKind.TRANSFER,  # the account paid someone
    (LineKind.REFUND, True): LineKind.TRANSFER,  # and was paid back
    (LineKind.CHARGEBACK, True): LineKind.CHARGEBACK_REVERSAL,
}


def kinds(codes: pd.Series[str], gross: pd.Series[int]) -> pd.Series[str]:
    """Kind of each line, by its code and its direction; `LineKind.OTHER` for a code that is not known here."""
    known = {code: _CODES.get(code.strip().upper(), _group(code)) for code in codes.unique()}
    return turned(codes.astype(object).map(known).astype("str"), gross)


def _group(code: str) -> LineKind:
    plain = code.strip().upper()
    return _GROUPS.get(plain[1:3], LineKind.OTHER) if plain.startswith("T") and len(plain) == 5 else LineKind.OTHER


def turned(kind: pd.Series[str], gross: pd.Series[int]) -> pd.Series[str]:
    """Kinds that mean another when money goes the other way: a payment sent is no charge, but a transfer."""
    out = kind
    for (word, positive), other in _TURNED.items():
        away = gross > 0 if positive else gross < 0
        out = out.mask((kind == word) & away, other.value)
    return out
