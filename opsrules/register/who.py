"""Who is at work: the name that stands beside what people do."""

from __future__ import annotations

import getpass
import os

from sqlalchemy import Connection, text

from opsrules.errors import UsageError

__all__ = ["ACTOR", "RULE", "actor_of"]

RULE = "rule"
"""Name under which an account's own rule writes off; nobody else may have it."""

ACTOR = "OPSRULES_ACTOR"
"""Environment variable that names who acts."""


def actor_of(connection: Connection) -> str:
    """Return the database's role on PostgreSQL, else what OPSRULES_ACTOR says, else the login.

    Raises
    ------
    UsageError
        If nothing names anybody, or the name is that of the accounts' own rules.
    """
    name = _named(connection)
    if name == RULE:
        msg = f"the name {RULE!r} stands for what the accounts' own rules do; act under another (set {ACTOR})"
        raise UsageError(msg)
    return name


def _named(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        return str(connection.execute(text("SELECT session_user")).scalar_one())
    if named := os.environ.get(ACTOR, "").strip():
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        msg = f"nobody is named as who acts: this login has no name; set {ACTOR}"
        raise UsageError(msg) from error
