"""CPU, wall and peak memory of matching, beside what a bare join of the same two tables takes.

    python benchmarks/reconcile.py [--rows 100000 1000000] [--accounts 40]

Every ratio compares figures of one process; the middle one of three runs is told. The tables are orders and charges of
so many accounts with a twelfth of faults planted: missing on either side, wrong amounts, mangled references, split and
merged captures, second captures, other currencies. DuckDB's and Polars' joins are shown where they are installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

ACCOUNTS = 40


TESTS = Path(__file__).parents[1] / "tests"


def main() -> None:
    """Measure every size, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, help="accounts of 25,000 orders, matched one by one")
    parser.add_argument("--inside", choices=["ratios", "accounts", "peak"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    sys.path[0] = str(TESTS)
    if given.inside:
        what = {"ratios": _ratios, "accounts": _one_by_one, "peak": _peak}[given.inside]
        print(json.dumps(what(given.rows[0])))
        return
    print("| orders | way | CPU, s | wall, s | of inner merge | of outer merge |")
    print("|---" * 6 + "|")
    for rows in given.rows:
        took = _inside("ratios", rows)
        for way, (cpu, wall) in took.items():
            inner, outer = (cpu / took[f"pandas {one} merge"][0] for one in ("inner", "outer"))
            print(f"| {rows:,} | {way} | {cpu:.2f} | {wall:.2f} | {inner:.2f} x | {outer:.2f} x |", flush=True)
        peak = _inside("peak", rows)
        print(f"\nPeak at {rows:,}: {peak['input']:.0f} MB of tables, {peak['peak']:.0f} MB in all\n", flush=True)
    cpu, wall = _inside("accounts", given.accounts)["all"]
    print(f"{given.accounts} accounts of 25,000 orders, one by one: {cpu:.2f} s CPU, {wall:.2f} s wall")
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}")


def _inside(what: str, rows: int) -> dict[str, tuple[float, float]]:
    command = [sys.executable, __file__, "--inside", what, "--rows", str(rows)]
    found: dict[str, tuple[float, float]] = json.loads(
        subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    )
    return found


def _middle(way: Callable[[], object], runs: int = 3) -> tuple[float, float]:
    took = []
    for _ in range(runs):
        cpu, wall = time.process_time(), time.perf_counter()
        way()
        took.append((time.process_time() - cpu, time.perf_counter() - wall))
    return statistics.median(one for one, _ in took), statistics.median(one for _, one in took)


def _ratios(rows: int) -> dict[str, tuple[float, float]]:
    from planted_tables import matched, tables

    left, right = tables(rows)
    on = ["key", "currency", "amount_minor"]
    ways: dict[str, Callable[[], object]] = {
        "pandas inner merge": lambda: left.merge(right, on=on),
        "pandas outer merge": lambda: left.merge(right, on=on, how="outer", indicator=True),
        "reconcile": lambda: matched(left, right),
    }
    if importlib.util.find_spec("duckdb"):
        import duckdb  # type: ignore[import-not-found]

        def join() -> object:
            names = ", ".join(on)
            return duckdb.sql(f"SELECT * FROM l JOIN r USING ({names})", connection=_told(left, right)).df()

        ways["DuckDB inner join, from and to pandas"] = join
    if importlib.util.find_spec("polars"):
        import polars  # type: ignore[import-not-found]

        ways["Polars inner join, from and to pandas"] = lambda: (
            polars.from_pandas(left).join(polars.from_pandas(right), on=on).to_pandas()
        )
    return {name: _middle(way) for name, way in ways.items()}


def _told(left: pd.DataFrame, right: pd.DataFrame) -> object:
    import duckdb

    return duckdb.connect().register("l", left).register("r", right)


def _one_by_one(accounts: int) -> dict[str, tuple[float, float]]:
    from planted_tables import matched, tables

    sides = [tables(25_000, seed) for seed in range(accounts)]
    return {"all": _middle(lambda: [matched(*one) for one in sides])}


def _peak(rows: int) -> dict[str, float]:
    from planted_tables import matched, tables

    left, right = tables(rows)
    matched(left, right)
    size = sum(int(one.memory_usage(deep=True).sum()) for one in (left, right))
    return {"input": size / 2**20, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


if __name__ == "__main__":
    main()
