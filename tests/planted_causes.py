"""Tables with faults planted in known slices, and tables of nothing but noise."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["KINDS", "NOISE", "Cause", "Planted", "labelled", "noise_table", "planted"]

Cause = frozenset[tuple[str, str]]
Floats = npt.NDArray[np.float64]

LARGE = (10, 24, 10, 15)
SMALL = (10, 12, 10, 8, 5)
SPARSE = (6, 36, 10, 10)


@dataclass(frozen=True)
class Planted:
    """A table and the slices in which it was changed."""

    frame: pd.DataFrame
    dimensions: list[str]
    causes: set[Cause]


@dataclass(frozen=True)
class _Way:
    """How faults of one kind of data are drawn."""

    sizes: tuple[int, ...]
    noise: tuple[float, float]
    severity: tuple[float, float]
    spread: tuple[float, float]
    faults: tuple[int, int]
    elements: tuple[int, int]
    leaves_only: bool = False


# Source: the S and L sets of RiskLoc (Kalander 2022, arXiv 2205.10004): their sizes and ranges.
_WAYS = {
    "S": _Way(SMALL, (0.0, 0.25), (0.2, 1.0), (0.0, 0.1), (1, 3), (1, 3)),
    "L": _Way(LARGE, (0.0, 0.1), (0.5, 1.0), (0.0, 0.0), (1, 5), (1, 1), leaves_only=True),
}


def planted(kind: str, seed: int) -> Planted:
    """One table of a kind: S or L (generated amounts), B0 (amounts of real shape), counts."""
    draw = np.random.default_rng([seed, sum(map(ord, kind))])
    if kind in _WAYS:
        return _generated(_WAYS[kind], draw)
    return _shaped(draw, counted=kind == "counts")


KINDS = ("S", "L", "B0", "counts")


def _codes(sizes: tuple[int, ...]) -> npt.NDArray[np.int64]:
    return np.stack(np.unravel_index(np.arange(math.prod(sizes)), sizes))


def _table(codes: npt.NDArray[np.int64], sizes: tuple[int, ...], actual: Floats, expected: Floats) -> pd.DataFrame:
    columns = {
        name: pd.Categorical.from_codes(np.asarray(code, np.int64), pd.Index([f"{name}{at + 1}" for at in range(size)]))
        for name, code, size in zip("abcdefgh", codes, sizes, strict=False)
    }
    return pd.DataFrame(columns | {"actual": actual, "expected": expected})


def _cause(axes: tuple[int, ...], values: tuple[int, ...]) -> Cause:
    return frozenset(
        ("abcdefgh"[axis], f"{'abcdefgh'[axis]}{value + 1}") for axis, value in zip(axes, values, strict=True)
    )


def _inside(codes: npt.NDArray[np.int64], axes: tuple[int, ...], values: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    hit: npt.NDArray[np.bool_] = np.logical_and.reduce(
        [codes[a] == value for a, value in zip(axes, values, strict=True)]
    )
    return hit


def _generated(way: _Way, draw: np.random.Generator) -> Planted:
    """Weibull amounts, some zero; normal relative noise on either side; every fault cuts its leaves by one share."""
    codes = _codes(way.sizes)
    leaves = codes.shape[1]
    noise = draw.uniform(*way.noise)
    real = draw.weibull(draw.uniform(0.5, 1), leaves) * 100 * (draw.random(leaves) >= draw.uniform(0, 0.25))
    other = np.maximum(real * (1 + draw.normal(0, noise, leaves)), 0)
    turned = draw.random(leaves) < 0.5
    actual, expected = np.where(turned, other, real), np.where(turned, real, other)
    cut, whole = (expected, actual) if actual.sum() > expected.sum() else (actual, expected)
    taken: list[tuple[tuple[int, ...], list[tuple[int, ...]]]] = []
    for _ in range(draw.integers(*way.faults, endpoint=True)):
        axes, elements = _elements(way, codes, draw, taken, whole)
        taken.append((axes, elements))
        hit = np.logical_or.reduce([_inside(codes, axes, one) for one in elements])
        severity = draw.normal(draw.uniform(*way.severity) + noise, draw.uniform(*way.spread), int(hit.sum()))
        cut[hit] = whole[hit] * np.maximum(1 - severity, 0)
    causes = {_cause(axes, one) for axes, elements in taken for one in elements}
    return Planted(_table(codes, way.sizes, actual, expected), list("abcdefgh"[: len(way.sizes)]), causes)


def _elements(
    way: _Way,
    codes: npt.NDArray[np.int64],
    draw: np.random.Generator,
    taken: list[tuple[tuple[int, ...], list[tuple[int, ...]]]],
    whole: Floats,
) -> tuple[tuple[int, ...], list[tuple[int, ...]]]:
    """Dimensions and values of one fault, none of them a value that another fault has on the same dimension."""
    every, count = len(way.sizes), int(draw.integers(*way.elements, endpoint=True))
    while True:
        length = every if way.leaves_only else int(draw.integers(1, every, endpoint=True))
        axes = tuple(sorted(int(one) for one in draw.choice(every, length, replace=False)))
        if length < every and axes in [others for others, _ in taken]:
            continue
        free = [_free(way.sizes[axis], axis, taken) for axis in axes]
        if not all(free):
            continue
        elements = sorted({tuple(int(draw.choice(values)) for values in free) for _ in range(count)})
        filled = length < every or all(whole[_inside(codes, axes, one)].sum() > 0 for one in elements)
        if len(elements) == count and filled:
            return axes, elements


def _free(size: int, axis: int, taken: list[tuple[tuple[int, ...], list[tuple[int, ...]]]]) -> list[int]:
    used = {one[axes.index(axis)] for axes, elements in taken if axis in axes for one in elements}
    return [value for value in range(size) if value not in used]


def _shaped(draw: np.random.Generator, *, counted: bool) -> Planted:
    """Very unequal leaves, a third of them empty, little noise; faults of one length cut by 40 to 100 per cent."""
    codes = _codes(SPARSE)
    parts = [draw.lognormal(0, 1, size)[code] for code, size in zip(codes, SPARSE, strict=True)]
    expected = np.prod(parts, axis=0) * draw.lognormal(0, 1, codes.shape[1]) * (10 if counted else 50)
    expected *= draw.random(codes.shape[1]) > 0.36
    actual = draw.poisson(expected) * 1.0 if counted else expected * (1 + draw.normal(0, 0.01, codes.shape[1]))
    length, count = (int(draw.integers(1, 3, endpoint=True)) for _ in range(2))
    causes: set[Cause] = set()
    while len(causes) < count:
        axes = tuple(sorted(int(one) for one in draw.choice(len(SPARSE), length, replace=False)))
        values = tuple(int(draw.integers(SPARSE[axis])) for axis in axes)
        hit = _inside(codes, axes, values)
        if expected[hit].sum() < 100 or (expected[hit] > 0).sum() < 3:
            continue
        causes.add(_cause(axes, values))
        left = 1 - draw.choice([0.4, 0.6, 0.8, 1.0])
        actual[hit] = draw.poisson(expected[hit] * left) if counted else actual[hit] * left
    return Planted(_table(codes, SPARSE, actual, expected), list("abcd"), causes)


def labelled(table: pd.DataFrame, labels: pd.DataFrame, name: str) -> dict[str, tuple[pd.DataFrame, set[Cause]]]:
    """Instances of a labelled set with their root causes, by name; `labels` joins causes by ; and conditions by &."""
    told = labels[labels["set"] == name].set_index("instance")["root_causes"]
    out = {}
    for instance, rows in table.groupby("instance", observed=True):
        causes = {
            frozenset(tuple(one.split("=", 1)) for one in cause.split("&")) for cause in told[instance].split(";")
        }
        out[str(instance)] = (rows.reset_index(drop=True), causes)
    return out


SHAPES = ((10, 12, 10, 8, 5), (6, 36, 10, 10), (4, 5, 6), (3, 4), (8, 8, 8), (50, 20), (5, 5, 4, 3))
"""Cubes of pure noise: of 12 to 48,000 leaves."""


def noise_table(way: str, shape: tuple[int, ...], seed: int) -> tuple[pd.DataFrame, str]:
    """Table in which nothing happened, every second one half empty, and the kind of its measure."""
    draw = np.random.default_rng([seed, len(shape), shape[0], sum(map(ord, way))])
    codes = _codes(shape)
    if seed % 2:
        codes = codes[:, draw.random(codes.shape[1]) < 0.5]
    kind, columns = NOISE[way](draw, codes.shape[1])
    return pd.DataFrame({f"d{at}": code for at, code in enumerate(codes)} | columns), kind


Noise = tuple[str, dict[str, npt.NDArray[Any]]]


def _gaussian(draw: np.random.Generator, leaves: int) -> Noise:
    actual = 100 + draw.normal(0, draw.choice([1, 5, 10, 20, 40]), leaves)
    return "amount", {"actual": actual, "expected": np.full(leaves, 100.0)}


def _relative(draw: np.random.Generator, leaves: int) -> Noise:
    expected = draw.weibull(0.7, leaves) * 100
    return "amount", {"actual": expected * (1 + draw.normal(0, draw.uniform(0.01, 0.3), leaves)), "expected": expected}


def _two_sided(draw: np.random.Generator, leaves: int) -> Noise:
    real, noise = draw.weibull(0.7, leaves) * 100, draw.uniform(0.01, 0.3)
    actual, expected = (real * (1 + draw.normal(0, noise, leaves)) for _ in range(2))
    return "amount", {"actual": actual, "expected": expected}


def _lognormal(draw: np.random.Generator, leaves: int) -> Noise:
    expected = draw.weibull(0.7, leaves) * 100
    return "amount", {"actual": expected * np.exp(draw.normal(0, draw.uniform(0.1, 1), leaves)), "expected": expected}


def _poisson(draw: np.random.Generator, leaves: int) -> Noise:
    mean = draw.integers(1, 20, endpoint=True)
    return "count", {"actual": draw.poisson(mean, leaves), "expected": np.full(leaves, float(mean))}


def _poisson_both(draw: np.random.Generator, leaves: int) -> Noise:
    mean = draw.integers(1, 20, endpoint=True)
    return "count", {"actual": draw.poisson(mean, leaves), "expected": draw.poisson(mean, leaves)}


def _poisson_various(draw: np.random.Generator, leaves: int) -> Noise:
    mean = draw.uniform(1, 20, leaves)
    return "count", {"actual": draw.poisson(mean), "expected": mean}


def _poisson_mean_of_four(draw: np.random.Generator, leaves: int) -> Noise:
    mean = draw.uniform(1, 20, leaves)
    return "count", {"actual": draw.poisson(mean), "expected": draw.poisson(4 * mean) / 4}


def _poisson_as_amount(draw: np.random.Generator, leaves: int) -> Noise:
    return "amount", _poisson(draw, leaves)[1]


def _binomial(draw: np.random.Generator, leaves: int) -> Noise:
    total, rate = draw.integers(1, draw.choice([5, 20, 200, 2000]), leaves), draw.uniform(0.02, 0.98)
    good = draw.binomial(total, rate)
    return "ratio", {"good": good, "total": total, "expected_good": total * rate, "expected_total": total * 1.0}


def _binomial_both(draw: np.random.Generator, leaves: int) -> Noise:
    most, rate = draw.choice([5, 20, 200, 2000]), draw.uniform(0.02, 0.98)
    total, before = draw.integers(1, most, leaves), draw.integers(1, most, leaves)
    sides = {"good": draw.binomial(total, rate), "expected_good": draw.binomial(before, rate)}
    return "ratio", sides | {"total": total, "expected_total": before}


NOISE: dict[str, Callable[[np.random.Generator, int], Noise]] = {
    "Gaussian, one expected value": _gaussian,
    "Gaussian, relative": _relative,
    "Gaussian, expected values as noisy": _two_sided,
    "lognormal": _lognormal,
    "Poisson, one mean of 1 to 20": _poisson,
    "Poisson, against the last period": _poisson_both,
    "Poisson, means of 1 to 20": _poisson_various,
    "Poisson, against a mean of four": _poisson_mean_of_four,
    "Poisson, called an amount": _poisson_as_amount,
    "binomial": _binomial,
    "binomial, against the last period": _binomial_both,
}
"""Kinds of noise, by name."""
