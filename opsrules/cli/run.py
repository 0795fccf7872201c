"""``opsrules run``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opsrules.cli.console import say, say_error, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.errors import UsageError
from opsrules.terms import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsrules.batch import RunResult
    from opsrules.parameters import Account

__all__ = ["run"]

DESK = "reconciliation"
INTERRUPTED = 130


def run(
    *,
    workspace: WorkspaceFolder = Path(),
    account: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Account to review; may be given again.", show_default="all"),
    ] = None,
    period: Annotated[
        str,
        typer.Option(metavar="PERIOD", help="2026-10, 2026-W47 or 2026-10-01..2026-10-15.", show_default="last month"),
    ] = "",
    as_of: Annotated[
        datetime | None,
        typer.Option(
            metavar="DAY",
            formats=["%Y-%m-%d"],
            help="Day that ages are counted to, such as 2026-11-05.",
            show_default="today",
        ),
    ] = None,
    fail_on: Annotated[
        Severity | None,
        typer.Option(
            metavar="SEVERITY",
            help="Exit with 1 for findings this bad or worse: critical, high, medium or low.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Review accounts and write a report for each, and the page of them all.

    An account that cannot be reviewed gets a page that says why, the others are untouched, and the exit code is 3.

    Example:  opsrules run --account northwind --period 2026-10
    """
    from opsrules.batch import run as review  # noqa: PLC0415
    from opsrules.cli.checking import check_workspace  # noqa: PLC0415
    from opsrules.cli.clock import today  # noqa: PLC0415
    from opsrules.cli.progress import Watch  # noqa: PLC0415
    from opsrules.periods import Period, plausible_as_of  # noqa: PLC0415
    from opsrules.workspace import find  # noqa: PLC0415

    root = find(workspace)
    day = plausible_as_of(as_of.date() if as_of else today())
    days = Period.parse(period) if period else Period.month_before(day)
    plausible_as_of(day, days)
    accounts = _of_desk(check_workspace(root, account).require().parameters.accounts.values(), account)
    with Watch(quiet=as_json) as watch:
        try:
            result = review(
                root,
                [one.account for one in accounts],
                days,
                day,
                DESK,
                on_event=watch.tell,
                names={one.account: one.name for one in accounts},
                simulated=[one.account for one in accounts if one.simulated],
            )
        except KeyboardInterrupt:
            watch.stop()
            say_error(f"Stopped. {watch.done} of {len(accounts)} accounts were done; the others keep what they had.")
            raise typer.Exit(INTERRUPTED) from None
    if as_json:
        say_json(_as_json(result, days.text, root))
    else:
        say(_closing(result, days.words()))
    raise typer.Exit(_code(result, fail_on))


def _of_desk(found: Iterable[Account], asked: list[str] | None) -> list[Account]:
    accounts = list(found)
    kept = [one for one in accounts if DESK in one.desks]
    if asked and len(kept) < len(accounts):
        other = next(one for one in accounts if DESK not in one.desks)
        msg = f"{other.file}: account {other.account} has no desk {DESK}; add it to desks, or leave the account out"
        raise UsageError(msg)
    return kept


def _code(result: RunResult, fail_on: Severity | None) -> int:
    if result.failed:
        return 3
    if fail_on is None:
        return 0
    summaries = (outcome.summary for outcome in result.outcomes if outcome.summary)
    found = any(count for one in summaries for severity, count in one.findings.items() if severity.rank <= fail_on.rank)
    return 1 if found else 0


def _closing(result: RunResult, words: str) -> str:
    total, failed = len(result.outcomes), len(result.failed)
    done = f"{total} account{'' if total == 1 else 's'}, {words}" + (f", {failed} not reviewed" if failed else "")
    here = Path.cwd()
    index = result.index.relative_to(here) if result.index.is_relative_to(here) else result.index
    return f"{done}. The reports: {index}"


def _as_json(result: RunResult, period: str, root: Path) -> dict[str, object]:
    return {
        "period": period,
        "index": result.index.relative_to(root).as_posix(),
        "manifest": result.manifest.relative_to(root).as_posix(),
        "accounts": [
            {
                "account": one.account,
                "status": "failed" if one.failure else "reviewed",
                "level": one.summary.level if one.summary else "not_reviewed",
                "run_id": one.summary.run_id if one.summary else "",
                "findings": dict(one.summary.findings) if one.summary else {},
                "at_stake_minor": dict(one.summary.at_stake) if one.summary else {},
                "page": one.page.relative_to(root).as_posix(),
                "failure": asdict(one.failure) if one.failure else None,
            }
            for one in result.outcomes
        ],
    }
