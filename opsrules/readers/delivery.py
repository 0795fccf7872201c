"""How a table format becomes a canonical table: cut, parsed, shaped, put in order."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pandera.pandas as pap

from opsrules.readers import blocks
from opsrules.readers.blocks import Block, Blocks, Manner, Undecided, alike
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

__all__ = ["Apart", "Form", "Part", "Summed", "canonical", "mapped", "plain_word", "read_form"]


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
class Summed:
    """A table whose rows are summed up from those of a file's records: orders from their items.

    Attributes
    ----------
    kind : str
        The canonical table, a key of `opsrules.schemas.TABLES`. It is the file's main one, for which its rejects count.
    part : callable
        From what the records of a file, or of a block, became to rows of sums, and the keys of those that lack a
        record.
    whole : callable
        From the rows of all blocks, and the keys that lack a record in any, to those of the canonical table.
    """

    kind: str
    part: Callable[[Records, Parsed], tuple[pd.DataFrame, frozenset[str]]]
    whole: Callable[[pd.DataFrame, frozenset[str]], pd.DataFrame]


@dataclass(frozen=True)
class Part:
    """What a file, or a block of it, became.

    Attributes
    ----------
    tables : dict of str to DataFrame
        The canonical tables.
    rejects : tuple of Reject
        Records that are missing in the main table.
    records : int
    notes : tuple
        What `Form.noted` made of each block, in file order.
    rejects_apart : tuple of Reject
        Records that are missing in the table of `Form.apart`.
    sums : DataFrame
        Rows of `Form.summed`.
    lacking : frozenset of str
        Keys of those that lack a record.
    """

    tables: dict[str, pd.DataFrame]
    rejects: tuple[Reject, ...]
    records: int
    notes: tuple[Any, ...] = ()
    rejects_apart: tuple[Reject, ...] = ()
    sums: pd.DataFrame = field(default_factory=pd.DataFrame)
    lacking: frozenset[str] = frozenset()


def _nothing_noted(records: Records, parsed: Parsed) -> None:  # noqa: ARG001 - likewise
    return None


def _as_its_parts(part: Part) -> Part:
    return part


@dataclass(frozen=True)
class Form:
    """A format whose file is one table and becomes one canonical table; a large file is read in blocks of records.

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
    parting : callable
        Parts the file's text into the table and the lines around it, for a format that has any.
    aside : callable
        Lines that are no records of the table, such as those that state a balance or a total.
    controls : callable
        From the canonical table, and what was cut from the file, to the control figures that it carries. Of a file that
        is read in blocks they see the records of the last one alone, but all lines around them and all notes.
    beside : mapping of str to callable
        Further canonical tables that some of the rows fill too, by kind: from the shaped rows to those of that table.
        They are no records of their own.
    noted : callable
        From a block's records, and what they were parsed to, to what `whole` and the controls need to know of it; the
        controls find it in `Records.notes`.
    whole : callable
        From what all blocks became to what the file is, where only all of them together tell.
    apart : Apart, optional
        Records that become rows of another table, which the controls are given behind the main one. Those whose shape
        is wrong count to the main one.
    summed : Summed, optional
        A table that is summed up from the shaped rows.
    tells : callable, optional
        For a format in which what a record becomes depends on records before it: from a block's records, in which
        `Records.told` is what those above told, to what is told to those below.
    """

    name: str
    kind: str
    layout: Layout
    shape: Callable[[Records], Parsed]
    parting: Parting = all_table
    aside: Callable[[Records], frozenset[int]] = _none_aside
    controls: Callable[..., tuple[Control, ...]] = _no_controls
    beside: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = field(default_factory=dict)
    noted: Callable[[Records, Parsed], Any] = _nothing_noted
    whole: Callable[[Part], Part] = _as_its_parts
    apart: Apart | None = None
    summed: Summed | None = None
    tells: Callable[[Records], pd.DataFrame] | None = None


def read_form(source: Source, form: Form) -> Read:
    """Read one file of a table format.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    """
    if size_of(source) > 2 * blocks.BLOCK_BYTES:
        with contextlib.suppress(Undecided):
            return _in_blocks(source, form)
    content = load(source, form.layout)
    opened = open_table(content, form.layout, source, form.parting)
    part = _part(opened, form, source)
    return _delivered(form, source, part, (content.encoding, content.sha256), opened)


def _part(opened: Records, form: Form, source: Source) -> Part:
    records = opened.without_lines(form.aside(opened))
    if form.apart is None:
        parsed, apart = form.shape(records), None
    else:
        others = form.apart.where(records)
        parsed, apart = form.shape(records.where(~others)), form.apart.shape(records.where(others))
    rows = {form.kind: parsed.rows} | {kind: taken(parsed.rows) for kind, taken in form.beside.items()}
    if form.apart and apart:
        rows[form.apart.kind] = apart.rows
    tables = {kind: canonical(TABLES[kind], one, form.name, source) for kind, one in rows.items()}
    note = form.noted(records, parsed)
    rejects_apart = apart.rejects if apart else ()
    sums = form.summed.part(records, parsed) if form.summed else ()
    return Part(tables, records.faults + parsed.rejects, records.count, (note,), rejects_apart, *sums)


def _in_blocks(source: Source, form: Form) -> Read:
    parts = Blocks(source, form.layout, form.parting)
    tables = {kind: Gathered() for kind in (*_counted(form), *form.beside)}
    sums, lacking = Gathered(), frozenset[str]()
    rejects: list[Reject] = []
    rejects_apart: list[Reject] = []
    notes: list[Any] = []
    around: Around = ()
    count = 0
    first: Manner | None = None

    for opened, part in _parts(parts, form, source):
        first = alike(first, opened)
        for kind, table in part.tables.items():
            tables[kind].add(table)
        sums.add(part.sums)
        lacking |= part.lacking
        rejects += part.rejects
        rejects_apart += part.rejects_apart
        notes += part.notes
        around += opened.around
        count += part.records
    found = {kind: gathered.table() for kind, gathered in tables.items()}
    whole = Part(found, tuple(rejects), count, tuple(notes), tuple(rejects_apart), sums.table(), lacking)
    return _delivered(form, source, whole, (parts.encoding, parts.sha256), replace(opened, around=around))


def _parts(parts: Blocks, form: Form, source: Source) -> Iterator[tuple[Records, Part]]:
    """Records of each block, and what they became."""

    def read(opened: Records) -> tuple[Records, Part]:
        return opened, _part(opened, form, source)

    if form.tells is None:
        return in_order(lambda block: read(block.records()), parts)
    return in_order(read, _telling(form.tells, map(Block.records, parts)))


def _telling(tells: Callable[[Records], pd.DataFrame], opened: Iterable[Records]) -> Iterator[Records]:
    """Give the records of each block with what the blocks above it told."""
    told: pd.DataFrame | None = None
    for records in opened:
        block = replace(records, told=told)
        yield block
        told = tells(block)


def _delivered(form: Form, source: Source, part: Part, content: tuple[str, str], opened: Records) -> Read:
    part = form.whole(part)
    counted, kind, tables = _counted(form), form.kind, part.tables
    if form.summed:
        kind, rows = form.summed.kind, form.summed.whole(part.sums, part.lacking)
        tables = {kind: canonical(TABLES[kind], rows, form.name, source)} | tables
    found = (
        rejected(sorted(faults, key=lambda reject: reject.line), name, form.name, source.name)
        for name, faults in zip((kind, *counted[1:]), (part.rejects, part.rejects_apart), strict=False)
    )
    return Read(
        reader=form.name,
        kind=kind,
        tables=tables,
        rejects=joined(*found),
        controls=form.controls(*(part.tables[name] for name in counted), replace(opened, notes=part.notes)),
        records=part.records,
        encoding=content[0],
        sha256=content[1],
        card_columns=card_columns(opened.header.names),
        counted=counted if form.apart or form.summed else (),
    )


def _counted(form: Form) -> tuple[str, ...]:
    """Tables whose rows are records of the file."""
    return (form.kind, form.apart.kind) if form.apart else (form.kind,)


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
