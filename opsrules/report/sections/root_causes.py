"""Five whys: the chain behind each finding that people wrote of, behind the worst others, and behind slices."""

from __future__ import annotations

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import sentence
from opsrules.report.words import count
from opsrules.review import Review
from opsrules.whys import RootCause
from opsrules.whys.view import as_markup, heading

__all__ = ["root_causes"]

_WORST = 5
"""Needs whose worst finding is shown although nobody wrote of it."""
_MOST = 40


def root_causes(review: Review, finding: str = "") -> Fragment:
    """A folded chain each: first those that people wrote of, then the worst finding of each of the worst needs.

    Parameters
    ----------
    review : Review
    finding : str
        Id of one finding, or its beginning: its chain alone, unfolded.

    Raises
    ------
    KeyError
        If the review has no such finding.
    """
    if finding:
        one = review.root_cause(finding)
        return Fragment("root_causes", join([element("h3", heading(one)), as_markup(one), *_how([one])]))
    told = _said(review)
    said, left = told[:_MOST], len(told) - _MOST
    worst = [review.root_cause(name) for name in _worst(review, {one.subject for one in told})]
    if not said and not worst:
        return Fragment("root_causes", sentence("Nothing needs work, and nobody wrote of a root cause."))
    more = [sentence(f"{count(left, 'more chain')} in the register.")] if left > 0 else []
    parts = [sentence(_told(len(told), len(worst))), *(_folded(one) for one in (*said, *worst)), *more, *_how(worst)]
    return Fragment("root_causes", join(parts))


def _said(review: Review) -> list[RootCause]:
    """Chains that people wrote of: findings in the review's order, the worst first, then slices."""
    written = review.snapshot.root_causes
    ids = [str(one) for one in review.findings["finding_id"] if one in written]
    slices = [name for name, one in written.items() if one.about is not None]
    return [review.root_cause(name) for name in (*ids, *slices)]


def _worst(review: Review, shown: set[str]) -> list[str]:
    """The worst finding that needs somebody, of each of the worst needs, but those that are shown already."""
    found: list[str] = []
    for need in review.needs[:_WORST]:
        of_need = review.findings[(review.findings["rule_id"] == need.rule_id).to_numpy(dtype=bool)]
        standing = [str(one) for one in of_need["finding_id"] if one not in review.settled]
        if standing and standing[0] not in shown and standing[0] not in found:
            found.append(standing[0])
    return found


def _told(said: int, worst: int) -> str:
    people = f"People wrote of {count(said, 'root cause')}" if said else "Nobody wrote of a root cause yet"
    if not worst:
        return f"{people}."
    return f"{people}; {count(worst, 'more chain')} of what needs somebody, as the rules have it."


def _folded(one: RootCause) -> Markup:
    return element("details", element("summary", heading(one)), as_markup(one), class_="why")


def _how(worst: list[RootCause]) -> list[Markup]:
    if not worst:
        return []
    command = f"opsrules register root-cause {worst[0].subject[:12]} --why … --cause …"
    return [element("p", "To write of one: ", element("span", command, class_="mono"), class_="quiet")]
