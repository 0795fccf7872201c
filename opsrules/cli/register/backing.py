"""``opsrules register backup``: a whole copy of the register, taken while others work, and verified."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from opsrules.cli.console import say, say_json
from opsrules.cli.options import AsJson, WorkspaceFolder

__all__ = ["backup"]


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that is not there yet.", show_default=False)],
    workspace: WorkspaceFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Copy the register into a file, and verify the copy.

    The copy is of one instant, and nobody has to stop working. A register on PostgreSQL is copied by its own pg_dump;
    the line to run is said.

    Example:  opsrules register backup backups/register-2026-11-22.sqlite3
    """
    from opsrules.cli.register.opening import opened  # noqa: PLC0415

    with opened(workspace) as register:
        copied = register.backup(file)
    if as_json:
        say_json({"file": str(file), "events": copied.events, "head": asdict(copied.head)})
    else:
        say(f"{file}: {copied.events:,} events, verified, up to {copied.head}")
