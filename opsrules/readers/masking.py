"""The one door out of the readers: what leaves it holds no secret in free text and in no refusal.

Rejects are masked where they are made (`opsrules.readers.rejects`). Ids are left as they are: they must match exactly,
and are masked where they are shown (`opsrules.review`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from opsrules.errors import FileRefused, ParameterError, Problem
from opsrules.privacy import masked
from opsrules.privacy.columns import mask_column
from opsrules.readers.model import Masked, Read
from opsrules.schemas import TABLES
from opsrules.terms import Secret

if TYPE_CHECKING:
    import pandera.pandas as pa

__all__ = ["without_secrets", "without_secrets_said"]


def without_secrets(read: Read) -> Read:
    """Return the same read, the secrets in its free text masked and counted."""
    tables: dict[str, pd.DataFrame] = {}
    found: list[Masked] = []
    for name, table in read.tables.items():
        new, more = _masked_table(name, table, _prose(TABLES[name]))
        tables[name] = new
        found += more
    return replace(read, tables=tables, masked=tuple(found))


def _prose(schema: pa.DataFrameSchema) -> Mapping[str, Collection[Secret]]:
    """Columns of free text, each with the secrets that are masked in it: all but those its desk needs."""
    told = {name: column.metadata or {} for name, column in schema.columns.items()}
    return {
        name: [kind for kind in Secret if kind not in one.get("needs", ())]
        for name, one in told.items()
        if one.get("prose")
    }


def _masked_table(
    name: str, table: pd.DataFrame, prose: Mapping[str, Collection[Secret]]
) -> tuple[pd.DataFrame, list[Masked]]:
    new: dict[str, pd.Series[str]] = {}
    told: list[Masked] = []
    for column, kinds in prose.items():
        masking = mask_column(table[column], kinds)
        for kind, found in masking.found.items():
            line = int(table["source_line"].to_numpy()[found.first])
            told.append(Masked(kind, name, column, found.count, line))
            new[column] = masking.texts
    return table.assign(**new) if new else table, told


def without_secrets_said(error: FileRefused | ParameterError) -> FileRefused | ParameterError:
    """Return the same refusal; what it quotes of the file is masked."""
    if isinstance(error, FileRefused):
        return FileRefused(masked(error.place), masked(error.what), masked(error.next_step))
    told = (Problem(masked(one.place), masked(one.what), masked(one.next_step)) for one in error.problems)
    return ParameterError(tuple(told))
