"""Reading a format of JSON objects: which objects of a file are records, of which kind, and the tables they become.

An object is a record when it is of one of the format's shapes. Whatever wraps them - a list, ``{"payouts": [...]}``,
pages one after the other, GraphQL's edges and nodes, one object a line - is gone through until they are found. An
object in a list of records that is of no shape is a reject; other lists of the file hold no records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from opsrules import schemas
from opsrules.errors import FileRefused
from opsrules.readers.card_columns import card_columns
from opsrules.readers.content import load
from opsrules.readers.delivery import canonical
from opsrules.readers.json_records import has, path_of, records_of
from opsrules.readers.json_text import Obj, decoded, peek
from opsrules.readers.layout import Layout
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.rejects import Reject, joined, rejected
from opsrules.readers.table import Records
from opsrules.terms import RejectReason

__all__ = ["Format", "Shape", "read_objects", "recognised"]


def _itself(one: Obj) -> Sequence[Obj]:
    return (one,)


def _as_it_is(records: Records) -> Records:
    return records


@dataclass(frozen=True)
class Shape:
    """One kind of object.

    Attributes
    ----------
    table : str
        Canonical table that its rows belong to.
    layout : Layout
        Its fields, a column's names being dotted paths, and its marks: paths by which it is known, all but one of them.
    finish : callable
        From the parsed fields to the columns of the table.
    stake : str
        Target of the amount that a reject is worth; "" for none.
    word : tuple of str
        Path and value by which objects of this kind name it themselves, in place of the marks; () where they do not.
    spread : callable
        Records that lie in one object; the object itself when left out.
    parts : tuple of Shape
        What else is read out of the same objects, each by its own `spread`.
    prepare : callable
        What is done to the cells before they are read.
    needed : str
        The mark that no object of this kind is without; "" for none.
    """

    table: str
    layout: Layout
    finish: Callable[[Parsed], Parsed]
    stake: str = ""
    word: tuple[str, ...] = ()
    spread: Callable[[Obj], Sequence[Obj]] = _itself
    parts: tuple[Shape, ...] = ()
    prepare: Callable[[Records], Records] = _as_it_is
    needed: str = ""

    def likeness(self, one: Obj) -> int:
        """How many of the marks an object has; 0 when it is of another kind."""
        if self.word:
            path, value = self.word
            return int(one.get(path) == value)
        if self.needed and not has(one, path_of(self.needed)):
            return 0
        marks = self.layout.marks
        hits = sum(has(one, path_of(mark)) for mark in marks)
        return hits if hits >= len(marks) - 1 else 0


@dataclass(frozen=True)
class Format:
    """One format of JSON objects.

    Attributes
    ----------
    name : str
        The reader's.
    shapes : tuple of Shape
        The kind of object that has most of its marks is taken, the first of equals.
    naming : str
        Key under which every object of the platform names its kind; "" where they do not. One that names itself and is
        of no shape is a record too, a reject, and nothing inside it is.
    wrappers : tuple of str
        Names of those that only wrap others.
    """

    name: str
    shapes: tuple[Shape, ...]
    naming: str = ""
    wrappers: tuple[str, ...] = ()

    def is_record(self, one: Obj) -> bool:
        """Whether an object stands for itself."""
        named = one.get(self.naming) if self.naming else None
        return (isinstance(named, str) and named not in self.wrappers) or self.shape_of(one) is not None

    def shape_of(self, one: Obj) -> Shape | None:
        """Kind of an object; None when it is a stranger."""
        best = max(self.shapes, key=lambda shape: shape.likeness(one))
        return best if best.likeness(one) else None


def recognised(head: Head, form: Format) -> bool:
    """Whether the start of a file holds an object of one of the shapes."""
    root = _peek(head)
    try:
        return root is not None and any(form.shape_of(one) for one in _records(root, form, head.name))
    except FileRefused:  # a list of records with something else in it
        return True


@lru_cache(maxsize=4)
def _peek(head: Head) -> Any:
    return peek(head)


def read_objects(source: Source, form: Format) -> Read:
    """Read one file into the tables of its objects; the main one is that of the first shape it has.

    Raises
    ------
    FileRefused
        If it is no strict JSON, holds no object of any shape, or lacks a required field.
    """
    content = load(source)
    root = decoded(content)
    found = _records(root, form, source.name)
    if not any(map(form.shape_of, found)) and not _is_empty(root):
        kinds = ", ".join(dict.fromkeys(shape.table for shape in form.shapes))
        what = f"the file holds no object that {form.name} reads ({kinds})"
        raise FileRefused(f"{source.name}:1", what, "check that this is the right export, or name another reader")
    piles: dict[int, list[Obj]] = {}
    strangers: list[Obj] = []
    for one in found:
        shape = form.shape_of(one)
        if shape is None:
            strangers.append(one)
        else:
            piles.setdefault(form.shapes.index(shape), []).append(one)
    parts = [
        _part(part, [inner for one in piles[number] for inner in part.spread(one)], source)
        for number in sorted(piles)
        for part in (form.shapes[number], *form.shapes[number].parts)
    ] or [_part(form.shapes[0], [], source)]
    kind = parts[0].table
    odd = (Reject(one.line, RejectReason.VALUE_UNKNOWN, value=_named(one)) for one in strangers)
    tables = {name: _stacked([one for one in parts if one.table == name], form, source) for name in _tables(parts)}
    rejects = joined(
        *(rejected(one.rejects, one.table, form.name, source.name) for one in parts),
        rejected(odd, kind, form.name, source.name),
    )
    records = sum(one.records for one in parts) + len(strangers)
    return Read(
        reader=form.name,
        kind=kind,
        tables=tables,
        rejects=rejects,
        controls=(),
        records=records,
        encoding=content.encoding,
        sha256=content.sha256,
        card_columns=card_columns(key for one in found for key in one),
        counted=tuple(tables),
    )


@dataclass(frozen=True)
class _Part:
    table: str
    rows: pd.DataFrame
    rejects: tuple[Reject, ...]
    records: int


def _part(shape: Shape, objects: Sequence[Obj], source: Source) -> _Part:
    records = shape.prepare(records_of(objects, shape.layout, source))
    parsed = shape.finish(parse(records, shape.layout.columns, currency=shape.layout.currency, stake=shape.stake))
    return _Part(shape.table, parsed.rows, records.faults + parsed.rejects, records.count)


def _tables(parts: Sequence[_Part]) -> list[str]:
    return list(dict.fromkeys(one.table for one in parts))


def _stacked(parts: Sequence[_Part], form: Format, source: Source) -> pd.DataFrame:
    schema = schemas.TABLES[parts[0].table]
    tables = [canonical(schema, one.rows, form.name, source) for one in parts]
    if len(tables) == 1:
        return tables[0].sort_values("source_line", kind="stable", ignore_index=True)
    return pd.concat(tables, ignore_index=True).sort_values("source_line", kind="stable", ignore_index=True)


def _records(value: Any, form: Format, name: str) -> list[Obj]:
    if isinstance(value, Obj):
        if form.is_record(value):
            return [value]
        return [
            one for inner in value.values() if isinstance(inner, (Obj, list)) for one in _records(inner, form, name)
        ]
    parts = [_records(one, form, name) if isinstance(one, (Obj, list)) else [] for one in value]
    if not any(parts):
        return []
    every: list[Obj] = []
    for one, part in zip(value, parts, strict=True):
        if not part and not isinstance(one, Obj):
            raise FileRefused(name, "a list of records holds a value that is no object", "export the file again")
        every += part or [one]
    return every


def _is_empty(value: Any) -> bool:
    """Whether a file is an answer without records: it has lists, and all of them are empty."""
    lists = _lists(value)
    return bool(lists) and not any(lists)


def _lists(value: Any) -> list[list[Any]]:
    inner = value.values() if isinstance(value, Obj) else value
    own = [value] if isinstance(value, list) else []
    return own + [found for one in inner if isinstance(one, (Obj, list)) for found in _lists(one)]


def _named(one: Obj) -> str:
    """How an object of no shape calls itself."""
    return next((one[key] for key in ("object", "type", "resource_type") if isinstance(one.get(key), str)), "")
