"""What must hold of a localisation whatever the table, against sums taken by hand."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrules.rootcause import Localisation, localise
from opsrules.rootcause.amounts import evidence_of_amounts
from opsrules.rootcause.cube import block_of
from opsrules.rootcause.leaves import leaves_of
from opsrules.rootcause.levels import dimensions_of
from opsrules.rootcause.search import search
from opsrules.rootcause.settings import AMOUNTS

seeds = st.integers(0, 100_000)
NAMES = ["country", "method", "week"]


def table(seed: int, faults: int = 2, noise: float = 0.05) -> pd.DataFrame:
    """A small cube, some of it missing, with faults of either direction in random slices."""
    draw = np.random.default_rng(seed)
    sizes = draw.integers(2, 6, 3)
    codes = np.stack(np.unravel_index(np.arange(int(np.prod(sizes))), tuple(sizes)))
    codes = codes[:, draw.random(codes.shape[1]) < 0.9]
    frame = pd.DataFrame(
        {name: [f"{name[0]}{value}" for value in code] for name, code in zip(NAMES, codes, strict=True)}
    )
    expected = draw.weibull(0.9, len(frame)) * 100 + 1
    actual = expected * (1 + draw.normal(0, noise, len(frame)))
    for _ in range(faults):
        chosen = draw.choice(3, int(draw.integers(1, 3)), replace=False)
        hit = np.logical_and.reduce([codes[axis] == draw.integers(sizes[axis]) for axis in chosen])
        actual[hit] *= draw.choice([0.0, 0.3, 0.6, 1.8])
    return frame.assign(actual=actual, expected=expected)


def located(frame: pd.DataFrame, dimensions: list[str] | None = None) -> Localisation:
    return localise(frame, dimensions or NAMES, "actual", "expected")


def rows_of(frame: pd.DataFrame, where: dict[Any, Any]) -> frozenset[Any]:
    inside = pd.Series(True, frame.index)
    for name, value in where.items():
        inside &= frame[name].isna() if value is None else frame[name] == value
    return frozenset(frame.index[inside])


def parts(frame: pd.DataFrame, found: Localisation) -> list[tuple[frozenset[Any], float]]:
    """Rows and effect of every slice, in order."""
    return [(rows_of(frame, one.where), round(one.effect, 6)) for one in found.slices]


@given(seeds)
def test_the_order_of_rows_and_of_columns_decides_nothing(seed: int) -> None:
    frame = table(seed)
    there = parts(frame, located(frame))
    assert parts(frame, located(frame.sample(frac=1, random_state=seed))) == there
    turned = frame[frame.columns[::-1]]
    assert parts(frame, located(turned, NAMES[::-1])) == there


@given(seeds, st.sampled_from([100, 0.01, 7]))
def test_another_unit_of_money_changes_no_slice(seed: int, factor: float) -> None:
    frame = table(seed)
    scaled = frame.assign(actual=frame["actual"] * factor, expected=frame["expected"] * factor)
    one, other = located(frame), located(scaled)
    assert [slice_.where for slice_ in one.slices] == [slice_.where for slice_ in other.slices]
    assert [slice_.effect * factor for slice_ in one.slices] == pytest.approx([one.effect for one in other.slices])


@given(seeds)
def test_other_names_of_values_change_no_rows(seed: int) -> None:
    frame = table(seed)
    draw = np.random.default_rng(seed)
    renamed = frame.copy()
    for name in NAMES:
        values = sorted(frame[name].unique())
        renamed[name] = frame[name].map(dict(zip(values, draw.permutation(len(values)).tolist(), strict=True)))
    named = [rows for rows, _ in parts(frame, located(frame))]
    assert [rows for rows, _ in parts(renamed, located(renamed))] == named


@given(seeds)
def test_effects_and_what_is_unexplained_add_up(seed: int) -> None:
    frame = table(seed, faults=3)
    found = located(frame)
    change = math.fsum(frame["actual"]) - math.fsum(frame["expected"])
    assert found.change == pytest.approx(change, abs=1e-9 * frame["expected"].sum())
    told = math.fsum(one.effect for one in found.slices) + found.unexplained
    assert told == pytest.approx(change, abs=1e-9 * frame["expected"].sum())
    taken: set[Any] = set()
    for one in found.slices:
        rows = rows_of(frame, one.where)
        own = frame.loc[sorted(rows - taken)]
        assert one.effect == pytest.approx(float((own["actual"] - own["expected"]).sum()), abs=1e-6)
        assert one.rows == len(rows)
        taken |= rows


@given(seeds)
def test_equivalents_are_all_conditions_that_cover_the_same_rows(seed: int) -> None:
    draw = np.random.default_rng(seed)
    frame = table(seed).assign(copy=lambda rows: "x" + rows["country"])
    frame.loc[frame["week"] == "w0", "method"] = "m0"  # a condition that another one implies
    names = [*NAMES, "copy"]
    found = localise(frame, list(draw.permutation(names)), "actual", "expected")
    values = [[None, *sorted(frame[name].unique())] for name in sorted(names)]
    for one in found.slices:
        rows = rows_of(frame, one.where)
        every = [
            where
            for chosen in itertools.product(*values)
            if (where := {name: value for name, value in zip(sorted(names), chosen, strict=True) if value is not None})
            and where != one.where
            and rows_of(frame, where) == rows
        ]
        assert sorted(map(str, one.equivalents)) == sorted(map(str, every))
        assert [len(where) for where in one.equivalents] == sorted(len(where) for where in every)


@given(seeds)
def test_every_slice_is_summed(seed: int) -> None:
    frame = table(seed)
    dimensions = dimensions_of(frame, NAMES)
    leaves = leaves_of(dimensions)
    block = block_of(leaves.codes, leaves.sizes, (0, 1, 2))
    sums = block.sums(leaves.sums(frame["actual"].to_numpy()))
    for cell in range(sums.size):
        where = {dimensions[axis].name: dimensions[axis].values[value] for axis, value in block.where(cell).items()}
        expected = frame.loc[sorted(rows_of(frame, where)), "actual"].sum()
        assert sums.ravel()[cell] == pytest.approx(expected)


@given(seeds)
def test_the_first_slice_is_the_best_of_all(seed: int) -> None:
    """By a search that looks at every slice one by one; nothing is asked of its proof, so that it may be everything."""
    frame = table(seed, faults=1)
    leaves = leaves_of(dimensions_of(frame, NAMES))
    actual, expected = (leaves.sums(frame[name].to_numpy()) for name in ("actual", "expected"))
    evidence = evidence_of_amounts(actual, expected)
    weight, pull = evidence.weight, evidence.weight * evidence.deviation
    scores: list[tuple[float, frozenset[int]]] = [(0.0, frozenset())]
    for axes in (one for length in range(4) for one in itertools.combinations(range(3), length)):
        cuboid = {tuple(int(value) for value in leaves.codes[list(axes), at]) for at in range(leaves.count)}
        for values in cuboid:
            held = [leaves.codes[axis] == value for axis, value in zip(axes, values, strict=True)]
            inside = np.logical_and.reduce([np.ones(leaves.count, np.bool_), *held])
            mean = pull[inside].sum() / weight[inside].sum()
            score = weight[inside].sum() * mean**2 / 2 - math.log(len(cuboid)) - len(axes)
            if abs(mean) >= 0.1:
                scores.append((score, frozenset(np.flatnonzero(inside).tolist())))
    anything = replace(AMOUNTS, first=-math.inf, alarm=1.0, purity=0.0)
    first = next(search(leaves, evidence, anything), None)
    best, rows = max(scores)
    assert (first.score if first else 0.0) == pytest.approx(best)
    assert (frozenset(np.flatnonzero(first.leaves).tolist()) if first else frozenset()) == rows
