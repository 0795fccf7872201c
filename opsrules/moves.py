"""What became of findings between the last review of an earlier period and this one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import pandas as pd

from opsrules.errors import ControlTotalsError
from opsrules.periods import Period
from opsrules.review import Review
from opsrules.standing import Seen
from opsrules.story import Fate, told_of
from opsrules.terms import Severity

__all__ = ["ROLL_FORWARD", "Moved", "Moves", "currencies", "moves_of", "roll_forward", "since_words"]

_STEPS = ("opening", "new", "came_back", "changed", "cleared", "settled", "closing")
ROLL_FORWARD: tuple[str, ...] = (
    "class",
    "currency",
    *(f"{step}_{what}" for step in _STEPS for what in ("items", "minor")),
)
"""Columns of the roll-forward: of each class and currency, opening and what became of it until closing."""


@dataclass(frozen=True)
class Moved:
    """One finding.

    Attributes
    ----------
    finding_id, kind, currency : str
        `kind` is its class.
    amount_minor : int
        Without sign; of one that this review lacks, as it was seen last.
    age_days : int or None
    needs_work : bool
        Whether somebody has to act, or had to: all but low severity.
    """

    finding_id: str
    kind: str
    currency: str
    amount_minor: int
    age_days: int | None
    needs_work: bool


@dataclass(frozen=True)
class Moves:
    """Findings by what became of them; open now = new + reopened + still.

    Attributes
    ----------
    new : tuple of Moved
        No review of an earlier period has seen them.
    reopened : tuple of Moved
        Found again, but not open at the last review.
    cleared : tuple of Moved
        Open at the last review; this one looked for them, in its files or as rows carried into it, and they are no
        longer breaks.
    settled : tuple of Moved
        Still in the data, resolved or written off since the last review.
    unchecked : tuple of Moved
        Open at the last review; this one had nothing to hold them against, or their file is not here and what
        stood in it was never told.
    still : tuple of Moved
        Open at the last review and now.
    """

    new: tuple[Moved, ...]
    reopened: tuple[Moved, ...]
    cleared: tuple[Moved, ...]
    settled: tuple[Moved, ...]
    unchecked: tuple[Moved, ...]
    still: tuple[Moved, ...]

    @property
    def open_now(self) -> tuple[Moved, ...]:
        """All that somebody has to work on, or to wait for."""
        return (*self.new, *self.reopened, *self.still)


def moves_of(review: Review) -> Moves:
    """Compare a review with what the register knew before it; the worst findings first, then by id."""
    snapshot = review.snapshot
    present = {str(row["finding_id"]): _present(row) for row in review.findings.to_dict("records")}
    absent = sorted(snapshot.open_before - present.keys())
    lost = _lost(review, absent)
    unsettled = [one for name, one in present.items() if name not in review.settled]
    return Moves(
        new=tuple(one for one in unsettled if one.finding_id not in snapshot.known_before),
        reopened=tuple(
            one
            for one in unsettled
            if one.finding_id in snapshot.known_before and one.finding_id not in snapshot.open_before
        ),
        cleared=tuple(_absent(review, name) for name in absent if name not in lost),
        settled=tuple(
            one
            for name, one in present.items()
            if name in review.settled and (name in snapshot.open_before or name not in snapshot.known_before)
        ),
        unchecked=tuple(_absent(review, name) for name in sorted(lost)),
        still=tuple(one for one in unsettled if one.finding_id in snapshot.open_before),
    )


def since_words(review: Review) -> str:
    """The period that is compared with, "" when this is the first review."""
    return Period.parse(review.snapshot.before).words() if review.snapshot.before else ""


def currencies(review: Review, moved: Iterable[Moved]) -> list[str]:
    """Currencies of findings: the account's own first, then by name, "" for those without an amount last."""
    return sorted({one.currency for one in moved}, key=lambda code: (code == "", code != review.currency, code))


