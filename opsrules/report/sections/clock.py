"""The clock of findings: how long it took to deal with them, and which are past their day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.display.status import mark
from opsrules.moves import Moved, currencies, moves_of, since_words
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import mappings_of, sentence, text_of
from opsrules.report.tables import Column, statement
from opsrules.report.words import amount, count, number
from opsrules.review import Review

__all__ = ["clock"]

_FEWEST = 30  # times and shares on fewer cases say nothing (DESIGN of the reports, what a report never does)


@dataclass(frozen=True)
class _Timed:
    """A finding on the clock: the day by which it was due, the day that stopped it, and the days it took."""

    moved: Moved
    due: date | None
    day: date
    days: int | None

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.day > self.due


def clock(review: Review) -> Fragment:
    """Time to deal with findings that needed work, and their days: kept, missed, and past and still open."""
    moves = moves_of(review)
    done = [_done(review, one) for one in (*moves.cleared, *moves.settled) if one.needs_work]
    dues = {str(row["finding_id"]): _day(text_of(row["due"])) for row in mappings_of(review.findings)}
    waiting = [_Timed(one, dues[one.finding_id], review.as_of, None) for one in moves.open_now if one.needs_work]
    if not done and not waiting:
        return Fragment("clock", sentence("No finding that needs work was open, so no clock runs."))
    parts = [_open(waiting), _speed(review, done), _table(review, done, waiting)]
    return Fragment("clock", join(parts))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _done(review: Review, one: Moved) -> _Timed:
    known = review.snapshot.standings.get(one.finding_id)
    stopped = (known.settled_day or known.cleared_day) if known else None
    day = stopped or review.as_of  # gone in this very review: the register will hear of it from here
    days = (day - known.first_day).days if known and known.first_day else None
    return _Timed(one, known.due if known else None, day, days)


def _open(waiting: Sequence[_Timed]) -> Markup:
    late = [one for one in waiting if one.is_late]
    if not waiting:
        return sentence("No finding that needs work is open.")
    told = f"{count(len(waiting), 'finding that needs work is', 'findings that need work are')} open"
    if not late:
        return sentence(mark("ok", "In time"), f" {told}, none past its day.")
    return sentence(mark("risk", "Overdue"), f" {told}, {number(len(late))} of them past {_its(late)} day.")


def _its(late: Sequence[_Timed]) -> str:
    return "its" if len(late) == 1 else "their"


def _speed(review: Review, done: Sequence[_Timed]) -> Markup:
    last = since_words(review)
    if not last:
        return sentence("The register's clock starts with this review.")
    dealt = f"{count(len(done), 'finding was', 'findings were')} dealt with since the review of {last}"
    if len(done) < _FEWEST:
        return sentence(mark("none", "Too few"), f" {dealt}: how long it takes is judged on {_FEWEST} or more.")
    days = [one.days for one in done if one.days is not None]
    late = sum(one.is_late for one in done)
    took = (
        f": half took {count(median_low(days), 'day')} or less, the longest {count(max(days), 'day')}" if days else ""
    )
    verdict = mark("risk", f"{number(late)} late") if late else mark("ok", "All in time")
    return sentence(verdict, f" {dealt}{took}.")


def _table(review: Review, done: Sequence[_Timed], waiting: Sequence[_Timed]) -> Markup:
    groups = [
        ("Dealt with in time", [one for one in done if one.due and not one.is_late]),
        ("Dealt with after the day", [one for one in done if one.is_late]),
        ("Dealt with, no day set", [one for one in done if not one.due]),
        ("Open, day not reached", [one for one in waiting if one.due and not one.is_late]),
        ("Open and overdue", [one for one in waiting if one.is_late]),
        ("Open, no day set", [one for one in waiting if not one.due]),
    ]
    kept = [(words, found) for words, found in groups if found]
    rows = [[words, number(len(found)), _amounts(review, found)] for words, found in kept]
    flags = [at for at, (words, _) in enumerate(kept) if words == "Open and overdue"]
    heads = [Column("Against the day"), Column("Findings", number=True), Column("Amount", number=True)]
    note = "The day is the one first named or set by a person. Amounts without sign; currencies are never added."
    caption = join([element("b", "Days kept and missed"), element("span", note)])
    return statement("clock-days", caption, heads, rows, flags=flags, width="lean")


def _amounts(review: Review, found: Sequence[_Timed]) -> str | Markup:
    moved = [one.moved for one in found]
    sums = {
        currency: sum(one.amount_minor for one in moved if one.currency == currency)
        for currency in currencies(review, moved)
        if currency
    }
    shown = [element("span", amount(total, currency)) for currency, total in sums.items() if total]
    return join(shown, "<br>") if shown else "none"
