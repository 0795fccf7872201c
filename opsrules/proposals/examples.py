"""What people said, put on the rows of the legs: which belong together, which must not be matched, which are agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.proposals.said import Said
from opsrules.reconcile import item_ids
from opsrules.terms import FindingStatus, Leg, Resolution

__all__ = ["Example", "Row", "Truth", "truth_of"]

Row = tuple[Leg, str, int]
"""Leg, side ("left" or "right") and position of a row."""

_AGREED = (Resolution.EXPECTED.value, Resolution.ACCEPTED.value)
_REAL = (Resolution.CORRECTED.value, Resolution.RECOVERED.value)


@dataclass(frozen=True)
class Example:
    """Rows of one leg that belong together, as somebody said.

    Attributes
    ----------
    leg : Leg
    left, right : tuple of int
        Positions, at least one on each side.
    finding_id : str
        Of what was said.
    """

    leg: Leg
    left: tuple[int, ...]
    right: tuple[int, ...]
    finding_id: str

    @property
    def rows(self) -> frozenset[Row]:
        """The rows of both sides."""
        left = ((self.leg, "left", at) for at in self.left)
        return frozenset([*left, *((self.leg, "right", at) for at in self.right)])


@dataclass(frozen=True)
class Truth:
    """What people said, on rows.

    Attributes
    ----------
    together : tuple of Example
        By finding id, rows that matching brings together already included; each set of rows once.
    apart : frozenset of Row
        Rows that were written off as a loss, put right as a real fault, or whose settlement was refused.
    agreed : frozenset of Row
        Rows that stand alone and are as expected.
    lost : int
        What was said of rows that are not among the exports, or names rows that cannot belong together.
    """

    together: tuple[Example, ...] = ()
    apart: frozenset[Row] = frozenset()
    agreed: frozenset[Row] = frozenset()
    lost: int = 0


@dataclass
class _Found:
    together: dict[frozenset[Row], Example] = field(default_factory=dict)
    apart: set[Row] = field(default_factory=set)
    agreed: set[Row] = field(default_factory=set)
    lost: int = 0


def truth_of(account: str, legs: Mapping[Leg, LegResult], said: Iterable[Said]) -> Truth:
    """Put what people said on the rows of an account's legs, in whatever order it comes."""
    ordered = sorted(said, key=lambda one: one.finding_id)
    places = _Places(account, legs)
    found = _Found()
    for one in ordered:
        row = places.by_id.get(one.finding_id)
        if row is None:
            found.lost += 1
        elif one.counterpart:
            _named(found, places, one, row)
        else:
            _alone(found, places, one, row)
    together = tuple(sorted(found.together.values(), key=lambda one: (one.finding_id, one.leg)))
    said_together = frozenset(row for one in together for row in one.rows)
    return Truth(together, frozenset(found.apart) - said_together, frozenset(found.agreed) - said_together, found.lost)


def _named(found: _Found, places: _Places, one: Said, row: Row) -> None:
    """Rows of a finding and of the counterpart that somebody named."""
    others = places.rows_of(one.counterpart, row)
    rows = places.held(row, guessed=False).union(*(places.held(other, guessed=False) for other in others))
    _add(found, one, rows)


def _add(found: _Found, one: Said, rows: frozenset[Row]) -> None:
    (leg,) = {leg for leg, _, _ in rows}
    left, right = (tuple(sorted(at for _, side, at in rows if side == name)) for name in ("left", "right"))
    if left and right:
        found.together.setdefault(rows, Example(leg, left, right, one.finding_id))
    else:
        found.lost += 1


def _alone(found: _Found, places: _Places, one: Said, row: Row) -> None:
    """What a settlement without a counterpart says: a break of both sides names them itself."""
    rows = places.held(row)
    both = len({side for _, side, _ in rows}) > 1
    if one.status is FindingStatus.OPEN or (both and one.reason in _REAL):
        found.apart |= rows
    elif one.status is FindingStatus.WRITTEN_OFF:
        if both:
            _add(found, one, rows)
        else:
            found.apart |= rows
    elif one.reason in _AGREED:
        if both:
            _add(found, one, rows)
        elif one.reason == Resolution.EXPECTED.value:
            found.agreed |= rows


class _Places:
    """Rows of the legs by their ids and by where they come from."""

    def __init__(self, account: str, legs: Mapping[Leg, LegResult]) -> None:
        self._legs = legs
        self.by_id: dict[str, Row] = {}
        self._by_place: dict[tuple[Leg, str], list[Row]] = {}
        for leg, result in legs.items():
            for side in ("left", "right"):
                table = result.side(side)[0]
                ids = item_ids(account, leg, side, table)
                self.by_id |= {str(one): (leg, side, at) for at, one in enumerate(ids)}
                named = zip(table["source_file"], table["source_line"], strict=True)
                for at, (file, line) in enumerate(named):
                    self._by_place.setdefault((leg, f"{file}:{line}"), []).append((leg, side, at))

    def rows_of(self, counterpart: str, row: Row) -> list[Row]:
        """Rows of the other side of a row's leg that a counterpart names."""
        leg, side, _ = row
        named = [self.by_id[counterpart]] if counterpart in self.by_id else self._by_place.get((leg, counterpart), [])
        return [one for one in named if one[0] is leg and one[1] != side]

    def held(self, row: Row, *, guessed: bool = True) -> frozenset[Row]:
        """A row, and those that stand in one break with it; without what is only `guessed` to, where somebody knew."""
        leg, side, at = row
        matching = self._legs[leg].matching
        status = matching.side(side)[1]
        pair = int(status["pair"].iloc[at])
        if pair < 0 or (not guessed and status["status"].iloc[at] == "suggested"):
            return frozenset([row])
        rows = {row}
        for name, waiting in matching.waiting.items():
            numbers = matching.side(name)[1]["pair"].to_numpy()[waiting]
            rows |= {(leg, name, int(one)) for one in waiting[np.flatnonzero(numbers == pair)]}
        return frozenset(rows)
