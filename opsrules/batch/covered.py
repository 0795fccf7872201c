"""What the rules decided on the data of the last run, read from what the run left."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from opsrules.batch.folders import PeriodFolder, Place
from opsrules.errors import UsageError
from opsrules.parameters.nearest import hint

__all__ = ["Covered", "last_coverage"]

_VERDICTS, _COVERAGE = "rule_verdicts", "rule_coverage"


@dataclass(frozen=True)
class Covered:
    """What rules decided on the data of some accounts in one period.

    Attributes
    ----------
    period : str
    accounts : mapping of str to str
        Accounts that are counted, with the hash of the rules that judged them.
    left_out : mapping of str to str
        Accounts that are not, with the reason.
    rows : int
        Rows that were judged.
    verdicts, coverage : DataFrame
        `Result.verdicts` and `Result.coverage`, summed over the accounts.
    """

    period: str
    accounts: Mapping[str, str]
    left_out: Mapping[str, str]
    rows: int
    verdicts: pd.DataFrame
    coverage: pd.DataFrame


def last_coverage(reports: Path, desk: str, only: Collection[str] = (), period: str = "") -> Covered:
    """Sum what rules decided in the last run of a period.

    Parameters
    ----------
    reports : Path
        The folder of all periods.
    desk : str
    only : collection of str
        Accounts; all that the period has when empty.
    period : str
        As the folder is called; the one that was written last when empty.

    Raises
    ------
    UsageError
        If there was no such run, it has no such account, or none of them was reviewed.
    """
    folder = PeriodFolder(reports / period) if period else _last(reports)
    if not folder.manifest.is_file():
        msg = f"{folder.root}: there is no run of {period}; run `opsrules run --period {period}`"
        raise UsageError(msg)
    known = folder.accounts(desk)
    if unknown := [one for one in only if one not in known]:
        msg = f"{folder.root}: the run has no account {unknown[0]!r}; {hint(unknown[0], known)}"
        raise UsageError(msg)
    accounts: dict[str, str] = {}
    left_out: dict[str, str] = {}
    parts: list[tuple[pd.DataFrame, pd.DataFrame]] = []
    for account in sorted(only) or known:
        place = folder.place(account, desk)
        if reason := _unusable(place):
            left_out[account] = reason
            continue
        accounts[account] = json.loads(place.review.read_bytes())["provenance"]["rules_hash"]
        parts.append((pd.read_parquet(place.table(_VERDICTS)), pd.read_parquet(place.table(_COVERAGE))))
    if not parts:
        reasons = "; ".join(f"{account} {reason}" for account, reason in left_out.items())
        msg = f"{folder.root}: no account has counts of its rules: {reasons}; run `opsrules run`"
        raise UsageError(msg)
    verdicts, coverage = (pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True))
    return Covered(
        period=folder.root.name,
        accounts=accounts,
        left_out=left_out,
        rows=sum(int(one.iloc[0, 1:].sum()) for one, _ in parts if len(one)),
        verdicts=_summed(verdicts, ["rule_id"]),
        coverage=_summed(coverage, ["rule_id", "condition", "variable", "operator", "constant", "words"]),
    )


def _last(reports: Path) -> PeriodFolder:
    """Return the period whose manifest was written last."""
    written = sorted(reports.glob("*/manifest.json"), key=lambda path: (path.stat().st_mtime_ns, path))
    if not written:
        msg = f"{reports}: nothing was run yet; run `opsrules run`"
        raise UsageError(msg)
    return PeriodFolder(written[-1].parent)


def _unusable(place: Place) -> str:
    """Return why a run's counts cannot be had, "" when they can."""
    if not place.review.exists():
        return "was not reviewed"
    if not all(place.table(name).exists() for name in (_VERDICTS, _COVERAGE)):
        return "was reviewed before rules were counted"
    return ""


def _summed(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return table.groupby(keys, sort=False).sum().reset_index()
