"""Options that several commands share."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["AccountNames", "AsJson", "AsOfDay", "PeriodText", "WorkspaceFolder"]

WorkspaceFolder = Annotated[
    Path,
    typer.Option(
        "--workspace", "-w", metavar="DIR", help="Folder of the workspace, or one inside it.", show_default="this one"
    ),
]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for a machine.")]

AccountNames = Annotated[
    list[str] | None,
    typer.Option("--account", metavar="NAME", help="Account to look at; may be given again.", show_default="all"),
]

PeriodText = Annotated[
    str,
    typer.Option(
        "--period", metavar="PERIOD", help="2026-10, 2026-W47 or 2026-10-01..2026-10-15.", show_default="last month"
    ),
]

AsOfDay = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        metavar="DAY",
        formats=["%Y-%m-%d"],
        help="Day that ages are counted to, such as 2026-11-05.",
        show_default="today",
    ),
]
