"""Why a rule says what it says of a row: the conditions that decided, without those that made no difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from opsrules.rules.masks import bits_at
from opsrules.rules.model import Rule
from opsrules.rules.result import Result
from opsrules.rules.story import HELD, NOT_REACHED

__all__ = ["deciding"]


def deciding(result: Result, rule_id: str, rows: Sequence[int]) -> pd.DataFrame:
    """Return the conditions that decided whether a rule fired on some rows, as `Result.why` tells them.

    Of an ``all`` that does not hold it is the one that failed, of an ``any`` that holds the one that held; otherwise
    every one. Where an earlier row of the rule's decision table settled the row, they are those of that one. Nothing
    for a rule that `result` does not have.
    """
    parts = [result.why([], rule_id)]
    for rule in (rule for rule in result.rules if rule.id == rule_id):
        deciders = _deciders(result, rule, rows)
        for one in {one.id: one for one in deciders}.values():
            parts += [_of(result, one, [row for row, other in zip(rows, deciders, strict=True) if other is one])]
    return pd.concat(parts, ignore_index=True).sort_values("row", kind="stable", ignore_index=True)


def _deciders(result: Result, rule: Rule, rows: Sequence[int]) -> list[Rule]:
    """Return for each row the earlier row of the rule's table that fired for it, or the rule itself."""
    found = [rule] * len(rows)
    for earlier, bits in zip(result.rules, result.judged.bits, strict=True):
        if earlier is rule or not rule.first_of:
            return found
        if earlier.first_of == rule.first_of:
            fired = bits_at(bits, np.array(rows, dtype=np.int64))
            found = [earlier if is_so else one for one, is_so in zip(found, fired.tolist(), strict=True)]
    return found


def _of(result: Result, rule: Rule, rows: Sequence[int]) -> pd.DataFrame:
    """Return the conditions of a rule that decided, on rows that came to it."""
    told, kept = result.why(rows, rule.id), []
    for _, one in told.groupby("row", sort=False):
        places = dict(zip(one["condition"], one.index, strict=True))
        outcomes = dict(zip(one["condition"], one["outcome"], strict=True))
        kept += [places[path] for path in _settle(rule.conditions, "", outcomes)[1]]
    return told.loc[kept]


def _settle(tree: Mapping[str, Any], path: str, outcomes: Mapping[str, str]) -> tuple[bool, tuple[str, ...]]:
    """Return whether a tree holds, and the paths of the conditions that settle it."""
    for group, settles in (("all", all), ("any", any)):
        if group in tree:
            kids = enumerate(tree[group])
            told = [_settle(kid, f"{path}.{group}[{place}]".lstrip("."), outcomes) for place, kid in kids]
            holds = settles(held for held, _ in told)
            return holds, tuple(one for held, paths in told if held is holds for one in paths)
    outcome = outcomes[path]
    return outcome == HELD, () if outcome == NOT_REACHED else (path,)
