"""Faults of disks, clocks, locks, forks and servers: nothing is recorded twice or by halves, and the text says why."""

from __future__ import annotations

import os
import re
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from register import postgres
from register.small_reviews import finding_id, small_review
from sqlalchemy import event
from sqlalchemy.engine import Engine

from opsrules.errors import RegisterError
from opsrules.register import Register, engine, instants, open_register
from opsrules.terms import EventKind

FILE = "register.sqlite3"


def _python(code: str, *arguments: object, **more: Any) -> subprocess.Popen[str]:
    there = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, env=there, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **more)


def _is_whole(register: Register) -> None:
    assert register.verify().problems == ()
    events = list(register.events())
    assert [one.seq for one in events] == list(range(1, len(events) + 1))


@pytest.fixture
def one_finding(register_workspace: Path) -> Path:
    with open_register(register_workspace) as register:
        register.record(small_review({"a": -100}))
    return register_workspace


@pytest.fixture
def on_file(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = scratch / "workspace"
    (folder / "parameters").mkdir(parents=True)
    monkeypatch.delenv("OPSRULES_REGISTER_URL", raising=False)
    monkeypatch.setenv("OPSRULES_ACTOR", "mina")
    with open_register(folder) as register:
        register.record(small_review({"a": -100}))
    return folder


@pytest.fixture
def on_server(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "parameters").mkdir()
    monkeypatch.setenv("OPSRULES_REGISTER_URL", postgres_url)
    return tmp_path


@contextmanager
def _largest_file(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_d9_a_file_that_may_not_grow_takes_nothing_by_halves(on_file: Path) -> None:
    many = small_review({f"more {number}": -number for number in range(1, 2_000)}, "2026-11")
    with open_register(on_file) as register:
        head = register.head
        with _largest_file((on_file / FILE).stat().st_size + 8_192), pytest.raises(RegisterError, match="disk"):
            register.record(many)
        assert register.head == head
        _is_whole(register)
        assert register.record(many).is_new
        _is_whole(register)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
def test_d9_a_full_disk_takes_nothing_by_halves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPSRULES_REGISTER_URL", raising=False)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path], check=False)
    if mounted.returncode:
        pytest.skip("this root may not mount")
    try:
        (tmp_path / "parameters").mkdir()
        with open_register(tmp_path) as register:
            register.record(small_review({"a": -100}))
            head = register.head
            many = small_review({f"more {number}": -number for number in range(1, 3_000)}, "2026-11")
            with pytest.raises(RegisterError, match="the disk is full; make room, then do it again"):
                register.record(many)
            assert register.head == head
            _is_whole(register)
            register.comment(finding_id("a"), "a small one still goes in")
            _is_whole(register)
    finally:
        subprocess.run(["umount", tmp_path], check=True)


_AS_ANOTHER = """
import os, sys
from opsrules.register import open_register
from opsrules.errors import RegisterError
with open_register(sys.argv[1]) as register:
    register.comment(sys.argv[2], "mine")  # imports what nobody else may read
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
with open_register(sys.argv[1], write=False) as register:
    assert len(register.findings()) == 1
try:
    with open_register(sys.argv[1]) as register:
        register.comment(sys.argv[2], "not mine")
except RegisterError as error:
    print(error)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_d11_who_may_only_read_can_read_and_is_told_why_no_more(on_file: Path) -> None:
    for folder in (on_file, on_file.parent):
        folder.chmod(0o755)
    told, _ = _python(_AS_ANOTHER, on_file, finding_id("a"), cwd="/").communicate(timeout=60)
    assert re.search(rf"{FILE}: it cannot be (written|opened); see to the rights of the file and of its folder", told)


def test_d12_order_is_by_number_when_the_clock_goes_back(one_finding: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hours = 3_600_000_000
    now = instants.now()
    clock = iter([now, now - 2 * hours, now - 2 * hours + 1, now + hours])
    monkeypatch.setattr(instants, "now", lambda: next(clock))
    with open_register(one_finding) as register:
        for text in ("first", "second", "third"):
            register.comment(finding_id("a"), text)
        said = [one for one in register.history(finding_id("a")) if one.kind == EventKind.COMMENTED]
        assert [one.body and one.body["note"] for one in said] == ["first", "second", "third"]
        assert said[1].at < said[0].at
        assert said[1].seq > said[0].seq
        _is_whole(register)


_HOLD_FILE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""

_HOLD_SERVER = """
import sys, psycopg
from opsrules.register import engine
connection = psycopg.connect(sys.argv[1].replace("+psycopg", ""))
connection.execute("SELECT pg_advisory_xact_lock(%s)", [engine._LOCK])
print("held", flush=True)
sys.stdin.readline()
"""


@contextmanager
def _held(workspace: Path) -> Iterator[subprocess.Popen[str]]:
    url = os.environ["OPSRULES_REGISTER_URL"]
    holder = _python(_HOLD_SERVER, url) if url else _python(_HOLD_FILE, workspace / FILE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        yield holder
    finally:
        holder.communicate("\n")


def test_d15_a_register_held_too_long_is_an_error_that_says_so(
    one_finding: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine.WAIT_SECONDS == 60
    monkeypatch.setattr(engine, "WAIT_SECONDS", 1)
    with open_register(one_finding) as register, _held(one_finding):
        head = register.head
        start = time.monotonic()
        with pytest.raises(RegisterError, match="somebody else has held it for too long; wait"):
            register.comment(finding_id("a"), "let me in")
        assert 0.9 < time.monotonic() - start < 15
        assert register.head == head


def test_d15_who_waits_gets_in_when_the_other_one_is_done(one_finding: Path) -> None:
    with open_register(one_finding) as register, _held(one_finding) as holder:
        threading.Timer(0.7, lambda: holder.stdin and (holder.stdin.write("\n"), holder.stdin.flush())).start()
        start = time.monotonic()
        register.comment(finding_id("a"), "let me in")
        assert time.monotonic() - start > 0.5
        _is_whole(register)


_WRITERS = """
import os, sys
from opsrules.register import open_register
started = []
for writer in range(6):
    child = os.fork()
    if child == 0:
        os.environ["OPSRULES_ACTOR"] = f"writer {writer}"
        with open_register(sys.argv[1]) as register:
            for number in range(60):
                register.comment(sys.argv[2], f"{writer} says {number}")
        os._exit(0)
    started.append(child)
print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in started])
"""


def test_d16_six_writers_lose_and_double_nothing(one_finding: Path) -> None:
    told, _ = _python(_WRITERS, one_finding, finding_id("a")).communicate(timeout=300)
    assert told == "[0, 0, 0, 0, 0, 0]\n"
    with open_register(one_finding) as register:
        _is_whole(register)
        said = [one.body["note"] for one in register.events() if one.kind == EventKind.COMMENTED and one.body]
    assert Counter(said) == Counter(f"{writer} says {number}" for writer in range(6) for number in range(60))
    for writer in range(6):  # each one's in the order in which they were said
        assert [text for text in said if text.startswith(f"{writer} ")] == [f"{writer} says {n}" for n in range(60)]


_FORKED = """
import os, sys
from opsrules.errors import RegisterError
from opsrules.register import open_register
with open_register(sys.argv[1]) as register:
    register.comment(sys.argv[2], "before")
    child = os.fork()
    if child == 0:
        try:
            register.comment(sys.argv[2], "of the child")
        except RegisterError as error:
            print(error, flush=True)
            register.close()
            sys.exit(7)  # an ordinary end, with all that is cleared away then
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    register.comment(sys.argv[2], "after")
"""


def test_d17_a_forked_child_is_refused_and_does_its_parent_no_harm(one_finding: Path) -> None:
    told, _ = _python(_FORKED, one_finding, finding_id("a")).communicate(timeout=60)
    error, status = told.splitlines()
    assert re.search(r": process \d+ has opened the register; open it again in this one$", error)
    assert status == "7"
    with open_register(one_finding) as register:
        _is_whole(register)
        said = [one.body["note"] for one in register.events() if one.kind == EventKind.COMMENTED and one.body]
    assert said == ["before", "after"]


def _counts(register: Register) -> Counter[tuple[str, str, str]]:
    return Counter((one.kind, one.subject.account, one.subject.finding_id) for one in register.events())


def test_d18_a_server_that_restarts_mid_run_has_each_event_once(
    own_cluster: postgres.Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "parameters").mkdir()
    accounts = [f"account-{number}" for number in range(30)]
    is_under_way = threading.Event()

    def night(register: Register) -> list[bool]:
        new = []
        for number, account in enumerate(accounts):
            new.append(register.record(small_review({"a": -1, "b": -2}, account=account)).is_new)
            if number == 10:
                is_under_way.set()
        return new

    with own_cluster.database() as name:
        monkeypatch.setenv("OPSRULES_REGISTER_URL", own_cluster.url(name))
        with open_register(tmp_path) as register, ThreadPoolExecutor() as threads:
            running = threads.submit(night, register)
            is_under_way.wait(60)
            own_cluster.restart()
            assert running.result(60) == [True] * len(accounts)
            _is_whole(register)
            assert set(_counts(register).values()) == {1}
            assert sum(_counts(register).values()) == 3 * len(accounts)  # the run's own event and two findings
            assert set(register.runs()["account"]) == set(accounts)


@contextmanager
def _cut(statement: int) -> Iterator[list[str]]:
    """End the server's side of the connection just before its n-th statement, once; gives the statements seen."""
    seen: list[str] = []

    def before(connection: Any, cursor: Any, text: str, *_: object) -> None:
        seen.append(text)
        if len(seen) == statement:
            _terminate(cursor.connection.info.backend_pid)

    event.listen(Engine, "before_cursor_execute", before)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", before)


