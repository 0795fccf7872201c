"""Variables of which some values stand for all: truth, money, collections, and the outcome of comparing two variables.

Each condition is asked of each of these values; values with the same answers need not be told apart.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from business_rules.operators import BooleanType, SelectMultipleType, SelectType

from opsrules.money import CURRENCIES
from opsrules.rules.conditions import Leaf
from opsrules.rules.exact import ask, is_number
from opsrules.rules.lint.space import Axis, Space, Told
from opsrules.rules.types import DateType, DurationType, Given, MoneyType, variables_in

__all__ = ["told_free", "told_of_elements", "told_of_pair", "told_of_values"]

# Beyond so many elements the subsets are too many; each condition is then taken to be free.
_MOST_ELEMENTS = 8
_MOST_DAYS = 100_000


def told_of_values(field_type: Any, name: str, leaves: Sequence[Leaf], space: Space) -> dict[int, Told] | None:
    """Give the conditions on a variable one axis with a cell for each value that stands for others.

    Returns
    -------
    dict or None
        Rows by the leaf's number; None for a type of which no such values are known.
    """
    values = _representatives(field_type, leaves)
    if values is None:
        return None

    def asked(leaf: Leaf, value: Any) -> object:
        return ask(field_type, leaf.operator, leaf.constant, value)

    return _told(leaves, values, asked, lambda value: f"{name} = {_shown(value)}", space)


def _told(
    leaves: Sequence[Leaf],
    values: Sequence[Any],
    asked: Callable[[Leaf, Any], object],
    shown: Callable[[Any], str | None],
    space: Space,
) -> dict[int, Told]:
    """Lay an axis over values, with one cell more for what raises whatever is asked."""
    answers = [[asked(leaf, value) for value in values] for leaf in leaves]

    def sample(cells: int, _: object) -> str | None:
        place = (cells & -cells).bit_length() - 1
        return shown(values[place]) if place < len(values) else None

    axis = space.add(Axis((1 << len(values) + 1) - 1, sample))
    found = {}
    for leaf, told in zip(leaves, answers, strict=True):
        sides = (sum(1 << place for place, one in enumerate(told) if one is side) for side in (True, False))
        holds, fails = (({axis: cells},) if cells else () for cells in sides)
        found[leaf.number] = Told(holds, fails)
    return found


def _representatives(field_type: Any, leaves: Sequence[Leaf]) -> list[Any] | None:
    if field_type is BooleanType:
        return [True, False]
    if field_type is MoneyType:
        return list(_amounts(leaves))
    if field_type is SelectMultipleType:
        elements = _distinct(one for leaf in leaves for one in leaf.constant)
        if len(elements) <= _MOST_ELEMENTS:
            other = object()  # equal to nothing that a condition names
            return [
                [*chosen, *more]
                for count in range(len(elements) + 1)
                for chosen in itertools.combinations(elements, count)
                for more in ([], [other])
            ]
    return None


def _amounts(leaves: Sequence[Leaf]) -> Iterator[Any]:
    """Give each amount that a condition names, those one unit off, one of another currency, and none."""
    named, currencies = set(), set()
    for leaf in leaves:
        if leaf.operator == "has_currency":
            currencies.add(leaf.constant)
        elif leaf.operator not in ("is_missing", "is_present"):
            several = leaf.operator in ("is_one_of", "is_none_of", "between")
            named |= {MoneyType.cast(one) for one in (leaf.constant if several else [leaf.constant])}
    around = {(one.minor + step, one.currency) for one in named if one is not None for step in (-1, 0, 1)}
    currencies |= {one.currency for one in named if one is not None}
    other = next(one for one in sorted(CURRENCIES) if one not in currencies)
    yield from sorted(around | {(0, one) for one in currencies if one not in {each for _, each in around}})
    yield from [(0, other), None]


def _distinct(elements: Any) -> list[Any]:
    """Return elements of which no two are the same to the library."""
    found: list[Any] = []
    for one in elements:
        if not any(SelectType._case_insensitive_equal_to(one, other) for other in found):
            found.append(one)
    return found


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return f"{value[0]} {value[1]} in minor units"
    if isinstance(value, list):
        return repr([one for one in value if type(one) is not object])
    return "missing" if value is None else repr(value)


def told_of_elements(name: str, leaves: Sequence[Leaf], space: Space) -> dict[int, Told]:
    """Give the conditions on a collection that is asked for single elements an axis for each element.

    Any collection of them may stand in a row. Elements are taken to be text, numbers and the like, which compare.
    """
    kind = space.add(Axis(3, lambda *_: None))  # a collection; what is none
    elements = _distinct(leaf.constant for leaf in leaves)
    axes = [space.add(Axis(3, _sample_of_element(name, one))) for one in elements]
    found = {}
    for leaf in leaves:
        same = (SelectType._case_insensitive_equal_to(one, leaf.constant) for one in elements)
        place = next((place for place, is_same in enumerate(same) if is_same), None)
        if place is None:  # equal to nothing, itself not excepted
            continue
        has, has_not = ({kind: 1, axes[place]: cell} for cell in (2, 1))
        is_has = leaf.operator == "contains"
        found[leaf.number] = Told((has if is_has else has_not,), (has_not if is_has else has,))
    return found


def _sample_of_element(name: str, element: object) -> Callable[[int, object], str]:
    return lambda cells, _: f"{name} {'has' if cells == 2 else 'has no'} {element!r}"


def told_of_pair(
    types: Mapping[str, Any], pair: tuple[str, str], leaves: Sequence[Leaf], space: Space
) -> dict[int, Told] | None:
    """Give the comparisons of two variables one axis: less, equal, more, and what raises.

    Parameters
    ----------
    types : mapping of str to type
        Field type by variable.
    pair : tuple of str
        The two variables; one and the same twice for a variable compared with itself.
    leaves : sequence of Leaf
        Comparisons of the one with the other, in either direction, that name no constant beside.
    space : Space
    """
    outcomes = _outcomes(types[pair[0]], leaves)
    if outcomes is None:
        return None
    if pair[0] == pair[1]:
        outcomes = [one for one in outcomes if one[0] == one[1]]

    def asked(leaf: Leaf, values: tuple[Any, Any]) -> object:
        value, other = values if leaf.variable == pair[0] else values[::-1]
        [named] = variables_in(leaf.constant)
        beside = Given({named: lambda: other})
        field_type = types[leaf.variable]
        return ask(lambda one: field_type(one, others=beside), leaf.operator, leaf.constant, value)

    return _told(leaves, outcomes, asked, lambda _: None, space)


def _outcomes(field_type: Any, leaves: Sequence[Leaf]) -> list[tuple[Any, Any]] | None:
    """Return two values for each outcome that a comparison of two variables can have."""
    if is_number(field_type):
        return [(0, 0), (0, 1), (1, 0)]
    if field_type is DurationType:
        return [(Decimal(0), Decimal(0)), (Decimal(0), Decimal(1)), (Decimal(1), Decimal(0))]
    if field_type is MoneyType:
        return [((0, "EUR"), (0, "EUR")), ((0, "EUR"), (1, "EUR")), ((1, "EUR"), (0, "EUR"))]
    if field_type is DateType:
        within = [leaf.constant["days"] for leaf in leaves if leaf.operator == "within_days_of"]
        if any(days > _MOST_DAYS for days in within):
            return None
        apart = sorted({0, 1, *within, *(days + 1 for days in within)})
        first = date(2000, 1, 1)
        later = [(first, first + timedelta(days=days)) for days in apart]
        return [*later, *(one[::-1] for one in later if one[0] != one[1])]
    return None


def told_free(space: Space) -> Told:
    """Give a condition of which nothing is known an axis of its own: it holds, does not hold or raises."""
    axis = space.add(Axis(7, lambda *_: None))
    return Told(({axis: 2},), ({axis: 1},))
