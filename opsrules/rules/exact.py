"""What one comparison says, exactly: the library's own operators, asked once a constant or once a distinct value.

This is the only place that knows operators. A comparison of numbers is turned into the span of numbers for which the
library says yes, by bisection between its answers: its Decimal casts and its epsilon are in there to the last bit. Any
other comparison becomes a table with the library's answer for each distinct value.
"""

from __future__ import annotations

import decimal
import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from business_rules.operators import NumericType, StringType

from opsrules.rules.library import condition_holds
from opsrules.rules.regex import regex_holds_all
from opsrules.rules.types import NumberType

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = [
    "LAST_FLOAT",
    "Answers",
    "Raised",
    "Span",
    "Spans",
    "answers",
    "ask",
    "decimal_context",
    "float_of",
    "is_number",
    "place_of",
    "rounds_as_usual",
    "span",
    "spans",
]


@dataclass(frozen=True)
class Raised:
    """Stands for a value that could not be had: the exception instead of it."""

    error: Exception

    @property
    def kind(self) -> str:
        """Name of the exception's type."""
        return type(self.error).__name__


@dataclass(frozen=True)
class Span:
    """The numbers for which a comparison holds: `low` <= number < `high`; None is no bound."""

    low: float | None
    high: float | None


@dataclass(frozen=True)
class Spans:
    """The numbers for which a comparison holds: those in any of `parts`, or in none of them if `inverted`."""

    parts: tuple[Span, ...]
    inverted: bool = False


@dataclass(frozen=True)
class Answers:
    """What a comparison says of each distinct value.

    Attributes
    ----------
    holds : array of bool
    raises : array of bool or None
        None when it raises for none of them. What raises does not hold.
    """

    holds: npt.NDArray[np.bool_]
    raises: npt.NDArray[np.bool_] | None


# ---- numbers


def float_of(place: int) -> float:
    """Return the float at a place in the order of all floats; 0.0 is at 0."""
    bits = place if place >= 0 else -place | 1 << 63
    return float(struct.unpack("<d", struct.pack("<Q", bits))[0])


def place_of(number: float) -> int:
    """Return the place of a float in the order of all floats; that of the next one is 1 more."""
    bits: int = struct.unpack("<q", struct.pack("<d", number))[0]
    return bits if bits >= 0 else -(bits & 0x7FFF_FFFF_FFFF_FFFF)


LAST_FLOAT = place_of(math.nextafter(math.inf, 0))
# Beyond these the columns of a table hold no whole numbers: int64 below, uint64 above.
_WHOLE = (-(1 << 63), (1 << 64) - 1)
# Traps of any other kind make single numbers raise between others that do not: then each number is asked.
_TRAPS = {decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow}


def is_number(field_type: type) -> bool:
    """Whether a type has numbers, and the library's own comparisons of them."""
    return field_type in (NumericType, NumberType)


_COMPARISONS = frozenset(one["name"] for one in NumericType.get_all_operators())


def decimal_context() -> tuple[Any, ...]:
    """Return what of the caller's decimal context the library's arithmetic depends on."""
    now = decimal.getcontext()
    traps = frozenset(signal for signal, is_set in now.traps.items() if is_set)
    return now.prec, now.rounding, now.Emin, now.Emax, now.clamp, traps


def rounds_as_usual() -> bool:
    """Whether the caller's decimal context rounds to nine digits or finer, whatever the number, and raises as usual."""
    prec, _, least, most, _, traps = decimal_context()
    return bool(prec >= 9 and least <= -20 and most >= 400 and traps <= _TRAPS)


def span(operator: str, constant: object, *, whole: bool) -> Span | None:
    """Return where a comparison with a number holds.

    Parameters
    ----------
    operator : str
        One of the library's own for numbers; there is no span for any other.
    constant : object
    whole : bool
        The numbers are whole (int64 or uint64), otherwise floats.

    Returns
    -------
    Span or None
        None when the numbers have to be asked one by one.
    """
    context = decimal_context()
    if operator not in _COMPARISONS or not context[-1] <= _TRAPS:
        return None
    try:
        return _span(operator, NumericType._assert_valid_value_and_cast(constant), whole, context)
    except decimal.DecimalException:
        return None


