"""The conditions of a rule set laid out over axes, each by the type of its variable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from business_rules.operators import SelectType, StringType

from opsrules.rules.conditions import Leaf
from opsrules.rules.exact import is_number
from opsrules.rules.lint.lines import line_of
from opsrules.rules.lint.space import Space, Told
from opsrules.rules.lint.values import told_free, told_of_elements, told_of_pair, told_of_values
from opsrules.rules.lint.words import told_of_words
from opsrules.rules.types import DateType, DurationType, ExtendedType, MoneyType, TextType, variables_in
from opsrules.rules.types.references import other_named

__all__ = ["lay_out"]

_NO_INPUT = ("is_missing", "is_present")


def lay_out(leaves: Sequence[Leaf], types: Mapping[str, Any]) -> tuple[Space, dict[int, Told]]:
    """Return the axes that conditions need, and the rows of each condition by its leaf's number.

    Parameters
    ----------
    leaves : sequence of Leaf
        Every condition, once.
    types : mapping of str to type
        Field type by variable.
    """
    space, told = Space(), dict[int, Told]()
    spans: dict[str, tuple[int, int]] = {}
    for name, own in _by_variable(leaves, types).items():
        line = line_of(types[name], name, own, space)
        if line is not None:
            more, spans[name] = line
        else:
            more = _by_type(types[name], name, own, space)
        told |= more
    for pair, compared in _by_pair(leaves, types).items():
        for number, one in (told_of_pair(types, pair, compared, space) or {}).items():
            told[number] = _where_present(one, [spans[name] for name in set(pair) if name in spans])
    told |= {leaf.number: told_free(space) for leaf in leaves if leaf.number not in told}
    return space, told


def _by_type(field_type: Any, name: str, leaves: Sequence[Leaf], space: Space) -> dict[int, Told]:
    if field_type in (StringType, TextType):
        return told_of_words(field_type, name, leaves, space)
    if field_type is SelectType:
        return told_of_elements(name, leaves, space)
    return told_of_values(field_type, name, leaves, space) or {}


def _refers(leaf: Leaf, types: Mapping[str, Any]) -> bool:
    """Whether a condition compares with another variable; only our types take it so."""
    field_type = types[leaf.variable]
    return leaf.operator not in _NO_INPUT and issubclass(field_type, ExtendedType) and bool(variables_in(leaf.constant))


def _by_variable(leaves: Sequence[Leaf], types: Mapping[str, Any]) -> dict[str, list[Leaf]]:
    found = defaultdict(list)
    for leaf in leaves:
        if not _refers(leaf, types):
            found[leaf.variable].append(leaf)
    return found


def _by_pair(leaves: Sequence[Leaf], types: Mapping[str, Any]) -> dict[tuple[str, str], list[Leaf]]:
    """Return the comparisons of two variables of one type and nothing else, by the two in alphabetical order."""
    found = defaultdict(list)
    for leaf in leaves:
        if _refers(leaf, types) and _names_nothing_else(leaf.constant):
            [other] = variables_in(leaf.constant)
            if _comparable(types[leaf.variable], types[other]):
                first, second = sorted((leaf.variable, other))
                found[first, second].append(leaf)
    return found


def _names_nothing_else(constant: Any) -> bool:
    if isinstance(constant, list | tuple):
        return len(variables_in(constant)) == 1 and all(other_named(one) is not None for one in constant)
    return other_named(constant["day"] if isinstance(constant, Mapping) and "day" in constant else constant) is not None


def _comparable(one: Any, other: Any) -> bool:
    return (one is other and one in (DateType, DurationType, MoneyType)) or (is_number(one) and is_number(other))


def _where_present(told: Told, spans: Sequence[tuple[int, int]]) -> Told:
    """Leave out rows in which one of two compared variables has no value: comparing raises there."""
    present = dict(spans)
    return Told(tuple({**box, **present} for box in told.holds), tuple({**box, **present} for box in told.fails))
