"""What a condition found, in plain words: age_days 2 is not at least 3."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from opsrules.money import format_amount
from opsrules.parameters.scalars import shown
from opsrules.rules.story import HELD
from opsrules.rules.types.references import other_named

__all__ = ["found_words", "value_words"]

# Operator: words where it holds, where it does not; {} stands for the constant.
_WORDS: dict[str, tuple[str, str]] = {
    "equal_to": ("is {}", "is not {}"),
    "not_equal_to": ("is not {}", "is {}"),
    "equal_to_case_insensitive": ("is {} in any case", "is not {} in any case"),
    "greater_than": ("is more than {}", "is not more than {}"),
    "greater_than_or_equal_to": ("is at least {}", "is not at least {}"),
    "less_than": ("is less than {}", "is not less than {}"),
    "less_than_or_equal_to": ("is at most {}", "is not at most {}"),
    "between": ("is between {}", "is not between {}"),
    "before": ("is before {}", "is not before {}"),
    "after": ("is after {}", "is not after {}"),
    "on_or_before": ("is on or before {}", "is not on or before {}"),
    "on_or_after": ("is on or after {}", "is not on or after {}"),
    "within_days_of": ("is within {}", "is not within {}"),
    "starts_with": ("starts with {}", "does not start with {}"),
    "ends_with": ("ends with {}", "does not end with {}"),
    "contains": ("contains {}", "does not contain {}"),
    "does_not_contain": ("does not contain {}", "contains {}"),
    "matches_regex": ("matches {}", "does not match {}"),
    "non_empty": ("is not empty", "is empty"),
    "is_true": ("is true", "is not true"),
    "is_false": ("is false", "is not false"),
    "is_missing": ("is missing", "is not missing"),
    "is_present": ("is present", "is not present"),
    "is_one_of": ("is one of {}", "is none of {}"),
    "is_none_of": ("is none of {}", "is one of {}"),
    "has_currency": ("is in {}", "is not in {}"),
}
_SAID_BY_OPERATOR = frozenset({"is_true", "is_false", "is_missing", "is_present", "non_empty"})


def found_words(variable: str, operator: str, constant: Any, seen: Any, outcome: str) -> str:
    """Return what a condition found on a row that it was asked of.

    Parameters
    ----------
    variable, operator : str
    constant, seen : object
        As `Result.why` has them.
    outcome : str
        held, or not held.

    Examples
    --------
    >>> found_words("age_days", "greater_than_or_equal_to", 3, 2, "not held")
    'age_days 2 is not at least 3'
    """
    spelt = operator.replace("_", " ")
    holds, fails = _WORDS.get(operator, (f"{spelt}: {{}}", f"not {spelt}: {{}}"))
    # A constant may hold braces of its own, so it is put in last and never formatted itself.
    told = (holds if outcome == HELD else fails).replace("{}", _constant_words(operator, constant))
    value = value_words(seen)
    is_said = operator in _SAID_BY_OPERATOR or told == f"is {value}"
    return f"{variable} {told}" if is_said else f"{variable} {value} {told}"


def _constant_words(operator: str, constant: Any) -> str:
    if operator == "between" and isinstance(constant, list | tuple):
        return " and ".join(map(value_words, constant))
    if operator == "within_days_of" and isinstance(constant, Mapping):
        return f"{constant['days']} days of {value_words(constant['day'])}"
    return value_words(constant)


def value_words(value: Any) -> str:
    r"""Return a value or a constant as people write it: text quoted, money with its currency, a variable by its name.

    Examples
    --------
    >>> value_words("card"), value_words({"minor": 150, "currency": "EUR"}), value_words({"variable": "due_on"})
    ("'card'", 'EUR\xa01.50', 'due_on')
    """
    if isinstance(value, Mapping):
        if set(value) == {"minor", "currency"} and isinstance(value["minor"], int):
            return format_amount(value["minor"], str(value["currency"]))
        return other_named(value) or ", ".join(f"{key} {value_words(part)}" for key, part in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(value_words, value)) or "an empty list"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value.total_seconds() / 86_400:g} days" if isinstance(value, timedelta) else shown(value)
