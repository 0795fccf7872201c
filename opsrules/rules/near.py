"""Near misses: rows on which a rule would fire if one threshold were moved a little."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.parameters.nearest import hint
from opsrules.rules.columns import Column, Numeric
from opsrules.rules.conditions import Graph, Leaf, Node
from opsrules.rules.frame import BoundFrame
from opsrules.rules.gaps import Thresholds, exact, reach_of, thresholds_of
from opsrules.rules.masks import Told, joined, judge, tell, tell_leaves, unpacked
from opsrules.rules.model import Rule
from opsrules.rules.reached import reached

if TYPE_CHECKING:
    import numpy.typing as npt

    Rows = npt.NDArray[np.intp]

__all__ = ["Leeway", "near_misses"]

Reach = int | float | Decimal | Fraction | timedelta
Leeway = Reach | Mapping[str, Reach]

_COLUMNS = ("row", "condition", "variable", "seen", "threshold", "distance")


@dataclass(frozen=True)
class _Near:
    """Near misses of one condition: the table but for the distances, which stand apart, each once."""

    table: pd.DataFrame
    distances: list[Fraction]
    places: Rows


def near_misses(rules: Sequence[Rule], frame: BoundFrame, within: Leeway) -> pd.DataFrame:
    """Return the near misses of the last of some rules; see `Rules.near_misses`."""
    reach = _reach(within, frame)
    found = [
        near
        for path, leaf, rows in _one_flip_away(rules, frame)
        if (near := _near(path, leaf, rows, frame, reach.get(leaf.variable))) is not None
    ]
    types = {"row": "int64", "condition": "str", "variable": "str"} | dict.fromkeys(_COLUMNS[3:], "object")
    if not found:
        return pd.DataFrame(columns=list(_COLUMNS)).astype(types)
    table = pd.concat([one.table for one in found], ignore_index=True)
    ordered = sorted({one for near in found for one in near.distances}, key=lambda one: (_as_float(one), one))
    rank = {one: place for place, one in enumerate(ordered)}
    ranks = np.concatenate([_ranks(near, rank) for near in found])
    table["distance"] = _objects([exact(one) for one in ordered])[ranks]
    return table.iloc[np.lexsort((table["row"], ranks))].reset_index(drop=True).astype(types)


def _ranks(near: _Near, rank: Mapping[Fraction, int]) -> Rows:
    return np.array([rank[one] for one in near.distances], dtype=np.intp)[near.places]


def _objects(values: list[Any]) -> npt.NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        array[place] = value
    return array


def _reach(within: Leeway, frame: BoundFrame) -> dict[str, Fraction | None]:
    """Return how far the thresholds of each variable may move."""
    known = [one["name"] for one in frame.variables.get_all_variables()]
    if not isinstance(within, Mapping):
        return {name: reach_of(within, frame.field_type(name)) for name in known}
    if unknown := [name for name in within if name not in known]:
        msg = f"within names the unknown variable {unknown[0]!r}; {hint(str(unknown[0]), known)}"
        raise ValueError(msg)
    return {name: reach_of(one, frame.field_type(name)) for name, one in within.items()}


# ---- rows on which one condition stands between the rule and firing


def _one_flip_away(rules: Sequence[Rule], frame: BoundFrame) -> Iterator[tuple[str, Leaf, Rows]]:
    """Give each condition of the last rule with the rows on which that one alone keeps it from firing."""
    if not len(frame):
        return
    judged = judge(rules, frame, stop=False)
    *_, came = reached(rules, judged, len(frame), stopped=False)
    silent = unpacked(came & ~judged.bits[-1], len(frame))
    silent[judged.failed_rows] = False
    graph = Graph([rules[-1].conditions])
    known = tell_leaves(graph.leaves, frame)
    for path, leaf, told in _flipped(graph.roots[0], "", known):
        yield path, leaf, np.flatnonzero(unpacked(told[0], len(frame)) & silent)


def _flipped(node: Node, path: str, known: dict[int, Told]) -> Iterator[tuple[str, Leaf, Told]]:
    """Give each condition below a node with what the node would say if that one held wherever it does not raise."""
    if isinstance(node, Leaf):
        holds, raises = known[node.number]
        yield path, node, (np.full_like(holds, ~np.uint64(0)) if raises is None else ~raises, raises)
        return
    told = [tell(kid, known) for kid in node.kids]
    name = "all" if node.is_all else "any"
    for place, kid in enumerate(node.kids):
        for below, leaf, flipped in _flipped(kid, f"{path}.{name}[{place}]".lstrip("."), known):
            yield below, leaf, joined([*told[:place], flipped, *told[place + 1 :]], is_all=node.is_all)


# ---- of these, those that are near


def _near(path: str, leaf: Leaf, rows: Rows, frame: BoundFrame, reach: Fraction | None) -> _Near | None:
    column = frame.column(leaf.variable)
    thresholds = thresholds_of(leaf, frame.field_type(leaf.variable), column) if reach is not None else None
    if thresholds is None or reach is None:
        return None
    if isinstance(column, Numeric):
        rows = rows[_may_be_near(column.numbers[rows], thresholds, reach)]
    values, places = _distinct(column, rows)
    gaps = [thresholds.gap(value) for value in values]
    near = [gap for gap in gaps if gap is not None and gap[0] <= reach]
    is_near = np.array([gap is not None and gap[0] <= reach for gap in gaps], dtype=np.bool_)
    rows, places = rows[is_near[places]], (np.cumsum(is_near) - 1)[places[is_near[places]]]
    seen, written = _objects(column.values(rows)), _objects([one for _, one in near])[places]
    told = dict(zip(_COLUMNS, (rows, path, leaf.variable, seen, written), strict=False))
    return _Near(pd.DataFrame(told), [distance for distance, _ in near], places) if len(rows) else None


def _may_be_near(numbers: npt.NDArray[Any], thresholds: Thresholds, reach: Fraction) -> npt.NDArray[np.bool_]:
    """Whether each number may be near an end, by floats: none that is near is left out, a few may be too many."""
    found = np.zeros(len(numbers), dtype=np.bool_)
    floats = numbers.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        for end, _ in thresholds.ends:
            middle, most = _as_float(end), _as_float(reach)
            found |= ~(np.abs(floats - middle) > most + 1e-9 * (np.abs(floats) + abs(middle) + most) + 1e-5)
    return found


def _as_float(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def _distinct(column: Column, rows: Rows) -> tuple[list[Any], Rows]:
    """Return the distinct values of some rows, and for each row the place of its own."""
    keys = column.numbers[rows] if isinstance(column, Numeric) else column.codes[rows]
    found, places = np.unique(keys, return_inverse=True)
    values: list[Any] = found.tolist() if isinstance(column, Numeric) else [column.distinct[code] for code in found]
    return values, places
