"""Kinds of values in parameter files. A wrong one is refused with expected, found and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from pathlib import PurePath
from typing import Annotated, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, Strict, ValidationInfo
from pydantic_core import PydanticCustomError

from opsrules.money import CURRENCIES
from opsrules.parameters.names import name_fault
from opsrules.parameters.nearest import hint
from opsrules.parameters.scalars import shown

__all__ = [
    "Allowance",
    "Currency",
    "Many",
    "Minor",
    "Processor",
    "Text",
    "check_cut_off",
    "check_inside",
    "check_mail",
    "check_safe_name",
    "check_zone",
    "exact",
    "matching",
    "refuse",
    "two_days",
]

_CUT_OFF = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_MAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\.]+(?:\.[^@\s<>,;:\"()\[\]\\.]+)+")
_PROCESSOR = re.compile(r"[a-z][a-z0-9_]*")

T = TypeVar("T")
Many = Annotated[tuple[T, ...], Strict(strict=False)]  # YAML has lists, a frozen value needs tuples


def refuse(what: str, next_step: str = "") -> PydanticCustomError:
    """Error for a value: what it must be and is not, and what to write instead."""
    # pydantic fills braces in its messages: ours arrive through the context, untouched.
    return PydanticCustomError("opsrules", "{what}", {"what": what, "next_step": next_step})


def check_safe_name(name: str) -> str:
    """Refuse what is no safe folder name."""
    if fault := name_fault(name):
        what = f"must be a safe folder name; {shown(name)} {fault}"
        raise refuse(what, "write 1 to 64 of a-z 0-9 _ -, beginning with a letter or digit")
    return name


def _known(kind: str, names: Callable[[], Iterable[str]]) -> AfterValidator:
    def check(value: str) -> str:
        known = frozenset(names())
        if value not in known:
            raise refuse(f"must be {kind}, got {shown(value)}", hint(value, known))
        return value

    return AfterValidator(check)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def matching(pattern: re.Pattern[str], what: str, next_step: str) -> AfterValidator:
    """Return a validator that refuses text which does not match `pattern` as a whole."""

    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise refuse(f"must be {what}, got {shown(value)}", next_step)
        return value

    return AfterValidator(check)


def check_cut_off(value: str) -> str:
    """Refuse what is no local time at which a day can end."""
    if value == "00:00":
        raise refuse("must be later than the day's start, got '00:00'", 'write "24:00" for midnight')
    if value != "24:00" and not _CUT_OFF.fullmatch(value):
        raise refuse(f"must be HH:MM, got {shown(value)}", 'write "17:30", or "24:00" for midnight')
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise refuse("must not be blank", "write a text or remove the key")
    return value


def _minor(value: object, info: ValidationInfo) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    currency = (info.context or {}).get("currency", "EUR")
    step = "write 150 for 1.50 EUR"
    try:
        amount = Decimal(str(value))
        if amount.is_finite() and abs(amount) < 10**12:
            step = f"write {int(amount.scaleb(CURRENCIES.get(currency, 2)))} for {amount} {currency}"
    except ArithmeticError:
        pass  # no number at all: the general example has to do
    raise refuse(f"must be a whole number of minor units, got {shown(value)}", step)


def exact(value: object) -> object:
    """Take a whole number as an exact decimal one."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def two_days(value: object) -> object:
    """Take a list of two days as a pair, or refuse it."""
    whole = isinstance(value, list | tuple) and all(isinstance(day, int) and not isinstance(day, bool) for day in value)
    if not whole or len(value) != 2 or not -31 <= value[0] <= value[1] <= 62:  # type: ignore[arg-type,index]
        got = ", ".join(shown(one) for one in value) if isinstance(value, list | tuple) else shown(value)
        raise refuse(f"must be the first and the last day after sending, got {got}", "write [0, 5]")
    return tuple(value)  # type: ignore[arg-type]


def check_inside(files: str) -> str:
    """Refuse a path with .. or backslashes."""
    if "\\" in files:
        raise refuse(f"must be written with /, got {shown(files)}", "write / between folders on every system")
    if ".." in PurePath(files).parts:
        raise refuse(
            f"must not leave its folder by .., got {shown(files)}", "write the path from the workspace's folder"
        )
    return files


Text = Annotated[str, AfterValidator(_not_blank)]
Currency = Annotated[str, _known("an ISO 4217 currency", lambda: CURRENCIES)]
Minor = Annotated[int, BeforeValidator(_minor), Field(ge=-(10**15), le=10**15)]
Allowance = Annotated[int, BeforeValidator(_minor), Field(ge=0, le=10**15)]
Processor = Annotated[
    str, matching(_PROCESSOR, "a processor's name in small letters", "write shopify_payments or stripe, for instance")
]
check_zone = _known("an IANA time zone", _zones)
check_mail = matching(_MAIL, "a mail address", "write name@example.com")
