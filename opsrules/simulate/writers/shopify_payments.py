"""Shopify Payments' export of transactions: charges, refunds, chargebacks and the payouts' own rows, oldest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opsrules.simulate.writers.text import Written, amounts, days, garbled, stamps

if TYPE_CHECKING:
    import pandas as pd

    from opsrules.simulate.accounts import DemoAccount

__all__ = ["write"]

_HEADER = (
    "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,"
    "Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency"
)
_BRANDS = {"mastercard": "master"}


def write(account: DemoAccount, lines: pd.DataFrame, payouts: pd.DataFrame) -> Written:
    """One month's transactions. Shops in the EU have one column more, ``VAT``."""
    vat = account.currency == "EUR"
    texts = [_HEADER + (",VAT" if vat else "")]
    tail = ",0.00" if vat else ""
    spelled = {name: amounts(lines[name].tolist(), account.decimals) for name in ("gross", "fee", "net")}
    shown = amounts(lines["gross"].abs().tolist(), account.decimals)
    for place in np.flatnonzero(lines["garbled"]).tolist():
        spelled["gross"][place] = garbled(int(lines["gross"].iloc[place]))
    sent, ids = days(payouts["sent"].to_numpy()), payouts["payout_id"].tolist()
    money = account.currency
    for when, available, kind, reference, brand, payment, payout, gross, fee, net, paid in zip(
        stamps(lines["occurred"].to_numpy(), account.zone),
        days(lines["available"].to_numpy()),
        *(lines[name].tolist() for name in ("kind", "reference", "brand", "payment", "payout")),
        *(spelled[name] for name in ("gross", "fee", "net")),
        shown,
        strict=True,
    ):
        payout_cells = f"paid,{sent[payout]},{ids[payout]}" if payout >= 0 else "pending,,"
        own = kind == "payout"
        card = "," if own else f"{_BRANDS.get(brand, brand)},online"
        checkout = "," if own else f"#{51_000_000_000_000 + payment},card"
        texts.append(
            f"{when},{kind},{reference},{card},{payout_cells},{available},{gross},{fee},{net},{checkout},"
            f"{paid},{money},{money}{tail}"
        )
    starts = {int(key): line for line, key in enumerate(lines.index, start=2)}
    return Written(("\n".join(texts) + "\n").encode(), starts)
