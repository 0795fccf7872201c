"""Localisation measured: labelled causes, planted causes, false alarms on noise, large tables.

    python benchmarks/rootcause.py [--labelled FOLDER] [--planted 60] [--noise 300] [--rows 1000000]
    python benchmarks/rootcause.py --choose amount|ratio [--labelled FOLDER]

F1 is micro, by exact match of whole causes; "top 1" is the share of tables whose first slice is a cause; "contained"
the share of causes that a slice found covers, exactly or with fewer conditions. CPU is of one call of `localise`, in
one process. The labelled sets are read from FOLDER, or where OPSRULES_LABELLED points. `--choose` tells which settings
do best, each judged on tables that had no part in choosing it: fifths are left out in turn.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.rootcause import Localisation, localise
from opsrules.rootcause.settings import AMOUNTS, RATIOS, Settings

if TYPE_CHECKING:
    from planted_causes import Cause

TESTS = Path(__file__).parents[1] / "tests"
SETS = ("additive_b0", "additive_l", "additive_s", "incidents_ratio")
RATIO = ("good", "total", "expected_good", "expected_total")
FOLDS = 5

GRIDS: dict[str, dict[str, list[float]]] = {
    "amount": {"condition": [0.5, 1, 2], "purity": [0.6, 0.75, 0.85], "effect": [0.05, 0.1, 0.15]},
    "ratio": {
        "growth": [0.1, 0.15, 0.2, 0.3],
        "purity": [0.3, 0.5],
        "own": [0.1, 0.15, 0.2, 0.3],
        "share": [0.3, 0.5, 0.7],
    },
}
"""What `--choose` tries."""


@dataclass(frozen=True)
class Case:
    """A table whose causes are known."""

    frame: pd.DataFrame
    dimensions: list[str]
    causes: set[Cause]
    kind: str


@dataclass(frozen=True)
class Outcome:
    """What was found in it."""

    found: tuple[Cause, ...]
    causes: set[Cause]
    seconds: float


def main() -> None:
    """Print every table, or the choice of settings."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labelled", type=Path, default=os.environ.get("OPSRULES_LABELLED"), metavar="FOLDER")
    parser.add_argument("--planted", type=int, default=60, help="tables of each kind; 0: none")
    parser.add_argument("--noise", type=int, default=300, help="tables of each kind of noise and shape; 0: none")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the large tables; 0: none")
    parser.add_argument("--choose", choices=[*GRIDS], help="choose a kind's settings by cross-validation, and end")
    parser.add_argument("--inside", choices=["wide", "sku"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    sys.path[0] = str(TESTS)
    if given.inside:
        print(json.dumps(_large(given.inside, given.rows)))
        return
    if given.choose:
        _choose(given.choose, given.labelled, given.planted)
        return
    _accuracy(given.labelled, given.planted)
    if given.noise:
        _false_alarms(given.noise)
    if given.rows:
        _sizes(given.rows)
    print(f"\n{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}")


def _labelled(folder: Path, name: str) -> list[Case]:
    from planted_causes import labelled

    table = pd.read_parquet(folder / f"{name}.parquet")
    ratio = name == "incidents_ratio"
    measures = {"instance", *(RATIO if ratio else ("actual", "expected"))}
    dimensions = [str(one) for one in table.columns if one not in measures]
    found = labelled(table, pd.read_csv(folder / "labels.csv"), name)
    return [Case(frame, dimensions, causes, "ratio" if ratio else "amount") for frame, causes in found.values()]


def _planted(kind: str, seeds: Iterable[int]) -> Iterator[Case]:
    from planted_causes import planted

    for seed in seeds:
        one = planted(kind, seed)
        yield Case(one.frame, one.dimensions, one.causes, "count" if kind == "counts" else "amount")


def _located(case: Case, settings: Settings | None = None) -> Localisation:
    names = (
        dict(zip(RATIO, RATIO, strict=True)) if case.kind == "ratio" else {"actual": "actual", "expected": "expected"}
    )
    kind = None if case.kind == "ratio" else case.kind
    return localise(case.frame, case.dimensions, kind=kind, settings=settings, **names)


def _outcome(case: Case, settings: Settings | None = None) -> Outcome:
    started = time.process_time()
    found = _located(case, settings)
    seconds = time.process_time() - started
    causes = tuple(frozenset((str(name), str(value)) for name, value in one.where.items()) for one in found.slices)
    return Outcome(causes, case.causes, seconds)


def _hits(outcomes: Iterable[Outcome]) -> tuple[int, int, int]:
    """Causes found, slices that are none, causes missed."""
    told = [(set(one.found), one.causes) for one in outcomes]
    return (
        sum(len(found & causes) for found, causes in told),
        sum(len(found - causes) for found, causes in told),
        sum(len(causes - found) for found, causes in told),
    )


def _f1(outcomes: Iterable[Outcome]) -> float:
    right, wrong, missed = _hits(outcomes)
    return 2 * right / max(2 * right + wrong + missed, 1)


def _accuracy(folder: Path | None, planted: int) -> None:
    print("| tables | number | F1 | found | wrong | missed | top 1 | contained | CPU, ms |")
    print("|---" * 9 + "|")
    if folder is None:
        print("No labelled sets: name their folder with --labelled or OPSRULES_LABELLED", file=sys.stderr)
    for name in SETS if folder else ():
        _line(name, (_outcome(case) for case in _labelled(Path(str(folder)), name)))
    for kind in ("B0", "L", "S", "counts") if planted else ():
        _line(f"planted {kind}", (_outcome(case) for case in _planted(kind, range(10_000, 10_000 + planted))))


def _line(name: str, outcomes: Iterable[Outcome]) -> None:
    told = list(outcomes)
    right, wrong, missed = _hits(told)
    top = statistics.mean(bool(one.found) and one.found[0] in one.causes for one in told)
    contained = [any(found <= cause for found in one.found) for one in told for cause in one.causes]
    cpu = 1000 * statistics.median(one.seconds for one in told)
    figures = (
        f"{_f1(told):.3f} | {right} | {wrong} | {missed} | {top:.3f} | {statistics.mean(contained):.3f} | {cpu:.1f}"
    )
    print(f"| {name} | {len(told)} | {figures} |", flush=True)


def _false_alarms(tables: int) -> None:
    from planted_causes import NOISE, SHAPES, noise_table

    print("\n| noise | tables | with a slice | share | 95% interval (Wilson) |")
    print("|---" * 5 + "|")
    for way in NOISE:
        alarms = total = 0
        for shape in SHAPES:
            for seed in range(tables if math.prod(shape) < 5000 else max(tables // 10, 1)):
                frame, kind = noise_table(way, shape, seed)
                case = Case(frame, [f"d{at}" for at in range(len(shape))], set(), kind)
                alarms += bool(_located(case).slices)
                total += 1
        low, high = _wilson(alarms, total)
        print(f"| {way} | {total:,} | {alarms} | {alarms / total:.4f} | {low:.4f} to {high:.4f} |", flush=True)


def _wilson(hits: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    share, middle = hits / of, (hits + z * z / 2) / (of + z * z)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(middle - half, 0.0), middle + half


def _sizes(rows: int) -> None:
    print("\n| table | rows | CPU, s | peak, MB | of it the table | planted slices found |")
    print("|---" * 6 + "|")
    for what, words in (("wide", "8 dimensions of 4 to 30 values"), ("sku", "a dimension of 50,000 values and 2 more")):
        command = [sys.executable, __file__, "--inside", what, "--rows", str(rows)]
        told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        figures = (
            f"{told['cpu']:.2f} | {told['peak']:.0f} | {told['before']:.0f} | {told['found']} of {told['planted']}"
        )
        print(f"| {words} | {rows:,} | {figures} |", flush=True)


def _large(what: str, rows: int) -> dict[str, float]:
    draw = np.random.default_rng(1)
    sizes = {"wide": (10, 20, 5, 8, 12, 6, 30, 4), "sku": (50_000, 20, 5)}[what]
    codes = [draw.integers(0, size, rows) for size in sizes]
    frame = pd.DataFrame({f"d{at}": pd.Series(code).astype(str) for at, code in enumerate(codes)})
    expected = draw.weibull(0.8, rows) * 100
    actual = expected * (1 + draw.normal(0, 0.1, rows))
    wheres = {"wide": [{1: 3, 4: 7}, {6: 21}], "sku": [{0: 777}, {1: 4, 2: 2}]}[what]
    for where, factor in zip(wheres, (0.5, 1.4), strict=True):
        actual[np.logical_and.reduce([codes[axis] == value for axis, value in where.items()])] *= factor
    frame = frame.assign(actual=actual, expected=expected)
    before, started = _peak(), time.process_time()
    found = localise(frame, [f"d{at}" for at in range(len(sizes))], "actual", "expected")
    cpu = time.process_time() - started
    told = [{f"d{axis}": str(value) for axis, value in where.items()} for where in wheres]
    right = sum(one.where in told for one in found.slices)
    return {"cpu": cpu, "peak": _peak(), "before": before, "found": right, "planted": len(wheres)}


def _peak() -> float:
    """Largest memory that this process has had, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _choose(kind: str, folder: Path | None, planted: int) -> None:
    """Amounts are chosen on planted tables, so that the labelled ones only judge them; ratios on labelled ones."""
    if kind == "ratio":
        if folder is None:
            sys.exit("No labelled sets, so no settings for ratios: name their folder with --labelled")
        _validated(kind, RATIOS, _labelled(Path(str(folder)), "incidents_ratio"))
    else:
        cases = [list(_planted(one, range(planted))) for one in ("S", "L", "B0")]
        _validated(kind, AMOUNTS, [case for group in zip(*cases, strict=True) for case in group])


def _validated(kind: str, now: Settings, cases: list[Case]) -> None:
    """Tell the best settings, and how the best of four fifths did on the fifth."""
    grid = GRIDS[kind]
    tried = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    outcomes = [[_outcome(case, replace(now, **one)) for case in cases] for one in tried]
    order = np.random.default_rng(1).permutation(len(cases))
    folds = [set(order[at::FOLDS]) for at in range(FOLDS)]
    held: list[Outcome] = []
    print(f"\n{kind}: {len(cases)} tables, {len(tried)} settings", flush=True)
    for fold in folds:
        best = max(outcomes, key=lambda told: _f1(one for at, one in enumerate(told) if at not in fold))
        held += [one for at, one in enumerate(best) if at in fold]
    print(f"held-out F1 of settings chosen without the fold: {_f1(held):.4f}")
    ranked = sorted(zip(tried, map(_f1, outcomes), strict=True), key=lambda one: -one[1])
    for one, score in ranked[:8]:
        print(f"  {score:.4f} {one}")
    means: dict[str, Any] = {
        name: {
            value: round(statistics.mean(score for one, score in ranked if one[name] == value), 4) for value in values
        }
        for name, values in grid.items()
    }
    for name, told in means.items():
        print(f"  {name}: mean F1 by value {told}")


if __name__ == "__main__":
    main()
