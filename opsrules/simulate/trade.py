"""What happens to the money of simulated orders: charges, refunds, payouts and the lines of the bank statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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

__all__ = [
    "Book",
    "bank_lines",
    "contract_fees",
    "local_days",
    "open_book",
    "pay_out",
    "period_of",
    "statement_end",
    "whole",
    "with_payout_rows",
]

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


def pay_out(book: Book, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lines with their payout, and the payouts.

    Returns
    -------
    lines : DataFrame
        In order of time, with ``net``, ``available`` (day) and ``payout`` (row of `payouts`, -1 = not paid out yet).
    payouts : DataFrame
        sent, lines_minor (what its lines come to), row_minor (what its own row says), bank_minor (what arrives),
        booked, arrives, named, payout_id, period.
    """
    account = book.account
    lines = book.lines.sort_values("occurred", kind="stable")
    lines["net"] = lines["gross"] - lines["fee"]
    days = local_days(lines["occurred"].to_numpy(), account.zone)
    available = np.busday_offset(days, account.payout_delay, roll="backward")
    lines["available"] = available
    dates = available
    if account.payout_weekday >= 0:
        weekday = (available.astype(np.int64) + 3) % 7
        dates = available + (account.payout_weekday - weekday) % 7
    sent, lines["payout"], totals = _batches(dates, lines["net"].to_numpy())
    delays = rng.choice(account.bank_delays, len(sent))
    payouts = pd.DataFrame(
        {
            "sent": sent,
            "lines_minor": totals,
            "row_minor": totals,
            "bank_minor": totals,
            "booked": np.busday_offset(sent, delays),
            "arrives": True,
            "named": rng.random(len(sent)) < account.names_payouts,
            "payout_id": _payout_ids(account, len(sent)),
            "period": period_of(sent, book.periods),
            "declared": period_of(sent, book.periods) < len(book.periods),
        }
    )
    return lines, payouts


def _batches(dates: Days, nets: Ints) -> tuple[Days, Ints, Ints]:
    """Batch lines by payout date; a batch that comes to nothing or less waits for the next one."""
    unique, place = np.unique(dates, return_inverse=True)
    sums = np.zeros(len(unique), dtype=np.int64)
    np.add.at(sums, place, nets)
    number_of = np.full(len(unique), -1)
    totals: list[int] = []
    sent: list[np.datetime64] = []
    waiting, carried = [], 0
    for row, day in enumerate(unique):
        waiting.append(row)
        carried += int(sums[row])
        if carried > 0:
            number_of[waiting] = len(sent)
            sent.append(day)
            totals.append(carried)
            waiting, carried = [], 0
    return np.array(sent, dtype="datetime64[D]"), number_of[place], np.array(totals, dtype=np.int64)


def _payout_ids(account: DemoAccount, count: int) -> list[str]:
    first = account.first_number
    if account.processor == "stripe":
        return [f"po_1Demo{first:06d}{number:06d}" for number in range(1, count + 1)]
    return [str(140_000_000_000 + first * 100_000 + number * 37) for number in range(1, count + 1)]


def with_payout_rows(book: Book, lines: pd.DataFrame, payouts: pd.DataFrame) -> pd.DataFrame:
    """`lines` and the payouts' own rows, as far as they were sent in the simulated months, in order of time."""
    sent = payouts[payouts["period"] < len(book.periods)]
    days = sent["sent"].to_numpy().astype("datetime64[D]")
    hour = 0 if book.account.processor == "shopify_payments" else 12
    rows = pd.DataFrame(
        {
            "order": -1,
            "kind": "payout",
            "occurred": to_instant(days, np.full(len(days), hour * 3600), book.account.zone),
            "gross": -sent["row_minor"],
            "fee": 0,
            "net": -sent["row_minor"],
            "brand": "",
            "reference": "",
            "payment": -1,
            "garbled": False,
            "available": sent["sent"],
            "payout": sent.index,
        }
    )
    rows.index = pd.RangeIndex(lines.index.max() + 1, lines.index.max() + 1 + len(rows))
    out = pd.concat([lines, rows]).sort_values("occurred", kind="stable")
    out["period"] = period_of(local_days(out["occurred"].to_numpy(), book.account.zone), book.periods)
    return out


def statement_end(book: Book, payouts: pd.DataFrame) -> date:
    """Last day that the bank's statements cover: some days after the last month."""
    following = np.datetime64(book.periods[-1].last, "D") + 1
    if not book.account.long_tail:
        return _as_date(np.busday_offset(following, 0, roll="forward"))
    arrived = [following + 7, *payouts["booked"].to_numpy().astype("datetime64[D]")]
    return _as_date(max(arrived))


def _as_date(day: np.datetime64) -> date:
    return date.fromisoformat(str(day))


def bank_lines(book: Book, payouts: pd.DataFrame, strays: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Every line of the account's bank statements, by booking day.

    Columns: booked, minor, counterparty, text, names (the payout that the bank names), payout (row of `payouts`,
    -1 = none), stray, period. `strays` are credits with the processor's descriptor behind which there is no payout.
    """
    account = book.account
    arrived = payouts[payouts["arrives"]]
    credit = pd.DataFrame(
        {
            "booked": arrived["booked"],
            "minor": arrived["bank_minor"],
            "counterparty": account.descriptor,
            "text": [
                f"{account.descriptor} PAYOUT {payout_id}" if named else f"{account.descriptor} PAYOUT"
                for payout_id, named in zip(arrived["payout_id"], arrived["named"], strict=True)
            ],
            "names": np.where(arrived["named"], arrived["payout_id"], ""),
            "payout": arrived.index,
            "stray": False,
        }
    )
    out = pd.concat([credit, strays, _deposits(book), _running_costs(book, rng)], ignore_index=True)
    out = out[out["booked"] <= pd.Timestamp(statement_end(book, payouts))]
    out = out.sort_values("booked", kind="stable", ignore_index=True)
    out["period"] = period_of(out["booked"].to_numpy().astype("datetime64[D]"), book.periods)
    return out


def _deposits(book: Book) -> pd.DataFrame:
    """What buyers paid by bank transfer: credits that are no payouts."""
    orders = book.orders[(book.orders["fate"] == "manual") & book.orders["exported"]]
    days = local_days(orders["placed"].to_numpy(), book.account.zone)
    return pd.DataFrame(
        {
            "booked": np.busday_offset(days, 2, roll="backward"),
            "minor": orders["total"].to_numpy(),
            "counterparty": "Example buyer",
            "text": [f"Order {number}" for number in orders["number"]],
            "names": "",
            "payout": -1,
            "stray": False,
        }
    )


# What leaves the account each month: day, size in middling prices, who gets it, what the bank writes.
_COSTS = (
    (1, 60, "Example Estates", "Rent shop and store"),
    (4, 38, "Example Mills", "Invoice linen and wool"),
    (11, 27, "Example Pottery", "Invoice stoneware"),
    (18, 33, "Example Parcels", "Collected parcels"),
    (24, 140, "Staff", "Salaries"),
    (28, 1, "Bank", "Account charge"),
)


def _running_costs(book: Book, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for period in book.periods:
        for day, size, counterparty, text in _COSTS:
            booked = np.busday_offset(np.datetime64(period.first.replace(day=day), "D"), 0, roll="forward")
            minor = -size * book.account.price_minor * int(rng.integers(90, 111)) // 100
            rows.append((booked, minor, counterparty, f"{text} {period.text}", "", -1, False))
    return pd.DataFrame(rows, columns=["booked", "minor", "counterparty", "text", "names", "payout", "stray"])
