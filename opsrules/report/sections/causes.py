"""Why they are open: causes of each currency as a Pareto chart, with their numbers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from opsrules.display.markup import element, join
from opsrules.report.charts.alt import alternative
from opsrules.report.charts.pareto import Bar, pareto
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import by_currency, figure, sentence, table_of, text_of, with_notes
from opsrules.report.tables import Column, statement
from opsrules.report.words import amount, count, lower_first, minor, number, opening, share, term
from opsrules.review import Review
from opsrules.terms import BreakClass

__all__ = ["causes"]

_MOST_BARS = 9


@dataclass(frozen=True)
class _Cause:
    label: str
    rule: str
    items: int
    amount_minor: int
    running_minor: int
    vital: bool
    known: bool


def causes(review: Review) -> Fragment:
    """Pareto chart of each currency, the account's own first."""
    table = table_of(review, "causes")
    parts = [_one(review, currency, rows) for currency, rows in by_currency(review, table)]
    if not parts:
        return Fragment("causes", sentence("No item is open, so there is no cause to mend."))
    return Fragment("causes", join([_unknown(table), *parts]))


def _unknown(table: pd.DataFrame) -> Markup:
    missing = sum(int(items) for cause, items in zip(table["cause"], table["items"], strict=True) if not _known(cause))
    total = int(table["items"].sum())
    if not missing:
        people = any(text_of(by).startswith("said by ") for by in table["rule_id"])
        return sentence(f"A rule{' or a person' if people else ''} names the cause of every item.")
    return sentence(
        f"{count(missing, 'item has', 'items have')} no cause yet, and {'it says' if missing == 1 else 'they say'} so. "
        f"That is {share(missing, total)} of the {count(total, 'item', 'items')}."
    )


def _known(cause: object) -> bool:
    """Whether a rule has named it; the desk says of the others that their cause is not known."""
    return bool(text_of(cause)) and not text_of(cause).endswith("cause not known")


def _ranked(rows: pd.DataFrame) -> list[_Cause]:
    columns = (rows[name] for name in ("cause", "rule_id", "rule", "items", "amount_minor"))
    found = sorted(zip(*columns, strict=True), key=lambda row: (-int(row[4]), text_of(row[0]), text_of(row[1])))
    total, running, ranked = sum(int(row[4]) for row in found), 0, []
    for cause, rule_id, rule, items, value in found:
        vital = total > 0 and running * 100 < total * 80
        running += int(value)
        told = text_of(cause)
        label = term(BreakClass, told) if told else f"{text_of(rule) or 'No rule'}, cause not known"
        ranked.append(_Cause(label, text_of(rule_id), int(items), int(value), running, vital, _known(cause)))
    return ranked


def _one(review: Review, currency: str, rows: pd.DataFrame) -> Markup:
    ranked = _ranked(rows)
    total = ranked[-1].running_minor
    if not total:
        items = sum(cause.items for cause in ranked)
        return sentence(f"{count(items, 'item')} in {currency} carry no amount.") + _numbers(ranked, currency, "Causes")
    vital = [cause for cause in ranked if cause.vital]
    first = ranked[0]
    heading = _finding(vital, total, currency)
    bars = [Bar(cause.label, cause.amount_minor, cause.running_minor, cause.vital) for cause in ranked]
    if len(bars) > _MOST_BARS:
        kept, rest = bars[: _MOST_BARS - 1], bars[_MOST_BARS - 1 :]
        bars = [*kept, Bar(f"{len(rest)} smaller ones together", sum(bar.amount_minor for bar in rest), total, False)]
    subtitle = f"{currency} without sign. Blue and bold: the fewest that pass 80% together."
    alt = alternative(
        f"Pareto chart of open items by cause, {currency} without sign, {review.period.words()}",
        heading,
        f"Largest: {lower_first(first.label)}, {minor(first.amount_minor, currency)} in {count(first.items, 'item')}",
    )
    drawn = figure(heading, subtitle, pareto(alt, bars, currency), _numbers(ranked, currency, heading))
    return with_notes(
        drawn, [_mend(word, cause, currency) for word, cause in zip(("first", "second"), vital, strict=False)]
    )


def _finding(vital: list[_Cause], total: int, currency: str) -> str:
    noun = "cause" if all(cause.known for cause in vital) else "group"
    if vital[-1].running_minor == total and len(vital) == 1:
        return f"One {noun} makes up all of {amount(total, currency)} open"
    told = opening(len(vital), f"{noun} makes", f"{noun}s make")
    heading = f"{told} up {share(vital[-1].running_minor, total)} of {amount(total, currency)} open"
    return heading if len(vital) == 1 else f"{heading}; the first alone makes {share(vital[0].amount_minor, total)}"


def _mend(word: str, cause: _Cause, currency: str) -> Markup:
    items = count(cause.items, "item")
    told = f"{lower_first(cause.label)}. It stands behind {items}, {amount(cause.amount_minor, currency)}"
    verb = "Mend" if cause.known else "Look into"
    return element("p", element("b", f"{verb} {word}: "), told, f" ({cause.rule})." if cause.rule else ".")


def _numbers(ranked: list[_Cause], currency: str, heading: str) -> Markup:
    total = ranked[-1].running_minor
    rows = [
        (
            *(cause.label, cause.rule, number(cause.items), minor(cause.amount_minor, currency)),
            share(cause.running_minor, total) if total else "no amount",
        )
        for cause in ranked
    ]
    heads = [
        *(Column("Cause"), Column("Rule"), Column("Items", number=True)),
        *(Column(f"Amount, {currency}", number=True), Column("Running share", number=True)),
    ]
    return statement(f"causes-{currency}", heading, heads, rows)
