"""A chain as text and as HTML: what is a rule's, what is a standard of the taxonomy, and what a person wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from markupsafe import Markup

from opsrules.display.markup import clean, element, join
from opsrules.display.style import boxed, small
from opsrules.display.wording import count, lower_first, share
from opsrules.money import format_amount
from opsrules.periods import day_words
from opsrules.whys.model import CauseTold, Concentration, RootCause, Share
from opsrules.whys.said import Said
from opsrules.whys.slices import told

__all__ = ["BOX", "as_markup", "as_text", "boxed_markup", "heading"]

BOX = "opsrules-chain"
"""Class of the box inside which the style holds in JupyterLab."""

_ERASED = "somebody whose name was erased"
_NOBODY = "Nobody has told them yet."

_Line = tuple[str, str]
"""What is said, and whose word it is: "" where the head says it already."""


def heading(one: RootCause) -> str:
    """The chain in one line: what is wrong, and why."""
    return f"{one.symptom.rstrip('.')}: {lower_first(one.cause.words)}"


def as_text(one: RootCause) -> str:
    """A line a link of the chain, further lines below it."""
    out = [clean(f"Root cause of {one.subject}, {one.account}, {one.period}")]
    for head, lines in _links(one):
        for at, (text, whose) in enumerate(lines):
            line = f"  {head if not at else '':<13} {text}" + (f" ({whose})" if whose else "")
            out.append(clean(line.replace("\n", " ")))
    return "\n".join(out)


def as_markup(one: RootCause) -> Markup:
    """A list of the chain's links in their order; every text is escaped."""
    return element("dl", *(_link(head, lines) for head, lines in _links(one)), class_="chain")


def boxed_markup(one: RootCause) -> Markup:
    """The same with its style and a heading: for JupyterLab."""
    return _style() + element("div", element("p", element("b", heading(one))), as_markup(one), class_=BOX)


def _link(head: str, lines: list[_Line]) -> Markup:
    told = [_shown(head, at, *line) for at, line in enumerate(lines, start=1)]
    return element("div", element("dt", head), element("dd", join(told)))


def _shown(head: str, at: int, text: str, whose: str) -> Markup:
    number = [element("b", f"{at}. ")] if head == "Whys" and text != _NOBODY else []
    return element("p", *number, text, *([element("span", f" {whose}", class_="whose")] if whose else []))


@cache
def _style() -> Markup:
    css = boxed(BOX, small("opsrules.display", "chain.css"))
    return Markup("<style>") + Markup(css) + Markup("</style>")  # noqa: S704 - our own files


def _links(one: RootCause) -> Iterator[tuple[str, list[_Line]]]:
    yield "Symptom", [(one.symptom, _amount(one))]
    if one.said.about is not None:
        yield "Slice", [(told(one.said.about.where), "")]
    elif one.concentration.findings:
        yield "Slice", _slice(one.concentration)
    yield "Evidence", list(_evidence(one)) or [("Nothing was measured.", "")]
    yield "Whys", _whys(one)
    yield "Cause", list(_causes(one))
    yield "Origin", [(one.origin.capitalize() if one.cause.is_known else "Not known", "")]
    yield "Corrective", list(_actions(one, "corrective"))
    yield "Preventive", list(_actions(one, "preventive"))
    if plan := list(_plan(one)):
        yield "Plan", plan


def _amount(one: RootCause) -> str:
    if not one.currency or one.amount_minor is None:
        return ""
    return format_amount(one.amount_minor, clean(one.currency))


def _slice(found: Concentration) -> list[_Line]:
    if found.findings == 1:
        return [(f"It is the only finding of {found.group}.", "")]
    lines = [(_share(one, found), _confidence(one)) for one in found.shares]
    if found.is_localised:
        return lines
    said = f"{found.reason[:1].upper()}{found.reason[1:]}."
    return [*lines, (said, "")] if found.reason else lines


def _share(one: Share, found: Concentration) -> str:
    words = "Concentrated in" if found.is_localised else "Shared:"
    inside = f"{one.inside:,} of {count(found.findings, 'finding')} of {found.group}"
    inside += "" if one.is_here else ", not this one"
    if not found.others:
        return f"{words} {told(one.where)}: {inside}; the review has no others"
    return f"{words} {told(one.where)}: {inside}, {share(one.others, found.others)} of the review's others"


def _confidence(one: Share) -> str:
    if one.confidence is None:
        return "a plain share"
    return "confidence over 99.9%" if one.confidence > 0.999 else f"confidence {100 * one.confidence:.1f}%"


def _evidence(one: RootCause) -> Iterator[_Line]:
    for part in one.evidence:
        wanted = f", asked: {part.wanted}" if part.wanted else ""
        yield f"{part.name.replace('_', ' ')}: {part.seen}{wanted}", f"rule {part.rule}" if part.rule else ""
    if one.place:
        yield one.place, ""


def _whys(one: RootCause) -> list[_Line]:
    said = one.said.whys
    if said is None:
        return [(_NOBODY, "")]
    whose = _whose(said)
    return [(text, whose if text is said.texts[-1] else "") for text in said.texts]


def _causes(one: RootCause) -> Iterator[_Line]:
    if one.said.cause is None:
        nothing = "nobody has named one" if one.is_of_slice else "no rule decides"
        yield _words(one.ruled), one.ruled.by if one.ruled.is_known else nothing
        return
    yield _words(one.cause), _whose(one.said.cause)
    if not one.is_of_slice:
        yield f"The rules said: {_words(one.ruled)}", one.ruled.by


def _words(cause: CauseTold) -> str:
    within = f", of {' / '.join(cause.groups)}" if cause.groups else ""
    code = f" ({cause.code})" if cause.is_known and cause.words != cause.code else ""
    return f"{cause.words}{code}{within}"


def _actions(one: RootCause, kind: str) -> Iterator[_Line]:
    said: Said | None = getattr(one.said, kind)
    standard: tuple[str, ...] = getattr(one.cause, kind)
    if said is not None:
        yield from ((text, _whose(said)) for text in said.texts)
    team = f"standard, for {one.cause.team}" if one.cause.team else "standard"
    yield from ((text, team) for text in standard)
    if said is None and not standard:
        yield "None: standard actions come with a known cause.", ""


def _plan(one: RootCause) -> Iterator[_Line]:
    for name, words in (("owner", "Seen to by"), ("due", "By"), ("note", "Note:")):
        said: Said | None = getattr(one.said, name)
        if said is not None:
            text = day_words(date.fromisoformat(said.text)) if name == "due" else said.text
            yield f"{words} {text}", _whose(said)


def _whose(said: Said) -> str:
    return f"{said.actor or _ERASED}, {day_words(said.at.date())}, {said.at:%H:%M} UTC"
