"""Instants and days from text; what cannot be placed in time without guessing gets a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.readers.clocks import Parted, parted
from opsrules.readers.digits import days_by_digits, instants_by_digits
from opsrules.readers.localised import localised
from opsrules.readers.lookup import constant, each_text
from opsrules.readers.reasons import no_reasons
from opsrules.readers.remembered import Remembered
from opsrules.terms import RejectReason

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["ZONES", "Instants", "days_of", "parse_days", "parse_instants", "parse_unix"]

ZONES: dict[str, int] = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "MET": 60, "MEST": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "SGT": 480, "HKT": 480, "AWST": 480, "JST": 540, "KST": 540, "ACST": 570,
    "ACDT": 630, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "EST": -300, "EDT": -240, "CST": -360,
    "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600,
}  # fmt: skip
"""Zone abbreviations and their minutes east of UTC.

An abbreviation that the account's own zone uses means what it means there (CST in Shanghai, BST in Dhaka); one that is
neither here nor there, such as IST for an account in Berlin, is not guessed.

Source: IANA tz database, names of the zones' own standard and summer times; knowledge of the trade: confidence high.
"""

_INSTANT = (
    r"^\s*(?P<day>[12][0-9]{3}-[0-9]{2}-[0-9]{2})[T ]+"
    r"(?P<time>[0-9]{2}:[0-9]{2}(?::[0-5][0-9])?)(?P<part>\.[0-9]{1,9})?"
    r"\s*(?P<zone>[A-Za-z]+(?:/[A-Za-z_+-]+)+|[A-Za-z]{1,5}|[+-][0-9]{2}:?[0-9]{2})?\s*$"
)
_DAY = r"^\s*(?P<day>[12][0-9]{3}-[0-9]{2}-[0-9]{2})(?:[T ].*)?$"
_FEW = 1_000
_MOST_OFFSET = 14 * 60  # Pacific/Kiritimati
_MICRO = np.timedelta64(1, "us")


@dataclass(frozen=True)
class Instants:
    """Instants read from text, one a row.

    Attributes
    ----------
    at : ndarray of datetime64[us]
        In UTC; NaT where a reason is given.
    zone : Series of str
        The offset or abbreviation as written, else the zone that was declared; "" where a reason is given.
    fold : ndarray of bool
        Whether the local time occurs twice; the first is taken.
    reason : ndarray of object
        `RejectReason` or "".
    """

    at: npt.NDArray[np.datetime64]
    zone: pd.Series[str]
    fold: npt.NDArray[np.bool_]
    reason: npt.NDArray[np.object_]


def _as_it_is(texts: pd.Series[str]) -> pd.Series[str]:
    return texts


def parse_instants(
    texts: pd.Series[str], default: str, account: str, spelled: Callable[[pd.Series[str]], pd.Series[str]] = _as_it_is
) -> Instants:
    """Instants from ``YYYY-MM-DD HH:MM[:SS[.ffffff]]``, with ``T`` or a blank between, and an optional zone.

    The zone is an offset, an abbreviation or an IANA name.

    Parameters
    ----------
    texts : Series of str
        A blank text is `TIME_MISSING`.
    default : str
        IANA zone of times without one. A time that its clocks skip is `TIME_IN_GAP`.
    account : str
        IANA zone of the account, which says what an abbreviation means.
    spelled : callable
        Brings times that are written otherwise to that spelling; it is given each day and zone once.

    Examples
    --------
    >>> got = parse_instants(pd.Series(["2026-10-25 02:30", "2026-10-25 02:30 +0100"]), "Europe/Berlin", "UTC")
    >>> got.at.tolist()[0].isoformat(), got.at.tolist()[1].isoformat(), got.fold.tolist()
    ('2026-10-25T00:30:00', '2026-10-25T01:30:00', [True, False])
    """
    texts = texts.reset_index(drop=True)
    read = instants_by_digits(texts)
    if read is not None:
        return _of_digits(texts, *read, default)
    apart = parted(texts)
    return _at(_written_in(spelled(apart.texts), default, account), apart)


def _of_digits(
    texts: pd.Series[str], local: npt.NDArray[np.datetime64], minutes: npt.NDArray[np.int64] | None, default: str
) -> Instants:
    reason = no_reasons(len(texts))
    if minutes is not None:
        at = local - minutes * np.timedelta64(60_000_000, "us")
        return Instants(at, each_text(texts.str.slice(19), str.strip), np.zeros(len(texts), dtype=bool), reason)
    at, fold, gap = localised(local, default)
    zone = constant(default, len(texts))
    if gap.any():
        reason, zone = reason.copy(), zone.where(~gap, "")
        reason[gap] = RejectReason.TIME_IN_GAP
    return Instants(at, zone, fold, reason)


@dataclass(frozen=True)
class _Written:
    """What stands in each text: its local time, its zone, and the minutes of that east of UTC or its IANA name."""

    local: npt.NDArray[np.datetime64]
    zone: pd.Series[str]
    minutes: npt.NDArray[np.int64]
    clock: npt.NDArray[np.object_]
    reason: npt.NDArray[np.object_]


def _written_in(texts: pd.Series[str], default: str, account: str) -> _Written:
    """What stands in these texts; the days of a file, which every block of it has, are looked at once."""
    if not 0 < len(texts) <= _FEW:
        return _written(texts, default, account)
    local, zone, minutes, clock, reason = zip(*_readings(default, account).of(texts.tolist()), strict=True)
    return _Written(
        np.array(local, dtype=np.int64).view("datetime64[us]"),
        pd.Series(zone, dtype="str"),
        np.array(minutes, dtype=np.int64),
        np.array(clock, dtype=object),
        np.array(reason, dtype=object),
    )


@lru_cache(maxsize=64)
def _readings(default: str, account: str) -> Remembered[tuple[int, str, int, str, str]]:
    def make(texts: tuple[str, ...]) -> list[tuple[int, str, int, str, str]]:
        found = _written(pd.Series(texts, dtype="str"), default, account)
        parts = (found.local.astype(np.int64), found.zone, found.minutes, found.clock, found.reason)
        return list(zip(*(part.tolist() for part in parts), strict=True))

    return Remembered(make)


def _written(texts: pd.Series[str], default: str, account: str) -> _Written:
    reason = np.full(len(texts), "", dtype=object)
    written_local, part, zone = _cut(texts)
    local = pd.to_datetime(written_local, format="%Y-%m-%d %H:%M:%S", errors="coerce").dt.as_unit("us")
    if (part != "").any():
        fraction = pd.to_numeric(part.str.slice(1, 7).str.pad(6, "right", "0").where(part != "", "0"))
        local += fraction.to_numpy(dtype=np.int64) * _MICRO
    reason[local.isna()] = RejectReason.TIME_UNREADABLE
    reason[(texts.str.strip() == "").to_numpy(dtype=bool)] = RejectReason.TIME_MISSING

    named = zone.str.match("[A-Za-z]").to_numpy(dtype=bool)
    written = (zone != "").to_numpy(dtype=bool)
    codes, unique = pd.factorize(zone)
    minutes = np.array([_minutes(one, account) for one in unique], dtype=np.float64)[codes]
    clocks = sorted(set(unique) & _iana()) if zone.str.contains("/", regex=False).any() else []
    by_clock = zone.isin(clocks).to_numpy(dtype=bool)
    lost = written & ~by_clock & np.isnan(minutes) & (reason == "")
    reason[lost & named] = RejectReason.ZONE_UNKNOWN
    reason[lost & ~named] = RejectReason.TIME_UNREADABLE

    bad = reason != ""
    clock = np.where(written, np.where(by_clock, zone, ""), default)
    return _Written(
        local.to_numpy().astype("datetime64[us]"),
        zone.where(written, default).where(~bad, ""),
        np.nan_to_num(minutes).astype(np.int64),
        np.where(bad, "", clock),
        reason,
    )


def _at(written: _Written, apart: Parted) -> Instants:
    """Instants of the texts that were parted."""
    codes, size = apart.codes, len(apart.codes)
    local = written.local[codes] + apart.past
    at = local - written.minutes[codes] * np.timedelta64(60_000_000, "us")
    fold, gaps = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    for clock in sorted(set(written.clock) - {""}):
        there = np.flatnonzero((written.clock == clock)[codes])
        if len(there):
            at[there], fold[there], gaps[there] = localised(local[there], clock)
    zone = written.zone.take(codes).reset_index(drop=True)
    if (written.reason == "").all() and not gaps.any():
        return Instants(at, zone, fold, no_reasons(size))
    reason = written.reason[codes]
    reason[gaps] = RejectReason.TIME_IN_GAP
    bad = reason != ""
    at[bad] = np.datetime64("NaT")
    return Instants(at, zone.where(~gaps, ""), fold & ~bad, reason)


def _cut(texts: pd.Series[str]) -> tuple[pd.Series[str], pd.Series[str], pd.Series[str]]:
    """``YYYY-MM-DD HH:MM:SS``, fraction and zone of each text; "" where it does not have them."""
    day, time, part, zone = _groups(texts, _INSTANT, ("day", "time", "part", "zone"))
    return day + " " + time.where(time.str.len() != 5, time + ":00"), part, zone


def _minutes(zone: str, account: str) -> float:
    """Minutes east of UTC that an offset or abbreviation stands for; NaN where it stands for none."""
    if zone[:1] in ("+", "-"):
        digits = zone[1:].replace(":", "")
        size = int(digits[:2]) * 60 + int(digits[2:])
        return (size if zone[0] == "+" else -size) if size <= _MOST_OFFSET and int(digits[2:]) < 60 else float("nan")
    known = _spoken(account) if zone else {}
    return known.get(zone.upper(), ZONES.get(zone.upper(), float("nan")))


@cache
def _iana() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _spoken(zone: str) -> dict[str, float]:
    """Abbreviations that a zone itself uses now, summer and winter."""
    found: dict[str, float] = {}
    for month in (1, 7):
        moment = datetime(2026, month, 15, 12, tzinfo=ZoneInfo(zone))
        offset = moment.utcoffset()
        if offset is not None:
            found[moment.strftime("%Z").upper()] = offset.total_seconds() / 60
    return found


def parse_unix(texts: pd.Series[str]) -> Instants:
    """Instants from whole seconds since 1970-01-01 in UTC; a blank text is `TIME_MISSING`.

    Examples
    --------
    >>> parse_unix(pd.Series(["1760000000"])).at.tolist()[0].isoformat()
    '2025-10-09T08:53:20'
    """
    plain = texts.str.strip().reset_index(drop=True)
    good = plain.str.fullmatch("[0-9]{1,10}").to_numpy(dtype=bool)  # until the year 2286; milliseconds have 13
    reason = np.full(len(plain), "", dtype=object)
    reason[~good] = RejectReason.TIME_UNREADABLE
    reason[(plain == "").to_numpy(dtype=bool)] = RejectReason.TIME_MISSING
    at = pd.to_numeric(plain.where(good, "0")).to_numpy(dtype=np.int64).astype("datetime64[s]").astype("datetime64[us]")
    at[~good] = np.datetime64("NaT")
    zone = pd.Series(np.where(good, "UTC", ""), dtype="str")
    return Instants(at, zone, np.zeros(len(plain), dtype=bool), reason)


def parse_days(
    texts: pd.Series[str], date_format: str = ""
) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.object_]]:
    """Days from ``YYYY-MM-DD``, a time after it left out, or from dates in a declared ``strptime`` format.

    Returns
    -------
    days : ndarray of datetime64[us]
        Midnights without a zone; NaT where a reason is given.
    reason : ndarray of object
        `RejectReason` or "".
    """
    if not date_format and (plain := days_by_digits(texts)) is not None:
        missing = np.isnat(plain)
        reason = np.where(missing, RejectReason.TIME_MISSING, "").astype(object)
        return plain, reason if missing.any() else no_reasons(len(plain))
    codes, unique = pd.factorize(texts.reset_index(drop=True))
    if not 0 < len(unique) <= _FEW:
        found, reason = _days_read(pd.Series(unique, dtype="str"), date_format)
        return found[codes], reason[codes]
    days, reasons = zip(*_days_known(date_format).of(list(unique)), strict=True)
    return np.array(days, dtype=np.int64).view("datetime64[us]")[codes], np.array(reasons, dtype=object)[codes]


@lru_cache(maxsize=64)
def _days_known(date_format: str) -> Remembered[tuple[int, str]]:
    def make(texts: tuple[str, ...]) -> list[tuple[int, str]]:
        days, reason = _days_read(pd.Series(texts, dtype="str"), date_format)
        return list(zip(days.astype(np.int64).tolist(), reason.tolist(), strict=True))

    return Remembered(make)


def _days_read(cells: pd.Series[str], date_format: str) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.object_]]:
    (day,) = (cells.str.strip(),) if date_format else _groups(cells, _DAY, ("day",))
    days = pd.to_datetime(day, format=date_format or "%Y-%m-%d", errors="coerce").dt.normalize()
    reason = np.full(len(cells), "", dtype=object)
    days = days.where(days.dt.year.between(1000, 2999))
    reason[days.isna()] = RejectReason.TIME_UNREADABLE
    reason[(cells.str.strip() == "").to_numpy(dtype=bool)] = RejectReason.TIME_MISSING
    return days.to_numpy().astype("datetime64[us]"), reason


def days_of(instants: pd.Series[pd.Timestamp], zone: str = "UTC") -> pd.Series[pd.Timestamp]:
    """Days in a zone on which instants fall, as midnights without a zone; NaT stays."""
    return instants.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize().astype("datetime64[us]")


def _groups(texts: pd.Series[str], pattern: str, names: tuple[str, ...]) -> tuple[pd.Series[str], ...]:
    """Groups of an RE2 pattern, "" where it does not match."""
    found = pc.extract_regex(pa.array(texts, type=pa.large_string(), from_pandas=True), pattern)
    if not len(found):
        return tuple(pd.Series([], dtype="str") for _ in names)
    parts = (pc.fill_null(pc.struct_field(found, name), "") for name in names)
    return tuple(pd.Series(part.to_pandas(), dtype="str") for part in parts)
