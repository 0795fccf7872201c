"""The reconciliation desk: orders to processor lines, lines to payouts, payouts to the bank."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd

from opsrules.desks.reconciliation.breaks import Break, leg_breaks
from opsrules.desks.reconciliation.bridge import sales_to_bank
from opsrules.desks.reconciliation.causes import CauseBook, causes_of, with_causes
from opsrules.desks.reconciliation.chains import concentrations, explained, named_causes, with_said
from opsrules.desks.reconciliation.controls import control_totals, excluded_rows
from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.events import chargeback_breaks, charged_fees, fee_breaks, file_breaks
from opsrules.desks.reconciliation.findings import Judged, findings_table, judge, rows_of_breaks
from opsrules.desks.reconciliation.known import with_standing
from opsrules.desks.reconciliation.legs import run_legs
from opsrules.desks.reconciliation.metrics import metrics_table
from opsrules.desks.reconciliation.model import Ask, Exports
from opsrules.desks.reconciliation.overlaps import overlap_breaks
from opsrules.desks.reconciliation.payouts import payouts_at_bank
from opsrules.desks.reconciliation.personal import personal_breaks
from opsrules.desks.reconciliation.prepare import Prepared, prepare
from opsrules.desks.reconciliation.strangers import unknown_breaks
from opsrules.desks.reconciliation.summary import checks, figures, lede, level_of, needs
from opsrules.desks.reconciliation.tables import (
    ageing,
    analyst_tables,
    causes,
    controls,
    fees_by_contract,
)
from opsrules.desks.reconciliation.vocabulary import Actions, Variables
from opsrules.moves import roll_forward
from opsrules.review import Provenance, Review
from opsrules.rules import Rules, coverage_tables
from opsrules.sources.gaps import gaps_of, gaps_table
from opsrules.standing import Snapshot
from opsrules.terms import Desk, Leg

__all__ = ["Actions", "Ask", "CauseBook", "Exports", "Variables", "review", "rows_for_rules"]


@dataclass(frozen=True)
class _Matched:
    """What is known of an account before any rule is asked."""

    ready: Prepared
    legs: dict[Leg, LegResult]
    totals: pd.DataFrame
    fees: pd.DataFrame
    breaks: list[Break]


def _match(ask: Ask, exports: Exports) -> _Matched:
    ready = prepare(ask, exports)
    legs = run_legs(ask, ready)
    totals = control_totals(exports, legs)
    fees = charged_fees(ask, ready)
    breaks = [
        *leg_breaks(ask, ready, legs),
        *fee_breaks(ask, fees),
        *chargeback_breaks(ask, ready),
        *file_breaks(ask, exports, ready),
        *personal_breaks(ask, exports),
        *unknown_breaks(ask, exports),
        *overlap_breaks(ask, ready),
    ]
    return _Matched(ready, legs, totals, fees, breaks)


def rows_for_rules(ask: Ask, exports: Exports) -> pd.DataFrame:
    """What the rules judge in one account and period: a row a break, with its item_id, source_file and source_line.

    Raises
    ------
    ControlTotalsError
        If rows in differ from rows accounted for.
    """
    return rows_of_breaks(ask, _match(ask, exports).breaks)


def review(
    ask: Ask, exports: Exports, rules: Rules, provenance: Provenance, snapshot: Snapshot, *, book: CauseBook
) -> Review:
    """Reconcile one account and period; what people gave, set and settled stands in `snapshot`, causes in `book`.

    Raises
    ------
    ControlTotalsError
        If rows in differ from rows accounted for, the bridge does not lead to the bank's figure, or what was open
        before and what became of it do not come to what is open now.
    ReviewError
        If a rule fails on a break.
    """
    matched = _match(ask, exports)
    ready, legs, totals, fees, breaks = matched.ready, matched.legs, matched.totals, matched.fees, matched.breaks
    judged, result = judge(ask, breaks, rules)
    found_causes = causes_of(ask, ready, legs, fees=fees, breaks=breaks, book=book)
    judged = with_standing(with_said(with_causes(judged, found_causes), snapshot, book.taxonomy), snapshot)
    metrics = metrics_table(ask, totals, fees, judged)
    bridge = sales_to_bank(ask, ready, legs, breaks)
    payouts = payouts_at_bank(ask, ready, legs[Leg.PAYOUTS_BANK], breaks)
    tables = analyst_tables(ready, exports, legs) | coverage_tables(result)
    tables |= {
        "bridge": bridge,
        "ageing": ageing(judged),
        "causes": causes(judged),
        "cause_counts": found_causes.counts,
        "concentrations": concentrations(judged),
        "named_causes": named_causes(snapshot, book.taxonomy),
        "payouts": payouts,
        "fees": fees_by_contract(ask, fees),
        "excluded": excluded_rows(legs),
        "rejects": exports.rejects,
        "controls": controls(exports),
        "gaps": _gaps(ask, exports),
        "checks": checks(exports, legs, totals, judged),
        "figures": figures(ask, judged, totals, bridge, metrics),
    }
    found = Review(
        account=ask.account.account,
        account_name=ask.account.name,
        desk=Desk.RECONCILIATION,
        period=ask.period,
        as_of=ask.as_of,
        currency=ask.account.currency,
        zone=ask.account.zone,
        cut_off=ask.account.cut_off,
        simulated=ask.account.simulated,
        level=level_of(judged, totals),
        lede=lede(ask, judged, totals),
        needs=needs(ask, judged),
        findings=findings_table(ask, judged),
        metrics=metrics,
        control_totals=totals,
        tables=tables,
        explanations={one.fact.item_id: _explanation(one) for one in judged},
        provenance=provenance,
        owners=ask.account.owners,
        snapshot=snapshot,
    )
    return replace(found, tables={**found.tables, "roll_forward": roll_forward(found)})


def _gaps(ask: Ask, exports: Exports) -> pd.DataFrame:
    """What the period lacks, up to the day before the as-of day: lines of that day may still come."""
    read = {"orders": exports.orders, "processor_lines": exports.lines, "bank_lines": exports.bank}
    found = gaps_of(read, ask.account, exports.covers, ask.period, ask.as_of - timedelta(days=1))
    return gaps_table(found)


def _explanation(one: Judged) -> dict[str, object]:
    fact: Break = one.fact
    rule = {"id": one.rule.id, "name": one.rule.name, "severity": one.rule.severity} if one.rule else None
    return {
        "class": str(one.break_class),
        "message": one.message,
        "rule": rule,
        "conditions": [dict(condition) for condition in one.conditions],
        "rules_fired": list(one.fired),
        "cause": dict(one.why_cause),
        "expected_minor": fact.expected_minor,
        "actual_minor": fact.actual_minor,
        "currency": fact.currency,
        "source": f"{fact.source_file}:{fact.source_line}",
        "other_side": fact.note,
        "matching": fact.explanation,
        **explained(one),
    }
