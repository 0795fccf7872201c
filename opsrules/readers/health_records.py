"""What the readers of marketplaces' standing share: one metric as one record, whatever report it was in."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd

from opsrules.readers.json_text import Obj
from opsrules.readers.layout import Column, Kind
from opsrules.readers.parsed import Parsed

__all__ = ["METRIC", "finished", "in_words", "metric", "plain"]

METRIC = (
    Column("marketplace", "marketplace", Kind.KEY, required=True),
    Column("metric", "metric", Kind.KEY, required=True),
    Column("source_metric", "source_metric", Kind.KEY, required=True),
    Column("value", "value", filled=True, required=True),
    Column("scope", "scope"),
    Column("numerator", "numerator", Kind.INTEGER),
    Column("numerator_text", "numerator"),
    Column("denominator", "denominator", Kind.INTEGER),
    Column("denominator_text", "denominator"),
    Column("target", "target"),
    Column("comparator", "comparator"),
    Column("status", "status"),
    Column("from_day", "from", Kind.DAY),
    Column("to_day", "to", Kind.DAY),
)
"""Fields of a record as `metric` makes it."""

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?")


def metric(line: int, **facts: Any) -> Obj:
    """One metric as a record that starts in that line; a fact that is missing is blank."""
    blank = {column.source: "" for column in METRIC}
    return Obj(blank | {name.rstrip("_"): plain(value) for name, value in facts.items()}, line)


def plain(value: Any) -> Any:
    """Text of a number without an exponent, digit for digit; anything else as it stands.

    Examples
    --------
    >>> plain("0.0270"), plain("1.5E-4"), plain("GOOD")
    ('0.0270', '0.00015', 'GOOD')
    """
    if not isinstance(value, str) or "e" not in value.casefold() or not _NUMBER.fullmatch(value):
        return value
    try:
        return format(Decimal(value), "f")
    except InvalidOperation:
        return value


def in_words(name: str) -> str:
    """Name in small letters with ``_`` between words: ``lateShipmentRate`` is late_shipment_rate."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").replace(" ", "_").lower()


def finished(parsed: Parsed) -> Parsed:
    """Counts that may be missing, from those that count as 0 when blank."""
    rows = parsed.rows
    counts = {
        name: rows[name].astype("Int64").where(rows[f"{name}_text"] != "", pd.NA)
        for name in ("numerator", "denominator")
    }
    return Parsed(rows.assign(**counts), parsed.rejects)
