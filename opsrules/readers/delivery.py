"""The last step of every table reader: parsed rows in the order of a canonical table."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pandera.pandas as pa

from opsrules.readers.card_columns import card_columns
from opsrules.readers.content import Content
from opsrules.readers.model import Control, Read, Source
from opsrules.readers.parsed import Parsed
from opsrules.readers.rejects import rejected
from opsrules.readers.table import Records

__all__ = ["canonical", "delivered", "mapped"]


def canonical(schema: pa.DataFrameSchema, rows: pd.DataFrame, reader: str, source: Source) -> pd.DataFrame:
    """Rows with the columns of a canonical table, in its order; a text that the format does not give is ""."""
    constant = {"source": reader, "source_file": source.name}
    columns: dict[str, pd.Series] = {}
    for name in schema.columns:
        if name in constant or name not in rows:
            columns[name] = pd.Series([constant.get(name, "")] * len(rows), dtype="str")
        else:
            columns[name] = rows[name]
    return pd.DataFrame(columns).reset_index(drop=True)


def mapped(texts: pd.Series[str], words: Mapping[str, str], other: str | None = None) -> pd.Series[str]:
    """Texts in other words, looked up in lower case with ``_`` between words; unknown ones become `other` or stay."""
    known: dict[str, str] = {}
    for text in texts.unique():
        plain = "_".join(text.replace("-", " ").replace("_", " ").casefold().split())
        known[text] = words.get(plain, plain if other is None else other)
    return texts.astype(object).map(known).astype("str")


def delivered(
    schema: pa.DataFrameSchema, opened: tuple[Content, Records], parsed: Parsed, names: tuple[str, str], source: Source
) -> Read:
    """Return what a reader of one table delivers, without controls; `names` are the reader's and its table's."""
    content, records = opened
    reader, kind = names
    faults = sorted(records.faults + parsed.rejects, key=lambda reject: reject.line)
    controls: tuple[Control, ...] = ()
    return Read(
        reader=reader,
        kind=kind,
        tables={kind: canonical(schema, parsed.rows, reader, source)},
        rejects=rejected(faults, kind, reader, source.name),
        controls=controls,
        records=records.count,
        encoding=content.encoding,
        sha256=content.sha256,
        card_columns=card_columns(records.header.names),
    )
