"""A month of simulated orders: when people buy, what, how they pay and what the shop then shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    from opsrules.periods import Period
    from opsrules.simulate.accounts import DemoAccount

    Ints = npt.NDArray[np.int64]

__all__ = [
    "NEVER_AT_PROCESSOR",
    "PRODUCTS",
    "Catalogue",
    "Month",
    "catalogue",
    "half_even_ratio",
    "month",
    "to_instant",
]

NEVER_AT_PROCESSOR: tuple[str, ...] = ("manual", "Cash", "gift_card")
"""Payment methods whose money never passes the processor."""

PRODUCTS: tuple[str, ...] = tuple(
    f"{thing} - {kind}"
    for thing in (
        "Cloth, linen",
        "Stoneware mug",
        "Oak tray",
        "Wool throw",
        "Notebook",
        "Candle",
        "Tea tin",
        "Soap bar",
    )
    for kind in ("Small", "Large", "Sand", "Sea")
)
"""What is sold. Each product's sku is its place in this list."""

# Share of the orders begun in each hour of the day. Nobody buys between one and four: clocks change then, and a local
# time that occurs twice or never would plant a fault that the truth does not name.
_HOURS = np.array([2, 0, 0, 0, 1, 1, 2, 3, 5, 6, 6, 6, 7, 6, 5, 5, 6, 7, 8, 9, 9, 8, 6, 4], dtype=float)
_WEEKDAYS = np.array([1.0, 0.95, 0.95, 1.0, 1.1, 1.25, 1.2])
# A charge follows its order by at most 90 seconds (a second one by 30 more), so that all fall into one hour.
_SECONDS_OF_HOUR = 3450
_LAST_CHARGE_SECONDS = 90

# What becomes of an order, and its share.
_FATES = ("processor", "Cash", "manual", "gift_card", "pending", "voided")
_FATE_SHARES = (0.90, 0.03, 0.02, 0.01, 0.02, 0.02)

_BRANDS, _BRAND_SHARES = np.array(["visa", "mastercard", "american_express"], dtype=object), (0.55, 0.35, 0.10)


@dataclass(frozen=True)
class Catalogue:
    """Price of each of `PRODUCTS` at one account, in minor units."""

    prices: Ints


@dataclass(frozen=True)
class Month:
    """Orders placed in one month and their lines; ``first_line`` and ``line_count`` tie them."""

    orders: pd.DataFrame
    order_lines: pd.DataFrame


def half_even_ratio(numerator: Ints, denominator: int) -> Ints:
    """Whole numbers nearest to ``numerator / denominator``, ties to even, for numerators of 0 and more.

    Examples
    --------
    >>> half_even_ratio(np.array([5, 15, 16]), 10).tolist()
    [0, 2, 2]
    """
    whole, rest = np.divmod(numerator, denominator)
    up = (2 * rest > denominator) | ((2 * rest == denominator) & (whole % 2 == 1))
    nearest: Ints = whole + up.astype(np.int64)
    return nearest


def to_instant(days: npt.NDArray[np.datetime64], seconds: Ints, zone: str) -> Ints:
    """Unix seconds of local wall-clock times, given as days and seconds of the day."""
    wall = pd.DatetimeIndex(days.astype("datetime64[s]") + seconds.astype("timedelta64[s]"))
    return wall.tz_localize(zone).as_unit("s").asi8


