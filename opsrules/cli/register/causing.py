"""``opsrules register root-cause``: whys, cause and actions of a finding or a slice, as people tell them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from opsrules.cli.console import say_json
from opsrules.cli.desks import DESK
from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.cli.register.bulk import say_written
from opsrules.cli.register.options import Note
from opsrules.errors import UsageError

__all__ = ["root_cause"]


def _text(name: str, metavar: str, text: str) -> Any:
    return typer.Option(name, metavar=metavar, help=text, show_default="as it is")


def root_cause(
    *,
    finding: Annotated[
        str, typer.Argument(metavar="[ID]", help="A finding, by its first signs, at least four.", show_default=False)
    ] = "",
    why: Annotated[
        list[str] | None, _text("--why", "TEXT", "Why is it so? Up to five times, each asked of the last.")
    ] = None,
    cause: Annotated[str, _text("--cause", "CODE", "Cause of the taxonomy, or unknown.")] = "",
    corrective: Annotated[
        list[str] | None, _text("--corrective", "TEXT", "What puts it right; may be given again.")
    ] = None,
    preventive: Annotated[
        list[str] | None, _text("--preventive", "TEXT", "What keeps the next one away; may be given again.")
    ] = None,
    owner: Annotated[str, _text("--owner", "NAME", "Who sees to these actions.")] = "",
    due: Annotated[
        datetime | None,
        typer.Option(
            "--due", metavar="DAY", formats=["%Y-%m-%d"], help="By when, such as 2026-11-20.", show_default="as it is"
        ),
    ] = None,
    note: Note = "",
    measure: Annotated[str, typer.Option("--measure", metavar="NAME", help="Of a slice: what was measured.")] = "",
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="NAME=VALUE", help="Of a slice: a condition; may be given again."),
    ] = None,
    account: Annotated[str, typer.Option("--account", metavar="NAME", help="Of a slice: of this account.")] = "",
    period: Annotated[
        str, typer.Option("--period", metavar="PERIOD", help="Of a slice: 2026-10, 2026-W47 or a span of days.")
    ] = "",
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Tell why a finding is there, or what lies behind a slice, and what is done about it.

    What is named replaces what was said before of the same part; what is left out stays. The report prints the chain.

    Example:  opsrules register root-cause 3f9a21c0 --why "The fee table is of 2025." --cause REC.RATE_TABLE
    """
    from opsrules.cli.register.opening import known_account, one_finding, opened  # noqa: PLC0415
    from opsrules.cli.register.shown import event_record, say_events  # noqa: PLC0415

    said: dict[str, Any] = {"whys": why or (), "cause": cause, "corrective": corrective or ()}
    said |= {"preventive": preventive or (), "owner": owner, "due": due.date() if due else None, "note": note}
    conditions = _conditions(where or ())
    if bool(finding) == bool(conditions):
        msg = "name a finding by its first signs, or a slice by --where, --measure, --account and --period; one of them"
        raise UsageError(msg)
    if finding:
        with opened(workspace) as register:
            row = one_finding(register, finding)
        keep = {str(one): int(seq) for one, seq in zip(row["finding_id"], row["seq"], strict=True)}
        with opened(workspace, write=True) as register:
            written = register.root_cause(next(iter(keep)), keep=keep, **said)
        say_written(written, row, "given a root cause", as_json=as_json)
        return
    with opened(workspace, write=True) as register:
        known_account(register, account)
        told = register.root_cause(conditions, desk=DESK, measure=measure, account=account, period=period, **said)
    if as_json:
        say_json([event_record(one) for one in told])
    else:
        say_events(told)


def _conditions(written: Sequence[str]) -> dict[str, str | None]:
    """Conditions by dimension; nothing behind the sign means a missing value.

    Raises
    ------
    UsageError
        If one has no sign, no name, or the name of another.
    """
    found: dict[str, str | None] = {}
    for one in written:
        name, sign, value = one.partition("=")
        if not sign or not name.strip() or name.strip() in found:
            msg = f"--where {one!r} is no condition of its own; write each dimension once, as --where processor=adyen"
            raise UsageError(msg)
        found[name.strip()] = value.strip() or None
    return found
