"""What moved: each measure of the account, before and now, with the mark of a signal."""

from __future__ import annotations

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import sentence
from opsrules.report.tables import Column, statement
from opsrules.report.words import count, number
from opsrules.rootcause import Explanation, Exploration
from opsrules.rootcause.phrases import change_of
from opsrules.rootcause.usual import Found

__all__ = ["moved"]

_MARKS = {Found.SIGNAL: "Signal", Found.USUAL: "No signal", Found.UNKNOWN: "Cannot be told"}


def moved(found: Exploration) -> Fragment:
    """Table of the measures; those without rows in a period stand below it with the reason."""
    missing = [
        element("p", element("b", f"{one.measure.words}: "), f"{one.reason}.", class_="note")
        for one in found.unmeasured
    ]
    if not found.explanations:
        return Fragment("moved", sentence("No measure has rows in both periods.") + join(missing))
    heads = [
        *(Column("Measure"), Column(found.against.words(), number=True), Column("Expected", number=True)),
        *(Column(found.review.period.words(), number=True), Column("Change", number=True), Column("Signal")),
        Column("By earlier", number=True),
    ]
    rows = [_row(one) for one in found.explanations]
    flags = [at for at, one in enumerate(found.explanations) if one.is_signal]
    table = statement("moved-measures", "Measures of the account", heads, rows, flags=flags, width="ample")
    return Fragment("moved", join([_sentence(found), table, _how(found), *missing]))


def _row(one: Explanation) -> list[str | Markup]:
    judged = one.judgement
    mark = _MARKS[judged.found]
    if one.is_signal:
        mark = f"{mark}, for the {'worse' if one.bad else 'better'}"
    return [
        *(one.measure.words, one.figure(one.before), one.figure(one.expected), one.figure(one.value)),
        *(change_of(one.measure, one.currency, one.change, one.expected), mark),
        f"{number(judged.points)} {judged.by}",
    ]


def _sentence(found: Exploration) -> Markup:
    signals = found.signals
    if not signals:
        unknown = all(one.judgement.found is Found.UNKNOWN for one in found.explanations)
        if unknown:
            return sentence("Too few earlier days are known to tell a change from what is usual.")
        return sentence("There is no signal: every change lies within what this account usually varies.")
    names = ", ".join(one.measure.words.lower() for one in signals)
    return sentence(f"{count(len(signals), 'measure shows', 'measures show')} a signal: {names}.")


def _how(found: Exploration) -> Markup:
    text = (
        f"Expected: {found.against.words()} brought to the weekdays of {found.review.period.words()}. "
        "A signal is a change "
        "that chance alone would show in about 3 of 1,000 periods."
    )
    return element("p", text, class_="note")
