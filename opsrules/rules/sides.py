"""Rows on both sides of one condition: copies of a row in which a column that its variable reads has other values."""

from __future__ import annotations

import contextlib
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from business_rules.operators import BooleanType, SelectMultipleType, SelectType

from opsrules.rules.exact import is_number
from opsrules.rules.library import BaseVariables, rule_holds
from opsrules.rules.rows import sameness
from opsrules.rules.scales import Scale, scales_of
from opsrules.rules.turning import solved, turns
from opsrules.rules.types import MoneyType, variables_in, with_values
from opsrules.rules.watched import WatchedRow

__all__ = ["NotFound", "Side", "sides_of"]

Row = Mapping[Hashable, Any]


@dataclass(frozen=True)
class Side:
    """A row at a boundary of a condition.

    Attributes
    ----------
    name : str
        ``below``, ``at`` (the first value with another answer), ``above``, ``constant``, ``missing``; of values
        without an order, in words.
    row : mapping
    """

    name: str
    row: Row


class NotFound(Exception):  # noqa: N818 - what is the case, not a fault
    """No row was found on both sides of a condition; the text says why."""


def sides_of(leaf: Mapping[str, Any], row: Row, examples: Sequence[Row], variables: type[BaseVariables]) -> list[Side]:
    """Return copies of a row on both sides of a condition, and with what it reads missing.

    Where the answer turns is searched by asking the library for the row itself, so that nothing is taken from the
    evaluator that these rows are to test.

    Parameters
    ----------
    leaf : mapping
        name, operator and value.
    row : mapping
        Where to begin.
    examples : sequence of mapping
        Other rows, whose values are tried where values have no order.
    variables : class

    Raises
    ------
    NotFound
        If the condition does not turn with any column that its variable reads.
    """
    asked = _Asked(leaf, variables, row)
    columns = asked.columns()
    missing = [Side("missing", {**row, name: None}) for name in columns]
    for name in columns:
        ordered = list(_ordered(asked, name))
        if ordered:
            return _distinct([*ordered, *missing])
    for name in columns:
        listed = [Side(side, {**row, name: value}) for side, value in _listed(asked, name, examples)]
        if {True, False} <= {asked.holds(one.row) for one in [*listed, *missing]}:
            return _distinct([*listed, *missing])
    raise NotFound(asked.why_not(columns))


@dataclass(frozen=True)
class _Asked:
    """A condition asked of copies of a row."""

    leaf: Mapping[str, Any]
    variables: type[BaseVariables]
    row: Row

    @property
    def field_type(self) -> Any:
        return getattr(self.variables, self.leaf["name"]).field_type

    def given(self, row: Row) -> Any:
        """Return the variable's value; raises what its method raises."""
        return getattr(self.variables(row), self.leaf["name"])()  # type: ignore[call-arg]

    def holds(self, row: Row) -> bool | None:
        """Whether the condition holds; None where it raises."""
        try:
            return rule_holds(self.leaf, self.variables(row))  # type: ignore[call-arg]
        except Exception:  # noqa: BLE001 - variables are analysts' code: whatever they raise belongs to the row
            return None

    def columns(self) -> list[Hashable]:
        """Return the columns that the variable reads."""
        watched = WatchedRow(dict(self.row))
        with contextlib.suppress(Exception):  # what it read until then is noted
            self.given(watched)
        if watched.read_all or not watched.read:
            what = "goes through the whole row" if watched.read_all else "reads no column"
            raise NotFound(f"the method of {self.leaf['name']} {what}")
        return sorted(watched.read, key=lambda name: (name != self.leaf["name"], str(name)))

    def why_not(self, columns: Sequence[Hashable]) -> str:
        """Return why no row was found on both sides."""
        try:
            self.given(self.row)
        except Exception as error:  # noqa: BLE001 - as in holds
            return f"{self.leaf['name']} raises {type(error).__name__}; add an example row in which it has a value"
        tried = ", ".join(map(str, columns))
        return f"no value of {tried} was found with which it holds and one with which it does not"

    def constants(self) -> list[Any]:
        """Return what the variable is compared with, one by one; other variables by their values on the row."""
        operator, constant = self.leaf["operator"], self.leaf["value"]
        if operator in ("is_missing", "is_present", "non_empty", "is_true", "is_false"):
            return []
        row, values = self.variables(self.row), {}  # type: ignore[call-arg]
        for name in variables_in(constant):
            try:
                values[name] = getattr(row, name)()
            except Exception as error:
                raise NotFound(f"{name}, which it is compared with, has no value on the row") from error
        constant = with_values(constant, values)
        if operator == "within_days_of":
            constant = constant["day"]
        return list(constant) if isinstance(constant, list | tuple) else [constant]


