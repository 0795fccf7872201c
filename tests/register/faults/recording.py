"""A person's morning on the register: November's review is recorded, then findings are given out, and one is settled.

What stands there already is not done again, as a person would see that it is. The register's own parts run; a weakness
is put under them by name.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from register.faults.warm import acknowledge
from register.small_reviews import finding_id, small_review
from sqlalchemy import Pool, event
from sqlalchemy.engine import Engine

from opsrules.errors import UsageError
from opsrules.register import Register, open_register
from opsrules.terms import EventKind, Resolution

__all__ = ["MUTANTS", "PROMISED", "check", "kept", "main", "october", "warm_up"]

MUTANTS = {
    "a commit a statement": "kills",
    "another run each time": "kills",
    "synchronous=OFF": "power",
    "synchronous=FULL": "power",
}
"""Weakened designs, and what has to find them."""

ACCOUNT = "northwind"
PROMISED: frozenset[str] = frozenset({EventKind.RECORDED, EventKind.ASSIGNED, EventKind.RESOLVED})
STAYS, CHANGES, GOES, COMES = "stays", "changes", "goes", "comes"

# Made once, before any child is forked.
_OCTOBER = small_review({STAYS: -1_000, CHANGES: -2_000, GOES: -3_000})
_NOVEMBER = small_review({STAYS: -1_000, CHANGES: -2_500, COMES: -4_000}, "2026-11")


def october(root: Path) -> None:
    """Record what stood there before."""
    with _opened(root) as register:
        register.record(_OCTOBER)


def main(root: Path, design: str) -> None:
    """Do the morning's work."""
    with _weakened(design), _opened(root) as register:
        another = replace(_NOVEMBER.provenance, run_id=os.urandom(8).hex())
        register.record(replace(_NOVEMBER, provenance=another) if design == "another run each time" else _NOVEMBER)
        acknowledge(EventKind.RECORDED)
        _once(register, EventKind.ASSIGNED, lambda: register.assign([finding_id(CHANGES), finding_id(COMES)], "lea"))
        _once(register, EventKind.RESOLVED, lambda: register.resolve(finding_id(COMES), Resolution.CORRECTED, "booked"))


def _once(register: Register, kind: EventKind, act: Callable[[], object]) -> None:
    if not any(one.kind == kind for one in register.history(finding_id(COMES))):
        act()
    acknowledge(kind)


@contextmanager
def _opened(root: Path) -> Iterator[Register]:
    os.environ.pop("OPSRULES_REGISTER_URL", None)
    os.environ["OPSRULES_ACTOR"] = "mina"
    with open_register(root) as register:
        yield register


def warm_up(root: Path) -> None:
    """Do it once, so that a process is warm."""
    (root / "parameters").mkdir()
    october(root)
    main(root, "")


def check(root: Path, acknowledged: frozenset[str]) -> None:
    """Hold every promise against the file: first as a reader meets it, then by SQLite's own checks."""
    file = root / "register.sqlite3"
    if not file.exists():
        assert not acknowledged, "acknowledged, and there is no register"
        return
    try:
        reader = open_register(root, write=False)
    except UsageError as error:  # killed before the first transaction was whole
        if acknowledged:
            raise AssertionError("acknowledged and lost") from error
        return
    with reader as register:
        verified = register.verify()
        assert verified.problems == (), verified.problems
        events = tuple(register.events(ACCOUNT))
    kinds = {one.kind for one in events if one.subject.period == "2026-11" or one.run == 0}
    assert acknowledged <= kinds, f"acknowledged and lost: {sorted(acknowledged - kinds)}"
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        of_runs = dict(connection.execute("SELECT run, count(*) FROM events WHERE run > 0 GROUP BY run"))
        runs = dict(connection.execute("SELECT run, head_seq FROM runs"))
        measured = dict(connection.execute("SELECT run, count(*) FROM metrics GROUP BY run"))
    assert of_runs.keys() == runs.keys() == measured.keys(), "a run is half recorded"
    assert set(of_runs.values()) <= {4, 5}, f"a run has lost events: {of_runs}"
    assert set(measured.values()) <= {1}, f"a run has lost metrics: {measured}"
    assert [one.seq for one in events] == list(range(1, len(events) + 1))


def kept(root: Path) -> object:
    """All that the register says and keeps, but its instants, salts and hashes."""
    with open_register(root, write=False) as register:
        events = [(one.seq, one.kind, one.subject, one.actor, one.run, one.body) for one in register.events()]
        problems = register.verify().problems
    with closing(sqlite3.connect(root / "register.sqlite3")) as connection:
        findings, metrics = (connection.execute(f"SELECT * FROM {name}").fetchall() for name in ("findings", "metrics"))
    return events, findings, metrics, problems


@contextmanager
def _weakened(design: str) -> Iterator[None]:
    if design.startswith("synchronous="):
        event.listen(Pool, "checkout", lambda connection, *_: connection.execute(f"PRAGMA {design}"))
    elif design == "a commit a statement":
        event.listen(Engine, "after_cursor_execute", _committed)
    yield


def _committed(_: Any, cursor: Any, statement: str, *__: object) -> None:
    if statement.startswith("INSERT"):
        cursor.connection.execute("COMMIT")
        cursor.connection.execute("BEGIN IMMEDIATE")
