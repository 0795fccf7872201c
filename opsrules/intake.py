"""From an account's files to the tables a desk works on: every file read once, none skipped in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from opsrules.desks.reconciliation.model import Exports
from opsrules.errors import ControlTotalsError, FileRefused, FilesRefused, ParameterError, Problem
from opsrules.inputs import FileRead
from opsrules.parameters import Account
from opsrules.readers import Cache, Source, expanded, identify, read
from opsrules.readers.content import heads, opened, sha256_of
from opsrules.readers.model import Read
from opsrules.schemas import REJECTS, TABLES, empty
from opsrules.sources.facts import file_read
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
    for found in _sources(root, account):
        if isinstance(found, FileRefused):
            refused.append(found)
            files.append(FileRead(found.place, "", 0, 0, "", refused=str(found)))
            continue
        source, named = found
        name, reader = source.name, named
        try:
            reader = reader or identify(source)
            if reader is None:
                files.append(FileRead(name, "", 0, 0, _unknown(source)))
                continue
            known = NAMED if named else known_by(source, reader)
            got = _held(name, read(source, reader, cache=cache))
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


def _sources(root: Path, account: Account) -> Iterator[tuple[Source, str | None] | FileRefused]:
    """Give the account's files, those in archives one by one, with the reader that is named for them."""
    for path, name, spec in account.files(root):
        if not spec.holds(path, root):
            what = f"this link leads out of {spec.base(root).as_posix()}"
            step = "put the file itself there, or name the folder where it lies in the account file"
            yield FileRefused(name, what, step)
            continue
        try:
            inside = expanded(Source(path, name, account.zone, spec.options))
        except FileRefused as error:
            yield error
            continue
        yield from ((source, spec.reader) for source in inside)


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


def _unknown(source: Source) -> str:
    """Hash of a file that nobody recognises; an empty one is an export gone wrong and is refused."""
    starts = heads(source)
    if starts and not any(head.text.strip() for head in starts):
        raise FileRefused(source.name, "is empty, expected an export", "export it again, or delete it")
    with opened(source) as file:
        return sha256_of(file)


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
        controls=tuple(control for one in done for control in one.read.controls if not control.across),
        files=tuple(files),
        twice=tuple((one.name, one.same_as) for one in files if one.same_as),
        masked=tuple((one.name, masked) for one in done for masked in one.read.masked),
        card_columns=tuple((one.name, column) for one in done for column in one.read.card_columns),
        covers=tuple(cover for one in done for cover in one.read.covers),
        disputes=tables["disputes"],
    )


def _joined(name: str, parts: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    table = pd.concat(filled, ignore_index=True) if filled else empty(TABLES[name])
    # Readers deliver valid rows; what is held here is their contract, at the border between the floors.
    return TABLES[name].validate(table)
