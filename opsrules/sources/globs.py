"""Globs for a folder of exports, so that next month's files are found too and no other is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from glob import escape
from pathlib import Path, PurePosixPath

from opsrules.errors import UsageError
from opsrules.parameters import SourceSpec
from opsrules.periods import Period

__all__ = ["Globs"]

_CHANGING = re.compile(r"\d+(?:[-_. ]?\d+)*")


@dataclass(frozen=True)
class Globs:
    """Globs for files below one folder.

    Attributes
    ----------
    root : Path
        The workspace; globs of files in it are relative to it.
    """

    root: Path

    def of_suffixes(self, paths: Iterable[Path]) -> Iterator[str]:
        """One glob for each ending, and each depth below the folder, that the files have."""
        yield from dict.fromkeys(f"{self._parent(path)}/*{escape(path.suffix)}" for path in paths)

    def of_file(self, path: Path, others: Collection[Path]) -> str:
        """Glob of one file, any number in its name, as long as that finds none of the others; else its plain name."""
        name = _CHANGING.sub("*", escape(path.name)) if _CHANGING.search(path.stem) else escape(path.name)
        wide = f"{self._parent(path)}/{name}"
        found = {one.resolve() for one in SourceSpec(files=wide).matches(self.root)}
        return f"{self._parent(path)}/{escape(path.name)}" if found & {one.resolve() for one in others} else wide

    def _parent(self, path: Path) -> str:
        """The file's folder, with * for a folder that is named after a period."""
        whole = path.parent
        inside = whole.relative_to(self.root) if whole.is_relative_to(self.root) else whole
        return PurePosixPath(*("*" if _is_period(part) else escape(part) for part in inside.parts)).as_posix()


def _is_period(name: str) -> bool:
    try:
        Period.parse(name)
    except UsageError:
        return False
    return True
