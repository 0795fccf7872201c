"""How a table format becomes a canonical table: cut, parsed, shaped, put in order."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pandera.pandas as pap

from opsrules.readers import blocks
from opsrules.readers.blocks import Block, Blocks, Undecided, alike
from opsrules.readers.card_columns import card_columns
from opsrules.readers.content import load
from opsrules.readers.gathered import Gathered
from opsrules.readers.in_order import in_order
from opsrules.readers.layout import Layout
from opsrules.readers.lookup import constant, each_text
from opsrules.readers.model import Control, Read, Source
from opsrules.readers.opening import size_of
from opsrules.readers.parsed import Parsed
from opsrules.readers.rejects import Reject, joined, rejected
from opsrules.readers.table import Around, Parting, Records, all_table, open_table
from opsrules.schemas import TABLES, dtype_of

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Apart", "Form", "canonical", "mapped", "plain_word", "read_form"]


def _none_aside(opened: Records) -> frozenset[int]:  # noqa: ARG001 - what a form says whose lines are all records
    return frozenset()


def _no_controls(table: pd.DataFrame, opened: Records) -> tuple[Control, ...]:  # noqa: ARG001 - likewise
    return ()


@dataclass(frozen=True)
class Apart:
    """Records of a file that become rows of another canonical table than the rest.

    Attributes
    ----------
    kind : str
        That table, a key of `opsrules.schemas.TABLES`.
    where : callable
        Which of the well-shaped records these are.
    shape : callable
        As `Form.shape`.
    """

    kind: str
    where: Callable[[Records], npt.NDArray[np.bool_]]
    shape: Callable[[Records], Parsed]


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
        controls of such a form see the records of its last part alone, but all lines around them.
    parting : callable
        Parts the file's text into the table and the lines around it, for a format that has any.
    aside : callable
        Lines that are no records of the table, such as those that state a balance or a total.
    controls : callable
        From the canonical table - and that of `apart`, where there is one - and all that was cut from the file, to the
        control figures that it carries.
    beside : mapping of str to callable
        Further canonical tables that some of the rows fill too, by kind: from the shaped rows to those of that table.
        They are no records of their own.
    apart : Apart or None
        Records that become rows of another table. Those whose shape is wrong count to the main one.
    kept : tuple of str
        Targets of which the controls see the cells of all records, though the file was read in parts.
    """

    name: str
    kind: str
    layout: Layout
    shape: Callable[[Records], Parsed]
    parting: Parting = all_table
    aside: Callable[[Records], frozenset[int]] = _none_aside
    by_row: bool = True
    controls: Callable[..., tuple[Control, ...]] = _no_controls
    beside: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = field(default_factory=dict)
    apart: Apart | None = None
    kept: tuple[str, ...] = ()

    @property
    def counted(self) -> tuple[str, ...]:
        """Tables whose rows are records of the file."""
        return (self.kind, self.apart.kind) if self.apart else (self.kind,)


def read_form(source: Source, form: Form) -> Read:
    """Read one file of a table format.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    """
    if form.by_row and size_of(source) > 2 * blocks.BLOCK_BYTES:
        with contextlib.suppress(Undecided):
            return _in_blocks(source, form)
    content = load(source, form.layout)
    opened = open_table(content, form.layout, source, form.parting)
    part = _part(opened, form, source)
    return _delivered(form, source, part, (content.encoding, content.sha256), opened)


@dataclass(frozen=True)
class _Part:
    """What a file, or a block of it, became: tables, and rejects by the table that they are missing in."""

    tables: dict[str, pd.DataFrame]
    rejects: dict[str, tuple[Reject, ...]]
    records: int


def _part(opened: Records, form: Form, source: Source) -> _Part:
    records = opened.without_lines(form.aside(opened))
    made: dict[str, Parsed] = {}
    rest = records
    if form.apart:
        others = form.apart.where(records)
        made[form.apart.kind] = form.apart.shape(replace(records.where(others), faults=()))
        rest = records.where(~others)
    made[form.kind] = form.shape(rest)
    rows = {kind: parsed.rows for kind, parsed in made.items()}
    rows |= {kind: taken(rows[form.kind]) for kind, taken in form.beside.items()}
    tables = {kind: canonical(TABLES[kind], one, form.name, source) for kind, one in rows.items()}
    rejects = {kind: parsed.rejects for kind, parsed in made.items()}
    rejects[form.kind] = records.faults + rejects[form.kind]
    return _Part(tables, rejects, records.count)


