"""How often each rule fired on a table, and on how many rows nobody knows whether it should have."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from opsrules.display.wording import count, number, share
from opsrules.rules.masks import Judged
from opsrules.rules.model import Rule
from opsrules.rules.reached import reached

__all__ = ["Hits", "conflict_words", "hits_of", "hits_words", "summary_words"]


@dataclass(frozen=True)
class Hits:
    """What one rule made of a table; ``rows = fired + failed + failed_before + settled + those that did not fire``.

    Attributes
    ----------
    rows : int
        Of the table.
    fired : int
    failed : int
        Rows that it could not judge.
    failed_before : int
        Rows that it did not see, because an earlier rule could not judge them.
    settled : int
        Rows that it did not see, because an earlier rule fired: one that ended the row, or one of the same decision
        table, of which only the first that fires counts.
    """

    rows: int
    fired: int
    failed: int
    failed_before: int
    settled: int

    @property
    def not_judged(self) -> int:
        """Rows on which an error left open whether it should have fired."""
        return self.failed + self.failed_before


def hits_of(rules: Sequence[Rule], judged: Judged, rows: int, *, stopped: bool) -> tuple[Hits, ...]:
    """Return the hits of each rule; `stopped` where a row was left at the first rule that fired."""
    failed = np.bincount(judged.failed_rules, minlength=len(rules)).tolist()
    before = [0, *itertools.accumulate(failed)]
    came = [int(np.bitwise_count(bits).sum()) for bits in reached(rules, judged, rows, stopped=stopped)]
    every = zip(judged.counts.tolist(), failed, before, came, strict=False)
    return tuple(Hits(rows, fired, own, lost, rows - lost - seen) for fired, own, lost, seen in every)


def hits_words(hits: Hits) -> list[str]:
    """The hits of a rule as short lines, the count and its share first; errors always named."""
    if not hits.rows:
        return ["No rows"]
    lines = [f"{number(hits.fired)} of {count(hits.rows, 'row')} ({share(hits.fired, hits.rows)})"]
    if hits.not_judged:
        own = f", {number(hits.failed)} by an error of its own" if hits.failed and hits.failed_before else ""
        why = "" if own else ", its own error" if hits.failed else ", stopped by an earlier rule's error"
        lines.append(f"{number(hits.not_judged)} not judged ({share(hits.not_judged, hits.rows)}){own or why}")
    if hits.settled:
        lines.append(f"{number(hits.settled)} settled by an earlier rule that fired")
    return lines


def summary_words(every: tuple[Hits, ...], rows: int, fired_rows: int, failed_rows: int) -> str:
    """One sentence on a whole run: rules, rows, hits, and the rows that could not be judged with their share."""
    if not rows or not every:
        return f"{count(len(every), 'rule')} over {count(rows, 'row')}: nothing to judge."
    firing = sum(1 for one in every if one.fired)
    hits = sum(one.fired for one in every)
    said = f"{count(len(every), 'rule')} over {count(rows, 'row')}: "
    said += (
        f"{number(firing)} fired, {count(hits, 'hit')} on {count(fired_rows, 'row')} ({share(fired_rows, rows)}). "
        if hits
        else "none fired. "
    )
    if failed_rows:
        return said + f"{count(failed_rows, 'row')} ({share(failed_rows, rows)}) could not be judged by every rule."
    return said + "Every row could be judged."


def conflict_words(table: str, rows: int) -> str:
    """One sentence on the breaches of a decision table with the hit policy unique."""
    return f"In unique table {table} several rows fire for {count(rows, 'row')}, where none of them decides."
