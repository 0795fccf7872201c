"""A copy of the register that is whole, also while somebody writes: copying the file itself may catch half of it."""

from __future__ import annotations

import contextlib
import os
import shlex
import sqlite3
import tempfile
from pathlib import Path

from opsrules.errors import RegisterError, UsageError
from opsrules.publish import move
from opsrules.register.engine import Database, connect
from opsrules.register.faults import explained
from opsrules.register.verify import Verification, verify

__all__ = ["back_up"]


def back_up(database: Database, path: Path) -> Verification:
    """Write a copy to a new file and verify it; return what was found, which is no problem.

    Raises
    ------
    UsageError
        If there is something at `path`, its folder is not there, or the register is no file.
    RegisterError
        If it cannot be read or written, or what was copied does not verify; there is no copy then.
    """
    if not database.is_sqlite:
        url = database.engine.url.set(drivername="postgresql", password=None).render_as_string()
        line = shlex.join(["pg_dump", "--format=custom", f"--file={path}", url])
        msg = f"{database.place}: a PostgreSQL is copied by its own tool, consistently; run: {line}"
        raise UsageError(msg)
    if path.exists() or not path.parent.is_dir():
        msg = f"{path}: {'it is there already' if path.exists() else 'its folder is not there'}; name a new file"
        raise UsageError(msg)
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(descriptor)
        try:
            _copy(database, Path(temporary))
            found = _verified(Path(temporary), path)
            move(Path(temporary), path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                Path(temporary).unlink()
    except OSError as error:
        msg = f"{path}: the copy cannot be written ({error.strerror}); the register itself is as it was"
        raise RegisterError(msg) from error
    except sqlite3.Error as error:
        raise explained(error, str(path)) from error
    return found


def _copy(database: Database, path: Path) -> None:
    with database.reading() as connection, contextlib.closing(sqlite3.connect(path)) as copy:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101 - a file is read by that driver alone
        source.backup(copy)
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _verified(copy: Path, path: Path) -> Verification:
    with contextlib.closing(connect(f"sqlite:///{copy}", write=False)) as database, database.reading() as connection:
        found = verify(connection, ())
    if found.problems:
        seq, what = found.problems[0]
        msg = f"{path}: not written, for what would be copied does not verify: event {seq}: {what}"
        raise RegisterError(msg)
    return found
