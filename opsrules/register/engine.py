"""One register's database: its connections and transactions, and what their faults mean to a person.

SQLite is used with a rollback journal and synchronous=EXTRA, since write-ahead logs are damaged by the versions that
Pythons ship (before 3.51.3), and with transactions of our own, since the driver begins one too late to hold a number.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool

from opsrules.errors import RegisterError, UsageError
from opsrules.register.faults import explained

__all__ = ["WAIT_SECONDS", "Database", "connect"]

WAIT_SECONDS = 60
"""How long a writer waits for another one."""

_LOCK = 7_303_014_512_001_874_029
"""Number of the advisory lock that PostgreSQL's writers take: any, as long as it is always the same."""

_CACHE_KIB = 65_536


@dataclass(frozen=True)
class Database:
    """One register's database.

    Attributes
    ----------
    engine : Engine
    place : str
        The file, or the address without its password: what messages name.
    pid : int
        Process that opened it; a forked child may not use its connections.
    """

    engine: Engine
    place: str
    pid: int

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes: all of it is there afterwards, or nothing; others wait until it is done.

        Raises
        ------
        RegisterError
            If the database cannot be reached or written, or somebody else holds it for too long.
        """
        with self._connected("IMMEDIATE") as connection, connection.begin():
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that only reads: it sees the register as it was when it began.

        Raises
        ------
        RegisterError
            If the database cannot be reached or read.
        """
        with self._connected("DEFERRED") as connection, connection.begin():
            if not self.is_sqlite:
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            yield connection

    @contextmanager
    def _connected(self, begin: str) -> Iterator[Connection]:
        if os.getpid() != self.pid:
            msg = f"{self.place}: the register was opened by process {self.pid}; open it again in this one"
            raise RegisterError(msg)
        try:
            with self.engine.connect().execution_options(register_begin=begin) as connection:
                yield connection
        except (DBAPIError, PoolTimeout, sqlite3.Error) as error:
            raise explained(error, self.place) from error

    def close(self) -> None:
        """Let go of every connection."""
        if os.getpid() == self.pid:
            self.engine.dispose()


def connect(url: str, *, write: bool = True) -> Database:
    """Return the database at an address; nothing is opened yet.

    Parameters
    ----------
    url : str
        ``sqlite:///file`` or ``postgresql+psycopg://role@host/database``.
    write : bool
        False opens a file of SQLite so that it cannot be written.

    Raises
    ------
    UsageError
        If the address is none, or its driver is not installed.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(Path(parsed.database or ""), write=write)
        if parsed.get_backend_name() == "postgresql":
            return _postgresql(parsed)
    except (ArgumentError, NoSuchModuleError) as error:
        msg = f"register address {_shown(url)!r} is none; write sqlite:///file or postgresql+psycopg://role@host/database"
        raise UsageError(msg) from error
    except ModuleNotFoundError as error:
        msg = f"register address {_shown(url)!r} needs the package {error.name}; install opsrules[postgres]"
        raise UsageError(msg) from error
    msg = f"register address {_shown(url)!r}: {parsed.get_backend_name()} is not known; use sqlite or postgresql"
    raise UsageError(msg)


def _shown(url: str) -> str:
    """An address without a password, also one that cannot be read."""
    before, at, after = url.rpartition("@")
    scheme, slashes, user = before.partition("://")
    return f"{scheme}{slashes}{user.split(':')[0]}{at}{after}" if at else url


def _sqlite(path: Path, *, write: bool) -> Database:
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if write else 'ro'}"

    def opened() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=WAIT_SECONDS, check_same_thread=False)

    # No connection outlives its transaction: a forked child inherits none whose closing would break the parent's.
    engine = create_engine("sqlite://", creator=opened, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        for pragma in ("foreign_keys=ON", "synchronous=EXTRA", "secure_delete=ON", f"cache_size=-{_CACHE_KIB}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        how = connection.get_execution_options().get("register_begin", "DEFERRED")
        if how == "IMMEDIATE":
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE").close()
        connection.exec_driver_sql(f"BEGIN {how}")

    return Database(engine, str(path), os.getpid())


def _postgresql(url: URL) -> Database:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=1,
        max_overflow=1,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "opsrules"},
    )

    @event.listens_for(engine, "begin")
    def _wait(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")

    return Database(engine, url.render_as_string(hide_password=True), os.getpid())
