"""What a period lacks: days without a line where a source has lines otherwise, and payouts that one side names alone.

A day counts when more than half of the source's other days of its kind - Monday to Friday, or Saturday and Sunday -
have lines, and the source has lines on that weekday at all. So a bank's weekends, a shop that rests on Mondays and a
payout once a week are no gaps, and a day is told only where its neighbours have lines. Why there is none, a holiday or
an export that was forgotten, is not known: hence "no lines on".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from opsrules.parameters import Account
from opsrules.periods import Period, day_words
from opsrules.readers.model import Cover
from opsrules.sources.days import days_of
from opsrules.terms import LineKind

__all__ = ["GAPS", "Gap", "gaps_of", "gaps_table"]

GAPS = ("kind", "source", "what", "first", "last", "days", "text")
"""Columns of the table of gaps."""

_BANK = "bank_lines"
_DAILY = {"orders": "source", "processor_lines": "processor", _BANK: "bank_account"}
"""Canonical tables that have lines on most days, and the column by which their sources are told apart."""

_NOT_SENT = ("pending", "scheduled", "failed", "canceled", "cancelled", "in_transit")
_LISTED = 5
_FIRST_PLAUSIBLE = date(2000, 1, 1)


@dataclass(frozen=True)
class Gap:
    """Something that the files of a period lack.

    Attributes
    ----------
    kind : str
        Canonical table.
    source : str
        Reader, processor, or the bank account's last four signs.
    what : str
        ``days``, ``payout_rows`` or ``payout_lines``.
    first, last : str
        Days (ISO); "" for payouts without one.
    days : int
        Days without a line, or payouts.
    text : str
        The same in words.
    """

    kind: str
    source: str
    what: str
    first: str
    last: str
    days: int
    text: str


def gaps_of(
    tables: Mapping[str, pd.DataFrame],
    account: Account,
    covers: Iterable[Cover] = (),
    period: Period | None = None,
    until: date | None = None,
) -> tuple[Gap, ...]:
    """Gaps in all that was read of one account.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Canonical tables over all files.
    account : Account
        Days are business days in its zone, by its cut-off.
    covers : iterable of Cover
        Days that statements say they cover, whether or not there is a line on them.
    period : Period, optional
        Days that should be covered; when left out, those from each source's first line to its last.
    until : date, optional
        Last day that can have lines: a period may not be over yet.
    """
    found: list[Gap] = []
    told = list(covers)
    for kind, column in _DAILY.items():
        table = tables.get(kind)
        if table is None or table.empty:
            continue
        days = days_of(kind, table, account.zone, account.cut_off_time)
        for source, rows in table.groupby(column, sort=True):
            present = _plausible(days.loc[rows.index] if days is not None else None, until)
            stated = _stated(told, str(source)) if kind == _BANK else frozenset()
            found += [_days_gap(kind, str(source), run) for run in _runs(present, stated, period, until)]
    if (lines := tables.get("processor_lines")) is not None and len(lines):
        found += _payouts(lines, tables.get("payouts"))
    return tuple(found)


def gaps_table(gaps: Iterable[Gap]) -> pd.DataFrame:
    """Gaps as a table with the columns `GAPS`."""
    rows = [[getattr(one, name) for name in GAPS] for one in gaps]
    texts = {name: "str" for name in GAPS if name != "days"}
    return pd.DataFrame(rows, columns=list(GAPS)).astype(texts | {"days": "int64"})


def _plausible(days: pd.Series[pd.Timestamp] | None, until: date | None) -> set[date]:
    """Days that can be meant; others are findings of their own."""
    found = {day.date() for day in days.dropna().unique()} if days is not None else set()
    return {day for day in found if _FIRST_PLAUSIBLE <= day <= (until or date.max)}


def _stated(covers: Iterable[Cover], account: str) -> frozenset[date]:
    """Days of a bank account that a statement says it covers."""
    return frozenset(
        one.first + timedelta(days=n)
        for one in covers
        if one.bank_account == account
        for n in range((one.last - one.first).days + 1)
    )


def _runs(
    present: set[date], stated: frozenset[date], period: Period | None, until: date | None
) -> Iterator[list[date]]:
    """Days without a line, in runs; days between them that never have lines do not part a run."""
    if not present:
        return
    usual = _Usual.of(present)
    first, last = (period.first, period.last) if period else (min(present), max(present))
    last = min(last, until) if until else last
    run: list[date] = []
    for day in _between(first, last):
        if day in present or day in stated:
            if run:
                yield run
            run = []
        elif usual.has_lines(day):
            run.append(day)
    if run:
        yield run


@dataclass(frozen=True)
class _Usual:
    """On which days a source has lines as a rule, by its own days: from its first to its last, by weekday."""

    first: date
    last: date
    all: Counter[int]
    present: Counter[int]

    @classmethod
    def of(cls, present: set[date]) -> _Usual:
        first, last = min(present), max(present)
        every = Counter(day.weekday() for day in _between(first, last))
        return cls(first, last, every, Counter(day.weekday() for day in present))

    def has_lines(self, day: date) -> bool:
        """Whether a day without lines is unlike the others."""
        weekday = day.weekday()
        itself = self.first <= day <= self.last
        like = range(5) if weekday < 5 else range(5, 7)
        others = sum(self.all[one] for one in like) - itself
        often = 2 * sum(self.present[one] for one in like) > others
        return often and (self.all[weekday] == itself or self.present[weekday] > 0)


def _between(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _days_gap(kind: str, source: str, run: list[date]) -> Gap:
    first, last = run[0], run[-1]
    span = day_words(first) if first == last else f"{day_words(first)} to {day_words(last)}"
    text = f"no lines on {span}" if first == last else f"no lines from {span}, {len(run)} days that usually have some"
    return Gap(kind, source, "days", first.isoformat(), last.isoformat(), len(run), text)


def _payouts(lines: pd.DataFrame, payouts: pd.DataFrame | None) -> Iterator[Gap]:
    """Payouts that lines belong to and that have no row of their own, and the other way round, by processor.

    Only where the processor's exports otherwise name both: a format without payout rows lacks none of them.
    """
    named = lines[lines["payout_id"] != ""]
    own = named["kind"] == LineKind.PAYOUT
    sent = ~named["payout_status"].str.lower().isin(_NOT_SENT)
    for processor, rows in named.groupby("processor", sort=True):
        of_lines, of_rows = rows[~own.loc[rows.index]], rows[own.loc[rows.index]]
        declared = set(of_rows["payout_id"])
        if payouts is not None:
            declared |= set(payouts.loc[payouts["processor"] == processor, "payout_id"])
        used = set(of_lines["payout_id"])
        if not declared & used:
            continue
        # One that is sent after the export's last line has its row in a later export.
        over = of_lines["payout_day"] <= rows["occurred_at"].max().tz_localize(None)
        lacking = set(of_lines.loc[sent.loc[of_lines.index] & over, "payout_id"]) - declared
        yield from _payout_gap(str(processor), "payout_rows", lacking, "named by lines, without a row of their own")
        yield from _payout_gap(str(processor), "payout_lines", declared - used, "without the lines they are made of")


def _payout_gap(processor: str, what: str, ids: set[str], words: str) -> Iterator[Gap]:
    if not ids:
        return
    listed = sorted(ids)
    more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
    noun = "payout" if len(listed) == 1 else "payouts"
    text = f"{len(listed)} {noun} {words}: {', '.join(listed[:_LISTED])}{more}"
    yield Gap("payouts", processor, what, "", "", len(listed), text)
