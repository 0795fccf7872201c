"""``opsrules register assign``, ``comment`` and ``attach``: whose a finding is, what is said of it, what proves it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from opsrules.cli.options import AsJson, WorkspaceFolder
from opsrules.cli.register.bulk import act_on
from opsrules.cli.register.options import Asked, FindingIds, Note, Yes, filtered

__all__ = ["assign", "attach", "comment"]


@filtered
def assign(
    *,
    ids: FindingIds = None,
    asked: Asked,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="Whose they are from now on.", show_default=False)],
    due: Annotated[
        datetime | None,
        typer.Option(
            "--due", metavar="DAY", formats=["%Y-%m-%d"], help="By when, such as 2026-11-20.", show_default="as it is"
        ),
    ] = None,
    note: Note = "",
    yes: Yes = False,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Give findings to somebody, with a day if there is one.

    Example:  opsrules register assign 3f9a21c0 --to "Finance lead" --due 2026-11-20
    """
    day = due.date() if due else None
    act_on(
        lambda register, _, keep: register.assign(list(keep), to, due=day, note=note, keep=keep),
        f"given to {to}",
        ids,
        asked,
        workspace=workspace,
        yes=yes,
        as_json=as_json,
    )


@filtered
def comment(
    *,
    ids: FindingIds = None,
    asked: Asked,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="What there is to say.", show_default=False)],
    yes: Yes = False,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Say something of findings, for whoever works on them next.

    Example:  opsrules register comment 3f9a21c0 --text "Asked the processor, case 4711."
    """
    act_on(
        lambda register, _, keep: register.comment(list(keep), text, keep=keep),
        "commented",
        ids,
        asked,
        workspace=workspace,
        yes=yes,
        as_json=as_json,
    )


@filtered
def attach(
    *,
    ids: FindingIds = None,
    asked: Asked,
    file: Annotated[Path, typer.Option("--file", metavar="FILE", help="What proves it.", show_default=False)],
    note: Note = "",
    yes: Yes = False,
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Keep a file as evidence of findings.

    A copy is kept under attachments/ by the SHA-256 of its bytes, which the event names.

    Example:  opsrules register attach 3f9a21c0 --file evidence/case-4711.pdf
    """
    act_on(
        lambda register, _, keep: register.attach(list(keep), file, note=note, keep=keep),
        f"given {file.name} as evidence",
        ids,
        asked,
        workspace=workspace,
        yes=yes,
        as_json=as_json,
    )
