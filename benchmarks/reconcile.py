"""CPU, wall and peak memory of matching, beside what a bare join of the same two tables takes.

    python benchmarks/reconcile.py [--rows 100000 1000000 10000000] [--accounts 40] [--datacompy PYTHON]

Every ratio compares figures of one process, in which the ways take turns; the middle one of three runs is told, from
5,000,000 rows on the only one. The tables are orders and charges of so many accounts with a twelfth of faults planted:
missing on either side, wrong amounts, mangled references, split and merged captures, second captures, other currencies.
DuckDB's and Polars' joins are shown where they are installed, datacompy where an interpreter that has it is named: it
keeps to older pandas, so its ratios are to the joins of its own environment.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

ACCOUNTS = 40
ON = ["key", "currency", "amount_minor"]
SIDES = ("left", "right")
LARGE = 5_000_000
TESTS = Path(__file__).parents[1] / "tests"


def main() -> None:
    """Measure every size, each way of measuring in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, help="accounts of 25,000 orders, matched one by one")
    parser.add_argument("--datacompy", metavar="PYTHON", help="interpreter of an environment that has datacompy")
    parser.add_argument("--inside", choices=sorted(INSIDE), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        sys.path[0] = str(TESTS)
        print(json.dumps(INSIDE[given.inside](given.rows[0], given.folder)))
        return
    for rows in given.rows:
        with tempfile.TemporaryDirectory() as name:
            _told(rows, Path(name), given.datacompy)
    cpu, wall = _inside("accounts", given.accounts, Path())["all"]
    print(f"{given.accounts} accounts of 25,000 orders, one by one: {cpu:.2f} s CPU, {wall:.2f} s wall")
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}")


def _told(rows: int, folder: Path, datacompy: str | None) -> None:
    _inside("write", rows, folder)
    print("| orders | way | CPU, s | wall, s | of inner merge | of outer merge |")
    print("|---" * 6 + "|")
    _ratios_told(rows, _inside("ratios", rows, folder))
    if datacompy:
        _ratios_told(rows, _inside("datacompy", rows, folder, datacompy), where=", datacompy's environment")
    print()
    for what in ("tables", "files"):
        if what == "tables" or importlib.util.find_spec("duckdb"):
            told = _inside(f"peak_{what}", rows, folder)
            print(
                f"{rows:,} orders, {what}: peak {told['read']:,.0f} MB when read, {told['peak']:,.0f} MB in all, "
                f"{told['cpu']:.1f} s CPU, {told['wall']:.1f} s wall",
                flush=True,
            )
    print()


def _ratios_told(rows: int, took: dict[str, Any], where: str = "") -> None:
    for way, (cpu, wall) in took.items():
        inner, outer = (cpu / took[f"pandas {one} merge"][0] for one in ("inner", "outer"))
        print(f"| {rows:,} | {way}{where} | {cpu:.2f} | {wall:.2f} | {inner:.2f} x | {outer:.2f} x |", flush=True)


def _inside(what: str, rows: int, folder: Path, python: str = sys.executable) -> dict[str, Any]:
    command = [python, __file__, "--inside", what, "--rows", str(rows), "--folder", str(folder)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return found


def _middle(ways: dict[str, Callable[[], object]], runs: int = 3) -> dict[str, tuple[float, float]]:
    """CPU and wall seconds of each way: the middle ones of so many runs, in turns."""
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            took[name].append(_once(way))
    return {
        name: (statistics.median(cpu for cpu, _ in one), statistics.median(wall for _, wall in one))
        for name, one in took.items()
    }


def _once(way: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    way()
    return time.process_time() - cpu, time.perf_counter() - wall


def _write(rows: int, folder: Path) -> dict[str, Any]:
    from planted_tables import tables

    for side, table in zip(SIDES, tables(rows), strict=True):
        table.to_parquet(folder / f"{side}.parquet", index=False)
    return {}


def _read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    left, right = (pd.read_parquet(folder / f"{side}.parquet") for side in SIDES)
    return left, right


def _ratios(rows: int, folder: Path) -> dict[str, Any]:
    from planted_tables import matched

    left, right = _read(folder)
    ways = _merges(left, right) | {"reconcile": lambda: matched(left, right)}
    if importlib.util.find_spec("duckdb"):
        import duckdb

        def join() -> object:
            connection = duckdb.connect().register("l", left).register("r", right)
            return connection.sql(f"SELECT * FROM l JOIN r USING ({', '.join(ON)})").df()

        ways["DuckDB inner join, from and to pandas"] = join
    if importlib.util.find_spec("polars"):
        import polars  # type: ignore[import-not-found]

        ways["Polars inner join, from and to pandas"] = lambda: (
            polars.from_pandas(left).join(polars.from_pandas(right), on=ON).to_pandas()
        )
    return _middle(ways, 3 if rows < LARGE else 1)


def _merges(left: pd.DataFrame, right: pd.DataFrame) -> dict[str, Callable[[], object]]:
    return {
        "pandas inner merge": lambda: left.merge(right, on=ON),
        "pandas outer merge": lambda: left.merge(right, on=ON, how="outer", indicator=True),
    }


def _datacompy(rows: int, folder: Path) -> dict[str, Any]:
    """Run by an interpreter that has datacompy, and need not have opsrules."""
    import datacompy  # type: ignore[import-not-found]

    left, right = _read(folder)
    compare = getattr(datacompy, "PandasCompare", None) or datacompy.Compare
    ways = _merges(left, right) | {"compare and report": lambda: compare(left, right, join_columns="key").report()}
    return _middle(ways, 3 if rows < LARGE else 1)


def _one_by_one(accounts: int, _: Path) -> dict[str, Any]:
    from planted_tables import matched, tables

    sides = [tables(25_000, seed) for seed in range(accounts)]
    return _middle({"all": lambda: [matched(*one) for one in sides]})


def _peak_tables(_: int, folder: Path) -> dict[str, Any]:
    from planted_tables import matched

    left, right = _read(folder)
    read = _peak()
    cpu, wall = _once(lambda: matched(left, right))
    return {"read": read, "peak": _peak(), "cpu": cpu, "wall": wall}


def _peak_files(_: int, folder: Path) -> dict[str, Any]:
    from planted_tables import spec

    from opsrules.reconcile.large import reconcile_files

    left, right = (folder / f"{side}.parquet" for side in SIDES)
    tags = pd.concat([pd.read_parquet(path, columns=["tag"])["tag"].drop_duplicates() for path in (left, right)])
    read = _peak()
    cpu, wall = _once(lambda: reconcile_files(left, right, spec(tags), folder / "outcome"))
    return {"read": read, "peak": _peak(), "cpu": cpu, "wall": wall}


def _peak() -> float:
    """Most memory that this process ever held, in MB, as Linux tells it."""
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("utf-8").splitlines())
    return int(told["VmHWM"].split()[0]) / 1024


INSIDE: dict[str, Callable[[int, Path], dict[str, Any]]] = {
    "write": _write,
    "ratios": _ratios,
    "datacompy": _datacompy,
    "accounts": _one_by_one,
    "peak_tables": _peak_tables,
    "peak_files": _peak_files,
}


if __name__ == "__main__":
    main()
