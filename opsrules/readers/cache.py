"""Typed copies of large exports, so that each is read from text once.

A copy is known by the bytes it was made from, the name shown for them, what the account says of them, and the code that
read them: any other of these, and the file is read anew. A copy that cannot be read back counts for nothing; a folder
that cannot be written to only costs time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_type_hints

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter

from opsrules.errors import FileRefused
from opsrules.readers.content import opened, sha256_of
from opsrules.readers.lookup import constant
from opsrules.readers.model import Read, Source
from opsrules.signs import one_text

__all__ = ["WORTH_BYTES", "Cache"]

WORTH_BYTES = 1 << 20
"""Size from which a copy is kept: smaller files are read as quickly from their text."""

_KEPT_SECONDS = 90 * 24 * 3600
_LIBRARIES = ("pandas", "pyarrow", "python-calamine")
_CODE = ("readers", "schemas", "privacy", "money.py", "terms.py")


@dataclass(frozen=True)
class Cache:
    """The folder of typed copies.

    Attributes
    ----------
    folder : Path
        Made when the first copy is kept. Copies that nobody used for 90 days are removed.
    """

    folder: Path

    def read(self, source: Source, reader: str, do: Callable[[], Read]) -> Read:
        """Return the copy of a file, or what `do` reads, of which a copy is kept if the file is large.

        Raises
        ------
        FileRefused
            What `do` raises.
        """
        found = _sha256(source)
        if not found:
            return do()
        entry = self.folder / _key(found, source, reader)
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError, pa.ArrowException):
            return _loaded(entry)
        got = do()
        if got.sha256 == found:
            with contextlib.suppress(OSError):
                self._keep(entry, got)
        return got

    def _keep(self, entry: Path, got: Read) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._forget()
        staged = Path(tempfile.mkdtemp(dir=self.folder, prefix=".staged-"))
        try:
            _store(staged, got)
            shutil.rmtree(entry, ignore_errors=True)
            staged.replace(entry)
        finally:
            shutil.rmtree(staged, ignore_errors=True)

    def _forget(self) -> None:
        oldest = time.time() - _KEPT_SECONDS
        for entry in self.folder.iterdir():
            with contextlib.suppress(OSError):
                if entry.stat().st_mtime < oldest:
                    shutil.rmtree(entry)


def _sha256(source: Source) -> str:
    """Hash of a file that is worth a copy, as it is read; "" for any other, or one that cannot be read."""
    try:
        if source.path.stat().st_size < WORTH_BYTES:
            return ""
        with opened(source) as file:
            return sha256_of(file)
    except (OSError, FileRefused):
        return ""


def _key(sha256: str, source: Source, reader: str) -> str:
    said = [sha256, source.name, source.zone, dict(source.options), reader, _code()]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


@cache
def _code() -> str:
    """Hash of everything that decides what a file becomes."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256("".join(f"{name} {version(name)} " for name in _LIBRARIES).encode())
    for part in _CODE:
        for path in sorted((package / part).rglob("*.py")) if (package / part).is_dir() else [package / part]:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _store(folder: Path, got: Read) -> None:
    facts = {name: adapter.dump_python(getattr(got, name), mode="json") for name, adapter in _adapters().items()}
    tables = {**got.tables, "rejects": got.rejects}
    same = {name: _stored(table, folder / f"{name}.parquet") for name, table in tables.items()}
    (folder / "read.json").write_text(json.dumps(facts | {"tables": same}), "utf-8")


def _stored(table: pd.DataFrame, path: Path) -> dict[str, str | None]:
    """Every column's one text, None where it has several: those alone go into the file."""
    same = {str(name): one_text(one) if isinstance(one.dtype, pd.StringDtype) else None for name, one in table.items()}
    left = table[[name for name, text in same.items() if text is None]]
    pq.write_table(pa.Table.from_pandas(left, preserve_index=False), path, compression="lz4")
    return same


def _loaded(entry: Path) -> Read:
    facts = json.loads((entry / "read.json").read_text("utf-8"))
    os.utime(entry)
    tables = {name: _table(entry / f"{name}.parquet", same) for name, same in facts["tables"].items()}
    said = {name: adapter.validate_python(facts[name], strict=False) for name, adapter in _adapters().items()}
    return Read(rejects=tables.pop("rejects"), tables=tables, **said)


@cache
def _adapters() -> dict[str, TypeAdapter[Any]]:
    """What turns the facts of a `Read`, all but its tables, into JSON and back."""
    hints = get_type_hints(Read)
    return {one.name: TypeAdapter(hints[one.name]) for one in fields(Read) if one.name not in ("tables", "rejects")}


def _table(path: Path, same: dict[str, str | None]) -> pd.DataFrame:
    left: pd.DataFrame = pq.read_table(path, memory_map=True).to_pandas(split_blocks=True, self_destruct=True)
    if left.shape[1] == len(same):
        return left
    columns = {name: left[name] if text is None else constant(text, left.index) for name, text in same.items()}
    return pd.DataFrame(columns, copy=False)
