"""Two currencies compared: at the processor's own conversion where its lines tell of one, else at a declared rate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.money import exponent
from opsrules.reconcile import WAITING
from opsrules.terms import Exclusion, Leg, LineKind

__all__ = ["Changed", "Rates", "conversions", "without_conversions"]

# Further apart than this no rate explains it: the amount itself is another one. Ours.
_MOST_BPS = 1_000
_ROUNDED = 1  # minor units that two ways of rounding may be apart


@dataclass(frozen=True)
class Changed:
    """An amount as it should be after a change of currency, and as it is.

    Attributes
    ----------
    currency : str
        Of both amounts.
    expected_minor, actual_minor : int
    tolerance_bps : Decimal
    """

    currency: str
    expected_minor: int
    actual_minor: int
    tolerance_bps: Decimal

    @property
    def apart_minor(self) -> int:
        """Actual less expected."""
        return self.actual_minor - self.expected_minor

    @property
    def agrees(self) -> bool:
        """Whether the difference is within the tolerance."""
        return abs(self.apart_minor) <= _ROUNDED or self._within(self.tolerance_bps)

    @property
    def explains(self) -> bool:
        """Whether a rate can be the reason of the difference."""
        return self._within(Decimal(_MOST_BPS))

    def _within(self, bps: Decimal) -> bool:
        return abs(self.apart_minor) * 10_000 <= bps * abs(self.expected_minor)


@dataclass(frozen=True)
class Rates:
    """What is known of changes between currencies: conversion lines, and the account's declared rates."""

    ask: Ask
    lines: pd.DataFrame

    def changed(self, left: Sequence[Mapping[str, Any]], right: Sequence[Mapping[str, Any]]) -> Changed | None:
        """Both sides in one currency; None where they are in one, in several, or no change between them is known."""
        own, theirs = ({str(row["currency"]) for row in rows} for rows in (left, right))
        if len(own) != 1 or len(theirs) != 1 or own == theirs:
            return None
        return self._by_lines(left, right) or self._by_rate(left, right)

    def converted(self, minor: int, sold: str, bought: str, day: date) -> int | None:
        """An amount in another currency at the declared rate of the day, half-even; None where none is declared."""
        for one in self.ask.account.fx.rates:
            if {one.sold, one.bought} == {sold, bought} and one.holds_on(day):
                rate = one.rate if one.sold == sold else 1 / one.rate
                exact = (Decimal(minor) * rate).scaleb(exponent(bought) - exponent(sold))
                return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
        return None

    def pair(self, rows: Sequence[Mapping[str, Any]]) -> Changed | None:
        """What conversion lines bought against what the declared rate gives; None unless they sell one, buy one."""
        sums: dict[str, int] = defaultdict(int)
        for row in rows:
            sums[str(row["currency"])] += int(row["gross_minor"])
        sold = [(currency, minor) for currency, minor in sums.items() if minor < 0]
        bought = [(currency, minor) for currency, minor in sums.items() if minor > 0]
        if len(sold) != 1 or len(bought) != 1:
            return None
        expected = self.converted(-sold[0][1], sold[0][0], bought[0][0], rows[0]["day"].date())
        return None if expected is None else self._changed(bought[0][0], expected, bought[0][1])

    @cached_property
    def _moved(self) -> dict[tuple[str, str, str, bool], int]:
        """What conversion lines of each processor and payment brought (True) or took, by currency."""
        told = self.lines[(self.lines["kind"] == LineKind.CONVERSION) & ~self.lines["again"]]
        told = told[told["payment_id"] != ""]
        columns = (told[name] for name in ("processor", "payment_id", "currency", "gross_minor"))
        sums: dict[tuple[str, str, str, bool], int] = defaultdict(int)
        for processor, payment, currency, minor in zip(*columns, strict=True):
            sums[processor, payment, currency, minor > 0] += int(minor)
        return dict(sums)

    def _by_lines(self, left: Sequence[Mapping[str, Any]], right: Sequence[Mapping[str, Any]]) -> Changed | None:
        """The change that the processor's own lines tell; all of what was taken must have been changed."""
        currency, theirs = str(left[0]["currency"]), str(right[0]["currency"])
        payments = {(row["processor"], row["payment_id"]) for row in right}
        plus = sum(int(row["gross_minor"]) for row in right) > 0
        sold = sum(self._moved.get((*one, theirs, not plus), 0) for one in payments)
        bought = [self._moved.get((*one, currency, plus)) for one in payments]
        if any(one is None for one in bought) or sold != -sum(int(row["gross_minor"]) for row in right):
            return None
        expected = sum(int(row["side_minor"]) for row in left)
        actual = abs(sum(one for one in bought if one is not None))
        return self._changed(currency, expected, actual if expected >= 0 else -actual)

    def _by_rate(self, left: Sequence[Mapping[str, Any]], right: Sequence[Mapping[str, Any]]) -> Changed | None:
        currency = str(right[0]["currency"])
        owed = sum(int(row["side_minor"]) for row in left)
        day = min(row["day"] for row in right).date()
        expected = self.converted(owed, str(left[0]["currency"]), currency, day)
        actual = sum(int(row["side_minor"]) for row in right)
        return None if expected is None else self._changed(currency, expected, actual)

    def _changed(self, currency: str, expected: int, actual: int) -> Changed:
        return Changed(currency, expected, actual, self.ask.account.fx.tolerance_bps)


