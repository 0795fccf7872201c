"""A slice as the subject of a chain: its conditions as plain values, in words, and the id under which it is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Protocol

from opsrules.errors import UsageError

__all__ = ["PREFIX", "SliceLike", "plain_where", "slice_id", "told"]

PREFIX = "slice-"
"""Beginning of every id of a slice, which no finding's id has."""


class SliceLike(Protocol):
    """What `opsrules.rootcause.Slice` tells of a slice."""

    @property
    def where(self) -> Mapping[Hashable, Any]:
        """Dimension to value."""

    @property
    def effect(self) -> float:
        """Change inside, in the measure's unit."""

    @property
    def share(self) -> float:
        """Effect over the change of everything."""

    @property
    def rows(self) -> int:
        """Rows inside."""

    @property
    def confidence(self) -> float:
        """1 less the chance that noise alone shows a slice as strong."""

    @property
    def equivalents(self) -> Sequence[Mapping[Hashable, Any]]:
        """Other conditions that cover the same rows."""


def told(where: Mapping[Any, Any]) -> str:
    """Conditions in words, by dimension.

    Examples
    --------
    >>> told({"country": "DE", "method": None})
    'country = DE, method missing'
    """
    return ", ".join(f"{name} missing" if value is None else f"{name} = {value}" for name, value in where.items())


def plain_where(where: Mapping[Any, Any]) -> dict[str, str | None]:
    """Conditions as texts in order of their dimensions; a missing value is None.

    Raises
    ------
    UsageError
        If there is none, or two dimensions have one name.

    Examples
    --------
    >>> plain_where({"method": float("nan"), "country": "DE"})
    {'country': 'DE', 'method': None}
    """
    plain = {str(name): None if value is None or value != value else str(value) for name, value in where.items()}  # noqa: PLR0124 - nan
    if not plain or len(plain) < len(where):
        found = told(where) or "no condition"
        msg = f"a slice needs conditions, one a dimension, got {found}; write them as dimension to value"
        raise UsageError(msg)
    return dict(sorted(plain.items()))


def slice_id(account: str, measure: str, period: str, where: Mapping[Any, Any]) -> str:
    """Id of a slice: the same for the same account, measure, period and conditions, in whatever order they stand.

    Raises
    ------
    UsageError
        If the measure or all conditions are missing.

    Examples
    --------
    >>> one = slice_id("northwind", "refunds", "2026-10", {"country": "DE", "size": 3})
    >>> one == slice_id("northwind", "refunds", "2026-10", {"size": "3", "country": "DE"})
    True
    """
    if not measure.strip():
        msg = "a slice is one of a measure, and none is named; write measure='refunds', or what was measured"
        raise UsageError(msg)
    parts = [account, measure, period, list(plain_where(where).items())]
    written = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return PREFIX + hashlib.sha256(written.encode()).hexdigest()[:24]
