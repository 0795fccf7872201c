"""Who is at work: the name that stands beside what people do."""

from __future__ import annotations

import getpass
import os

from sqlalchemy import Connection, text

from opsrules.errors import UsageError

__all__ = ["ACTOR", "actor_of"]

ACTOR = "OPSRULES_ACTOR"
"""Environment variable that names who acts."""


def actor_of(connection: Connection) -> str:
    """Return the database's role on PostgreSQL, else what OPSRULES_ACTOR says, else the login.

    Raises
    ------
    UsageError
        If nothing names anybody.
    """
    if connection.dialect.name == "postgresql":
        return str(connection.execute(text("SELECT session_user")).scalar_one())
    if named := os.environ.get(ACTOR, "").strip():
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        msg = f"nobody is named as who acts: this login has no name; set {ACTOR}"
        raise UsageError(msg) from error
