"""``opsrules register grant``: what a colleague's role on PostgreSQL needs, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opsrules.cli.console import say
from opsrules.cli.options import WorkspaceFolder

__all__ = ["grant"]


def grant(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="A role of the database.", show_default=False)],
    workspace: WorkspaceFolder = Path(),
) -> None:
    """Let a role of PostgreSQL read and add.

    It can change and delete nothing that was recorded. To be run by the role that owns the register's tables.

    Example:  opsrules register grant ana
    """
    from opsrules.cli.register.opening import opened  # noqa: PLC0415

    with opened(workspace, write=True) as register:
        register.grant(role)
    say(f"{role} may read the register and add to it.")
