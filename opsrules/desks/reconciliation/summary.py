"""The review in words: level, first sentence, what needs somebody, headline figures, the proof's lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import pandas as pd

from opsrules.desks.reconciliation.coverage import LegResult
from opsrules.desks.reconciliation.findings import Judged
from opsrules.desks.reconciliation.metrics import needs_work
from opsrules.desks.reconciliation.model import Ask, Exports
from opsrules.money import format_amount, format_minor
from opsrules.review import Need
from opsrules.terms import Desk, Leg, Level

__all__ = ["amounts_of", "amounts_words", "checks", "figures", "lede", "level_of", "needs", "nothing_in_period"]

_NO_RULE = "No rule in force judges {count} of the breaks, worth {amount}."
_NO_RULE_STEP = "Write a rule for them, or put one in force on the as-of day."


def nothing_in_period(totals: pd.DataFrame) -> bool:
    """Whether no row of any side was matched, open or rejected: all that was read lies outside the period."""
    return not totals[["matched", "open", "rejected"]].to_numpy().any()


def level_of(judged: list[Judged], totals: pd.DataFrame) -> Level:
    """Worst level of the findings that nobody settled; too few where nothing of the period was read."""
    if nothing_in_period(totals):
        return Level.TOO_FEW
    levels = (Level.of(one.severity) for one in judged if not one.settled)
    return min(levels, key=lambda level: level.rank, default=Level.HEALTHY)


def amounts_of(judged: Iterable[Judged], first: str) -> tuple[tuple[str, int], ...]:
    """Currency and summed size of the findings; the account's own currency first, then by name; never added."""
    sums: dict[str, int] = {}
    for one in judged:
        if one.fact.amount_minor:
            sums[one.fact.currency] = sums.get(one.fact.currency, 0) + abs(one.fact.amount_minor)
    return tuple(sorted(sums.items(), key=lambda pair: (pair[0] != first, pair[0])))


def amounts_words(amounts: tuple[tuple[str, int], ...]) -> str:
    """EUR 1.00 and USD 2.00; "nothing" for none."""
    spelled = [format_amount(minor, currency) for currency, minor in amounts]
    return " and ".join([", ".join(spelled[:-1]), spelled[-1]] if len(spelled) > 1 else spelled) or "nothing"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def lede(ask: Ask, judged: list[Judged], totals: pd.DataFrame) -> str:
    """One sentence: amount and consequence."""
    if nothing_in_period(totals):
        return "No rows of this period were read, so nothing can be said about it."
    work = [one for one in judged if needs_work(one)]
    if not work:
        waiting = len([one for one in judged if one.fact.leg and not one.settled])
        rest = f"; {_count(waiting, 'item', 'items')} only need time" if waiting else ""
        if settled := [one for one in judged if one.settled]:
            amounts = amounts_of(settled, ask.account.currency)
            worth = f", {amounts_words(amounts)}" if amounts else ""
            return f"Nothing needs work: people settled {_count(len(settled), 'finding', 'findings')}{worth}{rest}."
        return f"Every order, processor line, payout and bank line has its counterpart{rest}."
    money = [one for one in work if one.fact.amount_minor]
    data = len(work) - len(money)
    parts = []
    if money:
        amount = amounts_words(amounts_of(money, ask.account.currency))
        parts.append(f"{amount} in {_count(len(money), 'item', 'items')} {'needs' if len(money) == 1 else 'need'} work")
    if data:
        verb = "needs" if data == 1 else "need"
        parts.append(f"{_count(data, 'fault', 'faults')} of the files {verb} mending")
    return " and ".join(parts) + "."


def needs(ask: Ask, judged: list[Judged]) -> tuple[Need, ...]:
    """What somebody has to decide or do, one per rule, worst and largest first."""
    by_rule: dict[str, list[Judged]] = {}
    for one in judged:
        if needs_work(one):
            by_rule.setdefault(one.rule.id if one.rule else "", []).append(one)
    found = [_need(ask, group) for group in by_rule.values()]
    own = ask.account.currency
    found.sort(key=lambda need: (need.level.rank, -dict(need.amounts).get(own, 0), -need.count, need.rule_id))
    return tuple(found)