def roll_forward(review: Review) -> pd.DataFrame:
    """Opening + new + came back + changed - cleared - settled = closing, by class and currency.

    Opening is what was open at the last review of an earlier period, at the amounts and in the classes seen then;
    closing is what is open now, and what stays open because its file was not supplied. What is still open but has
    another amount, class or currency than then is a change, in items and amount: out of its class and into another.
    Amounts are minor units without sign; cleared and settled are told above zero and subtracted.

    Returns
    -------
    DataFrame
        Columns `ROLL_FORWARD`; no rows where nothing was or is open.

    Raises
    ------
    ControlTotalsError
        If a line does not come out.
    """
    moves = moves_of(review)
    before = {name: _absent(review, name) for name in review.snapshot.open_before}
    was_open = [one for one in moves.settled if one.finding_id in before]
    stay = (*moves.still, *moves.unchecked)
    parts = {
        "opening": before.values(),
        "new": moves.new,
        "came_back": moves.reopened,
        "cleared": moves.cleared,
        # Found and settled at once since then: it never was open at a review.
        "settled": [before[one.finding_id] for one in was_open],
        "closing": (*moves.open_now, *moves.unchecked),
    }
    totals = {step: _summed(found) for step, found in parts.items()}
    now, then = _summed(stay), _summed([before[one.finding_id] for one in stay])
    lines = sorted({key for total in (*totals.values(), now, then) for key in total})
    nothing = (0, 0)
    rows = []
    for key in lines:
        told = {step: totals[step].get(key, nothing) for step in totals}
        told["changed"] = _less(now.get(key, nothing), then.get(key, nothing))
        for at, what in enumerate(("items", "minor")):
            up = sum(told[step][at] for step in ("opening", "new", "came_back", "changed"))
            down = sum(told[step][at] for step in ("cleared", "settled"))
            if up - down != told["closing"][at]:
                msg = f"roll-forward, {key[0]}, {key[1]}: {up - down} {what} by its steps, {told['closing'][at]} open"
                raise ControlTotalsError(msg)
        rows.append([*key, *(value for step in _STEPS for value in told[step])])
    kinds = {name: "str" if at < 2 else "int64" for at, name in enumerate(ROLL_FORWARD)}
    return pd.DataFrame(rows, columns=list(ROLL_FORWARD)).astype(kinds)


def _summed(found: Iterable[Moved]) -> dict[tuple[str, str], tuple[int, int]]:
    out: dict[tuple[str, str], tuple[int, int]] = {}
    for one in found:
        items, minor = out.get((one.kind, one.currency), (0, 0))
        out[one.kind, one.currency] = (items + 1, minor + one.amount_minor)
    return out


def _less(one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int]:
    return one[0] - two[0], one[1] - two[1]


def _present(row: dict[Hashable, object]) -> Moved:
    age, amount = row["age_days"], row["amount_minor"]
    return Moved(
        finding_id=str(row["finding_id"]),
        kind=str(row["class"]),
        currency=_text(row["currency"]),
        amount_minor=0 if _is_nothing(amount) else abs(int(str(amount))),
        age_days=None if _is_nothing(age) else int(str(age)),
        needs_work=row["severity"] != Severity.LOW,
    )


def _is_nothing(value: object) -> bool:
    return value is None or value is pd.NA or value != value  # noqa: PLR0124 - nan


def _text(value: object) -> str:
    return "" if _is_nothing(value) else str(value)


def _absent(review: Review, finding_id: str) -> Moved:
    """A finding as it was at the review that is compared with."""
    currency, amount = review.snapshot.amounts.get(finding_id, ("", 0))
    seen = review.snapshot.seen.get(finding_id)
    if seen is not None and seen.amount_minor is not None:
        currency, amount = seen.currency, seen.amount_minor
    kind = seen.kind if seen else ""
    return Moved(finding_id, kind, currency, abs(amount), None, seen is None or seen.severity != Severity.LOW)


def _lost(review: Review, absent: Iterable[str]) -> set[str]:
    """Which of these could not be looked for: by what the desk told of them, else by whether their file was read."""
    table = review.tables.get("stories")
    fates = {} if table is None else {name: one.fate for name, one in told_of(table.to_dict("records")).items()}
    read = {text for one in review.provenance.inputs for text in (one.name, one.sha256)}
    return {
        name
        for name in absent
        if name not in review.snapshot.watched
        and (fates[name] is Fate.UNCHECKED if name in fates else _is_lost(review.snapshot.seen.get(name), read))
    }


def _is_lost(seen: Seen | None, read: set[str]) -> bool:
    """Whether the file it stood in is not among those read, neither by name nor by content."""
    return seen is not None and bool(seen.source_sha256) and not {seen.source_file, seen.source_sha256} & read
