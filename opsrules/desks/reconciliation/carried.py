"""Rows of open items that no file of this period holds any more: they come in from the register and are matched anew.

A row is carried when nothing that was read holds it. It is not, and its item has cleared, when the very file that it
stood in is here without it - the same bytes, or one of the same name whose rows reach around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from opsrules.desks.reconciliation.coverage import LegResult, among
from opsrules.desks.reconciliation.model import Ask, Exports
from opsrules.desks.reconciliation.prepare import Prepared
from opsrules.periods import business_date
from opsrules.reconcile import STATUSES, item_ids
from opsrules.reconcile.references import normalise_reference
from opsrules.schemas import TABLES, dtype_of
from opsrules.story import CARRIED, Story, StoryRow
from opsrules.terms import Exclusion, Leg

__all__ = ["NOTHING", "Carried", "carry", "hold_to_leg", "kept_open"]

_WHEN = {"orders": "placed_at", "processor_lines": "occurred_at", "payouts": "sent_on", "bank_lines": "booked_on"}
"""When a row of each table happened: by it a file of the same name is known to reach around the row."""


@dataclass(frozen=True)
class Carried:
    """What was carried into a review; the rows stand at the end of each table of `Prepared`.

    Attributes
    ----------
    known : mapping of str to Story
        By finding id, all items that were open before this review.
    watched : mapping of str to Story
        Items that have cleared and may still be reversed.
    legs : mapping of str to tuple of frozenset of str
        By table: of each carried row the legs in which it was open.
    sizes : mapping of str to int
        By table: number of rows that files gave, which is the position of the first carried one.
    rows : mapping of str to tuple of StoryRow
        By table: the carried rows as they were told.
    """

    known: Mapping[str, Story] = field(default_factory=dict)
    watched: Mapping[str, Story] = field(default_factory=dict)
    legs: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    rows: Mapping[str, tuple[StoryRow, ...]] = field(default_factory=dict)

    def row(self, table: str, position: int) -> StoryRow | None:
        """The carried row at a position of a table, None where a file gave the row."""
        at = position - self.sizes.get(table, position + 1)
        return self.rows[table][at] if at >= 0 and table in self.rows else None


NOTHING = Carried()


def carry(
    ask: Ask, exports: Exports, ready: Prepared, known: Mapping[str, Story], watched: Mapping[str, Story]
) -> tuple[Prepared, Carried]:
    """Return the tables with the rows of known items that no file holds, and which these are."""
    # What stands in a leg and has no row to be looked for cannot be followed.
    known = {name: story for name, story in known.items() if story.rows or not story.leg}
    if not known:
        return ready, replace(NOTHING, watched=watched)
    tables = ready.by_name()
    read = {one.name: one.sha256 for one in exports.files}
    parts: dict[str, pd.DataFrame] = {}
    legs: dict[str, tuple[frozenset[str], ...]] = {}
    told: dict[str, tuple[StoryRow, ...]] = {}
    for name, table in tables.items():
        rows = _by_row(known, name)
        here = _are_here([row for row, _ in rows], table, name, read) if rows else ()
        away = [one for one, is_here in zip(rows, here, strict=True) if not is_here]
        if not away:
            continue
        legs[name] = tuple(own for _, own in away)
        told[name] = tuple(row for row, _ in away)
        added = _frame(ask, name, list(told[name]), table)
        parts[name] = pd.concat([table, added], ignore_index=True)
    sizes = {name: len(table) for name, table in tables.items()}
    whole = tables | parts
    ready = replace(
        ready,
        orders=whole["orders"],
        lines=whole["processor_lines"],
        payouts=whole["payouts"],
        bank=whole["bank_lines"],
    )
    return ready, Carried(known, watched, legs, sizes, told)


def _by_row(known: Mapping[str, Story], table: str) -> list[tuple[StoryRow, frozenset[str]]]:
    """Rows of one table and the legs in which they are open, in order of file and line."""
    rows: dict[tuple[str, int, str, str], StoryRow] = {}
    legs: dict[tuple[str, int, str, str], set[str]] = {}
    for story in known.values():
        for row in story.rows:
            if row.table == table and row.side:
                rows[row.origin] = row
                legs.setdefault(row.origin, set()).add(story.leg)
    return [(rows[at], frozenset(legs[at])) for at in sorted(rows)]


def _are_here(rows: list[StoryRow], table: pd.DataFrame, name: str, read: Mapping[str, str]) -> npt.NDArray[np.bool_]:
    """Whether what was read decides over each row: it holds the row, or the file from which it has gone."""
    here = among(_texts(row.ref for row in rows), table["ref"])
    if name == "orders":  # the same order may stand in an export of another kind
        here |= among(normalise_reference(_texts(str(row.values.get("order_id", "")) for row in rows)), table["key"])
    hashes = frozenset(read.values())
    for at in np.flatnonzero(~here):
        file, _ = rows[at].place
        is_same = bool(rows[at].sha256) and rows[at].sha256 in hashes
        here[at] = is_same or (file in read and _reaches(rows[at], table[table["source_file"] == file], name))
    return here


def _texts(values: Iterable[str]) -> pd.Series[str]:
    return pd.Series(list(values), dtype="str")


def _reaches(row: StoryRow, rows: pd.DataFrame, name: str) -> bool:
    """Whether a file has rows of this kind before and after, or at the moment of, the row."""
    when = row.values.get(_WHEN[name], "")
    if rows.empty or not when:
        return False
    moment = pd.Timestamp(str(when))
    return bool(rows[_WHEN[name]].min() <= moment <= rows[_WHEN[name]].max())


def _frame(ask: Ask, name: str, rows: list[StoryRow], like: pd.DataFrame) -> pd.DataFrame:
    """Carried rows as the table has its own: days anew by the account's zone and cut-off, natural keys as they were."""
    columns = TABLES[name].columns
    table = pd.DataFrame(
        {column: _column([row.values.get(column) for row in rows], dtype_of(kind)) for column, kind in columns.items()}
    )
    table["source"] = pd.Series(CARRIED, index=table.index, dtype="str")
    table["ref"] = pd.Series([row.ref for row in rows], dtype="str")
    if name in ("orders", "processor_lines"):
        table["day"] = business_date(table[_WHEN[name]], ask.account.zone, ask.account.cut_off_time)
        table["key"] = normalise_reference(table["order_id"])
    else:
        table["day"] = table[_WHEN[name]]
    if name == "payouts":
        table["key"] = table["ref"]
    for column in like.columns.difference(table.columns):
        table[column] = _column([None] * len(rows), like[column].dtype)
    return table[list(like.columns)].astype(like.dtypes.to_dict())


