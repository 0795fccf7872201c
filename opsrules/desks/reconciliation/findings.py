"""From breaks to findings: the rules decide class, severity, owner and due day, and say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from opsrules.desks.reconciliation.breaks import Break, as_frame
from opsrules.desks.reconciliation.model import Ask
from opsrules.errors import ControlTotalsError, ReviewError
from opsrules.money import format_amount
from opsrules.periods import day_words
from opsrules.review import FINDINGS
from opsrules.rules import Result, Rule, Rules
from opsrules.terms import BreakClass, Desk, Severity

__all__ = ["Judged", "findings_table", "judge", "rows_of_breaks"]


@dataclass(frozen=True)
class Judged:
    """One break with what the rules made of it.

    Attributes
    ----------
    fact : Break
    rule : Rule or None
        The most severe rule that fired, first in file order among equals; None when no rule raised a finding.
    fired : tuple of str
        Ids of all rules that fired, in file order.
    break_class, cause, owner : str
        The cause is a code of the taxonomy, "" where none is known.
    other_classes : tuple of str
    due : date or None
    message : str
    conditions : tuple of mapping
        The rule's conditions with the values seen: variable, operator, constant, seen, outcome.
    why_cause : mapping
        What names the cause, as `opsrules.rootcause.Classified.explain` tells it; empty before it was asked.
    settled : bool
        Whether people resolved it or wrote it off, so that it needs nobody.
    """

    fact: Break
    rule: Rule | None
    fired: tuple[str, ...]
    break_class: str
    other_classes: tuple[str, ...]
    cause: str
    owner: str
    due: date | None
    message: str
    conditions: tuple[Mapping[str, Any], ...] = ()
    why_cause: Mapping[str, Any] = field(default_factory=dict)
    settled: bool = False

    @property
    def severity(self) -> Severity:
        """Severity of the rule; medium where no rule raised anything."""
        # What no rule judges is never taken for harmless.
        return _severity(self.rule) if self.rule else Severity.MEDIUM


def _severity(rule: Rule) -> Severity:
    return rule.severity or Severity.LOW


def judge(ask: Ask, breaks: list[Break], rules: Rules) -> tuple[list[Judged], Result]:
    """Run the rules over the breaks: one judgement per break, most severe first, then by size; and the run itself.

    Raises
    ------
    ControlTotalsError
        If two breaks share an id.
    ReviewError
        If a rule fails on a break, naming both; if two rows of a unique decision table fire on one.
    """
    breaks = _in_order(breaks)
    frame = _for_rules(ask, as_frame(breaks))
    outcomes: dict[int, list[tuple[str, str, dict[str, Any]]]] = {}
    result = rules.run(frame, on_error="collect")
    _hold_judged(result, frame)
    for row in result.apply().to_dict("records"):
        outcomes.setdefault(row["row"], []).append((row["rule_id"], row["action"], row["params"]))
    seen = _seen(result, outcomes)
    known = {rule.id: rule for rule in rules.rules}
    judged = [_judge_one(ask, fact, outcomes.get(position, []), known) for position, fact in enumerate(breaks)]
    judged = [
        replace(one, conditions=tuple(seen.get((position, one.rule.id), ()))) if one.rule else one
        for position, one in enumerate(judged)
    ]
    judged.sort(key=lambda one: (one.severity.rank, -abs(one.fact.amount_minor), one.fact.item_id))
    return judged, result


def _hold_judged(result: Result, frame: pd.DataFrame) -> None:
    """Hold that every rule could judge every item, and that no unique table decides one twice."""
    if len(result.errors):
        worst = result.errors.iloc[0]
        item = frame["item_id"].iat[int(worst["row"])]
        msg = f"rule {worst['rule_id']}: variable {worst['variable']} failed on item {item}: {worst['message']}"
        raise ReviewError(msg)
    for conflict in result.conflicts().to_dict("records"):
        item = frame["item_id"].iat[int(conflict["example_row"])]
        both = f"{conflict['first']} and {conflict['second']}"
        msg = f"table {conflict['table']} is unique, and {both} both fire on {conflict['rows']} items, such as {item}"
        raise ReviewError(msg)


def rows_of_breaks(ask: Ask, breaks: list[Break]) -> pd.DataFrame:
    """What the rules are asked of: a row a break, by class and size, with its evidence.

    Raises
    ------
    ControlTotalsError
        If two breaks share an id.
    """
    return _for_rules(ask, as_frame(_in_order(breaks)))


def _in_order(breaks: list[Break]) -> list[Break]:
    """Breaks in the order in which rules see them; no two share an id, for one would hide the other."""
    ordered = sorted(breaks, key=lambda one: (one.break_class, -abs(one.amount_minor), one.item_id))
    seen: set[str] = set()
    for one in ordered:
        if one.item_id in seen:
            msg = f"two breaks have the id {one.item_id}, the second at {one.source_file}:{one.source_line}"
            raise ControlTotalsError(msg)
        seen.add(one.item_id)
    return ordered


def _seen(result: Result, outcomes: Mapping[int, Any]) -> dict[tuple[int, str], list[dict[str, Any]]]:
    """What each rule that did something saw, by row and rule; values as text where JSON has none of their kind."""
    told: dict[tuple[int, str], list[dict[str, Any]]] = {}
    fired = {(row, rule_id) for row, done in outcomes.items() for rule_id, _, _ in done}
    for one in result.why(sorted(outcomes)).to_dict("records"):
        if (one["row"], one["rule_id"]) in fired:
            condition = {name: one[name] for name in ("variable", "operator", "outcome")}
            condition |= {name: _plain(one[name]) for name in ("constant", "seen")}
            told.setdefault((one["row"], one["rule_id"]), []).append(condition)
    return told


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _for_rules(ask: Ask, frame: pd.DataFrame) -> pd.DataFrame:
    """Add what rules ask for and a break does not carry: size, factor, materiality, an age for what has none."""
    size = frame["amount_minor"].map(abs)
    sides = zip(frame["expected_minor"], frame["actual_minor"], strict=True)
    return frame.assign(
        size_minor=size,
        factor=pd.Series([_factor(expected, actual) for expected, actual in sides], index=frame.index, dtype=object),
        material=pd.Series(_material(ask, frame["currency"], size), index=frame.index, dtype=object),
        age_days=pd.Series([0 if age is None else age for age in frame["age_days"]], index=frame.index, dtype=object),
    )


def _material(ask: Ask, currencies: Iterable[str], sizes: Iterable[int]) -> list[bool]:
    """Whether each size reaches the account's materiality, which is told in its own currency; any other always does."""
    own, least = ask.account.currency, ask.account.materiality_minor
    return [currency != own or size >= least for currency, size in zip(currencies, sizes, strict=True)]


