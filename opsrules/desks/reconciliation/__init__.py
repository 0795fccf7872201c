"""The reconciliation desk: orders to processor lines, lines to payouts, payouts to the bank."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd

from opsrules.desks.reconciliation.arrivals import arrival_breaks
from opsrules.desks.reconciliation.breaks import Break, leg_breaks
from opsrules.desks.reconciliation.bridge import sales_to_bank
from opsrules.desks.reconciliation.carried import carry
from opsrules.desks.reconciliation.causes import CauseBook, causes_of, with_causes
from opsrules.desks.reconciliation.chains import concentrations, explained, named_causes, with_said
from opsrules.desks.reconciliation.chargebacks import chargeback_breaks, chargebacks_table
from opsrules.desks.reconciliation.controls import control_totals, excluded_rows
from opsrules.desks.reconciliation.conversions import Rates, without_conversions
from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.disputes import Case, cases_of
from opsrules.desks.reconciliation.events import charged_fees, fee_breaks, file_breaks
from opsrules.desks.reconciliation.fates import follow
from opsrules.desks.reconciliation.findings import Judged, findings_table, judge, rows_of_breaks
from opsrules.desks.reconciliation.known import with_standing
from opsrules.desks.reconciliation.legs import run_legs
from opsrules.desks.reconciliation.metrics import metrics_table
from opsrules.desks.reconciliation.model import Ask, Exports
from opsrules.desks.reconciliation.overlaps import overlap_breaks
from opsrules.desks.reconciliation.payout_bridge import payout_bridges
from opsrules.desks.reconciliation.payouts import payouts_at_bank
from opsrules.desks.reconciliation.personal import personal_breaks
from opsrules.desks.reconciliation.prepare import Prepared, prepare
from opsrules.desks.reconciliation.reserved import reserve_breaks
from opsrules.desks.reconciliation.reserves import reserve_tables
from opsrules.desks.reconciliation.stories import Library
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
from opsrules.desks.reconciliation.writing_off import with_write_offs, write_offs
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
    stories: pd.DataFrame
    cases: list[Case]


def _match(ask: Ask, exports: Exports, snapshot: Snapshot) -> _Matched:
    read = prepare(ask, exports)
    ready, carried = carry(ask, exports, read, snapshot.items, snapshot.watched)
    rates = Rates(ask, read.lines)
    legs = run_legs(ask, ready, carried)
    legs |= without_conversions(legs, ready, rates)
    totals = control_totals(exports, legs)
    fees = charged_fees(ask, read)
    cases = cases_of(ask, read)

    def of_lines(asked: Ask) -> list[Break]:
        return [*fee_breaks(asked, charged_fees(asked, read)), *chargeback_breaks(asked, cases_of(asked, read))]

    breaks = [
        *leg_breaks(ask, ready, legs, rates),
        *arrival_breaks(ask, ready, legs, rates),
        *fee_breaks(ask, fees),
        *chargeback_breaks(ask, cases),
        *reserve_breaks(ask, read),
        *file_breaks(ask, exports, read),
        *personal_breaks(ask, exports),
        *unknown_breaks(ask, exports),
        *overlap_breaks(ask, read),
    ]
    library = Library(ask, ready, legs, carried, {one.name: one.sha256 for one in exports.files})
    followed = follow(library, breaks, of_lines)
    return _Matched(ready, legs, totals, fees, followed.breaks, followed.stories, cases)


def rows_for_rules(ask: Ask, exports: Exports) -> pd.DataFrame:
    """What the rules judge in one account and period: a row a break, with its item_id, source_file and source_line.

    Raises
    ------
    ControlTotalsError
        If rows in differ from rows accounted for.
    """
    nothing = Snapshot(ask.account.account, Desk.RECONCILIATION, ask.period.text)
    return rows_of_breaks(ask, _match(ask, exports, nothing).breaks)


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
    matched = _match(ask, exports, snapshot)
    ready, legs, totals, fees, breaks = matched.ready, matched.legs, matched.totals, matched.fees, matched.breaks
    judged, result = judge(ask, breaks, rules)
    found_causes = causes_of(ask, ready, legs, fees=fees, breaks=breaks, book=book)
    judged = with_standing(with_said(with_causes(judged, found_causes), snapshot, book.taxonomy), snapshot)
    given_up = write_offs(ask, judged, snapshot)
    snapshot = with_write_offs(ask, judged, given_up, snapshot)
    judged = with_standing(judged, snapshot)
    metrics = metrics_table(ask, totals, fees, judged, legs)
    bridge = sales_to_bank(ask, ready, legs, breaks)
    payouts = payouts_at_bank(ask, ready, legs[Leg.PAYOUTS_BANK], breaks)
    tables = analyst_tables(ready, exports, legs) | coverage_tables(result)
    tables |= {
        "bridge": bridge,
        **payout_bridges(ask, ready, legs[Leg.PAYOUTS_BANK], payouts, bridge=bridge, breaks=breaks),
        **reserve_tables(ask, ready, bridge),
        "ageing": ageing(judged),
        "causes": causes(judged),
        "cause_counts": found_causes.counts,
        "concentrations": concentrations(judged),
        "named_causes": named_causes(snapshot, book.taxonomy),
        "payouts": payouts,
        "fees": fees_by_contract(ask, fees),
        "chargebacks": chargebacks_table(ask, matched.cases),
        "excluded": excluded_rows(legs),
        "rejects": exports.rejects,
        "controls": controls(exports),
        "gaps": _gaps(ask, exports),
        "stories": matched.stories,
        "write_offs": given_up,
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
