"""Variables whose values stand in an order: numbers, days, spans of time.

Every comparison changes its answer only at a few values that follow from its constants. Between two neighbouring ones
of all comparisons lies a cell, and each of them is a cell of its own; the answer in a cell is asked of the type itself.
"""

from __future__ import annotations

import decimal
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from business_rules.operators import NumericType

from opsrules.rules.conditions import Leaf
from opsrules.rules.exact import Raised, ask, is_number
from opsrules.rules.lint.space import Axis, Space, Told
from opsrules.rules.types import DateType, DurationType

__all__ = ["line_of"]

EPSILON: Decimal = NumericType.EPSILON

# Wide enough for the sum and the middle of any two floats.
_WIDE = decimal.Context(prec=2500, Emin=-9999, Emax=9999, traps=[decimal.InvalidOperation, decimal.Overflow])
# The library rounds a difference to 28 digits: its epsilon is exact to far less than this.
_CLOSEST, _LARGEST = Decimal("1e-30"), Decimal("1e300")
# Of the days that a duration may have, and of their decimals.
_MOST_DAYS, _MOST_DECIMALS = 900_000_000, 20


class _Order(Protocol):
    """Values of one type, in order."""

    def turns(self, leaf: Leaf) -> list[Any] | None:
        """Return the values at which a comparison may change its answer; None when that is not known."""
        ...

    def between(self, low: Any, high: Any) -> Any | None:
        """Return a value between two, or beyond one when the other is None; None when there is none."""
        ...


class _Numbers:
    def turns(self, leaf: Leaf) -> list[Decimal] | None:
        constants = leaf.constant if isinstance(leaf.constant, list | tuple) else [leaf.constant]
        if leaf.operator in ("is_missing", "is_present"):
            return []
        numbers = [NumericType._assert_valid_value_and_cast(one) for one in constants]
        if any(abs(one) > _LARGEST for one in numbers):
            return None
        return [turn for one in numbers for turn in (_WIDE.subtract(one, EPSILON), _WIDE.add(one, EPSILON))]

    def between(self, low: Decimal | None, high: Decimal | None) -> Decimal | None:
        if low is None or high is None:
            return Decimal(0) if low is high else _beyond(low, high)
        return None if _WIDE.subtract(high, low) < _CLOSEST else _short(low, high)


def _beyond(low: Decimal | None, high: Decimal | None) -> Decimal:
    near = low if low is not None else high
    assert near is not None  # noqa: S101 - for the type checker
    way = 1 if low is not None else -1
    found = _WIDE.to_integral_value(_WIDE.add(near, Decimal(2 * way)))
    return found if found != 0 else Decimal(0)


def _short(low: Decimal, high: Decimal) -> Decimal:
    """Return the number with the fewest decimals between two."""
    middle = _WIDE.divide(_WIDE.add(low, high), Decimal(2))
    digits = max(0, -_WIDE.subtract(high, low).adjusted() - 1)
    while True:
        found = _WIDE.quantize(middle, Decimal(1).scaleb(-digits, _WIDE))
        if low < found < high:
            return found
        digits += 1


class _Durations:
    def turns(self, leaf: Leaf) -> list[Decimal] | None:
        if leaf.operator in ("is_missing", "is_present"):
            return []
        constants = leaf.constant if isinstance(leaf.constant, list | tuple) else [leaf.constant]
        found = []
        for one in constants:
            days = _days_of(one)
            if days is None or abs(days) > _MOST_DAYS or int(days.as_tuple().exponent) < -_MOST_DECIMALS:
                return None
            found.append(days)
        return found

    def between(self, low: Decimal | None, high: Decimal | None) -> Decimal | None:
        return _Numbers().between(low, high)


def _days_of(constant: Any) -> Decimal | None:
    exact = DurationType.cast(constant)
    if exact is None:
        return None
    try:
        days = _WIDE.divide(Decimal(exact.numerator), Decimal(exact.denominator)).normalize(_WIDE)
        return days if DurationType.cast(days) == exact else None
    except ValueError:  # a third of a day has no last decimal
        return None


class _Days:
    def turns(self, leaf: Leaf) -> list[date] | None:
        if leaf.operator in ("is_missing", "is_present"):
            return []
        if leaf.operator == "within_days_of":
            day, days = DateType.cast(leaf.constant["day"]), leaf.constant["days"]
            ends = (_moved(day, -days), _moved(day, days))
            return [end for end in ends if end is not None]
        constants = leaf.constant if isinstance(leaf.constant, list | tuple) else [leaf.constant]
        return [day for one in constants if (day := DateType.cast(one)) is not None]

    def between(self, low: date | None, high: date | None) -> date | None:
        if low is None and high is None:
            return date(2000, 1, 1)
        found = _moved(low, 1) if low is not None else _moved(high, -1)
        return None if found is None or (high is not None and found >= high) else found


