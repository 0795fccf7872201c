"""The logic of one rule: whether it can fire, and whether each part of it matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from opsrules.parameters.documents import KeyPath
from opsrules.rules.lint.model import LintFinding, LintKind
from opsrules.rules.lint.subject import Subject
from opsrules.rules.lint.trees import Logic, Part, words_of

__all__ = ["flaws_of"]

_OF_BRANCH, _OF_CONDITION = "correct this branch, or delete it", "correct it, or delete it"
_EPSILON_STEP = "business-rules takes numbers up to 0.000001 apart as equal"


def flaws_of(subject: Subject, root: Part, logic: Logic) -> Iterator[LintFinding]:
    """Give what is wrong with the conditions of one rule.

    Parameters
    ----------
    subject : Subject
    root : Part
        Its conditions.
    logic : Logic

    Raises
    ------
    TooLarge
    """
    told = logic.told(root)
    if not told.holds:
        proof = _conflict(root, logic)
        what = "its conditions can never hold together" if len(proof) > 1 else "its condition can never hold"
        yield subject.finding(
            LintKind.UNREACHABLE, root.path, f"the rule never fires: {what}", _step(proof), proof=proof
        )
    elif not told.fails:
        what = "the rule fires on every row that it can judge"
        yield subject.finding(LintKind.ALWAYS, root.path, what, "correct its conditions, or delete it")
    else:
        yield from _Parts(subject, root, logic).flaws(root)


def _conflict(root: Part, logic: Logic) -> tuple[Part, ...]:
    """Return conditions of a part that never holds of which none can be left out for it to stay so."""
    waiting = [root]
    while waiting:
        group = waiting.pop()
        for kid in reversed(group.kids):
            less = root.without(kid.path)
            if group.is_all and _kids_left(less, group.path) and not logic.told(less).holds:
                root = less
            else:
                waiting.append(kid)
    return tuple(root.leaves)


def _kids_left(root: Part, path: KeyPath) -> int:
    if root.path == path:
        return len(root.kids)
    return sum(_kids_left(kid, path) for kid in root.kids if path[: len(kid.path)] == kid.path)


def _step(proof: tuple[Part, ...]) -> str:
    numbers = [Decimal(one.leaf.constant) for one in proof if one.leaf and _is_number(one.leaf.constant)]
    if len(numbers) > 1 and 0 < max(numbers) - min(numbers) <= Decimal("0.000002"):
        return _EPSILON_STEP
    return "correct one of them, or delete the rule"


def _is_number(constant: object) -> bool:
    return isinstance(constant, int | float | Decimal) and not isinstance(constant, bool)


class _Parts:
    """The parts of a rule that can fire, from the outermost in; what is left out stays left out."""

    def __init__(self, subject: Subject, root: Part, logic: Logic) -> None:
        self.subject, self.root, self.logic = subject, root, logic
        self.lone = _lone(root, logic)

    def flaws(self, group: Part) -> Iterator[LintFinding]:
        """Give the flaws of the parts of a group, later ones first: of two that say the same the first stays."""
        for kid in reversed(group.kids):
            if kid.path in self.lone:
                continue
            flaw = self._alone(kid) or self._beside(kid, group)
            if flaw is not None:
                yield flaw
            else:
                yield from self.flaws(kid)

    def _alone(self, kid: Part) -> LintFinding | None:
        told = self.logic.told(kid)
        if not told.holds:
            what, proof = "this branch can never hold", _conflict(kid, self.logic)
            return self.subject.finding(LintKind.CONTRADICTORY, kid.path, what, _OF_BRANCH, proof=proof)
        if not told.fails:
            return self.subject.finding(LintKind.ALWAYS, kid.path, f"{_named(kid)} always holds", _OF_CONDITION)
        return None

    def _beside(self, kid: Part, group: Part) -> LintFinding | None:
        less = self.root.without(kid.path)
        if _kids_left(self.root, group.path) < 2 or not self._same(less):
            return None
        never = not group.is_all and not self.logic.told(self.root.through(kid.path)).holds
        self.root = less
        if never:
            what = f"{_named(kid)} never holds beside the other conditions"
            return self.subject.finding(LintKind.CONTRADICTORY, kid.path, what, _OF_BRANCH)
        what = f"{_named(kid)} changes nothing beside the other conditions"
        return self.subject.finding(LintKind.REDUNDANT, kid.path, what, _OF_CONDITION)

    def _same(self, less: Part) -> bool:
        before, after = self.logic.told(self.root), self.logic.told(less)
        same = self.logic.space.same
        return same(before.holds, after.holds) and same(before.fails, after.fails)


def _named(part: Part) -> str:
    return words_of(part.leaf) if part.leaf else "this group of conditions"


def _lone(root: Part, logic: Logic) -> set[KeyPath]:
    """Return the conditions of a flat rule that share nothing with another one: each of them matters."""
    if any(kid.kids for kid in root.kids):
        return set()
    axes = {kid.path: {axis for boxes in logic.told(kid) for box in boxes for axis in box} for kid in root.kids}
    count = Counter(axis for own in axes.values() for axis in own)
    matters = {kid.path for kid in root.kids if all(logic.told(kid))}
    return {path for path, own in axes.items() if path in matters and all(count[axis] == 1 for axis in own)}
