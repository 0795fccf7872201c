"""Whole columns and tables without the secrets in them.

A column is searched as a whole for the texts that may hold secrets, and only these are read text by text, equal texts
once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from opsrules.privacy.cards import SHORTEST
from opsrules.privacy.ibans import LENGTHS
from opsrules.privacy.search import suspects
from opsrules.privacy.text import mask, masked
from opsrules.terms import Secret

__all__ = ["SHOWN", "Found", "Masking", "mask_column", "shown", "shown_table"]

SHOWN = (Secret.IBAN, Secret.CARD, Secret.EMAIL)
"""What is masked in a name, a code or an id when it is shown; the digits of an id may look like a phone number."""

_SHORTEST = {Secret.IBAN: min(LENGTHS.values()), Secret.CARD: SHORTEST, Secret.EMAIL: len("a@b.de"), Secret.PHONE: 7}
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
    told = _told(texts, kinds)
    known = {one: mask(*one) for one in dict.fromkeys(told.values())}
    found: dict[Secret, Found] = {}
    at: list[int] = []
    for position, one in told.items():
        if known[one][1]:
            at.append(position)
        for kind, count in known[one][1].items():
            before = found.get(kind, Found(0, position))
            found[kind] = Found(before.count + count, before.first)
    if not at:
        return Masking(texts)
    cells = texts.to_numpy(dtype=object, copy=True)
    cells[at] = [known[told[position]][0] for position in at]
    return Masking(pd.Series(cells, index=texts.index, dtype=texts.dtype, name=texts.name), found)


def _told(texts: pd.Series[str], kinds: Collection[Secret]) -> dict[int, tuple[str, tuple[Secret, ...]]]:
    """Texts that may hold secrets, by position, each with their kinds."""
    longest = pc.max(pc.binary_length(pa.array(texts, type=pa.large_string(), from_pandas=True))).as_py() or 0
    possible = suspects(texts, [kind for kind in kinds if _SHORTEST[kind] <= longest])
    if not possible:
        return {}
    at = np.unique(np.concatenate(list(possible.values())))
    # A phone number may be laid bare by what is masked beside it.
    has = {kind: np.isin(at, rows) for kind, rows in possible.items()}
    if Secret.PHONE in kinds:
        has[Secret.PHONE] = np.ones(len(at), dtype=np.bool_)
    sets = np.sum([one.astype(np.int64) << bit for bit, one in enumerate(has.values())], axis=0)
    named = [tuple(kind for bit, kind in enumerate(has) if one >> bit & 1) for one in range(1 << len(has))]
    return {
        position: (text, named[one])
        for position, text, one in zip(at.tolist(), texts.iloc[at], sets.tolist(), strict=True)
    }


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
