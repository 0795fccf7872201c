"""Sets of rules by which a point of a chart is no chance, as data: more rules find more, and more that is noise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["NELSON", "WESTERN_ELECTRIC", "WHEELER", "Pattern", "Rule", "RuleSet"]


class Pattern(StrEnum):
    """What a rule looks for among the last points, of which the newest is one."""

    BEYOND = "beyond"
    """So many are farther from the mean than so many sigma, on the same side."""
    TREND = "trend"
    """Each is above the one before, or each below."""
    ALTERNATING = "alternating"
    """They go up and down in turn."""
    WITHIN = "within"
    """All are nearer the mean than so many sigma."""
    OUTSIDE = "outside"
    """All are farther from the mean than so many sigma, on either side."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    words : str
        What was seen, for a reader.
    pattern : Pattern
    points : int
        How many points must show it.
    of : int
        Among how many; the same, but for `Pattern.BEYOND`.
    sigmas : float
        Distance from the mean; a third of the way to a limit is one.
    """

    words: str
    pattern: Pattern
    points: int
    of: int
    sigmas: float = 0.0


@dataclass(frozen=True)
class RuleSet:
    """Rules that belong together, with where they come from."""

    name: str
    source: str
    rules: tuple[Rule, ...]


_OUTSIDE = Rule("beyond a limit", Pattern.BEYOND, 1, 1, 3)
_TWO = Rule("two of three beyond two sigma", Pattern.BEYOND, 2, 3, 2)
_FOUR = Rule("four of five beyond one sigma", Pattern.BEYOND, 4, 5, 1)
_EIGHT = Rule("eight in a row on one side of the mean", Pattern.BEYOND, 8, 8)

WHEELER = RuleSet(
    "Wheeler",
    "Understanding Variation, 2nd ed., 2000",
    (_OUTSIDE, Rule("three of four nearer a limit than the mean", Pattern.BEYOND, 3, 4, 1.5), _EIGHT),
)
WESTERN_ELECTRIC = RuleSet(
    "Western Electric", "Statistical Quality Control Handbook, 1956", (_OUTSIDE, _TWO, _FOUR, _EIGHT)
)
NELSON = RuleSet(
    "Nelson",
    "Journal of Quality Technology 16 (1984) 237",
    (
        _OUTSIDE,
        Rule("nine in a row on one side of the mean", Pattern.BEYOND, 9, 9),
        Rule("six in a row rising or falling", Pattern.TREND, 6, 6),
        Rule("fourteen in a row up and down in turn", Pattern.ALTERNATING, 14, 14),
        _TWO,
        _FOUR,
        Rule("fifteen in a row within one sigma", Pattern.WITHIN, 15, 15, 1),
        Rule("eight in a row outside one sigma", Pattern.OUTSIDE, 8, 8, 1),
    ),
)
