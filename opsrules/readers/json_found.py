"""Which objects of a file are its records, told part by part (`opsrules.readers.json_parts`).

An object is a record, or wraps some. Whatever wraps them - a list, ``{"payouts": [...]}``, pages one after the other,
GraphQL's edges and nodes, one object a line - is gone through until they are found. An object in a list of records that
is no record is a stranger; other lists hold no records, and nothing in them is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from opsrules.errors import FileRefused
from opsrules.readers.json_parts import Part
from opsrules.readers.json_text import Obj
from opsrules.readers.texts import Undecided

__all__ = ["Finder", "Stranger", "records_in"]

_NAMES = ("object", "type", "resource_type")


def records_in(value: Any, is_record: Callable[[Obj], bool], name: str) -> list[Obj]:
    """Records in a value, and the strangers among them, in their order.

    Raises
    ------
    FileRefused
        If a list of records holds a value that is no object.
    """
    if isinstance(value, Obj):
        if is_record(value):
            return [value]
        inner = (one for one in value.values() if isinstance(one, (Obj, list)))
        return [found for one in inner for found in records_in(one, is_record, name)]
    parts = [records_in(one, is_record, name) if isinstance(one, (Obj, list)) else [] for one in value]
    if not any(parts):
        return []
    every: list[Obj] = []
    for one, part in zip(value, parts, strict=True):
        if not part and not isinstance(one, Obj):
            raise _mixed(name)
        every += part or [one]
    return every


def _mixed(name: str) -> FileRefused:
    return FileRefused(name, "a list of records holds a value that is no object", "export the file again")


@dataclass(frozen=True)
class Stranger:
    """An object among records that is none: its line, how it calls itself, and its keys."""

    line: int
    word: str
    keys: tuple[str, ...]


def _stranger(one: Obj, keys: Iterable[str]) -> Stranger:
    return Stranger(one.line, next((one[key] for key in _NAMES if isinstance(one.get(key), str)), ""), tuple(keys))


@dataclass
class _Open:
    """A container that goes on in the next part, with what must be known of it when it ends."""

    known: Obj | None
    keys: set[str] = field(default_factory=set)
    has_records: bool = False
    has_plain: bool = False
    sample: Any = None
    waiting: list[tuple[int, Stranger]] = field(default_factory=list)


class Finder:
    """Takes the parts of one file in order.

    Parameters
    ----------
    is_record : callable
        Whether an object is a record, or a stranger that names itself, by the fields under `fields`.
    kind_of : callable
        Number of the kind that a record is of; None for a stranger.
    fields : collection of str
        Keys by which records are told.
    name : str
        The file's.

    Attributes
    ----------
    keys : dict of str to int
        Keys of all records and strangers, each with its place among them.
    """

    def __init__(
        self, is_record: Callable[[Obj], bool], kind_of: Callable[[Obj], int | None], fields: Iterable[str], name: str
    ) -> None:
        self.keys: dict[str, int] = {}
        self._is_record, self._kind_of, self._name = is_record, kind_of, name
        self._fields = frozenset((*fields, *_NAMES))
        self._stack: list[_Open] = []
        self._place = 0
        self._sets: set[tuple[str, ...]] = set()
        self._strangers: list[tuple[int, Stranger]] = []
        self._found: list[tuple[int, Obj]] = []

    def take(self, part: Part) -> list[tuple[int, Obj]]:
        """Return the records of a part that are of a kind that is read, each with the kind's number.

        Raises
        ------
        FileRefused
            If a list of records holds a value that is no object.
        Undecided
            If a record is larger than a part.
        """
        self._found = []
        if part.before or part.behind:
            self._walk(part.value, 0, part, bool(part.before), bool(part.behind))
        else:
            self._whole(part.value)
        return self._found

    def strangers(self) -> list[Stranger]:
        """Return the strangers of all parts, in file order."""
        return [one for _, one in sorted(self._strangers, key=lambda told: told[0])]

    def _walk(self, value: Any, depth: int, part: Part, goes_on: bool, stays: bool) -> None:
        """Go through a container that went on from the part before, stays open, or both."""
        if not goes_on:
            self._stack.append(_Open(Obj(line=value.line) if isinstance(value, Obj) else None))
        holder = self._stack[depth]
        items = list(value.items()) if isinstance(value, Obj) else [("", one) for one in value]
        for at, (key, one) in enumerate(items):
            inner_goes_on = goes_on and at == 0 and depth + 1 < part.before
            inner_stays = stays and at == len(items) - 1 and depth + 1 < part.behind
            if not inner_goes_on:
                self._name_field(holder, key)
            if inner_goes_on or inner_stays:
                self._walk(one, depth + 1, part, inner_goes_on, inner_stays)
                if not inner_stays:
                    self._close(holder, key)
            else:
                self._add(holder, key, one, bool(self._whole(one)) if isinstance(one, (Obj, list)) else False)
        if stays and holder.known is not None and self._is_record(holder.known):
            raise Undecided
        if not stays and depth == 0:
            self._close(_Open(Obj()), "")

    def _name_field(self, holder: _Open, key: str) -> None:
        if holder.known is not None:
            if key in holder.keys:
                raise Undecided  # it stands twice in one object
            holder.keys.add(key)

    def _whole(self, value: Any) -> list[Obj]:
        """Take the records of a value that a part holds wholly."""
        found = records_in(value, self._is_record, self._name)
        for one in found:
            self._place += 1
            keys = tuple(one)
            if keys not in self._sets:
                self._sets.add(keys)
                for key in keys:
                    self.keys.setdefault(key, self._place)
            kind = self._kind_of(one)
            if kind is None:
                self._strangers.append((self._place, _stranger(one, ())))
            else:
                self._found.append((kind, one))
        return found

    def _add(self, holder: _Open, key: str, one: Any, has_records: bool) -> None:
        """Note in a container what one of its values was."""
        holder.has_records |= has_records
        if holder.known is not None:
            if key in self._fields:
                holder.known[key] = one
        elif has_records:
            for place, stranger in holder.waiting:
                self._meet(place, stranger)
            holder.waiting = []
        elif isinstance(one, Obj):
            self._place += 1
            stranger = _stranger(one, one)
            if holder.has_records:
                self._meet(self._place, stranger)
            else:
                holder.waiting.append((self._place, stranger))
        else:
            holder.has_plain = True
        holder.sample = one if holder.sample is None else holder.sample
        if holder.known is None and holder.has_records and holder.has_plain:
            raise _mixed(self._name)

    def _meet(self, place: int, stranger: Stranger) -> None:
        self._strangers.append((place, stranger))
        for key in stranger.keys:
            self.keys[key] = min(self.keys.get(key, place), place)

    def _close(self, holder: _Open, key: str) -> None:
        """End the innermost open container, and note in the one around it what it was."""
        ended = self._stack.pop()
        if ended.known is None:
            self._add(holder, key, [] if ended.sample is None else [ended.sample], ended.has_records)
            return
        if self._is_record(ended.known):
            raise Undecided
        if not ended.has_records:
            ended.known.update((one, None) for one in ended.keys if one not in ended.known)
        self._add(holder, key, ended.known, ended.has_records)
