"""Payouts: which lines each takes up, when it is sent, what arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opsrules.simulate.orders import to_instant
from opsrules.simulate.trade import local_days, period_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from opsrules.simulate.accounts import DemoAccount
    from opsrules.simulate.trade import Book

    Ints = npt.NDArray[np.int64]
    Days = npt.NDArray[np.datetime64]

__all__ = ["pay_out", "with_payout_rows"]


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
