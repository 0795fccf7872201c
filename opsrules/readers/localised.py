"""Local times of one zone brought to UTC, those of a day without a change of its clocks all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    _Times = npt.NDArray[np.datetime64]
    _Bools = npt.NDArray[np.bool_]

__all__ = ["localised"]

_DAY = np.timedelta64(1, "D")
_FEW = 1_000


def localised(local: _Times, zone: str) -> tuple[_Times, _Bools, _Bools]:
    """UTC of local times, which of them occur twice, and which not at all.

    Parameters
    ----------
    local : ndarray of datetime64[us]
        None of them NaT.
    zone : str
        IANA name.

    Returns
    -------
    at : ndarray of datetime64[us]
        The first of the two where a time occurs twice; NaT where it does not occur.
    fold, gap : ndarray of bool
    """
    if len(local) < _FEW:
        return _each(local, zone)
    days = local.astype("datetime64[D]")
    first = days.min()
    size = int((days.max() - first).astype(np.int64)) + 1
    if size > len(local):
        return _each(local, zone)
    midnights = (first + np.arange(size + 1)).astype("datetime64[us]")
    at, fold, gap = _each(midnights, zone)
    ahead = midnights - at
    # No zone changes its clocks twice within a day.
    plain = (ahead[:-1] == ahead[1:]) & ~(fold | gap)[:-1] & ~(fold | gap)[1:]
    codes = (days - first).astype(np.int64)
    found = local - ahead[codes]
    folds, gaps = np.zeros(len(local), dtype=bool), np.zeros(len(local), dtype=bool)
    rest = np.flatnonzero(~plain[codes])
    if len(rest):
        found[rest], folds[rest], gaps[rest] = _each(local[rest], zone)
    return found, folds, gaps


def _each(local: _Times, zone: str) -> tuple[_Times, _Bools, _Bools]:
    times = pd.DatetimeIndex(local)
    first = times.tz_localize(zone, ambiguous=np.ones(len(times), dtype=bool), nonexistent="NaT")
    strict = times.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    gap = np.asarray(first.isna())
    fold = np.asarray(strict.isna()) & ~gap
    return first.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]"), fold, gap
