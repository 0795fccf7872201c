"""What an analyst may choose, and what comes of it: everything about the controls but the controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opsrules.display.markup import element, join
from opsrules.periods import Period
from opsrules.report import Fragment
from opsrules.rootcause import MEASURES, Explanation, Exploration, Facts, explain_measure
from opsrules.rootcause.localisation import told

__all__ = ["Choices", "Where", "compared", "dimensions_for", "explanation_of", "level_words", "slices_of"]

Where = Mapping[str, object]
_MISSING = "(missing)"
_MOST_LEVELS = 200  # values offered of one dimension: a list of more is searched by nobody


@dataclass(frozen=True)
class Choices:
    """What is set in the controls.

    Attributes
    ----------
    metric : str
    period, against : str
    dimensions : tuple of str
        Empty: those that tell the rows apart.
    within : tuple of (str, object)
        The slice that was drilled into, condition by condition.
    anyway : bool
        Look for slices also without a signal.
    """

    metric: str
    period: str
    against: str
    dimensions: tuple[str, ...] = ()
    within: tuple[tuple[str, object], ...] = ()
    anyway: bool = False

    @classmethod
    def first(cls, found: Exploration) -> Choices:
        """What the controls begin with: the first measure with a signal, else the first that has rows."""
        first = [one.measure.id for one in found.signals or found.explanations]
        metric = first[0] if first else next(iter(MEASURES))
        return cls(metric, found.review.period.text, found.against.text)


def explanation_of(found: Exploration, choices: Choices) -> Explanation:
    """Return the explanation that was chosen.

    Raises
    ------
    UsageError
        If a period is none or has no rows, or the slice is empty.
    """
    return _explained(found, choices, dict(choices.within))


def compared(found: Exploration, choices: Choices, one: Where, other: Where) -> Fragment:
    """Two slices of the chosen measure, one under the other.

    Raises
    ------
    UsageError
        If one of them has no rows in a period.
    """
    both = [_explained(found, choices, {**dict(choices.within), **slice_}) for slice_ in (one, other)]
    named = [f"{_told(slice_) or 'everything'}: " for slice_ in (one, other)]
    rows = [
        element(
            "tr",
            element("th", name.removesuffix(": "), scope="row"),
            *(element("td", cell, class_="num") for cell in _cells(each)),
            element("td", each.judgement.words),
        )
        for name, each in zip(named, both, strict=True)
    ]
    heads = ("Slice", "Before", "Expected", "Now", "Judgement")
    head = element("tr", *(element("th", name, scope="col") for name in heads))
    caption = element("caption", f"Two slices of {both[0].measure.words.lower()}")
    table = element("table", caption, element("thead", head), element("tbody", join(rows)))
    return Fragment("compared", element("div", table, class_="scroll"))


def _told(where: Where) -> str:
    return ", ".join(told({name: value}) for name, value in where.items())


def _cells(one: Explanation) -> tuple[str, str, str]:
    return one.figure(one.before), one.figure(one.expected), one.figure(one.value)


def _explained(found: Exploration, choices: Choices, where: Where) -> Explanation:
    facts = found.facts(choices.metric)
    facts = facts.within(where) if where else facts
    names = tuple(name for name in choices.dimensions if name not in where)
    return explain_measure(
        facts,
        Period.parse(choices.period),
        Period.parse(choices.against) if choices.against else None,
        names,
        until=found.review.as_of,
        anyway=choices.anyway,
    )


def slices_of(one: Explanation) -> list[tuple[str, Where]]:
    """The slices that were found, in words and as conditions."""
    slices = one.localisation.slices if one.localisation else ()
    return [(told(each.where), {str(key): value for key, value in each.where.items()}) for each in slices]


def level_words(facts: Facts, name: str) -> list[tuple[str, object]]:
    """Values of a dimension as a list offers them, a missing one among them."""
    levels: list[tuple[str, object]] = [(value, value) for value in facts.levels(name)[:_MOST_LEVELS]]
    return [*levels, *([(_MISSING, None)] if facts.frame[name].isna().any() else [])]


def dimensions_for(found: Exploration, metric: str) -> Sequence[str]:
    """Dimensions that the files fill for a measure, the weekday last."""
    facts = found.facts(metric)
    return (*facts.filled(facts.frame), "weekday")
