"""One register's database: its connections and its transactions.

SQLite is used with a rollback journal and synchronous=EXTRA, since write-ahead logs are damaged by the versions that
Pythons ship (before 3.51.3), and with transactions of our own, since the driver begins one too late to hold a number.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from opsrules.errors import RegisterError, UsageError
from opsrules.register.faults import explained, is_lost

__all__ = ["RETRY_SECONDS", "WAIT_SECONDS", "Database", "connect"]

WAIT_SECONDS = 60
"""How long a writer waits for another one."""

RETRY_SECONDS = 30
"""How long a server that went away is waited for."""

_LOCK = 7_303_014_512_001_874_029
"""Number of the advisory lock that PostgreSQL's writers take: any, as long as it is always the same."""

_CACHE_KIB = 65_536
_FAULTS = (SQLAlchemyError, sqlite3.Error)

T = TypeVar("T")


@dataclass
class _Done(Generic[T]):
    """What a transaction did whose end is not known: its result, once there is one, and the last event."""

    result: list[T] = field(default_factory=list)
    last: tuple[int, bytes | None] = (0, None)


class Database:
    """One register's database.

    Attributes
    ----------
    engine : Engine
    place : str
        The file, or the address without its password: what messages name.
    is_sqlite : bool
    """

    def __init__(self, engine: Engine, place: str) -> None:
        self.engine, self.place = engine, place
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._pid = os.getpid()
        self._was_reached = False

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do work in one transaction: all of it is there afterwards, or nothing; others wait until it is done.

        When the server of a PostgreSQL goes away meanwhile, the work is done again, unless it turns out to be there.

        Raises
        ------
        RegisterError
            If the database cannot be reached or written, or somebody else holds it for too long.
        """
        done = _Done[T]()
        give_up, pause = time.monotonic() + RETRY_SECONDS, 0.05
        while True:
            try:
                return self._once(work, done)
            except _FAULTS as error:
                if not (self._was_reached and is_lost(error)) or time.monotonic() + pause > give_up:
                    raise explained(error, self.place) from error
            time.sleep(pause)
            pause = min(2 * pause, 2.0)

    def _once(self, work: Callable[[Connection], T], done: _Done[T]) -> T:
        with self._transaction("IMMEDIATE") as connection:
            if self.is_sqlite:
                return work(connection)
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            # The answer to a commit may be lost with the connection: then the last event tells.
            if done.result and _holds(connection, *done.last):
                return done.result[0]
            done.result = [work(connection)]
            done.last = _last(connection)
            return done.result[0]

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that only reads: it sees the register as it was when it began.

        Raises
        ------
        RegisterError
            If the database cannot be reached or read.
        """
        try:
            with self._transaction("DEFERRED") as connection:
                if not self.is_sqlite:
                    connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
                yield connection
        except _FAULTS as error:
            raise explained(error, self.place) from error

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        if os.getpid() != self._pid:
            msg = f"{self.place}: process {self._pid} has opened the register; open it again in this one"
            raise RegisterError(msg)
        with self.engine.connect().execution_options(register_begin=begin) as connection, connection.begin():
            self._was_reached = True
            yield connection

    def close(self) -> None:
        """Let go of every connection."""
        if os.getpid() == self._pid:
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
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            return _sqlite(Path(parsed.database), write=write)
        if parsed.get_backend_name() == "postgresql":
            return _postgresql(parsed)
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError(_no_address(url)) from error
    except ModuleNotFoundError as error:
        msg = f"register address {_shown(url)!r} needs the package {error.name}; install opsrules[postgres]"
        raise UsageError(msg) from error
    raise UsageError(_no_address(url))


def _no_address(url: str) -> str:
    forms = "write sqlite:///file or postgresql+psycopg://role@host/database"
    return f"register address {_shown(url)!r} is none that is known; {forms}"


def _shown(url: str) -> str:
    """An address without a password, also one that cannot be read."""
    before, at, after = url.rpartition("@")
    scheme, slashes, user = before.rpartition("://")
    return f"{scheme}{slashes}{user.split(':')[0]}{at}{after}" if at else url


def _sqlite(path: Path, *, write: bool) -> Database:
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if write else 'ro'}"

    def opened() -> sqlite3.Connection:
        if not write:
            _roll_back(path)
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
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
        connection.exec_driver_sql(f"BEGIN {how}")

    return Database(engine, str(path))


def _roll_back(path: Path) -> None:
    """Have what a killed writer left by halves put back: SQLite does it, but not for a mere reader."""
    if path.with_name(f"{path.name}-journal").exists():
        uri = f"{path.absolute().as_uri()}?mode=rw"
        with suppress(sqlite3.Error), closing(sqlite3.connect(uri, uri=True, timeout=WAIT_SECONDS)) as connection:
            connection.execute("SELECT 1 FROM sqlite_master").close()


def _postgresql(url: URL) -> Database:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "opsrules"},
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")

    return Database(engine, url.render_as_string(hide_password=True))


def _last(connection: Connection) -> tuple[int, bytes | None]:
    """Number and hash of the last event."""
    found = connection.execute(text("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1")).first()
    return (found.seq, bytes(found.hash)) if found else (0, None)


def _holds(connection: Connection, seq: int, hashed: bytes | None) -> bool:
    found = connection.execute(text("SELECT hash FROM events WHERE seq = :seq"), {"seq": seq}).scalar_one_or_none()
    return found is not None and bytes(found) == hashed
