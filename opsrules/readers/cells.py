"""From the text of a column to typed values, with a reason for every cell that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.money import CURRENCIES, NumberStyle, is_currency
from opsrules.readers.clocks import parted
from opsrules.readers.dates import iso_texts
from opsrules.readers.digits import is_iso, minor_by_digits
from opsrules.readers.figures import minor_by_figures
from opsrules.readers.layout import Column, Dates, Kind
from opsrules.readers.lookup import constant
from opsrules.readers.reasons import is_clean, no_reasons
from opsrules.readers.times import parse_days, parse_instants, parse_unix
from opsrules.signs import is_filled, one_text
from opsrules.terms import RejectReason

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Cells", "Setting", "absent", "convert", "currencies"]

_UTC = pd.DatetimeTZDtype("us", "UTC")
_ROUNDED = r"^\s*[0-9][.,][0-9]{1,14}E\+[0-9]{2}\s*$"


@dataclass(frozen=True)
class Setting:
    """What the cells of one file are read with.

    Attributes
    ----------
    style : NumberStyle
        How amounts are written.
    zone : str
        IANA zone of the account.
    dates : Dates
        How columns with `Dates.LOCAL` write their dates in this file.
    """

    style: NumberStyle
    zone: str
    dates: Dates = Dates.ISO

    def dates_of(self, column: Column) -> Dates:
        """How a column of this file writes its dates."""
        return self.dates if column.dates is Dates.LOCAL else column.dates


@dataclass(frozen=True)
class Cells:
    """One column, read.

    Attributes
    ----------
    values : dict of str to Series
        By name of the parsed column.
    reason : ndarray of object
        `RejectReason` or "" per row; `opsrules.readers.reasons.no_reasons` where nothing is wrong.
    fold : ndarray of bool or None
        Where a local time occurs twice.
    """

    values: dict[str, pd.Series]
    reason: npt.NDArray[np.object_]
    fold: npt.NDArray[np.bool_] | None = None


def currencies(texts: pd.Series[str]) -> tuple[pd.Series[str], npt.NDArray[np.object_]]:
    """Upper-case ISO 4217 codes, with a reason where there is none."""
    only = one_text(texts)
    if only is not None and is_currency(code := only.strip().upper()):
        return constant(code, len(texts)), no_reasons(len(texts))
    places, unique = pd.factorize(texts.reset_index(drop=True))
    codes = pd.Series(unique, dtype="str").str.strip().str.upper()
    reasons = np.array([_currency_fault(one) for one in codes], dtype=object)
    return codes.take(places).reset_index(drop=True), reasons[places]


def _currency_fault(code: str) -> str:
    if is_currency(code):
        return ""
    return RejectReason.CURRENCY_UNKNOWN if code else RejectReason.CURRENCY_MISSING


def convert(column: Column, title: str, texts: pd.Series[str], coins: pd.Series[str] | str, setting: Setting) -> Cells:
    """Read one column.

    Parameters
    ----------
    column : Column
    title : str
        Name under which the file has it.
    texts : Series of str
    coins : Series of str, or str
        Currency of each row, or of all, for amounts.
    setting : Setting
    """
    match column.kind:
        case Kind.TEXT | Kind.KEY:
            return Cells({column.target: texts}, _unless_rounded(texts, column, _unless_blank(texts, column)))
        case Kind.CURRENCY:
            codes, reason = currencies(texts)
            return Cells({column.target: codes}, reason)
        case Kind.AMOUNT:
            minor, reason = _amounts(texts, coins, setting.style, column)
            minor = -minor if column.negate else minor
            return Cells({column.target: pd.Series(minor)}, _allowing_blank(reason, column))
        case Kind.INTEGER:
            return _integers(column, texts)
        case Kind.DAY:
            return _days(column, texts, setting)
        case Kind.INSTANT | Kind.UNIX:
            return _instants(column, title, texts, setting)


def absent(column: Column, size: int) -> dict[str, pd.Series]:
    """Values of a column that the file does not have."""
    match column.kind:
        case Kind.AMOUNT | Kind.INTEGER:
            return {column.target: pd.Series(np.zeros(size, dtype=np.int64))}
        case Kind.DAY:
            return {column.target: pd.Series(np.full(size, np.datetime64("NaT", "us")))}
        case Kind.INSTANT | Kind.UNIX:
            never = pd.Series(pd.DatetimeIndex(np.full(size, np.datetime64("NaT", "us"))).tz_localize("UTC"))
            return {f"{column.target}_at": never, f"{column.target}_zone": constant("", size)}
        case _:
            return {column.target: constant("", size)}


def _unless_blank(texts: pd.Series[str], column: Column) -> npt.NDArray[np.object_]:
    if not (column.filled or column.kind is Kind.KEY) or is_filled(texts):
        return no_reasons(len(texts))
    reason = np.full(len(texts), "", dtype=object)
    reason[(texts.str.strip() == "").to_numpy(dtype=bool)] = RejectReason.KEY_MISSING
    return reason


def _unless_rounded(texts: pd.Series[str], column: Column, reason: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """The reasons, with one more for ids of which a spreadsheet has kept the first digits alone: ``8.8162E+15``."""
    if not column.target.endswith("_id"):
        return reason
    cells = pa.array(texts, type=pa.large_string(), from_pandas=True)
    if not pc.any(pc.match_substring(cells, "E+")).as_py():
        return reason
    rounded = pc.match_substring_regex(cells, _ROUNDED).to_numpy(zero_copy_only=False)
    return np.where(rounded, RejectReason.DIGITS_LOST, reason)


def _amounts(
    texts: pd.Series[str], coins: pd.Series[str] | str, style: NumberStyle, column: Column
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    places = 0 if column.minor else _places(coins)
    if places:
        plain = minor_by_digits(texts, style.decimal, places)
        if plain is not None:
            empty = (texts == "").to_numpy(dtype=bool) if column.filled and not plain.all() else np.zeros(0, dtype=bool)
            reason = np.where(empty, RejectReason.AMOUNT_MISSING, "").astype(object)
            return plain, reason if empty.any() else no_reasons(len(plain))
    return minor_by_figures(texts, coins, style, column.minor)


def _places(coins: pd.Series[str] | str) -> int:
    """Decimals that all of the currencies have; 0 where they do not have the same, or one is not known."""
    found = {CURRENCIES.get(coin, 0) for coin in ([coins] if isinstance(coins, str) else coins.unique())}
    return found.pop() if len(found) == 1 else 0


def _allowing_blank(reason: npt.NDArray[np.object_], column: Column) -> npt.NDArray[np.object_]:
    if not (column.filled or is_clean(reason)):
        reason[(reason == RejectReason.AMOUNT_MISSING) | (reason == RejectReason.TIME_MISSING)] = ""
    return reason


def _integers(column: Column, texts: pd.Series[str]) -> Cells:
    codes, unique = pd.factorize(texts.reset_index(drop=True))
    plain = pd.Series(unique, dtype="str").str.strip()
    good = plain.str.fullmatch("[+-]?[0-9]{1,9}").to_numpy(dtype=bool)
    blank = (plain == "").to_numpy(dtype=bool)
    values = pd.to_numeric(plain.where(good, "0")).to_numpy(dtype=np.int64)
    bad = ~good if column.filled else ~(good | blank)
    if not bad.any():
        return Cells({column.target: pd.Series(values[codes])}, no_reasons(len(texts)))
    reason = np.where(bad, RejectReason.VALUE_UNKNOWN, "").astype(object)
    return Cells({column.target: pd.Series(values[codes])}, reason[codes])


def _days(column: Column, texts: pd.Series[str], setting: Setting) -> Cells:
    if column.date_format or is_iso(texts):
        days, reason = parse_days(texts, column.date_format)
    else:
        apart = parted(texts)
        days, reason = parse_days(iso_texts(apart.texts, setting.dates_of(column)))
        days = days[apart.codes]
        reason = reason[apart.codes] if (reason != "").any() else no_reasons(len(texts))
    return Cells({column.target: pd.Series(days)}, _allowing_blank(reason, column))


def _instants(column: Column, title: str, texts: pd.Series[str], setting: Setting) -> Cells:
    zone = "UTC" if title.casefold() in (name.casefold() for name in column.utc) else setting.zone
    if column.kind is Kind.UNIX:
        got = parse_unix(texts)
    else:
        got = parse_instants(texts, zone, setting.zone, lambda cells: iso_texts(cells, setting.dates_of(column)))
    at = pd.Series(got.at).dt.tz_localize("UTC").astype(_UTC)
    values = {f"{column.target}_at": at, f"{column.target}_zone": got.zone}
    return Cells(values, _allowing_blank(got.reason, column), got.fold)
