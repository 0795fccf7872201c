"""What is to be run: one job for each account."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from opsrules.errors import UsageError
from opsrules.parameters.names import name_fault
from opsrules.parameters.scalars import shown
from opsrules.periods import Period

__all__ = ["BESIDE", "Job", "plan"]

BESIDE: dict[str, str] = {"root_cause": "reconciliation"}
"""Pages that show a desk's review in another light, with that desk; the register is told of the desk's own alone."""


@dataclass(frozen=True)
class Job:
    """One account to review.

    Attributes
    ----------
    workspace : Path
        Absolute.
    account, name : str
        Folder name and display name.
    simulated : bool
        Whether its data is a demo's.
    period : Period
    as_of : date
        Ages are counted to this day.
    desk : str
        Whose review it is.
    beside : str
        Which page of `BESIDE` it is, "" for the desk's own.
    """

    workspace: Path
    account: str
    name: str
    simulated: bool
    period: Period
    as_of: date
    desk: str
    beside: str = ""

    @property
    def page(self) -> str:
        """Names the notebook, and the folder of the results."""
        return self.beside or self.desk

    @property
    def is_recorded(self) -> bool:
        """Whether the register is told of it."""
        return not self.beside

    def parameters(self, workspace: str = ".", run_folder: str = "", snapshot: str = "") -> dict[str, str]:
        """Return what the notebook is given; by default what a person would give it, who writes nothing."""
        return {
            "account": self.account,
            "period": self.period.text,
            "as_of": self.as_of.isoformat(),
            "workspace": workspace,
            "run_folder": run_folder,
            "snapshot": snapshot,
        }


def plan(
    workspace: Path,
    accounts: Iterable[str],
    period: Period,
    *,
    as_of: date,
    desk: str,
    names: Mapping[str, str],
    simulated: Collection[str],
) -> tuple[Job, ...]:
    """Return a job for each account, in the order given, each account once; `desk` may name a page of `BESIDE`.

    Raises
    ------
    UsageError
        If there is no account, or one is no safe folder name.
    """
    jobs, beside = [], desk if desk in BESIDE else ""
    for account in dict.fromkeys(accounts):
        if fault := name_fault(account):
            msg = f"account {shown(account)} {fault}: no safe folder name; use that of its file in parameters/accounts"
            raise UsageError(msg)
        name = names.get(account, account)
        fake = account in simulated
        jobs.append(Job(workspace.resolve(), account, name, fake, period, as_of, BESIDE.get(desk, desk), beside))
    if not jobs:
        msg = "no account to review; write parameters/accounts/<account>.yaml, or make some: opsrules demo"
        raise UsageError(msg)
    return tuple(jobs)
