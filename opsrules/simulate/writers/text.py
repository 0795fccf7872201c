"""How amounts, times and cells are spelled in the demo's files, whole columns at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

__all__ = ["Written", "amounts", "cell", "days", "garbled", "local_times", "stamps"]


@dataclass(frozen=True)
class Written:
    """One file's bytes, and the physical line on which each row of the table behind it starts."""

    content: bytes
    lines: dict[int, int]


def amounts(minor: Iterable[int], decimals: int) -> list[str]:
    """Plain decimal text of minor units.

    Examples
    --------
    >>> amounts([123450, -5], 2), amounts([1200], 0)
    (['1234.50', '-0.05'], ['1200'])
    """
    if not decimals:
        return [str(value) for value in minor]
    unit = 10**decimals
    return [f"{'-' if value < 0 else ''}{abs(value) // unit}.{abs(value) % unit:0{decimals}d}" for value in minor]


def garbled(minor: int) -> str:
    """An amount that nobody can read.

    Examples
    --------
    >>> garbled(1234)
    '12..34'
    """
    return f"{minor // 100}..{minor % 100:02d}"


def cell(text: str) -> str:
    """Quote the text where a CSV cell needs it.

    Examples
    --------
    >>> cell("plain"), cell("a, b")
    ('plain', '"a, b"')
    """
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(sign in text for sign in ',"\n') else text


def local_times(instants: npt.NDArray[np.int64], zone: str) -> list[str]:
    """``2026-10-02 09:15:00`` in the zone, from unix seconds."""
    local = pd.to_datetime(instants, unit="s", utc=True).tz_convert(zone).tz_localize(None)
    texts = np.datetime_as_string(local.to_numpy().astype("datetime64[s]"))
    return [text.replace("T", " ") for text in texts.tolist()]


def stamps(instants: npt.NDArray[np.int64], zone: str) -> list[str]:
    """``2026-10-02 09:15:00 +0200`` in the zone, from unix seconds; empty text for 0."""
    aware = pd.to_datetime(instants, unit="s", utc=True).tz_convert(zone)
    ahead = (aware.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64) - instants) // 60
    spelled = {int(minutes): _offset(int(minutes)) for minutes in np.unique(ahead)}
    times = local_times(instants, zone)
    return [
        f"{time} {spelled[minutes]}" if instant else ""
        for time, minutes, instant in zip(times, ahead.tolist(), instants.tolist(), strict=True)
    ]


def _offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}{rest:02d}"


def days(values: npt.NDArray[np.datetime64]) -> list[str]:
    """``2026-10-02`` of each day."""
    return [str(text) for text in np.datetime_as_string(values.astype("datetime64[D]")).tolist()]