def _need(ask: Ask, group: list[Judged]) -> Need:
    lead, rule = group[0], group[0].rule
    amounts = amounts_of(group, ask.account.currency)
    told = {"count": f"{len(group):,}", "amount": amounts_words(amounts)}
    headline = (rule.headline if rule else _NO_RULE).format(**told) if len(group) > 1 or not rule else lead.message
    due = min((one.due for one in group if one.due), default=None)
    return Need(
        level=Level.of(lead.severity),
        headline=headline,
        detail=rule.next_step if rule else _NO_RULE_STEP,
        owner=lead.owner,
        desk=Desk.RECONCILIATION.words(),
        due=due.isoformat() if due else "",
        rule_id=rule.id if rule else "",
        count=len(group),
        amounts=amounts,
    )


def figures(
    ask: Ask, judged: list[Judged], totals: pd.DataFrame, bridge: pd.DataFrame, metrics: pd.DataFrame
) -> pd.DataFrame:
    """At most five headline figures: label, prefix, figure, suffix, sub; all text."""
    own = ask.account.currency
    rows: list[tuple[str, str, str, str, str]] = []
    received = bridge[(bridge["step"] == "Received at the bank") & (bridge["currency"] == own)]
    if len(received):
        sold = int(bridge.loc[(bridge["step"] == "Gross sales") & (bridge["currency"] == own), "amount_minor"].sum())
        got = int(received["amount_minor"].iloc[0])
        sub = f"{Decimal(got) * 100 / sold:.1f}% of gross sales" if sold else ""
        rows.append(("Received at the bank", own, format_minor(got, own), "", sub))
    matched, waiting = int(totals["matched"].sum()), int(totals["open"].sum())
    if matched + waiting:
        share = f"{Decimal(matched) * 100 / (matched + waiting):.2f}"
        rows.append(
            ("Rows matched", "", share, "%", f"{waiting:,} open and {matched:,} matched rows, counted on each leg")
        )
    work = [one for one in judged if needs_work(one) and one.fact.amount_minor]
    amounts = dict(amounts_of(work, own))
    others = tuple((currency, minor) for currency, minor in amounts.items() if currency != own)
    sub = _count(len(work), "item", "items") + (f"; besides {amounts_words(others)}" if others else "")
    rows.append(("Open, needs work", own, format_minor(amounts.get(own, 0), own), "", sub))
    rows += _fee_figure(metrics, own)
    oldest = metrics.loc[metrics["metric_id"] == "oldest_open", "numerator"].iloc[0]
    rows.append(("Oldest open item", "", str(oldest), "day" if oldest == 1 else "days", "of those that need work"))
    return pd.DataFrame(rows, columns=["label", "prefix", "figure", "suffix", "sub"], dtype="str")


def _fee_figure(metrics: pd.DataFrame, own: str) -> list[tuple[str, str, str, str, str]]:
    rate = metrics[metrics["metric_id"] == f"fee_rate.{own}"]
    if rate.empty or rate["level"].iloc[0] == Level.TOO_FEW:
        return []
    value, target = (Decimal(rate[name].iloc[0]) / 100 for name in ("value", "target"))
    return [("Fees, share of charges", "", f"{value:.2f}", "%", f"the contract says {target:.2f}%")]


def checks(exports: Exports, legs: Mapping[Leg, LegResult], totals: pd.DataFrame, judged: list[Judged]) -> pd.DataFrame:
    """Lines of the proof box: text, holds."""
    placed = sum(one.fact.rows for one in judged if one.fact.leg)
    waiting = int(totals["open"].sum())
    lines = [
        # The first four are asserted before a review is given out: one in which they fail is never shown.
        (f"Rows in = matched + open + excluded + rejected, on {len(totals)} lines of the table", True),
        ("No row is used by two matches, and no match is further apart than its rule allows", True),
        ("What was open before and what became of it come to what is open now", True),
        ("Every step from sales to the bank adds up to the bank's own figure", True),
        (f"Each of the {waiting:,} open rows belongs to one finding", placed == waiting),
    ]
    if exports.controls:
        held = sum(control.holds for control in exports.controls)
        text = f"{held} of {len(exports.controls)} control figures inside the files agree with their rows"
        lines.append((text, held == len(exports.controls)))
    for leg, result in legs.items():
        for rule, why in result.matching.skipped:
            lines.append((f"{leg.words()}: {rule} was not tried, {why}", False))
    return pd.DataFrame(lines, columns=["text", "holds"]).astype({"text": "str", "holds": "bool"})
