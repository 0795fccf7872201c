"""Greedy search: the slice whose change explains most for its length, then the next of what it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from opsrules.rootcause.cube import Block, Floats, any_value, conditions
from opsrules.rootcause.evidence import Evidence
from opsrules.rootcause.leaves import Leaves, Mask
from opsrules.rootcause.settings import Settings
from opsrules.rootcause.sparse import blocks_of

__all__ = ["Found", "search"]

_MOST = 40  # slices found at most
_TRIED = 60  # slices in which leaves disagree that are passed over before a search ends
_EQUAL = 1e-9  # relative difference of scores below which they are the same, whatever the order of summing


@dataclass(frozen=True)
class Found:
    """One slice of a search.

    Attributes
    ----------
    where : dict
        Dimension to value, by place.
    score : float
        What it explains, less what its length and its rivals cost.
    evidence : float
        Log of how often chance alone would have to be tried to show one as strong, of as many slices.
    deviation : float
        Mean deviation of its leaves.
    leaves : array of bool
        Those inside that no earlier slice has.
    """

    where: dict[int, int]
    score: float
    evidence: float
    deviation: float
    leaves: Mask


@dataclass(frozen=True)
class _Scored:
    """A block with what each of its slices costs."""

    block: Block
    cost: Floats
    conditions: Floats


def search(leaves: Leaves, evidence: Evidence, settings: Settings) -> Iterator[Found]:
    """Slices in order of their score, each found in what the earlier ones leave."""
    blocks = [_scored(block, evidence, settings) for block in blocks_of(leaves, evidence)]
    left = evidence.weight > 0
    share, least = 0.0, settings.first
    for _ in range(_MOST):
        found = _strongest(blocks, leaves, evidence, left, settings, least)
        if found is None or found.score <= share:
            return
        yield found
        share, least = max(share, settings.share * found.score), settings.further
        left &= ~found.leaves


def _scored(block: Block, evidence: Evidence, settings: Settings) -> _Scored:
    axes = len(block.shape)
    there = block.sums((evidence.weight > 0).astype(np.float64)).ravel() > 0
    cuboid = np.zeros(block.sums_shape, np.int32)
    for axis, size in enumerate(block.shape):
        cuboid += any_value(size, axis, axes).astype(np.int32) << axis
    rivals = np.bincount(cuboid.ravel()[there], minlength=1 << axes)
    length = conditions(block.shape).ravel().astype(np.float64)
    cost = np.log(np.maximum(rivals, 1))[cuboid.ravel()] + settings.condition * length
    return _Scored(block, cost, length)


def _strongest(
    blocks: list[_Scored], leaves: Leaves, evidence: Evidence, left: Mask, settings: Settings, least: float
) -> Found | None:
    weight = np.where(left, evidence.weight, 0.0)
    pull = weight * evidence.deviation
    best: Found | None = None
    for one in blocks:
        found = _strongest_of(one, leaves, evidence, (weight, pull), settings, least)
        if found is not None and (best is None or found.score > best.score * (1 + _EQUAL)):
            best = found
    return best


def _strongest_of(
    one: _Scored, leaves: Leaves, evidence: Evidence, sums: tuple[Floats, Floats], settings: Settings, least: float
) -> Found | None:
    weights, pulls = (one.block.sums(values).ravel() for values in sums)
    mean = np.divide(pulls, weights, out=np.zeros_like(pulls), where=weights > 0)
    gain = evidence.gain(weights, pulls)
    worth = gain * np.exp(-settings.growth * one.conditions) - one.cost
    score = np.where(np.abs(mean) >= evidence.least, worth, -np.inf)
    apart = evidence.apart(weights, pulls, float(weights[-1]), float(pulls[-1]))
    proof = evidence.proven(np.minimum(gain, apart)) - one.cost
    score[proof < least] = -np.inf
    for _ in range(_TRIED):
        cell = int(score.argmax())
        if not score[cell] > 0:
            return None
        same = np.flatnonzero(score >= score[cell] * (1 - _EQUAL))
        cell = int(same[one.conditions[same].argmin()])
        where = one.block.where(cell)
        inside = leaves.inside(where) & (sums[0] > 0)
        if _agree(evidence, inside, float(mean[cell]), settings.purity):
            return Found(where, float(score[cell]), float(proof[cell]), float(mean[cell]), inside)
        score[cell] = -np.inf
    return None


def _agree(evidence: Evidence, inside: Mask, mean: float, purity: float) -> bool:
    """Whether the leaves of a slice move as it does, as far as noise lets them."""
    weight, deviation = evidence.weight[inside], evidence.deviation[inside]
    half = abs(mean) / 2
    moving = weight[deviation * np.sign(mean) > half].sum()
    return bool(moving >= purity * (weight * _normal(half * np.sqrt(weight))).sum())


def _normal(z: Floats) -> Floats:
    """Share of a normal distribution below z, within 0.0004."""
    return 0.5 * (1 + np.tanh(z * (0.7978845608 + 0.0356774081 * z * z)))
