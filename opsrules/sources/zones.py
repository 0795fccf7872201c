"""The time zone that the offsets in exports speak for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pandas as pd

__all__ = ["UNTOLD", "offsets_of", "zone_of"]

UNTOLD = "Etc/UTC"
"""Zone to read files with while the account's own is not known: no export writes it, so that it marks what has none."""

_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
_COMMON = (
    *("Europe/Berlin", "Europe/London", "America/New_York", "America/Chicago", "America/Denver"),
    *("America/Los_Angeles", "America/Phoenix", "Europe/Athens", "Europe/Istanbul", "Asia/Dubai", "Asia/Kolkata"),
    *("Asia/Bangkok", "Asia/Singapore", "Asia/Tokyo", "Australia/Brisbane", "Australia/Sydney", "Australia/Adelaide"),
    *("Pacific/Auckland", "America/Halifax", "America/Sao_Paulo", "America/Bogota", "America/Mexico_City"),
)
"""The zone by which people of each offset would say theirs; the most common first."""

Seen = frozenset[tuple[datetime, str]]
"""Instants (UTC, of one day and zone the first) with the zone as the source writes it."""


def offsets_of(tables: Iterable[pd.DataFrame]) -> Seen:
    """Zones that stand in the tables, each with one instant of every day that has it."""
    return frozenset(one for table in tables for one in _seen(table))


def _seen(table: pd.DataFrame) -> Iterator[tuple[datetime, str]]:
    for name in table.columns:
        at = name.removesuffix("_zone") + "_at"
        if not name.endswith("_zone") or at not in table:
            continue
        told = table.loc[(table[name] != UNTOLD) & (table[name] != ""), [at, name]].dropna()
        days = told[at].dt.normalize()
        for row in told[~pd.DataFrame({"day": days, "zone": told[name]}).duplicated()].itertuples(index=False):
            yield row[0].to_pydatetime(), str(row[1])


def zone_of(seen: Seen) -> tuple[str, int]:
    """Zone in which all offsets are right on their days, and how many of the common ones are; "" when none is told.

    A name of a zone tells more than offsets do. UTC alone says nothing about the account: platforms write it anywhere.
    """
    named = sorted({zone for _, zone in seen if "/" in zone and zone in available_timezones()})
    if len(named) == 1:
        return named[0], 1
    offsets = {(at, offset) for at, zone in seen if (offset := _offset(zone)) is not None}
    if not any(offset for _, offset in offsets):
        return "", 0
    fitting = [zone for zone in _COMMON if _fits(zone, offsets)]
    return (fitting[0], len(fitting)) if fitting else ("", 0)


def _offset(zone: str) -> timedelta | None:
    found = _OFFSET.fullmatch(zone)
    if not found:
        return None
    sign, hours, minutes = found.groups()
    size = timedelta(hours=int(hours), minutes=int(minutes))
    return -size if sign == "-" else size


def _fits(zone: str, offsets: Collection[tuple[datetime, timedelta]]) -> bool:
    place = ZoneInfo(zone)
    return all(at.astimezone(place).utcoffset() == offset for at, offset in offsets)
