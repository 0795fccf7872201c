"""PayPal's transaction event codes (T-codes): what each says a line is.

The two digits after T are the group; a few codes differ from the rest of their group. A code says nothing of the
direction: a payment that the account sent has the code of one that it received.

Source: PayPal, transaction event code reference (developer.paypal.com/reports/reference/t-codes); T0003, T0006, T0200,
T0400, T1107, T1108, T1202, T1302 and T9900 were seen in samples, the others were not.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from opsrules.terms import LineKind

__all__ = ["AUTHORISATIONS", "each_way", "kinds", "turned"]

AUTHORISATIONS = re.compile(r"T13|T9900\Z")
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
    (LineKind.CHARGE, -1): LineKind.TRANSFER,  # the account paid someone
    (LineKind.REFUND, 1): LineKind.TRANSFER,  # and was paid back
    (LineKind.CHARGEBACK, 1): LineKind.CHARGEBACK_REVERSAL,
}


def kinds(codes: pd.Series[str], gross: pd.Series[int]) -> pd.Series[str]:
    """Kind of each line, by its code and its direction; `LineKind.OTHER` for a code that is not known here."""
    return each_way(codes, gross, lambda code, way: turned(_CODES.get(code.strip().upper(), _group(code)), way))


def _group(code: str) -> LineKind:
    plain = code.strip().upper()
    return _GROUPS.get(plain[1:3], LineKind.OTHER) if plain.startswith("T") and len(plain) == 5 else LineKind.OTHER


def turned(kind: str, way: int) -> str:
    """Kind that is meant when money goes a way (1 in, -1 out): a payment sent is no charge, but a transfer."""
    return str(_TURNED.get((LineKind(kind), way), kind)) if kind in _BOTH_WAYS else kind


_BOTH_WAYS = frozenset(str(kind) for kind, _ in _TURNED)


def each_way(texts: pd.Series[str], gross: pd.Series[int], kind: Callable[[str, int], str]) -> pd.Series[str]:
    """Return what `kind` makes of each text and the way its money goes, asked once for each pair."""
    at, unique = pd.factorize(texts.reset_index(drop=True))
    ways = (0, 1, -1)  # as the sign of an amount counts from the end
    known = pd.Series([str(kind(text, way)) for text in unique for way in ways], dtype="str")
    sign = np.sign(gross.to_numpy(dtype=np.int64)) % len(ways)
    return known.take(at * len(ways) + sign).set_axis(texts.index)
