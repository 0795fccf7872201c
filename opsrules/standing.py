"""Where findings stand between reviews: what a report may know of the register, as a value without a database.

The runner takes a `Snapshot` before a notebook runs and hands it over as a file, so that no kernel opens the register.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from pydantic import TypeAdapter

from opsrules.publish import put
from opsrules.story import Story
from opsrules.terms import Desk, FindingStatus
from opsrules.whys import Whys

__all__ = ["Head", "Note", "Ruled", "Seen", "Signature", "Snapshot", "Standing", "load", "save"]


@dataclass(frozen=True)
class Head:
    """The end of the register's chain of events.

    Attributes
    ----------
    seq : int
        Number of the last event, 0 when there is none.
    hash : str
        Its hash, 64 hexadecimal signs.
    """

    seq: int = 0
    hash: str = "0" * 64

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


@dataclass(frozen=True)
class Note:
    """Something a person said of a finding.

    Attributes
    ----------
    actor : str
        "" when it was erased.
    at : datetime
        In UTC.
    text : str
    """

    actor: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Standing:
    """Where one finding stands: its events, folded in order of their numbers.

    Attributes
    ----------
    status : FindingStatus
    is_present : bool
        Whether the last review that could see it did.
    is_unchecked : bool
        Whether the last review could not look for it.
    owner : str
        Whom somebody gave it to; "" when nobody did, so that the review's own owner has it.
    due : date or None
        By when: the day that somebody set, or that its first review named.
    reason : str
        `Resolution` when it is resolved.
    written_off_minor : int
        What was written off, without sign; 0 when it was not.
    settled_by : str
        Who resolved it or wrote it off; "" when nobody.
    settled_day : date or None
        On which day, in UTC.
    first_period, last_period : str
        Periods of the reviews that saw it first and last.
    first_day : date or None
        As-of day of the review that saw it first.
    cleared_day : date or None
        As-of day of the review that saw that it had gone.
    notes : tuple of Note
        In order of time.
    attachments : int
    """

    status: FindingStatus = FindingStatus.OPEN
    is_present: bool = True
    is_unchecked: bool = False
    owner: str = ""
    due: date | None = None
    reason: str = ""
    written_off_minor: int = 0
    settled_by: str = ""
    settled_day: date | None = None
    first_period: str = ""
    last_period: str = ""
    first_day: date | None = None
    cleared_day: date | None = None
    notes: tuple[Note, ...] = ()
    attachments: int = 0


@dataclass(frozen=True)
class Seen:
    """What a finding was about at the review that is compared with: one that lacks it can still name it.

    Attributes
    ----------
    kind, severity : str
        Its class, and how bad it was.
    subject_ref, source_file, source_sha256 : str
    currency : str
    amount_minor : int or None
        Signed; None in the snapshots of earlier versions, which have the amount as seen last in `Snapshot.amounts`.
    """

    kind: str
    severity: str
    subject_ref: str
    source_file: str
    source_sha256: str
    currency: str = ""
    amount_minor: int | None = None


@dataclass(frozen=True)
class Ruled:
    """What the account's own rule wrote off of a finding.

    Attributes
    ----------
    period : str
        Whose cap it counts to, whatever became of it.
    currency : str
    amount_minor : int
        Without sign.
    is_undone : bool
        Whether a person has taken it back.
    """

    period: str
    currency: str
    amount_minor: int
    is_undone: bool = False


@dataclass(frozen=True)
class Signature:
    """Who signed a review.

    Attributes
    ----------
    actor, note, run_id : str
    at : datetime
        In UTC.
    """

    actor: str
    at: datetime
    note: str
    run_id: str


@dataclass(frozen=True)
class Snapshot:
    """What the register knew of one account and desk when it was taken.

    Attributes
    ----------
    account, period : str
    desk : Desk
    before : str
        Period of the last review that ended before this one's period; "" when this is the first.
    standings : mapping of str to Standing
        By finding id: all that are open or present, those that were when `before` was reviewed, and those `watched`.
    open_before : frozenset of str
        Findings that were open when `before` was reviewed last.
    known_before : frozenset of str
        Findings first seen by a review of a period that ended no later than `before`.
    gone : frozenset of str
        Findings that reviews up to this period no longer found: one that has them brings them back.
    amounts : mapping of str to (str, int)
        Currency and signed minor units of each of them, as last seen.
    seen : mapping of str to Seen
        Of each of `open_before`, as it was then.
    items : mapping of str to Story
        Findings that were open, or settled by people, before this review, each with the rows it stands on; those
        of earlier reviews of the same period are among them.
    watched : mapping of str to Story
        Findings that have cleared lately, with what cleared them: that may be taken back.
    ruled : mapping of str to Ruled
        Findings that the account's own rule wrote off at any time; it never does so twice.
    rule_refused : str or None
        Why the rule may write nothing off, "" when it may; None without a register, where nothing is written off.
    prepared_by : str
        Who took it, to prepare the review.
    signatures : tuple of Signature
        Of this period, those that count, in order of time.
    second_person_minor : int
        Amount above which whoever settles a finding may not sign the review.
    root_causes : mapping of str to Whys
        What people wrote of root causes, by the id of the finding, or of the slice of this period.
    """

    account: str
    desk: Desk
    period: str
    before: str = ""
    standings: Mapping[str, Standing] = field(default_factory=dict)
    open_before: frozenset[str] = frozenset()
    known_before: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    amounts: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)
    items: Mapping[str, Story] = field(default_factory=dict)
    watched: Mapping[str, Story] = field(default_factory=dict)
    ruled: Mapping[str, Ruled] = field(default_factory=dict)
    rule_refused: str | None = None
    prepared_by: str = ""
    signatures: tuple[Signature, ...] = ()
    second_person_minor: int = 0
    root_causes: Mapping[str, Whys] = field(default_factory=dict)

    def settles(self, finding_id: str, currency: str, amount_minor: int) -> bool:
        """Whether people settled a finding that a review has with this amount.

        One that had gone, has grown or has changed its currency is open again.
        """
        known = self.standings.get(finding_id)
        if known is None or known.status not in (FindingStatus.RESOLVED, FindingStatus.WRITTEN_OFF):
            return False
        before, size = self.amounts.get(finding_id, (currency, amount_minor))
        return finding_id not in self.gone and before == currency and abs(amount_minor) <= abs(size)


_SNAPSHOT = TypeAdapter(Snapshot)


def save(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot as JSON, whole or not at all."""
    put(path, _SNAPSHOT.dump_json(snapshot))


def load(path: Path) -> Snapshot:
    """Read a snapshot that `save` wrote.

    Raises
    ------
    OSError, ValueError
        If it is not there or none.
    """
    return _SNAPSHOT.validate_json(path.read_bytes())
