"""How long readers take and how much memory, beside `pandas.read_csv(engine="pyarrow")` of the same file.

    python benchmarks/readers.py [--rows 1000000] [--gigabytes 0] [--formats [NAME ...]]

Each figure is the middle one of three. Ratios compare one process on one machine; memory is the peak of a process that
reads the file once, above what it has before. With --gigabytes a file of that size is read once, for its peak memory.
With --formats the fixtures of every table format, or of those named, are grown to so many rows instead; what
`read_csv` is given is their header and records alone, as it cannot read what stands around them.
"""

from __future__ import annotations

import argparse
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

import numpy as np

from opsrules.readers import Cache, Source, read

TESTS = Path(__file__).parents[1] / "tests"
HEADS = {
    "stripe_itemised": (
        "balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,"
        "description,customer_facing_amount,customer_facing_currency,automatic_payout_id,"
        "automatic_payout_effective_at_utc,charge_id,payment_intent_id,payment_method_type,card_brand,card_country,"
        "payment_metadata[order_id]"
    ),
    "shopify_payments": (
        "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,"
        "Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency"
    ),
}


def main() -> None:
    """Measure every format and print one line of the README's table for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--gigabytes", type=float, default=0)
    parser.add_argument("--formats", nargs="*", metavar="NAME")
    parser.add_argument("--inside", choices=["times", "peak"], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--fixture", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    sys.path[0] = str(TESTS)
    if given.inside:
        print(json.dumps({"times": _times, "peak": _peak}[given.inside](given.file, given.fixture)))
        return
    if given.formats is None:
        _generated(given)
    else:
        _grown(given)
    print(f"\n{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}")


def _generated(given: argparse.Namespace) -> None:
    print("| export | rows | MB | read_csv, s | read, s | ratio | typed copy, s | ratio | peak MB | of the file |")
    print("|---" * 10 + "|")
    with tempfile.TemporaryDirectory() as folder:
        for name in HEADS:
            path = Path(folder) / f"{name}.csv"
            print(_line(name, path, given.rows), flush=True)
            if given.gigabytes:
                size = int(given.rows * given.gigabytes * 2**30 / path.stat().st_size)
                print(_line(name, path, size, only_peak=True), flush=True)
            path.unlink()


def _grown(given: argparse.Namespace) -> None:
    from grown import FIXTURES

    print("| export | rows | MB | read_csv, s | read, s | ratio | ratio of CPU | peak MB | of the file |")
    print("|---" * 9 + "|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "grown.csv"
        for fixture in FIXTURES:
            if not given.formats or fixture.parent.name in given.formats:
                print(_grown_line(fixture, path, given.rows), flush=True)


def _grown_line(fixture: Path, path: Path, rows: int) -> str:
    from grown import export_of

    export = export_of(fixture)
    export.write(path, rows)
    export.write_plain(_plain(path), rows)
    size = path.stat().st_size
    peak = _inside("peak", path, fixture)["mb"]
    took = _inside("times", path, fixture)
    base, ours = took["read_csv"], took["read"]
    return (
        f"| {export} | {rows:,} | {size / 2**20:,.0f} | {base:.2f} | {ours:.2f} | {ours / base:.1f} x "
        f"| {took['read cpu'] / took['read_csv cpu']:.1f} x | {peak:,.0f} | {peak * 2**20 / size:.1f} x |"
    )


def _plain(path: Path) -> Path:
    return path.with_suffix(".plain.csv")


def _line(name: str, path: Path, rows: int, *, only_peak: bool = False) -> str:
    _write(name, path, rows)
    size = path.stat().st_size
    peak = _inside("peak", path)["mb"]
    memory = f"{peak:,.0f} | {peak * 2**20 / size:.1f} x |"
    lead = f"| {name} | {rows:,} | {size / 2**20:,.0f} |"
    if only_peak:
        return f"{lead} | | | | | {memory}"
    took = _inside("times", path)
    base, ours, copy = took["read_csv"], took["read"], took["copy"]
    return f"{lead} {base:.2f} | {ours:.2f} | {ours / base:.1f} x | {copy:.2f} | {copy / base:.1f} x | {memory}"


def _inside(what: str, path: Path, fixture: Path | None = None) -> dict[str, Any]:
    command = [sys.executable, __file__, "--inside", what, "--file", str(path)]
    if fixture:
        command += ["--fixture", str(fixture)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(out)
    return found


def _times(path: Path, fixture: Path | None) -> dict[str, float]:
    import pandas as pd

    ways: dict[str, Callable[[], object]]
    if fixture:
        from grown import export_of

        export = export_of(fixture)
        source, plain, delimiter = export.source(path), _plain(path), export.delimiter
        ways = {
            "read_csv": lambda: pd.read_csv(plain, engine="pyarrow", sep=delimiter),
            "read": lambda: read(source, export.reader),
        }
        return _middle(ways)
    with tempfile.TemporaryDirectory() as folder:
        source, cache = Source(path, path.name), Cache(Path(folder))
        read(source, cache=cache)  # writes the copy
        ways = {
            "read_csv": lambda: pd.read_csv(path, engine="pyarrow"),
            "read": lambda: read(source),
            "copy": lambda: read(source, cache=cache),
        }
        return _middle(ways)


def _middle(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Middle one of three times of each, taken in turn, so that a busy moment meets them all; CPU as ``name cpu``."""
    times = [{name: _seconds(way) for name, way in ways.items()} for _ in range(3)]
    wall = {name: statistics.median(one[name][0] for one in times) for name in ways}
    return wall | {f"{name} cpu": statistics.median(one[name][1] for one in times) for name in ways}