def catalogue(account: DemoAccount, rng: np.random.Generator) -> Catalogue:
    """Log-normal prices around the account's middling one, ending in 90 where the currency has decimals."""
    drawn = rng.lognormal(np.log(account.price_minor), 0.55, len(PRODUCTS))
    if account.decimals == 0:
        return Catalogue(np.maximum(drawn // 10 * 10, 200).astype(np.int64))
    return Catalogue(np.maximum(drawn // 100 * 100 + 90, 290).astype(np.int64))


def month(
    account: DemoAccount, goods: Catalogue, period: Period, rng: np.random.Generator, *, count: int, number: int
) -> Month:
    """`count` orders placed in `period`, numbered from `number` in order of time."""
    orders = pd.DataFrame({"number": np.arange(number, number + count)})
    orders["placed"] = _times(account, period, count, rng)
    lines = _order_lines(goods, count, rng)
    orders["line_count"] = np.bincount(lines["order"], minlength=count)
    orders["first_line"] = np.cumsum(orders["line_count"]) - orders["line_count"]
    _ways(account, orders, rng)
    _amounts(account, orders, lines, rng)
    _states(orders, rng)
    return Month(orders, lines)


def _times(account: DemoAccount, period: Period, count: int, rng: np.random.Generator) -> Ints:
    days = np.arange(np.datetime64(period.first, "D"), np.datetime64(period.last, "D") + 1)
    weights = _WEEKDAYS[(days.astype(np.int64) + 3) % 7] * rng.uniform(0.85, 1.15, len(days))  # 1 Jan 1970: a Thursday
    day = days[rng.choice(len(days), count, p=weights / weights.sum())]
    hour = rng.choice(24, count, p=_HOURS / _HOURS.sum())
    seconds = hour * 3600 + rng.integers(0, _SECONDS_OF_HOUR, count)
    return np.sort(to_instant(day, seconds.astype(np.int64), account.zone))


def _order_lines(goods: Catalogue, count: int, rng: np.random.Generator) -> pd.DataFrame:
    per_order = rng.choice([1, 2, 3, 4], count, p=[0.55, 0.28, 0.12, 0.05])
    total = int(per_order.sum())
    product = rng.integers(0, len(PRODUCTS), total)
    return pd.DataFrame(
        {
            "order": np.repeat(np.arange(count), per_order),
            "product": product,
            "quantity": rng.choice([1, 2, 3], total, p=[0.8, 0.15, 0.05]),
            "price": goods.prices[product],
        }
    )


def _ways(account: DemoAccount, orders: pd.DataFrame, rng: np.random.Generator) -> None:
    """How each order is paid: columns fate, method, brand, paid (0 = never) and channel."""
    count = len(orders)
    fate = np.array(_FATES, dtype=object)[rng.choice(len(_FATES), count, p=_FATE_SHARES)]
    never = np.isin(fate, NEVER_AT_PROCESSOR)
    orders["fate"] = fate
    orders["method"] = np.where(never, fate, np.where(fate == "pending", "", account.method))
    orders["brand"] = _BRANDS[rng.choice(len(_BRANDS), count, p=_BRAND_SHARES)]
    waited = rng.integers(2, _LAST_CHARGE_SECONDS + 1, count)
    orders["paid"] = np.where(np.isin(fate, ["pending", "voided"]), 0, orders["placed"] + waited)
    orders["channel"] = np.where(fate == "Cash", "pos", "web")


def _amounts(account: DemoAccount, orders: pd.DataFrame, lines: pd.DataFrame, rng: np.random.Generator) -> None:
    items = np.add.reduceat((lines["quantity"] * lines["price"]).to_numpy(), orders["first_line"].to_numpy())
    coded = rng.random(len(orders)) < 0.12
    orders["discount"] = np.where(coded, half_even_ratio(items, 10), 0)
    orders["subtotal"] = items - orders["discount"]
    free = (orders["subtotal"] >= account.free_from_minor) | (orders["channel"] == "pos")
    orders["shipping"] = np.where(free, 0, account.shipping_minor)
    before_tax = (orders["subtotal"] + orders["shipping"]).to_numpy()
    if account.tax_included:
        orders["tax"] = half_even_ratio(before_tax * account.tax_bps, 10_000 + account.tax_bps)
        orders["total"] = before_tax
    else:
        orders["tax"] = half_even_ratio(orders["subtotal"].to_numpy() * account.tax_bps, 10_000)
        orders["total"] = before_tax + orders["tax"]


def _states(orders: pd.DataFrame, rng: np.random.Generator) -> None:
    """What the shop shows: columns status, cancelled (0 = not), refunded, outstanding, note and buyer."""
    count = len(orders)
    unpaid = orders["fate"].isin(["pending", "voided"])
    orders["status"] = np.where(unpaid, orders["fate"], "paid")
    orders["cancelled"] = np.where(orders["fate"] == "voided", orders["placed"] + 3000, 0)
    orders["refunded"] = np.zeros(count, dtype=np.int64)
    orders["outstanding"] = np.where(orders["fate"] == "pending", orders["total"], 0)
    orders["note"] = rng.random(count) < 0.01
    orders["buyer"] = rng.integers(0, 1 << 30, count)
