"""What a row of a settlement is, from the words that Amazon gives it.

Amazon publishes no list of these words. The ones here were seen in exports and in the documentation of bookkeeping
tools; others are `LineKind.OTHER`, but for names that end in ``Fee``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from opsrules.terms import LineKind

__all__ = ["WORDS", "kind_of", "told_kinds"]

WORDS = ("transaction_type", "amount_type", "amount_description")
"""The columns that say what a row is."""

_TRADE = {
    "order": LineKind.CHARGE,
    "refund": LineKind.REFUND,
    "chargeback refund": LineKind.CHARGEBACK,
    "a to z guarantee refund": LineKind.CHARGEBACK,
    "a to z guarantee claim": LineKind.CHARGEBACK,
}
_PRICES = ("", "itemprice", "promotion", "shipment price", "direct payment")
_FEES = ("itemfees", "shipment fees", "order fees", "cost of advertising", "deal fee", "coupon redemption fee")
# Collected from the buyer in the same order and handed to the state: no cost to the account.
_TAXES = ("itemwithheldtax", "itemtcs", "itemtds")
_TAX_STARTS = ("marketplacefacilitator", "lowvaluegoodstax", "tcs ", "tds ")
_RESERVES = ("current reserve amount", "previous reserve amount balance")
_MOVES = (
    *("payable to amazon", "successful charge", "failed disbursement", "micro deposit", "transfer", "debt"),
    *("amazon capital services", "transfer of funds unsuccessful", "transfer of funds unsuccessful: amazon has"),
)
_COMPENSATIONS = (
    *("warehouse", "reversal reimbursement", "missing from inbound", "removal order", "multichannel order"),
    *(
        "cs error",
        "incorrect fees",
        "fba inventory reimbursement",
        "compensated",
        "free replacement",
        "refund reimbursal",
    ),
    *("balanceadjustment", "balance adjustment", "adjustment", "safe t reimbursement", "liquidations", "goodwill"),
    *("manual processing fee reimbursement", "order retrocharge", "refund retrocharge", "re evaluation"),
)
_COSTS = (
    *("disposalcomplete", "removalcomplete", "storagerenewalbilling", "shipping label purchase", "shippingservices"),
    *("shippingservicesrefund", "nonsubscriptionfeeadj", "lightningdealfee", "shippinghb", "servicefee", "service fee"),
    *("fbacustomerreturn", "inbound transportation", "transactiontotalamount"),
)


def told_kinds(words: pd.DataFrame) -> pd.DataFrame:
    """Kind of each row from its `WORDS`, and Amazon's own words for it: ``Order / ItemFees / Commission``.

    Returns
    -------
    DataFrame
        Columns kind and source_kind, with the rows' index.
    """
    code = np.zeros(len(words), dtype=np.int64)
    for name in WORDS:
        own, unique = pd.factorize(words[name])
        code, kept = pd.factorize(code * len(unique) + own)
    first = np.zeros(len(kept), dtype=np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    each = words.iloc[first].reset_index(drop=True)
    kinds = pd.Series([kind_of(*one).value for one in zip(*(each[name] for name in WORDS), strict=True)], dtype="str")
    return pd.DataFrame({"kind": kinds, "source_kind": _spoken(each)}).take(code).set_axis(words.index)


def _spoken(words: pd.DataFrame) -> pd.Series[str]:
    text = words[WORDS[0]].str.strip()
    for name in WORDS[1:]:
        more = words[name].str.strip()
        text = text.where(more == "", (text + " / " + more).str.removeprefix(" / "))
    return text


def kind_of(transaction: str, amount_type: str, description: str) -> LineKind:
    """Kind of a row.

    Examples
    --------
    >>> str(kind_of("Order", "ItemFees", "Commission")), str(kind_of("Refund", "ItemPrice", "Tax"))
    ('fee', 'refund')
    """
    event, group, name = (_plain(text) for text in (transaction, amount_type, description))
    said = name or event
    of_trade = _TRADE[event] if event in _TRADE and group in _PRICES else LineKind.OTHER
    told = (
        (group in _TAXES or name.startswith(_TAX_STARTS), LineKind.ADJUSTMENT),
        (said in _RESERVES, LineKind.RESERVE),
        (said in _MOVES or group == "direct payment", LineKind.TRANSFER),
        (group in _FEES, LineKind.FEE),
        (event in _TRADE, of_trade),
        (said.startswith(_COMPENSATIONS) or event.startswith(_COMPENSATIONS), LineKind.ADJUSTMENT),
        (said.startswith(_COSTS) or event.startswith(_COSTS) or said.endswith(("fee", "fees")), LineKind.FEE),
    )
    return next((kind for holds, kind in told if holds), LineKind.OTHER)


def _plain(text: str) -> str:
    return " ".join(text.replace("-", " ").replace("_", " ").casefold().split())
