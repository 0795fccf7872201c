"""E9, E12, E13: whatever somebody does to the register's rows by hand is found, with the event it is about."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from register_events import finding
from register_reviews import OCTOBER, review, write_account
from register_sql import ByHand, by_hand

from opsrules.errors import RegisterError
from opsrules.register import Register, open_register
from opsrules.standing import Head
from opsrules.terms import Desk, Resolution


@pytest.fixture
def workspace(register_workspace: Path) -> Path:
    """Events 1 to 12: two reviews (1 to 4 and 9 to 10), a comment, a resolution, a sign-off, an action, an undone one.

    1 recorded, 2 to 4 opened, 5 commented, 6 resolved, 7 signed off, 8 action, 9 recorded, 10 cleared, 11 commented,
    12 undone.
    """
    write_account(register_workspace, second_person_minor=10_000)
    with open_register(register_workspace) as register:
        rows = [finding("aaaa1", 1000), finding("aaaa2", -50_000), finding("bbbb3", 700)]
        register.record(review(rows))
        register.comment("aaaa1", "asked the bank")
        register.resolve("bbbb3", Resolution.EXPECTED, "timing")
        register.sign_off("northwind", Desk.RECONCILIATION, OCTOBER)
        register.act(account="northwind", text="Ask the bank", owner="Jo")
        register.record(review([rows[0], rows[2]], run_id="run-2"))
        (told,) = register.comment("aaaa1", "not so")
        register.undo(told.seq)
    return register_workspace


def _swap(sql: ByHand) -> None:
    """Exchange events 2 and 3, each with all that it says."""
    for table in ("events", "bodies"):
        for old, new in ((2, 99), (3, 2), (99, 3)):
            sql.do(f"UPDATE {table} SET seq = ? WHERE seq = ?", new, old)


def _cut(sql: ByHand) -> None:
    """Cut the last two events off, and all that tells of them."""
    sql.do("DELETE FROM events WHERE seq > 10")
    sql.do("DELETE FROM bodies WHERE seq > 10")
    ((state,),) = sql.do("SELECT state FROM findings WHERE finding_id = 'aaaa1'")
    assert state.endswith("\x1f1\x1f0")  # one note: the second one was taken back
    sql.do("UPDATE findings SET seq = 5 WHERE finding_id = 'aaaa1'")


TAMPERED: dict[str, tuple[Callable[[ByHand], object], int, str]] = {
    "kind": (lambda sql: sql.do("UPDATE events SET kind = 'disputed' WHERE seq = 6"), 6, "it was changed"),
    "instant": (lambda sql: sql.do("UPDATE events SET at = at + 1 WHERE seq = 6"), 6, "it was changed"),
    "finding": (lambda sql: sql.do("UPDATE events SET finding_id = 'aaaa2' WHERE seq = 5"), 5, "it was changed"),
    "run": (lambda sql: sql.do("UPDATE events SET run = 0 WHERE seq = 4"), 4, "it was changed"),
    "hash": (lambda sql: sql.do("UPDATE events SET hash = body_hash WHERE seq = 6"), 6, "it was changed"),
    "previous": (lambda sql: sql.do("UPDATE events SET previous = body_hash WHERE seq = 6"), 6, "does not follow"),
    "removed": (lambda sql: sql.do("DELETE FROM events WHERE seq = 5"), 5, "event 5 is missing"),
    "several removed": (lambda sql: sql.do("DELETE FROM events WHERE seq IN (5, 6)"), 5, "events 5 to 6 are missing"),
    "first removed": (lambda sql: sql.do("DELETE FROM events WHERE seq = 1"), 1, "event 1 is missing"),
    "swapped": (_swap, 2, "does not follow"),
    "body": (
        lambda sql: sql.do("UPDATE bodies SET body = replace(body, 'asked', 'robbed') WHERE seq = 5"),
        5,
        "what it says was changed",
    ),
    "salt": (
        lambda sql: sql.do("UPDATE bodies SET salt = (SELECT salt FROM actors) WHERE seq = 5"),
        5,
        "what it says was changed",
    ),
    "body blanked": (
        lambda sql: sql.do("UPDATE bodies SET body = NULL, salt = NULL WHERE seq = 5"),
        5,
        "what it says was erased, and no event says so",
    ),
    "body removed": (lambda sql: sql.do("DELETE FROM bodies WHERE seq = 6"), 6, "and no event says so"),
    "body of a review": (
        lambda sql: sql.do("UPDATE bodies SET body = NULL, salt = NULL WHERE seq = 2"),
        2,
        "and no event says so",
    ),
    "name": (lambda sql: sql.do("UPDATE actors SET name = 'mallory'"), 1, "was changed, to 'mallory'"),
    "name and hash": (lambda sql: sql.do("UPDATE actors SET name_hash = salt"), 1, "it was changed"),
    "name blanked": (lambda sql: sql.do("UPDATE actors SET name = NULL, salt = NULL"), 1, "and no event says so"),
    "amount": (
        lambda sql: sql.do("UPDATE findings SET amount_minor = 1 WHERE finding_id = 'aaaa2'"),
        10,
        "finding aaaa2 of northwind: amount_minor is 1, and its events tell -50000",
    ),
    "facts": (
        lambda sql: sql.do("UPDATE findings SET facts = replace(facts, '-50000', '-5') WHERE finding_id = 'aaaa2'"),
        10,
        "finding aaaa2 of northwind: what its review told of it was changed",
    ),
    "state": (
        lambda sql: sql.do(
            "UPDATE findings SET state = replace(state, 'expected', 'other') WHERE finding_id = 'bbbb3'"
        ),
        6,
        "finding bbbb3 of northwind: reason is 'other', and its events tell 'expected'",
    ),
    "status": (
        lambda sql: sql.do("UPDATE findings SET status = 'open' WHERE finding_id = 'bbbb3'"),
        6,
        "finding bbbb3 of northwind: status is 'open', and its events tell 'resolved'",
    ),
    "settled by": (
        lambda sql: sql.do("UPDATE findings SET settled_by = 'jo' WHERE finding_id = 'bbbb3'"),
        6,
        "settled_by is 'jo'",
    ),
    "finding removed": (
        lambda sql: sql.do("DELETE FROM findings WHERE finding_id = 'bbbb3'"),
        6,
        "finding bbbb3 of northwind is missing",
    ),
    "finding put in": (
        lambda sql: sql.do("UPDATE findings SET finding_id = 'cccc4' WHERE finding_id = 'bbbb3'"),
        6,
        "finding cccc4 of northwind is there, and no event tells of it",
    ),
    "run level": (lambda sql: sql.do("UPDATE runs SET level = 'healthy' WHERE run = 1"), 1, "run 1: level is"),
    "run inputs": (lambda sql: sql.do("UPDATE runs SET inputs = '{}' WHERE run = 1"), 1, "inputs were changed"),
    "run head": (lambda sql: sql.do("UPDATE runs SET head_seq = 3 WHERE run = 1"), 3, "another event"),
    "run removed": (lambda sql: sql.do("DELETE FROM runs WHERE run = 2"), 9, "run 2 is missing"),
    "metric": (lambda sql: sql.do("UPDATE metrics SET numerator = 8 WHERE run = 1"), 1, "metrics were changed"),
    "metric removed": (lambda sql: sql.do("DELETE FROM metrics WHERE run = 1"), 1, "metrics were changed"),
    "sign-off": (lambda sql: sql.do("UPDATE sign_offs SET actor = 'jo'"), 7, "sign-off 7 is not as its events tell"),
    "sign-off removed": (lambda sql: sql.do("DELETE FROM sign_offs"), 7, "sign-off 7 is missing"),
    "action": (lambda sql: sql.do("UPDATE actions SET status = 'done'"), 8, "action 1 is not as its events tell"),
}


def test_an_untouched_register_verifies(workspace: Path) -> None:
    with open_register(workspace) as register:
        heads = [Head(int(run["head_seq"]), run["head_hash"]) for _, run in register.runs().iterrows()]
        found = register.verify([*heads, Head()])
        assert (found.events, found.head, found.problems) == (12, register.head, ())
        assert [head.seq for head in heads] == [4, 10]


@pytest.mark.parametrize("how", TAMPERED)
def test_e9_what_was_tampered_with_is_named(workspace: Path, register_url: str, how: str) -> None:
    tamper, seq, what = TAMPERED[how]
    with by_hand(workspace, register_url) as sql:
        sql.unguard()
        tamper(sql)
    with open_register(workspace) as register:
        problems = register.verify().problems
        assert problems == tuple(sorted(problems))
        assert any(number == seq and what in told for number, told in problems), problems
        assert min(number for number, _ in problems) == seq or how == "run head", problems


def test_e9_a_cut_tail_is_found_by_what_reports_name(workspace: Path, register_url: str) -> None:
    with open_register(workspace) as register:
        head = register.head
    with by_hand(workspace, register_url) as sql:
        sql.unguard()
        _cut(sql)
    with open_register(workspace) as register:
        assert register.verify().problems == ()  # with all that told of it gone, nothing inside can tell
        assert register.verify([head]).problems == (
            (11, "the chain ends at event 10, and a report names event 12: its end was cut off"),
        )


def test_e9_a_chain_made_anew_is_found_by_what_reports_name(workspace: Path, tmp_path: Path) -> None:
    with open_register(workspace) as register:
        other = Head(4, "ab" * 32)
        assert register.verify([other]).problems == (
            (4, "a report names another hash for this event: the chain is another one"),
        )


@pytest.mark.parametrize("table", ["events", "runs", "metrics"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_what_happened(
    workspace: Path, register_url: str, table: str, statement: str
) -> None:
    column = "kind" if table == "events" else "level"
    refused = pytest.raises((sqlite3.DatabaseError, psycopg.Error), match="only ever added to")
    with refused, by_hand(workspace, register_url) as sql:
        sql.do(statement.format(table, column, column))


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE bodies SET body = 'x' WHERE seq = 5", "can be blanked and not changed"),
        ("UPDATE bodies SET body = NULL WHERE seq = 5", "can be blanked and not changed"),
        ("UPDATE actors SET name = 'jo'", "can be blanked and not changed"),
        ("UPDATE actors SET name = NULL, salt = NULL, name_hash = salt", "can be blanked and not changed"),
        ("DELETE FROM bodies", "bodies"),
        ("DELETE FROM actors", "actors"),
    ],
)
def test_the_database_itself_lets_bodies_and_names_be_blanked_alone(
    workspace: Path, register_url: str, statement: str, why: str
) -> None:
    with pytest.raises((sqlite3.DatabaseError, psycopg.Error), match=why), by_hand(workspace, register_url) as sql:
        sql.do(statement)


COPIED = (
    "INSERT INTO events SELECT {seq}, kind, account, desk, period, finding_id, run, at, actor, body_hash, facts_hash, "
    "{previous}, {hash} FROM events WHERE seq = 12"
)


@pytest.mark.parametrize(
    ("seq", "previous", "own"),
    [
        ("14", "hash", "facts_hash"),  # a gap
        ("13", "previous", "previous"),  # not after the last one
        ("13", "hash", "hash"),  # the hash of another
    ],
)
def test_the_database_itself_refuses_an_event_out_of_the_chain(
    workspace: Path, register_url: str, seq: str, previous: str, own: str
) -> None:
    for verb in ("INSERT INTO",) if register_url else ("INSERT INTO", "INSERT OR REPLACE INTO"):
        statement = COPIED.format(seq=seq, previous=previous, hash=own).replace("INSERT INTO", verb)
        with pytest.raises((sqlite3.DatabaseError, psycopg.Error)), by_hand(workspace, register_url) as sql:
            sql.do(statement)
    with open_register(workspace) as register:
        assert register.verify().problems == ()


def test_e13_erased_bodies_and_names_still_verify(workspace: Path) -> None:
    with open_register(workspace) as register:
        register.erase(seq=5)
        register.erase(seq=8)
        register.erase(register.actor)
        register.comment("aaaa2", "and on it goes")
        assert register.verify().problems == ()


def test_e12_a_backup_is_whole_and_an_old_one_is_found_out(workspace: Path, register_url: str, tmp_path: Path) -> None:
    from opsrules.errors import UsageError

    copy = tmp_path / "copy.sqlite3"
    with open_register(workspace) as register:
        if register_url:
            with pytest.raises(UsageError, match="pg_dump"):
                register.backup(copy)
            return
        register.backup(copy)
        before = register.head
        with pytest.raises(UsageError, match="there already"):
            register.backup(copy)
        with pytest.raises(UsageError, match="folder is not there"):
            register.backup(tmp_path / "none" / "copy.sqlite3")
        register.comment("aaaa1", "after the backup")
        head = register.head
    assert [path.name for path in tmp_path.iterdir() if "copy" in path.name] == ["copy.sqlite3"]
    shutil.copy(copy, workspace / "register.sqlite3")
    with open_register(workspace) as register:
        assert register.head == before
        assert register.verify([before]).problems == ()
        assert register.verify([head]).problems[0][0] == before.seq + 1


def test_e12_a_copy_made_while_somebody_writes_is_told_to_be_damaged_or_whole(tmp_path: Path) -> None:
    (tmp_path / "parameters").mkdir()
    (tmp_path / "register.sqlite3").write_bytes(b"SQLite format 3\x00" + b"\x00" * 5000)
    with pytest.raises(RegisterError, match="restore a backup"):
        open_register(tmp_path)


def _rows(register: Register) -> int:
    return len(register.findings())


def test_d10_a_damaged_page_is_told(workspace: Path, register_url: str) -> None:
    if register_url:
        pytest.skip("PostgreSQL keeps its own pages")
    path = workspace / "register.sqlite3"
    with closing(sqlite3.connect(path)) as raw:
        (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'findings'").fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    path.write_bytes(bytes(content))
    with open_register(workspace) as register, pytest.raises(RegisterError, match="it is damaged"):
        _rows(register)
