"""What the cells of unknown columns hold: days, amounts, currencies, and how these are written."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from opsrules.errors import FileRefused
from opsrules.money import NumberStyle, is_currency, parse_minor
from opsrules.readers.dates import dates_of
from opsrules.readers.layout import Dates
from opsrules.readers.times import parse_days
from opsrules.sources.suggest.sheet import Sheet
from opsrules.sources.suggest.words import FIGURES, Role, named_like, plain

__all__ = ["BLANKS", "Facts", "date_format_of", "facts_of", "share", "style_of_amounts", "words_of"]

_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
         "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y",
         "%d %B %Y", "%B %d, %Y")  # fmt: skip
_TIMES = ("", " %H:%M:%S", " %H:%M", "T%H:%M:%S")
_FORMATS = tuple(day + time for time in _TIMES for day in _DAYS)
_OTHER_ORDER = {"%d/%m/%": "%m/%d/%", "%m/%d/%": "%d/%m/%", "%d-%m-%": "%m-%d-%", "%m-%d-%": "%d-%m-%"}

_PAIRS = ((".", ""), (",", ""), (".", ","), (",", "."), (",", " "), (".", "'"), (".", " "))
_TOKEN = re.compile(r"^[^0-9(+\-\u2212.,]*|[^0-9)+\-\u2212.,]*$")
_LONGEST_SYMBOL = 4
BLANKS = ("--", "-", "\u2013", "\u2014", "n/a", "N/A", "/")
"""What stands in a cell that holds nothing."""
_TRIED = 5_000
_READS = 0.9  # of the filled cells, where the name does not help
_READS_NAMED = 0.5  # where the column is named so: the others become rejects


@dataclass(frozen=True, eq=False)
class Facts:
    """One column of a sheet.

    Attributes
    ----------
    at : int
        Position.
    name : str
    role : Role
        That its name stands for.
    sure : int
        How surely, see `named_like`.
    cells : Series of str
        Stripped; those that only say that they hold nothing are blank.
    filled, dates, amounts, currencies : float
        Shares: of all cells those filled, of the filled ones those that can be read so.
    distinct : int
        Different filled cells.
    """

    at: int
    name: str
    role: Role
    sure: int
    cells: pd.Series[str]
    filled: float
    dates: float
    amounts: float
    currencies: float
    distinct: int

    @property
    def is_date(self) -> bool:
        """Whether the filled cells are days."""
        return self.dates >= _READS

    @property
    def is_amount(self) -> bool:
        """Whether the filled cells are figures."""
        return self.amounts >= _READS

    @property
    def is_currency(self) -> bool:
        """Whether every filled cell is a currency's code."""
        return self.currencies == 1.0

    def may_be(self, role: Role) -> bool:
        """Whether the values go with a role."""
        if role in (Role.DATE, Role.VALUE_DATE):
            return self.dates >= _READS_NAMED
        if role in FIGURES:
            return self.amounts >= _READS_NAMED
        return self.is_currency if role is Role.CURRENCY else not self.is_currency


def facts_of(sheet: Sheet) -> tuple[Facts, ...]:
    """Facts of every column of a sheet."""
    return tuple(_facts(at, name, sheet.cells[at]) for at, name in enumerate(sheet.header))


def _facts(at: int, name: str, texts: pd.Series[str]) -> Facts:
    roles, sure = named_like(name)
    cells = texts.str.strip()
    cells = cells.mask(cells.isin(BLANKS), "")
    some = cells[cells != ""].head(_TRIED)
    if some.empty:
        return Facts(at, name, roles[0] if roles else Role.OTHER, sure, cells, 0.0, 0.0, 0.0, 0.0, 0)
    dates = max(share(some, form) for form in _FORMATS)
    coins = float(some.str.upper().map(is_currency).mean())
    filled = float((cells != "").mean())
    found = Facts(at, name, Role.OTHER, 0, cells, filled, dates, _figures(some), coins, int(some.nunique()))
    role = next((one for one in roles if found.may_be(one)), Role.OTHER)
    return replace(found, role=role, sure=sure if role is not Role.OTHER else 0)


def share(texts: pd.Series[str], date_format: str) -> float:
    """Share of texts that are days in a format of ``strptime``."""
    _, reason = parse_days(texts, date_format)
    return float((reason == "").mean())


def _figures(texts: pd.Series[str]) -> float:
    return max(_readable(texts, style) for style in _styles([texts]))


def _readable(texts: pd.Series[str], style: NumberStyle, currency: str = "EUR") -> float:
    _, reason = parse_minor(texts, currency, style)
    return float((reason == "").mean())


def _styles(columns: Sequence[pd.Series[str]]) -> list[NumberStyle]:
    """Ways of writing amounts that may be these columns', the plainest first."""
    found = {token.strip() for texts in columns for text in texts for token in _TOKEN.findall(text)} - {"", "(", ")"}
    symbols = tuple(sorted(one for one in found if len(one) <= _LONGEST_SYMBOL and one.strip("'\u00a0 ")))[:4]
    plainest = NumberStyle(typographic_minus=True)
    signed = replace(plainest, symbols=symbols)
    extras = (
        plainest,
        replace(plainest, trailing_sign=True),
        replace(plainest, parentheses=True),
        signed,
        replace(signed, parentheses=True, trailing_sign=True),
    )
    pairs = itertools.product(extras, _PAIRS)
    return [replace(style, decimal=decimal, grouping=grouping) for style, (decimal, grouping) in pairs]


def style_of_amounts(columns: Sequence[pd.Series[str]], currency: str) -> tuple[NumberStyle, bool]:
    """How the amounts of a file are written, and whether that is sure.

    It is not where a comma or a point with three digits after it may part thousands or decimals.
    """
    filled = [texts[texts != ""].head(_TRIED) for texts in columns]
    texts = pd.concat(filled, ignore_index=True)
    styles = _styles([texts])
    best = max(styles, key=lambda style: _readable(texts, style, currency))  # the first of equals
    other = replace(best, decimal="," if best.decimal == "." else ".", grouping=best.decimal)
    differs = _readable(texts, other, currency) == _readable(texts, best, currency) and best.grouping != ""
    return best, not (differs and not texts.str.contains(re.escape(best.decimal)).any())


def date_format_of(texts: pd.Series[str], place: str) -> tuple[str, tuple[str, ...]]:
    """Format of the days in a column; "" and the two it may be where nothing in the file tells which.

    Returns
    -------
    format : str
    candidates : tuple of str
    """
    some = texts[texts != ""].head(_TRIED)
    best = max(_FORMATS, key=lambda form: share(some, form))
    other = next((best.replace(one, two) for one, two in _OTHER_ORDER.items() if one in best), "")
    if not other or share(some, other) < share(some, best):
        return best, (best,)
    try:
        told = dates_of([some], place)
    except FileRefused:
        return "", (best, other)
    day_first, month_first = (best, other) if best.startswith("%d") else (other, best)
    chosen = day_first if told is Dates.DAY_FIRST else month_first
    return chosen, (chosen,)


def words_of(texts: pd.Series[str]) -> frozenset[str]:
    """Different filled cells, in one spelling; signs stay."""
    return frozenset(one if one in "+-" else plain(one) for one in texts[texts != ""].unique())
