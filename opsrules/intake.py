"""From an account's files to the tables a desk works on: every file read once, none skipped in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from opsrules.desks.reconciliation.model import Exports
from opsrules.errors import ControlTotalsError, FileRefused, FilesRefused
from opsrules.parameters import Account
from opsrules.readers import Cache, Source, expanded, identify, read
from opsrules.readers.content import heads, opened, sha256_of
from opsrules.readers.model import Read
from opsrules.review import FileRead
from opsrules.schemas import REJECTS, TABLES, empty
from opsrules.terms import RejectReason
from opsrules.workspace import Workspace

__all__ = ["take_in"]


@dataclass(frozen=True)
class _Named:
    name: str
    read: Read


def take_in(root: Path, account: Account) -> Exports:
    """Read and validate all files that the account's sources name.

    Raises
    ------
    FilesRefused
        With every file that cannot be trusted as a whole; the account is then not reviewed, never clean.
    ControlTotalsError
        If a reader lost or made up a record.
    """
    cache = Cache(Workspace(root).cache)
    done: list[_Named] = []
    files: list[FileRead] = []
    twice: list[tuple[str, str]] = []
    refused: list[FileRefused] = []
    for source, named in _sources(root, account, refused):
        name = source.name
        try:
            reader = named or identify(source)
            if reader is None:
                files.append(FileRead(name, "", 0, 0, _unknown(source)))
                continue
            got = read(source, reader, cache=cache)
        except FileRefused as error:
            refused.append(error)
            continue
        _hold_records(name, got)
        if (nothing := _nothing_readable(name, got)) is not None:
            refused.append(nothing)
            continue
        same = next((one.name for one in done if one.read.sha256 == got.sha256), None)
        if same is not None:
            twice.append((name, same))
            files.append(FileRead(name, got.reader, 0, 0, got.sha256, got.encoding))
            continue
        done.append(_Named(name, got))
        files.append(FileRead(name, got.reader, got.records, len(got.rejects), got.sha256, got.encoding))
    if refused:
        raise FilesRefused(refused)
    return _exports(done, files, twice)


def _sources(root: Path, account: Account, refused: list[FileRefused]) -> Iterator[tuple[Source, str | None]]:
    """Give the account's files, those in archives one by one, with the reader that is named for them."""
    for path, name, spec in account.files(root):
        if not spec.holds(path, root):
            what = f"this link leads out of {spec.base(root).as_posix()}"
            step = "put the file itself there, or name the folder where it lies in the account file"
            refused.append(FileRefused(name, what, step))
            continue
        try:
            inside = expanded(Source(path, name, account.zone, spec.options))
        except FileRefused as error:
            refused.append(error)
            continue
        yield from ((source, spec.reader) for source in inside)


def _hold_records(name: str, got: Read) -> None:
    """Hold that every record of the file became a row or a reject.

    Raises
    ------
    ControlTotalsError
        Naming the file; a fault of its reader, never of the data.
    """
    if got.records != got.rows + len(got.rejects):
        msg = f"{name}: {got.records} records, but {got.rows} rows and {len(got.rejects)} rejects"
        raise ControlTotalsError(msg)


def _nothing_readable(name: str, got: Read) -> FileRefused | None:
    """A refusal when every record of a file was rejected: then its layout is wrong, not its rows."""
    faulty = got.rejects[got.rejects["reason"] != RejectReason.NOT_BOOKED]
    if faulty.empty or len(got.rejects) < got.records:
        return None
    first = faulty.iloc[0]
    why = RejectReason(first["reason"]).words().lower()
    what = f"none of its {got.records} records could be read; the first: {why} in column {first['column']!r}"
    step = "correct the source's options in the account file, or export it again"
    return FileRefused(f"{name}:{first['source_line']}", what, step)


def _unknown(source: Source) -> str:
    """Hash of a file that nobody recognises; an empty one is an export gone wrong and is refused."""
    starts = heads(source)
    if starts and not any(head.text.strip() for head in starts):
        raise FileRefused(source.name, "is empty, expected an export", "export it again, or delete it")
    with opened(source) as file:
        return sha256_of(file)


def _exports(done: list[_Named], files: list[FileRead], twice: list[tuple[str, str]]) -> Exports:
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
        # The leg from lines to payouts proves a payout over all exports together.
        controls=tuple(control for one in done for control in one.read.controls if not control.across),
        files=tuple(files),
        twice=tuple(twice),
        masked=tuple((one.name, masked) for one in done for masked in one.read.masked),
        card_columns=tuple((one.name, column) for one in done for column in one.read.card_columns),
        covers=tuple(cover for one in done for cover in one.read.covers),
    )


def _joined(name: str, parts: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    table = pd.concat(filled, ignore_index=True) if filled else empty(TABLES[name])
    # Readers deliver valid rows; what is held here is their contract, at the border between the floors.
    return TABLES[name].validate(table)
