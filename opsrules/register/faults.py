"""What a database's faults mean to a person: what happened, that nothing was half recorded, what to do."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from opsrules.errors import RegisterError

__all__ = ["explained", "is_lost"]

_SQLITE = {
    "SQLITE_BUSY": "somebody else has held it for too long; wait until they are done, then do it again",
    "SQLITE_FULL": "the disk is full; make room, then do it again",
    "SQLITE_READONLY_ROLLBACK": "somebody was stopped while they wrote; whoever may write it has to open it once",
    "SQLITE_READONLY": "it cannot be written; see to the rights of the file and of its folder",
    "SQLITE_CANTOPEN": "it cannot be opened; see that its folder is there and to the rights of both",
    "SQLITE_PERM": "it cannot be opened; see to the rights of the file and of its folder",
    "SQLITE_NOTADB": "it is no register; put it aside and restore a backup",
    "SQLITE_CORRUPT": "it is damaged; put it aside and restore a backup",
    "SQLITE_IOERR": "the disk failed; see to the disk, run `opsrules register verify`, then do it again",
}
"""By the beginning of SQLite's own name of the fault."""

_POSTGRESQL = {
    "55P03": "somebody else has held it for too long; wait until they are done, then do it again",
    "57014": "somebody else has held it for too long; wait until they are done, then do it again",
    "53100": "the server's disk is full; make room, then do it again",
    "42501": "this role may not do that; its owner grants it by `opsrules register grant`",
    "25006": "the server only reads; name the one that writes",
    "28": "the server does not let this role in; see to role and password",
    "3D": "the server has no such database; make it, or name another",
    "42P01": "its tables are not there; see to the address and its schema",
}
"""By SQLSTATE or its beginning."""

_UNREACHED = "the server cannot be reached; see that it runs, and to OPSRULES_REGISTER_URL"


def explained(error: Exception, place: str) -> RegisterError:
    """The same fault as a text that says what to do."""
    origin = _origin(error)
    told = " ".join(str(origin).split())
    return RegisterError(f"{place}: {_meaning(origin)}; nothing was half recorded ({told})")


def is_lost(error: Exception) -> bool:
    """Whether the server went away, or cannot be reached just now: the same may work in a moment."""
    if not isinstance(error, DBAPIError) or isinstance(error.orig, sqlite3.Error):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or state.startswith(("08", "57P"))


def _origin(error: Exception) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _meaning(origin: BaseException) -> str:
    if isinstance(origin, sqlite3.Error):
        name = getattr(origin, "sqlite_errorname", None) or ""
        return next((said for start, said in _SQLITE.items() if name.startswith(start)), "it refused that")
    if isinstance(origin, PoolTimeout):
        return "every connection is in use; wait until others are done, then do it again"
    state = getattr(origin, "sqlstate", None)
    if state is None:
        return _UNREACHED
    return next((said for start, said in _POSTGRESQL.items() if state.startswith(start)), "it refused that")
