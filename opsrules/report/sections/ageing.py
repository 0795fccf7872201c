"""Open items by class and age: small multiples on one scale, with their numbers."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from opsrules.display.markup import element, join, text
from opsrules.periods import AGE_BUCKETS
from opsrules.report.charts.ageing import LATE, Panel
from opsrules.report.charts.ageing import ageing as draw
from opsrules.report.charts.alt import alternative
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import by_currency, figure, sentence, table_of
from opsrules.report.tables import Column, statement
from opsrules.report.words import amount, count, lower_first, minor, number, term
from opsrules.review import Review
from opsrules.terms import BreakClass

__all__ = ["ageing"]

_MOST_PANELS = 8
_TIMING = frozenset({BreakClass.PAYOUT_IN_TRANSIT.value, BreakClass.NOT_PAID_OUT.value})
_YOUNG = 2  # buckets up to 7 days: a payout on its way is timing for a week, then a finding


def ageing(review: Review) -> Fragment:
    """Panels by class of each currency, the account's own first."""
    parts = [_one(review, currency, rows) for currency, rows in by_currency(review, table_of(review, "ageing"))]
    parts = [part for part in parts if part]
    if not parts:
        return Fragment("ageing", sentence("No item is open, so nothing is ageing."))
    return Fragment("ageing", join(parts))


def _panels(rows: pd.DataFrame) -> dict[str, Panel]:
    """Panel of each class that has open items, largest amount first."""
    cells: dict[str, dict[str, tuple[int, int]]] = {}
    for kind, bucket, items, value in zip(
        rows["class"], rows["bucket"], rows["items"], rows["amount_minor"], strict=True
    ):
        before = cells.setdefault(str(kind), {}).get(str(bucket), (0, 0))
        cells[str(kind)][str(bucket)] = (before[0] + int(items), before[1] + int(value))
    panels = {
        kind: Panel(
            term(BreakClass, kind),
            sum(items for items, _ in found.values()),
            tuple(found.get(name, (0, 0)) for name, _, _ in AGE_BUCKETS),
        )
        for kind, found in cells.items()
    }
    kept = {kind: panel for kind, panel in panels.items() if panel.items}
    return dict(sorted(kept.items(), key=lambda pair: (-_value(pair[1]), pair[1].label)))


def _value(panel: Panel) -> int:
    return sum(value for _, value in panel.cells)


def _one(review: Review, currency: str, rows: pd.DataFrame) -> Markup:
    panels = _panels(rows)
    if not panels:
        return Markup("")
    timing = [p for kind, p in panels.items() if kind in _TIMING and not any(n for n, _ in p.cells[_YOUNG:])]
    working = [panel for panel in panels.values() if panel not in timing]
    heading = _finding(working, timing, currency)
    numbers = _numbers(list(panels.values()), currency, heading)
    drawn = [panel for panel in working if _value(panel)][:_MOST_PANELS]
    if not drawn:
        return sentence(f"{heading}.") + numbers
    alt = _alt(review, drawn, currency, heading)
    return figure(heading, _subtitle(working, drawn, timing, currency), draw(alt, drawn, currency), numbers)


def _late(panels: list[Panel]) -> tuple[int, int]:
    late = [at for at, (name, _, _) in enumerate(AGE_BUCKETS) if name in LATE]
    found = [panel.cells[at] for panel in panels for at in late]
    return sum(items for items, _ in found), sum(value for _, value in found)


def _finding(working: list[Panel], timing: list[Panel], currency: str) -> str:
    if not working:
        moved = sum(panel.items for panel in timing)
        return f"{count(moved, 'item')} in {currency} only cross the cut-off; none needs work"
    items, value = _late(working)
    total = sum(panel.items for panel in working)
    if not items:
        return f"None of {count(total, 'open item')} in {currency} is older than 30 days"
    verb = "is" if items == 1 else "are"
    return f"{number(items)} of {count(total, 'open item')}, worth {amount(value, currency)}, {verb} older than 30 days"


def _subtitle(working: list[Panel], drawn: list[Panel], timing: list[Panel], currency: str) -> str:
    parts = [f"{currency} without sign, by age in days. All panels share one scale; bars over 30 days are orange."]
    if timing:
        moved, value = sum(panel.items for panel in timing), sum(_value(panel) for panel in timing)
        parts.append(f"Leaves out {count(moved, 'item')}, {amount(value, currency)}, that only cross the cut-off.")
    if len(working) > len(drawn):
        parts.append(
            f"{count(len(working) - len(drawn), 'smaller class stands', 'smaller classes stand')} only in the table."
        )
    return " ".join(parts)


def _alt(review: Review, drawn: list[Panel], currency: str, finding: str) -> str:
    first = drawn[0]
    most = (
        f"Largest class: {lower_first(first.label)}, {amount(_value(first), currency)} in {count(first.items, 'item')}"
    )
    kind = f"Bar charts of open items by class and age, {currency} without sign, as of {review.as_of.isoformat()}"
    return alternative(kind, finding, most)


def _numbers(panels: list[Panel], currency: str, heading: str) -> Markup:
    def cell(items: int, value: int) -> Markup:
        return join([text(minor(value, currency)), element("span", f" ({number(items)})", class_="muted")])

    rows: list[list[str | Markup]] = []
    for panel in panels:
        cells = [cell(items, value) for items, value in panel.cells]
        rows.append([panel.label, *cells, cell(panel.items, _value(panel))])
    if len(panels) > 1:
        every = [[panel.cells[at] for panel in panels] for at in range(len(AGE_BUCKETS))]
        sums = [cell(sum(n for n, _ in column), sum(v for _, v in column)) for column in every]
        whole = cell(sum(panel.items for panel in panels), sum(_value(panel) for panel in panels))
        rows.append(["All classes", *sums, whole])
    heads = [Column("Class"), *(Column(name, number=True) for name, _, _ in AGE_BUCKETS), Column("Total", number=True)]
    caption = join([text(heading), element("span", f"{currency}, number of items in brackets.")])
    totals = [len(panels)] if len(panels) > 1 else []
    return statement(f"ageing-{currency}", caption, heads, rows, totals=totals, width="ample")
