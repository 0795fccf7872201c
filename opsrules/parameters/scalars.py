"""What an unquoted word of a parameter file means. Whatever YAML 1.1 would turn into something else is refused.

Stock loaders read ``NO`` as false, ``17:30`` as 1050, ``0123`` as 83 and ``0.1`` as a binary fraction (RELIABILITY.md,
C2 and C10). Here only ``true`` and ``false`` are booleans, whole numbers have no leading zero, and a decimal number is
exact.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

__all__ = ["Plain", "ScalarFault", "resolve", "shown"]

Plain = str | int | Decimal | bool | date | None

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?[eE][-+]?[0-9]{1,3}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# Source: YAML 1.1 type repository (yaml.org/type: bool, int, float, null, timestamp, merge, value).
_SURPRISES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"y|n|yes|no|on|off|true|false", re.IGNORECASE), "a boolean"),
    (re.compile(r"~|null", re.IGNORECASE), "no value"),
    (re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"), "a number to base 60"),
    (re.compile(r"[-+]?0[0-9_]+|0o[0-7_]+", re.IGNORECASE), "an octal number"),
    (re.compile(r"[-+]?0x[0-9a-f_]+", re.IGNORECASE), "a hexadecimal number"),
    (re.compile(r"[-+]?0b[01_]+", re.IGNORECASE), "a binary number"),
    (re.compile(r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)e[-+]?[0-9]+", re.IGNORECASE), "a power of ten"),
    (re.compile(r"[-+]?\.inf|\.nan", re.IGNORECASE), "infinity or not-a-number"),
    (re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]+)"), "a number"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9].*"), "a moment in time"),
    (re.compile(r"=|<<"), "a YAML command"),
)
_LONGEST_NUMBER = 40


class ScalarFault(ValueError):  # noqa: N818 - a fault of the file, turned into a Problem by the loader
    """A word that cannot be taken as it stands.

    Attributes
    ----------
    what, next_step : str
    """

    def __init__(self, what: str, next_step: str) -> None:
        self.what, self.next_step = what, next_step
        super().__init__(what)


def resolve(text: str, *, as_json: bool = False) -> Plain:
    """Return the value of an unquoted scalar.

    Parameters
    ----------
    text : str
        The scalar as it stands.
    as_json : bool
        Take powers of ten as numbers, and nothing unquoted as text.

    Raises
    ------
    ScalarFault
        If YAML 1.1 and a reader's eye would differ, or the day does not exist.

    Examples
    --------
    >>> resolve("0.1"), resolve("true"), resolve("Berlin"), resolve("2026-10-01")
    (Decimal('0.1'), True, 'Berlin', datetime.date(2026, 10, 1))
    """
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "null"):
        return None
    if len(text) <= _LONGEST_NUMBER and _WHOLE.fullmatch(text):
        return int(text)
    if len(text) <= _LONGEST_NUMBER and (_DECIMAL.fullmatch(text) or (as_json and _JSON_NUMBER.fullmatch(text))):
        return Decimal(text)
    if as_json:
        raise ScalarFault(f"{_cut(text)} is no JSON value", "put it in double quotes")
    return _day(text) if _DAY.fullmatch(text) else _text(text)


def _text(text: str) -> str:
    for pattern, meaning in _SURPRISES:
        if pattern.fullmatch(text):
            what = f"{_cut(text)} without quotes is {meaning} to YAML"
            better = " (a boolean is true or false)" if meaning == "a boolean" else ""
            raise ScalarFault(what, f'quote it: "{_cut(text)}"{better}')
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ScalarFault(f"{text} is no day of the calendar", "correct the date, or quote it if it is text") from error


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


def shown(value: object) -> str:
    r"""Return a value as messages show it: text in quotes with invisible signs spelled out, the rest by kind.

    Examples
    --------
    >>> shown("a\u202eb"), shown(12), shown(None), shown({"a": 1})
    ("'a\\u202eb'", '12', 'nothing', 'a mapping')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        visible = "".join(
            sign if sign.isprintable() and (sign.isascii() or sign.isalnum()) else _code(sign) for sign in value
        )
        return f"'{_cut(visible)}'"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return _cut(str(value))


def _code(sign: str) -> str:
    return sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")
