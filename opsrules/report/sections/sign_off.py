"""Sign-off: who prepared the review, who signed which run of it, and lines to sign on paper."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.display.status import mark
from opsrules.periods import day_words
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import sentence
from opsrules.report.words import amount
from opsrules.review import Review
from opsrules.standing import Signature

__all__ = ["sign_off"]

_ERASED = "somebody whose name was erased"


def sign_off(review: Review) -> Fragment:
    """Signatures of this run, those of other runs of the period by their run, and where to sign when there is none."""
    run_id = review.provenance.run_id
    valid = [one for one in review.snapshot.signatures if one.run_id == run_id]
    other = [one for one in review.snapshot.signatures if one.run_id != run_id]
    parts = [*(_signed(one) for one in valid), *(_outdated(one, is_replaced=bool(valid)) for one in other)]
    if not valid:
        parts += [_unsigned(review), _lines()]
    return Fragment("sign_off", element("div", join(parts), _prepared(review), class_="signing"))


def _signed(one: Signature) -> Markup:
    return sentence(mark("ok", "Signed"), f" by {one.actor or _ERASED}, {_when(one.at)}{_note(one)}")


def _outdated(one: Signature, *, is_replaced: bool) -> Markup:
    told = f" by {one.actor or _ERASED}, {_when(one.at)}, for run {one.run_id[:8]}; figures have changed since"
    return sentence(mark("none" if is_replaced else "risk", "Signed before"), told + _note(one))


def _note(one: Signature) -> str:
    return f": {one.note}" if one.note else "."


def _when(at: datetime) -> str:
    return f"{day_words(at.date())}, {at:%H:%M} UTC"


def _unsigned(review: Review) -> Markup:
    command = f"opsrules register sign-off --account {review.account} --period {review.period.text}"
    return sentence(mark("none", "Not signed"), " This run is not signed: ", element("span", command, class_="mono"))


def _lines() -> Markup:
    places = ("Signature", "Name", "Date")
    return element(
        "dl", *(element("div", element("dt", one), element("dd", "\u00a0")) for one in places), class_="paper"
    )


def _prepared(review: Review) -> Markup:
    snapshot = review.snapshot
    least = snapshot.second_person_minor
    facts = {
        "Prepared by": snapshot.prepared_by or "not recorded",
        "Run": review.provenance.run_id[:8],
        "Second person": f"Who settles a finding{_above(least, review.currency)} does not sign",
    }
    return element(
        "dl",
        *(element("div", element("dt", label), element("dd", value)) for label, value in facts.items()),
        class_="facts",
    )


def _above(least: int, currency: str) -> str:
    return f" above {amount(least, currency)}" if least else ""
