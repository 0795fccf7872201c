"""Values of one kind in their order, counted: so that two that follow each other can be searched for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from business_rules.operators import NumericType

from opsrules.rules.exact import LAST_FLOAT, float_of, is_number, place_of
from opsrules.rules.types import DateType, DurationType, MoneyType

__all__ = ["Scale", "scales_of"]


@dataclass(frozen=True)
class Scale:
    """Values in order, a whole number for each.

    Attributes
    ----------
    first, last : int
        Places of the least and the greatest value.
    place : callable
        The place of a value, or of a constant as it is written, rounded down; raises for one of another kind.
    value : callable
        The value at a place.
    """

    first: int
    last: int
    place: Callable[[Any], int]
    value: Callable[[int], Any]


_WHOLE = Scale(-(1 << 63), (1 << 63) - 1, math.floor, int)
_FLOATS = Scale(-LAST_FLOAT, LAST_FLOAT, lambda value: place_of(float(value)), float_of)
# Far below the library's epsilon of 0.000001.
_GRAIN = Decimal("1E-9")
_DECIMALS = Scale(
    -(10**18), 10**18, lambda value: math.floor(Decimal(value) / _GRAIN), lambda place: (place * _GRAIN).normalize()
)
_DAYS = Scale(1, date.max.toordinal(), lambda value: _day(value).toordinal(), date.fromordinal)
_ISO_DAYS = Scale(_DAYS.first, _DAYS.last, _DAYS.place, lambda place: date.fromordinal(place).isoformat())
_TICK = timedelta(microseconds=1)
_TIMES = Scale(
    timedelta.min // _TICK,
    timedelta.max // _TICK,
    lambda value: math.floor(_days(value) * 86_400_000_000),
    lambda place: timedelta(microseconds=place),
)


def scales_of(value: object, field_type: type, constants: Sequence[object]) -> Iterator[Scale]:
    """Give the scales on which a column's values lie, if they have an order.

    Parameters
    ----------
    value : object
        One of the column's values; where there is none, a constant tells the kind.
    field_type : type
        Of the variable that reads the column.
    constants : sequence
        What the variable is compared with.
    """
    if value is None and constants:
        value = _stand_in(field_type, constants[0])
    kind = type(value)
    if kind is int:
        yield _WHOLE
    if kind is Decimal:
        yield _DECIMALS
    if kind is float or (kind in (int, Decimal) and is_number(field_type)):
        yield _FLOATS
    if isinstance(value, datetime):
        yield _moments(value)
    elif isinstance(value, date):
        yield _DAYS
    if isinstance(value, timedelta):
        yield _TIMES
    if isinstance(value, str) and issubclass(field_type, DateType):
        yield _ISO_DAYS
    if isinstance(value, tuple | list | Mapping) and issubclass(field_type, MoneyType):
        yield _money(value, [*constants, value])


def _stand_in(field_type: type, constant: Any) -> object:
    """Return a value of the kind that a column most likely holds."""
    try:
        if issubclass(field_type, DateType):
            return DateType.cast(constant)
        if issubclass(field_type, DurationType):
            return timedelta(0)
        if issubclass(field_type, MoneyType):
            amount = MoneyType.cast(constant)
            return amount and (amount.minor, amount.currency)
    except (TypeError, ValueError):
        return None
    return constant if issubclass(field_type, NumericType) else None


def _day(value: Any) -> date:
    day = DateType.cast(value)
    if day is None:
        raise TypeError("no day")
    return day


def _days(value: Any) -> Any:
    days = DurationType.cast(value)
    if days is None:
        raise TypeError("no duration")
    return days


def _moments(like: datetime) -> Scale:
    """Return the scale of moments in the zone of one of them, to the microsecond."""
    start = datetime.min  # noqa: DTZ901 - clock time; the zone is put on below

    def place(value: Any) -> int:
        moment = value if isinstance(value, datetime) else datetime.combine(_day(value), datetime.min.time())
        return (moment.replace(tzinfo=None) - start) // _TICK

    def moment(place: int) -> datetime:
        return (start + timedelta(microseconds=place)).replace(tzinfo=like.tzinfo)

    return Scale(0, (datetime.max - start) // _TICK, place, moment)  # noqa: DTZ901 - as above


def _money(like: object, told: Sequence[object]) -> Scale:
    """Return the scale of amounts in the currency of the first one told, written as `like` is."""
    currency = next((amount.currency for amount in map(_amount, told) if amount), "")

    def value(place: int) -> object:
        return {"minor": place, "currency": currency} if isinstance(like, Mapping) else (place, currency)

    return Scale(_WHOLE.first, _WHOLE.last, _minor, value)


def _amount(raw: Any) -> Any:
    try:
        return MoneyType.cast(raw)
    except (TypeError, ValueError):
        return None


def _minor(raw: Any) -> int:
    amount = MoneyType.cast(raw)
    if amount is None:
        raise TypeError("no money")
    return amount.minor
