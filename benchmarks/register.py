"""How long the register takes for one night of many accounts: to record it, to open its state, to prove its chain.

    python benchmarks/register.py [--accounts 1000] [--findings 500] [--on sqlite postgresql]

Every account's review is recorded in a transaction of its own, by one process, as the batch does: once when all of its
findings are new, and once a month later, when a tenth has gone, a tenth is new and a tenth has another amount. Making
the reviews is not counted. PostgreSQL is one with its default settings, made for the run and thrown away, on the same
disk and processors. Opening, proving and a snapshot are measured in processes that have just been started.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"
PERIODS = ("2026-10", "2026-11")
COLUMNS = (
    *("record, s", "a finding, us", "month after, s", "open, s", "of rows", "verify, s", "events/s", "snapshot, ms"),
    *("bytes a finding", "peak MB"),
)


def main() -> None:
    """Measure every database and print one line of the README's table for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=1_000)
    parser.add_argument("--findings", type=int, default=500)
    parser.add_argument("--on", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--inside", choices=["record", "read"], help=argparse.SUPPRESS)
    parser.add_argument("--workspace", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    sys.path[0] = str(TESTS)  # in place of this file's own folder, where "register" is this file
    if given.inside:
        print(json.dumps({"record": _record, "read": _read}[given.inside](given)))
        return
    print(f"| register, {given.accounts:,} accounts x {given.findings:,} findings | " + " | ".join(COLUMNS) + " |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for name in given.on:
        with tempfile.TemporaryDirectory() as folder, _database(name) as url:
            print(_line(name, given, Path(folder), url), flush=True)
    print(f"\n{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}")


@contextmanager
def _database(name: str) -> Iterator[str]:
    if name == "sqlite":
        yield ""
        return
    from register import postgres

    binaries = postgres.programs()
    if binaries is None:
        raise SystemExit("no PostgreSQL server on this machine: apt-get install postgresql")
    with postgres.running(binaries, is_durable=True) as cluster, cluster.database() as database:
        yield cluster.url(database)


def _line(name: str, given: argparse.Namespace, workspace: Path, url: str) -> str:
    from register_reviews import write_account

    write_account(workspace, "account-0000")
    there = {**os.environ, "OPSRULES_REGISTER_URL": url, "OPSRULES_ACTOR": "night"}
    size = ["--accounts", str(given.accounts), "--findings", str(given.findings)]
    told: dict[str, float] = {}
    for inside in ("record", "read"):
        command = [sys.executable, __file__, "--inside", inside, "--workspace", str(workspace), *size]
        out = subprocess.run(command, env=there, check=True, stdout=subprocess.PIPE, text=True).stdout
        told |= json.loads(out)
    findings = given.accounts * given.findings
    cells = (
        f"{told['first']:.1f}",
        f"{told['first'] / findings * 1e6:.0f}",
        f"{told['second']:.1f}",
        f"{told['open']:.2f}",
        f"{told['rows']:,.0f}",
        f"{told['verify']:.1f}",
        f"{told['events'] / told['verify']:,.0f}",
        f"{told['snapshot'] * 1e3:.0f}",
        f"{told['stored_first'] / findings:,.0f}",
        f"{told['peak_mb']:.0f}",
    )
    return f"| {name} | " + " | ".join(cells) + " |"


def _record(given: argparse.Namespace) -> dict[str, float]:
    """Record both months, with a stopwatch around nothing but the recording."""
    from opsrules.register import open_register

    told: dict[str, float] = {}
    with open_register(given.workspace) as register:
        empty = _stored(given.workspace)
        for name, period in zip(("first", "second"), PERIODS, strict=True):
            seconds = 0.0
            for account in range(given.accounts):
                review = _review(f"account-{account:04d}", period, given.findings)
                start = time.perf_counter()
                register.record(review)
                seconds += time.perf_counter() - start
            told[name] = seconds
            told[f"stored_{name}"] = _stored(given.workspace) - empty
    return told


def _read(given: argparse.Namespace) -> dict[str, float]:
    """Open the portfolio's state, prove the chain, take one account's snapshot."""
    from opsrules.periods import Period
    from opsrules.register import open_register
    from opsrules.terms import Desk

    with open_register(given.workspace, write=False) as register:
        start = time.perf_counter()
        rows = len(register.findings())
        opened = time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        register.snapshot("account-0000", Desk.RECONCILIATION, Period.parse("2026-12"))
        taken = time.perf_counter()
        verified = register.verify()
        done = time.perf_counter()
    if verified.problems:
        raise SystemExit(f"the chain does not verify: {verified.problems[:3]}")
    return {
        "open": opened - start,
        "rows": rows,
        "snapshot": taken - opened,
        "verify": done - taken,
        "events": verified.events,
        "peak_mb": peak,
    }


def _stored(workspace: Path) -> float:
    url = os.environ["OPSRULES_REGISTER_URL"]
    if not url:
        return (workspace / "register.sqlite3").stat().st_size
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        found = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return float(found[0]) if found else 0.0


def _review(account: str, period: str, findings: int) -> Any:
    """Return a review with so many findings; in the second month a tenth has gone, is new and has another amount."""
    from register.small_reviews import small_review

    is_second = period == PERIODS[1]
    first = findings // 10 if is_second else 0
    amounts = {f"{nth}": -1_000 - nth - (is_second and nth % 10 == 0) for nth in range(first, first + findings)}
    return small_review(amounts, period, account=account)


if __name__ == "__main__":
    main()
