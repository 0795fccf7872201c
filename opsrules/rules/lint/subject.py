"""The rule that findings are about, with its places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from opsrules.parameters.documents import KeyPath
from opsrules.rules.check import Places, Pointers
from opsrules.rules.lint.model import LintFinding, LintKind
from opsrules.rules.lint.trees import Part, words_of
from opsrules.rules.model import Rule

__all__ = ["Subject"]


@dataclass(frozen=True)
class Subject:
    """A rule and the places of its parts."""

    rule: Rule
    places: Places

    def finding(
        self, kind: LintKind, path: KeyPath, what: str, next_step: str, *, proof: Iterable[Part] = ()
    ) -> LintFinding:
        """Return a finding about a part of the rule; `proof` are conditions that show it."""
        lines = tuple(f"{self.places.place(one.path)}: {words_of(one.leaf)}" for one in proof if one.leaf)
        place, pointer = self.places.place(path), Pointers().place(path)
        return LintFinding(kind, (self.rule.id,), place, pointer, f"{self.rule.id}: {what}", next_step, lines)
