"""What a run keeps in the workspace's register, and what it leaves of that beside its pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsrules import history
from opsrules.batch.folders import PeriodFolder, Place
from opsrules.batch.jobs import Job
from opsrules.standing import Head, Snapshot, save
from opsrules.terms import Desk
from opsrules.workspace import Workspace

if TYPE_CHECKING:
    from opsrules.register import Recorded, Register

__all__ = ["as_kept", "head_of", "keep_failure", "keep_review", "snapshot_into", "told", "told_at"]


def snapshot_into(register: Register, job: Job, path: Path) -> Snapshot:
    """Write what the register knows of an account to `path`, for its notebook, and return it.

    Beside it goes the history of its rates, as the reports of earlier periods have them.

    Raises
    ------
    RegisterError
        If the register cannot be read.
    OSError
        If the file cannot be written.
    """
    snapshot = register.snapshot(job.account, Desk(job.desk), job.period)
    save(snapshot, path)
    reports = Workspace(job.workspace).reports
    history.save(history.gathered(reports, job.account, Desk(job.desk), job.period), history.beside(path))
    return snapshot


def keep_review(register: Register, staged: Place, snapshot: Snapshot) -> Recorded:
    """Record a delivered review.

    Raises
    ------
    RegisterError
        If the register cannot be written; nothing half was recorded.
    """
    from opsrules.delivery import received  # noqa: PLC0415 - loads pandas

    return register.record(received(staged.data, snapshot))


def keep_failure(register: Register, job: Job, cause: str) -> Recorded:
    """Record that an account could not be reviewed.

    Raises
    ------
    RegisterError
        If the register cannot be written.
    """
    return register.record_failure(job.account, Desk(job.desk), job.period, job.as_of, cause)


def as_kept(recorded: Recorded) -> bytes:
    """Return what is left beside the page: where the chain ended when the run was recorded."""
    return (json.dumps({"hash": recorded.head.hash, "seq": recorded.head.seq}, sort_keys=True) + "\n").encode()


def told_at(place: Place) -> dict[str, Any]:
    """Return what was left beside a page, nothing when the register could not be written."""
    return dict(json.loads(place.register.read_bytes())) if place.register.exists() else {}


def told(folder: PeriodFolder, desk: str) -> dict[str, Any]:
    """Return the last of what was left beside the pages of a period."""
    found = [told_at(folder.place(account, desk)) for account in folder.accounts(desk)]
    return max((one for one in found if one), key=lambda one: int(one["seq"]), default={})


def head_of(one: Mapping[str, Any]) -> Head | None:
    """Return the head that was left, None for nothing."""
    return Head(int(one["seq"]), str(one["hash"])) if one else None
