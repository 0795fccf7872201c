"""Is matching getting better or worse? Match rates of every leg over the periods, by count and by value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from opsrules.display.markup import element, join, text
from opsrules.errors import UsageError
from opsrules.periods import Period, day_words
from opsrules.report.charts.alt import alternative
from opsrules.report.charts.control import Panel, control
from opsrules.report.fragment import Fragment
from opsrules.report.sections.blocks import figure, mappings_of, sentence, table_of, text_of
from opsrules.report.tables import Column, statement
from opsrules.report.words import count, listed, number, opening, term
from opsrules.review import Review
from opsrules.terms import Leg
from opsrules.xmr import FEWEST, Signal

__all__ = ["trend"]

_DRAWN = 26  # periods; all of them are in the table that is attached
_NOUNS = {"month": "month", "week": "week", "days": "period"}
_SAID = {
    Signal.OUTSIDE: "outside its usual range",
    Signal.NEAR_LIMIT: "three of four near a limit",
    Signal.RUN: "eight in a row on one side of the average",
}
_Row = dict[str, object]


@dataclass(frozen=True)
class _Series:
    """One leg's rates, in order of time."""

    measure: str
    leg: str
    currency: str
    rows: tuple[_Row, ...]

    @property
    def known(self) -> list[_Row]:
        return [row for row in self.rows if text_of(row["denominator"])]

    @property
    def has_limits(self) -> bool:
        return bool(text_of(self.rows[-1]["mean"]))

    @property
    def points(self) -> int:
        """Periods that can be judged."""
        return int(str(self.rows[-1]["points"]))

    @property
    def now(self) -> str:
        """Signals of this period."""
        return text_of(self.rows[-1]["signals"])

    @property
    def label(self) -> str:
        return term(Leg, self.leg)


def trend(review: Review) -> Fragment:
    """A figure by count and one by value of each currency, the account's own first, each with a panel a leg."""
    every = _series(review)
    noun = _NOUNS[review.period.kind]
    out = _left_out(review)
    if max((len(one.known) for one in every), default=0) < 2:
        told = f"This is the first {noun} with a review of this account, so there is no earlier match rate to compare."
        return Fragment("trend", sentence(told) + out)
    groups: dict[tuple[str, str], list[_Series]] = {}
    for one in every:
        if len(one.known) > 1:
            groups.setdefault((one.measure, one.currency), []).append(one)
    order = sorted(groups, key=lambda key: (key[0] != "count", key[1] != review.currency, key[1]))
    figures = [_figure(noun, *key, groups[key]) for key in order if any(one.points for one in groups[key])]
    return Fragment("trend", join([_answer([one for one in every if len(one.known) > 1], noun), out, *figures]))


def _series(review: Review) -> list[_Series]:
    found: dict[tuple[str, str, str], list[_Row]] = {}
    for row in mappings_of(table_of(review, "trend")):
        key = (text_of(row["measure"]), text_of(row["leg"]), text_of(row["currency"]))
        found.setdefault(key, []).append(row)
    return [_Series(*key, tuple(rows)) for key, rows in found.items()]


def _answer(every: Sequence[_Series], noun: str) -> Markup:
    judged = [one for one in every if one.has_limits]
    few = [one for one in every if one.points and not one.has_limits]
    small = [one for one in every if not one.points]
    parts = []
    changed = [one for one in judged if one.now]
    if changed:
        which = "; ".join(f"{_named(one)}, {_signals(one.now)}" for one in changed)
        parts.append(f"{opening(len(changed), 'match rate has', 'match rates have')} changed: {which}.")
    elif judged:
        parts.append(f"Nothing to see: this {noun} no match rate has left its usual range.")
    if few:
        most = max(one.points for one in few)
        which = f"{opening(len(few), 'rate is', 'rates are')}" if judged else "The rates are"
        parts.append(
            f"{which} shown without limits: limits take {FEWEST} {noun}s that can be judged, and there "
            f"{'is' if most == 1 else 'are'} {number(most)}. Until then nothing can be said of a change."
        )
    if small:
        names = "; ".join(_named(one) for one in small)
        parts.append(f"Not drawn, for a rate on fewer than 30 rows a {noun} says nothing: {names}.")
    return join([sentence(part) for part in parts])


def _named(one: _Series) -> str:
    return f"{one.label}, {'rows' if one.measure == 'count' else one.currency}"


def _signals(told: str) -> str:
    return listed(_SAID[Signal(one)] if one in set(Signal) else one.replace("_", " ") for one in told.split())


def _left_out(review: Review) -> Markup:
    rows = mappings_of(table_of(review, "trend_left_out"))
    return join([sentence(f"{_words(row['period'])} is left out: {text_of(row['reason'])}.") for row in rows])


def _words(period: object) -> str:
    try:
        return Period.parse(text_of(period)).words()
    except UsageError:
        return text_of(period)


