"""Findings as lines of a plain table and as JSON; sums by currency. Nothing here asks the register."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from opsrules.display.wording import count, listed
from opsrules.money import format_amount
from opsrules.terms import BreakClass, FindingStatus, Resolution, Severity

__all__ = ["SHORT_ID", "Lines", "as_records", "lines_of", "sums_words", "term_words"]

SHORT_ID = 12
"""Signs of an id that are shown: as many as reports show."""

_WIDE = 100  # a narrower terminal is shown fewer columns, and shorter ids
_NARROW_ID = 8


@dataclass(frozen=True)
class Lines:
    """A table of plain text.

    Attributes
    ----------
    heads : tuple of str
    rows : list of tuple of str
    numbers : tuple of int
        Positions of columns that stand to the right.
    """

    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    numbers: tuple[int, ...]


def lines_of(findings: pd.DataFrame, width: int | None = None) -> Lines:
    """Return findings as a table, in their order.

    Parameters
    ----------
    findings : DataFrame
        With the columns of `Register.findings`.
    width : int, optional
        Of the terminal in signs; every column without one.
    """
    rows = as_records(findings)
    is_wide = width is None or width >= _WIDE
    kept = {
        "severity": is_wide,
        "due": is_wide,
        "status": not findings.empty and set(findings["status"]) != {FindingStatus.OPEN.value},
    }
    heads = tuple(name for name in _CELLS if kept.get(name, True))
    numbers = tuple(at for at, name in enumerate(heads) if name in ("amount", "age"))
    cells = [tuple(_CELLS[name](row) for name in heads) for row in rows]
    return Lines(heads, cells if is_wide else [(one[:_NARROW_ID], *rest) for one, *rest in cells], numbers)


def as_records(findings: pd.DataFrame) -> list[dict[str, Any]]:
    """Return findings as JSON values: days as text, what is missing as None."""
    names = [str(name) for name in findings.columns]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in findings.itertuples(index=False, name=None)]


def sums_words(findings: pd.DataFrame) -> str:
    """How many findings, and how much money without sign in each currency.

    Examples
    --------
    >>> rows = pd.DataFrame({"currency": ["EUR", "", "EUR"], "amount_minor": [-700, 0, 500]})
    >>> sums_words(rows).replace(chr(160), " ")
    '3 findings: EUR 12.00 in 2 and 1 without an amount'
    """
    sums = list(_sums(findings))
    if len(sums) == 1 and sums[0][2] == len(findings):
        return f"{count(len(findings), 'finding')}: {format_amount(sums[0][1], sums[0][0])}"
    parts = [f"{format_amount(minor, currency)} in {size:,}" for currency, minor, size in sums]
    bare = len(findings) - sum(size for _, _, size in sums)
    parts += [f"{bare:,} without an amount"] if bare and parts else []
    return count(len(findings), "finding") + (f": {listed(parts)}" if parts else "")


def term_words(kind: type[BreakClass | FindingStatus | Resolution | Severity], value: object) -> str:
    """Words for a term; one of a later version as it is."""
    text = str(value)
    return kind(text).words() if text in set(kind) else text


def _sums(findings: pd.DataFrame) -> Iterable[tuple[str, int, int]]:
    """Give currency, sum of sizes and number, largest number first; sums are Python's and never overflow."""
    totals: dict[str, list[int]] = {}
    for currency, minor in zip(findings["currency"], findings["amount_minor"], strict=True):
        if currency:
            totals.setdefault(str(currency), []).append(abs(int(minor)))
    return sorted(((name, sum(each), len(each)) for name, each in totals.items()), key=lambda one: (-one[2], one[0]))


def _plain(value: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN
        return None
    if isinstance(value, pd.Timestamp | datetime | date):
        return value.isoformat()[:10]
    return value.item() if hasattr(value, "item") else value


def _age(row: Mapping[str, Any]) -> str:
    return "" if row["age_days"] is None else f"{row['age_days']:,}"


def _amount(row: Mapping[str, Any]) -> str:
    return format_amount(row["amount_minor"], row["currency"]).replace("\u00a0", " ") if row["currency"] else ""


_CELLS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "finding": lambda row: row["finding_id"][:SHORT_ID],
    "account": lambda row: row["account"],
    "what": lambda row: term_words(BreakClass, row["class"]),
    "severity": lambda row: term_words(Severity, row["severity"]),
    "amount": _amount,
    "age": _age,
    "owner": lambda row: row["owner"] or "nobody",
    "due": lambda row: row["due"] or "",
    "status": lambda row: term_words(FindingStatus, row["status"]),
}
