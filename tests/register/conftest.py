"""Fixtures of the register's tests: both databases, and workspaces that keep their register in them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from register import postgres

from opsrules.register.engine import connect
from opsrules.register.migrations import bring


def lacking(what: str) -> None:
    """Leave the test out, saying why; never on CI, where nothing may be left out."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


def _programs() -> Path:
    found = postgres.programs()
    if found is None:
        lacking("no PostgreSQL server on this machine: apt-get install postgresql")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL, one a process; no test may stop it."""
    with postgres.running(_programs()) as started:
        yield started


@pytest.fixture
def own_cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL of this test alone, with its syncs on, to be stopped and started at will."""
    with postgres.running(_programs(), is_durable=True) as started:
        yield started


@pytest.fixture
def postgres_url(cluster: postgres.Cluster) -> Iterator[str]:
    """Address of a fresh, empty PostgreSQL database."""
    with cluster.database() as name:
        yield cluster.url(name)


@pytest.fixture(scope="session")
def migrated(cluster: postgres.Cluster) -> Iterator[str]:
    """Name of a PostgreSQL database with the register's tables, to be copied: quicker than making them each time."""
    with cluster.database() as name:
        database = connect(cluster.url(name))
        database.write(lambda connection: bring(connection, database.place))
        database.close()
        yield name


@pytest.fixture(params=["sqlite", "postgresql"])
def register_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """What OPSRULES_REGISTER_URL has to say: "" for the workspace's own file, else a PostgreSQL with its tables."""
    if request.param == "sqlite":
        yield ""
        return
    with request.getfixturevalue("cluster").database(request.getfixturevalue("migrated")) as name:
        yield request.getfixturevalue("cluster").url(name)


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder in memory where there is one: what a disk would keep is replayed, so no test has to wait for a disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture
def register_workspace(scratch: Path, register_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace with its register in either database, and a person at work in it."""
    folder = scratch / "workspace"
    (folder / "parameters").mkdir(parents=True)
    monkeypatch.setenv("OPSRULES_REGISTER_URL", register_url)
    monkeypatch.setenv("OPSRULES_ACTOR", "mina")
    return folder


@pytest.fixture(scope="session")
def strace() -> str:
    """Path of strace, which makes system calls fail where a test wants them to."""
    found = shutil.which("strace")
    if found is None:
        lacking("no strace on this machine: apt-get install strace")
    assert found is not None
    return found