def _terminate(backend: int) -> None:
    with psycopg.connect(os.environ["OPSRULES_REGISTER_URL"].replace("+psycopg", "")) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def test_d18_a_connection_lost_before_any_statement_changes_nothing(on_server: Path) -> None:
    with open_register(on_server) as register:
        with _cut(0) as seen:
            register.record(small_review({"a": -1, "b": -2}, account="account-0"))
        assert len(seen) > 5
        for number in range(1, len(seen) + 1):
            with _cut(number):
                assert register.record(small_review({"a": -1, "b": -2}, account=f"account-{number}")).is_new
        _is_whole(register)
        assert set(_counts(register).values()) == {1}
        assert len(register.runs()) == len(seen) + 1


@pytest.mark.parametrize("is_kept", [False, True])
def test_d18_an_act_whose_commit_was_not_answered_counts_once(on_server: Path, is_kept: bool) -> None:
    """The server has committed, or has not, and the answer never comes: nobody can tell from the connection."""
    lost: list[Any] = []

    def unanswered(connection: Any) -> None:
        if not lost:
            driver = connection.connection.driver_connection
            lost.append(driver)
            if is_kept:
                driver.commit()
            driver.close()

    with open_register(on_server) as register:
        register.record(small_review({"a": -1}))
        event.listen(Engine, "commit", unanswered)
        try:
            (written,) = register.comment(finding_id("a"), "once")
        finally:
            event.remove(Engine, "commit", unanswered)
        assert lost
        said = [one for one in register.history(finding_id("a")) if one.kind == EventKind.COMMENTED]
        assert [one.seq for one in said] == [written.seq]
        _is_whole(register)


