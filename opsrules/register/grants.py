"""What a role of PostgreSQL needs to record and to decide, and no more."""

from __future__ import annotations

from sqlalchemy import Connection, text

from opsrules.errors import UsageError
from opsrules.register.tables import (
    actions,
    actors,
    bodies,
    decisions,
    events,
    findings,
    metrics,
    risks,
    runs,
    sign_offs,
)

__all__ = ["grant"]

_ADDED = (runs, metrics, events)
_PROJECTED = (findings, sign_offs, actions, decisions, risks)
_BLANKED = {bodies: ("salt", "body"), actors: ("salt", "name")}


def grant(connection: Connection, role: str) -> None:
    """Let a role read all, add runs, metrics and events, keep what stands beside them, and blank what is erased.

    Raises
    ------
    UsageError
        If the register is a file, there is no such role, or the tables are another one's.
    """
    if connection.dialect.name != "postgresql":
        msg = "a register in a file has no roles: whoever can write the file can use it; see to the file's rights"
        raise UsageError(msg)
    if connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).first() is None:
        msg = f"the server has no role {role!r}; its administrator makes one by CREATE ROLE, with LOGIN"
        raise UsageError(msg)
    owned = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'events'::regclass"
    if not connection.execute(text(owned)).scalar_one():
        msg = "only the role that owns the register's tables can let others in; do it as that one"
        raise UsageError(msg)
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    schema = connection.execute(text("SELECT current_schema()")).scalar_one()
    told = [f"USAGE ON SCHEMA {connection.dialect.identifier_preparer.quote_identifier(schema)}"]
    told += [f"SELECT ON {name}" for name in ("meta", "alembic_version")]
    told += [f"SELECT, INSERT ON {table.name}" for table in (*_ADDED, *_PROJECTED, *_BLANKED)]
    told += [f"UPDATE ON {table.name}" for table in _PROJECTED]
    told += [f"UPDATE ({', '.join(columns)}) ON {table.name}" for table, columns in _BLANKED.items()]
    for one in told:
        connection.execute(text(f"GRANT {one} TO {quoted}"))