def _factor(expected: int | None, actual: int | None) -> int:
    """The larger side as a multiple of the smaller, 0 where that is not whole."""
    if not expected or not actual:
        return 0
    small, large = sorted((abs(expected), abs(actual)))
    return large // small if large % small == 0 else 0


def _judge_one(
    ask: Ask, fact: Break, outcomes: list[tuple[str, str, dict[str, Any]]], known: dict[str, Rule]
) -> Judged:
    order = list(known)
    raised = [(rule_id, params) for rule_id, action, params in outcomes if action == "raise_finding"]
    fired = tuple(sorted({rule_id for rule_id, _, _ in outcomes}, key=order.index))
    if not raised:
        return Judged(fact, None, fired, fact.break_class, (), "", "", None, _plain_message(fact))
    raised.sort(key=lambda one: (_severity(known[one[0]]).rank, order.index(one[0])))
    rule_id, params = raised[0]
    others = tuple(dict.fromkeys(p["class"] for _, p in raised[1:] if p["class"] != params["class"]))
    return Judged(
        fact=fact,
        rule=known[rule_id],
        fired=fired,
        break_class=params["class"],
        other_classes=others,
        cause="",
        owner=ask.account.owners.get(params["owner"], params["owner"]),
        due=ask.as_of + timedelta(days=int(params["due_days"])),
        message=known[rule_id].message.format_map(message_values(fact)) + fact.caveat,
    )


def _plain_message(fact: Break) -> str:
    amount = format_amount(abs(fact.amount_minor), fact.currency)
    return f"{BreakClass(fact.break_class).words()}: {fact.subject_ref}, {amount}."


def message_values(fact: Break) -> dict[str, str]:
    """What a rule's message may name (`vocabulary.MESSAGE_FIELDS`), as text."""

    def money(minor: int | None) -> str:
        return "nothing" if minor is None else format_amount(minor, fact.currency)

    return {
        "subject": fact.subject_ref,
        "order": fact.order_ref or "no order",
        "payout": fact.payout_ref or "no payout",
        "processor": fact.processor.replace("_", " ").title() or "the processor",
        "amount": format_amount(abs(fact.amount_minor), fact.currency),
        "expected": money(fact.expected_minor),
        "actual": money(fact.actual_minor),
        "day": "an unknown day" if fact.day is None else day_words(fact.day),
        "age_days": "unknown" if fact.age_days is None else str(fact.age_days),
        "rows": "1 row" if fact.rows == 1 else f"{fact.rows:,} rows",
        "candidates": str(fact.candidates),
        "status": fact.status or "unknown",
        "method": fact.method or "unknown",
        "file": fact.source_file,
        "line": str(fact.source_line),
        "note": fact.note,
    }


def findings_table(ask: Ask, judged: list[Judged]) -> pd.DataFrame:
    """The findings with the columns `opsrules.review.FINDINGS`, most severe first."""
    rows = [
        {
            "finding_id": one.fact.item_id,
            "account": ask.account.account,
            "period": ask.period.text,
            "desk": Desk.RECONCILIATION.value,
            "leg": one.fact.leg,
            "rule_id": one.rule.id if one.rule else "",
            "class": str(one.break_class),
            "other_classes": " ".join(one.other_classes),
            "severity": one.severity.value,
            "cause": one.cause,
            "amount_minor": one.fact.amount_minor,
            "currency": one.fact.currency,
            "subject_type": one.fact.subject_type.value,
            "subject_ref": one.fact.subject_ref,
            "order_ref": one.fact.order_ref,
            "payout_ref": one.fact.payout_ref,
            "age_days": one.fact.age_days,
            "owner": one.owner,
            "due": one.due.isoformat() if one.due else "",
            "message": one.message,
            "source_file": one.fact.source_file,
            "source_line": one.fact.source_line,
        }
        for one in judged
    ]
    table = pd.DataFrame(rows, columns=list(FINDINGS))
    numbers = {"amount_minor": "int64", "age_days": "Int64", "source_line": "int64"}
    texts = {name: "str" for name in FINDINGS if name not in numbers}
    return table.astype(numbers | texts)
