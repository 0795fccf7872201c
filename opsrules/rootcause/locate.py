"""Localisation: the few slices of a table in which the change of a measure is concentrated."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from opsrules.errors import UsageError
from opsrules.rootcause.amounts import evidence_of_amounts
from opsrules.rootcause.counts import evidence_of_counts
from opsrules.rootcause.cube import Floats
from opsrules.rootcause.equivalents import equivalents_of
from opsrules.rootcause.evidence import Evidence
from opsrules.rootcause.leaves import Leaves, leaves_of
from opsrules.rootcause.levels import Dimension, dimensions_of, measure_of
from opsrules.rootcause.localisation import Localisation, Slice
from opsrules.rootcause.ratios import evidence_of_ratios, expected_rates
from opsrules.rootcause.search import search
from opsrules.rootcause.settings import AMOUNTS, COUNTS, RATIOS, Settings
from opsrules.rootcause.sole import sole_mover

__all__ = ["localise"]

_NO_ROWS = "the table has no rows"
_NOTHING = "nothing happened and nothing was expected"
_ALL_NEW = "nothing was expected, so everything is new"
_NO_TOTAL = "there is no total to take a ratio of"
_NO_EXPECTED = "no total was expected, so there is no ratio to compare with"
_AS_EXPECTED = "everything is as expected"
_NOISE = "no slice stands out from what noise alone shows"

_MOST = 1e15  # what can be counted
_DUST = 1e-12  # relative change of a total below which it is rounding alone


@dataclass(frozen=True)
class _Measured:
    """A table's measure: figures of everything, and of each leaf what its change adds to them and says."""

    kind: str
    actual: float
    expected: float
    effect: Floats
    evidence: Evidence
    settings: Settings
    nothing: str


def localise(
    frame: pd.DataFrame,
    dimensions: Sequence[Hashable],
    actual: Hashable = None,
    expected: Hashable = None,
    kind: str | None = None,
    *,
    good: Hashable = None,
    total: Hashable = None,
    expected_good: Hashable = None,
    expected_total: Hashable = None,
    settings: Settings | None = None,
) -> Localisation:
    """Slices in which the change of a measure is concentrated, each any combination of the dimensions' values.

    Parameters
    ----------
    frame : DataFrame
        One row a combination of dimensions, or several; rows of one combination are added up.
    dimensions : sequence of column names
        Of any type; a missing value is a value of its own.
    actual, expected : column names
        Numbers in one unit, for amounts and counts.
    kind : str
        ``amount`` (default), or ``count`` for things that are counted, of which few vary as Poisson's law says.
    good, total, expected_good, expected_total : column names
        For ratios, in place of `actual` and `expected`.
    settings : Settings, optional
        By default those of the kind.

    Returns
    -------
    Localisation
        Its slices are empty, with the reason, where nothing stands out from noise.

    Raises
    ------
    UsageError
        If a column is missing, doubled or holds what it cannot hold; the text names it.
    """
    ratio = {"good": good, "total": total, "expected_good": expected_good, "expected_total": expected_total}
    plain = {"actual": actual, "expected": expected}
    columns = _asked(plain, ratio, kind)
    found = dimensions_of(frame, dimensions)
    names = tuple(one.name for one in found)
    measures = {what: measure_of(frame, name, what) for what, name in columns.items()}
    told = "ratio" if "good" in columns else kind or "amount"
    _refuse_impossible(told, columns, measures)
    if not len(frame):
        return Localisation(told, names, (), 0.0, 0.0, 0.0, _NO_ROWS)
    leaves = leaves_of(found)
    measured = _measured(told, {what: leaves.sums(one) for what, one in measures.items()}, settings)
    return _localised(names, found, leaves, measured)


def _asked(plain: dict[str, Hashable], ratio: dict[str, Hashable], kind: str | None) -> dict[str, Hashable]:
    """Columns of the one form of a call that was used, all of them."""
    used = {what for what, name in (plain | ratio).items() if name is not None}
    if kind not in (None, "amount", "count", "ratio"):
        raise UsageError(f"kind must be 'amount', 'count' or 'ratio', got {kind!r}")
    form = ratio if kind == "ratio" or (kind is None and used & set(ratio)) else plain
    if used != set(form):
        told = ", ".join(sorted(used)) or "none"
        raise UsageError(f"localise needs the columns {', '.join(form)}, got {told}; name each of them and no other")
    return form