def test_d18_a_server_that_stays_away_is_an_error_that_says_so(
    own_cluster: postgres.Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "parameters").mkdir()
    monkeypatch.setattr(engine, "RETRY_SECONDS", 1)
    with own_cluster.database() as name:
        monkeypatch.setenv("OPSRULES_REGISTER_URL", own_cluster.url(name))
        with open_register(tmp_path) as register:
            register.record(small_review({"a": -1}))
            own_cluster.stop()
            with pytest.raises(RegisterError, match="the server cannot be reached; see that it runs"):
                register.comment(finding_id("a"), "nobody there")
            own_cluster.start()
            register.comment(finding_id("a"), "there again")
            _is_whole(register)


def test_a_crash_is_mended_by_whoever_opens_the_register_next(on_file: Path) -> None:
    """What a killed writer left half written on the disk, its journal beside it, must not keep a reader out."""
    with closing(sqlite3.connect(on_file / FILE, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size=1")
        writer.execute("PRAGMA cache_spill=1")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("CREATE TABLE half (a)")
        writer.executemany("INSERT INTO half VALUES (?)", [["x" * 3_000]] * 200)
        left = {name: (on_file / name).read_bytes() for name in (FILE, f"{FILE}-journal")}
        writer.execute("ROLLBACK")
    for name, content in left.items():
        (on_file / name).write_bytes(content)
    with open_register(on_file, write=False) as register:
        _is_whole(register)
        assert len(register.findings()) == 1
