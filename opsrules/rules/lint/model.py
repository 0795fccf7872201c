"""What lint finds: one thing of one kind, with its place, its reason and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Lint", "LintFinding", "LintKind"]


class LintKind(StrEnum):
    """What can be wrong with rules that are well formed."""

    UNREACHABLE = "unreachable"
    """No row makes the rule fire."""
    ALWAYS = "always"
    """The rule, or a group of its conditions, holds on every row that it can judge."""
    CONTRADICTORY = "contradictory"
    """A part of a rule never holds, the rule itself may."""
    REDUNDANT = "redundant"
    """Without this condition the rule says the same of every row."""
    DUPLICATE = "duplicate"
    """Two rules fire on the same rows."""
    SHADOWED = "shadowed"
    """A rule fires only where an earlier one fires; a row of a table only where an earlier row decides."""
    CONFLICT = "conflict"
    """Two rows of a unique decision table fire for the same row of data."""
    UNTESTED = "untested"
    """No example shows that the rule, or one of its conditions, does what it should."""
    OVERLAP = "overlap"
    """Two versions of one rule are in force on the same day."""
    GAP = "gap"
    """Between two versions of one rule no version is in force."""
    LIMIT = "limit"
    """A limit is wrong, or has no value at the day."""


@dataclass(frozen=True)
class LintFinding:
    """One thing that lint found.

    Attributes
    ----------
    kind : LintKind
    rules : tuple of str
        Ids: the rule it is about, then the others that it names.
    place : str
        ``file:line``; a JSON pointer for rules that came from a list.
    pointer : str
        JSON pointer within the file or list.
    what : str
        A sentence without its subject's place.
    next_step : str
    proof : tuple of str
        What shows that it is so: conditions with their places, or a row as ``variable = value``.
    is_note : bool
        Worth knowing, and nothing to mend while every rule is asked about every row.
    """

    kind: LintKind
    rules: tuple[str, ...]
    place: str
    pointer: str
    what: str
    next_step: str = ""
    proof: tuple[str, ...] = ()
    is_note: bool = False

    def __str__(self) -> str:
        note = "note, " if self.is_note else ""
        line = f"{self.place}: {note}{self.kind}: {self.what}" + (f"; {self.next_step}" if self.next_step else "")
        return "\n".join([line, *(f"    {one}" for one in self.proof)])


@dataclass(frozen=True)
class Lint:
    """What lint found in a rule set, by place.

    Attributes
    ----------
    findings : tuple of LintFinding
        Notes among them.
    unjudged : tuple of str
        Rules with more combinations of conditions than lint goes through: nothing is claimed of their logic.
    """

    findings: tuple[LintFinding, ...]
    unjudged: tuple[str, ...] = field(default=())

    @property
    def problems(self) -> tuple[LintFinding, ...]:
        """Findings that ask for a change: all but the notes."""
        return tuple(one for one in self.findings if not one.is_note)

    def of(self, kind: LintKind | str) -> tuple[LintFinding, ...]:
        """Return the findings of one kind."""
        return tuple(one for one in self.findings if one.kind == LintKind(kind))

    def __iter__(self) -> Iterator[LintFinding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __str__(self) -> str:
        lines = [str(one) for one in self.findings]
        if self.unjudged:
            lines.append(f"too many combinations of conditions to judge their logic: {', '.join(self.unjudged)}")
        return "\n".join(lines) or "nothing found"
