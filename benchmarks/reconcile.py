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

import numpy as np
import pandas as pd

from opsrules.reconcile import KeyPass, Matching, Spec, Spelling, SumPass, Tolerance, WindowPass, reconcile

ACCOUNTS, CURRENCIES, DAYS = 40, ["EUR", "USD", "GBP", "JPY", "KWD"], 31
FAULTS = {
    "missing_charge": 0.01,
    "missing_order": 0.01,
    "other_amount": 0.01,
    "within_tolerance": 0.01,
    "mangled": 0.01,
    "split": 0.01,
    "merged": 0.005,
    "twice": 0.01,
    "other_currency": 0.003,
}


def main() -> None:
    """Measure every size, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, help="accounts of 25,000 orders, matched one by one")
    parser.add_argument("--inside", choices=["ratios", "accounts", "peak"], help=argparse.SUPPRESS)
    given = parser.parse_args()
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
    sides = [tables(25_000, seed) for seed in range(accounts)]
    return {"all": _middle(lambda: [matched(*one) for one in sides])}


def _peak(rows: int) -> dict[str, float]:
    left, right = tables(rows)
    matched(left, right)
    size = sum(int(one.memory_usage(deep=True).sum()) for one in (left, right))
    return {"input": size / 2**20, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def matched(left: pd.DataFrame, right: pd.DataFrame) -> Matching:
    """The whole cascade over two tables of `tables`."""
    days = dict.fromkeys(left["tag"].unique(), (0, 3))
    passes = (
        KeyPass("exact_key", many=False),
        KeyPass("same_key", Spelling.NORMALISED, many=False),
        KeyPass("sums", Spelling.NORMALISED),
        KeyPass("tolerance", Spelling.NORMALISED, tolerance=Tolerance(1)),
        WindowPass(days=days),
        SumPass(days=days),
    )
    return reconcile(left, right, Spec("bench", "orders_charges", passes))


def tables(rows: int, seed: int = 7) -> tuple[pd.DataFrame, pd.DataFrame]:
    """So many orders, 25,000 an account, and their charges, in an order of their own.

    ``ref`` of a charge is that of the orders it belongs to: what nobody who matches may look at.
    """
    rng = np.random.default_rng(seed)
    account = np.arange(rows) // 25_000
    kinds = rng.choice([*FAULTS, ""], size=rows, p=[*FAULTS.values(), 1 - sum(FAULTS.values())])
    orders = pd.DataFrame(
        {
            "key": pd.Series([f"S{at // 25_000:03d}-{at:08d}" for at in range(rows)], dtype="str"),
            "tag": pd.Series([f"a{one}p{two}" for one, two in zip(account, rng.integers(0, 6, rows), strict=True)]),
            "day": rng.integers(0, DAYS, rows),
            "currency": pd.Series(np.array(CURRENCIES, dtype=object)[rng.integers(0, 5, rows)], dtype="str"),
            "amount_minor": np.exp(rng.normal(8.3, 0.9, rows)).astype("int64") + 100,
            "kind": kinds,
        }
    )
    _alike(orders)
    lines = orders.assign(day=orders["day"] + rng.integers(0, 4, rows), ref=orders["key"])
    parts = [lines[~np.isin(kinds, ["missing_charge", "merged"])]]
    twice = lines[kinds == "twice"]
    split = lines[kinds == "split"]
    share = split["amount_minor"] // 3
    merged = lines[kinds == "merged"].reset_index(drop=True)
    parts += [twice, split.assign(amount_minor=share)]
    lines = pd.concat(parts, ignore_index=True)
    kind, amount = lines["kind"].to_numpy(), lines["amount_minor"].to_numpy(copy=True)
    amount[kind == "other_amount"] += rng.integers(5, 500, int((kind == "other_amount").sum()))
    amount[kind == "within_tolerance"] += 1
    first = np.flatnonzero(kind == "split")[: len(split)]
    amount[first] -= share.to_numpy()
    lines["amount_minor"] = amount
    mangled, foreign = kind == "mangled", kind == "other_currency"
    lines.loc[mangled, "key"] = [f"X{at}" for at in range(int(mangled.sum()))]
    lines.loc[foreign, "currency"] = "CHF"
    lines = pd.concat([lines, _joined(merged)], ignore_index=True)
    return _side(orders[kinds != "missing_order"]), _side(lines.sample(frac=1, random_state=seed))


def _alike(orders: pd.DataFrame) -> None:
    """Let every two orders that are charged together be of one tag, currency and day."""
    at = np.flatnonzero(orders["kind"] == "merged")
    first, second = at[0 : len(at) // 2 * 2 : 2], at[1::2]
    for name in ("tag", "currency", "day"):
        values = orders[name].to_numpy(copy=True)
        values[second] = values[first]
        orders[name] = pd.Series(values, dtype=orders[name].dtype)


def _joined(merged: pd.DataFrame) -> pd.DataFrame:
    """One line without a key for every two orders, some days after both."""
    size = len(merged) // 2
    first, second = (merged.iloc[start : 2 * size : 2].reset_index(drop=True) for start in (0, 1))
    both = first["amount_minor"] + second["amount_minor"]
    return first.assign(key="", amount_minor=both, ref=first["key"] + "+" + second["key"])


def _side(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.reset_index(drop=True)
    return pd.DataFrame(
        {
            "ref": rows["ref"] if "ref" in rows else rows["key"],
            "key": rows["key"],
            "tag": rows["tag"].astype("str"),
            "on": pd.Timestamp(2026, 10, 1) + pd.to_timedelta(rows["day"], unit="D"),
            "currency": rows["currency"],
            "amount_minor": rows["amount_minor"].astype("int64"),
            "excluded": pd.Series("", index=rows.index, dtype="str"),
            "source_file": pd.Series("export.csv", index=rows.index, dtype="str"),
            "source_line": np.arange(len(rows)) + 2,
        }
    )


if __name__ == "__main__":
    main()