def _in_blocks(source: Source, form: Form) -> Read:
    parts = Blocks(source, form.layout, form.parting)
    tables = {kind: Gathered() for kind in (*form.counted, *form.beside)}
    kept = _Kept(form.kept)
    rejects: dict[str, list[Reject]] = {kind: [] for kind in form.counted}
    around: Around = ()
    count = 0
    first: Records | None = None

    def read(block: Block) -> tuple[Records, _Part]:
        opened = block.records()
        return opened, _part(opened, form, source)

    for opened, part in in_order(read, parts):
        first = alike(first, opened)
        for kind, table in part.tables.items():
            tables[kind].add(table)
        for kind, more in part.rejects.items():
            rejects[kind] += more
        kept.add(opened)
        around += opened.around
        count += part.records
    made = {kind: gathered.table() for kind, gathered in tables.items()}
    whole = _Part(made, {kind: tuple(found) for kind, found in rejects.items()}, count)
    return _delivered(form, source, whole, (parts.encoding, parts.sha256), replace(kept.of(opened), around=around))


@dataclass
class _Kept:
    """Cells of some columns, and the lines of their records, from all blocks."""

    targets: tuple[str, ...]
    cells: Gathered = field(default_factory=Gathered)

    def add(self, opened: Records) -> None:
        if self.targets:
            self.cells.add(pd.DataFrame({one: opened.column(one) for one in self.targets} | {"line": opened.lines}))

    def of(self, last: Records) -> Records:
        """Return the last block's records with the cells that were kept of all."""
        if not self.targets:
            return last
        cells = self.cells.table()
        return replace(last, cells=cells.drop(columns="line"), lines=cells["line"].to_numpy())


def _delivered(form: Form, source: Source, part: _Part, content: tuple[str, str], opened: Records) -> Read:
    found = (
        rejected(sorted(part.rejects[kind], key=lambda reject: reject.line), kind, form.name, source.name)
        for kind in form.counted
    )
    return Read(
        reader=form.name,
        kind=form.kind,
        tables=part.tables,
        rejects=joined(*found),
        controls=form.controls(*(part.tables[kind] for kind in form.counted), opened),
        records=part.records,
        encoding=content[0],
        sha256=content[1],
        card_columns=card_columns(opened.header.names),
        counted=form.counted,
    )


def canonical(schema: pap.DataFrameSchema, rows: pd.DataFrame, reader: str, source: Source) -> pd.DataFrame:
    """Rows with the columns of a canonical table, in its order; what the format does not give is "", 0 or NaT."""
    own = {"source": reader, "source_file": source.name}
    columns: dict[str, Any] = {}
    for name, column in schema.columns.items():
        if name in own:
            columns[name] = constant(own[name], rows.index).array
        else:
            columns[name] = (rows[name] if name in rows else _nothing(column, rows.index)).array
    return pd.DataFrame(columns)


def _nothing(column: pap.Column, index: pd.Index) -> pd.Series:
    dtype = dtype_of(column)
    if isinstance(dtype, pd.StringDtype):
        return constant("", index)
    empty = {"i": 0, "b": False}.get(dtype.kind) if isinstance(dtype, np.dtype) else None
    return pd.Series(empty, index, dtype=dtype)


def mapped(texts: pd.Series[str], words: Mapping[str, str], other: str | None = None) -> pd.Series[str]:
    """Texts in other words, looked up in lower case with ``_`` between words; unknown ones become `other` or stay."""
    return each_text(texts, lambda text: words.get(plain_word(text), plain_word(text) if other is None else other))


def plain_word(text: str) -> str:
    """Return a word as `mapped` looks it up: lower case, ``_`` for blanks and hyphens."""
    return "_".join(text.replace("-", " ").replace("_", " ").casefold().split())
