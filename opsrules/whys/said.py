"""What people wrote of a root cause: each part with who said it and when, as the register keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["MOST_WHYS", "PARTS", "Said", "Sliced", "Whys"]

MOST_WHYS = 5
"""Whys of one chain."""

PARTS = ("whys", "cause", "corrective", "preventive", "owner", "due", "note")
"""Parts of a chain that people write, each replaced as a whole by what is said later."""


@dataclass(frozen=True)
class Said:
    """One part as it was said last.

    Attributes
    ----------
    texts : tuple of str
        One for each why or action; of the other parts exactly one.
    actor : str
        "" when it was erased.
    at : datetime
        In UTC.
    """

    texts: tuple[str, ...]
    actor: str
    at: datetime

    @property
    def text(self) -> str:
        """The first of the texts."""
        return self.texts[0]


@dataclass(frozen=True)
class Sliced:
    """The slice that a chain is about, where it is about no finding.

    Attributes
    ----------
    measure : str
    where : mapping of str to (str or None)
        Dimension to value; None for a missing one.
    """

    measure: str
    where: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Whys:
    """What people wrote of one finding or slice; a part is None where nobody did.

    Attributes
    ----------
    whys : Said or None
        One to five answers, each to the question why the one before it is so.
    cause : Said or None
        Code of the taxonomy, or ``unknown``.
    corrective, preventive : Said or None
        What puts this case right, and what keeps the next one away.
    owner : Said or None
        Who sees to these actions.
    due : Said or None
        By which day, ISO.
    note : Said or None
    about : Sliced or None
        None where it is about a finding.
    """

    whys: Said | None = None
    cause: Said | None = None
    corrective: Said | None = None
    preventive: Said | None = None
    owner: Said | None = None
    due: Said | None = None
    note: Said | None = None
    about: Sliced | None = None

    def parts(self) -> tuple[Said, ...]:
        """All parts that somebody wrote."""
        every = (getattr(self, name) for name in PARTS)
        return tuple(one for one in every if one is not None)