# ---- values with an order


def _ordered(asked: _Asked, name: Hashable) -> Iterator[Side]:
    """Give rows around each turn of the answer along the scales of a column."""
    value, constants = asked.row.get(name), asked.constants()
    for scale in scales_of(value, asked.field_type, constants):

        def row(place: int, scale: Scale = scale) -> Row:
            return {**asked.row, name: scale.value(place)}

        def answer(place: int) -> bool | None:
            return asked.holds(row(place))

        starts = dict.fromkeys(_starts(asked, scale, value, constants, row))
        found = dict.fromkeys(place for start in starts for place in turns(answer, start, scale))
        for low in found:
            for side, place in (("below", low), ("at", low + 1), ("above", low + 2)):
                if place <= scale.last:
                    yield Side(side, row(place))
        if found and is_number(asked.field_type):
            for start in starts:
                if any(_is(asked, row(start), constant) for constant in constants):
                    yield Side("constant", row(start))


def _starts(asked: _Asked, scale: Scale, value: Any, constants: Sequence[Any], row: Any) -> Iterator[int]:
    """Give places to begin at: each constant, the row's own value, and where the variable comes to a constant."""
    known = []
    for one in (*constants, value):
        try:
            place = min(max(scale.place(one), scale.first), scale.last)
        except Exception:  # noqa: BLE001, S112 - a constant of another kind than the column has no place on its scale
            continue
        known.append(place)
    yield from known
    if is_number(asked.field_type) and known:
        for constant in constants:
            found = solved(lambda place: asked.given(row(place)), known[-1], constant, scale)
            if found is not None:
                yield found


def _is(asked: _Asked, row: Row, constant: Any) -> bool:
    try:
        return bool(asked.given(row) == constant)
    except Exception:  # noqa: BLE001 - as in holds
        return False


# ---- values without an order


def _listed(asked: _Asked, name: Hashable, examples: Sequence[Row]) -> Iterator[tuple[str, Any]]:
    """Give values of a column to try, with what each is."""
    constants, field_type, operator = asked.constants(), asked.field_type, asked.leaf["operator"]
    if issubclass(field_type, BooleanType) or type(asked.row.get(name)) is bool:
        yield from (("true", True), ("false", False))
    elif issubclass(field_type, SelectType):
        yield from (("with it", tuple(constants)), ("without it", ()))
    elif issubclass(field_type, SelectMultipleType):
        yield from (("equal", tuple(constants)), ("fewer", tuple(constants[1:])), ("more", (*constants, "x")))
    elif issubclass(field_type, MoneyType) and operator == "has_currency":
        other = "EUR" if constants != ["EUR"] else "USD"
        yield from (("that currency", (0, constants[0])), ("other currency", (0, other)))
    elif operator != "matches_regex":
        yield from _texts([one for one in constants if isinstance(one, str)])
    for row in (asked.row, *examples):
        if name in row:
            yield "from an example", row[name]


def _texts(constants: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield from (("equal", one) for one in constants)
    for one in constants[:1]:
        yield from (("longer", f"{one}x"), ("preceded", f"x{one}"), ("shorter", one[:-1]))
        yield from (("other case", one.swapcase()), ("empty", ""))


def _distinct(sides: Sequence[Side]) -> list[Side]:
    """Return rows once, each under its first name."""
    kept: dict[Hashable, Side] = {}
    for number, one in enumerate(sides):
        key = sameness(tuple(one.row.values()))
        kept.setdefault(number if key is None else key, one)
    return list(kept.values())
