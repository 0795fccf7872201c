"""Whole columns and tables without the secrets in them.

A column is searched once by a linear-time pattern that misses no secret; what it passes is searched once for each kind
of secret, by one that passes little else. What is left is read text by text, equal texts once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.privacy.ibans import LENGTHS
from opsrules.privacy.text import mask, masked
from opsrules.terms import Secret

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["SHOWN", "Found", "Masking", "mask_column", "shown", "shown_table"]

SHOWN = (Secret.IBAN, Secret.CARD, Secret.EMAIL)
"""What is masked in a name, a code or an id when it is shown; the digits of an id may look like a phone number."""

_BETWEEN = "[^0-9A-Za-z]{0,3}"
_LOOSE = {
    Secret.IBAN: rf"[A-Za-z]{{2}}[0-9]{{2}}(?:{_BETWEEN}[0-9A-Za-z]){{11}}",
    Secret.CARD: rf"[0-9](?:{_BETWEEN}[0-9]){{12}}",
    Secret.EMAIL: "@",
    Secret.PHONE: (
        r"\+[1-9]|00[1-9]|\([2-9][0-9]{2}\)|[0-9]{3}[.\-][0-9]{3}[.\-][0-9]{4}|\b0[1-9][0-9]{0,3}[^0-9A-Za-z][0-9]{2}"
        r"|(?i:tel|t.l|phone|fon|mobil|handy|cell|fax|whatsapp|rufnummer)[^0-9]{0,20}[0-9]"
    ),
}
"""One pass over a column with all of them together."""

# What may stand between digits of a card: every sign but letters, digits and most of ASCII's punctuation.
_GAP = "[^!-,/-^`-~]{0,3}"
_CLOSE = _LOOSE | {
    Secret.IBAN: rf"(?i)(?:{'|'.join(LENGTHS)})[0-9]{{2}}(?:{_BETWEEN}[0-9A-Z]){{11}}",
    # First digits of every brand, each with at least as many more as its shortest number has.
    Secret.CARD: (
        rf"(?:^|[^0-9])(?:4(?:{_GAP}[0-9]){{12}}|5{_GAP}[08](?:{_GAP}[0-9]){{11}}|6{_GAP}[37](?:{_GAP}[0-9]){{11}}"
        rf"|3(?:{_GAP}[0-9]){{13}}|[2568](?:{_GAP}[0-9]){{15}})"
    ),
}
"""One pass each over what is left."""

_SHORTEST = {Secret.IBAN: min(LENGTHS.values()), Secret.CARD: 13, Secret.EMAIL: len("a@b.de"), Secret.PHONE: 7}
"""Signs without which there is none: most columns of codes need no search."""


@dataclass(frozen=True)
class Found:
    """Secrets of one kind in a column: how many, and the position of the first text that has one."""

    count: int
    first: int


@dataclass(frozen=True)
class Masking:
    """A column with its secrets masked, and what they were."""

    texts: pd.Series[str]
    found: Mapping[Secret, Found] = field(default_factory=dict)


def mask_column(texts: pd.Series[str], kinds: Collection[Secret] = tuple(Secret)) -> Masking:
    """Mask the secrets of these kinds in every text of a column; index and dtype stay as they are."""
    possible = _suspects(texts, kinds)
    at = np.array(sorted(possible), dtype=np.int64)
    told = [(text, tuple(possible[position])) for position, text in zip(at.tolist(), texts.iloc[at], strict=True)]
    known = {one: mask(*one) for one in dict.fromkeys(told)}
    changed = np.array([bool(known[one][1]) for one in told], dtype=bool)
    if not changed.any():
        return Masking(texts)
    found: dict[Secret, Found] = {}
    for position, one in zip(at.tolist(), told, strict=True):
        for kind, count in known[one][1].items():
            before = found.get(kind, Found(0, position))
            found[kind] = Found(before.count + count, before.first)
    cells = texts.to_numpy(dtype=object, copy=True)
    cells[at] = [known[one][0] for one in told]
    return Masking(pd.Series(cells, index=texts.index, dtype=texts.dtype, name=texts.name), found)


def _suspects(texts: pd.Series[str], kinds: Collection[Secret]) -> dict[int, list[Secret]]:
    """Positions of the texts that may hold secrets, each with their kinds."""
    cells = pa.array(texts, type=pa.large_string(), from_pandas=True)
    longest = pc.max(pc.binary_length(cells)).as_py() or 0
    kinds = [kind for kind in kinds if _SHORTEST[kind] <= longest]
    at = _matches(cells, "|".join(_LOOSE[kind] for kind in kinds)) if kinds else np.zeros(0, dtype=np.int64)
    left = cells.take(pa.array(at))
    possible: dict[int, list[Secret]] = {}
    for kind in kinds:
        for position in at[_matches(left, _CLOSE[kind])].tolist():
            possible.setdefault(position, []).append(kind)
    return possible


def _matches(cells: pa.Array, pattern: str) -> npt.NDArray[np.int64]:
    hits = pc.fill_null(pc.match_substring_regex(cells, pattern), False)
    return np.flatnonzero(hits.to_numpy(zero_copy_only=False))


def shown_table(table: pd.DataFrame, exact: Collection[str] = ()) -> pd.DataFrame:
    """Table as it may be shown: no text in it holds a card number, a bank account number or an e-mail address.

    Parameters
    ----------
    table : DataFrame
    exact : collection of str
        Columns that are left as they are.

    Returns
    -------
    DataFrame
        The same object when there was nothing to mask.
    """
    new: dict[str, pd.Series[Any]] = {}
    for name, column in table.items():
        told = column if name in exact else _shown_column(column)
        if told is not column:
            new[str(name)] = told
    return table.assign(**new) if new else table


def _shown_column(column: pd.Series[Any]) -> pd.Series[Any]:
    if isinstance(column.dtype, pd.StringDtype):
        return mask_column(column, SHOWN).texts
    if isinstance(column.dtype, pd.CategoricalDtype):
        names = [shown(one) for one in column.cat.categories]
        return column if names == list(column.cat.categories) else _shown_column(column.astype("str"))
    if column.dtype.kind == "O":
        told = [shown(one) for one in column]
        same = all(one is old for one, old in zip(told, column, strict=True))
        return column if same else pd.Series(told, index=column.index, dtype=object)
    return column


def shown(value: Any) -> Any:
    """Text, or a list or mapping of texts, as it may be shown; other values as they are."""
    match value:
        case str():
            return masked(value, SHOWN)
        case Mapping():
            return {shown(key): shown(one) for key, one in value.items()}
        case list() | tuple():
            return type(value)(shown(one) for one in value)
    return value
