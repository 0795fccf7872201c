"""RootCause: the chain from a symptom to what is done about it, as a frozen value that shows itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from opsrules.whys.said import Whys

__all__ = ["UNKNOWN", "CauseTold", "Concentration", "Evidence", "RootCause", "Share"]

UNKNOWN = "unknown"
"""Code and origin of a cause that nothing names."""


@dataclass(frozen=True)
class CauseTold:
    """A cause, and what or who names it.

    Attributes
    ----------
    code, words, origin : str
        Of the taxonomy; ``unknown`` where nothing names one.
    by : str
        Rule or person that names it; "" when it is unknown, or the person's name was erased.
    at : datetime or None
        When a person did, in UTC; None for a rule.
    groups : tuple of str
        Words of the groups above it, the family first.
    team : str
        That mends it, as the taxonomy says.
    corrective, preventive : tuple of str
        The taxonomy's standard actions.
    """

    code: str = UNKNOWN
    words: str = "Cause not known"
    origin: str = UNKNOWN
    by: str = ""
    at: datetime | None = None
    groups: tuple[str, ...] = ()
    team: str = ""
    corrective: tuple[str, ...] = ()
    preventive: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether it is a cause of the taxonomy."""
        return self.code != UNKNOWN


@dataclass(frozen=True)
class Share:
    """How many findings of a group share some values, and how many of the review's others have them too.

    Attributes
    ----------
    where : mapping of str to (str or None)
    inside, others : int
        Findings of the group that have these values, and findings outside the group that do.
    confidence : float or None
        1 less the chance that noise alone shows this; None for a plain share, of which nothing is claimed.
    is_here : bool
        Whether the finding that is looked at is one of them.
    """

    where: Mapping[str, str | None]
    inside: int
    others: int
    confidence: float | None = None
    is_here: bool = False


@dataclass(frozen=True)
class Concentration:
    """Where the findings of one group lie, beside the other findings of the review. This is no cause.

    Attributes
    ----------
    group : str
        What they have in common, in words.
    findings, others : int
        Findings of the group, and all others of the review.
    shares : tuple of Share
        Strongest first.
    is_localised : bool
        Whether the shares were told from chance; else they are plain counts.
    reason : str
        Why they were not; "" where they were.
    """

    group: str = ""
    findings: int = 0
    others: int = 0
    shares: tuple[Share, ...] = ()
    is_localised: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Evidence:
    """One field with the value that decided.

    Attributes
    ----------
    name, seen : str
    wanted : str
        What the rule asks of it; "" where it only takes it into account.
    rule : str
        Id of the rule; "" where it was measured.
    """

    name: str
    seen: str
    wanted: str = ""
    rule: str = ""


@dataclass(frozen=True, repr=False)
class RootCause:
    """The chain behind one finding, or one slice of a measure.

    Attributes
    ----------
    subject : str
        Id of the finding, or of the slice.
    account, period : str
    symptom : str
        In words, with the amount.
    amount_minor : int or None
        Signed; None for a slice.
    currency : str
    place : str
        ``file:line`` of the evidence, "" where there is none.
    concentration : Concentration
        Of the findings of the same cause, or of the same class where the cause is not known.
    evidence : tuple of Evidence
    cause : CauseTold
        What counts: a person's word before the rules'.
    ruled : CauseTold
        What the rules say.
    said : Whys
        What people wrote.
    """

    subject: str
    account: str
    period: str
    symptom: str
    amount_minor: int | None = None
    currency: str = ""
    place: str = ""
    concentration: Concentration = field(default_factory=Concentration)
    evidence: tuple[Evidence, ...] = ()
    cause: CauseTold = field(default_factory=CauseTold)
    ruled: CauseTold = field(default_factory=CauseTold)
    said: Whys = field(default_factory=Whys)

    @property
    def origin(self) -> str:
        """Where the cause comes from, ``unknown`` where it is not known."""
        return self.cause.origin

    @property
    def is_of_slice(self) -> bool:
        """Whether it is about a slice and no finding."""
        return self.said.about is not None

    def __repr__(self) -> str:
        from opsrules.whys.view import as_text  # noqa: PLC0415 - the view knows what it shows

        return as_text(self)

    def _repr_html_(self) -> str:
        from opsrules.whys.view import boxed_markup  # noqa: PLC0415

        return str(boxed_markup(self))

    def _repr_mimebundle_(
        self,
        include: object = None,  # noqa: ARG002 - Jupyter's protocol
        exclude: object = None,  # noqa: ARG002
    ) -> dict[str, str]:
        from opsrules.display.markup import MIME  # noqa: PLC0415
        from opsrules.whys.view import as_markup  # noqa: PLC0415

        return {MIME: str(as_markup(self)), "text/html": self._repr_html_(), "text/plain": repr(self)}
