"""One kind of JSON object, and all the objects of it in a file, of which nothing stays but their parsed columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from opsrules.readers.gathered import Gathered
from opsrules.readers.json_records import has, path_of, records_of
from opsrules.readers.json_text import Obj
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Source
from opsrules.readers.parsed import Parsed, parse
from opsrules.readers.rejects import Reject
from opsrules.readers.table import Records
from opsrules.readers.texts import Undecided

__all__ = ["Pile", "Piled", "Shape"]


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
class Piled:
    """What the objects of one kind became."""

    table: str
    rows: pd.DataFrame
    rejects: tuple[Reject, ...]
    records: int


class Pile:
    """The objects of one kind in one file, given some at a time, in file order."""

    def __init__(self, shape: Shape, source: Source) -> None:
        self.shape = shape
        self._source = source
        self._titles: dict[str, str] = {}
        self._rows = Gathered()
        self._faults: list[Reject] = []
        self._rejects: list[Reject] = []
        self._count = 0
        self._is_begun = False

    def add(self, objects: Sequence[Obj]) -> None:
        """Read some more of them.

        Raises
        ------
        FileRefused
            If none of them has a required field that was not met before.
        Undecided
            If a field turns up without which objects given before were no records.
        """
        if objects:
            self._parse(objects)

    def finished(self) -> Piled:
        """Return what all of them became, and hold none of it any longer."""
        if not self._is_begun:
            self._parse(())
        parsed = self.shape.finish(Parsed(self._rows.table(), tuple(self._rejects)))
        return Piled(self.shape.table, parsed.rows, (*self._faults, *parsed.rejects), self._count)

    def _parse(self, objects: Sequence[Obj]) -> None:
        shape = self.shape
        opened = records_of(objects, shape.layout, self._source, self._titles)
        met = opened.titles.keys() - self._titles.keys()
        if self._is_begun and any(_must_be_filled(column) for column in shape.layout.columns if column.target in met):
            raise Undecided
        self._titles, self._is_begun = opened.titles, True
        records = shape.prepare(opened)
        parsed = parse(records, shape.layout.columns, currency=shape.layout.currency, stake=shape.stake)
        self._rows.add(parsed.rows)
        self._faults += records.faults
        self._rejects += parsed.rejects
        self._count += records.count


def _must_be_filled(column: Column) -> bool:
    """Whether a blank cell of that column is a fault, unless the file does not have it at all."""
    return column.filled or column.kind in (Kind.KEY, Kind.CURRENCY)
