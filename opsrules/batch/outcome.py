"""What came of one account: judged by our own record and the cells, never by papermill's status."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsrules import errors
from opsrules.batch.execute import Executed
from opsrules.batch.executed import code_cells
from opsrules.batch.jobs import Job
from opsrules.batch.notebook import tags
from opsrules.delivery import RECORD
from opsrules.terms import Level, Severity

if TYPE_CHECKING:
    from opsrules.register import Recorded

__all__ = ["Failure", "Outcome", "Summary", "failed_record", "failure_of", "judge", "summary_of"]

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.")
_BY_HAND = "open the notebook with jupyter lab, choose this account and period in its parameters cell and run it"
_NOT_BY_HAND = (
    "no cell failed, so the notebook will not show it: run the account again; "
    "if it comes back, take out cells that were added to the notebook, or send this line to whoever maintains opsrules"
)


@dataclass(frozen=True)
class Failure:
    """Why one account could not be reviewed.

    Attributes
    ----------
    cell : int or None
        The first failed code cell, counted from 1 as its author sees it; None when it was no cell.
    error : str
        Class name of the error, "" when there is none.
    cause : str
        What went wrong; a line for each file when several were refused.
    next_step : str
        What to do about it.
    """

    cell: int | None
    error: str
    cause: str
    next_step: str

    def line(self) -> str:
        """All of it in one line."""
        place = "" if self.cell is None else f"cell {self.cell}: "
        return f"{place}{'; '.join(self.cause.splitlines())}; {self.next_step}"


@dataclass(frozen=True)
class Summary:
    """What lists and terminals say about one review.

    Attributes
    ----------
    account_name : str
    level : Level
    run_id : str
    findings : mapping of Severity to int
        Every severity is a key; those that people settled are not counted.
    at_stake : tuple of (str, int)
        Currency and minor units without sign, summed over the findings that need work (all but low); the account's own
        currency first, then by code: currencies are neither added nor compared.
    worst : str
        Headline of the worst thing to decide, "" when there is none.
    owner : str
        Who has it, "" when nobody.
    simulated : bool
        Whether the data is a demo's.
    settled : int
        Findings that are still in the data and that people resolved or wrote off.
    """

    account_name: str
    level: Level
    run_id: str
    findings: Mapping[Severity, int]
    at_stake: tuple[tuple[str, int], ...]
    worst: str
    owner: str
    simulated: bool
    settled: int = 0


@dataclass(frozen=True)
class Outcome:
    """One account after its run: a summary or a failure.

    Attributes
    ----------
    account : str
    page : Path
        Where the page is, good or "Not reviewed".
    summary : Summary or None
    failure : Failure or None
    recorded : Recorded or None
        What the register made of it; None when it could not be written.
    """

    account: str
    page: Path
    summary: Summary | None = None
    failure: Failure | None = None
    recorded: Recorded | None = None


def failed_record(job: Job, failure: Failure) -> bytes:
    """Return what is kept of a failed run, for the list of accounts and for the person who mends it."""
    whole = {"account_name": job.name, "simulated": job.simulated, **asdict(failure)}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True).encode()


def judge(executed: Executed, job: Job, run_folder: Path) -> Failure | None:
    """Return why this run is not a review, None when it is one: every cell ran and the record is ours."""
    failed = _first_failed_cell(executed.document) if executed.document else None
    if failed is not None:
        return failed
    if executed.stopped:
        where = f" in cell {executed.code_cells_begun}" if executed.code_cells_begun else ""
        return Failure(None, "", executed.stopped + where, _BY_HAND)
    record = run_folder / RECORD
    if not record.exists():
        next_step = "its last cell must be opsrules.deliver(review, run_folder), and no cell may end the kernel"
        return Failure(None, "", "the notebook ended without delivering a review", next_step)
    delivered = json.loads(record.read_bytes())
    asked = {"account": job.account, "period": job.period.text, "desk": job.desk}
    for key, value in asked.items():
        if delivered[key] != value:
            cause = f"the notebook delivered a review of {key} {delivered[key]!r}, expected {value!r}"
            return Failure(None, "", cause, "open the review with the notebook's own parameters")
    return None


def failure_of(error: Exception) -> Failure:
    """Return the failure that an exception outside of the notebook stands for."""
    if isinstance(error, OSError):
        cause = f"{type(error).__name__}: {error.strerror or error} ({error.filename or 'no file named'})"
        return Failure(None, type(error).__name__, cause, "see to the disk's space and rights, then run it again")
    is_told = isinstance(error, errors.OpsrulesError)
    return _told(None, type(error).__name__, str(error), is_told=is_told, otherwise=_NOT_BY_HAND)


def summary_of(review_json: Path) -> Summary:
    """Return the summary of a saved review."""
    review = json.loads(review_json.read_bytes())
    counts = dict.fromkeys(Severity, 0)
    stake: dict[str, int] = {}
    settled = frozenset(review.get("settled", ()))
    for finding in review["findings"]:
        if finding["finding_id"] in settled:
            continue
        severity = Severity(finding["severity"])
        counts[severity] += 1
        if severity is not Severity.LOW and finding["amount_minor"] is not None and finding["currency"]:
            stake[finding["currency"]] = stake.get(finding["currency"], 0) + abs(finding["amount_minor"])
    ordered = sorted(stake.items(), key=lambda item: (item[0] != review["currency"], item[0]))
    worst = review["needs"][0] if review["needs"] else {}
    return Summary(
        account_name=review["account_name"],
        level=Level(review["level"]),
        run_id=review["provenance"]["run_id"],
        findings=counts,
        at_stake=tuple((currency, minor) for currency, minor in ordered if minor),
        worst=worst.get("headline", ""),
        owner=worst.get("owner", ""),
        simulated=review["simulated"],
        settled=len(settled),
    )


def _first_failed_cell(document: Mapping[str, Any]) -> Failure | None:
    for number, cell in enumerate(code_cells(document), start=1):
        if "raises-exception" in tags(cell):  # Jupyter's own way to say that an error is expected here
            continue
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                ename = output["ename"]
                return _told(number, ename, output["evalue"], is_told=ename in errors.__all__, otherwise=_BY_HAND)
    return None


def _told(cell: int | None, ename: str, evalue: str, *, is_told: bool, otherwise: str) -> Failure:
    lines = [line.strip() for line in _ANSI.sub("", evalue).splitlines() if line.strip()]
    if is_told and lines:  # opsrules' own errors are written for users: place, what; next step
        parts = [line.rpartition("; ") for line in lines]
        causes = "\n".join(what or rest for what, _, rest in parts)
        steps = dict.fromkeys(rest for what, _, rest in parts if what)
        return Failure(cell, ename, causes, "; ".join(steps) or otherwise)
    return Failure(cell, ename, f"{ename}: {lines[0]}" if lines else ename, otherwise)
