"""Whether the sources of an account exist and can be read the way the account says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from glob import glob
from pathlib import Path, PurePath
from typing import Any

from pydantic import BaseModel, ValidationError

from opsrules.errors import Problem
from opsrules.parameters.documents import Document, KeyPath
from opsrules.parameters.faults import problems_of
from opsrules.parameters.nearest import hint, nearest
from opsrules.parameters.scalars import shown

__all__ = ["Readers", "problems_of_sources"]

Readers = Mapping[str, type[BaseModel] | None]
"""Each known reader and the model of its options, None for a reader without options."""

_MOST_LISTED = 4


def problems_of_sources(document: Document, root: Path | None, readers: Readers) -> list[Problem]:
    """Return sources that match no file below `root`, name an unknown reader or give it wrong options."""
    problems: list[Problem] = []
    entries = document.value.get("sources")
    for position, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict):
            at: KeyPath = ("sources", position)
            problems += _files(document, at, entry.get("files"), root) if root else ()
            problems += _reader(document, at, entry, readers)
    return problems


def _files(document: Document, at: KeyPath, files: object, root: Path) -> Iterator[Problem]:
    path = (*at, "files")
    if not isinstance(files, str) or not files.strip() or ".." in PurePath(files).parts or "\\" in files:
        return  # the model says so
    found = glob(files, root_dir=root, recursive=True)  # noqa: PTH207 - Path.glob refuses absolute patterns
    if not any((root / name).is_file() for name in found):
        what = f"sources[{at[1]}].files: no file matches {shown(files)}"
        yield Problem(document.place(path), what, _instead(root, files))


def _instead(root: Path, files: str) -> str:
    """Follow the path as far as it exists and say what is there instead of its next part."""
    folder = root
    for part in PurePath(files).parts:
        if (folder / part).is_dir():
            folder /= part
            continue
        if not folder.is_dir():
            break
        names = sorted(one.name for one in folder.iterdir() if not one.name.startswith("."))
        place = folder.relative_to(root).as_posix() if folder.is_relative_to(root) else folder.as_posix()
        place = "the workspace" if place == "." else f"{place}/"
        if found := nearest(part, names):
            return f"{place} holds {found}"
        listed = ", ".join(names[:_MOST_LISTED]) + (", ..." if len(names) > _MOST_LISTED else "")
        return f"{place} holds {listed or 'nothing'}"
    return "put the export there or correct the path"


def _reader(document: Document, at: KeyPath, entry: Mapping[str, Any], readers: Readers) -> Iterator[Problem]:
    name, options = entry.get("reader"), entry.get("options", {})
    if document.is_spoilt((*at, "reader")) or not isinstance(options, dict):
        return
    if name is None:
        if options:
            what = f"sources[{at[1]}].options: only a named reader takes options"
            yield Problem(document.place((*at, "options")), what, f"add reader: one of {', '.join(sorted(readers))}")
        return
    if not isinstance(name, str):
        return  # the model says so
    if name not in readers:
        what = f"sources[{at[1]}].reader: no reader is called {shown(name)}"
        yield Problem(document.place((*at, "reader")), what, hint(name, readers))
        return
    yield from _options(document, (*at, "options"), options, readers[name], name)


def _options(
    document: Document, at: KeyPath, options: dict[str, Any], model: type[BaseModel] | None, reader: str
) -> Iterator[Problem]:
    if model is None:
        if options:
            what = f"sources[{at[1]}].options: reader {reader} takes none"
            yield Problem(document.place(at), what, "remove the options")
        return
    try:
        model.model_validate(options)
    except ValidationError as error:
        yield from problems_of(error, document, model, at)
