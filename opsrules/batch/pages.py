"""The three pages a run makes, each from what lies on disk or in the executed notebook."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from opsrules.batch.folders import PeriodFolder, Place
from opsrules.batch.jobs import Job
from opsrules.batch.kept import head_of, told
from opsrules.batch.outcome import Failure, summary_of
from opsrules.standing import Head
from opsrules.terms import Desk, Level, Severity

if TYPE_CHECKING:
    from opsrules.report import AccountRow

__all__ = ["failure_page", "portfolio_page", "review_page", "with_head"]


def review_page(document: Mapping[str, Any], account_name: str, job: Job) -> str:
    """The executed notebook as a page."""
    import nbformat  # noqa: PLC0415

    from opsrules import report  # noqa: PLC0415

    node = nbformat.reads(json.dumps(document), as_version=4)  # type: ignore[no-untyped-call]
    return report.render(node, title=f"{account_name}, {job.period.words()}")


def with_head(page: str, head: Head) -> str:
    """The page with the register's end in its foot."""
    from opsrules import report  # noqa: PLC0415

    return report.registered(page, head)


def failure_page(job: Job, failure: Failure, last_good: str, head: Head | None) -> str:
    """The page of an account that could not be reviewed; `last_good` is the link, "" when there is none."""
    from opsrules import report  # noqa: PLC0415

    page = report.not_reviewed(
        job.name,
        job.period.words(),
        cause=failure.cause,
        cell=failure.cell,
        next_step=failure.next_step,
        last_good_href=last_good or None,
        simulated=job.simulated,
    )
    return report.registered(page, head)


def portfolio_page(folder: PeriodFolder, jobs: Sequence[Job]) -> str:
    """The page of all accounts that have a result in this period, of this run or an earlier one."""
    from opsrules import report  # noqa: PLC0415

    desk = jobs[0].desk
    shown = desk if folder.accounts(desk) else jobs[0].page  # where only pages beside the desk's own were made yet
    places = {account: folder.place(account, shown) for account in folder.accounts(shown)}
    rows = [_row(account, place, Desk(desk)) for account, place in places.items()]
    page = report.portfolio(jobs[0].period.words(), jobs[0].as_of, rows, facts=[("opsrules", version("opsrules"))])
    return report.registered(page, head_of(told(folder, desk)))


def _row(account: str, place: Place, desk: Desk) -> AccountRow:
    from opsrules.report import AccountRow  # noqa: PLC0415

    href = f"{account}/{place.page.name}"
    if not place.review.exists():
        failed = json.loads(place.failure.read_bytes())
        return AccountRow(
            account,
            failed["account_name"],
            href,
            Level.NOT_REVIEWED,
            cause=failed["cause"].replace("\n", "; "),
            simulated=failed["simulated"],
        )
    summary = summary_of(place.review)
    return AccountRow(
        account,
        summary.account_name,
        href,
        summary.level,
        worst=summary.worst,
        at_stake=summary.at_stake,
        owner=summary.owner,
        findings=sum(summary.findings.values()),
        critical=summary.findings[Severity.CRITICAL],
        simulated=summary.simulated,
        desks=((desk, summary.level),),
    )
