"""Seconds and peak memory from exports to report, for one simulated account of several sizes.

    python benchmarks/pipeline.py [--orders 1000 10000 100000]

Each size runs in processes of its own: one that opens the review (read, validate, match, rules, the desk's tables) and
one whole ``opsrules run`` (the same inside a notebook's kernel, then the page). Prints the README's table. The figures
are of this machine and this moment; compare rows, not days.
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
from collections.abc import Callable
from pathlib import Path
from typing import Any

ACCOUNT, PERIOD, AS_OF = "demo-northwind", "2026-10", "2026-11-22"
STEPS = ("read", "validate", "match", "rules", "tables", "notebook", "render")


def main() -> None:
    """Measure every size and print one line of the table for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--inside", choices=["review", "run"], help=argparse.SUPPRESS)
    parser.add_argument("--workspace", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        print(json.dumps({"review": _review, "run": _run}[given.inside](given.workspace)))
        return
    print("| orders | " + " | ".join(STEPS) + " | read to rules | review, peak MB | whole run | run, peak MB |")
    print("|---" * (len(STEPS) + 5) + "|")
    for orders in given.orders:
        with tempfile.TemporaryDirectory() as folder:
            print(_line(orders, Path(folder) / "workspace"), flush=True)
    print(f"\n{os.cpu_count()} cores, {_memory_gb():.0f} GB, Python {sys.version.split()[0]}")


def _line(orders: int, workspace: Path) -> str:
    for command in (["init", str(workspace)], ["demo", "-w", str(workspace), *_demo(orders)]):
        subprocess.run([sys.executable, "-m", "opsrules", *command], check=True, capture_output=True)
    review, run = (_measured(inside, workspace) for inside in ("review", "run"))
    seconds = review["seconds"] | run["seconds"]
    seconds["notebook"] -= sum(review["seconds"].values())
    core = sum(review["seconds"][name] for name in ("read", "validate", "match", "rules"))
    steps = " | ".join(f"{max(seconds[name], 0):.1f}" for name in STEPS)
    peaks = (f"{review['peak_mb']:.0f}", f"{run['total']:.1f}", f"{run['peak_mb']:.0f}")
    return f"| {orders:,} | {steps} | {core:.1f} | " + " | ".join(peaks) + " |"


def _demo(orders: int) -> list[str]:
    return ["--accounts", "1", "--orders", str(orders), "--periods", "1", "--period", PERIOD]


def _measured(inside: str, workspace: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--inside", inside, "--workspace", str(workspace)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def _timed(seconds: dict[str, float], name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        try:
            return call(*args, **kwargs)
        finally:
            seconds[name] += time.perf_counter() - start

    return wrapped


def _review(workspace: Path) -> dict[str, Any]:
    """Open the review with a stopwatch around each step."""
    from opsrules import intake, pipeline
    from opsrules.desks import reconciliation

    seconds = dict.fromkeys(("read", "validate", "match", "rules", "tables"), 0.0)
    wrap = {
        (intake, "read"): "read",
        (intake, "_joined"): "validate",
        (reconciliation, "prepare"): "match",
        (reconciliation, "run_legs"): "match",
        (reconciliation, "control_totals"): "match",
        (reconciliation, "leg_breaks"): "match",
        (reconciliation, "judge"): "rules",
    }
    for (module, name), step in wrap.items():
        setattr(module, name, _timed(seconds, step, getattr(module, name)))
    start = time.perf_counter()
    pipeline.open_review("reconciliation", ACCOUNT, PERIOD, workspace, as_of=AS_OF)
    seconds["tables"] = time.perf_counter() - start - sum(seconds.values())
    return {"seconds": seconds, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _run(workspace: Path) -> dict[str, Any]:
    """Run the account as the command line does, with a stopwatch around the notebook and the page."""
    from datetime import date

    from opsrules import report
    from opsrules.batch import run, runner
    from opsrules.periods import Period

    seconds = dict.fromkeys(("notebook", "render"), 0.0)
    for module, name, step in ((runner, "execute", "notebook"), (report, "render", "render")):
        setattr(module, name, _timed(seconds, step, getattr(module, name)))
    start = time.perf_counter()
    result = run(workspace, [ACCOUNT], Period.parse(PERIOD), date.fromisoformat(AS_OF))
    if result.failed:
        raise SystemExit(f"the account was not reviewed: {result.outcomes}")
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"seconds": seconds, "total": time.perf_counter() - start, "peak_mb": peak / 1024}


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


if __name__ == "__main__":
    main()
