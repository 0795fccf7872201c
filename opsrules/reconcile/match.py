"""reconcile: ordered passes over two tables until every row has one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from opsrules.reconcile.by_days import by_days, near
from opsrules.reconcile.by_key import by_key
from opsrules.reconcile.by_sums import by_sums
from opsrules.reconcile.conflicts import hold_conflicts
from opsrules.reconcile.matching import Matching
from opsrules.reconcile.reasons import name_differences
from opsrules.reconcile.spec import KeyPass, Pass, Patterns, Spec, SumPass, WindowPass
from opsrules.reconcile.work import Work

__all__ = ["COLUMNS", "reconcile", "run_passes", "settled"]

COLUMNS = ("ref", "key", "tag", "on", "currency", "amount_minor", "excluded", "source_file", "source_line")
"""What both tables must carry: natural key, matching key ("" for none), tag of window passes ("" for none), day,
currency, int64 amount on a common sign, exclusion rule ("" for in), and the evidence."""


def reconcile(left: pd.DataFrame, right: pd.DataFrame, spec: Spec) -> Matching:
    """Match two tables by the passes of `spec`.

    Parameters
    ----------
    left, right : DataFrame
        With the columns `COLUMNS`, RangeIndex; amounts of both sides on one sign, so that equal sums match.
    spec : Spec

    Returns
    -------
    Matching
        Every row of both tables is in it once; checked before it is returned. The order of rows decides nothing: ties
        are settled by what the rows say, or left ambiguous.

    Raises
    ------
    ControlTotalsError
        If a row has no place or two, or amounts are not conserved.
    """
    work = Work(left.reset_index(drop=True), right.reset_index(drop=True))
    run_passes(work, spec.passes)
    return settled(work, spec)


def run_passes(work: Work, passes: Sequence[Pass]) -> None:
    """Run these passes; behind the last one by key, what has one key on both sides and does not match is held."""
    last_key = max((at for at, one in enumerate(passes) if isinstance(one, KeyPass)), default=-1)
    for at, one in enumerate(passes):
        if not _repeats(work, one, passes[at - 1] if at else None):
            _run(work, one)
        if at == last_key and isinstance(one, KeyPass):
            hold_conflicts(work, one)
            for other in passes[:at]:
                if isinstance(other, KeyPass) and isinstance(other.spelling, Patterns):
                    hold_conflicts(work, other)


def settled(work: Work, spec: Spec) -> Matching:
    """Hold what is still free as missing, and prove the whole.

    Raises
    ------
    ControlTotalsError
        If a row has no place or two, or amounts are not conserved.
    """
    rest = work.free()
    work.hold(rest, rest, "", "missing")
    name_differences(work)
    matching = Matching(spec, work.left, work.right, *work.statuses(), work.groups(), tuple(work.skipped))
    matching.check()
    return matching


def _repeats(work: Work, one: Pass, before: Pass | None) -> bool:
    """Whether a pass asks what the one just before it asked: it left nothing for this one."""
    if not isinstance(one, KeyPass) or not isinstance(before, KeyPass):
        return False
    alike = replace(one, rule="", spelling=before.spelling) == replace(before, rule="")
    return alike and work.keys.same(one.spelling, before.spelling)


def _run(work: Work, one: Pass) -> None:
    if isinstance(one, KeyPass):
        by_key(work, one)
    elif isinstance(one, WindowPass):
        by_days(work, one)
    elif isinstance(one, SumPass):
        by_sums(work, one)
    else:
        near(work, one)
