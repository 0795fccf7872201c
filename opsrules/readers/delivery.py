"""How a table format becomes a canonical table: cut, parsed, shaped, put in order."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pandas as pd
import pandera.pandas as pap
import pyarrow as pa

from opsrules.readers import blocks
from opsrules.readers.blocks import Block, Blocks, Undecided
from opsrules.readers.cells import Setting
from opsrules.readers.content import load
from opsrules.readers.layout import Layout
from opsrules.readers.model import Control, Read, Source
from opsrules.readers.parsed import Parsed
from opsrules.readers.rejects import Reject, rejected
from opsrules.readers.table import Records, open_table
from opsrules.schemas import TABLES, dtype_of

__all__ = ["Form", "canonical", "constant", "mapped", "plain_word", "read_form"]


T = TypeVar("T")
U = TypeVar("U")
_AT_ONCE = 2


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
        "", 0 or NaT. Rows + rejects = records.
    by_row : bool
        Whether what a record becomes depends on no other record, so that a large file can be read in parts. The
        controls of such a form see the records of its last part alone.
    aside : callable
        Lines that are no records of the table, such as those that state a balance or a total.
    controls : callable
        From the canonical table, and all that was cut from the file, to the control figures that it carries.
    beside : mapping of str to callable
        Further canonical tables that some of the rows fill too, by kind: from the shaped rows to those of that table.
        They are no records of their own.
    """

    name: str
    kind: str
    layout: Layout
    shape: Callable[[Records], Parsed]
    aside: Callable[[Records], frozenset[int]] = _none_aside
    by_row: bool = True
    controls: Callable[[pd.DataFrame, Records], tuple[Control, ...]] = _no_controls
    beside: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = field(default_factory=dict)


def read_form(source: Source, form: Form) -> Read:
    """Read one file of a table format.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    """
    if form.by_row and _size(source) > 2 * blocks.BLOCK_BYTES:
        with contextlib.suppress(Undecided):
            return _in_blocks(source, form)
    content = load(source)
    opened = open_table(content, form.layout, source)
    part = _part(opened, form, source)
    controls = form.controls(part.tables[form.kind], opened)
    return _delivered(form, source, part, (content.encoding, content.sha256), controls)


@dataclass(frozen=True)
class _Part:
    """What a file, or a block of it, became."""

    tables: dict[str, pd.DataFrame]
    rejects: tuple[Reject, ...]
    records: int


def _part(opened: Records, form: Form, source: Source) -> _Part:
    records = opened.without_lines(form.aside(opened))
    parsed = form.shape(records)
    rows = {form.kind: parsed.rows} | {kind: taken(parsed.rows) for kind, taken in form.beside.items()}
    tables = {kind: canonical(TABLES[kind], one, form.name, source) for kind, one in rows.items()}
    return _Part(tables, records.faults + parsed.rejects, records.count)


def _in_blocks(source: Source, form: Form) -> Read:
    parts = Blocks(source, form.layout)
    tables: dict[str, list[pa.Table]] = {kind: [] for kind in (form.kind, *form.beside)}
    rejects: list[Reject] = []
    count = 0
    told: tuple[Setting, int] | None = None
    for opened, part in _in_order(parts, lambda block: _block_part(block, form, source)):
        told = told or (opened.setting, opened.width)
        if told != (opened.setting, opened.width):
            raise Undecided
        # Arrow holds one copy of all blocks, and pandas takes its text over as it is.
        for kind, table in part.tables.items():
            tables[kind].append(pa.Table.from_pandas(table, preserve_index=False))
        rejects += part.rejects
        count += part.records
    joined = {
        kind: pa.concat_tables(tables.pop(kind)).to_pandas(split_blocks=True, self_destruct=True)
        for kind in (form.kind, *form.beside)
    }
    whole = _Part(joined, tuple(rejects), count)
    return _delivered(form, source, whole, (parts.encoding, parts.sha256), form.controls(joined[form.kind], opened))


def _block_part(block: Block, form: Form, source: Source) -> tuple[Records, _Part]:
    opened = block.records()
    return opened, _part(opened, form, source)


def _in_order(parts: Iterable[T], do: Callable[[T], U]) -> Iterator[U]:
    """Do it to each, two at a time: most of the work is Arrow's, which leaves Python's lock."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        ahead: deque[Future[U]] = deque()
        for part in parts:
            ahead.append(pool.submit(do, part))
            if len(ahead) > _AT_ONCE:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _delivered(
    form: Form, source: Source, part: _Part, content: tuple[str, str], controls: tuple[Control, ...]
) -> Read:
    faults = sorted(part.rejects, key=lambda reject: reject.line)
    return Read(
        reader=form.name,
        kind=form.kind,
        tables=part.tables,
        rejects=rejected(faults, form.kind, form.name, source.name),
        controls=controls,
        records=part.records,
        encoding=content[0],
        sha256=content[1],
    )


def _size(source: Source) -> int:
    try:
        return source.path.stat().st_size
    except OSError:
        return 0  # `load` says why it cannot be read


def canonical(schema: pap.DataFrameSchema, rows: pd.DataFrame, reader: str, source: Source) -> pd.DataFrame:
    """Rows with the columns of a canonical table, in its order; what the format does not give is "", 0 or NaT."""
    said = {"source": reader, "source_file": source.name}
    columns: dict[str, pd.Series] = {}
    for name in schema.columns:
        if name in said:
            columns[name] = constant(said[name], rows)
        else:
            columns[name] = rows[name] if name in rows else _nothing(schema.columns[name], rows)
    return pd.DataFrame(columns).reset_index(drop=True)


def _nothing(column: pap.Column, rows: pd.DataFrame) -> pd.Series:
    dtype = dtype_of(column)
    if isinstance(dtype, pd.StringDtype):
        return constant("", rows)
    empty = {"i": 0, "b": False}.get(dtype.kind) if isinstance(dtype, np.dtype) else None
    return pd.Series([empty] * len(rows), rows.index, dtype=dtype)


def constant(text: str, rows: pd.DataFrame) -> pd.Series[str]:
    """Return a column in which every row says the same."""
    return pd.Series([str(text)] * len(rows), rows.index, dtype="str")


def mapped(texts: pd.Series[str], words: Mapping[str, str], other: str | None = None) -> pd.Series[str]:
    """Texts in other words, looked up in lower case with ``_`` between words; unknown ones become `other` or stay."""
    known: dict[str, str] = {}
    for text in texts.unique():
        plain = plain_word(text)
        known[text] = words.get(plain, plain if other is None else other)
    return texts.astype(object).map(known).astype("str")


def plain_word(text: str) -> str:
    """Return a word as `mapped` looks it up: lower case, ``_`` for blanks and hyphens."""
    return "_".join(text.replace("-", " ").replace("_", " ").casefold().split())
