"""What the register keeps and gives: events, runs, and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from opsrules.standing import Head
from opsrules.terms import FindingStatus, Severity

__all__ = ["Draft", "Event", "Recorded", "Subject", "Where"]


@dataclass(frozen=True)
class Subject:
    """What an event is about.

    Attributes
    ----------
    account, desk : str
    period : str
        "" when it belongs to none.
    finding_id : str
        "" when it is about the whole review.
    """

    account: str
    desk: str
    period: str = ""
    finding_id: str = ""


@dataclass(frozen=True)
class Draft:
    """An event before it has its number, its instant and its place in the chain.

    Attributes
    ----------
    kind : str
        `EventKind`, or a kind that came later.
    subject : Subject
    body : mapping of str to JSON values
        What it says; empty when its kind says all.
    """

    kind: str
    subject: Subject
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """One event of the register.

    Attributes
    ----------
    seq : int
        Its number: 1, 2, 3 without gaps. Order is by number, never by clock.
    kind : str
    subject : Subject
    at : datetime
        In UTC.
    actor : str
        "" when it was erased.
    run : int
        Number of the recorded run it belongs to; 0 for what people did by themselves.
    body : mapping of str to JSON values, or None
        None when it was erased.
    """

    seq: int
    kind: str
    subject: Subject
    at: datetime
    actor: str
    run: int
    body: Mapping[str, Any] | None


@dataclass(frozen=True)
class Recorded:
    """What recording a review did.

    Attributes
    ----------
    run : int
        Number of the run, that of the earlier one when the same review stood there last.
    is_new : bool
        Whether anything was written.
    head : Head
        The chain's end when this run was recorded: the one its report names.
    counts : mapping of str to int
        Events by kind.
    """

    run: int
    is_new: bool
    head: Head
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Where:
    """Which findings are asked for; what is left empty asks nothing.

    Attributes
    ----------
    finding_ids : tuple of str
        Whole ids or their beginnings, at least four signs; each must mean one finding.
    accounts, desks, classes, owners : tuple of str
    statuses : tuple of FindingStatus
        Empty: those that are open.
    severities : tuple of Severity
    min_age_days, max_age_days : int or None
        Days from `Standing.first_day` to `as_of`, both in.
    min_minor, max_minor : int or None
        Size of the amount without sign in minor units, both in; needs `currency`, as currencies are not compared.
    currency : str
    as_of : date or None
        Today when None.
    """

    finding_ids: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    statuses: tuple[FindingStatus, ...] = ()
    severities: tuple[Severity, ...] = ()
    min_age_days: int | None = None
    max_age_days: int | None = None
    min_minor: int | None = None
    max_minor: int | None = None
    currency: str = ""
    as_of: date | None = None
