"""What became of findings between the last review of an earlier period and this one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from opsrules.periods import Period
from opsrules.report.sections.blocks import mappings_of, text_of
from opsrules.review import Review
from opsrules.standing import Seen
from opsrules.terms import Severity

__all__ = ["Moved", "Moves", "currencies", "moves_of", "since_words"]


@dataclass(frozen=True)
class Moved:
    """One finding.

    Attributes
    ----------
    finding_id, currency : str
    amount_minor : int
        Without sign; of one that this review lacks, as it was seen last.
    age_days : int or None
    needs_work : bool
        Whether somebody has to act, or had to: all but low severity.
    """

    finding_id: str
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
        Open at the last review; this one had their files and does not find them.
    settled : tuple of Moved
        Still in the data, resolved or written off since the last review.
    unchecked : tuple of Moved
        Open at the last review; this one lacks their files.
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
    present = {str(row["finding_id"]): _present(row) for row in mappings_of(review.findings)}
    absent = sorted(snapshot.open_before - present.keys())
    read = {text for one in review.provenance.inputs for text in (one.name, one.sha256)}
    lost = {name for name in absent if _is_lost(snapshot.seen.get(name), read)}
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


def _present(row: dict[str, object]) -> Moved:
    age, amount = text_of(row["age_days"]), text_of(row["amount_minor"])
    return Moved(
        finding_id=str(row["finding_id"]),
        currency=text_of(row["currency"]),
        amount_minor=abs(int(amount)) if amount else 0,
        age_days=int(age) if age else None,
        needs_work=row["severity"] != Severity.LOW,
    )


def _absent(review: Review, finding_id: str) -> Moved:
    currency, amount = review.snapshot.amounts.get(finding_id, ("", 0))
    seen = review.snapshot.seen.get(finding_id)
    return Moved(finding_id, currency, abs(amount), None, seen is None or seen.severity != Severity.LOW)


def _is_lost(seen: Seen | None, read: set[str]) -> bool:
    """Whether the file it stood in is not among those read, neither by name nor by content."""
    return seen is not None and bool(seen.source_sha256) and not {seen.source_file, seen.source_sha256} & read
