"""The account's bank: payouts that arrive, buyers' transfers and what it costs to run a shop."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.simulate.trade import local_days, period_of

if TYPE_CHECKING:
    from opsrules.simulate.trade import Book

__all__ = ["bank_lines", "statement_end"]


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
