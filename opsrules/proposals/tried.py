"""A change tried on past data: the legs matched as they are and as they would be, and held against what people said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.proposals.examples import Example, Row, Truth
from opsrules.reconcile import WAITING
from opsrules.terms import Leg

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[np.int64]

__all__ = ["Legs", "Moves", "Outcome", "moves_of", "outcome_of"]

Legs = Mapping[Leg, LegResult]


@dataclass(frozen=True)
class Moves:
    """What a change does to rows, whatever people said of them.

    Attributes
    ----------
    matched, suggested, left_out : frozenset of Row
        Open rows that would be matched, suggested as a match, or left out of their leg.
    ambiguous : frozenset of Row
        Rows that would become ambiguous.
    parted : frozenset of Row
        Rows whose match of today would be another, or none.
    with_ : mapping of Row to frozenset of Row
        Rows that each row of `matched` and `suggested` would stand together with, itself included.
    """

    matched: frozenset[Row] = frozenset()
    suggested: frozenset[Row] = frozenset()
    left_out: frozenset[Row] = frozenset()
    ambiguous: frozenset[Row] = frozenset()
    parted: frozenset[Row] = frozenset()
    with_: Mapping[Row, frozenset[Row]] = field(default_factory=dict)

    def __or__(self, other: Moves) -> Moves:
        """Both together: a row that both have counts once."""
        return Moves(
            self.matched | other.matched,
            self.suggested | other.suggested,
            self.left_out | other.left_out,
            self.ambiguous | other.ambiguous,
            self.parted | other.parted,
            {**self.with_, **other.with_},
        )


@dataclass(frozen=True)
class Outcome:
    """What a change would have done, in rows of both sides.

    Attributes
    ----------
    matched, suggested, left_out : int
        Open rows that would have been matched, suggested as a match, or left out of their leg.
    agree : int
        Of these, rows that people settled so.
    wrong : int
        Rows matched otherwise than people settled them, that people gave up, put right or kept open, or whose match of
        today would be lost.
    unsaid : int
        Open rows that would have been matched, suggested or left out, and of which nobody said anything.
    ambiguous : int
        Rows that would have become ambiguous.
    """

    matched: int
    suggested: int
    left_out: int
    agree: int
    wrong: int
    unsaid: int
    ambiguous: int

    @property
    def settled(self) -> int:
        """Open rows that would have been settled."""
        return self.matched + self.suggested + self.left_out


def moves_of(before: Legs, after: Legs) -> Moves:
    """Compare the legs of one account and period as they are and as they would be; their tables are the same rows."""
    parts = [_of_leg(leg, before[leg], after[leg]) for leg in before]
    return reduce(Moves.__or__, parts, Moves())


def outcome_of(moves: Moves, truth: Truth) -> Outcome:
    """Count what a change does by what people said of the rows."""
    settled = moves.matched | moves.suggested | moves.left_out
    agree, wrong = set(truth.agreed & moves.left_out), set(moves.parted | (truth.apart & settled))
    for one in truth.together:
        right, other = _held(one, moves)
        agree |= right
        wrong |= other
    agree -= wrong
    unsaid = settled - agree - wrong
    sizes = (moves.matched, moves.suggested, moves.left_out, agree, wrong, unsaid, moves.ambiguous)
    return Outcome(*map(len, sizes))


def _held(one: Example, moves: Moves) -> tuple[frozenset[Row], frozenset[Row]]:
    """Rows of an example that would stand as people settled them, and those that would stand otherwise.

    A match may hold further rows, as the second capture of an order, of which nobody spoke.
    """
    placed = one.rows & (moves.matched | moves.suggested)
    right = frozenset(row for row in placed if one.rows <= moves.with_[row])
    return right, (placed - right) | (one.rows & moves.left_out)


def _of_leg(leg: Leg, before: LegResult, after: LegResult) -> Moves:
    old, new = (_Groups.of(one) for one in (before, after))
    found: dict[str, set[Row]] = {name: set() for name in ("matched", "suggested", "excluded", "ambiguous")}
    for number, side in enumerate(("left", "right")):
        was = before.side(side)[1]["status"].to_numpy(dtype=object)
        stood, stands = (one.status[number] for one in (old, new))
        is_open = np.isin(was, WAITING)
        for name in ("matched", "suggested", "excluded"):
            at = np.flatnonzero(is_open & (stands == name) & (stood != name))
            found[name] |= {(leg, side, int(one)) for one in at}
        at = np.flatnonzero((was != "excluded") & (stands == "ambiguous") & (stood != "ambiguous"))
        found["ambiguous"] |= {(leg, side, int(one)) for one in at}
    settled = found["matched"] | found["suggested"]
    return Moves(
        frozenset(found["matched"]),
        frozenset(found["suggested"]),
        frozenset(found["excluded"]),
        frozenset(found["ambiguous"]),
        frozenset(_parted(leg, old, new)),
        dict(_together(leg, new, settled)),
    )


@dataclass(frozen=True)
class _Groups:
    """Status and group of every row, as the passes leave them: (left, right)."""

    status: tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]
    group: tuple[_Ints, _Ints]

    @classmethod
    def of(cls, result: LegResult) -> _Groups:
        sides = [result.matching.side(name)[1] for name in ("left", "right")]
        left, right = sides
        return cls(
            (left["status"].to_numpy(dtype=object), right["status"].to_numpy(dtype=object)),
            (left["group"].to_numpy(np.int64), right["group"].to_numpy(np.int64)),
        )

    @property
    def confirmed(self) -> _Ints:
        """Group of each row that is matched, left rows first; -1 for the others."""
        parts = [
            np.where(status == "matched", group, -1) for status, group in zip(self.status, self.group, strict=True)
        ]
        return np.concatenate(parts)


def _parted(leg: Leg, old: _Groups, new: _Groups) -> Iterator[Row]:
    """Rows that are matched today and would not stand with the same rows."""
    was, would = old.confirmed, new.confirmed
    at = np.flatnonzero(was >= 0)
    if not len(at):
        return
    # A match stays when all its rows have one new group, and that group has no other rows.
    pairs, place = np.unique(np.stack([was[at], would[at]]), axis=1, return_inverse=True)
    ways = np.bincount(pairs[0])
    rows = np.bincount(would[would >= 0], minlength=len(would) + 1)
    same = np.bincount(place.ravel())
    stays = (ways[pairs[0]] == 1) & (pairs[1] >= 0) & (rows[pairs[1]] == same)
    size_left = len(old.group[0])
    for one in at[~stays[place.ravel()]]:
        yield (leg, "left", int(one)) if one < size_left else (leg, "right", int(one) - size_left)


def _together(leg: Leg, new: _Groups, rows: set[Row]) -> Iterator[tuple[Row, frozenset[Row]]]:
    wanted = {int(new.group[side == "right"][at]) for _, side, at in rows}
    members: dict[int, set[Row]] = {}
    for number, side in enumerate(("left", "right")):
        at = np.flatnonzero(np.isin(new.group[number], list(wanted)))
        for one in at:
            members.setdefault(int(new.group[number][one]), set()).add((leg, side, int(one)))
    for row in rows:
        yield row, frozenset(members[int(new.group[row[1] == "right"][row[2]])])
