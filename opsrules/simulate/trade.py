"""What happens to the money of simulated orders at the processor: charges and refunds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.simulate.orders import half_even_ratio, to_instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from opsrules.periods import Period
    from opsrules.simulate.accounts import DemoAccount
    from opsrules.simulate.orders import Month

    Ints = npt.NDArray[np.int64]
    Days = npt.NDArray[np.datetime64]

__all__ = ["Book", "contract_fees", "local_days", "open_book", "period_of", "whole"]

_REFUNDED = 0.04
_OFFICE_OPENS, _OFFICE_CLOSES = 9 * 3600, 17 * 3600


@dataclass(frozen=True)
class Book:
    """One account's trade over all its months, before payouts.

    Attributes
    ----------
    account : DemoAccount
    periods : tuple of Period
    orders : DataFrame
        As `opsrules.simulate.orders.month` makes them, plus ``period`` (place in `periods`), ``ref`` (order as the shop
        shows it), ``currency``, ``exported`` and ``garbled``.
    order_lines : DataFrame
    lines : DataFrame
        One row per processor line but payouts: order, kind, occurred, gross, fee, brand, reference, payment, garbled.
    """

    account: DemoAccount
    periods: tuple[Period, ...]
    orders: pd.DataFrame
    order_lines: pd.DataFrame
    lines: pd.DataFrame


def contract_fees(account: DemoAccount, gross: Ints, brands: npt.NDArray[np.object_]) -> Ints:
    """Fee of each charge by its contract, rounded half-even per line."""
    plain, *special = account.contracts
    rate = np.full(len(gross), plain.rate_bps)
    fixed = np.full(len(gross), plain.fixed_minor)
    for contract in special:
        rate[brands == contract.card_brand] = contract.rate_bps
        fixed[brands == contract.card_brand] = contract.fixed_minor
    fees: Ints = half_even_ratio(gross * rate, 10_000) + fixed
    return fees


def whole(frame: pd.DataFrame, column: str, row: int) -> int:
    """Whole number that stands in one cell."""
    return int(frame[column].loc[row])


def local_days(instants: Ints, zone: str) -> Days:
    """Day of each instant (unix seconds) in the zone."""
    local = pd.to_datetime(instants, unit="s", utc=True).tz_convert(zone).tz_localize(None)
    return local.to_numpy().astype("datetime64[D]")


def period_of(days: Days, periods: Sequence[Period]) -> Ints:
    """Place in `periods` of each day; ``len(periods)`` for days after the last, -1 for days before the first."""
    edges = np.array([period.first for period in periods], dtype="datetime64[D]")
    place = np.searchsorted(edges, days, side="right") - 1
    return np.where(days > np.datetime64(periods[-1].last, "D"), len(periods), place)


def open_book(
    account: DemoAccount, periods: tuple[Period, ...], months: Sequence[Month], rng: np.random.Generator
) -> Book:
    """Put the months together, charge the orders that a processor takes, and refund some of them."""
    orders = pd.concat([one.orders for one in months], ignore_index=True)
    orders["period"] = np.repeat(np.arange(len(months)), [len(one.orders) for one in months])
    orders["first_line"] = np.cumsum(orders["line_count"]) - orders["line_count"]
    orders["ref"] = [f"{account.order_prefix}{number}" for number in orders["number"]]
    orders["currency"] = account.currency
    orders["exported"] = True
    orders["garbled"] = False
    order_lines = pd.concat([one.order_lines for one in months], ignore_index=True)
    order_lines["order"] = np.repeat(np.arange(len(orders)), orders["line_count"])
    charges = _charges(account, orders)
    refunds = _refunds(account, periods, orders, rng)
    lines = pd.concat([charges, refunds], ignore_index=True)
    lines["garbled"] = False
    return Book(account, periods, orders, order_lines, lines)


def _charges(account: DemoAccount, orders: pd.DataFrame) -> pd.DataFrame:
    paid = orders.index[orders["fate"] == "processor"].to_numpy()
    chosen = orders.loc[paid]
    gross = chosen["total"].to_numpy()
    brand = chosen["brand"].to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "order": paid,
            "kind": "charge",
            "occurred": chosen["paid"].to_numpy(),
            "gross": gross,
            "fee": contract_fees(account, gross, brand),
            "brand": brand,
            "reference": chosen["ref"].to_numpy(),
            "payment": paid,
        }
    )


def _refunds(
    account: DemoAccount, periods: tuple[Period, ...], orders: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Refund some paid orders, in full or in part, as far as the refund falls into the simulated months."""
    drawn = (orders["fate"] == "processor").to_numpy() & (rng.random(len(orders)) < _REFUNDED)
    chosen = np.flatnonzero(drawn)
    days = local_days(orders["placed"].to_numpy()[chosen], account.zone) + rng.integers(1, 21, len(chosen))
    seconds = rng.integers(_OFFICE_OPENS, _OFFICE_CLOSES, len(chosen))
    full = rng.random(len(chosen)) < 0.5
    share = rng.integers(20, 70, len(chosen))
    total = orders["total"].to_numpy()[chosen]
    amount = np.where(full, total, np.maximum(half_even_ratio(total * share, 100), 1))
    inside = days <= np.datetime64(periods[-1].last, "D")
    chosen, days, seconds, full, amount = chosen[inside], days[inside], seconds[inside], full[inside], amount[inside]
    orders.loc[chosen, "refunded"] = amount
    orders.loc[chosen, "status"] = np.where(full, "refunded", "partially_refunded")
    return pd.DataFrame(
        {
            "order": chosen,
            "kind": "refund",
            "occurred": to_instant(days, seconds, account.zone),
            "gross": -amount,
            "fee": 0,
            "brand": orders["brand"].to_numpy()[chosen],
            "reference": orders["ref"].to_numpy()[chosen],
            "payment": chosen,
        }
    )
