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
from opsrules.sources.suggest.words import CREDIT_MARKS, DEBIT_MARKS, FIGURES, Role, named_like, plain

__all__ = ["BLANKS", "Facts", "blanks_in", "date_format_of", "facts_of", "share", "style_of_amounts", "words_of"]

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
_GLANCE = 50
_DAY = re.compile(
    r"\d{8}(?!\d)|\d{1,4}[-./]\d{1,2}[-./]\d{2,4}|\d{1,2}[ -][^\W\d]{3,9}\.?[ -]\d{2}|[^\W\d]{3,9}\.? \d{1,2}, \d{4}"
)
_FIGURE = re.compile(r"[-+\u2212(]?[^\d-]{0,5}[-+\u2212]?\d")
_MARK = r"[^\W\d_]{1,11}\.?"
_MARKED = re.compile(
    rf"(?P<before>{_MARK})?(?(before)(?=[\s\d+(.,-]))\s*(?P<figure>.*?)(?:(?<=[\d)\s])(?P<after>{_MARK}))?"
)
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
        Stripped; those that only say that they hold nothing are blank, and amounts are without the marks beside them.
    filled, dates, amounts, currencies : float
        Shares: of all cells those filled, of the filled ones those that can be read so.
    distinct : int
        Different filled cells.
    marks : Series of str or None
        Words beside the amounts that say whether each is a debit or a credit, "" for none; None where no cell has one.
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
    marks: pd.Series[str] | None = None

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
    # Beside a plus, a hyphen is a minus.
    blanks = [one for one in BLANKS if one != "-" or "+" not in set(cells)]
    cells = cells.mask(cells.isin(blanks), "")
    figures, marks = _marks_apart(cells)
    if marks is not None:
        cells = figures
    some = cells[cells != ""].head(_TRIED)
    if some.empty:
        return Facts(at, name, roles[0] if roles else Role.OTHER, sure, cells, 0.0, 0.0, 0.0, 0.0, 0)
    dates = share(some, _best_format(some)) if _mostly(some, _DAY) else 0.0
    coins = float(some.str.upper().map(is_currency).mean())
    filled = float((cells != "").mean())
    amounts = max(_readable(some, style) for style in _styles(some)) if _mostly(some, _FIGURE) else 0.0
    found = Facts(at, name, Role.OTHER, 0, cells, filled, dates, amounts, coins, int(some.nunique()), marks)
    role = next((one for one in roles if found.may_be(one)), Role.OTHER)
    return replace(found, role=role, sure=sure if role is not Role.OTHER else 0)


def _marks_apart(cells: pd.Series[str]) -> tuple[pd.Series[str], pd.Series[str] | None]:
    """Cells without the words for debit and credit beside their figures, and these; the cells as they are without any.

    Only of a column whose cells are nothing else than such amounts.
    """
    some = cells[cells != ""].head(_TRIED)
    found = some.map(_mark_of)
    if not found.any():
        return cells, None
    bare = some.map(_figure_of)
    if max(_readable(bare, style) for style in _styles(bare)) < _READS:
        return cells, None
    return cells.map(_figure_of), cells.map(_mark_of)


def _mark_of(text: str) -> str:
    found = _MARKED.fullmatch(text)
    words = [one for one in (found["before"], found["after"]) if one] if found else []
    return next((one for one in words if plain(one) in DEBIT_MARKS | CREDIT_MARKS), "")


def _figure_of(text: str) -> str:
    mark = _mark_of(text)
    return text.removeprefix(mark).removesuffix(mark).strip() if mark else text


def blanks_in(sheet: Sheet, amounts: Sequence[Facts]) -> list[str]:
    """Signs that stand in cells of amounts that hold nothing."""
    return [one for one in BLANKS if any((sheet.cells[column.at].str.strip() == one).any() for column in amounts)]


def share(texts: pd.Series[str], date_format: str) -> float:
    """Share of texts that are days in a format of ``strptime``."""
    _, reason = parse_days(texts, date_format)
    return float((reason == "").mean())


def _mostly(texts: pd.Series[str], pattern: re.Pattern[str]) -> bool:
    """Whether it is worth looking closer: half of the first texts begin like a day or a figure."""
    first = texts.head(_GLANCE)
    return 2 * sum(bool(pattern.match(text)) for text in first) >= len(first)


def _best_format(texts: pd.Series[str]) -> str:
    """Format in which most of the texts are days; the first texts decide which are tried on all."""
    first = texts.drop_duplicates().head(_GLANCE)
    shares = {form: share(first, form) for form in _FORMATS}
    best = [form for form, part in shares.items() if part == max(shares.values())]
    return max(best, key=lambda form: share(texts, form))


def _readable(texts: pd.Series[str], style: NumberStyle, currency: str = "EUR") -> float:
    _, reason = parse_minor(texts, currency, style)
    return float((reason == "").mean())


def _styles(texts: pd.Series[str]) -> list[NumberStyle]:
    """Ways of writing amounts that may be these, the plainest first."""
    every = texts.drop_duplicates()
    found = {token.strip() for text in every for token in _TOKEN.findall(text)} - {"", "(", ")"}
    symbols = tuple(sorted(one for one in found if len(one) <= _LONGEST_SYMBOL and one.strip("'\u00a0 ")))[:4]
    plainest = NumberStyle(typographic_minus=True)
    extras = [plainest]
    if every.str.contains(r"[+-]$").any():
        extras.append(replace(plainest, trailing_sign=True))
    if every.str.contains("(", regex=False).any():
        extras.append(replace(plainest, parentheses=True))
    if symbols:
        extras += [replace(one, symbols=symbols) for one in extras]
    if len(extras) > 2:
        extras.append(replace(plainest, symbols=symbols, parentheses=True, trailing_sign=True))
    pairs = itertools.product(extras, _PAIRS)
    return [replace(style, decimal=decimal, grouping=grouping) for style, (decimal, grouping) in pairs]


def style_of_amounts(columns: Sequence[pd.Series[str]], currency: str) -> tuple[NumberStyle, bool]:
    """How the amounts of a file are written, and whether that is sure.

    It is not where another way reads as many of them and gives other figures: ``1.250`` is 1.25 or 1250.
    """
    texts = pd.concat([one[one != ""].head(_TRIED) for one in columns], ignore_index=True)
    read = [(style, *parse_minor(texts, currency, style)) for style in _styles(texts)]
    most = max(int((reason == "").sum()) for _, _, reason in read)
    equal = [(style, minor) for style, minor, reason in read if int((reason == "").sum()) == most]
    best, figures = equal[0]
    return best, all((minor == figures).all() for _, minor in equal)


def date_format_of(texts: pd.Series[str], place: str) -> tuple[str, tuple[str, ...]]:
    """Format of the days in a column; "" and the two it may be where nothing in the file tells which.

    Returns
    -------
    format : str
    candidates : tuple of str
    """
    some = texts[texts != ""].head(_TRIED)
    best = _best_format(some)
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
