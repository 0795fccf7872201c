"""Greedy search: the slice whose change explains most for its length, then the next of what it leaves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from opsrules.rootcause.calibration import CLEAR, Chance, redrawn
from opsrules.rootcause.cube import Block, Floats, Mask, any_value, conditions
from opsrules.rootcause.evidence import Evidence
from opsrules.rootcause.leaves import Leaves
from opsrules.rootcause.settings import Settings
from opsrules.rootcause.sparse import SHORT, blocks_of

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
        Log of how many tries chance would need to show one as strong, of as many slices.
    leaves : array of bool
        Those inside that no earlier slice has.
    chance : float
        How likely noise alone is to show one as strong.
    """

    where: dict[int, int]
    score: float
    evidence: float
    leaves: Mask
    chance: float = 0.0


@dataclass(frozen=True)
class _Scored:
    """A block with what each of its slices costs, and the conditions that all of them share."""

    block: Block
    cost: Floats
    conditions: Floats
    fixed: dict[int, int]


@dataclass(frozen=True)
class _Space:
    """Everything a search looks through."""

    leaves: Leaves
    settings: Settings
    blocks: list[_Scored]

    @property
    def is_wide(self) -> bool:
        """Whether long slices are only found inside short ones."""
        return len(self.leaves.sizes) > SHORT and len(self.blocks) > 1


@dataclass(frozen=True)
class _Sums:
    """What is left to explain: each leaf's weight and weight times deviation, and the sums of both."""

    weight: Floats
    pull: Floats
    all_weight: float
    all_pull: float


def search(leaves: Leaves, evidence: Evidence, settings: Settings) -> Iterator[Found]:
    """Slices in order of their score, each found in what the earlier ones leave; none where noise shows as much."""
    if not (evidence.weight > 0).any():
        return
    blocks = [_scored(block, leaves, evidence, settings) for block in blocks_of(leaves, evidence)]
    space = _Space(leaves, settings, blocks)
    left = evidence.weight > 0
    found = _strongest(space, evidence, left, settings.first)
    if found is None:
        return
    chance = _by_chance(space, evidence, found)
    if chance.of(found.evidence) > settings.alarm:
        return
    share = settings.share * found.score
    for _ in range(_MOST):
        yield replace(found, chance=chance.of(found.evidence))
        left &= ~found.leaves
        found = _strongest(space, evidence, left, settings.further)
        if found is None or found.score <= share:
            return


def _scored(
    block: Block, leaves: Leaves, evidence: Evidence, settings: Settings, fixed: dict[int, int] | None = None
) -> _Scored:
    fixed = fixed or {}
    axes = len(block.shape)
    cuboid = np.zeros(block.sums_shape, np.int32)
    for axis, size in enumerate(block.shape):
        cuboid += any_value(size, axis, axes).astype(np.int32) << axis
    cuboid = cuboid.ravel()
    if fixed:
        rivals = np.array([_rivals(leaves, block, fixed, bits) for bits in range(1 << axes)])
    else:
        there = block.sums((evidence.weight > 0).astype(np.float64)).ravel() > 0
        rivals = np.bincount(cuboid[there], minlength=1 << axes)
    length = conditions(block.shape).ravel().astype(np.float64) + len(fixed)
    cost = np.log(np.maximum(rivals, 1))[cuboid] + settings.condition * length
    cost[~block.named().ravel()] = np.inf
    return _Scored(block, cost, length, fixed)


def _rivals(leaves: Leaves, block: Block, fixed: dict[int, int], bits: int) -> int:
    """How many slices may have conditions on the same dimensions."""
    axes = [*fixed, *(axis for at, axis in enumerate(block.axes) if bits >> at & 1)]
    return min(math.prod(leaves.sizes[axis] for axis in axes), leaves.count)


def _strongest(space: _Space, evidence: Evidence, left: Mask, least: float) -> Found | None:
    weight = np.where(left, evidence.weight, 0.0)
    pull = weight * evidence.deviation
    sums = _Sums(weight, pull, float(weight.sum()), float(pull.sum()))
    best: Found | None = None
    for one in space.blocks:
        found = _strongest_of(one, space, evidence, sums, least)
        if found is not None and (best is None or found.score > best.score * (1 + _EQUAL)):
            best = found
    while space.is_wide and best is not None:
        deeper = _inside(best, space, evidence, sums, least)
        if deeper is None or deeper.score <= best.score * (1 + _EQUAL):
            break
        best = deeper
    return best


