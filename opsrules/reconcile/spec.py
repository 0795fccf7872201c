"""What to match and how, as data: ordered passes over two tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from opsrules.captures import capture_fault, left_out_fault

__all__ = ["Days", "KeyPass", "NearPass", "Pass", "Patterns", "Spec", "Spelling", "SumPass", "Tolerance", "WindowPass"]

Days = tuple[int, int]
"""First and last day after the left row's day on which the right row may stand; both may be below 0."""


class Spelling(StrEnum):
    """In which spelling keys are compared."""

    EXACT = "exact"
    NORMALISED = "normalised"
    """As `opsrules.reconcile.references.normalise_reference` spells them."""


@dataclass(frozen=True)
class Patterns:
    """Keys are compared by what patterns take out of their normal spelling; a row whose key does not fit takes no part.

    Attributes
    ----------
    left, right : str
        As in `opsrules.captures`, for the keys of each side; "" takes the whole key.
    without : str
        Signs that are left out of the keys of both sides before.

    Raises
    ------
    ValueError
        If one is no such pattern.
    """

    left: str = ""
    right: str = ""
    without: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no pattern of the small language."""
        for name, pattern in (("left", self.left), ("right", self.right)):
            if pattern and (fault := capture_fault(pattern)):
                msg = f"{name} pattern {pattern!r} {fault}"
                raise ValueError(msg)
        if fault := left_out_fault(self.without):
            msg = f"without {self.without!r} {fault}"
            raise ValueError(msg)


@dataclass(frozen=True)
class Tolerance:
    """Largest difference of amounts that still matches.

    Attributes
    ----------
    minor : int
        In minor units, inclusive, not below 0.
    currency : str
        The one currency that it is told in and holds for; in any other nothing is tolerated. "" means every one.
    """

    minor: int = 0
    currency: str = ""

    def of(self, currency: str) -> int:
        """Minor units that are tolerated in that currency."""
        return self.minor if self.currency in ("", currency) else 0


@dataclass(frozen=True)
class KeyPass:
    """Rows with the same key and currency match when their sums agree. These matches are confirmed.

    After the last pass of this kind, what has the same key on both sides is one break: when one row on the right alone
    equals the left sum, it matches - the earliest, when several do - and the others stay open as *extra*; otherwise
    all rows of the key stay open together as *differs*, or as *days* where only the days forbid the match. The keys are
    those of the last pass, then those of earlier passes with patterns.

    Attributes
    ----------
    rule : str
        Name that explanations show.
    spelling : Spelling or Patterns
    many : bool
        Whether one row may stand against several, and several against several. Otherwise one to one.
    tolerance : Tolerance
    days : Days or None
        Where every right row must stand after every left row; None for any day.
    """

    rule: str = "same_key"
    spelling: Spelling | Patterns = Spelling.EXACT
    many: bool = True
    tolerance: Tolerance = Tolerance()
    days: Days | None = None


@dataclass(frozen=True)
class WindowPass:
    """Rows with equal tag, currency and amount match when the days fit and each is the other's only candidate.

    Rows with more than one candidate, or whose candidate has more than one, are *ambiguous*: row order never settles
    it. A right row whose key is made like those of the left rows (see `opsrules.reconcile.keys.Keys.makes`) names a
    row that is not there, and none of those that are: it takes no part.

    Attributes
    ----------
    rule : str
    days : mapping of str to Days
        By tag; rows with another tag take no part.
    tolerance : Tolerance
    confirms : bool
        Whether the tag is evidence enough to confirm a match, such as a payout's declared descriptor in the bank's
        text. Otherwise a match is a suggestion: its rows stay open until somebody confirms it.
    """

    rule: str = "amount_and_days"
    days: Mapping[str, Days] = field(default_factory=dict)
    tolerance: Tolerance = Tolerance()
    confirms: bool = False


@dataclass(frozen=True)
class SumPass:
    """Two rows of one side and one day whose sum is one row of the other are suggested, where that is the only way.

    Right rows that name another left row take no part, as in `WindowPass`.

    Attributes
    ----------
    rule : str
    two_on : str
        Side that has the two rows: "left" (one charge for two orders) or "right".
    days : mapping of str to Days
        As in `WindowPass`.
    most_pairs : int
        The pass is left out, and says so, where there are more pairs of rows to try.
    """

    rule: str = "sum_of_two"
    two_on: str = "left"
    days: Mapping[str, Days] = field(default_factory=dict)
    most_pairs: int = 20_000_000


@dataclass(frozen=True)
class NearPass:
    """Pairs what is left by tag, currency and days alone, each the other's only candidate, amounts apart.

    Such a pair is never a match: both rows stay open as *differs*, so that a payout which arrived short is told from
    one that never arrived.

    Attributes
    ----------
    rule : str
    days : mapping of str to Days
        As in `WindowPass`.
    most_apart : int
        The difference may be at most the left amount divided by this.
    """

    rule: str = "days_only"
    days: Mapping[str, Days] = field(default_factory=dict)
    most_apart: int = 2


Pass = KeyPass | WindowPass | SumPass | NearPass


@dataclass(frozen=True)
class Spec:
    """How one leg is matched.

    Attributes
    ----------
    account, leg : str
        Go into the ids of the items.
    passes : tuple
        Run in order; each sees only what the ones before left free.

    Raises
    ------
    ValueError
        If two passes have the same rule.
    """

    account: str
    leg: str
    passes: tuple[Pass, ...] = (KeyPass(),)

    def __post_init__(self) -> None:
        """Refuse two passes of one name: an explanation names one."""
        names = [one.rule for one in self.passes]
        for name in names:
            if names.count(name) > 1:
                msg = f"leg {self.leg}: each pass must have a rule of its own, got {name!r} twice; give rule=..."
                raise ValueError(msg)
