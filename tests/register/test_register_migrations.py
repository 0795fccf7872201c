"""E6, E7, E8: older registers are brought up to date whole, newer ones are left alone."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from register_events import finding
from register_reviews import review
from register_sql import by_hand
from sqlalchemy import inspect

from opsrules.errors import RegisterNewer, UsageError
from opsrules.register import open_register
from opsrules.register.engine import connect
from opsrules.register.migrations import newest
from opsrules.register.tables import (
    actions,
    actors,
    bodies,
    decisions,
    events,
    findings,
    meta,
    metrics,
    risks,
    runs,
    sign_offs,
)

STORED = Path(__file__).parent / "stored"
VERSIONS = sorted(path.stem for path in STORED.glob("*.sqlite3"))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "parameters").mkdir()
    monkeypatch.delenv("OPSRULES_REGISTER_URL", raising=False)
    monkeypatch.setenv("OPSRULES_ACTOR", "mina")
    return tmp_path


def _stored(version: str, workspace: Path) -> Path:
    return Path(shutil.copyfile(STORED / f"{version}.sqlite3", workspace / "register.sqlite3"))


def test_e6_a_register_of_every_version_is_stored() -> None:
    made = {path.stem.split("_")[0].lstrip("v") for path in _versions_folder().glob("v*.py")}
    assert set(VERSIONS) == made
    assert newest() == max(made)


def _versions_folder() -> Path:
    import opsrules.register.migrations.versions as package

    return Path(package.__path__[0])


@pytest.mark.parametrize("version", VERSIONS)
def test_e6_an_older_register_is_brought_up_to_date_and_verifies(workspace: Path, version: str) -> None:
    _stored(version, workspace)
    with open_register(workspace) as register:
        assert register.verify().problems == ()
        row = register.findings().iloc[0]
        assert (row["finding_id"], row["amount_minor"], row["notes"]) == ("0a1b2c3d4e5f", -1234, 1)
        assert register.metrics()["numerator"].tolist() == [7]
        assert register.runs()["run_id"].tolist() == ["run-1"]
        assert [event.kind for event in register.history("0a1b")] == ["opened", "commented"]
        register.record(review([finding("aaaa1")], run_id="run-2"))
        register.act(text="Ask", owner="Jo")
        assert register.verify().problems == ()


def test_an_older_register_is_not_written_by_looking(workspace: Path) -> None:
    path = _stored("0001", workspace)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="an earlier opsrules has written this register"):
        open_register(workspace, write=False)
    assert path.read_bytes() == before


def test_e7_a_newer_register_is_refused_and_left_alone(register_workspace: Path, register_url: str) -> None:
    open_register(register_workspace).close()
    with by_hand(register_workspace, register_url) as sql:
        sql.do("UPDATE alembic_version SET version_num = '9999'")
        sql.do("UPDATE meta SET value = '7.1.0' WHERE key = 'written_by'")
    path = register_workspace / "register.sqlite3"
    before = path.read_bytes() if path.exists() else b""
    for write in (True, False):
        with pytest.raises(RegisterNewer, match=r"opsrules 7\.1\.0 has written this register") as told:
            open_register(register_workspace, write=write)
        assert "install opsrules 7.1.0 or later; nothing was written" in str(told.value)
    assert (path.read_bytes() if path.exists() else b"") == before


KILLED_AT = """
import os, signal, sqlite3, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from opsrules.register import open_register

count = 0

@event.listens_for(Engine, "before_cursor_execute")
def kill(connection, cursor, statement, parameters, context, many):
    global count
    if connection.get_execution_options().get("register_begin") == "IMMEDIATE":
        count += 1
        if count == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)

open_register(sys.argv[1]).close()
print(count)
"""


@pytest.mark.parametrize("version", ["none", "0001"])
def test_e8_a_migration_that_is_killed_leaves_the_old_version(workspace: Path, version: str) -> None:
    path = workspace / "register.sqlite3"
    if version != "none":
        _stored(version, workspace)
    whole = path.read_bytes() if version != "none" else b""
    steps = int(_opened(workspace, 0).stdout)  # nothing is killed at step 0: all of them are counted
    assert steps > 8
    for step in sorted({2, steps // 3, 2 * steps // 3, steps - 1, steps}):
        path.write_bytes(whole)
        assert _opened(workspace, step).returncode == -signal.SIGKILL
        with closing(sqlite3.connect(path)) as raw:
            tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            assert "actions" not in tables, step
            assert ("events" in tables) == (version != "none"), step
    with open_register(workspace) as register:
        assert register.verify().problems == ()


def _opened(workspace: Path, step: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KILLED_AT, str(workspace), str(step)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))


def test_tables_are_as_queries_see_them(register_workspace: Path, register_url: str) -> None:
    open_register(register_workspace).close()
    database = connect(register_url or f"sqlite:///{register_workspace / 'register.sqlite3'}")
    known = (meta, runs, metrics, actors, events, bodies, findings, sign_offs, actions, decisions, risks)
    with database.reading() as connection:
        found = inspect(connection)
        assert set(found.get_table_names()) == {table.name for table in known} | {"alembic_version"}
        for table in known:
            there = [column["name"] for column in found.get_columns(table.name)]
            assert there == [column.name for column in table.columns]
            key = [column.name for column in table.primary_key]
            assert found.get_pk_constraint(table.name)["constrained_columns"] == key
        unique = {tuple(one["column_names"]) for one in found.get_unique_constraints("events")}
        assert unique == {("previous",)}
    database.close()
