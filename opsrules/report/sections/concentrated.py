"""Where the changes lie: for each measure with a signal its slices, what moved it, and what remains."""

from __future__ import annotations

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.report.charts.alt import alternative
from opsrules.report.charts.drivers import driver_waterfall
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import figure, sentence
from opsrules.report.tables import Column, statement
from opsrules.rootcause import Explanation, Exploration
from opsrules.rootcause.drivers import Drivers
from opsrules.rootcause.localisation import Localisation, told
from opsrules.rootcause.phrases import confidence_of, share_of

__all__ = ["concentrated", "explained"]

_SAME = 3  # slices that cover the same rows, written out


def concentrated(found: Exploration) -> Fragment:
    """The explanation of each measure that has a signal, or of which slices were asked for all the same."""
    shown = [one for one in found.explanations if one.is_signal or one.localisation]
    if not shown:
        return Fragment("concentrated", sentence("There is no signal, so there is nothing to explain."))
    return Fragment("concentrated", join([explained(one).html for one in shown]))


def explained(one: Explanation) -> Fragment:
    """One measure: its sentences, its slices, and what moved it as a waterfall."""
    name = f"explained-{one.measure.id.replace('_', '-')}"
    parts = [element("h3", f"{one.measure.words}: {one.figure(one.before)} to {one.figure(one.value)}")]
    parts += [element("p", line) for line in one.lines]
    if one.localisation and one.localisation.slices:
        parts.append(_slices(name, one, one.localisation))
    if one.drivers:
        parts.append(_moved(name, one, one.drivers))
    return Fragment(name, element("section", join(parts), class_="explained"))


def _slices(name: str, one: Explanation, found: Localisation) -> Markup:
    heads = [
        *(Column("Concentrated in"), Column("Effect", number=True), Column("Share of the change", number=True)),
        *(Column("Confidence", number=True), Column("Same rows as")),
    ]
    rows = [
        [
            *(told(each.where), one.effect(each.effect), share_of(each.share), confidence_of(each.confidence)),
            " or ".join(told(same) for same in each.equivalents[:_SAME]) or "nothing else",
        ]
        for each in found.slices
    ]
    rows.append(["What remains unexplained", one.effect(found.unexplained), "", "", ""])
    caption = "Where the change is concentrated, which is not yet why it came about"
    return statement(f"{name}-slices", caption, heads, rows, totals=[len(rows) - 1], width="ample")


def _moved(name: str, one: Explanation, found: Drivers) -> Markup:
    heading = f"What moved it, by {', '.join(found.dimensions)}"
    unit = one.currency or "percent"
    subtitle = f"{unit}, from {one.against.words()} to {one.period.words()}"
    if one.figure(one.expected) != one.figure(one.before):
        subtitle += "; before stands for the same weekdays"
    steps = [[step.label, one.step(step)] for step in found.steps]
    alt = alternative(
        f"Waterfall of {one.measure.words.lower()}, {unit}, {one.period.words()}", one.lines[0].rstrip(".")
    )
    ends = [0, len(steps) - 1]
    numbers = statement(f"{name}-drivers", heading, [Column("Effect"), Column(unit, number=True)], steps, totals=ends)
    return figure(heading, subtitle, driver_waterfall(found, alt, one.currency), numbers)
