"""The design in forty lines, and weakened ones: what the method of this folder is tried on.

A run keeps a page and nine chained events, the last of which names the page's hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from register.faults.warm import acknowledge

from opsrules import publish

__all__ = ["MUTANTS", "PROMISED", "check", "kept", "main", "warm_up"]

MUTANTS = {
    "a commit a row": "kills",
    "no look at what stands there": "kills",
    "page written in place": "kills",
    "page not synced": "power",
    "page's folder not synced": "power",
    "synchronous=OFF": "power",
    "synchronous=FULL": "power",
}
"""Weakened designs, and what has to find them."""

PROMISED = frozenset({"run-1"})
ROWS = 8
_SCHEMA = "CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY, run TEXT, body TEXT, previous TEXT, hash TEXT)"


def main(root: Path, design: str) -> None:
    """Deliver the run "run-1"; one that stands there is left as it is."""
    deliver(root, "run-1", design)


def deliver(root: Path, run: str, design: str = "") -> None:
    page = f"<html>{run} {'row ' * 20_000}</html>".encode()
    folder = root / "reports" / run
    folder.mkdir(parents=True, exist_ok=True)
    _put(folder / "report.html", page, design)
    bodies = [*({"finding": number} for number in range(ROWS)), {"page": hashlib.sha256(page).hexdigest()}]
    with closing(sqlite3.connect(root / "register.sqlite3", isolation_level=None)) as connection:
        level = design.removeprefix("synchronous=") if design.startswith("synchronous=") else "EXTRA"
        connection.execute(f"PRAGMA synchronous={level}")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_SCHEMA)
        seq, previous = _end(connection)
        known = connection.execute("SELECT 1 FROM event WHERE run = ?", (run,)).fetchone()
        if not known or design == "no look at what stands there":
            for body in map(json.dumps, bodies):
                seq += 1
                digest = _hash(previous, seq, run, body)
                connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", (seq, run, body, previous, digest))
                previous = digest
                if design == "a commit a row":
                    connection.execute("COMMIT")
                    connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
    acknowledge(run)


def _put(path: Path, content: bytes, design: str) -> None:
    if design == "page written in place":
        path.write_bytes(content)
        return
    with _without({"page not synced": "a file", "page's folder not synced": "a folder"}.get(design, "")):
        publish.put(path, content)


@contextmanager
def _without(kind: str) -> Iterator[None]:
    """Leave out the syncs of files or of folders."""
    sync = os.fsync

    def some(fd: Any) -> None:
        if kind != ("a folder" if Path(f"/proc/self/fd/{fd}").resolve().is_dir() else "a file"):
            sync(fd)

    os.fsync = some
    try:
        yield
    finally:
        os.fsync = sync


def warm_up(root: Path) -> None:
    """Do it once, so that a process is warm."""
    main(root, "")


def check(root: Path, acknowledged: frozenset[str]) -> None:
    """Hold every promise against what is there, by a fresh connection and a checker of its own."""
    previous = "0" * 64
    bodies: dict[str, list[dict[str, str]]] = {}
    for number, (seq, run, body, before, digest) in enumerate(_rows(root), 1):
        assert seq == number, f"event {seq} is number {number}"
        assert (before, digest) == (previous, _hash(previous, seq, run, body)), f"the chain breaks at {seq}"
        previous = digest
        bodies.setdefault(run, []).append(json.loads(body))
    for run, told in bodies.items():
        assert len(told) == ROWS + 1, f"{run} has {len(told)} events"
        page = root / "reports" / run / "report.html"
        assert page.exists(), f"{run} was recorded, its page is not there"
        assert hashlib.sha256(page.read_bytes()).hexdigest() == told[-1]["page"], f"the page of {run} is another"
    for page in root.glob("reports/*/report.html"):
        assert page.read_bytes().endswith(b"</html>"), f"{page.parent.name} has half a page"
    assert acknowledged <= bodies.keys(), f"acknowledged and lost: {sorted(acknowledged - bodies.keys())}"


def kept(root: Path) -> object:
    """All that is kept, to be compared with another root's."""
    pages = {page.parent.name: page.read_bytes() for page in root.glob("reports/*/report.html")}
    return _rows(root), pages


def _rows(root: Path) -> list[tuple[int, str, str, str, str]]:
    with closing(sqlite3.connect(root / "register.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'event'").fetchone():
            return []
        return connection.execute("SELECT * FROM event ORDER BY seq").fetchall()


def _end(connection: sqlite3.Connection) -> tuple[int, str]:
    row = connection.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    return row or (0, "0" * 64)


def _hash(previous: str, seq: int, run: str, body: str) -> str:
    return hashlib.sha256(f"{previous}|{seq}|{run}|{body}".encode()).hexdigest()
