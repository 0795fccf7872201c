"""What a proposal would change, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from opsrules.cli.rules.trial import AccountTrial, Moved, RuleTrial
from opsrules.money import format_amount
from opsrules.report.words import count, listed, share
from opsrules.rules import FALLS_IN, FALLS_OUT

__all__ = ["lines_of", "nothing_moves"]

_VERBS = {FALLS_IN: ("falls in", "fall in"), FALLS_OUT: ("falls out", "fall out")}


def nothing_moves(trials: Sequence[AccountTrial], words: str, rule_id: str | None) -> str:
    """One line for when both versions judge alike."""
    rows = sum(one.rows for one in trials)
    before, after = (sum(one.unjudged_before for one in trials), sum(one.unjudged_after for one in trials))
    of = f"{count(rows, 'row')} of {count(len(trials), 'account')}, {words}"
    what = f"Nothing moves in {rule_id}" if rule_id else "Nothing moves"
    return f"{what}: today's rules and the proposal judge {of}, alike{_unjudged(before, after, rows)}."


def lines_of(trials: Iterable[AccountTrial]) -> Iterator[str]:
    """Give the lines of the accounts that could be judged: what moves by rule, first rows with their reasons."""
    for one in trials:
        unjudged = _unjudged(one.unjudged_before, one.unjudged_after, one.rows)
        yield f"{one.name} ({one.account}), {count(one.rows, 'row')}{unjudged}" + (
            "" if one.moves else ": nothing moves"
        )
        for rule in one.rules:
            if rule.moves:
                yield from _lines_of_rule(rule, one.rows)
        yield ""


def _lines_of_rule(rule: RuleTrial, rows: int) -> Iterator[str]:
    today = f"{count(rule.before, 'row')} today" if rule.in_force_before else "not in force today"
    then = f"{rule.after:,} by the proposal" if rule.in_force_after else "not in force by the proposal"
    unjudged = _unjudged(rule.unjudged_before, rule.unjudged_after, rows)
    yield f"  {' '.join(filter(None, (rule.rule_id, rule.name)))}: {today}, {then}{unjudged}"
    for change, size in ((FALLS_IN, rule.falls_in), (FALLS_OUT, rule.falls_out)):
        if size:
            sums = [format_amount(one.amount_minor, one.currency) for one in rule.sums if one.change == change]
            yield f"    {count(size, 'row')} {_VERBS[change][size != 1]}: {listed(sums)}"
            told = [moved for moved in rule.first if moved.change == change]
            for moved in told:
                yield from _lines_of_row(moved, rule.rule_id)
            if told and size > len(told):
                yield f"      and {size - len(told):,} more"


def _lines_of_row(moved: Moved, rule_id: str) -> Iterator[str]:
    amount = format_amount(moved.amount_minor, moved.currency)
    yield f"      {moved.source_file}:{moved.source_line}, item {moved.item_id}, {amount}"
    for version, name in (("before", "today"), ("after", "proposal")):
        reasons = [reason for reason in moved.reasons if reason.version == version]
        settled = next((f"settled by {one.rule_id}, " for one in reasons if one.rule_id != rule_id), "")
        yield f"        {name}: {settled}" + ("; ".join(one.words for one in reasons) or "not in force")


def _unjudged(before: int, after: int, rows: int) -> str:
    """The share of rows that could not be judged; "" when every row could."""
    if not before and not after:
        return ""
    told = ", ".join(
        f"{size:,} ({share(size, rows)}) by {by}" for size, by in ((before, "today's rules"), (after, "the proposal"))
    )
    return f"; could not be judged: {told}"
