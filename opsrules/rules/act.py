"""The real actions, run on the rows that fired."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opsrules.errors import UsageError
from opsrules.rules.frame import BoundFrame
from opsrules.rules.library import BaseActions, do_actions, rule_holds
from opsrules.rules.masks import Judged
from opsrules.rules.model import Rule

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

__all__ = ["act"]

_CHUNK = 20_000
Outcome = tuple[str, Mapping[str, Any]]


def act(
    rules: Sequence[Rule],
    actions: type[BaseActions],
    frame: BoundFrame,
    pairs: tuple[Ints, Ints],
    judged: Judged,
    *,
    idle: Mapping[str, npt.NDArray[np.bool_]],
    stopped: bool,
) -> pd.DataFrame:
    """Run the actions of everything that fired; what comes out is that of `Result.apply`.

    Parameters
    ----------
    rules, actions, frame, judged, stopped
        Those of the result.
    pairs : tuple of array of int
        Rows and rules of everything that fired, in run_all's order.
    idle : mapping of str to array of bool
        By decision table, the rows on which its actions do not run.
    """
    records: list[tuple[int, str, str, Mapping[str, Any]]] = []
    failed = dict(zip(judged.failed_rows.tolist(), judged.failed_rules.tolist(), strict=True))
    watched = set(pairs[0][np.unique(pairs[1], return_index=True)[1]].tolist())
    for number, row, fired in _by_row(frame, pairs):
        doing = actions(row)  # type: ignore[call-arg]
        kept = tuple(row.values())
        mute = {table for table, rows in idle.items() if rows[number]}
        if number in watched:
            seen = rules[: failed.get(number, fired[-1] + 1 if stopped else len(rules))]
            told = _as_run_all(seen, (fired, mute), frame, row, doing)
        else:
            told = ((rule, _run(rule, doing)) for rule in map(rules.__getitem__, fired) if rule.table not in mute)
        for rule, outcomes in told:
            records += [(number, rule.id, name, params) for name, params in outcomes]
        if len(row) != len(kept) or any(now is not was for now, was in zip(row.values(), kept, strict=True)):
            raise _refusal(rules[fired[-1]], "changes the row that later rules read")
    table = pd.DataFrame(records, columns=["row", "rule_id", "action", "params"])
    return table.astype({"row": "int64", "rule_id": "str", "action": "str", "params": "object"})


def _by_row(frame: BoundFrame, pairs: tuple[Ints, Ints]) -> Iterator[tuple[int, dict[Hashable, Any], list[int]]]:
    """Give each row that fired, as a mapping, with the positions of its rules."""
    rows, first = np.unique(pairs[0], return_index=True)
    ends = [*first[1:].tolist(), len(pairs[0])]
    rules = pairs[1].tolist()
    for start in range(0, len(rows), _CHUNK):
        part = slice(start, start + _CHUNK)
        spans = zip(rows[part].tolist(), frame.rows(rows[part]), first[part].tolist(), ends[part], strict=True)
        for number, row, begin, end in spans:
            yield number, row, rules[begin:end]


def _as_run_all(
    rules: Sequence[Rule],
    expected: tuple[list[int], set[str]],
    frame: BoundFrame,
    row: Mapping[Hashable, Any],
    doing: BaseActions,
) -> Iterator[tuple[Rule, list[Outcome]]]:
    """Run a row as run_all does: each rule is asked once the actions of those before it have run.

    `expected` is what fires, and the tables whose actions do not run.
    """
    variables = frame.variables(row)  # type: ignore[call-arg]
    fired, mute = expected
    last, settled = None, set[str]()
    for position, rule in enumerate(rules):
        if rule.first_of in settled:
            continue
        try:
            holds = rule_holds(rule.conditions, variables)
        except Exception as error:
            raise _refusal(last or rule, f"makes rule {rule.id} raise {type(error).__name__}") from error
        if holds is not (position in fired):
            raise _refusal(last or rule, f"changes what rule {rule.id} reads")
        if holds and rule.first_of:
            settled.add(rule.first_of)
        if holds and rule.table not in mute:
            last = rule
            yield rule, _run(rule, doing)


def _refusal(rule: Rule, what: str) -> UsageError:
    names = ", ".join(str(one["name"]) for one in rule.actions)
    msg = (
        f"rule {rule.id}: an action ({names}) {what}; all rules are judged before any action runs, "
        "so actions must only note what is to be done"
    )
    return UsageError(msg)


def _run(rule: Rule, actions: BaseActions) -> list[Outcome]:
    noted: list[Outcome] | None = getattr(actions, "outcomes", None)
    before = len(noted) if noted is not None else 0
    do_actions(list(rule.actions), actions)
    if noted is None:
        return [(str(one["name"]), dict(one.get("params") or {})) for one in rule.actions]
    return noted[before:]
