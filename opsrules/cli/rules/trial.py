"""A proposed version of the rules tried on one account: what moves, for how much money, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from opsrules.rules import FALLS_IN, FALLS_OUT, Wordbook, found_text

if TYPE_CHECKING:
    import pandas as pd

    from opsrules.rules import Backtest

__all__ = ["AccountTrial", "Moved", "Reason", "RuleTrial", "Sum", "trial_of"]


@dataclass(frozen=True)
class Reason:
    """A condition that decided: in today's rules ("before") or in the proposal ("after").

    It is one of the rule itself, or of the earlier row of its decision table that settled the row.
    """

    version: str
    rule_id: str
    condition: str
    variable: str
    operator: str
    constant: Any
    seen: Any
    outcome: str
    words: str


@dataclass(frozen=True)
class Moved:
    """One row that moves, with its evidence."""

    change: str
    item_id: str
    source_file: str
    source_line: int
    amount_minor: int
    currency: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Sum:
    """Rows that move one way in one currency, and their money without sign."""

    change: str
    currency: str
    rows: int
    amount_minor: int


@dataclass(frozen=True)
class RuleTrial:
    """What becomes of one rule.

    Attributes
    ----------
    rule_id, name : str
    in_force_before, in_force_after : bool
        Whether today's rules, and the proposal, have it in force.
    before, after : int
        Rows on which it fires.
    falls_in, falls_out : int
    unjudged_before, unjudged_after : int
        Rows that could not be judged; they fall neither in nor out.
    share_unjudged_before, share_unjudged_after : float
        Of all rows.
    sums : tuple of Sum
    first : tuple of Moved
        The first rows that move, each way.
    """

    rule_id: str
    name: str
    in_force_before: bool
    in_force_after: bool
    before: int
    after: int
    falls_in: int
    falls_out: int
    unjudged_before: int
    unjudged_after: int
    share_unjudged_before: float
    share_unjudged_after: float
    sums: tuple[Sum, ...]
    first: tuple[Moved, ...]

    @property
    def moves(self) -> bool:
        """Whether any row falls in or out."""
        return bool(self.falls_in or self.falls_out)


@dataclass(frozen=True)
class AccountTrial:
    """What becomes of one account.

    Attributes
    ----------
    account, name : str
    rows : int
        Rows that the rules were asked of.
    unjudged_before, unjudged_after : int
        Of these, the ones that some rule could not judge.
    rules : tuple of RuleTrial
    failure : str
        Why its rows could not be had; "" otherwise.
    """

    account: str
    name: str
    rows: int = 0
    unjudged_before: int = 0
    unjudged_after: int = 0
    rules: tuple[RuleTrial, ...] = ()
    failure: str = ""

    @property
    def moves(self) -> bool:
        """Whether any rule has rows that fall in or out."""
        return any(rule.moves for rule in self.rules)


def trial_of(
    account: str, name: str, frame: pd.DataFrame, tested: Backtest, *, only: str | None, most: int
) -> AccountTrial:
    """Return what becomes of one account.

    Parameters
    ----------
    account, name : str
    frame : DataFrame
        The rows that were judged, with item_id, source_file, source_line, amount_minor and currency.
    tested : Backtest
    only : str or None
        Id of the one rule to tell of.
    most : int
        Rows at the most that are told of each rule and direction.
    """
    counts = [one for one in tested.counts.to_dict("records") if only in (None, one["rule_id"])]
    return AccountTrial(
        account,
        name,
        rows=len(frame),
        unjudged_before=len(tested.before.judged.failed_rows),
        unjudged_after=len(tested.after.judged.failed_rows),
        rules=tuple(_rule(one, frame, tested, most) for one in counts),
    )


def _rule(count: dict[Any, Any], frame: pd.DataFrame, tested: Backtest, most: int) -> RuleTrial:
    rule_id = count.pop("rule_id")
    count.pop("rows")
    before, after = ({rule.id: rule for rule in version.rules} for version in (tested.before, tested.after))
    changes = tested.changes[tested.changes["rule_id"] == rule_id].drop(columns="rule_id")
    return RuleTrial(
        rule_id=rule_id,
        name=(after.get(rule_id) or before[rule_id]).name,
        in_force_before=rule_id in before,
        in_force_after=rule_id in after,
        sums=tuple(Sum(**one) for one in changes.to_dict("records")),
        first=tuple(
            moved for change in (FALLS_IN, FALLS_OUT) for moved in _moved(rule_id, change, frame, tested, most)
        ),
        **count,
    )


def _moved(rule_id: str, change: str, frame: pd.DataFrame, tested: Backtest, most: int) -> Iterator[Moved]:
    rows = tested.moved(rule_id, change)[:most].tolist()
    why = tested.first(rule_id, change, most) if rows else None
    words = Wordbook(tested.before.frame.variables, tested.before.actions)
    for row in rows:
        assert why is not None  # noqa: S101 - for the type checker
        seen = frame.iloc[row]
        yield Moved(
            change=change,
            item_id=str(seen["item_id"]),
            source_file=str(seen["source_file"]),
            source_line=int(seen["source_line"]),
            amount_minor=int(seen["amount_minor"]),
            currency=str(seen["currency"]),
            reasons=tuple(_reasons(why[why["row"] == row].to_dict("records"), words)),
        )


def _reasons(told: Iterable[dict[Any, Any]], words: Wordbook) -> Iterator[Reason]:
    for one in told:
        yield Reason(
            version=one["version"],
            rule_id=one["rule_id"],
            condition=one["condition"],
            variable=one["variable"],
            operator=one["operator"],
            constant=_plain(one["constant"]),
            seen=_plain(one["seen"]),
            outcome=one["outcome"],
            words=found_text(one, words),
        )


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: a number with decimals as text, so that it stays exact."""
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)
