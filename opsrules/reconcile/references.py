"""Order references, brought to one spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.captures import captured
from opsrules.signs import signs_of

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["normalise_reference", "respelled", "taken_out"]

_BLANK = (
    rb"\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200b}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}".decode()
)
_LEFT_OUT = f"[#{_BLANK}]+"
_BLANKS = np.array([sign >= 128 or sign == 32 or 9 <= sign <= 13 or 28 <= sign <= 31 for sign in range(256)])
"""Bytes that may be of a blank."""
_AT_ONCE = 1 << 14  # texts looked at together


def normalise_reference(texts: pd.Series[str]) -> pd.Series[str]:
    """Upper case, without ``#`` and without blanks of any kind: ``" #1001 "`` and ``1001`` are one order.

    Nothing else is touched: leading zeros, prefixes and signs tell orders apart.
    """
    cells = pa.array(texts, type=pa.large_string(), from_pandas=True)
    return pd.Series(_spelled(cells), index=texts.index, dtype="str")


def taken_out(texts: pd.Series[str], pattern: str, without: str = "") -> pd.Series[str]:
    """What a pattern of `opsrules.captures` takes out of each text, "" where it does not fit."""
    cells = pa.array(texts, type=pa.large_string(), from_pandas=True)
    return pd.Series(captured(cells, pattern, without), index=texts.index, dtype="str")


def respelled(texts: pa.LargeStringArray) -> tuple[npt.NDArray[np.int64], pa.LargeStringArray]:
    """Positions of the texts that `normalise_reference` may change, and their normal spelling."""
    signs = signs_of(texts)
    if signs is None:
        return np.zeros(0, dtype=np.int64), texts[:0]
    found = [np.zeros(0, dtype=np.int64)]
    for start in range(0, len(texts), _AT_ONCE):
        ends = signs.ends[start : start + _AT_ONCE + 1]
        # Signs below $ (blanks, #) and from a upwards: what has none of them is in its one spelling already.
        may = signs.data[ends[0] : ends[-1]] - np.uint8(ord("$")) >= ord("a") - ord("$")
        if may.any():
            before = np.zeros(len(may) + 1, dtype=np.int32)
            np.cumsum(may, out=before[1:])
            found.append(start + np.flatnonzero(np.diff(before[ends - ends[0]])))
    at = np.concatenate(found)
    return at, _spelled(texts.take(pa.array(at))) if len(at) else texts[:0]


def _spelled(texts: pa.Array) -> pa.Array:
    signs = signs_of(texts)
    if signs is None or _BLANKS[signs.data].any():
        return pc.utf8_upper(pc.replace_substring_regex(texts, _LEFT_OUT, ""))
    return pc.ascii_upper(pc.replace_substring(texts, "#", "") if (signs.data == ord("#")).any() else texts)
