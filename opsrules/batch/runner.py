"""The batch: each account's notebook is run, judged and published; one account's trouble never stops the others."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from opsrules.batch import pages
from opsrules.batch.execute import Executed, execute
from opsrules.batch.executed import settled, to_bytes
from opsrules.batch.folders import PeriodFolder, Place
from opsrules.batch.jobs import Job, plan
from opsrules.batch.manifest import manifest
from opsrules.batch.notebook import Notebook, load
from opsrules.batch.outcome import Failure, Outcome, failed_record, failure_of, judge, summary_of
from opsrules.batch.publication import publish_failure, publish_review, stage_review
from opsrules.errors import UsageError
from opsrules.periods import Period
from opsrules.publish import put
from opsrules.workspace import Workspace

__all__ = ["Event", "RunResult", "run"]


@dataclass(frozen=True)
class Event:
    """Something a person who waits may want to see.

    Attributes
    ----------
    account : str
    cell, cells : int
        Code cell that runs now, counted from 1; 0 when the account begins.
    outcome : Outcome or None
        Set when the account is done.
    """

    account: str
    cell: int
    cells: int
    outcome: Outcome | None = None


@dataclass(frozen=True)
class RunResult:
    """What a run left.

    Attributes
    ----------
    outcomes : tuple of Outcome
        One for each account asked for, in that order.
    index, manifest : Path
    """

    outcomes: tuple[Outcome, ...]
    index: Path
    manifest: Path

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Accounts that were not reviewed."""
        return tuple(outcome for outcome in self.outcomes if outcome.failure)


def _silence(event: Event) -> None:
    del event


def run(
    workspace_root: Path,
    accounts: Sequence[str],
    period: Period,
    as_of: date,
    desk: str = "reconciliation",
    *,
    on_event: Callable[[Event], None] = _silence,
    names: Mapping[str, str] | None = None,
    simulated: Collection[str] = (),
) -> RunResult:
    """Review each account and publish a page for each, then the page of them all.

    Parameters
    ----------
    workspace_root : Path
    accounts : sequence of str
    period : Period
    as_of : date
        Ages are counted to this day.
    desk : str
        Names the notebook under notebooks/.
    on_event : callable
        Told of every account and cell that begins, and of every account's end.
    names : mapping of str to str, optional
        Display names, for the pages of accounts that fail before their review can name itself.
    simulated : collection of str
        Accounts whose data is a demo's, for the same pages.

    Raises
    ------
    UsageError
        Before anything runs: no such notebook, unknown or missing parameters, no account, reports/ cannot be written.
    """
    workspace = Workspace(workspace_root.resolve())
    jobs = plan(workspace.root, accounts, period, as_of=as_of, desk=desk, names=names or {}, simulated=simulated)
    notebook = load(workspace.notebooks / f"{desk}.ipynb", f"notebooks/{desk}.ipynb")
    notebook.check(jobs[0].parameters())
    folder = PeriodFolder(workspace.reports / period.text)
    _prepare(folder)
    outcomes: list[Outcome] = []
    try:
        for job in jobs:
            outcomes.append(_review(job, notebook, folder, on_event))  # noqa: PERF401 - what is done stays when stopped
    finally:
        with suppress(OSError):  # somebody else's run may stage there
            folder.staging.rmdir()
        _publish_lists(folder, jobs)
    return RunResult(tuple(outcomes), folder.index, folder.manifest)


def _review(job: Job, notebook: Notebook, folder: PeriodFolder, on_event: Callable[[Event], None]) -> Outcome:
    cells = notebook.code_cells
    on_event(Event(job.account, 0, cells))
    try:
        outcome = _attempt(job, notebook, folder, lambda cell: on_event(Event(job.account, cell, cells)))
    except Exception as error:  # noqa: BLE001 - the one place where an account's fault is kept from the others
        outcome = _publish_failed(job, None, failure_of(error), folder.place(job.account, job.desk))
    on_event(Event(job.account, cells, cells, outcome))
    return outcome


def _attempt(job: Job, notebook: Notebook, folder: PeriodFolder, on_cell: Callable[[int], None]) -> Outcome:
    place = folder.place(job.account, job.desk)
    with _staging(folder, job) as scratch:
        staged = Place(scratch / "page", job.desk)
        parameters = job.parameters(str(job.workspace), str(staged.data))
        executed = execute(notebook, parameters, job.workspace, scratch, on_cell)
        failure = judge(executed, job, staged.data)
        if failure is not None:
            return _publish_failed(job, executed, failure, place)
        return _publish_good(job, executed, staged, place)


def _publish_good(job: Job, executed: Executed, staged: Place, place: Place) -> Outcome:
    document = settled(executed.document or {}, job.parameters())
    summary = summary_of(staged.review)
    stage_review(staged, pages.review_page(document, summary.account_name, job), to_bytes(document))
    place.data.mkdir(parents=True, exist_ok=True)
    publish_review(staged, place)
    return Outcome(job.account, place.page, summary=summary)


def _publish_failed(job: Job, executed: Executed | None, failure: Failure, place: Place) -> Outcome:
    document = executed.document if executed else None
    kept = to_bytes(settled(document, job.parameters())) if document else None
    record = failed_record(job, failure)
    try:
        publish_failure(place, pages.failure_page(job, failure, place.last_good_link()), record, kept)
    except OSError as error:  # a full disk: the page of the run before stands; the exit code tells of it
        also = failure_of(error)
        failure = Failure(failure.cell, failure.error, f"{failure.cause}\n{also.cause}", also.next_step)
    return Outcome(job.account, place.page, failure=failure)


def _publish_lists(folder: PeriodFolder, jobs: Sequence[Job]) -> None:
    put(folder.index, pages.portfolio_page(folder, jobs).encode())
    put(folder.manifest, manifest(folder, jobs[0].period.text, jobs[0].desk))


def _prepare(folder: PeriodFolder) -> None:
    try:
        folder.staging.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder.staging):
            pass
    except OSError as error:
        msg = f"{folder.root}: reports cannot be written there ({error.strerror}); see to the folder's rights"
        raise UsageError(msg) from error


@contextmanager
def _staging(folder: PeriodFolder, job: Job) -> Iterator[Path]:
    folder.staging.mkdir(exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f"{job.account}-", dir=folder.staging))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
