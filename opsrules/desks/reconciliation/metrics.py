"""The desk's metrics: rates with both parts, sums as themselves."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd

from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.findings import Judged
from opsrules.desks.reconciliation.model import Ask
from opsrules.review import METRICS
from opsrules.terms import Desk, Leg, Level, Severity

__all__ = ["FEWEST_CASES", "metrics_table", "needs_work"]

FEWEST_CASES = 30
"""A rate on fewer cases says nothing, where a rule names no other minimum."""


def needs_work(one: Judged) -> bool:
    """Whether somebody has to act: everything but findings of low severity, and those that people settled."""
    return one.severity is not Severity.LOW and not one.settled


def metrics_table(
    ask: Ask, totals: pd.DataFrame, fees: pd.DataFrame, judged: list[Judged], legs: Mapping[Leg, LegResult]
) -> pd.DataFrame:
    """Return the columns `opsrules.review.METRICS`.

    ``match_rate.<leg>.<side>``: matched / (matched + open) rows, percent. ``match_count.<leg>`` and
    ``match_value.<leg>.<currency>``: the same of the rows of the period alone, both sides together, by count and by
    amount without sign: what earlier periods left open lowers them no further. ``fee_rate.<currency>``: fees / gross of
    the charges under contract, bps, target = what the contract gives. ``open_needs_work.<currency>``: minor units
    without sign. ``rejected_rows``: rejected / rows in, percent. ``oldest_open``: days. A rate's level is at_risk where
    it misses its target, too_few on fewer than 30 cases; sums have none.
    """
    rows = [
        *_match_rates(totals),
        *_of_period(ask, legs),
        *_fee_rates(fees),
        *_open(judged),
        _rejected(totals),
        _oldest(judged),
    ]
    common = {"account": ask.account.account, "period": ask.period.text, "desk": Desk.RECONCILIATION.value}
    table = pd.DataFrame([common | row for row in rows], columns=list(METRICS))
    texts = ("account", "period", "desk", "metric_id", "value", "unit", "target", "level")
    return table.astype({"numerator": "Int64", "denominator": "Int64"} | dict.fromkeys(texts, "str"))


def _rate(name: str, parts: tuple[int, int], unit: str, target: str, *, at_least: bool) -> dict[str, object]:
    """One rate with both parts, judged against its target; on fewer cases than `FEWEST_CASES` it is not judged at all.

    Rates are compared as fractions, so that rounding the value shown never decides a level.
    """
    numerator, denominator = parts
    scale = {"percent": 100, "bps": 10_000}[unit]
    level, value = Level.TOO_FEW, ""
    if denominator:
        exact = Decimal(numerator) * scale / denominator
        value = f"{exact:.4f}"
        kept = exact >= Decimal(target) if at_least else exact <= Decimal(target)
        level = Level.TOO_FEW if denominator < FEWEST_CASES else Level.HEALTHY if kept else Level.AT_RISK
    return {
        "metric_id": name,
        "numerator": numerator,
        "denominator": denominator,
        "value": value,
        "unit": unit,
        "target": target,
        "level": level.value,
    }


def _sum(name: str, value: int, unit: str) -> dict[str, object]:
    return {
        "metric_id": name,
        "numerator": value,
        "denominator": pd.NA,
        "value": str(value),
        "unit": unit,
        "target": "",
        "level": "",
    }


def _match_rates(totals: pd.DataFrame) -> list[dict[str, object]]:
    summed = totals.groupby(["leg", "side"], sort=False)[["matched", "open"]].sum().reset_index()
    return [
        _rate(f"match_rate.{leg}.{side}", (matched, matched + waiting), "percent", "100", at_least=True)
        for leg, side, matched, waiting in summed.itertuples(index=False)
    ]


def _of_period(ask: Ask, legs: Mapping[Leg, LegResult]) -> list[dict[str, object]]:
    first, last = pd.Timestamp(ask.period.first), pd.Timestamp(ask.period.last)
    counts, values = [], []
    for leg, result in legs.items():
        parts = []
        for table, status in (result.side("left"), result.side("right")):
            counted = (status["status"] != "excluded").to_numpy(dtype=bool) & table["on"].between(
                first, last
            ).to_numpy()
            done = (status["status"] == "matched").to_numpy(dtype=bool)[counted]
            size = table["amount_minor"].abs()[counted]
            parts.append(
                table.loc[counted, ["currency"]].assign(matched=done, rows=1, done=size.where(done, 0), size=size)
            )
        both = pd.concat(parts)
        rows = (int(both["matched"].sum()), len(both))
        counts.append(_rate(f"match_count.{leg}", rows, "percent", "100", at_least=True))
        summed = both.groupby("currency", sort=True)[["done", "size", "rows"]].sum()
        for currency, done, size, cases in summed.itertuples():
            rate = _rate(f"match_value.{leg}.{currency}", (int(done), int(size)), "percent", "100", at_least=True)
            # The parts are sums of money; the cases are rows.
            values.append(rate | ({"level": Level.TOO_FEW.value} if cases < FEWEST_CASES else {}))
    return [*counts, *values]


def _fee_rates(fees: pd.DataFrame) -> list[dict[str, object]]:
    out = []
    for currency, rows in fees.groupby("currency", sort=True):
        gross, expected = int(rows["gross_minor"].sum()), int(rows["expected_minor"].sum())
        target = f"{Decimal(expected) * 10_000 / gross:.4f}" if gross else "0"
        rate = _rate(f"fee_rate.{currency}", (int(rows["fee_minor"].sum()), gross), "bps", target, at_least=False)
        # The parts are sums of money; the cases are the charges. Charged against expected is compared in whole cents.
        over = int(rows["over_minor"].sum()) > 0
        level = Level.TOO_FEW if len(rows) < FEWEST_CASES else Level.AT_RISK if over else Level.HEALTHY
        out.append(rate | {"level": level.value})
    return out


def _open(judged: list[Judged]) -> list[dict[str, object]]:
    sums: dict[str, int] = {}
    for one in judged:
        if needs_work(one):
            sums[one.fact.currency] = sums.get(one.fact.currency, 0) + abs(one.fact.amount_minor)
    return [_sum(f"open_needs_work.{currency}", value, "minor units") for currency, value in sorted(sums.items())]


def _rejected(totals: pd.DataFrame) -> dict[str, object]:
    # A table stands on several legs; its rows in and rejects are the same on each.
    once = totals.drop_duplicates(["side", "source", "currency"])
    parts = (int(once["rejected"].sum()), int(once["rows_in"].sum()))
    return _rate("rejected_rows", parts, "percent", "0", at_least=False)


def _oldest(judged: list[Judged]) -> dict[str, object]:
    ages = [one.fact.age_days for one in judged if needs_work(one) and one.fact.leg and one.fact.age_days is not None]
    return _sum("oldest_open", max(ages, default=0), "days")
