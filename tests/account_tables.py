"""Orders and processor lines of a made-up account, as a Review has them, for tests of measures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

COUNTRIES = np.array(["DE", "FR", "AT", ""])
METHODS = np.array(["card", "paypal"])
BRANDS = np.array(["visa", "mastercard", "amex"])


@dataclass(frozen=True)
class Drawn:
    """Tables of an account, and the generator's own figures."""

    orders: pd.DataFrame
    lines: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        return {"orders": self.orders, "processor_lines": self.lines}


def drawn(seed: int, first: date, last: date, *, a_day: float = 40.0, week: tuple[float, ...] = (1.0,) * 7) -> Drawn:
    """An account without any change: Poisson orders a day, prices of one law, countries and methods at random."""
    draw = np.random.default_rng(seed)
    days = pd.date_range(first, last, freq="D", unit="us")
    sizes = draw.poisson(a_day * np.array(week)[days.day_of_week])
    day = np.repeat(days.to_numpy(), sizes)
    size = len(day)
    number = np.arange(size)
    total = np.maximum(draw.lognormal(8.5, 0.5, size), 100).astype(np.int64)
    orders = pd.DataFrame(
        {
            "source": "shopify_orders",
            "key": [f"#{one}" for one in number],
            "day": day,
            "country": draw.choice(COUNTRIES, size, p=[0.5, 0.3, 0.15, 0.05]),
            "payment_method": draw.choice(METHODS, size),
            "channel": "web",
            "financial_status": "paid",
            "currency": "EUR",
            "total_minor": total,
            "again": False,
            "orders_charges_status": "matched",
            "orders_charges_rule": "exact_key",
        }
    )
    charges = pd.DataFrame(
        {
            "source": "stripe",
            "processor": "stripe",
            "kind": "charge",
            "source_kind": "charge",
            "key": orders["key"],
            "day": orders["day"],
            "method": orders["payment_method"],
            "card_brand": np.where(orders["payment_method"] == "card", draw.choice(BRANDS, size), ""),
            "country": orders["country"],
            "currency": "EUR",
            "gross_minor": total,
            "fee_minor": total // 50,
            "again": False,
        }
    )
    refunded = charges[draw.random(size) < 0.05]
    refunds = refunded.assign(kind="refund", source_kind="refund", gross_minor=-refunded["gross_minor"], fee_minor=0)
    disputed = charges[draw.random(size) < 0.01]
    disputes = disputed.assign(kind="chargeback", gross_minor=-disputed["gross_minor"], fee_minor=0)
    return Drawn(orders, pd.concat([charges, refunds, disputes], ignore_index=True))


def without_captures(found: Drawn, since: date, country: str, method: str) -> Drawn:
    """The same account whose processor lost the captures of one country and method from a day on."""
    hit = (found.orders["day"] >= pd.Timestamp(since)) & (found.orders["country"] == country)
    hit &= found.orders["payment_method"] == method
    orders = found.orders.copy()
    orders.loc[hit, ["orders_charges_status", "orders_charges_rule"]] = ["open", ""]
    gone = found.lines["key"].isin(orders.loc[hit, "key"]) & (found.lines["kind"] == "charge")
    return Drawn(orders, found.lines[~gone].reset_index(drop=True))
