"""Adyen's words for kinds of bookings and for payment methods.

Endings that say how a thing was settled - ``SettledExternally``, ``RefundedInstallment``, ``SettledBulk`` - do not
change what it is.

Source: Adyen, settlement details report and reports and the payments lifecycle (docs.adyen.com/reporting). Settled,
Chargeback, Fee, MerchantPayout and DepositCorrection, and the record types Received, Authorised, SentForSettle, Settled
and Chargeback were seen in samples, the others were not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from opsrules.readers.lookup import each_text
from opsrules.terms import LineKind, PaymentEvent

__all__ = ["EXTERNALLY", "KINDS", "RECORD_TYPES", "card_brands", "said"]

KINDS: dict[str, LineKind] = {
    "settled": LineKind.CHARGE,
    "bulksettlement": LineKind.CHARGE,
    "settledreversed": LineKind.CHARGE,
    "capturefailed": LineKind.CHARGE,
    "refunded": LineKind.REFUND,
    "refundedreversed": LineKind.REFUND_FAILURE,
    "refundfailed": LineKind.REFUND_FAILURE,
    "chargeback": LineKind.CHARGEBACK,
    "secondchargeback": LineKind.CHARGEBACK,
    "chargebackreversed": LineKind.CHARGEBACK_REVERSAL,
    "secondchargebackreversed": LineKind.CHARGEBACK_REVERSAL,
    "fee": LineKind.FEE,
    "misccosts": LineKind.FEE,
    "invoicededuction": LineKind.FEE,
    "depositcorrection": LineKind.RESERVE,
    "reserveadjustment": LineKind.RESERVE,
    "balancetransfer": LineKind.TRANSFER,
    "bppaidout": LineKind.TRANSFER,
    "paidout": LineKind.TRANSFER,  # to a third party, in the account's name
    "paidoutreversed": LineKind.TRANSFER,
    "manualcorrection": LineKind.ADJUSTMENT,
    "merchantpayout": LineKind.PAYOUT,
    "merchantpayoutreversed": LineKind.PAYOUT,
}
"""``Type`` of a booking to kind; the list is not closed."""

RECORD_TYPES: dict[str, PaymentEvent] = {
    "received": PaymentEvent.RECEIVED,
    "authorised": PaymentEvent.AUTHORISED,
    "refused": PaymentEvent.REFUSED,
    "error": PaymentEvent.ERROR,
    "cancelled": PaymentEvent.CANCELLED,
    "expired": PaymentEvent.EXPIRED,
    "sentforsettle": PaymentEvent.CAPTURED,
    "settled": PaymentEvent.SETTLED,
    "bulksettlement": PaymentEvent.SETTLED,
    "refunded": PaymentEvent.REFUNDED,
    "chargeback": PaymentEvent.CHARGEBACK,
    "secondchargeback": PaymentEvent.CHARGEBACK,
    "chargebackreversed": PaymentEvent.CHARGEBACK_REVERSED,
}
"""``Record Type`` to event; a refund that is only asked for (``SentForRefund``) is none yet."""

# Payment methods that are cards.
_CARDS: dict[str, str] = {
    "visa": "visa",
    "mc": "mastercard",
    "amex": "american_express",
    "diners": "diners_club",
    "discover": "discover",
    "jcb": "jcb",
    "maestro": "maestro",
    "cup": "unionpay",
    "cartebancaire": "cartes_bancaires",
    "bcmc": "bancontact",
    "elo": "elo",
    "hipercard": "hipercard",
    "nyce": "nyce",
    "star": "star",
    "pulse": "pulse",
    "accel": "accel",
}
EXTERNALLY = re.compile(r"externally(?:withinfo)?\s*$", re.IGNORECASE | re.ASCII)
"""Ending of what was settled by someone else: it is in no payout of Adyen's."""

_ENDING = re.compile(r"(externally(withinfo)?|(in)?installments?|bulk)$")


def said(texts: pd.Series[str], words: Mapping[str, str], other: str) -> pd.Series[str]:
    """Texts in other words, without regard to case and endings; `other` for one that is not known."""
    return each_text(texts, lambda text: str(words.get(_ENDING.sub("", text.strip().casefold()), other)))


def card_brands(methods: pd.Series[str]) -> pd.Series[str]:
    """Brand of each payment method that is a card, "" for any other."""
    return each_text(methods, lambda method: _CARDS.get(method.strip().casefold(), ""))
