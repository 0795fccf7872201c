"""``opsrules register action``, ``decision`` and ``risk``: what a review of the business leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder

if TYPE_CHECKING:
    import pandas as pd

    from opsrules.register import Register
    from opsrules.register.model import Event

__all__ = ["actions", "decisions", "risks"]

actions = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Actions: who does what by when.")
decisions = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The log of decisions.")
risks = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Risks, their size, and who watches them.")

_FINISHED = ("done", "dropped")

_Account = Annotated[str, typer.Option("--account", metavar="NAME", help="Of this account.", show_default="none")]
_Desk = Annotated[str, typer.Option("--desk", metavar="NAME", help="Of this desk.", show_default="none")]
_Owner = Annotated[str, typer.Option("--owner", metavar="NAME", help="Who has it.", show_default=False)]
_Number = Annotated[int, typer.Argument(metavar="NUMBER", help="As its list has it.", show_default=False)]


def _day(name: str, text: str) -> Any:
    return typer.Option(name, metavar="DAY", formats=["%Y-%m-%d"], help=text, show_default="none")


@actions.command("add")
def add_action(
    *,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is to be done.", show_default=False)],
    owner: _Owner,
    due: Annotated[datetime | None, _day("--due", "By when, such as 2026-11-20.")] = None,
    account: _Account = "",
    desk: _Desk = "",
    metric: Annotated[
        str, typer.Option("--from", metavar="METRIC", help="Metric or rule it comes from.", show_default="none")
    ] = "",
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Raise an action.

    Example:  opsrules register action add "Claim the fees of October" --owner ana --due 2026-11-20
    """
    day = due.date() if due else None
    _write(
        lambda register: register.act(
            account=account, desk=desk, text=text, owner=owner, due=day, metric=metric or None
        ),
        workspace,
        as_json=as_json,
    )


