"""From sales to the bank: a waterfall of each currency, with its numbers."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.report.charts.alt import alternative
from opsrules.report.charts.waterfall import Step, scale_start, waterfall
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import by_currency, figure, sentence, table_of, with_notes
from opsrules.report.tables import Column, statement
from opsrules.report.words import amount, lower_first, minor, number, permille, rounded
from opsrules.review import Review

__all__ = ["bridge"]


def bridge(review: Review) -> Fragment:
    """Waterfall of each currency, the account's own first."""
    figures = [_one(review, currency, rows) for currency, rows in by_currency(review, table_of(review, "bridge"))]
    if not figures:
        return Fragment("bridge", sentence("No sales and no payouts were read for this period, so there is no bridge."))
    return Fragment("bridge", join(figures))


def _one(review: Review, currency: str, rows: pd.DataFrame) -> Markup:
    steps = [
        Step(str(step), int(value), str(kind))
        for step, value, kind in zip(rows["step"], rows["amount_minor"], rows["kind"], strict=True)
    ]
    heading = _finding(steps, currency)
    if not any(step.amount_minor for step in steps):
        return sentence(f"{currency}: every step is zero in this period.")
    start = scale_start(steps, currency)
    cut = f" The scale starts at {currency}\u00a0{number(start)}." if start > 0 else ""
    subtitle = (
        f"{currency}, {review.period.words()}. A thick mark is a total, a bar is what is taken away or added.{cut}"
    )
    drawing = waterfall(_alt(review, steps, currency, heading), steps, currency)
    numbers = statement(
        f"bridge-{currency}",
        f"{heading}, {review.period.words()}",
        [Column("Step"), Column(f"Amount, {currency}", number=True)],
        [(step.label, minor(step.amount_minor, currency)) for step in steps],
        totals=[at for at, step in enumerate(steps) if step.kind == "total" and at],
        flags=[at for at, step in enumerate(steps) if _alarming(step)],
        width="lean",
    )
    return with_notes(figure(heading, subtitle, drawing, numbers), _notes(steps, currency))


def _notes(steps: list[Step], currency: str) -> list[Markup]:
    """Say what share of the first total is left at the end, and what between them needs attention."""
    first, last, notes = steps[0], steps[-1], []
    if 0 <= last.amount_minor <= first.amount_minor and first.amount_minor:
        part = element("b", permille(last.amount_minor, first.amount_minor))
        notes.append(element("p", part, f" of {lower_first(first.label)} is {lower_first(last.label)}."))
    alarming = [f"{lower_first(step.label)} {amount(step.amount_minor, currency)}" for step in steps if _alarming(step)]
    if alarming:
        notes.append(element("p", element("b", "Needs attention: "), f"{'; '.join(alarming)}."))
    return notes


def _alarming(step: Step) -> bool:
    return step.kind == "attention" and step.amount_minor != 0


def _finding(steps: list[Step], currency: str) -> str:
    """Return the chart's finding: where it starts, where it ends, and what between them needs attention."""
    first, last = steps[0], steps[-1]
    text = (
        f"{first.label} {rounded(first.amount_minor, currency)}, "
        f"{lower_first(last.label)} {rounded(last.amount_minor, currency)}"
    )
    alarming = [step for step in steps if _alarming(step)]
    if len(alarming) == 1:
        one = alarming[0]
        return f"{text}; needs attention: {lower_first(one.label)}, {amount(abs(one.amount_minor), currency)}"
    if alarming:
        return f"{text}; {len(alarming)} steps need attention"
    return f"{text}; every step between is accounted for"


def _alt(review: Review, steps: list[Step], currency: str, finding: str) -> str:
    largest = max(
        (step for step in steps if step.kind != "total"), key=lambda step: abs(step.amount_minor), default=None
    )
    most = f"Largest step: {lower_first(largest.label)}, {minor(largest.amount_minor, currency)}" if largest else ""
    kind = f"Waterfall chart from {lower_first(steps[0].label)} to {lower_first(steps[-1].label)}"
    return alternative(f"{kind}, {currency}, {review.period.words()}", finding, most)
