"""``opsrules explain``: whether a measure of an account changed, where the change is concentrated, what moved it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, AsOfDay, PeriodText, WorkspaceFolder

if TYPE_CHECKING:
    from opsrules.rootcause import Explanation

__all__ = ["explain"]


def explain(
    *,
    account: Annotated[str, typer.Option("--account", metavar="NAME", help="Account to look at.")],
    metric: Annotated[
        str,
        typer.Option(
            "--metric",
            metavar="M",
            help="sales, orders, captured, open_amount, match_rate, refund_rate, fee_rate or chargeback_rate.",
        ),
    ],
    against: Annotated[
        str,
        typer.Option("--against", metavar="PERIOD", help="Period to compare with.", show_default="the one before"),
    ] = "",
    period: PeriodText = "",
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by", metavar="DIM", help="Dimension to look in; may be given again.", show_default="all the files fill"
        ),
    ] = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Look for slices even where there is no signal.")] = False,
    workspace: WorkspaceFolder = Path(),
    as_of: AsOfDay = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a measure changed, and in which slices the change is concentrated.

    Without a signal - a change larger than this account usually varies - no slice is offered. Nothing is written.

    Example:  opsrules explain --account northwind --metric match_rate --by country
    """
    from opsrules.cli.clock import asked_days  # noqa: PLC0415
    from opsrules.pipeline import open_review  # noqa: PLC0415
    from opsrules.rootcause import explore, measure_named  # noqa: PLC0415
    from opsrules.rootcause.measures import hold_dimensions  # noqa: PLC0415

    names = hold_dimensions(measure_named(metric), by or ())
    day, days = asked_days(as_of, period)
    review = open_review("reconciliation", account, days.text, workspace, day)
    (found,) = explore(review, metric, against, names, anyway=anyway).explanations
    if as_json:
        say_json(_as_json(account, found))
        return
    _say(review.account_name, found)


def _say(name: str, found: Explanation) -> None:
    from opsrules.cli.tables import say_table  # noqa: PLC0415
    from opsrules.rootcause.localisation import told  # noqa: PLC0415
    from opsrules.rootcause.phrases import confidence_of, share_of  # noqa: PLC0415

    say(name)
    for line in found.lines:
        say(line)
    if found.localisation and found.localisation.slices:
        say()
        rows = [
            [
                *(told(one.where), found.effect(one.effect), share_of(one.share), confidence_of(one.confidence)),
                " or ".join(told(same) for same in one.equivalents[:3]),
            ]
            for one in found.localisation.slices
        ]
        say_table(["Concentrated in", "Effect", "Share", "Confidence", "Same rows as"], rows, (1, 2, 3))
    if found.drivers:
        say()
        say_table(["What moved it", found.unit], [[one.label, found.step(one)] for one in found.drivers.steps], (1,))
    if not found.localisation and not found.is_signal:
        say("To look for slices all the same: --anyway")


def _as_json(account: str, found: Explanation) -> dict[str, Any]:
    judged, where = found.judgement, found.localisation
    return {
        "account": account,
        "metric": found.measure.id,
        "unit": found.measure.unit,
        "currency": found.currency,
        "period": found.period.text,
        "against": found.against.text,
        "before": _number(found.before),
        "expected": _number(found.expected),
        "value": _number(found.value),
        "signal": judged.found.value,
        "limits": {"lower": _number(judged.lower), "upper": _number(judged.upper), "of": _number(judged.value)},
        "earlier": {"points": judged.points, "by": judged.by},
        "dimensions": list(found.dimensions),
        "slices": None
        if where is None
        else [
            {
                "where": {str(key): value for key, value in one.where.items()},
                "effect": _number(one.effect),
                "share": _number(one.share),
                "confidence": one.confidence,
                "equivalents": [{str(key): value for key, value in same.items()} for same in one.equivalents],
            }
            for one in where.slices
        ],
        "unexplained": _number(where.unexplained) if where else None,
        "drivers": dict(found.drivers.effects) if found.drivers else None,
    }


def _number(value: float) -> float | None:
    """A number for a machine, None where there is none: JSON has no NaN."""
    return None if value != value else float(value)  # noqa: PLR0124 - nan
