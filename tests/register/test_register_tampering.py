"""E9 and E12: whoever gets past the database's guards is found out by every column, cut and mixture of files."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from register.small_reviews import finding_id, small_review
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from opsrules.errors import RegisterError, UsageError
from opsrules.register import open_register
from opsrules.standing import Head
from opsrules.terms import Resolution

FILE = "register.sqlite3"
LAST = 11


@pytest.fixture
def told(register_workspace: Path) -> Path:
    """A register with two reviews and what people said between them: eleven events."""
    with open_register(register_workspace) as register:
        register.record(small_review({"a": -100, "b": -200}))  # 1 recorded, 2 and 3 opened
        register.assign(finding_id("a"), "lea")  # 4
        register.comment(finding_id("a"), "asked the bank")  # 5
        register.comment(finding_id("b"), "asked the shop")  # 6
        register.resolve(finding_id("b"), Resolution.CORRECTED)  # 7
        register.record(small_review({"a": -150, "c": -300}, "2026-11"))  # 8 recorded, 9 seen, 10 opened, 11 cleared
        verified = register.verify()
        assert (verified.events, verified.problems) == (LAST, ())
    return register_workspace


@contextmanager
def _database(workspace: Path) -> Iterator[Connection]:
    url = os.environ["OPSRULES_REGISTER_URL"] or f"sqlite:///{workspace / FILE}"
    with create_engine(url, poolclass=NullPool).connect() as connection, connection.begin():
        yield connection


def _tamper(workspace: Path, *statements: str) -> None:
    """Do what somebody with the database's own password can: take the guards away, then change what they guard."""
    with _database(workspace) as connection:
        if connection.dialect.name == "sqlite":
            for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for name in ("events", "bodies", "actors", "runs", "metrics"):
                connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER ALL"))
        for statement in statements:
            assert connection.execute(text(statement)).rowcount > 0


def _first_problem(workspace: Path, *heads: Head) -> int:
    with open_register(workspace, write=False) as register:
        problems = register.verify(heads).problems
    assert problems
    return problems[0][0]


_OTHER = {
    "kind": "'rejected'",
    "account": "'southwind'",
    "desk": "'payments'",
    "period": "'2026-09'",
    "finding_id": f"'{finding_id('c')}'",
    "run": "run + 1",
    "at": "at + 1",
    "actor": "99",
    "body_hash": "hash",
    "facts_hash": "hash",
    "previous": "body_hash",
    "hash": "body_hash",
}


def test_e9_an_edited_event_is_named_whatever_is_edited(told: Path) -> None:
    for column, other in _OTHER.items():
        with _database(told) as connection:
            before = connection.execute(text(f"SELECT {column} FROM events WHERE seq = 5")).scalar_one()
        _tamper(told, f"UPDATE events SET {column} = {other} WHERE seq = 5")
        assert _first_problem(told) == 5, column
        with _database(told) as connection:
            connection.execute(text(f"UPDATE events SET {column} = :before WHERE seq = 5"), {"before": before})
    with open_register(told) as register:
        assert register.verify().problems == ()


def test_e9_the_later_events_moved_up_do_not_hide_that_one_was_removed(told: Path) -> None:
    up = [f"UPDATE events SET seq = {seq - 1} WHERE seq = {seq}" for seq in range(6, LAST + 1)]
    _tamper(told, "DELETE FROM events WHERE seq = 5", *up)
    assert _first_problem(told) == 5


def test_e9_an_event_of_a_run_put_at_the_end_is_named_and_not_its_run(told: Path) -> None:
    forged = "kind, account, desk, period, finding_id, run, at, actor, body_hash, facts_hash, hash, body_hash"
    _tamper(told, f"INSERT INTO events SELECT seq + 1, {forged} FROM events WHERE seq = {LAST}")
    assert _first_problem(told) == LAST + 1


@pytest.mark.parametrize("last", [0, 5, 10])
def test_e9_a_tail_that_was_cut_is_found_by_the_head_in_a_report(told: Path, last: int) -> None:
    with open_register(told) as register:
        head = register.head
    _tamper(told, f"DELETE FROM events WHERE seq > {last}", f"DELETE FROM bodies WHERE seq > {last}")
    with open_register(told, write=False) as register:
        problems = register.verify([head]).problems
    assert (last + 1, "its end was cut off") in [(seq, what.rsplit(": ", 1)[-1]) for seq, what in problems]


@pytest.fixture
def on_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "parameters").mkdir()
    monkeypatch.delenv("OPSRULES_REGISTER_URL", raising=False)
    with open_register(tmp_path) as register:
        register.record(small_review({f"old {number}": -number for number in range(1, 200)}))
    return tmp_path


def test_e12_a_backup_made_while_others_write_is_whole(on_file: Path, tmp_path: Path) -> None:
    done = threading.Event()

    def write() -> None:
        with open_register(on_file) as register:
            number = 0
            while not done.is_set():
                number += 1
                register.comment(finding_id("old 7"), f"still here {number}")

    writer = threading.Thread(target=write)
    writer.start()
    heads = []
    try:
        with open_register(on_file) as register:
            for number in range(4):
                copy = tmp_path / f"copy {number}"
                (copy / "parameters").mkdir(parents=True)
                register.backup(copy / FILE)
                with open_register(copy, write=False) as kept:
                    verified = kept.verify()
                    assert verified.problems == ()
                    heads.append(verified.head)
    finally:
        done.set()
        writer.join()
    assert heads == sorted(heads, key=lambda head: head.seq)
    assert heads[-1].seq > heads[0].seq  # somebody did write meanwhile
    with open_register(on_file) as register:
        assert register.verify(heads).problems == ()


def test_e12_a_file_copied_while_it_was_written_is_found(on_file: Path, tmp_path: Path) -> None:
    """A copy takes the beginning as it was and the rest as it is, wherever between two pages the writer came."""
    before = (on_file / FILE).read_bytes()
    with open_register(on_file) as register:
        register.record(small_review({f"new {number}": -number for number in range(1, 60)}, "2026-11"))
        head = register.head
    after = (on_file / FILE).read_bytes()
    copy = tmp_path / "copy"
    (copy / "parameters").mkdir(parents=True)
    page = int.from_bytes(after[16:18], "big")
    changed = [at for at in range(0, len(before), page) if before[at : at + page] != after[at : at + page]]
    assert len(changed) > 10
    passed = []
    for at in changed[1:]:
        (copy / FILE).write_bytes(before[:at] + after[at:])
        try:
            with open_register(copy, write=False) as register:
                if not register.verify([head]).problems:
                    passed.append(at // page)
        except (RegisterError, UsageError):
            continue
    assert passed == []


def test_e12_an_old_file_put_back_is_found_by_a_later_head(on_file: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copy(on_file / FILE, old)
    with open_register(on_file) as register:
        first = register.head
        register.comment(finding_id("old 7"), "said since")
        later = register.head
    shutil.copy(old, on_file / FILE)
    with open_register(on_file) as register:
        assert register.verify([first]).problems == ()
        assert register.verify([first, later]).problems[0][0] == later.seq
        register.comment(finding_id("old 7"), "said after it was put back")
        assert register.head.seq == later.seq
        assert register.verify([first, later]).problems[0][0] == later.seq
