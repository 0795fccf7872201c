"""Greedy search: the slice whose change explains most for its length, then the next of what it leaves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from opsrules.rootcause.calibration import CLEAR, Chance, redrawn
from opsrules.rootcause.cube import Block, Floats, Ints, Mask, any_value, conditions
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
    """A block with what each of its slices costs to name and to believe, and the conditions that all of them share."""

    block: Block
    cost: Floats
    doubt: Floats
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
    """What is left to explain: weight and weight times deviation of a block's leaves, and the sums of both over all."""

    left: Mask
    weight: Floats
    pull: Floats
    all_weight: float
    all_pull: float


def search(leaves: Leaves, evidence: Evidence, settings: Settings) -> Iterator[Found]:
    """Slices in order of their score, each found in what the earlier ones leave; none where noise shows as much."""
    if not (evidence.weight > 0).any():
        return
    blocks = blocks_of(leaves, evidence)
    fixed: dict[int, int] | None = {} if len(blocks) > 1 else None
    space = _Space(leaves, settings, [_scored(block, leaves, evidence, settings, fixed) for block in blocks])
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
    block: Block, leaves: Leaves, evidence: Evidence, settings: Settings, fixed: dict[int, int] | None
) -> _Scored:
    axes = len(block.shape)
    cuboid = np.zeros(block.sums_shape, np.int32)
    for axis, size in enumerate(block.shape):
        cuboid += any_value(size, axis, axes).astype(np.int32) << axis
    cuboid = cuboid.ravel()
    if fixed is not None:
        rivals = np.array([_rivals(leaves, block, fixed, bits) for bits in range(1 << axes)])
    else:
        there = block.sums((evidence.weight > 0).astype(np.float64)).ravel() > 0
        rivals = np.bincount(cuboid[there], minlength=1 << axes)
    length = conditions(block.shape).ravel().astype(np.float64) + len(fixed or {})
    cost = np.log(np.maximum(rivals, 1))[cuboid] + settings.condition * length
    cost[~block.named().ravel()] = np.inf
    doubt = _doubt(leaves)[length.astype(np.intp)]
    doubt[np.isinf(cost)] = np.inf
    return _Scored(block, cost, doubt, length, fixed or {})


def _doubt(leaves: Leaves) -> Floats:
    """By number of conditions the log of how many slices have as many, shared out evenly among the numbers."""
    axes = len(leaves.sizes)
    rivals = [1.0] + [0.0] * axes
    for size in leaves.sizes:
        for length in range(axes, 0, -1):
            rivals[length] += rivals[length - 1] * size
    most = [math.comb(axes, length) * leaves.count for length in range(axes + 1)]
    return np.log(np.minimum(rivals, most)) + math.log(axes)


def _rivals(leaves: Leaves, block: Block, fixed: dict[int, int], bits: int) -> int:
    """How many slices may have conditions on the same dimensions."""
    axes = [*fixed, *(axis for at, axis in enumerate(block.axes) if bits >> at & 1)]
    return min(math.prod(leaves.sizes[axis] for axis in axes), leaves.count)


def _strongest(space: _Space, evidence: Evidence, left: Mask, least: float) -> Found | None:
    weight = np.where(left, evidence.weight, 0.0)
    pull = weight * evidence.deviation
    sums = _Sums(left, weight, pull, float(weight.sum()), float(pull.sum()))
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
    own = replace(sums, weight=sums.weight[inside], pull=sums.pull[inside])
    best: Found | None = None
    for block in blocks_of(_only(part, rest), _part(evidence, inside)):
        named = replace(block, axes=tuple(rest[axis] for axis in block.axes))
        scored = _scored(named, leaves, evidence, space.settings, found.where)
        deeper = _strongest_of(scored, space, evidence, own, least)
        if deeper is not None and (best is None or deeper.score > best.score):
            best = deeper
    return best


def _only(leaves: Leaves, axes: list[int]) -> Leaves:
    return Leaves(leaves.codes[axes], tuple(leaves.sizes[axis] for axis in axes), leaves.of_row)


def _part(evidence: Evidence, inside: Ints) -> Evidence:
    return replace(evidence, deviation=evidence.deviation[inside], weight=evidence.weight[inside])


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
        inside = space.leaves.inside(where) & sums.left
        proven = min(float(proof[cell]), evidence.proven_by(inside) - float(one.doubt[cell]))
        if proven >= least and _agree(evidence, inside, float(pulls[cell] / weights[cell]), space.settings.purity):
            return Found(where, float(score[cell]), proven, inside)
        score[cell] = -np.inf
    return None


def _proof(one: _Scored, evidence: Evidence, sums: _Sums, found: tuple[Floats, Floats, Floats]) -> Floats:
    """Evidence of each slice; none where its deviation is too small to name, or where it is everything."""
    weights, pulls, gain = found
    apart = evidence.apart(weights, pulls, sums.all_weight, sums.all_pull)
    proof = evidence.proven(np.minimum(gain, apart)) - one.doubt
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
        sums = _Sums(weight > 0, weight, pull, float(weight.sum()), float(pull.sum()))
        strongest.append(max(_most_proven(one, evidence, sums) for one in space.blocks))
    return Chance.fitted(strongest)


def _most_proven(one: _Scored, evidence: Evidence, sums: _Sums) -> float:
    weights, pulls = one.block.sums(sums.weight).ravel(), one.block.sums(sums.pull).ravel()
    return float(_proof(one, evidence, sums, (weights, pulls, evidence.gain(weights, pulls))).max())