def _refuse_impossible(kind: str, columns: dict[str, Hashable], measures: dict[str, Floats]) -> None:
    if kind == "amount":
        return
    for what, values in measures.items():
        if (values > _MOST).any():
            raise UsageError(f"column {columns[what]!r} ({what}) has values above {_MOST:.0e}; use kind='amount'")
        if (values < 0).any():
            step = "write 0, or use kind='amount'" if kind == "count" else "a ratio is of counts or amounts from 0"
            raise UsageError(
                f"column {columns[what]!r} ({what}) has {int((values < 0).sum()):,} values below 0; {step}"
            )
    for part, whole in (("good", "total"), ("expected_good", "expected_total")):
        if kind == "ratio" and (over := int((measures[part] > measures[whole] * (1 + 1e-9)).sum())):
            names = f"column {columns[part]!r} ({part}) is more than column {columns[whole]!r} ({whole})"
            raise UsageError(f"{names} in {over:,} rows; good is the part of total that went well")


def _measured(kind: str, sums: dict[str, Floats], settings: Settings | None) -> _Measured:
    if kind == "ratio":
        return _of_ratio(sums, settings or RATIOS)
    actual, expected = sums["actual"], sums["expected"]
    chosen = settings or (COUNTS if kind == "count" else AMOUNTS)
    evidence = (evidence_of_counts if kind == "count" else evidence_of_amounts)(actual, expected, chosen)
    nothing = "" if expected.any() else _ALL_NEW if actual.any() else _NOTHING
    if not nothing and not (actual - expected).any():
        nothing = _AS_EXPECTED
    return _Measured(kind, float(actual.sum()), float(expected.sum()), actual - expected, evidence, chosen, nothing)


def _of_ratio(sums: dict[str, Floats], settings: Settings) -> _Measured:
    good, total, expected_good, expected_total = (
        sums[what] for what in ("good", "total", "expected_good", "expected_total")
    )
    cases, forecast = float(total.sum()), float(expected_total.sum())
    effect = good - total * expected_rates(expected_good, expected_total)
    evidence = evidence_of_ratios(good, total, expected_good, expected_total, settings)
    return _Measured(
        "ratio",
        float(good.sum()) / cases if cases else 0.0,
        float(expected_good.sum()) / forecast if forecast else 0.0,
        effect / cases if cases else effect,
        evidence,
        settings,
        "" if cases and forecast else _NO_EXPECTED if cases else _NO_TOTAL,
    )


def _localised(
    names: tuple[Hashable, ...], dimensions: tuple[Dimension, ...], leaves: Leaves, measured: _Measured
) -> Localisation:
    change = measured.actual - measured.expected
    told = abs(change) > _DUST * max(abs(measured.actual), abs(measured.expected))
    found = [] if measured.nothing else list(search(leaves, measured.evidence, measured.settings))
    if not found and not measured.nothing and (one := sole_mover(leaves, measured.evidence)) is not None:
        found = [one]
    rows = np.bincount(leaves.of_row, minlength=leaves.count)
    effects = [float(measured.effect[one.leaves].sum()) for one in found]
    slices = tuple(
        Slice(
            _named(one.where, dimensions),
            effect,
            effect / change if told else float("nan"),
            int(rows[leaves.inside(one.where)].sum()),
            1 - one.chance,
            tuple(_named(other, dimensions) for other in equivalents_of(one.where, leaves)),
        )
        for one, effect in zip(found, effects, strict=True)
    )
    return Localisation(
        measured.kind,
        names,
        slices,
        measured.actual,
        measured.expected,
        change - sum(effects),
        "" if slices else measured.nothing or _NOISE,
    )


def _named(where: dict[int, int], dimensions: tuple[Dimension, ...]) -> dict[Hashable, object]:
    return {dimensions[axis].name: dimensions[axis].values[value] for axis, value in sorted(where.items())}