def _inside(found: Found, space: _Space, evidence: Evidence, sums: _Sums, least: float) -> Found | None:
    """Strongest slice that has the conditions of one found, and more."""
    leaves = space.leaves
    rest = [axis for axis in range(len(leaves.sizes)) if axis not in found.where]
    if not rest:
        return None
    inside = np.flatnonzero(found.leaves)
    part = Leaves(leaves.codes[:, inside], leaves.sizes, inside)
    best: Found | None = None
    for block in blocks_of(_only(part, rest), _part(evidence, inside)):
        axes = tuple(rest[axis] for axis in block.axes)
        cells = np.zeros(leaves.count, np.int64)
        cells[inside] = block.cells
        scored = _scored(replace(block, axes=axes, cells=cells), leaves, evidence, space.settings, found.where)
        deeper = _strongest_of(scored, space, evidence, _masked(sums, found.leaves), least)
        if deeper is not None and (best is None or deeper.score > best.score):
            best = deeper
    return best


def _only(leaves: Leaves, axes: list[int]) -> Leaves:
    return Leaves(leaves.codes[axes], tuple(leaves.sizes[axis] for axis in axes), leaves.of_row)


def _part(evidence: Evidence, inside: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Evidence:
    return replace(evidence, deviation=evidence.deviation[inside], weight=evidence.weight[inside])


def _masked(sums: _Sums, inside: Mask) -> _Sums:
    return replace(sums, weight=np.where(inside, sums.weight, 0.0), pull=np.where(inside, sums.pull, 0.0))


def _strongest_of(one: _Scored, space: _Space, evidence: Evidence, sums: _Sums, least: float) -> Found | None:
    weights, pulls = one.block.sums(sums.weight).ravel(), one.block.sums(sums.pull).ravel()
    gain = evidence.gain(weights, pulls)
    proof = _proof(one, evidence, sums, (weights, pulls, gain))
    worth = (
        gain * np.exp(-space.settings.growth * one.conditions) - one.cost if space.settings.growth else gain - one.cost
    )
    score = np.where(proof >= least, worth, -np.inf)
    for _ in range(_TRIED):
        cell = int(score.argmax())
        if not score[cell] > 0:
            return None
        same = np.flatnonzero(score >= score[cell] * (1 - _EQUAL))
        cell = int(same[one.conditions[same].argmin()])
        where = one.fixed | one.block.where(cell)
        inside = space.leaves.inside(where) & (sums.weight > 0)
        proven = min(float(proof[cell]), evidence.proven_by(inside) - float(one.cost[cell]))
        if proven >= least and _agree(evidence, inside, float(pulls[cell] / weights[cell]), space.settings.purity):
            return Found(where, float(score[cell]), proven, inside)
        score[cell] = -np.inf
    return None


def _proof(one: _Scored, evidence: Evidence, sums: _Sums, found: tuple[Floats, Floats, Floats]) -> Floats:
    """Evidence of each slice; none where its deviation is too small to name, or where it is everything."""
    weights, pulls, gain = found
    apart = evidence.apart(weights, pulls, sums.all_weight, sums.all_pull)
    proof = evidence.proven(np.minimum(gain, apart)) - one.cost
    proof[np.abs(pulls) < evidence.least * weights] = -np.inf
    proof[weights <= 0] = -np.inf
    return proof


def _agree(evidence: Evidence, inside: Mask, mean: float, purity: float) -> bool:
    """Whether the leaves of a slice move as it does, as far as noise lets them."""
    weight, deviation = evidence.weight[inside], evidence.deviation[inside]
    half = abs(mean) / 2
    moving = weight[deviation * np.sign(mean) > half].sum()
    return bool(moving >= purity * (weight * _normal(half * np.sqrt(weight))).sum())


def _normal(z: Floats) -> Floats:
    """Share of a normal distribution below z, within 0.0004."""
    return 0.5 * (1 + np.tanh(z * (0.7978845608 + 0.0356774081 * z * z)))


def _by_chance(space: _Space, evidence: Evidence, found: Found) -> Chance:
    """What noise like that of all other leaves would show."""
    if found.evidence >= CLEAR:
        return Chance()
    cells = sum(one.cost.size for one in space.blocks) + space.leaves.count
    strongest = []
    for deviation in redrawn(evidence, found.leaves, cells):
        weight, pull = evidence.weight, evidence.weight * deviation
        sums = _Sums(weight, pull, float(weight.sum()), float(pull.sum()))
        strongest.append(max(_most_proven(one, evidence, sums) for one in space.blocks))
    return Chance.fitted(strongest)


def _most_proven(one: _Scored, evidence: Evidence, sums: _Sums) -> float:
    weights, pulls = one.block.sums(sums.weight).ravel(), one.block.sums(sums.pull).ravel()
    return float(_proof(one, evidence, sums, (weights, pulls, evidence.gain(weights, pulls))).max())
