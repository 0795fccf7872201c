"""The batch: each account's notebook is run, judged, recorded and published; one's trouble never stops the others."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from opsrules.batch import pages
from opsrules.batch.execute import Executed, execute
from opsrules.batch.executed import settled, to_bytes
from opsrules.batch.folders import PeriodFolder, Place
from opsrules.batch.jobs import Job, plan
from opsrules.batch.kept import as_kept, keep_failure, keep_review, snapshot_into
from opsrules.batch.manifest import manifest
from opsrules.batch.notebook import Notebook, load
from opsrules.batch.outcome import Failure, Outcome, failed_record, failure_of, judge, summary_of
from opsrules.batch.publication import publish_failure, publish_review, stage_review
from opsrules.errors import RegisterError, UsageError
from opsrules.periods import Period
from opsrules.publish import put
from opsrules.standing import Snapshot
from opsrules.workspace import Workspace

if TYPE_CHECKING:
    from opsrules.register import Recorded, Register

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
        Names the notebook under notebooks/; root_cause is the page of root causes beside the reconciliation's.
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
    WorkspaceHeld
        If another run holds the workspace.
    RegisterError, RegisterNewer
        If the workspace's register cannot be opened.
    """
    from opsrules.register import open_register  # noqa: PLC0415 - loads SQLAlchemy
    from opsrules.register.holding import held  # noqa: PLC0415

    workspace = Workspace(workspace_root.resolve())
    jobs = plan(workspace.root, accounts, period, as_of=as_of, desk=desk, names=names or {}, simulated=simulated)
    notebook = load(workspace.notebooks / f"{desk}.ipynb", f"notebooks/{desk}.ipynb")
    notebook.check(jobs[0].parameters())
    folder = PeriodFolder(workspace.reports / period.text)
    outcomes: list[Outcome] = []
    with open_register(workspace.root) as register, held(workspace.root, register.actor):
        _prepare(folder)
        this = _Run(notebook, folder, register, on_event)
        try:
            for job in jobs:
                outcomes.append(this.review(job))  # noqa: PERF401 - what is done stays when stopped
        finally:
            with suppress(OSError):  # what a killed run left there
                folder.staging.rmdir()
            _publish_lists(folder, jobs)
    return RunResult(tuple(outcomes), folder.index, folder.manifest)


@dataclass(frozen=True)
class _Run:
    """One run: what every account of it shares. Its process is the only one that writes, pages and register both."""

    notebook: Notebook
    folder: PeriodFolder
    register: Register
    on_event: Callable[[Event], None]

    def review(self, job: Job) -> Outcome:
        """Review one account, and keep whatever goes wrong to it."""
        cells = self.notebook.code_cells
        self.on_event(Event(job.account, 0, cells))
        try:
            outcome = self._attempt(job, lambda cell: self.on_event(Event(job.account, cell, cells)))
        except Exception as error:  # noqa: BLE001 - the one place where an account's fault is kept from the others
            outcome = self._failed(job, None, failure_of(error))
        self.on_event(Event(job.account, cells, cells, outcome))
        return outcome

    def _attempt(self, job: Job, on_cell: Callable[[int], None]) -> Outcome:
        with _staging(self.folder, job) as scratch:
            staged = Place(scratch / "page", job.page)
            taken = scratch / "snapshot.json"
            snapshot = snapshot_into(self.register, job, taken)
            parameters = job.parameters(str(job.workspace), str(staged.data), str(taken))
            executed = execute(self.notebook, parameters, job.workspace, scratch, on_cell)
            failure = judge(executed, job, staged.data)
            if failure is not None:
                return self._failed(job, executed, failure)
            return self._good(job, executed, staged, snapshot)

    def _good(self, job: Job, executed: Executed, staged: Place, snapshot: Snapshot) -> Outcome:
        place = self.folder.place(job.account, job.page)
        document = settled(executed.document or {}, job.parameters())
        summary = summary_of(staged.review)
        page = pages.review_page(document, summary.account_name, job)
        recorded = keep_review(self.register, staged, snapshot) if job.is_recorded else None
        # From here on a kill is mended by the next run, which finds the review recorded and publishes it again.
        page = pages.with_head(page, recorded.head) if recorded else page
        stage_review(staged, page, to_bytes(document), as_kept(recorded) if recorded else None)
        place.data.mkdir(parents=True, exist_ok=True)
        publish_review(staged, place)
        return Outcome(job.account, place.page, summary=summary, recorded=recorded)

    def _failed(self, job: Job, executed: Executed | None, failure: Failure) -> Outcome:
        place = self.folder.place(job.account, job.page)
        document = executed.document if executed else None
        notebook = to_bytes(settled(document, job.parameters())) if document else None
        failure, recorded = self._told(job, failure)
        page = pages.failure_page(job, failure, place.last_good_link(), recorded.head if recorded else None)
        try:
            publish_failure(place, page, failed_record(job, failure), notebook, as_kept(recorded) if recorded else None)
        except OSError as error:  # a full disk: the page of the run before stands; the exit code tells of it
            failure = _and(failure, failure_of(error))
        return Outcome(job.account, place.page, failure=failure, recorded=recorded)

    def _told(self, job: Job, failure: Failure) -> tuple[Failure, Recorded | None]:
        """Tell the register of a failure; where that is what fails, the page says so."""
        if failure.error == RegisterError.__name__ or not job.is_recorded:
            return failure, None
        try:
            return failure, keep_failure(self.register, job, failure.cause)
        except RegisterError as error:
            return _and(failure, failure_of(error)), None


def _and(failure: Failure, also: Failure) -> Failure:
    return Failure(failure.cell, failure.error, f"{failure.cause}\n{also.cause}", also.next_step)


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
