"""Where a finding stands, in the words of a list: its status, who settled it, what people said last."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.moves import moves_of
from opsrules.periods import day_words
from opsrules.report.words import amount, count, lower_first, term
from opsrules.review import Review
from opsrules.standing import Note, Standing
from opsrules.terms import FindingStatus, Resolution

__all__ = ["Standings"]

_SAID = 2  # what was said last beside a finding; all of it is in the register
_LONGEST = 280
_ERASED = "name erased"


@dataclass(frozen=True)
class Standings:
    """Standings of one review's findings.

    Attributes
    ----------
    review : Review
    new, reopened : frozenset of str
        Findings since the last review; both empty on the first, where every finding is new.
    """

    review: Review
    new: frozenset[str]
    reopened: frozenset[str]

    @classmethod
    def of(cls, review: Review) -> Standings:
        """Compare a review with what the register knows."""
        if not review.snapshot.before:
            return cls(review, frozenset(), frozenset())
        moves = moves_of(review)
        return cls(review, *(frozenset(one.finding_id for one in some) for some in (moves.new, moves.reopened)))

    def word(self, finding_id: str) -> str:
        """Status in one or two words: New, Came back, Open, Disputed, Resolved, Written off."""
        known = self._known(finding_id)
        if finding_id in self.review.settled or known.status is FindingStatus.DISPUTED:
            return known.status.words()
        return "New" if finding_id in self.new else "Came back" if finding_id in self.reopened else "Open"

    def told(self, finding_id: str, currency: str) -> Markup:
        """Status with why and by whom where people settled it."""
        word = self.word(finding_id)
        if finding_id not in self.review.settled:
            return element("span", word)
        known = self._known(finding_id)
        parts = [lower_first(term(Resolution, known.reason))] if known.reason else []
        if known.status is FindingStatus.WRITTEN_OFF and currency:
            parts.append(amount(known.written_off_minor, currency))
        parts.append(f"by {known.settled_by or _ERASED}")
        return join([element("span", word), element("span", ", ".join(parts), class_="ref")])

    def remarks(self, finding_id: str) -> Markup:
        """What people said last, the latest first."""
        notes = self._known(finding_id).notes
        shown = [element("span", _said(one), class_="remark") for one in notes[::-1][:_SAID]]
        earlier = len(notes) - len(shown)
        more = [element("span", f"{count(earlier, 'earlier remark')} in the register", class_="ref")] if earlier else []
        return join([*shown, *more])

    def _known(self, finding_id: str) -> Standing:
        return self.review.snapshot.standings.get(finding_id, Standing())


def _said(note: Note) -> Markup:
    text = note.text or "(erased)"
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()} … (the rest is in the register)"
    return join([element("b", note.actor or _ERASED), element("span", f", {day_words(note.at.date())}: {short}")])
