"""What became of every item that was open before: open still, cleared by its other side, or not to be looked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pandas as pd

from opsrules.desks.reconciliation.breaks import Break
from opsrules.desks.reconciliation.coverage import among
from opsrules.desks.reconciliation.legs import LEG_SIDES
from opsrules.desks.reconciliation.model import Ask
from opsrules.desks.reconciliation.reopened import Reopened, reopened
from opsrules.desks.reconciliation.stories import Library, break_of, fact_of, joined, kept
from opsrules.periods import Period
from opsrules.reconcile import WAITING, item_ids
from opsrules.reconcile.references import normalise_reference
from opsrules.story import STORIES, Fate, Story, StoryRow, Told
from opsrules.terms import Exclusion, Leg, LineKind, SubjectType

__all__ = ["Followed", "follow"]

Earlier = Callable[[Ask], list[Break]]
"""Breaks of single lines, in the period that is asked for."""

_UNSEEN = (Exclusion.NOT_SUPPLIED, Exclusion.AFTER_AS_OF, Exclusion.BEFORE_COVERAGE, Exclusion.CARRIED)
"""Why a row is left out though nobody has held it against its other side."""


@dataclass(frozen=True)
class Followed:
    """The breaks of a review, those of earlier periods among them, and the story of each item.

    Attributes
    ----------
    breaks : list of Break
    stories : DataFrame
        Columns `opsrules.story.STORIES`.
    """

    breaks: list[Break]
    stories: pd.DataFrame


def follow(library: Library, breaks: list[Break], earlier: Earlier) -> Followed:
    """Follow the items that were open before into this review.

    Parameters
    ----------
    library : Library
        Of this review, with what was carried into it.
    breaks : list of Break
        As the legs, lines and files of the period give them.
    earlier : callable
        Finds breaks of single lines in days before the period.
    """
    known = library.carried.known
    named = _named(library, breaks)
    names = {now.item_id: before.item_id for before, now in zip(breaks, named, strict=True)}
    breaks = named
    breaks += _lines(library, breaks, earlier)
    again = reopened(library, dict(library.carried.watched) | dict(known), breaks)
    breaks = [one for one in breaks if one.item_id not in {back.instead_of for back in again}]
    breaks += [back.fact for back in again]
    told = [*_present(library, breaks, names, again), *_absent(library, breaks)]
    rows = [[getattr(one, name) for name in STORIES] for one in told]
    texts = {name: "str" for name in STORIES if name != "carried"}
    return Followed(breaks, pd.DataFrame(rows, columns=list(STORIES)).astype(texts | {"carried": "bool"}))


def _own_ids(library: Library) -> dict[tuple[str, str], str]:
    """Ids that carried rows have kept, by leg and the id that the leg gives them now.

    Of equal rows the leg counts those that are here; a carried one may have been the second when both were.
    """
    kept: dict[tuple[str, str, str, tuple[str, int]], str] = {
        (story.leg, story.rows[0].side, story.rows[0].ref, story.rows[0].place): finding_id
        for finding_id, story in library.carried.known.items()
        if story.rows
    }
    found: dict[tuple[str, str], str] = {}
    for leg, result in library.legs.items():
        for side, name in zip(("left", "right"), LEG_SIDES[leg], strict=True):
            if name not in library.carried.legs:
                continue
            table = result.side(side)[0]
            at = np.arange(library.carried.sizes[name], len(table), dtype=np.int64)
            ids = item_ids(library.ask.account.account, leg, side, table, at)
            for position, in_leg in zip(at, ids, strict=True):
                row = table.iloc[position]
                own = kept.get((leg, side, row["ref"], (row["source_file"], int(row["source_line"]))))
                if own is not None:
                    found[leg, in_leg] = own
    return found


def _named(library: Library, breaks: list[Break]) -> list[Break]:
    """Breaks with the ids they have always had, and the word of those whose row was carried.

    A break that takes in the row of a known item - a payment without an order, whose order comes with another amount -
    goes on under the id of that item.
    """
    known, kept_ids = library.carried.known, _own_ids(library)
    if not known:
        return breaks
    own = [kept_ids.get((one.leg, one.item_id), one.item_id) for one in breaks]
    present = set(own)
    found = []
    for one, name in zip(breaks, own, strict=True):
        now = name
        if one.leg and name not in known:
            beside = [kept_ids.get((one.leg, other), other) for other in library.ids_beside(one)]
            now = min((other for other in beside if other in known and other not in present), default=name)
            present.add(now)
        rows = library.of_break(one) if (one.leg, one.item_id) in kept_ids else ()
        found.append(
            replace(one, item_id=now, caveat=one.caveat + _carried_words(rows)) if rows or now != one.item_id else one
        )
    return found


def _carried_words(rows: Sequence[StoryRow]) -> str:
    """Where a carried row stands: the evidence is the file as it was."""
    if not rows:
        return ""
    (file, line), sha256 = rows[0].place, rows[0].sha256
    told = f", SHA-256 {sha256[:12]}" if sha256 else ""
    return f" Carried forward: it stands in {file}:{line}{told}, which is not among the files of this period."


def _lines(library: Library, breaks: list[Break], earlier: Earlier) -> Iterator[Break]:
    """Known breaks of single lines before the period: judged anew where a file holds the line, else as they were."""
    present = {one.item_id for one in breaks}
    absent = {name: one for name, one in library.carried.known.items() if name not in present and _is_line(one)}
    if not absent:
        return
    ask = library.ask
    first = min((one.fact["day"] for one in absent.values() if one.fact.get("day")), default="")
    last = ask.period.first - timedelta(days=1)
    anew: dict[str, Break] = {}
    if first and first <= last.isoformat():
        before = replace(ask, period=Period.parse(f"{first}..{last}"))
        anew = {one.item_id: one for one in earlier(before)}
    for name, story in sorted(absent.items()):
        if name in anew:
            yield anew[name]
        elif not _stands(library, story) and _reversal(library, story) is None:
            yield break_of(ask, name, story, caveat=_carried_words(story.rows))


def _is_line(story: Story) -> bool:
    return not story.leg and story.fact.get("subject_type") == SubjectType.PROCESSOR_LINE


def _stands(library: Library, story: Story) -> bool:
    """Whether a file holds the line that a fact is about."""
    refs = {one.ref for one in story.rows}
    return bool(refs) and bool(library.tables["processor_lines"]["ref"].isin(refs).any())


def _reversal(library: Library, story: Story) -> StoryRow | None:
    """The line that undoes a chargeback of an earlier period."""
    if not story.rows or story.rows[0].values.get("kind") != LineKind.CHARGEBACK:
        return None
    lines, own = library.tables["processor_lines"], story.rows[0].values
    back = (lines["kind"] == LineKind.CHARGEBACK_REVERSAL) & ~lines["again"]
    back &= lines["gross_minor"] == -int(own.get("gross_minor", 0))
    for name in ("processor", "payment_id", "currency"):
        back &= lines[name] == str(own.get(name, ""))
    key = normalise_reference(pd.Series([str(own.get("order_id", ""))], dtype="str")).iloc[0]
    back &= lines["key"] == key
    at = np.flatnonzero(back.to_numpy())
    if not len(at):
        return None
    return library.told("processor_lines", "", int(at[0]), _whole(lines["gross_minor"], int(at[0])))


def _present(
    library: Library, breaks: list[Break], names: Mapping[str, str], again: tuple[Reopened, ...]
) -> Iterator[Told]:
    back = {one.fact.item_id: one.story for one in again}
    lines = _line_places(library, breaks)
    for one in breaks:
        if one.item_id in back:
            story = back[one.item_id]
        elif one.leg:
            story = Story(fact_of(one), library.of_break(one, names.get(one.item_id, "")))
        elif one.subject_type is SubjectType.PROCESSOR_LINE:
            known = library.carried.known.get(one.item_id, Story({}))
            at = lines.get((one.source_file, one.source_line))
            rows = known.rows if at is None else (library.told("processor_lines", "", at, one.amount_minor),)
            story = Story(fact_of(one), rows)
        else:
            continue
        is_carried = bool(story.rows) and story.rows[0].sha256 != library.read.get(story.rows[0].place[0], "")
        yield Told(one.item_id, Fate.OPEN, is_carried, "", "", kept(story))


def _line_places(library: Library, breaks: list[Break]) -> dict[tuple[str, int], int]:
    """Position of each line that a break is about, by file and line."""
    wanted = {(one.source_file, one.source_line) for one in breaks if not one.leg and one.source_line}
    lines = library.tables["processor_lines"]
    if not wanted or lines.empty:
        return {}
    at = np.flatnonzero(lines["source_line"].isin({line for _, line in wanted}).to_numpy())
    places = zip(lines["source_file"].to_numpy()[at], lines["source_line"].to_numpy()[at].tolist(), strict=True)
    return {place: int(position) for position, place in zip(at, places, strict=True) if place in wanted}


def _absent(library: Library, breaks: list[Break]) -> Iterator[Told]:
    present = {one.item_id for one in breaks}
    gone = {name: story for name, story in library.carried.known.items() if name not in present}
    groups = _Groups(library, gone)
    for name, story in sorted(gone.items()):
        if story.leg:
            yield groups.told(name, story)
            continue
        back = _reversal(library, story)
        other = f"{back.place[0]}:{back.place[1]}" if back else ""
        rows = joined([*story.rows, back]) if back else story.rows
        told = kept(Story(story.fact, rows))
        yield Told(name, Fate.CLEARED, not _stands(library, story), "reversed" if back else "", other, told)


class _Groups:
    """Where the rows of items are in their legs, and what they were matched with."""

    def __init__(self, library: Library, items: Mapping[str, Story]) -> None:
        self._library = library
        rows = [row for story in items.values() if story.leg for row in story.rows]
        self._at = {name: _places(library, name, rows) for name in {row.table for row in rows}}
        self._members: dict[tuple[str, str], dict[int, list[int]]] = {}

    def told(self, name: str, story: Story) -> Told:
        """What became of an item that is no break any more."""
        leg = Leg(story.leg)
        found = [(row.side, at) for row in story.rows if (at := self._position(row)) is not None]
        if not found:
            return Told(name, Fate.CLEARED, False, "row_gone", "", kept(story))
        side, at = found[0]
        result = self._library.legs[leg]
        is_carried = self._library.carried.row(LEG_SIDES[leg][0 if side == "left" else 1], at) is not None
        matched = result.matching.side(side)[1]
        group, rule = _whole(matched["group"], at), str(result.side(side)[1]["rule"].iat[at])
        if matched["status"].iat[at] in WAITING:
            return Told(name, Fate.CLEARED, is_carried, "part_of_another", "", kept(story))
        if group < 0:
            fate = Fate.UNCHECKED if rule in _UNSEEN else Fate.CLEARED
            return Told(name, fate, is_carried, rule, "", kept(story))
        rows = self._rows(leg, group)
        other = ", ".join(f"{one.place[0]}:{one.place[1]}" for one in rows if one.side != side)
        whole = Story(story.fact, joined([*(one for one in rows if one.side == side), *rows]))
        return Told(name, Fate.CLEARED, is_carried, str(matched["rule"].iat[at]), other, kept(whole))

    def _position(self, row: StoryRow) -> int | None:
        """Position of a row in its table; of equal rows the one that stood in its place."""
        found = self._at[row.table].get(row.ref) or self._at[row.table].get(_number(row)) or []
        if len(found) > 1:
            table = self._library.tables[row.table]
            places = [(table["source_file"].iat[at], _whole(table["source_line"], at)) for at in found]
            return found[places.index(row.place)] if row.place in places else found[0]
        return found[0] if found else None

    def _rows(self, leg: Leg, group: int) -> list[StoryRow]:
        rows = []
        for side in ("left", "right"):
            table, status = self._library.legs[leg].matching.side(side)
            known = self._members.get((leg, side))
            if known is None:
                groups = status["group"].to_numpy()
                known = self._members[leg, side] = {}
                for at in np.flatnonzero(groups >= 0).tolist():
                    known.setdefault(int(groups[at]), []).append(at)
            amounts = table["amount_minor"]
            rows += [self._library.row(leg, side, at, _whole(amounts, at)) for at in known.get(group, [])]
        return rows


def _whole(numbers: pd.Series[int], at: int) -> int:
    return int(numbers.to_numpy()[at])


def _number(row: StoryRow) -> str:
    """How an order is told apart whatever export it stands in; no natural key is spelled so."""
    if row.table != "orders":
        return ""
    spelled = normalise_reference(pd.Series([str(row.values.get("order_id", ""))], dtype="str"))
    return f"\x1f{spelled.iloc[0]}"


def _places(library: Library, name: str, rows: list[StoryRow]) -> dict[str, list[int]]:
    """Positions of these rows in a table, by natural key, and of orders by their number too."""
    table = library.tables[name]
    asked = [("", "ref", {row.ref for row in rows if row.table == name})]
    if name == "orders":
        asked.append(("\x1f", "key", {_number(row).removeprefix("\x1f") for row in rows if row.table == name}))
    found: dict[str, list[int]] = {}
    for mark, column, wanted in asked:
        at = np.flatnonzero(among(table[column], pd.Series(sorted(wanted), dtype="str")) & ~table["again"].to_numpy())
        for position, value in zip(at.tolist(), table[column].to_numpy()[at], strict=True):
            found.setdefault(f"{mark}{value}", []).append(position)
    return found
