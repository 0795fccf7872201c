"""How a table format becomes a canonical table: cut, parsed, shaped, put in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

from opsrules.readers.content import load
from opsrules.readers.layout import Layout
from opsrules.readers.model import Control, Read, Source
from opsrules.readers.parsed import Parsed
from opsrules.readers.rejects import rejected
from opsrules.readers.table import Records, open_table
from opsrules.schemas import TABLES

__all__ = ["Form", "canonical", "mapped", "read_form"]


def _none_aside(opened: Records) -> frozenset[int]:  # noqa: ARG001 - what a form says whose lines are all records
    return frozenset()


def _no_controls(table: pd.DataFrame, opened: Records) -> tuple[Control, ...]:  # noqa: ARG001 - likewise
    return ()


@dataclass(frozen=True)
class Form:
    """A format whose file is one table and becomes one canonical table.

    Attributes
    ----------
    name : str
        The reader's.
    kind : str
        The canonical table, a key of `opsrules.schemas.TABLES`.
    layout : Layout
    shape : callable
        From the file's records to the rows of the canonical table, by its column names; a column that is left out is
        "". Rows + rejects = records.
    aside : callable
        Lines that are no records of the table, such as those that state a balance or a total.
    controls : callable
        From the canonical table, and all that was cut from the file, to the control figures that it carries.
    """

    name: str
    kind: str
    layout: Layout
    shape: Callable[[Records], Parsed]
    aside: Callable[[Records], frozenset[int]] = _none_aside
    controls: Callable[[pd.DataFrame, Records], tuple[Control, ...]] = _no_controls


def read_form(source: Source, form: Form) -> Read:
    """Read one file of a table format.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    """
    content = load(source)
    opened = open_table(content, form.layout, source)
    records = opened.without_lines(form.aside(opened))
    parsed = form.shape(records)
    table = canonical(TABLES[form.kind], parsed.rows, form.name, source)
    faults = sorted(records.faults + parsed.rejects, key=lambda reject: reject.line)
    return Read(
        reader=form.name,
        kind=form.kind,
        tables={form.kind: table},
        rejects=rejected(faults, form.kind, form.name, source.name),
        controls=form.controls(table, opened),
        records=records.count,
        encoding=content.encoding,
        sha256=content.sha256,
    )


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
