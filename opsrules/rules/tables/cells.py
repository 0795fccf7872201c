"""Text of a CSV cell as the constant that its column's type and operator want.

Several values stand with ``|`` between them: ``AT | DE``. Money is written ``1.50 EUR``, a day 2026-10-31, numbers with
a decimal point and no thousands sign, ``within_days_of`` as ``5 of 2026-10-31``. What the column cannot take is handed
on as text, which its check then refuses.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from business_rules.operators import BooleanType, NumericType, SelectMultipleType

from opsrules.money import exponent, is_currency
from opsrules.rules.types import DateType, DurationType, ExtendedType, MoneyType
from opsrules.rules.types.base import LISTED

__all__ = ["constant_of", "number_of", "reference_of", "takes_nothing"]

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{1,40})?")
_MONEY = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,4}))? ([A-Z]{3})")
_WITHIN = re.compile(r"([0-9]{1,6}) of (.+)")


def takes_nothing(field_type: type, operator: str) -> bool:
    """Whether an operator of a type has no constant: its cells say yes or nothing."""
    return getattr(getattr(field_type, operator, None), "input_type", "") == "none"


def constant_of(field_type: type, operator: str, text: str) -> Any:
    """Return the constant that a cell stands for.

    Examples
    --------
    >>> constant_of(NumericType, "greater_than", "1.50"), constant_of(MoneyType, "equal_to", "1.50 EUR")
    (Decimal('1.50'), {'minor': 150, 'currency': 'EUR'})
    """
    is_listed = operator in LISTED and issubclass(field_type, ExtendedType)
    if is_listed or issubclass(field_type, SelectMultipleType):
        return [_one(field_type, part.strip()) for part in text.split("|")]
    within = _WITHIN.fullmatch(text) if operator == "within_days_of" else None
    if within:
        return {"day": _one(field_type, within[2]), "days": int(within[1])}
    return text if operator == "has_currency" else _one(field_type, text)


def reference_of(operator: str, text: str) -> Any:
    """Return the constant for a cell that names variables.

    Examples
    --------
    >>> reference_of("between", "low | high"), reference_of("within_days_of", "5 of due_on")
    ([{'variable': 'low'}, {'variable': 'high'}], {'day': {'variable': 'due_on'}, 'days': 5})
    """
    if operator in LISTED:
        return [{"variable": part.strip()} for part in text.split("|")]
    within = _WITHIN.fullmatch(text) if operator == "within_days_of" else None
    return {"day": {"variable": within[2]}, "days": int(within[1])} if within else {"variable": text}


def _one(field_type: type, text: str) -> Any:
    if issubclass(field_type, BooleanType):
        return text
    if issubclass(field_type, NumericType | DurationType):
        return number_of(text)
    if issubclass(field_type, DateType):
        return _day(text)
    return _money(text) if issubclass(field_type, MoneyType) else text


def number_of(text: str) -> Any:
    """Return an int or Decimal, or the text itself when it is no number."""
    if not _NUMBER.fullmatch(text):
        return text
    return Decimal(text) if "." in text else int(text)


def _day(text: str) -> Any:
    try:
        return date.fromisoformat(text) if len(text) == 10 else text
    except ValueError:
        return text


def _money(text: str) -> Any:
    found = _MONEY.fullmatch(text)
    if not found or not is_currency(found[4]) or len(found[3] or "") > exponent(found[4]):
        return text
    minor = int(found[2] + (found[3] or "").ljust(exponent(found[4]), "0"))
    return {"minor": -minor if found[1] else minor, "currency": found[4]}
