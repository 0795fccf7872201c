"""What the evidence of a finding implies: the cause its code stands for, the days between a parcel's four dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from opsrules.errors import UsageError
from opsrules.rootcause.classify_words import CODE_CAUSE, Family
from opsrules.rootcause.taxonomy import Code, Taxonomy

__all__ = ["completed", "lookup"]

_DAYS = {
    "days_to_hand_over": ("approved_on", "handed_over_on"),
    "days_in_transit": ("handed_over_on", "delivered_on"),
    "days_promised": ("approved_on", "promised_on"),
    "days_late": ("promised_on", "delivered_on"),
    "days_handed_over_late": ("promised_on", "handed_over_on"),
}


def completed(findings: pd.DataFrame, family: Family, taxonomy: Taxonomy) -> pd.DataFrame:
    """Return the findings with every column that the family's rules ask; what nobody gave is missing.

    Raises
    ------
    UsageError
        If a date is none, with its column.
    """
    given = findings.copy()
    if family.name == "shipping":
        given = _with_days(given)
    if family.lookups:
        found = [lookup(row, family, taxonomy) for row in _coded_rows(given, family)]
        given[CODE_CAUSE] = pd.Series([one[0].cause if one else None for one in found], index=given.index, dtype=object)
    for name in family.columns:
        if name not in given:
            given[name] = pd.Series([None] * len(given), index=given.index, dtype=object)
    return given


def lookup(row: dict[str, Any], family: Family, taxonomy: Taxonomy) -> tuple[Code, dict[str, str]] | None:
    """Return what a finding's code stands for, and the columns and values that tell it; None where nothing does."""
    country = _text(row.get("country"))
    for code, scheme in family.lookups:
        value, whose = _text(row.get(code)), _text(row.get(scheme))
        if value and whose and (meaning := taxonomy.meaning(family.code, whose, value, country)):
            told = {code: value, scheme: whose} | ({"country": country} if meaning.countries else {})
            return meaning, told
    return None


def _coded_rows(given: pd.DataFrame, family: Family) -> Iterator[dict[str, Any]]:
    names = [name for name in dict.fromkeys([*sum(family.lookups, ()), "country"]) if name in given]
    columns = [given[name].tolist() for name in names]
    for number in range(len(given)):
        yield {name: column[number] for name, column in zip(names, columns, strict=True)}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _with_days(given: pd.DataFrame) -> pd.DataFrame:
    for name in dict.fromkeys(sum(_DAYS.values(), ())):
        if name in given:
            given[name] = _days_of(given[name])
    for name, (start, end) in _DAYS.items():
        if name not in given and start in given and end in given:
            given[name] = _whole((given[end] - given[start]).dt.days)
    agreed = ["handling_days_agreed", "transit_days_agreed"]
    if "days_agreed" not in given and set(agreed) <= set(given.columns):
        given["days_agreed"] = _whole(given[agreed].astype("Float64").sum(axis=1, skipna=False))
    return given


def _days_of(column: pd.Series[Any]) -> pd.Series[Any]:
    try:
        moments = pd.to_datetime(column, utc=True)
    except (ValueError, TypeError) as error:
        msg = f"column {column.name!r} holds something that is no date; write dates as 2026-10-31"
        raise UsageError(msg) from error
    return moments.dt.tz_localize(None).dt.floor("D")


def _whole(days: pd.Series[Any]) -> pd.Series[Any]:
    told = [None if pd.isna(one) else int(one) for one in days]
    return pd.Series(told, index=days.index, dtype=object)
