"""Bank lines told before the statement: intraday reports and notifications, which must not count twice."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from opsrules.readers.model import Cover

__all__ = ["told_early"]

_DAY = ["bank_account", "booked_on"]
_AMOUNT = [*_DAY, "currency", "amount_minor"]


def told_early(bank: pd.DataFrame, covers: Iterable[Cover]) -> pd.Series[bool]:
    """Whether a better source tells each line again.

    A statement tells all of a day: it takes the place of every intraday and notified line of its account on the days
    that it has lines of or says it covers. A notified line also gives way to an intraday line of the same account, day
    and amount, one for one: a report may be older than the notification, and then lacks it.
    """
    early = bank["flags"].isin(["intraday", "notified"])
    if not early.any():
        return early
    days = pd.MultiIndex.from_frame(bank[_DAY])
    stated = days.isin(days[~early]) | _covered(bank, covers)
    # Each report of a day may hold the day so far; each notification tells something new.
    report = bank["source_file"].where(bank["flags"] == "intraday", "")
    number = bank.groupby([*(bank[name] for name in _AMOUNT), bank["flags"], report], sort=False).cumcount()
    lines = pd.MultiIndex.from_frame(bank[_AMOUNT].assign(number=number))
    reported = lines.isin(lines[bank["flags"] == "intraday"])
    return early & (stated | (reported & (bank["flags"] == "notified")))


def _covered(bank: pd.DataFrame, covers: Iterable[Cover]) -> pd.Series[bool]:
    inside = pd.Series(False, index=bank.index)
    for one in covers:
        days = bank["booked_on"].between(pd.Timestamp(one.first), pd.Timestamp(one.last))
        inside |= days & (bank["bank_account"] == one.bank_account)
    return inside