def spans(operator: str, constant: Any, *, whole: bool) -> Spans | None:
    """Return where any comparison of numbers holds, also those that only `NumberType` has.

    Returns
    -------
    Spans or None
        None when the numbers have to be asked one by one.
    """
    if operator in ("is_one_of", "is_none_of") and isinstance(constant, list | tuple) and constant:
        found = [span("equal_to", one, whole=whole) for one in constant]
        return _all_of(found, inverted=operator == "is_none_of")
    if operator == "between" and isinstance(constant, list | tuple) and len(constant) == 2:
        low, high = constant
        ends = span("greater_than_or_equal_to", low, whole=whole), span("less_than_or_equal_to", high, whole=whole)
        return None if None in ends else Spans((Span(ends[0].low, ends[1].high),))  # type: ignore[union-attr]
    if operator == "not_equal_to":
        return _all_of([span("equal_to", constant, whole=whole)], inverted=True)
    return _all_of([span(operator, constant, whole=whole)], inverted=False)


def _all_of(found: list[Span | None], *, inverted: bool) -> Spans | None:
    known = tuple(one for one in found if one is not None)
    return Spans(known, inverted) if len(known) == len(found) else None


@lru_cache(4096)
def _span(operator: str, constant: Decimal, whole: bool, context: tuple[Any, ...]) -> Span:  # noqa: ARG001 - the context is a key
    def first(question: str, answer: bool) -> float:
        return _first(lambda number: getattr(NumericType(number), question)(constant) is answer, constant, whole)

    if operator == "equal_to":
        return Span(first("greater_than_or_equal_to", True), first("greater_than", True))
    if operator.startswith("greater"):
        return Span(first(operator, True), None)
    return Span(None, first(operator, False))


def _first(says: Callable[[float], bool], constant: Decimal, whole: bool) -> float:
    """Return the first number for which a question that turns from no to yes says yes; infinity if it never does."""
    bottom, top = _WHOLE if whole else (-LAST_FLOAT, LAST_FLOAT)
    number: Callable[[int], float] = int if whole else float_of
    limit = Decimal(number(top))
    near = min(max(constant, -limit), limit)
    start = int(near) if whole else place_of(float(near))
    start = min(max(start, bottom), top)
    low, high = start, start  # says no at low, yes at high, once the two loops are done
    step = 1
    while low >= bottom and says(number(low)):
        low, high, step = low - step, low, step * 16
    while high <= top and not says(number(high)):
        low, high, step = high, high + step, step * 16
    low, high = max(low, bottom - 1), min(high, top + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if says(number(middle)) else (middle, high)
    return number(high) if high <= top else math.inf


# ---- everything else

# The library's text operators, written out: asking it for each of many texts costs ten times as much.
_TEXT: dict[str, Callable[[str, Sequence[str]], list[bool]]] = {
    "equal_to": lambda constant, texts: [text == constant for text in texts],
    "equal_to_case_insensitive": lambda constant, texts: [text.lower() == constant for text in texts],
    "starts_with": lambda constant, texts: [text.startswith(constant) for text in texts],
    "ends_with": lambda constant, texts: [text.endswith(constant) for text in texts],
    "contains": lambda constant, texts: [constant in text for text in texts],
    "non_empty": lambda _, texts: [text != "" for text in texts],
}


def answers(field_type: Callable[[Any], Any], operator: str, constant: object, values: Sequence[object]) -> Answers:
    """Return what a comparison says of each value; a value that is `Raised` raises again."""
    holds = np.zeros(len(values), dtype=np.bool_)
    raises = np.zeros(len(values), dtype=np.bool_)
    texts = [place for place, value in enumerate(values) if type(value) is str] if field_type is StringType else []
    if texts:
        holds[texts] = _text_answers(operator, constant, [str(values[place]) for place in texts])
    done = set(texts)
    for place, value in enumerate(values):
        if place not in done:
            told = ask(field_type, operator, constant, value)
            holds[place], raises[place] = told is True, isinstance(told, Raised)
    return Answers(holds, raises if raises.any() else None)


def ask(field_type: Callable[[Any], Any], operator: str, constant: object, value: object) -> bool | Raised:
    """Return what the library says of one value, or what it raises."""
    if isinstance(value, Raised):
        return value
    try:
        return condition_holds(field_type, value, operator, constant)
    except Exception as error:  # noqa: BLE001 - a custom type is analysts' code: whatever it raises belongs to the value
        return Raised(error.with_traceback(None))


def _text_answers(operator: str, constant: object, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    text = constant if isinstance(constant, str) else ""
    if operator == "matches_regex":
        return regex_holds_all(text, texts)
    if operator == "equal_to_case_insensitive":
        text = text.lower()
    return np.array(_TEXT[operator](text, texts), dtype=np.bool_)
