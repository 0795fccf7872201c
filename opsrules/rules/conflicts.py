"""Where several rows of a decision table with the hit policy unique fire for the same row of data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.rules.conditions import Graph
from opsrules.rules.exact import Raised
from opsrules.rules.frame import BoundFrame
from opsrules.rules.masks import Judged
from opsrules.rules.model import HitPolicy, Rule

if TYPE_CHECKING:
    import numpy.typing as npt

    Bools = npt.NDArray[np.bool_]
    Mask = Callable[[int], Bools]

__all__ = ["conflicts", "crowded", "idle"]

_CONFLICT = {
    "table": "str",
    "first": "str",
    "second": "str",
    "rows": "int64",
    "example_row": "int64",
    "example": "object",
}


def idle(rules: Sequence[Rule], mask: Mask, judged: Judged, count: int) -> Mapping[str, Bools]:
    """Return, by table that is unique, the rows on which its actions do not run.

    Those for which several of its rules fired, and those that one of its rules could not judge.
    """
    found = crowded(rules, mask, count)
    for table, positions in _unique(rules).items():
        found[table][judged.failed_rows[np.isin(judged.failed_rules, positions)]] = True
    return found


def crowded(rules: Sequence[Rule], mask: Mask, count: int) -> dict[str, Bools]:
    """Return, by table that is unique, the rows for which several of its rules fired."""
    return {table: _crowded(positions, mask, count) for table, positions in _unique(rules).items()}


def conflicts(rules: Sequence[Rule], mask: Mask, frame: BoundFrame) -> pd.DataFrame:
    """Return the pairs of rules of a unique table that fired for the same row; see `Result.conflicts`."""
    found: list[tuple[str, str, str, int, int, dict[str, Any]]] = []
    for table, positions in _unique(rules).items():
        rows = np.flatnonzero(_crowded(positions, mask, len(frame)))
        for first, second, both in _pairs([(position, mask(position)[rows]) for position in positions]):
            example = int(rows[np.argmax(both)])
            seen = _seen([rules[first], rules[second]], frame, example)
            found.append((table, rules[first].id, rules[second].id, int(both.sum()), example, seen))
    return pd.DataFrame(found, columns=list(_CONFLICT)).astype(_CONFLICT)


def _unique(rules: Sequence[Rule]) -> dict[str, list[int]]:
    """Return the positions of the rules of each table that is unique."""
    found: dict[str, list[int]] = {}
    for position, rule in enumerate(rules):
        if rule.hit_policy is HitPolicy.UNIQUE:
            found.setdefault(rule.table, []).append(position)
    return found


def _crowded(positions: Sequence[int], mask: Mask, count: int) -> Bools:
    """Where more than one of the rules fired."""
    once, twice = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    for position in positions:
        fired = mask(position)
        twice |= once & fired
        once |= fired
    return twice


def _pairs(masks: list[tuple[int, Bools]]) -> Iterator[tuple[int, int, Bools]]:
    masks = [(position, fired) for position, fired in masks if fired.any()]
    for place, (first, fired) in enumerate(masks):
        for second, other in masks[place + 1 :]:
            both = fired & other
            if both.any():
                yield first, second, both


def _seen(rules: Sequence[Rule], frame: BoundFrame, row: int) -> dict[str, Any]:
    """Return the values that the conditions of some rules ask for in a row; None for one that could not be had."""
    names = dict.fromkeys(leaf.variable for leaf in Graph([rule.conditions for rule in rules]).leaves)
    values = {name: frame.column(name).values(np.array([row], dtype=np.intp))[0] for name in names}
    return {name: None if isinstance(value, Raised) else value for name, value in values.items()}