def _moved(day: date | None, days: int) -> date | None:
    try:
        return None if day is None else day + timedelta(days=days)
    except OverflowError:
        return None


class _Cell(NamedTuple):
    value: Any


def _order_of(field_type: type) -> _Order | None:
    if is_number(field_type):
        return _Numbers()
    if field_type is DateType:
        return _Days()
    return _Durations() if field_type is DurationType else None


def line_of(
    field_type: Any, name: str, leaves: Sequence[Leaf], space: Space
) -> tuple[dict[int, Told], tuple[int, int]] | None:
    """Give the conditions on an ordered variable an axis.

    Parameters
    ----------
    field_type : type
    name : str
        The variable.
    leaves : sequence of Leaf
        All that compare it with constants alone.
    space : Space

    Returns
    -------
    tuple or None
        Rows by the leaf's number; the axis with its cells that have a value. None for a type without an order, and
        for constants that lie too close together.
    """
    order = _order_of(field_type)
    if order is None:
        return None
    turns = {leaf.number: order.turns(leaf) for leaf in leaves}
    if any(one is None for one in turns.values()):
        return None
    every = sorted({turn for one in turns.values() for turn in one or ()})
    cells = list(_cells(order, every))
    if is_number(field_type) and any(cell is None for cell in cells):
        return None
    # Missing; and what is present, but has no answer to a comparison. Any other bad value raises whatever is asked.
    cells += [_Cell(None), _Cell(Decimal("NaN") if is_number(field_type) else object()), None]
    ordered = len(cells) - 3
    full = sum(1 << place for place, cell in enumerate(cells) if cell is not None) | 1 << len(cells) - 1
    values = full & ((1 << ordered) - 1)
    axis = space.add(Axis(full, lambda chosen, _: _sample(name, chosen, cells)))
    found = {}
    for leaf in leaves:
        own = [bisect_left(every, turn) for turn in sorted(set(turns[leaf.number] or ()))]
        holds, fails = _answers(field_type, leaf, own, cells, ordered)
        found[leaf.number] = Told(_box(axis, holds & full), _box(axis, fails & full))
    return found, (axis, values)


def _cells(order: _Order, turns: Sequence[Any]) -> Iterator[_Cell | None]:
    """Give a cell before each turn, one for it, and one after the last; None where no value lies."""
    for low, turn in zip([None, *turns], turns, strict=False):
        value = order.between(low, turn)
        yield None if value is None else _Cell(value)
        yield _Cell(turn)
    last = order.between(turns[-1] if turns else None, None)
    yield None if last is None else _Cell(last)


def _answers(field_type: Any, leaf: Leaf, own: list[int], cells: list[_Cell | None], ordered: int) -> tuple[int, int]:
    """Return the cells where a comparison holds and where it does not; asked once between two of its own turns."""
    starts = [0, *(end for turn in own for end in (2 * turn + 1, 2 * turn + 2)), ordered, ordered + 1]
    holds = fails = 0
    for start, end in zip(starts, [*starts[1:], ordered + 2], strict=True):
        here = next((cell for cell in cells[start:end] if cell is not None), None)
        told = Raised(ValueError()) if here is None else _asked(field_type, leaf, here.value)
        reach = (1 << end) - (1 << start)
        holds |= reach if told is True else 0
        fails |= reach if told is False else 0
    return holds, fails


def _asked(field_type: Any, leaf: Leaf, value: Any) -> bool | Raised:
    with decimal.localcontext(decimal.DefaultContext):
        return ask(field_type, leaf.operator, leaf.constant, value)


def _box(axis: int, cells: int) -> tuple[dict[int, int], ...]:
    return ({axis: cells},) if cells else ()


def _sample(name: str, chosen: int, cells: list[_Cell | None]) -> str | None:
    place = (chosen & -chosen).bit_length() - 1
    cell = cells[place]
    if cell is None or place >= len(cells) - 3:
        return f"{name} is missing" if place == len(cells) - 3 else None
    # A cell between two turns reads better than a turn: 250, not 100.000001.
    between = (one for spot, one in enumerate(cells[: len(cells) - 3 : 2]) if chosen >> 2 * spot & 1)
    better = next((one.value for one in between if one), None)
    value = cell.value if better is None else better
    return f"{name} = {_WIDE.normalize(value):f}" if isinstance(value, Decimal) else f"{name} = {value}"
