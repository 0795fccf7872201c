"""Many rows at once, by the quickest way that each database has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, Table

__all__ = ["insert", "rows", "upsert"]

_AT_ONCE = 5000

Rows = Sequence[tuple[Any, ...]]


def insert(connection: Connection, table: Table, rows: Rows) -> None:
    """Add rows with all columns of a table, in their order."""
    if not rows:
        return
    names = _names(table)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_values(table, names), list(rows))
        return
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {table.name} ({_listed(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def upsert(connection: Connection, table: Table, rows: Rows) -> None:
    """Add rows with all columns of a table, or change those that are there already, by the table's key."""
    if not rows:
        return
    names = _names(table)
    key = [column.name for column in table.primary_key]
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in key)
    conflict = f"ON CONFLICT ({_listed(key)}) DO UPDATE SET {changes}"
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"{_values(table, names)} {conflict}", list(rows))
        return
    types = [column.type.compile(connection.dialect) for column in table.columns]
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    statement = f"INSERT INTO {table.name} ({_listed(names)}) SELECT * FROM unnest({arrays}) {conflict}"  # noqa: S608
    connection.exec_driver_sql(statement, tuple(map(list, zip(*rows, strict=True))))


def rows(connection: Connection, statement: str) -> Iterator[tuple[Any, ...]]:
    """Give the rows of a statement as the driver has them, a few thousand at a time: a register may not fit in memory.

    Hashes of PostgreSQL and of SQLite are both bytes.
    """
    raw: Any = connection.connection
    with closing(raw.cursor() if connection.dialect.name == "sqlite" else raw.cursor("register")) as cursor:
        cursor.execute(statement)
        while told := cursor.fetchmany(_AT_ONCE):
            yield from told


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _values(table: Table, names: Sequence[str]) -> str:
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {table.name} ({_listed(names)}) VALUES ({marks})"  # noqa: S608 - names of our own