def _short(period: object) -> str:
    """A period as an axis names it: Oct 2026, week 47 of 2026, or its first day."""
    try:
        known = Period.parse(text_of(period))
    except UsageError:
        return text_of(period)
    if known.kind == "month":
        return f"{known.first:%b %Y}"
    return known.words() if known.kind == "week" else day_words(known.first)


def _rate(row: _Row) -> str:
    """Two decimals; 100% and 0% only when it is all or nothing."""
    part, whole = int(str(row["numerator"])), int(str(row["denominator"]))
    if part in (0, whole):
        return "100%" if part else "0%"
    hundredths = min(max((20_000 * part + whole) // (2 * whole), 1), 9_999)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def _limit(value: object) -> str:
    return f"{round(float(str(value)) * 100, 2):g}%"


def _figure(noun: str, measure: str, currency: str, found: list[_Series]) -> Markup:
    drawn = [one for one in found if one.points]
    panels = [_panel(one) for one in drawn]
    rows = found[0].rows[-_DRAWN:]
    ends = (_short(rows[0]["period"]), _short(rows[-1]["period"]))
    heading = _heading(noun, measure, currency, drawn)
    what = (
        "Matched rows of the period, both sides"
        if measure == "count"
        else f"Matched amount of the period, {currency} without sign, both sides"
    )
    subtitle = f"{what}, % of those matched and open, by {noun}; one scale."
    if any(one.has_limits for one in drawn):
        subtitle += " Shaded: the usual range. A hollow diamond: no chance."
    least = min(drawn, key=lambda one: _value(one.known[-1]))
    last = f"Lowest now: {least.label}, {_rate(least.known[-1])}"
    alt = alternative(f"Control charts of the match rate by leg, {what}, {ends[0]} to {ends[1]}", heading, last)
    numbers = _numbers(f"trend-{measure}-{currency or 'rows'}", heading, noun, found)
    return figure(heading, subtitle, control(alt, panels, ends), numbers)


def _value(row: _Row) -> float:
    return int(str(row["numerator"])) / int(str(row["denominator"]))


def _heading(noun: str, measure: str, currency: str, found: list[_Series]) -> str:
    what = "By rows" if measure == "count" else f"By amount in {currency}"
    changed = [one.label for one in found if one.now]
    if changed:
        return f"{what}, {listed(changed)} {'has' if len(changed) == 1 else 'have'} changed"
    judged = sum(one.has_limits for one in found)
    if not judged:
        return f"{what}: too few {noun}s to say whether it has changed"
    return f"{what}, every leg that can be judged does what it usually does"


def _panel(one: _Series) -> Panel:
    rows = one.rows[-_DRAWN:]
    limits = None
    told = f"{count(one.points, 'point')} to judge by, too few for limits"
    if one.has_limits:
        lower, mean, upper = (float(str(one.rows[-1][name])) for name in ("lower", "mean", "upper"))
        limits = (lower, mean, upper)
        told = f"usual range {_limit(lower)} to {_limit(upper)}, average {_limit(mean)}"
    marked = [row for row in rows if text_of(row["signals"])]
    marks = "; ".join(f"{_short(row['period'])}: {_signals(text_of(row['signals']))}" for row in marked[::-1])
    return Panel(
        label=one.label,
        told=told,
        marks=marks,
        values=tuple(_value(row) if text_of(row["denominator"]) else None for row in rows),
        signals=tuple(bool(text_of(row["signals"])) for row in rows),
        last=_rate(one.rows[-1]) if text_of(one.rows[-1]["denominator"]) else "none",
        limits=limits,
    )


def _numbers(name: str, heading: str, noun: str, found: list[_Series]) -> Markup:
    size = len(found[0].rows)
    rows: list[list[str | Markup]] = [
        [_words(found[0].rows[at]["period"]), *(_cell(one.rows[at]) for one in found)]
        for at in range(size - 1, max(size - _DRAWN, 0) - 1, -1)
    ]
    rows.append(["Usual range", *(_limits(one) for one in found)])
    heads = [Column(noun.capitalize()), *(Column(f"{one.label}, %", number=True) for one in found)]
    caption = join([text(heading), element("span", "The latest first; a rate on fewer than 30 rows is not judged.")])
    return statement(name, caption, heads, rows, totals=[len(rows) - 1], width="ample" if len(found) > 2 else "")


def _limits(one: _Series) -> str:
    last = one.rows[-1]
    return f"{_limit(last['lower'])} to {_limit(last['upper'])}" if one.has_limits else "no limits"


def _cell(row: _Row) -> str | Markup:
    if not text_of(row["denominator"]):
        return "no review"
    told = "" if text_of(row["is_judged"]) == "True" else "too few rows"
    told = _signals(text_of(row["signals"])) if text_of(row["signals"]) else told
    return join([text(_rate(row)), *([element("span", told, class_="ref")] if told else [])])