def _seconds(way: Callable[[], object]) -> tuple[float, float]:
    start, used = time.perf_counter(), time.process_time()
    way()
    return time.perf_counter() - start, time.process_time() - used


def _peak(path: Path, fixture: Path | None) -> dict[str, float]:
    source, reader = Source(path, path.name), None
    if fixture:
        from grown import export_of

        export = export_of(fixture)
        source, reader = export.source(path), export.reader
    before = _kb("VmRSS")
    read(source, reader)
    return {"mb": (_kb("VmHWM") - before) / 1024}


def _kb(what: str) -> int:
    # Not what `getrusage` gives: that begins with the peak of the process which started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(what))


def _write(name: str, path: Path, rows: int, part: int = 100_000) -> None:
    rng = np.random.default_rng(7)
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADS[name] + "\n")
        for start in range(0, rows, part):
            size = min(part, rows - start)
            gross, seconds = rng.integers(100, 100_000, size), rng.integers(0, 28 * 86_400, size)
            facts = zip(range(start, start + size), gross.tolist(), seconds.tolist(), strict=True)
            file.writelines(_row(name, *fact) for fact in facts)


def _row(name: str, key: int, gross: int, seconds: int) -> str:
    fee = gross * 14 // 1000 + 25
    day, clock = seconds // 86_400 + 1, seconds % 86_400
    at = f"2026-10-{day:02d} {clock // 3600:02d}:{clock // 60 % 60:02d}:{clock % 60:02d}"
    amounts = [
        f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}" for value in (gross, fee, gross - fee)
    ]
    paid = f"2026-10-{day + 3:02d}"
    if name == "shopify_payments":
        return (
            f"{at} +0200,charge,#{key},visa,online,paid,{paid},{80_000 + day},{paid},{','.join(amounts)},#{key:014d},"
            f"card,{amounts[0]},EUR,EUR\n"
        )
    return (
        f"txn_{key:020d},{at},{paid} 00:00:00,eur,{','.join(amounts)},charge,ch_{key:020d},Charge for order,"
        f"{amounts[0]},eur,po_{day:06d},{paid} 00:00:00,ch_{key:020d},pi_{key:020d},card,visa,DE,#{key}\n"
    )


if __name__ == "__main__":
    main()
