"""Match rates of this period and the earlier ones, by count and by value, each with its natural process limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from opsrules.history import History, Past, Rate, earlier
from opsrules.periods import Period
from opsrules.review import Review
from opsrules.terms import Leg, Level
from opsrules.xmr import Limits, limits_of, signals

__all__ = ["TREND", "trend_table", "with_trend"]

TREND: tuple[str, ...] = (
    *("measure", "leg", "currency", "period", "first_day"),
    *("numerator", "denominator", "value", "is_judged"),
    *("mean", "lower", "upper", "points", "signals"),
)
"""Columns of the trend: a row for each series and period, in order of time; a period without a review has no value.

``measure`` is count or value: the metrics ``match_count`` and ``match_value``, the latter in ``currency``. ``mean``,
``lower`` and ``upper`` are of the series, between 0 and 1, missing where fewer than 10 periods can be judged.
``signals`` are Wheeler's rules (`opsrules.xmr.Signal`) by which the period is no chance.
"""

_BASELINE = 20  # periods that the limits are taken from, and then stay as they are
_MOST = 120  # periods looked back: ten years of months


@dataclass(frozen=True)
class _Point:
    period: Period
    rate: Rate | None
    is_judged: bool


def with_trend(review: Review, history: History) -> Review:
    """Return the review with the tables trend (`TREND`) and trend_left_out (period, reason)."""
    out = pd.DataFrame(history.left_out, columns=["period", "reason"]).astype("str")
    return replace(review, tables={**review.tables, "trend": trend_table(review, history), "trend_left_out": out})


def trend_table(review: Review, history: History) -> pd.DataFrame:
    """Return the match rates of every leg over the periods, with columns `TREND`.

    Limits are taken from the first 20 periods that can be judged, and from all of them while there are fewer; a rate on
    fewer than 30 rows is shown and not judged.
    """
    every = (*history.past, Past(review.period.text, dict(_own_rates(review))))
    known = {one.period: one.rates for one in every}
    periods = _slots(review.period, known)
    rows: list[dict[str, object]] = []
    for measure, leg, currency in _series(every):
        points = [_point(one, known.get(one.text, {}), measure, leg, currency) for one in periods]
        key = {"measure": measure, "leg": leg.value, "currency": currency}
        rows += [key | row for row in _rows(points)]
    texts = dict.fromkeys(("measure", "leg", "currency", "period", "signals"), "str")
    numbers = dict.fromkeys(("numerator", "denominator"), "Int64") | {"points": "int64", "is_judged": "bool"}
    floats = dict.fromkeys(("value", "mean", "lower", "upper"), "Float64")
    return pd.DataFrame(rows, columns=list(TREND)).astype(texts | numbers | floats | {"first_day": "datetime64[us]"})


def _own_rates(review: Review) -> Iterator[tuple[str, Rate]]:
    columns = (review.metrics[name] for name in ("metric_id", "numerator", "denominator", "level"))
    for name, numerator, denominator, level in zip(*columns, strict=True):
        if not pd.isna(denominator):
            yield str(name), Rate(int(numerator), int(denominator), str(level))


def _slots(period: Period, known: Mapping[str, object]) -> list[Period]:
    """Every period from the first known one to this, those without a review too."""
    before = sorted((Period.parse(name) for name in known if name != period.text), key=lambda one: one.first)
    if period.kind == "days":  # no calendar says which days come before
        return [*before[1 - _MOST :], period]
    slots = [period]
    while before and slots[-1].first > before[0].first and len(slots) < _MOST:
        slots.append(earlier(slots[-1]))
    return slots[::-1]


def _series(every: Sequence[Past]) -> Iterator[tuple[str, Leg, str]]:
    names = {name for one in every for name in one.rates}
    for leg in Leg:
        if f"match_count.{leg}" in names:
            yield "count", leg, ""
    for leg in Leg:
        prefix = f"match_value.{leg}."
        for name in sorted(name for name in names if name.startswith(prefix)):
            yield "value", leg, name.removeprefix(prefix)


def _point(period: Period, rates: Mapping[str, Rate], measure: str, leg: Leg, currency: str) -> _Point:
    rate = rates.get(f"match_count.{leg}" if measure == "count" else f"match_value.{leg}.{currency}")
    if rate is None or not rate.denominator:
        return _Point(period, None, is_judged=False)
    return _Point(period, rate, is_judged=rate.level != Level.TOO_FEW)


def _rows(points: Sequence[_Point]) -> Iterator[dict[str, object]]:
    values = [one.rate.numerator / one.rate.denominator if one.rate else None for one in points]
    judged = [value if one.is_judged else None for one, value in zip(points, values, strict=True)]
    limits = _limits(judged)
    told = signals(judged, limits) if limits else (frozenset(),) * len(points)
    size = sum(value is not None for value in judged)
    of_series = {name: _rounded(getattr(limits, name)) if limits else pd.NA for name in ("mean", "lower", "upper")}
    for one, value, found in zip(points, values, told, strict=True):
        yield {
            "period": one.period.text,
            "first_day": pd.Timestamp(one.period.first),
            "numerator": one.rate.numerator if one.rate else pd.NA,
            "denominator": one.rate.denominator if one.rate else pd.NA,
            "value": pd.NA if value is None else _rounded(value),
            "is_judged": one.is_judged,
            "points": size,
            "signals": " ".join(sorted(found)),
        } | of_series


def _limits(judged: Sequence[float | None]) -> Limits | None:
    """Limits of the baseline; None where there are not points enough to judge by."""
    seen = [at for at, value in enumerate(judged) if value is not None]
    baseline = judged[: seen[_BASELINE - 1] + 1] if len(seen) > _BASELINE else judged
    found = limits_of(baseline, least=0, most=1)
    return found if found and found.enough else None


def _rounded(value: float) -> float:
    return round(value, 9)
