"""What processors hold back: rolled forward over the period, by age, and what the contract wants released."""

from __future__ import annotations

from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.display.status import mark
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import by_currency, mappings_of, sentence, table_of, text_of
from opsrules.report.tables import Column, statement
from opsrules.report.words import count, day, listed, minor, money, source
from opsrules.review import Review

__all__ = ["reserves"]

_AGES = (("0 to 30 days", 0, 30), ("31 to 90 days", 31, 90), ("91 to 180 days", 91, 180), ("over 180 days", 181, None))
"""Name, first and last day of each age; ours: rolling reserves are held for 30 to 180 days."""
_STEPS = (
    ("opening", "Held at the start"),
    ("held", "Held back"),
    ("released", "Released"),
    ("closing", "Held at the end"),
)
_Row = dict[str, object]


def reserves(review: Review) -> Fragment:
    """Roll-forward and ages of the reserves of each currency, the account's own first; empty where there are none."""
    table = table_of(review, "reserves")
    parts = [_one(review, currency, mappings_of(rows)) for currency, rows in by_currency(review, table)]
    heading = [element("h3", "What is held back", class_="apart")] if parts else []
    return Fragment("reserves", join([*heading, *parts]))


def _one(review: Review, currency: str, rows: list[_Row]) -> Markup:
    return join(
        [_answer(currency, rows), _rolled(currency, rows), _aged(review, currency, rows), _known(currency, rows)]
    )


def _minor(row: _Row, name: str) -> int:
    return int(str(row[f"{name}_minor"]))


def _answer(currency: str, rows: list[_Row]) -> Markup:
    held, before = (sum(_minor(row, name) for row in rows) for name in ("closing", "opening"))
    due = sum(_minor(row, "due") for row in rows)
    change = held - before
    moved = f", {minor(abs(change), currency)} {'more' if change > 0 else 'less'} than at the start" if change else ""
    told = sentence("Held back at the end: ", money(held, currency), f"{moved}.")
    if not due:
        return told
    late = sentence(mark("risk", "Due"), " ", money(due, currency), " is held for longer than the contract says.")
    return told + late


def _rolled(currency: str, rows: list[_Row]) -> Markup:
    heads = [Column("Processor"), *(Column(f"{words}, {currency}", number=True) for _, words in _STEPS)]
    signs = {"released": -1}
    lines: list[list[str | Markup]] = [
        [source(row["processor"]), *(minor(_minor(row, name) * signs.get(name, 1), currency) for name, _ in _STEPS)]
        for row in rows
    ]
    if len(rows) > 1:
        sums = {name: sum(_minor(row, name) for row in rows) * signs.get(name, 1) for name, _ in _STEPS}
        lines.append(["All processors", *(minor(sums[name], currency) for name, _ in _STEPS)])
    note = (
        "Held at the start + held back − released = held at the end; the difference is the step Reserve of the bridge."
    )
    caption = join([element("b", f"Reserves, rolled forward, {currency}"), element("span", note)])
    return statement(f"reserves-{currency}", caption, heads, lines, totals=[len(rows)] if len(rows) > 1 else [])


def _aged(review: Review, currency: str, rows: list[_Row]) -> Markup:
    lots = [row for row in mappings_of(table_of(review, "reserve_lots")) if row["currency"] == currency]
    if not lots:
        return Markup("")
    body: list[list[str | Markup]] = []
    for row in rows:
        mine = [lot for lot in lots if lot["processor"] == row["processor"]]
        if not mine:
            continue
        cells = [sum(_minor(lot, "amount") for lot in mine if _is_aged(lot, low, high)) for _, low, high in _AGES]
        oldest = min(text_of(lot["held_on"]) for lot in mine)
        terms = text_of(row["days"])
        told = f"after {count(int(terms), 'day')}" if terms else "not declared"
        due, coming = _minor(row, "due"), day(text_of(row["next_due"]), "none")
        body.append(
            [
                source(row["processor"]),
                *(minor(cell, currency) for cell in cells),
                *(element("span", day(oldest), class_="n"), told),
                *(minor(due, currency) if terms else "not known", element("span", coming if terms else "not known")),
            ]
        )
    heads = [Column("Processor"), *(Column(name, number=True) for name, _, _ in _AGES), Column("Held since")]
    heads += [Column("To be released"), Column(f"Due, {currency}", number=True), Column("Next due")]
    note = f"{currency}, at the end of the period by the day it was held; the oldest is released first."
    caption = join([element("b", "How long it is held"), element("span", note)])
    flags = [
        at for at, cells in enumerate(body) if any(_minor(r, "due") for r in rows if source(r["processor"]) == cells[0])
    ]
    return statement(f"reserve-ages-{currency}", caption, heads, body, flags=flags, width="ample")


def _is_aged(lot: _Row, low: int, high: int | None) -> bool:
    age = int(str(lot["age_days"]))
    return low <= age and (high is None or age <= high)


def _known(currency: str, rows: list[_Row]) -> Markup:
    """Where the opening comes from, and what the exports cannot show."""
    parts = []
    for basis, words in (
        ("declared", "as the account file declares for {day}"),
        ("earlier_lines", "the sum of the exports' lines from {day} on; what was held before is not in it"),
        ("first_line", "not known: the exports begin on {day}, and the account file declares none"),
    ):
        mine = [row for row in rows if row["basis"] == basis]
        for first in sorted({text_of(row["since"]) for row in mine}):
            names = listed(source(row["processor"]) for row in mine if text_of(row["since"]) == first)
            parts.append(f"{names}: the opening is {words.format(day=day(first))}.")
    for row in rows:
        if _minor(row, "earlier"):
            told = f"{source(row['processor'])} released {minor(_minor(row, 'earlier'), currency)} {currency}"
            parts.append(f"{told} more than the exports show it had held: declare its opening in the account file.")
    return join([sentence(part) for part in parts])
