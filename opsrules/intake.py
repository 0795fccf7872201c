"""From an account's files to the tables a desk works on: every file read once, none skipped in silence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from opsrules.desks.reconciliation.model import Exports
from opsrules.errors import ControlTotalsError, FileRefused, FilesRefused, ParameterError, Problem
from opsrules.inputs import FileRead
from opsrules.parameters import Account
from opsrules.readers import Cache, Source, identify, read
from opsrules.readers.model import Read
from opsrules.schemas import REJECTS, TABLES, empty
from opsrules.sources.facts import file_read, is_own
from opsrules.sources.known import NAMED, known_by
from opsrules.terms import RejectReason
from opsrules.workspace import Workspace

__all__ = ["Taken", "look_at", "take_in"]


@dataclass(frozen=True)
class _Named:
    name: str
    read: Read


@dataclass(frozen=True)
class Taken:
    """What the files of an account hold, and what stands in the way of its review.

    Attributes
    ----------
    exports : Exports
        All that could be read.
    refused : tuple of FileRefused
        Files that cannot be trusted as a whole.
    mistakes : tuple of Problem
        Wrong or missing options of their sources.
    """

    exports: Exports
    refused: tuple[FileRefused, ...]
    mistakes: tuple[Problem, ...]


def take_in(root: Path, account: Account) -> Exports:
    """Read and validate all files that the account's sources name.

    Raises
    ------
    ParameterError
        With every mistake in the options of its sources.
    FilesRefused
        With every file that cannot be trusted as a whole; the account is then not reviewed, never clean.
    ControlTotalsError
        If a reader lost or made up a record.
    """
    taken = look_at(root, account)
    if taken.mistakes:
        raise ParameterError(taken.mistakes)
    if taken.refused:
        raise FilesRefused(taken.refused)
    return taken.exports


def look_at(root: Path, account: Account) -> Taken:
    """Read all files that the account's sources name, and tell of each what became of it.

    Raises
    ------
    ControlTotalsError
        If a reader lost or made up a record.
    """
    cache = Cache(Workspace(root).cache)
    done: list[_Named] = []
    files: list[FileRead] = []
    refused: list[FileRefused] = []
    mistakes: list[Problem] = []
    for path, name, spec in account.files(root):
        reader = spec.reader
        try:
            reader = reader or identify(path)
            if reader is None:
                files.append(FileRead(name, "", 0, 0, _unknown(path, name)))
                continue
            known = NAMED if spec.reader else known_by(path, reader)
            got = _held(name, read(Source(path, name, account.zone, spec.options), reader, cache=cache))
        except (ParameterError, FileRefused) as error:
            mistakes += error.problems if isinstance(error, ParameterError) else ()
            refused += [error] if isinstance(error, FileRefused) else ()
            files.append(FileRead(name, reader or "", 0, 0, "", refused=str(error)))
            continue
        same = next((one.name for one in done if one.read.sha256 == got.sha256), "")
        if same:
            files.append(FileRead(name, got.reader, 0, 0, got.sha256, got.encoding, known, same_as=same))
            continue
        done.append(_Named(name, got))
        files.append(file_read(name, got, known, account.zone, account.cut_off_time))
    return Taken(_exports(done, files), tuple(refused), tuple(mistakes))


def _held(name: str, got: Read) -> Read:
    """Hold that every record of a file became a row or a reject, and that not all were rejected.

    Raises
    ------
    ControlTotalsError
        If records were lost or made up: a fault of the reader, never of the data.
    FileRefused
        If none could be read: then the file's layout is wrong, not its rows.
    """
    if got.records != got.rows + len(got.rejects):
        msg = f"{name}: {got.records} records, but {got.rows} rows and {len(got.rejects)} rejects"
        raise ControlTotalsError(msg)
    faulty = got.rejects[got.rejects["reason"] != RejectReason.NOT_BOOKED]
    if faulty.empty or len(got.rejects) < got.records:
        return got
    first = faulty.iloc[0]
    why = RejectReason(first["reason"]).words().lower()
    what = f"none of its {got.records} records could be read; the first: {why} in column {first['column']!r}"
    step = "correct the source's options in the account file, or export it again"
    raise FileRefused(f"{name}:{first['source_line']}", what, step)


def _unknown(path: Path, name: str) -> str:
    """Hash of a file that nobody recognises; an empty one is an export gone wrong and is refused."""
    try:
        with path.open("rb") as file:
            if not file.read(64).strip():
                raise FileRefused(name, "is empty, expected an export", "export it again, or delete it")
            file.seek(0)
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileRefused(name, f"cannot be read ({error.strerror})", "make it readable or narrow the glob") from error


def _exports(done: list[_Named], files: list[FileRead]) -> Exports:
    tables = {
        name: _joined(name, [one.read.tables[name] for one in done if name in one.read.tables]) for name in TABLES
    }
    rejects = [one.read.rejects for one in done if len(one.read.rejects)]
    return Exports(
        kinds=frozenset(name for one in done for name in one.read.tables),
        orders=tables["orders"],
        order_lines=tables["order_lines"],
        lines=tables["processor_lines"],
        bank=tables["bank_lines"],
        rejects=pd.concat(rejects, ignore_index=True) if rejects else empty(REJECTS),
        controls=tuple(control for one in done for control in one.read.controls if is_own(one.read, control)),
        files=tuple(files),
        twice=tuple((one.name, one.same_as) for one in files if one.same_as),
        masked=tuple((one.name, masked) for one in done for masked in one.read.masked),
        card_columns=tuple((one.name, column) for one in done for column in one.read.card_columns),
        covers=tuple(cover for one in done for cover in one.read.covers),
    )


def _joined(name: str, parts: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    table = pd.concat(filled, ignore_index=True) if filled else empty(TABLES[name])
    # Readers deliver valid rows; what is held here is their contract, at the border between the floors.
    return TABLES[name].validate(table)
