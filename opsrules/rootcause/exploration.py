"""Every measure of a reviewed account explained: what the root-cause page shows and an analyst starts from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from opsrules.errors import UsageError
from opsrules.parameters.nearest import hint
from opsrules.periods import Period
from opsrules.review import Provenance, Review
from opsrules.rootcause.explanation import Explanation, explain_measure
from opsrules.rootcause.facts import Facts, facts_of
from opsrules.rootcause.measures import MEASURES, Measure, measure_named
from opsrules.rootcause.spans import period_before

__all__ = ["Exploration", "Unmeasured", "explore"]


@dataclass(frozen=True)
class Unmeasured:
    """A measure of which nothing can be said, and why."""

    measure: Measure
    reason: str


@dataclass(frozen=True)
class Exploration:
    """What moved at an account.

    Attributes
    ----------
    review : Review
        Of the account and period, with ``measures``, ``slices`` and ``drivers`` and the tables of causes: what is
        delivered and kept beside the page.
    tables : mapping of str to DataFrame
        Orders and lines, from which an analyst goes on.
    against : Period
    explanations : tuple of Explanation
        In the order of the measures.
    unmeasured : tuple of Unmeasured
    """

    review: Review
    tables: Mapping[str, pd.DataFrame]
    against: Period
    explanations: tuple[Explanation, ...]
    unmeasured: tuple[Unmeasured, ...]

    @property
    def signals(self) -> tuple[Explanation, ...]:
        """Those that have something to explain."""
        return tuple(one for one in self.explanations if one.is_signal)

    def facts(self, metric: str) -> Facts:
        """The rows of one measure, in the account's own currency.

        Raises
        ------
        UsageError
            If there is no such measure; the text names the nearest.
        """
        return facts_of(measure_named(metric), self.tables, self.review.currency)


def explore(
    review: Review, metric: str = "", against: str = "", dimensions: str | Sequence[str] = (), *, anyway: bool = False
) -> Exploration:
    """Explain one measure of a review, or all.

    Parameters
    ----------
    review : Review
        As `opsrules.open_review` gives it, with the orders and lines of earlier days.
    metric : str
        Name of a measure; all when empty.
    against : str
        The period to compare with; the one before of the same kind when empty.
    dimensions : str or sequence of str
        Names, in a text divided by commas; those that tell the rows apart when empty.
    anyway : bool
        Look for slices also where there is no signal.

    Raises
    ------
    UsageError
        If the measure, a dimension or the period is none, or the one measure asked for has no rows in a period.
    """
    before = Period.parse(against) if against else period_before(review.period)
    asked = [one.strip() for one in dimensions.split(",")] if isinstance(dimensions, str) else list(dimensions)
    names = [one for one in asked if one]
    chosen = (measure_named(metric),) if metric else tuple(MEASURES.values())
    known = {name for one in chosen for name in one.dimensions}
    for name in names:
        if name not in known:
            msg = f"no measure has a dimension {name!r}; {hint(name, known)}"
            raise UsageError(msg)
    explained: list[Explanation] = []
    unmeasured: list[Unmeasured] = []
    for measure in chosen:
        mine = [name for name in names if name in measure.dimensions]
        try:
            facts = facts_of(measure, review.tables, review.currency)
            explained.append(explain_measure(facts, review.period, before, mine, until=review.as_of, anyway=anyway))
        except UsageError as error:
            if metric:
                raise
            unmeasured.append(Unmeasured(measure, str(error)))
    kept = {name: review.tables[name] for name in ("causes", "cause_counts") if name in review.tables}
    told = replace(review, tables=kept | _tables(explained), provenance=_provenance(review, metric, before, names))
    own = {name: review.tables[name] for name in ("orders", "processor_lines") if name in review.tables}
    return Exploration(told, own, before, tuple(explained), tuple(unmeasured))


def _provenance(review: Review, metric: str, against: Period, names: Sequence[str]) -> Provenance:
    parts = [review.provenance.run_id, metric, against.text, *names]
    return replace(review.provenance, run_id=hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16])


def _tables(explained: Sequence[Explanation]) -> dict[str, pd.DataFrame]:
    rows = [
        {
            "metric": one.measure.id,
            "unit": one.measure.unit,
            "currency": one.currency,
            "before": one.before,
            "expected": one.expected,
            "value": one.value,
            "lower": one.judgement.lower,
            "upper": one.judgement.upper,
            "points": one.judgement.points,
            "judged_by": one.judgement.by,
            "found": one.judgement.found.value,
            "unexplained": one.localisation.unexplained if one.localisation else float("nan"),
        }
        for one in explained
    ]
    return {
        "measures": pd.DataFrame(rows),
        "slices": _slices(explained),
        "drivers": _drivers(explained),
    }


def _slices(explained: Sequence[Explanation]) -> pd.DataFrame:
    rows = [
        {
            "metric": one.measure.id,
            "where": json.dumps({str(key): value for key, value in each.where.items()}, ensure_ascii=False),
            "effect": each.effect,
            "share": each.share,
            "rows": each.rows,
            "confidence": each.confidence,
            "equivalents": json.dumps([{str(key): value for key, value in same.items()} for same in each.equivalents]),
        }
        for one in explained
        for each in (one.localisation.slices if one.localisation else ())
    ]
    return pd.DataFrame(rows, columns=["metric", "where", "effect", "share", "rows", "confidence", "equivalents"])


def _drivers(explained: Sequence[Explanation]) -> pd.DataFrame:
    rows = [
        (one.measure.id, step.label, step.kind, step.value)
        for one in explained
        for step in (one.drivers.steps if one.drivers else ())
    ]
    return pd.DataFrame(rows, columns=["metric", "step", "kind", "value"])
