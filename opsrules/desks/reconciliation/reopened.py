"""Items that are open again because what had cleared them was taken back: a payment refused, a payout returned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.stories import Library, break_of, joined
from opsrules.reconcile.references import normalise_reference
from opsrules.story import Story, StoryRow
from opsrules.terms import Leg, LineKind

__all__ = ["Reopened", "reopened"]


@dataclass(frozen=True)
class Reopened:
    """An item that is open again.

    Attributes
    ----------
    fact : Break
        With the item's own id.
    story : Story
        Its rows, those that had cleared it and those that took that back.
    instead_of : str
        Id of the break that the reversal would be by itself, "" when it would be none.
    """

    fact: Break
    story: Story
    instead_of: str


def reopened(library: Library, items: Mapping[str, Story], breaks: Iterable[Break]) -> tuple[Reopened, ...]:
    """Return which of these items a reversal has opened again.

    A reversal is one row with the opposite amount of a row of the item, of the same payment, order, payout or bank
    account, and no earlier. Where one reversal fits two items, or two fit one, none is taken: they stay breaks of
    their own.
    """
    found = breaks if isinstance(breaks, list) else list(breaks)
    present = {one.item_id for one in found}
    absent = {name: story for name, story in items.items() if name not in present and len(story.rows) > 1}
    if not absent:
        return ()
    single = [(one, rows[0]) for one in found if one.leg and len(rows := library.of_break(one)) == 1]
    by_item: dict[str, list[tuple[Break | None, StoryRow]]] = {}
    taken: dict[tuple[str, int, str, str], list[str]] = {}
    for finding_id, story in sorted(absent.items()):
        mine = [(one, row) for one, row in single if one.leg == story.leg and _undoes(row, story)]
        others = [(None, row) for row in _returned(library, story) if all(row.origin != own.origin for _, own in mine)]
        by_item[finding_id] = [*mine, *others]
        for _, row in by_item[finding_id]:
            taken.setdefault(row.origin, []).append(finding_id)
    return tuple(
        _again(library, finding_id, absent[finding_id], *fits[0])
        for finding_id, fits in by_item.items()
        if len(fits) == 1 and len(taken[fits[0][1].origin]) == 1
    )


def _again(library: Library, finding_id: str, story: Story, own: Break | None, row: StoryRow) -> Reopened:
    file, line = row.place
    fact = break_of(
        library.ask,
        finding_id,
        story,
        rows=own.rows if own else 0,
        note=f"{file}:{line}",
        caveat=f" It had its other side, and is open again: {file}:{line} takes that back.",
        explanation=own.explanation if own else {},
    )
    return Reopened(fact, Story(story.fact, joined([*story.rows, row])), own.item_id if own else "")


def _undoes(row: StoryRow, story: Story) -> bool:
    return any(
        row.table == one.table
        and row.side == one.side
        and row.amount_minor == -one.amount_minor
        and row.values.get("currency") == one.values.get("currency")
        and row.origin != one.origin
        and _is_later(row, one)
        and _is_of(row, one, story)
        for one in story.rows
    )


def _is_later(row: StoryRow, one: StoryRow) -> bool:
    name = {"processor_lines": "occurred_at", "payouts": "sent_on", "bank_lines": "booked_on"}.get(row.table, "")
    then, now = (str(each.values.get(name, "")) for each in (one, row))
    return bool(then and now) and pd.Timestamp(now) >= pd.Timestamp(then)


def _is_of(row: StoryRow, one: StoryRow, story: Story) -> bool:
    """Whether two rows are of one payment, one payout, or one payout's way into one bank account."""
    same = {name: one.values.get(name) for name in ("processor", "payment_id", "bank_account")}
    is_same = {name: value is not None and row.values.get(name) == value for name, value in same.items()}
    if row.table == "payouts":
        return row.ref == one.ref
    if row.table == "processor_lines":
        keys = normalise_reference(
            pd.Series([str(each.values.get("order_id", "")) for each in (one, row)], dtype="str")
        )
        return is_same["processor"] and (is_same["payment_id"] or (keys.iloc[0] != "" and keys.iloc[0] == keys.iloc[1]))
    if row.table != "bank_lines" or row.values.get("bank_account") != one.values.get("bank_account"):
        return False
    told, before = (str(each.values.get("text", "")) for each in (row, one))
    paid = {str(each.values.get("payout_id", "")).upper() for each in story.rows} - {""}
    return bool(paid & set(told.upper().split())) or (told != "" and told == before)


def _returned(library: Library, story: Story) -> Iterator[StoryRow]:
    """Lines by which a processor takes a charge back as an adjustment, and so beside the leg."""
    charges = [one for one in story.rows if one.table == "processor_lines" and one.side == "right"]
    if story.leg != Leg.ORDERS_CHARGES or not charges:
        return
    lines = library.tables["processor_lines"]
    amounts = {-one.amount_minor for one in charges}
    back = (lines["kind"] == LineKind.ADJUSTMENT) & lines["gross_minor"].isin(amounts) & ~lines["again"]
    back &= lines["day"] <= pd.Timestamp(library.ask.as_of)
    amounts_of = lines["gross_minor"].to_numpy()
    for at in np.flatnonzero(back.to_numpy()).tolist():
        row = library.told("processor_lines", "right", at, int(amounts_of[at]))
        if _undoes(row, story):
            yield row
