"""Amounts that are counted: spans of time and money, both exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering
from typing import Any

from opsrules.money import is_currency
from opsrules.rules.types.base import MeasuredType, ValueMissing, is_nothing, operator

__all__ = ["Amount", "CurrenciesDiffer", "DurationType", "MoneyType"]

_MOST_DAYS = 999_999_999  # as timedelta has it
_MOST_DECIMALS = 30


class DurationType(MeasuredType):
    """A span of time: a timedelta, or a number of days (int or Decimal); None and "" are missing.

    Compared exactly: 0.5 is equal to 12 hours, and one nanosecond more is greater. A constant is a number of days.
    """

    name = "duration"
    WANTED = "a number of days"

    @classmethod
    def cast(cls, raw: Any) -> Fraction | None:
        """Return the days.

        Raises
        ------
        TypeError
            For what is no span, a float and a boolean among it.
        ValueError
            For more days than a timedelta can hold, or more than 30 decimals.
        """
        if is_nothing(raw):
            return None
        if isinstance(raw, timedelta):
            count = raw // timedelta(microseconds=1) * 1000 + getattr(raw, "nanoseconds", 0)  # the latter: pandas
            return Fraction(count, 86_400 * 10**9)
        if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
            msg = f"{raw!r} is no duration"
            raise TypeError(msg)
        exact = Decimal(raw) if isinstance(raw, int) else raw
        if not exact.is_finite() or abs(exact) > _MOST_DAYS or int(exact.as_tuple().exponent) < -_MOST_DECIMALS:
            msg = f"{raw!r} days are out of range"
            raise ValueError(msg)
        return Fraction(exact)


class CurrenciesDiffer(ValueError):  # noqa: N818 - named as the table of errors shows it
    """Two amounts of different currencies, which are neither more, less nor equal."""


@total_ordering
@dataclass(frozen=True, eq=False)
class Amount:
    """Money.

    Attributes
    ----------
    minor : int
        In minor units.
    currency : str
    """

    minor: int
    currency: str

    def _other(self, other: object) -> int:
        if not isinstance(other, Amount) or other.currency != self.currency:
            msg = f"{self.currency} cannot be compared with {getattr(other, 'currency', 'what is no money')}"
            raise CurrenciesDiffer(msg)
        return other.minor

    def __eq__(self, other: object) -> bool:
        return self.minor == self._other(other)

    def __lt__(self, other: object) -> bool:
        return self.minor < self._other(other)

    def __hash__(self) -> int:
        return hash((self.minor, self.currency))


class MoneyType(MeasuredType):
    """An amount: a pair (minor units, currency) or a mapping of minor and currency; without minor units it is missing.

    A constant is written ``{minor: 150, currency: EUR}``. Comparing two currencies raises, it is never just false;
    ``has_currency`` asks first.
    """

    name = "money"
    WANTED = "money such as {minor: 150, currency: EUR}"

    @classmethod
    def cast(cls, raw: Any) -> Amount | None:
        """Return the amount.

        Raises
        ------
        TypeError
            For what is no amount, a fraction of a minor unit among it.
        ValueError
            For a currency that is none.
        """
        if is_nothing(raw):
            return None
        if isinstance(raw, Mapping) and set(raw) == {"minor", "currency"}:
            minor, currency = raw["minor"], raw["currency"]
        elif isinstance(raw, list | tuple) and len(raw) == 2:
            minor, currency = raw
        else:
            msg = f"{raw!r} is no money"
            raise TypeError(msg)
        if is_nothing(minor):
            return None
        if isinstance(minor, bool) or not isinstance(minor, int) or not isinstance(currency, str):
            msg = f"{raw!r} is no money"
            raise TypeError(msg)
        if not is_currency(currency):
            msg = f"{currency!r} is no currency"
            raise ValueError(msg)
        return Amount(minor, currency)

    @operator()
    def has_currency(self, currency: str) -> bool:
        """Whether the amount is in that currency."""
        if self.is_absent:
            raise ValueMissing("no money to compare")
        return bool(self.value.currency == currency)

    @classmethod
    def constant_fault(cls, asked: str, constant: Any) -> str | None:
        """Return what is wrong with a constant."""
        if asked != "has_currency":
            return super().constant_fault(asked, constant)
        right = isinstance(constant, str) and is_currency(constant)
        return None if right else "must be a currency such as EUR"

    @classmethod
    def set_fault(cls, asked: str, constants: list[Amount]) -> str | None:
        """Return what is wrong with right amounts taken together."""
        if len({one.currency for one in constants}) > 1:
            return "must be of one currency"
        return super().set_fault(asked, constants)
