"""The files of a folder that no account names yet, each as far as it is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from opsrules.errors import FileRefused, ParameterError
from opsrules.inputs import FileRead
from opsrules.readers import Cache, Read, Source, expanded, identify, read
from opsrules.sources.facts import file_read
from opsrules.sources.known import known_by
from opsrules.sources.suggest import Suggestion, suggest
from opsrules.sources.zones import UNTOLD
from opsrules.workspace import Workspace

__all__ = ["Looked", "look_around"]


@dataclass(frozen=True)
class Looked:
    """One file of the folder: what it is, or why it is nothing yet.

    Attributes
    ----------
    path : Path
    facts : FileRead
    read : Read or None
        None for a file that is not recognised, refused, or lacks options.
    suggestion : Suggestion or None
        A mapping, for a table that is not recognised.
    lacks_options : bool
        Whether its reader cannot read it before the account says more.
    """

    path: Path
    facts: FileRead
    read: Read | None = None
    suggestion: Suggestion | None = None
    lacks_options: bool = False

    @property
    def mapped(self) -> Suggestion | None:
        """The mapping by which the file can be read once a person has looked at it."""
        return self.suggestion if self.suggestion is not None and self.suggestion.reader else None

    def became(self) -> str:
        """What became of the file, in words."""
        if self.read is not None:
            return f"{self.facts.reader}, {self.facts.records:,} rows"
        if self.facts.refused:
            return f"{self.facts.reader or 'not read'}: {self.facts.refused}"
        if self.mapped:
            return f"a table of columns that nobody knows: drafted for {self.mapped.reader}, look at them"
        return "nobody recognises it"


def look_around(root: Path, folder: Path) -> tuple[Looked, ...]:
    """Look at all files below a folder, by name, those in archives one by one; hidden ones are passed over."""
    cache = Cache(Workspace(root).cache)
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not _hidden(path, folder))
    return tuple(one for path in paths for one in _inside(path, _name(path, root), cache))


def _inside(path: Path, name: str, cache: Cache) -> Iterator[Looked]:
    try:
        sources = expanded(Source(path, name, UNTOLD))
    except FileRefused as error:
        yield Looked(path, FileRead(name, "", 0, 0, "", refused=str(error)))
        return
    yield from (_look(source, cache) for source in sources)


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _look(source: Source, cache: Cache) -> Looked:
    reader, path, name = "", source.path, source.name
    try:
        reader = identify(source) or ""
        if not reader:
            # A mapping is for a file of its own: what lies in an archive is to be unpacked first.
            drafted = None if source.member else _suggestion(path, name)
            return Looked(path, FileRead(name, "", 0, 0, ""), suggestion=drafted)
        got = read(source, reader, cache=cache)
        return Looked(path, file_read(name, got, known_by(source, reader), UNTOLD), got)
    except FileRefused as error:
        return Looked(path, FileRead(name, reader, 0, 0, "", refused=str(error)))
    except ParameterError as error:
        return Looked(path, FileRead(name, reader, 0, 0, "", refused=str(error)), lacks_options=True)


def _suggestion(path: Path, name: str) -> Suggestion | None:
    try:
        return suggest(path, name)
    except FileRefused:
        return None
