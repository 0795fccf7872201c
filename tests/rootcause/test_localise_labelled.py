"""Localisation finds causes that others labelled, and planted ones, and nothing in noise."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from planted_causes import KINDS, NOISE, SHAPES, Cause, labelled, noise_table, planted

from opsrules.rootcause import Localisation, localise

RATIO = ("good", "total", "expected_good", "expected_total")


def causes(found: Localisation) -> set[Cause]:
    return {frozenset((str(name), str(value)) for name, value in one.where.items()) for one in found.slices}


def f1(told: list[tuple[set[Cause], set[Cause]]]) -> float:
    right = sum(len(found & true) for found, true in told)
    return 2 * right / sum(len(found) + len(true) for found, true in told)


@pytest.mark.parametrize(
    ("name", "least"), [("additive_b0", 0.97), ("additive_l", 0.95), ("additive_s", 0.90), ("incidents_ratio", 0.60)]
)
def test_labelled_causes_are_found(labelled_causes: Path, name: str, least: float) -> None:
    table = pd.read_parquet(labelled_causes / f"{name}.parquet")
    cases = labelled(table, pd.read_csv(labelled_causes / "labels.csv"), name)
    dimensions = [one for one in table.columns if one not in {"instance", "actual", "expected", *RATIO}]
    measures: dict[str, Any] = {one: one for one in (RATIO if name == "incidents_ratio" else ("actual", "expected"))}
    told = [(causes(localise(frame, dimensions, **measures)), true) for frame, true in cases.values()]
    assert f1(told) >= least


@pytest.mark.parametrize(("kind", "least"), [("S", 0.85), ("L", 0.95), ("B0", 0.97), ("counts", 0.95)])
def test_planted_causes_are_found(kind: str, least: float) -> None:
    assert kind in KINDS
    told = []
    for seed in range(12):
        case = planted(kind, 500 + seed)
        found = localise(case.frame, case.dimensions, "actual", "expected", "count" if kind == "counts" else "amount")
        told.append((causes(found), case.causes))
    assert f1(told) >= least


@pytest.mark.parametrize("way", NOISE)
def test_noise_alone_has_no_slices(way: str) -> None:
    """At most 3 of 100 tables: more would be a chance of 1 in 50 at the 1 in 100 that is promised."""
    shapes = [shape for shape in SHAPES if math.prod(shape) < 5000]
    alarms = 0
    for seed in range(100):
        shape = shapes[seed % len(shapes)]
        frame, kind = noise_table(way, shape, 90_000 + seed)
        dimensions = [f"d{at}" for at in range(len(shape))]
        measures: dict[str, Any] = {one: one for one in (RATIO if kind == "ratio" else ("actual", "expected"))}
        found = localise(frame, dimensions, kind=kind, **measures)
        alarms += bool(found.slices)
        assert found.slices or found.reason
    assert alarms <= 3
