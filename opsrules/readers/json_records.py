"""From JSON objects to records of text cells, by the same descriptors as tables: a column's name is a dotted path.

``amount``, ``evidence_details.due_by``, ``fee_details.0.amount`` (first of a list), ``..name`` (of the object that a
child was taken out of). The first of a column's names under which an object holds a plain value gives the cell; null
and what is missing are blank. A list or an object where a plain value belongs makes the record a reject, never a text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from opsrules.readers.cells import Setting
from opsrules.readers.header import Header, refuse_missing
from opsrules.readers.json_text import Obj
from opsrules.readers.layout import Column, Kind, Layout
from opsrules.readers.model import Source
from opsrules.readers.rejects import Reject
from opsrules.readers.table import Records
from opsrules.terms import RejectReason

__all__ = ["PARENT", "at_midnight", "children", "has", "path_of", "records_of", "value_at"]

PARENT = ""
"""Key under which `children` have the object they were taken out of; no key of an export is blank."""

_DAY_ALONE = r"^\s*([0-9]{4}-[0-9]{2}-[0-9]{2})\s*$"
_NOTHING = object()
_WORDS = {None: "", True: "true", False: "false"}


def children(parent: Obj, path: str) -> list[Obj]:
    """Objects of a list inside an object, each with the object itself under `PARENT`."""
    found = value_at(parent, path_of(path))
    inner = found if isinstance(found, list) else []
    return [Obj({**one, PARENT: parent}, one.line) for one in inner if isinstance(one, Obj)]


def value_at(value: Any, path: tuple[str, ...]) -> Any:
    """What stands at a path; None where nothing does."""
    found = _found(value, path)
    return None if found is _NOTHING else found


def _found(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if isinstance(value, Obj):
            value = value.get(step, _NOTHING)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return _NOTHING
    return value


def path_of(name: str) -> tuple[str, ...]:
    """Steps of a dotted path; ``..`` in front is the object that a child was taken out of."""
    return (PARENT, *name[2:].split(".")) if name.startswith("..") else tuple(name.split("."))


def has(one: Obj, path: tuple[str, ...]) -> bool:
    """Whether a path leads to a value, be it null."""
    return _found(one, path) is not _NOTHING


def records_of(
    objects: Sequence[Obj], layout: Layout, source: Source, titles: Mapping[str, str] = MappingProxyType({})
) -> Records:
    """Records of text cells, one per object, for `opsrules.readers.parsed.parse`.

    Parameters
    ----------
    objects : sequence of Obj
    layout : Layout
    source : Source
    titles : mapping of str to str
        Target to name of the columns that objects before these had.

    Raises
    ------
    FileRefused
        If no object has a required field, or an optional amount that one has under a name close to its own.
    """
    lines = np.array([one.line for one in objects], dtype=np.int64)
    faults: dict[int, Reject] = {}
    cells: dict[str, list[str]] = {}
    told: dict[str, str] = {}
    strangers: dict[str, str] | None = None
    for column in layout.columns:
        got = _Cells(column, objects, titles.get(column.target, ""))
        if not got.title:
            if objects and (column.required or column.kind is Kind.AMOUNT):
                strangers = _strangers(objects, layout) if strangers is None else strangers
                refuse_missing(column, strangers, f"{source.name}:{objects[0].line}")
            continue
        told[column.target], cells[column.target] = got.title, got.texts
        for at, fault in got.faults.items():
            faults.setdefault(at, fault)
    good = np.ones(len(objects), dtype=bool)
    good[list(faults)] = False
    frame = pd.DataFrame({target: pd.Series(texts, dtype="str") for target, texts in cells.items()})
    return Records(
        frame.loc[good].reset_index(drop=True) if len(frame.columns) else frame,
        lines[good],
        told,
        tuple(faults[at] for at in sorted(faults)),
        Setting(layout.style, source.zone),
        Header(1, 0, "", tuple(told.values()), len(told)),
        "",
        len(told),
    )


class _Cells:
    """One column's cells out of all objects.

    Attributes
    ----------
    title : str
        The first of the column's names that an object has, here or before; "" for none.
    texts : list of str
    faults : dict of int to Reject
        By position of the object.
    """

    def __init__(self, column: Column, objects: Sequence[Obj], title: str) -> None:
        self.title = title
        self.texts: list[str] = []
        self.faults: dict[int, Reject] = {}
        paths = [(name, path_of(name)) for name in column.names]
        first, path = paths[0]
        for at, one in enumerate(objects):
            value = one.get(path[0]) if len(path) == 1 else _found(one, path)
            if value.__class__ is str and value:
                self.title = self.title or first
                self.texts.append(value)
                continue
            text, reason = self._read(one, paths)
            self.texts.append(text)
            if reason:
                self.faults[at] = Reject(one.line, reason, self.title)
        if _unfit("".join(self.texts)):
            self._look_at_each(objects)

    def _look_at_each(self, objects: Sequence[Obj]) -> None:
        for at, one in enumerate(objects):
            reason = _unfit(self.texts[at])
            if reason:
                self.texts[at] = ""
                self.faults[at] = Reject(one.line, reason, self.title)

    def _read(self, one: Obj, paths: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, RejectReason | None]:
        found: list[Any] = []
        for name, path in paths:
            value = _found(one, path)
            if value is _NOTHING:
                continue
            self.title = self.title or name
            text = value if isinstance(value, str) else _WORDS[value] if _is_plain(value) else ""
            if text:
                return text, None
            found.append(value)
        # An object where some name's value is null is one in another form, such as an expanded reference.
        misplaced = bool(found) and not any(_is_plain(value) for value in found)
        return "", RejectReason.VALUE_UNKNOWN if misplaced else None


def _is_plain(value: Any) -> bool:
    return not isinstance(value, (dict, list))


def _unfit(text: str) -> RejectReason | None:
    """Why a text cannot stand in a table: NUL, or half of a surrogate pair, both of which JSON may escape."""
    if text.isascii():
        return RejectReason.NUL_BYTE if "\0" in text else None
    if "\0" in text:
        return RejectReason.NUL_BYTE
    return RejectReason.RECORD_UNREADABLE if any("\ud800" <= sign <= "\udfff" for sign in text) else None


def at_midnight(*targets: str) -> Callable[[Records], Records]:
    """Return what lets columns of instants hold days too: a day alone is its midnight in the account's zone."""

    def prepared(records: Records) -> Records:
        held = [target for target in targets if target in records.cells]
        moved = {target: records.cells[target].str.replace(_DAY_ALONE, r"\1 00:00", regex=True) for target in held}
        return replace(records, cells=records.cells.assign(**moved))

    return prepared


def _strangers(objects: Sequence[Obj], layout: Layout) -> dict[str, str]:
    """Keys of the objects that no column names, nor a part of its path; nested ones as paths."""
    paths = [name.casefold().split(".") for column in layout.columns for name in column.names]
    known = {".".join(path[:end]) for path in paths for end in range(1, len(path) + 1)}
    found: dict[str, str] = {}
    for one in objects:
        for key, value in one.items():
            inner = [f"{key}.{below}" for below in value] if isinstance(value, Obj) and key else []
            for path in (key, *inner):
                if path and path.casefold() not in known:
                    found.setdefault(path.casefold(), path)
    return found