def _column(cells: list[Any], kind: Any) -> pd.Series[Any]:
    """Cells as a column of that type; what is missing is "", 0, False, or no day."""
    kind = pd.api.types.pandas_dtype(kind)
    if pd.api.types.is_datetime64_any_dtype(kind):
        days = [None if one in (None, "") else str(one) for one in cells]
        moments: pd.Series[Any] = pd.Series(days, dtype="str").astype(kind)
        return moments
    empty: Any = False if pd.api.types.is_bool_dtype(kind) else 0 if pd.api.types.is_numeric_dtype(kind) else ""
    plain: pd.Series[Any] = pd.Series([empty if one is None else one for one in cells], dtype=kind)
    return plain


def hold_to_leg(leg: Leg, sides: Iterable[tuple[str, pd.DataFrame]], carried: Carried) -> None:
    """Let carried rows take part where they were open, and leave them out of every other leg by name.

    `sides` are the names of the canonical tables with the sides made of them; their column ``excluded`` is changed.
    """
    for name, side in sides:
        own = carried.legs.get(name, ())
        if not own:
            continue
        first = carried.sizes[name]
        excluded = side["excluded"].to_numpy(dtype=object).copy()
        for position, legs in enumerate(own, start=first):
            if leg not in legs:
                excluded[position] = Exclusion.CARRIED.value
            elif excluded[position] != Exclusion.AFTER_AS_OF:
                excluded[position] = ""
        side["excluded"] = pd.Series(excluded, index=side.index, dtype="str")


def kept_open(result: LegResult, ask: Ask, leg: Leg, carried: Carried) -> LegResult:
    """The leg with what is known to be open still open, though this period's other side begins after it.

    Only what nobody ever held against the other side is older than it.
    """
    if not carried.known:
        return result
    left, right = (_kept(result, ask, leg, name, carried.known) for name in ("left", "right"))
    return replace(result, left=left, right=right)


def _kept(result: LegResult, ask: Ask, leg: Leg, side: str, known: Mapping[str, Story]) -> pd.DataFrame:
    table, status = result.side(side)
    old = (status["rule"] == Exclusion.BEFORE_COVERAGE.value).to_numpy()
    before = result.matching.side(side)[1]
    at = np.flatnonzero(old & (before["status"] != "excluded").to_numpy())
    if not len(at):
        return status
    at = at[[one in known for one in item_ids(ask.account.account, leg, side, table, at)]]
    back: npt.NDArray[np.bool_] = np.zeros(len(status), dtype=bool)
    back[at] = True
    names = {one: status[one].to_numpy(dtype=object).copy() for one in ("status", "rule")}
    for one, values in names.items():
        values[back] = before[one].to_numpy(dtype=object)[back]
    return status.assign(status=pd.Categorical(names["status"], STATUSES), rule=pd.Categorical(names["rule"]))
