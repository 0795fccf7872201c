"""Whole columns and tables without the secrets in them.

A column is searched once by a linear-time pattern that misses no secret and passes little else; what it passes is read
text by text, equal texts once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.privacy.text import mask, masked
from opsrules.terms import Secret

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["SHOWN", "Found", "Masking", "mask_column", "shown", "shown_table"]

SHOWN = (Secret.IBAN, Secret.CARD, Secret.EMAIL)
"""What is masked in a name, a code or an id when it is shown; the digits of an id may look like a phone number."""

_BETWEEN = "[^0-9A-Za-z]{0,3}"
_SUSPECT = {
    Secret.IBAN: rf"[A-Za-z]{{2}}[0-9]{{2}}(?:{_BETWEEN}[0-9A-Za-z]){{11}}",
    Secret.CARD: rf"[0-9](?:{_BETWEEN}[0-9]){{12}}",
    Secret.EMAIL: "@",
    Secret.PHONE: (
        r"\+[1-9]|00[1-9]|\([2-9][0-9]{2}\)|[0-9]{3}[.\-][0-9]{3}[.\-][0-9]{4}|\b0[1-9][0-9]{0,3}[^0-9A-Za-z][0-9]{2}"
        r"|(?i:tel|t.l|phone|fon|mobil|handy|cell|fax|whatsapp|rufnummer)[^0-9]{0,20}[0-9]"
    ),
}
_SHORTEST = 4  # bytes of the shortest secret, a@b.de, and fewer


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
    at = _suspects(texts, kinds)
    told = texts.iloc[at].tolist()
    known = {text: mask(text, kinds) for text in dict.fromkeys(told)}
    changed = [number for number, text in enumerate(told) if known[text][1]]
    if not changed:
        return Masking(texts)
    found: dict[Secret, Found] = {}
    for number in changed:
        for kind, count in known[told[number]][1].items():
            before = found.get(kind, Found(0, int(at[number])))
            found[kind] = Found(before.count + count, before.first)
    new = texts.copy()
    new.iloc[at[changed]] = [known[told[number]][0] for number in changed]
    return Masking(new, found)


def _suspects(texts: pd.Series[str], kinds: Collection[Secret]) -> npt.NDArray[np.int64]:
    """Positions of the texts that may hold a secret."""
    cells = pa.array(texts, type=pa.large_string(), from_pandas=True)
    longest = pc.max(pc.binary_length(cells)).as_py() or 0
    if longest < _SHORTEST:
        return np.zeros(0, dtype=np.int64)
    pattern = "|".join(_SUSPECT[kind] for kind in kinds)
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
