"""The register's database by hand, past opsrules: what somebody with the file or the server can do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url


class ByHand:
    """A connection of one's own; statements write ``?`` for values in either database."""

    def __init__(self, raw: Any, mark: str) -> None:
        self._raw, self._mark = raw, mark

    def do(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        cursor = self._raw.cursor()
        cursor.execute(statement.replace("?", self._mark), values)
        return list(cursor.fetchall()) if cursor.description else []

    def unguard(self) -> None:
        """Take away what the database itself refuses by."""
        if self._mark == "?":
            for (name,) in self.do("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                self.do(f"DROP TRIGGER {name}")
            return
        found = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        for name, table in self.do(found):
            self.do(f"DROP TRIGGER {name} ON {table}")


@contextmanager
def by_hand(workspace: Path, url: str) -> Iterator[ByHand]:
    """Work in a register by SQL, committed when all is done."""
    if not url:
        with closing(sqlite3.connect(workspace / "register.sqlite3")) as raw, raw:
            yield ByHand(raw, "?")
        return
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as server:
        yield ByHand(server, "%s")
