"""``opsrules register history``: what happened to an account, in order."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder

__all__ = ["show_history"]


def show_history(
    *,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id.", show_default=False)],
    desk: Annotated[str, typer.Option("--desk", metavar="NAME", help="Of this desk.", show_default="any")] = "",
    after: Annotated[
        int, typer.Option("--after", metavar="EVENT", help="Only what came after this event's number.", min=0)
    ] = 0,
    most: Annotated[
        int, typer.Option("--most", metavar="COUNT", help="The last so many; 0 for all. JSON has all.", min=0)
    ] = 50,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Show what happened to an account, in order.

    Its runs, what they saw, and what people did.

    Example:  opsrules register history northwind --after 1200
    """
    from opsrules.cli.register.opening import known_account, opened  # noqa: PLC0415
    from opsrules.cli.register.shown import event_record, say_events  # noqa: PLC0415

    with opened(workspace) as register:
        known_account(register, account)
        events = list(register.events(account, desk, after))
    if as_json:
        say_json([event_record(one) for one in events])
    elif not events:
        say(f"{account}: nothing happened after event {after}.")
    else:
        kept = events[-most:] if most else events
        if len(kept) < len(events):
            say(f"{len(events) - len(kept):,} earlier events, then:")
        say_events(kept, with_finding=True)
