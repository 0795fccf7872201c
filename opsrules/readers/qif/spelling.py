"""How a QIF file writes days and amounts: the format leaves both to the program's language, so the whole file is asked.

Days: ``8/12/13``, ``12.08.2013``, ``12/ 7'05``, ``2013-08-12``. The order of day and month is what fits all days of the
file; where both orders do, nothing is guessed. A year behind an apostrophe is after 1999; another of two digits is of
1969 to 2068, as in ``strptime``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from opsrules.money import CURRENCIES

__all__ = ["ORDERS", "amount_of", "day_of", "decimal_of", "orders_of"]

ORDERS = ("mdy", "dmy", "ymd")
"""Orders of month, day and year."""

_DAY = re.compile(r"([0-9]{1,4})[-/. ]([0-9]{1,2})([-/.' ])([0-9]{4}|[0-9]{1,2})")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SIGN_BLANKS = re.compile(r"\s*([-/.'])\s*")
_GROUPS = {".": ",", ",": r". \u00a0\u202f"}
_TWO_WAYS = re.compile(r"[+-]?[0-9]{1,3}(?:[.,][0-9]{3})*")


@dataclass(frozen=True)
class _Numbers:
    """The three numbers of a day, and whether an apostrophe stands before the last."""

    first: str
    second: str
    third: str
    apostrophe: bool

    @classmethod
    def of(cls, text: str) -> _Numbers | None:
        plain = _SIGN_BLANKS.sub(r"\1", text.strip())
        if found := _COMPACT.fullmatch(plain):
            return cls(found[1], found[2], found[3], apostrophe=False)
        found = _DAY.fullmatch(plain)
        return cls(found[1], found[2], found[4], found[3] == "'") if found else None

    def day(self, order: str) -> date | None:
        year_first = len(self.first) == 4
        parts = dict(zip("ymd" if year_first else order, (self.first, self.second, self.third), strict=True))
        year = int(parts["y"])
        if len(parts["y"]) < 3:
            year += 2000 if self.apostrophe or year < 69 else 1900
        try:
            return date(year, int(parts["m"]), int(parts["d"]))
        except ValueError:
            return None


def day_of(text: str, order: str) -> date | None:
    """Day that a text stands for in that order; None for none. A year of four digits in front is always a year.

    Examples
    --------
    >>> str(day_of("12/ 7'05", "mdy")), str(day_of("12.08.2013", "dmy")), day_of("31/ 2/94", "dmy")
    ('2005-12-07', '2013-08-12', None)
    """
    numbers = _Numbers.of(text)
    return numbers.day(order) if numbers else None


def orders_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Orders that fit the days of a file: one, when it can be told; none, when days contradict each other.

    A text that is a day in neither order says nothing.

    Examples
    --------
    >>> orders_of(["3/4/13", "8/15/13"]), orders_of(["3/4/13"]), orders_of(["8/15/13", "15/8/13"])
    (('mdy',), ('mdy', 'dmy'), ())
    """
    both = [(day_of(text, "mdy"), day_of(text, "dmy")) for text in dict.fromkeys(texts)]
    known = [pair for pair in both if pair != (None, None)]
    fitting = tuple(order for place, order in enumerate(("mdy", "dmy")) if all(pair[place] for pair in known))
    return fitting[:1] if all(first == second for first, second in known) else fitting


def amount_of(text: str, decimal: str) -> str | None:
    """The amount as plain decimal text; None for what is no amount with that decimal sign.

    Examples
    --------
    >>> amount_of("-1,000.00", "."), amount_of("1.000,5", ","), amount_of("1.000,5", ".")
    ('-1000.00', '1000.5', None)
    """
    group = f"[{_GROUPS[decimal]}]"
    found = re.fullmatch(rf"([+-]?)([0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+)(?:\{decimal}([0-9]+))?", text.strip())
    if not found:
        return None
    whole = re.sub(group, "", found[2])
    return f"{found[1]}{whole}.{found[3]}" if found[3] else found[1] + whole


def decimal_of(texts: Iterable[str], currency: str) -> str:
    """Decimal sign of a file's amounts: a point, unless they can only be read with a comma.

    ``1,234`` alone can be read in two ways: it decides nothing.

    Examples
    --------
    >>> decimal_of(["12,50", "1.000,00"], "EUR"), decimal_of(["1,000.00", "12,50"], "EUR"), decimal_of(["1.234"], "EUR")
    (',', '.', '.')
    """
    point = comma = either = True
    for text in texts:
        if text.strip():
            point = point and _is_read(text, ".", currency)
            comma = comma and _is_read(text, ",", currency)
            either = either and _TWO_WAYS.fullmatch(text.strip()) is not None
    return "," if comma and not point and not either else "."


def _is_read(text: str, decimal: str, currency: str) -> bool:
    plain = amount_of(text, decimal)
    return plain is not None and len(plain.partition(".")[2].rstrip("0")) <= CURRENCIES[currency]
