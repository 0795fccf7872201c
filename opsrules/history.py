"""Rates of earlier periods, read from the reports that runs left, so that a review can say whether one has changed.

The runner gathers them before a notebook runs and hands them over as a file beside the register's snapshot. Only
periods of the same kind that end before this one count: a rerun of March sees nothing of April.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from pydantic import TypeAdapter

from opsrules.errors import UsageError
from opsrules.periods import Period
from opsrules.publish import put
from opsrules.terms import Desk

__all__ = ["FILE", "History", "Past", "Rate", "beside", "earlier", "gathered", "load", "save"]

FILE = "history.json"
"""Name of the file beside the snapshot."""

_METRICS, _REVIEW, _FAILURE = "metrics.csv", "review.json", "failure.json"


@dataclass(frozen=True)
class Rate:
    """One rate of one period.

    Attributes
    ----------
    numerator, denominator : int
        Counts, or minor units of one currency.
    level : str
        As it was judged then; too_few where there were not cases enough.
    """

    numerator: int
    denominator: int
    level: str


@dataclass(frozen=True)
class Past:
    """What one earlier period left.

    Attributes
    ----------
    period : str
    rates : mapping of str to Rate
        By metric id; sums, which have no denominator, are left out.
    """

    period: str
    rates: Mapping[str, Rate] = field(default_factory=dict)


@dataclass(frozen=True)
class History:
    """Earlier periods of one account and desk.

    Attributes
    ----------
    account, period : str
        The period they come before.
    desk : Desk
    past : tuple of Past
        In order of time.
    left_out : tuple of (str, str)
        Period and why its metrics could not be taken.
    """

    account: str
    desk: Desk
    period: str
    past: tuple[Past, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()


def gathered(reports: Path, account: str, desk: Desk, period: Period) -> History:
    """Return what reports/<period>/<account>/<desk>/metrics.csv of earlier periods hold; nothing is computed again.

    Months are compared with months, weeks with weeks, and other periods with those of as many days that do not overlap.
    A period whose run failed, or that has no review, is none of them.

    Parameters
    ----------
    reports : Path
        The folder of all periods; may be missing.
    """
    past: list[Past] = []
    left_out: list[tuple[str, str]] = []
    for one in _before(reports, period):
        folder = reports / one.text / account / desk.value
        if not (folder / _REVIEW).is_file() or (folder / _FAILURE).exists():
            continue
        try:
            past.append(Past(one.text, dict(_rates(folder / _METRICS, account, desk, one))))
        except (OSError, ValueError, KeyError) as error:
            left_out.append((one.text, f"{_METRICS} cannot be read ({type(error).__name__})"))
    return History(account, desk, period.text, tuple(past), tuple(left_out))


def _before(reports: Path, period: Period) -> list[Period]:
    """Periods of the same kind that have a folder and end before this one, in order of time."""
    found = sorted(_periods(reports), key=lambda one: one.first, reverse=True)
    kept: list[Period] = []
    begin = period.first
    for one in found:
        alike = one.kind == period.kind and (one.kind != "days" or one.days == period.days)
        if alike and one.last < begin:
            kept.append(one)
            begin = one.first
    return kept[::-1]


def _periods(reports: Path) -> Iterator[Period]:
    for folder in sorted(reports.iterdir()) if reports.is_dir() else ():
        try:
            yield Period.parse(folder.name)
        except UsageError:  # the folder of something else
            continue


def _rates(path: Path, account: str, desk: Desk, period: Period) -> Iterator[tuple[str, Rate]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if (row["account"], row["desk"], row["period"]) != (account, desk.value, period.text):
                msg = f"{path}: metrics of another review"
                raise ValueError(msg)
            if row["denominator"]:
                yield row["metric_id"], Rate(int(row["numerator"]), int(row["denominator"]), row["level"])


def beside(snapshot: Path) -> Path:
    """Return where the history lies that belongs to a snapshot."""
    return snapshot.with_name(FILE)


def earlier(period: Period) -> Period:
    """Return the month or the week before; for other periods as many days before."""
    if period.kind == "month":
        return Period.month_before(period.first)
    last = period.first - timedelta(days=1)
    if period.kind == "week":
        year, week, _ = last.isocalendar()
        return Period.parse(f"{year:04d}-W{week:02d}")
    return Period.parse(f"{last - timedelta(days=period.days - 1)}..{last}")


_HISTORY = TypeAdapter(History)


def save(history: History, path: Path) -> None:
    """Write a history as JSON, whole or not at all."""
    put(path, _HISTORY.dump_json(history))


def load(path: Path) -> History:
    """Read a history that `save` wrote.

    Raises
    ------
    OSError, ValueError
        If it is not there or none.
    """
    return _HISTORY.validate_json(path.read_bytes())