def conversions(lines: pd.DataFrame) -> Iterator[list[dict[str, Any]]]:
    """The conversion lines that belong together: of one payment, else of one instant."""
    own = lines["payment_id"].where(lines["payment_id"] != "", lines["occurred_at"].astype("str"))
    for _, rows in lines.groupby([lines["processor"], own], sort=True):
        yield [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def without_conversions(legs: dict[Leg, LegResult], ready: Prepared, rates: Rates) -> dict[Leg, LegResult]:
    """The two legs of orders; what agrees once it is in one currency is left out of both sides by a named rule."""
    return {leg: _settled(legs[leg], ready, rates) for leg in (Leg.ORDERS_CHARGES, Leg.ORDERS_REFUNDS)}


def _settled(leg: LegResult, ready: Prepared, rates: Rates) -> LegResult:
    left = _held(leg, "left", ready.orders)
    if not left:
        return leg
    right = _held(leg, "right", ready.lines)
    agreed = [
        pair for pair, rows in left.items() if (known := rates.changed(rows, right.get(pair, []))) and known.agrees
    ]
    return replace(leg, left=_left_out(leg, "left", agreed), right=_left_out(leg, "right", agreed))


def _held(leg: LegResult, side: str, table: pd.DataFrame) -> dict[int, list[dict[str, Any]]]:
    """Rows of the breaks between two currencies, by the break's number."""
    sides, status = leg.matching.side(side)
    at = np.flatnonzero((status["reason"] == "currency").to_numpy())
    columns = [name for name in ("processor", "payment_id", "gross_minor", "day", "currency") if name in table]
    rows: Iterable[Any] = table[columns].iloc[at].to_dict("records")
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row, pair, minor in zip(rows, status["pair"].to_numpy()[at], sides["amount_minor"].to_numpy()[at], strict=True):
        found[int(pair)].append(row | {"side_minor": int(minor)})
    return found


def _left_out(leg: LegResult, side: str, pairs: list[int]) -> pd.DataFrame:
    seen = leg.side(side)[1]
    waiting = seen["status"].isin(WAITING).to_numpy()
    out: npt.NDArray[np.bool_] = waiting & np.isin(seen["pair"].to_numpy(), pairs)
    rule = seen["rule"].cat.add_categories([Exclusion.CONVERTED.value])
    return seen.assign(status=seen["status"].where(~out, "excluded"), rule=rule.where(~out, Exclusion.CONVERTED.value))
