"""Plain words for values: what a rule compares with, and what it saw."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from opsrules.display.markup import clean
from opsrules.display.wording import count
from opsrules.money import format_amount
from opsrules.periods import day_words
from opsrules.rules.types.amounts import DurationType, MoneyType
from opsrules.rules.types.base import OwnType
from opsrules.rules.types.days import DateType

__all__ = ["MOST", "listing", "one_line", "value_words"]

MOST = 12
"""Members of a list that are shown; a longer one says how many more there are."""

_LONGEST = 160
_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def one_line(text: object, most: int = _LONGEST) -> str:
    """Text on one line, fit to be shown; a long one is cut, saying how much of it there is."""
    shown = clean(re.sub(r"\s+", " ", str(text)))
    return shown if len(shown) <= most else f"{shown[:most]}… ({len(shown):,} characters)"


def listing(parts: Iterable[str], most: int = MOST) -> str:
    """Parts as a sentence lists them, cut with the number left.

    Examples
    --------
    >>> listing("abc"), listing("abc", most=1)
    ('a, b and c', 'a and 2 more')
    """
    every = list(parts)
    if len(every) > most:
        every = [*every[:most], f"{len(every) - most:,} more"]
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}" if every else "nothing"


def value_words(value: object, field_type: type, names: Mapping[str, str]) -> str:
    """Return a value in words: money with its currency, days as 5 Nov 2026, spans of time, numbers, text in quotes.

    Parameters
    ----------
    value : object
        A constant, or what was seen; what is of another kind than `field_type` is shown as it is.
    field_type : type
        Of the variable.
    names : mapping of str to str
        Words for the texts it may have.
    """
    if value is None:
        return "no value"
    return _of_type(value, field_type) or _of_itself(value, field_type, names)


def _of_type(value: object, field_type: type) -> str:
    """Words for a value that is what its type is made for, otherwise ""."""
    for kind, words in _TYPED:
        if issubclass(field_type, kind):
            try:
                found = kind.cast(value)
            except (TypeError, ValueError, OverflowError):
                return ""
            return "no value" if found is None else words(found)
    return ""


def _of_itself(value: Any, field_type: type, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"“{one_line(names.get(value) or value)}”" if value else "no text"
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, date):
        return _moment(value)
    if isinstance(value, list | tuple | set | frozenset):
        return listing(value_words(one, field_type, names) for one in value)
    return (isinstance(value, timedelta) and _of_type(value, DurationType)) or one_line(value)


def _number(value: float | Decimal) -> str:
    """A number with every digit it has; commas from five digits on, since four are often a year."""
    text = str(value)
    if not _PLAIN_NUMBER.fullmatch(text):
        return text.replace("-", "−") if not text.isalpha() else one_line(text)
    whole, point, part = text.lstrip("-").partition(".")
    part = part if part.strip("0") or isinstance(value, Decimal) else ""
    grouped = f"{int(whole):,}" if len(whole) > 4 else whole
    return ("−" if text.startswith("-") else "") + grouped + (point + part if part else "")


def _moment(value: date) -> str:
    if not isinstance(value, datetime):
        return day_words(value)
    zone = f" {value.tzname()}" if value.tzinfo else ""
    return f"{day_words(value.date())}, {value.time().isoformat('auto')}{zone}" if value == value else "no value"  # noqa: PLR0124 - NaT


def _span(days: Fraction) -> str:
    """A span of time by its units: 2 days 6 hours.

    Examples
    --------
    >>> _span(Fraction(9, 4)), _span(Fraction(-1, 48))
    ('2 days 6 hours', '−30 minutes')
    """
    rest = abs(days) * 86_400
    parts = []
    for name, seconds in _UNITS:
        size, rest = divmod(rest, seconds)
        parts += [count(int(size), name)] if size else []
    if rest:
        parts.append(f"{_seconds(rest)} second" + ("" if rest == 1 else "s"))
    return ("−" if days < 0 else "") + (" ".join(parts) or "0 days")


def _seconds(rest: Fraction) -> str:
    shown = f"{float(rest):.9f}".rstrip("0").rstrip(".")
    return shown if Fraction(shown) == rest else f"about {float(rest):.9g}"


_TYPED: tuple[tuple[type[OwnType], Callable[[Any], str]], ...] = (
    (MoneyType, lambda amount: format_amount(amount.minor, amount.currency)),
    (DateType, day_words),
    (DurationType, _span),
)
