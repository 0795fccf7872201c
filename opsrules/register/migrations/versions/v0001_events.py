"""Runs, metrics, actors, events with what they say, and findings as they stand.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0001"
down_revision = None

_KEPT = ("runs", "metrics", "events")
"""Tables whose rows are only ever added."""

_ERASABLE = {"bodies": ("seq", "salt", "body"), "actors": ("id", "salt", "name", "name_hash")}
"""Tables whose rows may be blanked and nothing else."""


def upgrade() -> None:
    """Make the tables, and have the database itself refuse every change of what has happened."""
    _tables_of_runs()
    _tables_of_events()
    _table_of_findings()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=null)


def _hash(name: str, *, null: bool = False, unique: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=null, unique=unique)


def _key(name: str) -> sa.Column[int]:
    # SQLite's own row number is the key where the type is exactly INTEGER.
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _tables_of_runs() -> None:
    op.create_table("meta", sa.Column("key", sa.Text, primary_key=True), _text("value"))
    op.create_table(
        "runs",
        _key("run"),
        *map(_text, ("account", "desk", "period", "last_day", "as_of")),
        _number("at"),
        sa.Column("actor", sa.Integer, nullable=False),
        *map(_text, ("outcome", "level", "run_id", "inputs", "inputs_hash", "parameters_hash", "rules_hash")),
        *map(_text, ("code_version", "code_hash", "cause", "counts")),
        _number("head_seq"),
        _hash("head_hash"),
    )
    op.create_index("runs_of_review", "runs", ["account", "desk", "period"])
    op.create_table(
        "metrics",
        sa.Column("run", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("nth", sa.Integer, primary_key=True, autoincrement=False),
        _text("metric_id"),
        _number("numerator", null=True),
        _number("denominator", null=True),
        *map(_text, ("value", "unit", "target", "level")),
        sqlite_with_rowid=False,
    )


def _tables_of_events() -> None:
    op.create_table(
        "actors",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        _hash("salt", null=True),
        sa.Column("name", sa.Text, nullable=True),
        _hash("name_hash"),
    )
    op.create_table(
        "events",
        _key("seq"),
        *map(_text, ("kind", "account", "desk", "period", "finding_id")),
        _number("run"),
        _number("at"),
        sa.Column("actor", sa.Integer, nullable=False),
        _hash("body_hash", null=True),
        _hash("facts_hash", null=True),
        _hash("previous", unique=True),
        _hash("hash"),
    )
    # Events of one account lie together, so that recording it touches few pages.
    op.create_index("events_of_finding", "events", ["account", "desk", "finding_id"])
    op.create_table("bodies", _key("seq"), _hash("salt", null=True), sa.Column("body", sa.Text, nullable=True))


def _table_of_findings() -> None:
    op.create_table(
        "findings",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("account", "desk", "finding_id")),
        *map(_text, ("facts", "state", "class", "severity")),
        _number("amount_minor"),
        *map(_text, ("currency", "status", "owner", "first_day", "settled_by")),
        _number("seq"),
        sqlite_with_rowid=False,
    )


def _guard_sqlite() -> None:
    for table in _KEPT:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN "
                f"SELECT RAISE(ABORT, '{table} are only ever added to'); END"
            )
    # REPLACE deletes without asking the trigger above, so an event may collide with nothing. Every hash but the last
    # is the next one's previous: that no two are alike needs no index of its own, which costs more than all else.
    op.execute(
        "CREATE TRIGGER events_in_chain BEFORE INSERT ON events WHEN "
        "NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM events) "
        "OR NEW.previous IS NOT coalesce((SELECT hash FROM events WHERE seq = NEW.seq - 1), zeroblob(32)) "
        "OR NEW.hash IS NEW.previous OR EXISTS (SELECT 1 FROM events WHERE previous = NEW.hash) "
        "BEGIN SELECT RAISE(ABORT, 'an event continues the chain at its end'); END"
    )
    for table, (key, *others) in _ERASABLE.items():
        kept = [name for name in others if name not in ("salt", "body", "name")]
        blank = [name for name in others if name not in kept]
        same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in (key, *kept))
        gone = " AND ".join(f"NEW.{name} IS NULL" for name in blank)
        op.execute(
            f"CREATE TRIGGER {table}_only_blanked BEFORE UPDATE ON {table} WHEN NOT ({same} AND {gone}) BEGIN "
            f"SELECT RAISE(ABORT, '{table} can be blanked and not changed'); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN "
            f"SELECT RAISE(ABORT, '{table} can be blanked and not removed'); END"
        )
        there = f"(SELECT {key} FROM {table})"  # noqa: S608 - names of our own
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN NEW.{key} IN {there} BEGIN SELECT RAISE(ABORT, '{table} can be blanked and not changed'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION register_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% are only ever added to', TG_TABLE_NAME USING ERRCODE = 'raise_exception'; END $$"
    )
    for table in (*_KEPT, *_ERASABLE):
        acts = "UPDATE OR DELETE OR TRUNCATE" if table in _KEPT else "DELETE OR TRUNCATE"
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE {acts} ON {table} FOR EACH STATEMENT "
            "EXECUTE FUNCTION register_refuse()"
        )
        op.execute(f"REVOKE ALL ON {table} FROM PUBLIC")
    op.execute(
        "CREATE FUNCTION register_in_chain() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT 1 FROM added LEFT JOIN events before ON before.seq = added.seq - 1 "
        "WHERE added.previous IS DISTINCT FROM coalesce(before.hash, "
        "CASE WHEN added.seq = 1 THEN decode(repeat('00', 32), 'hex') END)) THEN "
        "RAISE EXCEPTION 'an event continues the chain at its end'; END IF; "
        "IF EXISTS (SELECT 1 FROM added JOIN events later ON later.previous = added.hash "
        "AND later.seq <> added.seq + 1) THEN RAISE EXCEPTION 'no two events have one hash'; END IF; "
        "IF EXISTS (SELECT 1 FROM added LEFT JOIN actors ON actors.id = added.actor "
        "WHERE actors.name IS DISTINCT FROM session_user::text) THEN "
        "RAISE EXCEPTION 'an event is its own role''s, %', session_user; END IF; "
        "RETURN NULL; END $$"
    )
    op.execute(
        "CREATE FUNCTION register_own_name() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.name IS DISTINCT FROM session_user::text THEN "
        "RAISE EXCEPTION 'an actor is its own role, %', session_user; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER actors_own_name BEFORE INSERT ON actors FOR EACH ROW EXECUTE FUNCTION register_own_name()"
    )
    op.execute(
        "CREATE TRIGGER events_in_chain AFTER INSERT ON events REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION register_in_chain()"
    )
    for table, (key, *others) in _ERASABLE.items():
        kept = [name for name in others if name not in ("salt", "body", "name")]
        blank = [name for name in others if name not in kept]
        same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in (key, *kept))
        gone = " AND ".join(f"NEW.{name} IS NULL" for name in blank)
        op.execute(
            f"CREATE FUNCTION register_{table}_blanked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NOT ({same} AND {gone}) THEN RAISE EXCEPTION '{table} can be blanked and not changed'; END IF; "
            "RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_only_blanked BEFORE UPDATE ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION register_{table}_blanked()"
        )
