"""Reading a format of JSON objects: which objects of a file are records, of which kind, and the tables they become.

An object is a record when it is of one of the format's shapes (`opsrules.readers.json_found` says where they are looked
for). An object in a list of records that is of no shape is a reject; other lists of the file hold no records.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from opsrules import schemas
from opsrules.errors import FileRefused
from opsrules.readers import json_parts
from opsrules.readers.card_columns import card_columns
from opsrules.readers.content import load
from opsrules.readers.delivery import canonical
from opsrules.readers.json_found import Finder, records_in
from opsrules.readers.json_parts import Part
from opsrules.readers.json_piles import Pile, Piled, Shape
from opsrules.readers.json_records import path_of
from opsrules.readers.json_text import LARGEST_JSON, Obj, Unfit, decoded, peek
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.opening import size_of
from opsrules.readers.rejects import Reject, joined, rejected
from opsrules.readers.texts import Texts, Undecided
from opsrules.terms import RejectReason

__all__ = ["Format", "Shape", "read_objects", "recognised"]


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
        return (isinstance(named, str) and named not in self.wrappers) or self.kind_of(one) is not None

    @property
    def fields(self) -> set[str]:
        """Keys by which records are told."""
        told = {self.naming, *(shape.word[0] for shape in self.shapes if shape.word)}
        return told.union(path_of(mark)[0] for shape in self.shapes for mark in (shape.needed, *shape.layout.marks))

    def kind_of(self, one: Obj) -> int | None:
        """Number of the shape of an object; None when it is a stranger."""
        kind, most = None, 0
        for number, shape in enumerate(self.shapes):
            likeness = shape.likeness(one)
            if likeness > most:
                kind, most = number, likeness
        return kind


def recognised(head: Head, form: Format) -> bool:
    """Whether the start of a file holds an object of one of the shapes."""
    root = _peek(head)
    try:
        return root is not None and any(
            form.kind_of(one) is not None for one in records_in(root, form.is_record, head.name)
        )
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
    size = size_of(source)
    if size > 2 * json_parts.PART_BYTES:
        try:
            return _in_parts(source, form)
        except Undecided as undecided:
            if size > LARGEST_JSON and isinstance(undecided.__cause__, FileRefused):
                raise undecided.__cause__ from undecided
    content = load(source)
    root = decoded(content)
    finder, piles = _found(source, form, [Part(root)])
    if not piles and not _is_empty(root):
        kinds = ", ".join(dict.fromkeys(shape.table for shape in form.shapes))
        what = f"the file holds no object that {form.name} reads ({kinds})"
        raise FileRefused(f"{source.name}:1", what, "check that this is the right export, or name another reader")
    return _delivered(source, form, finder, piles, (content.encoding, content.sha256))


def _in_parts(source: Source, form: Format) -> Read:
    texts = Texts(source, json_parts.PART_BYTES)
    try:
        finder, piles = _found(source, form, json_parts.parts(texts))
    except Unfit as unfit:
        raise Undecided from unfit.refusal(source.name)
    except FileRefused as refused:
        raise Undecided from refused
    if not piles:
        raise Undecided
    return _delivered(source, form, finder, piles, (texts.encoding, texts.sha256))


_Piles = dict[int, tuple[Pile, ...]]


def _found(source: Source, form: Format, parts: Iterable[Part]) -> tuple[Finder, _Piles]:
    """Go through a file, and pile up its records by the number of their shape: one pile for all that is read of it."""
    finder = Finder(form.is_record, form.kind_of, form.fields, source.name)
    piles: _Piles = {}
    for part in parts:
        taken: dict[int, list[Obj]] = {}
        for kind, one in finder.take(part):
            taken.setdefault(kind, []).append(one)
        for number, objects in taken.items():
            if number not in piles:
                shape = form.shapes[number]
                piles[number] = tuple(Pile(one, source) for one in (shape, *shape.parts))
            for pile in piles[number]:
                pile.add([inner for one in objects for inner in pile.shape.spread(one)])
    return finder, piles


def _delivered(source: Source, form: Format, finder: Finder, piles: _Piles, content: tuple[str, str]) -> Read:
    read = [pile for number in sorted(piles) for pile in piles[number]] or [Pile(form.shapes[0], source)]
    strangers = finder.strangers()
    parts = [pile.finished() for pile in read]
    kind = parts[0].table
    odd = (Reject(one.line, RejectReason.VALUE_UNKNOWN, value=one.word) for one in strangers)
    tables = {name: _stacked([one for one in parts if one.table == name], form, source) for name in _tables(parts)}
    rejects = joined(
        *(rejected(one.rejects, one.table, form.name, source.name) for one in parts),
        rejected(odd, kind, form.name, source.name),
    )
    return Read(
        reader=form.name,
        kind=kind,
        tables=tables,
        rejects=rejects,
        controls=(),
        records=sum(one.records for one in parts) + len(strangers),
        encoding=content[0],
        sha256=content[1],
        card_columns=card_columns(sorted(finder.keys, key=finder.keys.__getitem__)),
        counted=tuple(tables),
    )


def _tables(parts: Sequence[Piled]) -> list[str]:
    return list(dict.fromkeys(one.table for one in parts))


def _stacked(parts: list[Piled], form: Format, source: Source) -> pd.DataFrame:
    schema = schemas.TABLES[parts[0].table]
    tables = [canonical(schema, one.rows, form.name, source) for one in parts]
    table = tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)
    in_order = table["source_line"].is_monotonic_increasing
    return table if in_order else table.sort_values("source_line", kind="stable", ignore_index=True)


def _is_empty(value: Any) -> bool:
    """Whether a file is an answer without records: it has lists, and all of them are empty."""
    lists = _lists(value)
    return bool(lists) and not any(lists)


def _lists(value: Any) -> list[list[Any]]:
    inner = value.values() if isinstance(value, Obj) else value
    own = [value] if isinstance(value, list) else []
    return own + [found for one in inner if isinstance(one, (Obj, list)) for found in _lists(one)]
