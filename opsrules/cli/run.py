"""``opsrules run``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from opsrules.cli.console import say, say_error, say_json
from opsrules.cli.desks import DESK, of_desk
from opsrules.cli.options import AccountNames, AsJson, AsOfDay, PeriodText, WorkspaceFolder
from opsrules.errors import UsageError
from opsrules.terms import EventKind, Severity

if TYPE_CHECKING:
    from opsrules.batch import Outcome, RunResult

__all__ = ["run"]

INTERRUPTED = 130


def run(
    *,
    workspace: WorkspaceFolder = Path(),
    account: AccountNames = None,
    period: PeriodText = "",
    as_of: AsOfDay = None,
    desk: Annotated[
        str,
        typer.Option(metavar="PAGE", help="reconciliation, or root_cause: what moved, and where it is concentrated."),
    ] = DESK,
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
    from opsrules.cli.clock import asked_days  # noqa: PLC0415
    from opsrules.cli.progress import Watch  # noqa: PLC0415
    from opsrules.workspace import find  # noqa: PLC0415

    of_whom = _desk_of(desk)
    root = find(workspace)
    day, days = asked_days(as_of, period)
    accounts = of_desk(of_whom, check_workspace(root, account).require().parameters.accounts.values(), account)
    with Watch(quiet=as_json) as watch:
        try:
            result = review(
                root,
                [one.account for one in accounts],
                days,
                day,
                desk,
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


def _desk_of(page: str) -> str:
    from opsrules.batch.jobs import BESIDE  # noqa: PLC0415
    from opsrules.parameters.nearest import hint  # noqa: PLC0415

    if page not in (DESK, *BESIDE):
        msg = f"there is no page {page!r}; {hint(page, (DESK, *BESIDE))}"
        raise UsageError(msg)
    return BESIDE.get(page, page)


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
    return f"{done}{_moved(result)}. The reports: {index}"


def _moved(result: RunResult) -> str:
    """What the register took in: how many findings are new, cleared and reopened."""
    recorded = [one.recorded for one in result.outcomes if one.recorded]
    if not recorded:
        return ""
    if not any(one.is_new for one in recorded):
        return "; the register has it all already"
    sums = {kind: sum(_recorded(one)[kind] for one in result.outcomes) for kind in _MOVES}
    return f"; findings: {', '.join(f'{size:,} {kind}' for kind, size in sums.items())}"


_MOVES = {"new": EventKind.OPENED, "cleared": EventKind.CLEARED, "reopened": EventKind.REOPENED}


def _recorded(outcome: Outcome) -> dict[str, int]:
    """Findings by what this run told the register of them; zeros when it knew the review."""
    counts = outcome.recorded.counts if outcome.recorded and outcome.recorded.is_new else {}
    return {name: counts.get(kind.value, 0) for name, kind in _MOVES.items()}


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
                "settled": one.summary.settled if one.summary else 0,
                "at_stake_minor": dict(one.summary.at_stake) if one.summary else {},
                "recorded": _recorded(one),
                "register": asdict(one.recorded.head) if one.recorded else None,
                "page": one.page.relative_to(root).as_posix(),
                "failure": asdict(one.failure) if one.failure else None,
            }
            for one in result.outcomes
        ],
    }
