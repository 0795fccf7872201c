"""Stripe's itemised payout reconciliation report, with the shop's order name among the payment's metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opsrules.simulate.writers.text import Written, amounts, days, garbled, local_times

if TYPE_CHECKING:
    import pandas as pd

    from opsrules.simulate.accounts import DemoAccount

__all__ = ["write"]

_CATEGORIES = {
    "charge": "charge",
    "refund": "refund",
    "chargeback": "dispute",
    "chargeback_reversal": "dispute_reversal",
    "reserve": "risk_reserved_funds",
    "payout": "payout",
}
_BRANDS = {"american_express": "amex"}
_SOURCES = {"charge": "ch", "refund": "re", "chargeback": "du", "chargeback_reversal": "du", "reserve": "rsv"}


def write(account: DemoAccount, lines: pd.DataFrame, payouts: pd.DataFrame) -> Written:
    """One month's lines, oldest first; times in UTC or in the account's zone, as the report was asked for."""
    utc = "_utc" if account.stripe_utc else ""
    header = (
        f"balance_transaction_id,created{utc},available_on{utc},currency,gross,fee,net,reporting_category,source_id,"
        f"description,automatic_payout_id,automatic_payout_effective_at{utc},payment_intent_id,charge_id,"
        "payment_method_type,card_brand,card_funding,card_country,customer_facing_amount,customer_facing_currency,"
        "payment_metadata[order_id]"
    )
    texts = [header]
    texts += [
        f"{money},{own}" for money, own in zip(_money(account, lines), _subjects(account, lines, payouts), strict=True)
    ]
    starts = {int(key): line for line, key in enumerate(lines.index, start=2)}
    return Written(("\n".join(texts) + "\n").encode(), starts)


def _money(account: DemoAccount, lines: pd.DataFrame) -> list[str]:
    """Columns 1 to 7 of each line."""
    spelled = {name: amounts(lines[name].tolist(), account.decimals) for name in ("gross", "fee", "net")}
    for place in np.flatnonzero(lines["garbled"]).tolist():
        spelled["gross"][place] = garbled(int(lines["gross"].iloc[place]))
    # The real report, too, spells the currency in both cases within one file.
    loud = lines["kind"].isin(["charge", "payout"])
    return [
        f"txn_3Demo{account.first_number:06d}{key:09d},{when},{available} 00:00:00,{money},{gross},{fee},{net}"
        for key, when, available, money, gross, fee, net in zip(
            lines.index.tolist(),
            local_times(lines["occurred"].to_numpy(), "UTC" if account.stripe_utc else account.zone),
            days(lines["available"].to_numpy()),
            np.where(loud, account.currency, account.currency.lower()).tolist(),
            *(spelled[name] for name in ("gross", "fee", "net")),
            strict=True,
        )
    ]


def _subjects(account: DemoAccount, lines: pd.DataFrame, payouts: pd.DataFrame) -> list[str]:
    """Columns 8 to 21 of each line: what it is, its payout, its payment."""
    batches = [
        f"{payout},{sent} 00:00:00"
        for payout, sent in zip(payouts["payout_id"], days(payouts["sent"].to_numpy()), strict=True)
    ]
    batches.append(",")  # row -1: not paid out yet
    start, money = f"3Demo{account.first_number:06d}", account.currency.lower()
    facing = amounts(lines["gross"].tolist(), account.decimals)
    texts = []
    for key, kind, payment, payout, brand, paid, reference in zip(
        lines.index.tolist(),
        *(lines[name].tolist() for name in ("kind", "payment", "payout", "brand")),
        facing,
        lines["reference"].tolist(),
        strict=True,
    ):
        if kind == "payout":
            texts.append(f"payout,{batches[payout].split(',')[0]},STRIPE PAYOUT,{batches[payout]},,,,,,,,,")
            continue
        source = f"{_SOURCES[kind]}_{start}{payment if kind == 'charge' else key:09d}"
        card = f"card,{_BRANDS.get(brand, brand)},credit,{account.country}"
        texts.append(
            f"{_CATEGORIES[kind]},{source},{kind.capitalize()} for an order,{batches[payout]},pi_{start}{payment:09d},"
            f"ch_{start}{payment:09d},{card},{paid},{money},{reference}"
        )
    return texts
