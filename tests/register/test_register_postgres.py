"""The tests' own PostgreSQL: a database a test, what was committed outlives a crash, nothing stays behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from register import postgres


def _libpq(url: str) -> str:
    return url.replace("+psycopg", "")


@pytest.mark.parametrize("nth", [1, 2])
def test_every_test_has_an_empty_database(postgres_url: str, nth: int) -> None:
    with psycopg.connect(_libpq(postgres_url)) as connection:
        connection.execute("CREATE TABLE only_mine (n int)")


def test_what_was_committed_outlives_a_crash_of_the_server(own_cluster: postgres.Cluster) -> None:
    with own_cluster.database() as name:
        with psycopg.connect(_libpq(own_cluster.url(name))) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept VALUES (7)")
            connection.commit()
            connection.execute("INSERT INTO kept VALUES (8)")
            own_cluster.restart()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
        with psycopg.connect(_libpq(own_cluster.url(name))) as connection:
            assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]


_ENDED = """
import os
from register import postgres

with postgres.running(postgres.programs()) as started:
    print(started.server, started.folder, flush=True)
    {end}
"""


@pytest.mark.parametrize("end", ["1 / 0", "os.kill(os.getpid(), 9)"])
def test_no_server_outlives_the_process_that_made_it(cluster: postgres.Cluster, end: str) -> None:
    there = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", _ENDED.format(end=end)]
    ended = subprocess.run(command, check=False, env=there, capture_output=True, text=True)
    server, folder = ended.stdout.strip().split(" ", 1)
    try:
        deadline = time.monotonic() + 20
        while Path(f"/proc/{server}").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not Path(f"/proc/{server}").exists()
        assert Path(folder).exists() == (ended.returncode == -9)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