@actions.command("done")
def finish_action(
    number: _Number,
    evidence: Annotated[
        str, typer.Option("--evidence", metavar="TEXT", help="What shows it.", show_default="none")
    ] = "",
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Say that an action is done.

    Example:  opsrules register action done 3 --evidence "Credit note 4711"
    """
    _write(lambda register: register.act(number, status="done", evidence=evidence or None), workspace, as_json=as_json)


@actions.command("list")
def list_actions(
    every: Annotated[bool, typer.Option("--all", help="Also what is done or dropped.")] = False,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """List actions that are left to do.

    Example:  opsrules register action list
    """
    heads = ("id", "account", "text", "owner", "due", "status", "age_days", "carried")
    table = _read(lambda register: register.actions(), workspace)
    _say_items(table if every else table[~table["status"].isin(_FINISHED)], heads, as_json=as_json)


@decisions.command("add")
def add_decision(
    *,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What was decided.", show_default=False)],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decided.", show_default=False)],
    context: Annotated[
        str, typer.Option("--context", metavar="TEXT", help="Why it came up.", show_default="none")
    ] = "",
    choices: Annotated[
        str, typer.Option("--options", metavar="TEXT", help="What else there was.", show_default="none")
    ] = "",
    review: Annotated[datetime | None, _day("--review", "When it is looked at again.")] = None,
    supersedes: Annotated[int, typer.Option(metavar="NUMBER", help="The decision that it replaces.", min=0)] = 0,
    account: _Account = "",
    desk: _Desk = "",
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Enter a decision in the log.

    Example:  opsrules register decision add "Differences under EUR 1 are accepted" --by "Finance lead"
    """
    _write(
        lambda register: register.decide(
            account=account,
            desk=desk,
            decision=text,
            context=context or None,
            options=choices or None,
            decided_by=by,
            review_on=review.date() if review else None,
            supersedes=supersedes or None,
        ),
        workspace,
        as_json=as_json,
    )


@decisions.command("list")
def list_decisions(workspace: WorkspaceFolder = Path(), as_json: AsJson = False) -> None:
    """List decisions.

    Example:  opsrules register decision list
    """
    heads = ("id", "day", "account", "decision", "decided_by", "review_on", "supersedes")
    _say_items(_read(lambda register: register.decisions(), workspace), heads, as_json=as_json)


@risks.command("add")
def add_risk(
    *,
    cause: Annotated[str, typer.Option(metavar="TEXT", help="Because of what.", show_default=False)],
    event: Annotated[str, typer.Option(metavar="TEXT", help="What might happen.", show_default=False)],
    effect: Annotated[str, typer.Option(metavar="TEXT", help="What that would do.", show_default=False)],
    likelihood: Annotated[int, typer.Option(metavar="1-5", help="How likely.", min=1, max=5, show_default=False)],
    impact: Annotated[int, typer.Option(metavar="1-5", help="How bad.", min=1, max=5, show_default=False)],
    owner: Annotated[str, typer.Option(metavar="NAME", help="Who watches it.", show_default="none")] = "",
    controls: Annotated[str, typer.Option(metavar="TEXT", help="What is done against it.", show_default="none")] = "",
    residual: Annotated[str, typer.Option(metavar="TEXT", help="What is left then.", show_default="none")] = "",
    metric: Annotated[str, typer.Option(metavar="METRIC", help="What shows that it comes.", show_default="none")] = "",
    review: Annotated[datetime | None, _day("--review", "When it is looked at again.")] = None,
    account: _Account = "",
    desk: _Desk = "",
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Enter a risk.

    Example:  opsrules register risk add --cause A --event B --effect C --likelihood 2 --impact 4
    """
    _write(
        lambda register: register.risk(
            account=account,
            desk=desk,
            cause=cause,
            event=event,
            effect=effect,
            likelihood=likelihood,
            impact=impact,
            controls=controls or None,
            residual=residual or None,
            owner=owner or None,
            metric=metric or None,
            review_on=review.date() if review else None,
        ),
        workspace,
        as_json=as_json,
    )


@risks.command("list")
def list_risks(workspace: WorkspaceFolder = Path(), as_json: AsJson = False) -> None:
    """List risks, largest first.

    Example:  opsrules register risk list
    """
    heads = ("id", "account", "cause", "event", "effect", "likelihood", "impact", "band", "owner")
    table = _read(lambda register: register.risks(), workspace)
    size = (table["likelihood"] * table["impact"]).sort_values(ascending=False, kind="stable")
    _say_items(table.loc[size.index], heads, as_json=as_json)


def _write(change: Callable[[Register], Sequence[Event]], workspace: Path, *, as_json: bool) -> None:
    from opsrules.cli.register.opening import opened  # noqa: PLC0415
    from opsrules.cli.register.shown import event_record, say_events  # noqa: PLC0415

    with opened(workspace, write=True) as register:
        written = change(register)
    if as_json:
        say_json([event_record(one) for one in written])
    elif written:
        say_events(written)
    else:
        say("It stood so already; nothing was written.")


def _read(ask: Callable[[Register], pd.DataFrame], workspace: Path) -> pd.DataFrame:
    from opsrules.cli.register.opening import opened  # noqa: PLC0415

    with opened(workspace) as register:
        return ask(register)


def _say_items(table: pd.DataFrame, names: Iterable[str], *, as_json: bool) -> None:
    from opsrules.cli.tables import say_table  # noqa: PLC0415
    from opsrules.register.lines import as_records  # noqa: PLC0415

    rows = as_records(table)
    if as_json:
        say_json(rows)
        return
    if not rows:
        say("There is none.")
        return
    # A column in which nothing stands says nothing.
    kept = [name for name in names if any(row[name] for row in rows)]
    heads = [name.replace("_days", "").replace("_", " ") for name in kept]
    numbers = [at for at, name in enumerate(kept) if isinstance(rows[0][name], int)]
    say_table(heads, [tuple(str(row[name] or "") for name in kept) for row in rows], numbers)
