"""Dates as people and spreadsheets write them, brought to ``YYYY-MM-DD HH:MM:SS zone``.

``03/04/2026`` is never guessed row by row: the order is the format's, or the account's, or the one that the whole file
tells - by a number above twelve, or because its dates run in one direction in that order alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.errors import FileRefused
from opsrules.readers.clocks import parted
from opsrules.readers.digits import is_iso
from opsrules.readers.layout import Dates
from opsrules.readers.lookup import each_text
from opsrules.readers.months import month_of
from opsrules.readers.remembered import Remembered

__all__ = ["dates_of", "iso_texts", "order_told"]

_Numbers = np.ndarray[tuple[int, int], np.dtype[np.int64]]

_FEW = 1_000
_WITH_TIME = len("2026-11-05 1:00")
_AS_IT_IS = r"\s*(?:[12][0-9]{3}-[0-9]{2}-[0-9]{2}[T ]+[0-9]|$)"
_TIME = (
    r"(?:[T ,]+(?:at |um |kl\.? )?(?P<hour>[0-9]{1,2})[:.h](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2}))?"
    r"(?P<part>\.[0-9]{1,9})?[\s\x{a0}\x{202f}]*(?P<half>[AaPp]\.?\s?[Mm]\b\.?)?"
    r"\s*(?P<zone>(?:GMT|UTC)?[+-][0-9]{1,2}(?::?[0-9]{2})?|[A-Za-z]+(?:/[A-Za-z_+-]+)+|[A-Za-z]{1,5})?)?\s*$"
)
# Nearly \pL, which takes a hundred times as long to be made ready; `_lettered` tells the rest.
_LETTER = r"[A-Za-z\x{aa}-\x{202e}\x{2030}-\x{10ffff}]"
_WEEKDAY = rf"^\s*(?:(?P<weekday>{_LETTER}{{2,12}})\.?, ?)?"
_NUMBERS = r"^\s*(?P<one>[0-9]{1,2})(?P<sep>[./-]) ?(?P<two>[0-9]{1,2})[./-] ?(?P<year>[0-9]{4}|[0-9]{2})"
_YEAR_FIRST = r"^\s*(?P<year>[12][0-9]{3})[./-](?P<one>[0-9]{1,2})[./-](?P<two>[0-9]{1,2})"
_DAY_WORD = (
    _WEEKDAY + rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th|er)?[. -]*(?:de )?(?P<word>{_LETTER}{{3,12}})\.?[, -]*(?:de )?"
    r"(?P<year>[0-9]{4}|[0-9]{2})"
)
_WORD_DAY = _WEEKDAY + rf"(?P<word>{_LETTER}{{3,12}})\.? (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<year>[0-9]{{4}})"


def iso_texts(texts: pd.Series[str], dates: Dates) -> pd.Series[str]:
    """Texts with the dates in them, and their times, as ``YYYY-MM-DD HH:MM:SS zone``; what is no date stays as it is.

    A date without a time is given midnight. A year of two digits is one of this century.

    Parameters
    ----------
    texts : Series of str
    dates : Dates
        Not `Dates.LOCAL`: see `dates_of`. With `Dates.ISO` the texts are returned untouched.

    Examples
    --------
    >>> iso_texts(pd.Series(["Sep 4, 2026 1:05:07 PM PDT", "01.09.2026"]), Dates.MONTH_FIRST).tolist()
    ['2026-09-04 13:05:07 PDT', '2026-09-01 00:00:00']
    """
    if dates is Dates.ISO or is_iso(texts, _WITH_TIME):
        return texts
    if len(texts) <= _FEW:
        return pd.Series(_spellings(dates).of(texts.tolist()), texts.index, dtype="str")
    return _where_strange(texts, dates)


@cache
def _spellings(dates: Dates) -> Remembered[str]:
    return Remembered(lambda texts: _where_strange(pd.Series(texts, dtype="str"), dates).tolist())


def _where_strange(texts: pd.Series[str], dates: Dates) -> pd.Series[str]:
    strange = ~texts.str.match(_AS_IT_IS).to_numpy(dtype=bool)
    if not strange.any():
        return texts
    return texts.mask(strange, _rewritten(texts[strange], dates))


def _rewritten(texts: pd.Series[str], dates: Dates) -> pd.Series[str]:
    codes, unique = pd.factorize(texts)
    cells = pd.Series(unique, dtype="str")
    out = cells.copy()
    for pattern, order in (
        (_NUMBERS, "day" if dates is Dates.DAY_FIRST else "month"),
        (_YEAR_FIRST, "month"),
        (_DAY_WORD, "word"),
        (_WORD_DAY, "word"),
    ):
        parts = _parts(cells, pattern + _TIME)
        if parts is not None:
            found = _lettered(parts) if order == "word" else parts["year"] != ""
            out = out.where(~found, _iso(parts, order).where(_plausible(parts), cells))
    return out.take(codes).set_axis(texts.index)


def _lettered(parts: pd.DataFrame) -> pd.Series[bool]:
    """Where the words of a date are letters and nothing else."""
    return (parts["weekday"] + parts["word"]).str.isalpha()


def dates_of(columns: Sequence[pd.Series[str]], place: str) -> Dates:
    """Order of day and month in the columns of one file whose dates may be in either.

    Raises
    ------
    FileRefused
        If there are dates that can be read in two ways and nothing tells which, or if both orders stand in the file.
    """
    numbers = _all_numbers(columns)
    told = _told(numbers, place)
    if told is not Dates.LOCAL:
        return Dates.MONTH_FIRST if told is Dates.ISO else told
    if all((one[:, 0] == one[:, 1]).all() for one in numbers):
        return Dates.DAY_FIRST
    forward = all(_one_way(one[:, 2] * 10_000 + one[:, 1] * 100 + one[:, 0]) for one in numbers)
    backward = all(_one_way(one[:, 2] * 10_000 + one[:, 0] * 100 + one[:, 1]) for one in numbers)
    if forward == backward:
        raise FileRefused(place, "all dates can be read in two ways, such as 03/04 for 3 April or 4 March", _SAY)
    return Dates.DAY_FIRST if forward else Dates.MONTH_FIRST


def order_told(columns: Sequence[pd.Series[str]], place: str) -> Dates:
    """Order of day and month that a number above twelve tells; LOCAL where none does, ISO where no date is in either.

    Raises
    ------
    FileRefused
        If both orders stand there.
    """
    return _told(_all_numbers(columns), place)


_SAY = "write date_order: day_first or date_order: month_first in the source's options"


def _all_numbers(columns: Sequence[pd.Series[str]]) -> list[_Numbers]:
    seen = (_numbers(texts) for texts in columns if not is_iso(texts))
    return [found for found in seen if len(found)]


def _told(numbers: Sequence[_Numbers], place: str) -> Dates:
    day_first = any((one[:, 0] > 12).any() for one in numbers)
    month_first = any((one[:, 1] > 12).any() for one in numbers)
    if day_first and month_first:
        raise FileRefused(place, "some dates are day first, others month first", _SAY)
    if not numbers:
        return Dates.ISO
    return Dates.DAY_FIRST if day_first else Dates.MONTH_FIRST if month_first else Dates.LOCAL


def _numbers(texts: pd.Series[str]) -> _Numbers:
    """First number, second number and year of the dates written in numbers; points always mean day first."""
    apart = parted(texts)
    days = apart.texts
    found = _numbered(days) if len(days) > _FEW else np.array(_NUMBERED.of(days.tolist()), np.int64).reshape(-1, 3)
    chosen = found[:, 2] >= 0
    return found[apart.codes] if chosen.all() else found[apart.codes[chosen[apart.codes]]]


def _numbered(texts: pd.Series[str]) -> _Numbers:
    """The three numbers of each text; -1 where it is no such date."""
    found = np.full((len(texts), 3), -1, dtype=np.int64)
    parts = _parts(texts, _NUMBERS + _TIME)
    if parts is not None:
        chosen = ((parts["year"] != "") & (parts["sep"] != ".")).to_numpy(dtype=bool)
        found[chosen] = parts.loc[chosen, ["one", "two", "year"]].astype("int64").to_numpy()
    return found


_NUMBERED = Remembered(lambda texts: _numbered(pd.Series(texts, dtype="str")).tolist())


def _one_way(days: np.ndarray[tuple[int], np.dtype[np.int64]]) -> bool:
    steps = np.diff(days)
    return bool((steps >= 0).all() or (steps <= 0).all())


def _parts(texts: pd.Series[str], pattern: str) -> pd.DataFrame | None:
    """Groups of a pattern, "" where it does not match; None when it matches nowhere."""
    found = pc.extract_regex(pa.array(texts, type=pa.large_string(), from_pandas=True), pattern)
    if found.null_count == len(found):
        return None
    names = [field.name for field in found.type]
    return pd.DataFrame(
        {name: pc.fill_null(pc.struct_field(found, name), "").to_pandas().astype("str") for name in names}
    )


def _iso(parts: pd.DataFrame, order: str) -> pd.Series[str]:
    if order == "word":
        month, day = each_text(parts["word"], lambda word: f"{month_of(word):02}"), parts["day"]
    elif order == "day":
        day, month = parts["one"], parts["two"]
    else:
        month, day = parts["one"], parts["two"]
    if "sep" in parts:  # points are written day first everywhere
        points = parts["sep"] == "."
        month, day = month.mask(points, parts["two"]), day.mask(points, parts["one"])
    year = parts["year"].where(parts["year"].str.len() == 4, "20" + parts["year"])
    return year + "-" + month.str.zfill(2) + "-" + day.str.zfill(2) + " " + _clock(parts)


def _clock(parts: pd.DataFrame) -> pd.Series[str]:
    half = parts["half"].str.lower().str.slice(0, 1)
    hour = pd.to_numeric(parts["hour"].where(parts["hour"] != "", "0")).astype("int64")
    hour = hour.mask((half == "p") & (hour < 12), hour + 12).mask((half == "a") & (hour == 12), 0)
    minute = parts["minute"].where(parts["minute"] != "", "00")
    second = parts["second"].where(parts["second"] != "", "00")
    text = hour.astype("str").str.zfill(2) + ":" + minute + ":" + second + parts["part"]
    return (text + " " + each_text(parts["zone"], _offset)).str.rstrip()


def _offset(zone: str) -> str:
    """Return a zone, ``GMT-7`` and ``UTC+5:30`` as plain offsets."""
    sign = next((sign for sign in "+-" if sign in zone), "")
    if not sign or "/" in zone:
        return zone
    digits = zone[zone.index(sign) + 1 :].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "00")
    return f"{sign}{hours:0>2}:{minutes}"


def _plausible(parts: pd.DataFrame) -> pd.Series[bool]:
    """Whether a time of twelve hours has an hour of twelve."""
    hour = pd.to_numeric(parts["hour"].where(parts["hour"] != "", "0")).astype("int64")
    return (parts["half"] == "") | hour.between(1, 12)
